from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "workshops"

    def ready(self):
        from referrals import truth
        from referrals.stages import (
            register,
            tells_school_holidays,
            tells_what_is_ahead,
            when_closed,
            when_consent_withdrawn,
        )
        from workshops.facts import school_holidays
        from workshops.operations import leave_workshops
        from workshops.operations.consents import leave_without_consent
        from workshops.operations.telling import ABOUT
        from workshops.stage import ahead, stage
        from workshops.truth import no_longer

        register(20, stage)
        tells_what_is_ahead(ahead)
        when_closed(leave_workshops)
        when_consent_withdrawn(leave_without_consent)
        tells_school_holidays(lambda: school_holidays()[0])
        truth.register(ABOUT, no_longer)
