from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self):
        from placements import learnt, operations, stages, truth
        from placements.apart import kept_apart
        from placements.operations.telling import ABOUT
        from placements.participant import work_ahead
        from referrals import truth as messages
        from referrals.stages import (
            keep_apart,
            register,
            tells_what_is_ahead,
            tells_what_was_done,
            when_accepted,
            when_closed,
            when_consent_withdrawn,
        )

        register(10, stages.assessment, joined=["assessment__completed_by", "assessment__started_by"])
        register(30, stages.placement)
        register(40, stages.hours, joined=["hours_account"])
        register(45, stages.learning)
        tells_what_was_done(stages.done_so_far)
        tells_what_was_done(learnt.in_sentences)
        tells_what_is_ahead(work_ahead)
        when_accepted(operations.follow_plan)
        when_closed(operations.leave_placements)
        when_closed(operations.end_participant_link)
        when_closed(operations.leave_courses)
        when_consent_withdrawn(operations.stop_work)
        keep_apart(kept_apart)
        messages.register(ABOUT, truth.no_longer)
