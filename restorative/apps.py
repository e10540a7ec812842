from django.apps import AppConfig


class RestorativeConfig(AppConfig):
    name = "restorative"

    def ready(self):
        from referrals import stages
        from restorative import home, operations

        stages.register(50, home.stage)
        stages.when_consent_withdrawn(operations.stop_without_consent)
