from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "workshops"

    def ready(self):
        from referrals import truth
        from referrals.stages import register, when_closed
        from workshops.operations import leave_workshops
        from workshops.operations.telling import ABOUT
        from workshops.stage import stage
        from workshops.truth import no_longer

        register(20, stage)
        when_closed(leave_workshops)
        truth.register(ABOUT, no_longer)
