from django.apps import AppConfig


class RestorativeConfig(AppConfig):
    name = "restorative"

    def ready(self):
        from referrals import stages
        from restorative import home

        stages.register(50, home.stage)
