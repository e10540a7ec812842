from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self):
        from placements import operations, stages
        from referrals.stages import register, when_accepted, when_closed

        register(10, stages.assessment)
        register(30, stages.placement)
        register(40, stages.hours)
        when_accepted(operations.follow_plan)
        when_closed(operations.leave_placements)
