from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "workshops"

    def ready(self):
        from referrals.stages import register
        from workshops.stage import stage

        register(20, stage)
