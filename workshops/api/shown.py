"""Sessions, bookings and people to book, as the API shows them. Of who is booked only a booking speaks."""

from django.utils import timezone
from rest_framework import serializers

from referrals.models import Referral
from referrals.words import shown_name
from workshops import rules
from workshops.models import Booking, Session


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


class BookingSerializer(serializers.ModelSerializer):
    """Of a restricted case that this person is not named on, no more than its reference. Who sees no cases reads no
    other reference."""

    name = serializers.SerializerMethodField()
    reference = serializers.SerializerMethodField()
    age_band = serializers.SerializerMethodField()
    needs = serializers.SerializerMethodField()
    keep_apart = serializers.BooleanField(
        read_only=True, help_text="Must be kept apart from somebody who is booked on this session or waits for it"
    )

    class Meta:
        model = Booking
        fields = [
            "id", "session", "status", "name", "reference", "age_band", "needs", "arrangements", "keep_apart",
            "booked_at", "waitlisted_at", "outcome", "minutes_late", "recorded_at", "recorded_late_because",
        ]  # fmt: skip

    def get_name(self, booking) -> str:
        return shown_name(booking.case, booking.hidden)

    def get_reference(self, booking) -> str:
        sees = self.context["request"].user.may("referrals.read") and not booking.hidden
        return booking.case.reference if sees else ""

    def get_age_band(self, booking) -> str:
        born = booking.case.participant.date_of_birth
        return "" if booking.hidden else rules.age_band(born, booking.session.day)

    def get_needs(self, booking) -> str:
        return "" if booking.hidden else booking.case.participant.needs

    def to_representation(self, booking):
        shown = super().to_representation(booking)
        return {**shown, "arrangements": ""} if booking.hidden else shown


class ToBookSerializer(serializers.ModelSerializer):
    """A case that is ready for a workshop. Of a restricted one of somebody else, no more than its reference."""

    name = serializers.SerializerMethodField()
    age_band = serializers.SerializerMethodField()
    since = serializers.DateTimeField(source="decided_at")

    class Meta:
        model = Referral
        fields = ["id", "reference", "name", "age_band", "since"]

    def get_name(self, case) -> str:
        return shown_name(case, case.hidden)

    def get_age_band(self, case) -> str:
        return "" if case.hidden else rules.age_band(case.participant.date_of_birth, timezone.localdate())
