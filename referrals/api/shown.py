"""A case as the API shows it: what the page shows to the same person."""

from datetime import datetime

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from referrals import facts
from referrals.api.drafts import ParentOrCarerSerializer, ParticipantSerializer, VictimSerializer
from referrals.models import Consent, Decision, Plan, Query, Referral, Victim


class ReferralListSerializer(serializers.ModelSerializer):
    """A case in a list. Of a restricted one that this person may not open: its reference, status and times."""

    participant = serializers.CharField(source="participant.name")
    restricted = serializers.BooleanField(source="hidden", help_text="Restricted, and you are not named on it")

    class Meta:
        model = Referral
        fields = [
            "id", "reference", "version", "status", "participant", "offence", "disposal", "district", "submitted_at",
            "decided_at", "restricted",
        ]  # fmt: skip

    def to_representation(self, referral):
        shown = super().to_representation(referral)
        if referral.hidden:
            shown |= {"participant": "Restricted", "offence": None, "disposal": None, "district": None}
        return shown


class QuerySerializer(serializers.ModelSerializer):
    asked_by = serializers.CharField(source="asked_by.full_name")
    answered_by = serializers.CharField(source="answered_by.full_name", default=None)

    class Meta:
        model = Query
        fields = ["question", "asked_by", "asked_at", "answer", "answered_by", "answered_at"]


class DecisionSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.full_name")

    class Meta:
        model = Decision
        fields = ["outcome", "reason", "redirected_to", "rationale", "by", "at"]


class PlanSerializer(serializers.ModelSerializer):
    hours = serializers.SerializerMethodField()

    class Meta:
        model = Plan
        fields = ["hours", "workshop_needed", "rj_to_explore", "notes"]

    def get_hours(self, plan) -> float:
        return plan.minutes_required / 60


class ConsentGivenSerializer(serializers.ModelSerializer):
    class Meta:
        model = Consent
        fields = ["kind", "given_by", "relationship", "given_on"]


# What a case page shows only to the officer and the triage team, and what a provider's coordinator sees besides.
IN_FULL = (
    "circumstances", "rationale", "supervisor", "inspector_reason", "sufficient_evidence", "domestic_abuse", "hate",
    "sexual", "weapon", "serious_violence", "reported_on", "risks_considered", "consents", "questions", "decisions",
    "assigned_to",
)  # fmt: skip
IN_FULL_OF_PERSON = ("sex", "gender", "ethnicity", "officer_perceived_ethnicity", "disability")
FOR_WORK = ("risks", "parent_or_carer")
FOR_WORK_OF_PERSON = (
    "needs", "language", "interpreter_needed", "phone", "phone_is_safe", "email", "email_is_safe", "address",
    "district", "school",
)  # fmt: skip


def with_what_is_shown(cases, user):
    """Cases with the rows that ReferralSerializer shows to this user, in as few queries as can be."""
    related: list = ["milestones", "named_officers"]
    related.append(Prefetch("consents", Consent.objects.filter(withdrawn_at__isnull=True).order_by("pk")))
    if user.may("referrals.see_victim"):
        related += [
            Prefetch("decisions", Decision.objects.select_related("by")),
            Prefetch("victims", Victim.objects.visible_to(user).select_related("person")),
        ]
    return cases.select_related("plan", "parent_or_carer", "assigned_to", "suspend_reason").prefetch_related(
        Prefetch("queries", Query.objects.select_related("asked_by", "answered_by")), *related
    )


class ReferralSerializer(serializers.ModelSerializer):
    """A case as this person may see it, on its page and here: fields that their role does not show are left out."""

    participant = ParticipantSerializer()
    parent_or_carer = serializers.SerializerMethodField()
    referred_by = serializers.CharField(source="referred_by.full_name")
    provider = serializers.CharField(source="provider.name", default=None)
    caseworker = serializers.CharField(source="caseworker.full_name", default=None)
    assigned_to = serializers.CharField(source="assigned_to.full_name", default=None)
    named_officers = serializers.SerializerMethodField()
    agreed_to = serializers.SerializerMethodField()
    consents = ConsentGivenSerializer(many=True)
    questions = QuerySerializer(many=True, source="queries")
    decisions = DecisionSerializer(many=True)
    plan = PlanSerializer(default=None)
    victims = serializers.SerializerMethodField()
    milestones = serializers.SerializerMethodField()
    triage_due_at = serializers.SerializerMethodField()

    class Meta:
        model = Referral
        fields = [
            "id", "reference", "version", "status", "participant", "parent_or_carer", "appropriate_adult",
            "referred_by", "named_officers", "supervisor", "incident_number", "crime_number", "offence",
            "asb_qualifier", "offence_at", "reported_on", "place", "district", "circumstances", "risks",
            "risks_considered", "domestic_abuse", "hate", "sexual", "weapon", "serious_violence", "inspector",
            "inspector_reason", "disposal", "disposal_at", "sufficient_evidence", "responsibility", "gravity_score",
            "rationale", "hours_set", "hours_reason", "submitted_at", "decided_at", "closed_at", "assigned_to",
            "provider", "caseworker", "plan", "suspend_reason", "withdraw_reason", "return_reason", "agreed_to",
            "consents", "victims", "questions", "decisions", "milestones", "triage_due_at",
        ]  # fmt: skip

    def to_representation(self, referral):
        in_full = referral.may("referrals.see_victim")
        shown = super().to_representation(referral)
        hidden, hidden_of_person = ([], []) if in_full else ([*IN_FULL], [*IN_FULL_OF_PERSON])
        if not in_full and not referral.may("placements.assess"):
            hidden += FOR_WORK
            hidden_of_person += FOR_WORK_OF_PERSON
        for name in hidden:
            del shown[name]
        for name in hidden_of_person:
            del shown["participant"][name]
        return shown

    @extend_schema_field(ParentOrCarerSerializer(allow_null=True))
    def get_parent_or_carer(self, referral):
        parent = referral.parent_or_carer
        return parent and {
            "given_names": parent.given_names,
            "family_name": parent.family_name,
            "relationship": referral.relationship,
            "phone": parent.phone,
            "phone_is_safe": parent.phone_is_safe,
        }

    def get_named_officers(self, referral) -> list[str]:
        return [officer.full_name for officer in referral.named_officers.all()]

    def get_agreed_to(self, referral) -> list[str]:
        return [consent.kind for consent in referral.consents.all()]

    @extend_schema_field(VictimSerializer(many=True))
    def get_victims(self, referral):
        user = self.context["request"].user
        if not user.may("referrals.see_victim"):
            return []
        return VictimSerializer(referral.victims.all(), many=True).data

    def get_milestones(self, referral) -> dict[str, str]:
        return facts.milestones_of(referral)

    def get_triage_due_at(self, referral) -> datetime | None:
        clock = facts.triage_clock(referral, timezone.now())
        return clock.due_at if clock else None
