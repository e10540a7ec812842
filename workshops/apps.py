from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "workshops"

    def ready(self):
        from referrals.stages import register, when_closed
        from workshops.operations import leave_workshops
        from workshops.stage import stage

        register(20, stage)
        when_closed(leave_workshops)
