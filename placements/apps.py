from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self):
        from placements import stages
        from referrals.stages import register

        register(10, stages.assessment)
        register(30, stages.placement)
        register(40, stages.hours)
