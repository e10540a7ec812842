"""A case as the API shows it: what the page shows to the same person."""

from datetime import datetime

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from referrals import facts
from referrals.api.drafts import ParticipantSerializer, VictimSerializer
from referrals.models import (
    Referral,
    Victim,
)


class ReferralListSerializer(serializers.ModelSerializer):
    participant = serializers.CharField(source="participant.name")

    class Meta:
        model = Referral
        fields = [
            "id", "reference", "status", "participant", "offence", "disposal", "district", "submitted_at",
            "decided_at",
        ]  # fmt: skip


# What a case page shows only to the officer and the triage team, and what a provider's coordinator sees besides.
IN_FULL = ("circumstances",)
IN_FULL_OF_PERSON = ("sex", "gender", "ethnicity", "disability")
FOR_WORK = ("risks",)
FOR_WORK_OF_PERSON = (
    "needs", "language", "interpreter_needed", "phone", "phone_is_safe", "email", "email_is_safe", "address",
    "district", "school",
)  # fmt: skip


class ReferralSerializer(serializers.ModelSerializer):
    """A case as this person may see it, on its page and here: fields that their role does not show are left out."""

    participant = ParticipantSerializer()
    referred_by = serializers.CharField(source="referred_by.full_name")
    provider = serializers.CharField(source="provider.name", default=None)
    caseworker = serializers.CharField(source="caseworker.full_name", default=None)
    victims = serializers.SerializerMethodField()
    milestones = serializers.SerializerMethodField()
    triage_due_at = serializers.SerializerMethodField()

    class Meta:
        model = Referral
        fields = [
            "id", "reference", "status", "participant", "referred_by", "incident_number", "crime_number", "offence",
            "asb_qualifier", "offence_at", "place", "district", "circumstances", "risks", "disposal", "disposal_at",
            "gravity_score", "hours_set", "hours_reason", "submitted_at", "decided_at", "closed_at", "provider",
            "caseworker", "victims", "milestones", "triage_due_at",
        ]  # fmt: skip

    def to_representation(self, referral):
        shown = super().to_representation(referral)
        in_full = referral.may("referrals.see_victim")
        hidden, hidden_of_person = ([], []) if in_full else ([*IN_FULL], [*IN_FULL_OF_PERSON])
        if not in_full and not referral.may("placements.assess"):
            hidden += FOR_WORK
            hidden_of_person += FOR_WORK_OF_PERSON
        for name in hidden:
            del shown[name]
        for name in hidden_of_person:
            del shown["participant"][name]
        return shown

    @extend_schema_field(VictimSerializer(many=True))
    def get_victims(self, referral):
        visible = Victim.objects.visible_to(self.context["request"].user).filter(case=referral)
        return VictimSerializer(visible.select_related("person"), many=True).data

    def get_milestones(self, referral) -> dict[str, str]:
        return facts.milestones_of(referral)

    def get_triage_due_at(self, referral) -> datetime | None:
        clock = facts.triage_clock(referral, timezone.now())
        return clock.due_at if clock else None
