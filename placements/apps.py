from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self):
        from placements import operations, stages
        from placements.apart import kept_apart
        from referrals.stages import keep_apart, register, tells_what_was_done, when_accepted, when_closed

        register(10, stages.assessment, joined=["assessment__completed_by"])
        register(30, stages.placement)
        register(40, stages.hours, joined=["hours_account"])
        tells_what_was_done(stages.done_so_far)
        when_accepted(operations.follow_plan)
        when_closed(operations.leave_placements)
        keep_apart(kept_apart)
