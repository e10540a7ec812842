"""A session as the API shows it. Who is booked on it is not said here."""

from rest_framework import serializers

from workshops.models import Session


class SessionSerializer(serializers.ModelSerializer):
    """`version` is that of what the session says, for If-Match; bookings do not change it."""

    facilitator = serializers.CharField(source="facilitator.full_name")
    co_facilitators = serializers.SerializerMethodField()
    waiting = serializers.IntegerField(read_only=True)

    class Meta:
        model = Session
        fields = [
            "id", "version", "status", "programme", "series", "starts_at", "ends_at", "audience", "place", "district",
            "joining_link", "access_notes", "step_free", "interpreter", "capacity", "places_taken", "waiting",
            "facilitator", "co_facilitators", "cancel_reason", "moved_to", "changed_at",
        ]  # fmt: skip

    def get_co_facilitators(self, session) -> list[str]:
        return [str(person) for person in session.co_facilitators.all()]


class CancelledSerializer(serializers.Serializer):
    """What became of everybody on what was cancelled: how many sessions and people, by where they went."""

    sessions = serializers.IntegerField()
    placed = serializers.IntegerField(help_text="Have a place on the other session")
    waiting = serializers.IntegerField(help_text="Wait for a place on the other session")
    to_book = serializers.IntegerField(help_text="Have no booking any more")
