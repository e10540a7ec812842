"""What an officer's own system sends: a draft with everything in it."""

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers

from referrals import operations
from referrals.api.fields import CodeField
from referrals.models import (
    CommunityRemedyOption,
    Consent,
    Disposal,
    District,
    Ethnicity,
    Offence,
    Person,
    Referral,
    Victim,
)


class ParticipantSerializer(serializers.ModelSerializer):
    ethnicity = CodeField(Ethnicity, required=False, allow_null=True)
    officer_perceived_ethnicity = CodeField(Ethnicity, required=False, allow_null=True)
    district = CodeField(District, required=False, allow_null=True)

    class Meta:
        model = Person
        fields = [
            "id", "given_names", "family_name", "date_of_birth", "sex", "gender", "ethnicity",
            "officer_perceived_ethnicity", "disability", "needs", "language", "interpreter_needed", "phone",
            "phone_is_safe", "email", "email_is_safe", "address", "district", "school",
        ]  # fmt: skip
        extra_kwargs = {"date_of_birth": {"required": True, "allow_null": False}}


class ParentOrCarerSerializer(serializers.Serializer):
    given_names = serializers.CharField(max_length=100)
    family_name = serializers.CharField(max_length=100)
    relationship = serializers.CharField(max_length=40)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    phone_is_safe = serializers.BooleanField(required=False)


class VictimPersonSerializer(serializers.Serializer):
    given_names = serializers.CharField(max_length=100)
    family_name = serializers.CharField(max_length=100)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)


class VictimSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(required=False, help_text="Of a victim to change; left out, the victim is a new one.")
    person = VictimPersonSerializer(required=False, allow_null=True)
    wish = CodeField(CommunityRemedyOption, required=False, allow_null=True)

    class Meta:
        model = Victim
        fields = [
            "id", "kind", "person", "organisation_name", "consulted_on", "view", "wish", "enhanced_rights",
            "told_about_rj_on", "safe_contact",
        ]  # fmt: skip

    def validate(self, attrs):
        if attrs["kind"] == Victim.Kind.PERSON and not attrs.get("person"):
            raise serializers.ValidationError({"person": "Enter the victim’s name."})
        if attrs["kind"] != Victim.Kind.PERSON and not attrs.get("organisation_name"):
            raise serializers.ValidationError({"organisation_name": "Enter the name of the business or community."})
        return attrs


class ConsentSerializer(serializers.Serializer):
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=Consent.OfReferral.choices))
    given_by = serializers.CharField(max_length=120)
    relationship = serializers.CharField(max_length=40, default="self")
    given_on = serializers.DateField()

    def validate_given_on(self, day):
        if day > timezone.localdate():
            raise serializers.ValidationError("Enter a date that is not in the future.")
        return day


class DraftSerializer(serializers.ModelSerializer):
    """What an officer's own system sends: everything that the pages ask. A person already known is named by
    `known_participant`, the id in one of the officer's earlier cases."""

    participant = ParticipantSerializer(required=False)
    known_participant = serializers.PrimaryKeyRelatedField(
        queryset=Person.objects.none(), required=False, write_only=True
    )
    parent_or_carer = ParentOrCarerSerializer(required=False)
    victims = VictimSerializer(many=True, required=False)
    consent = ConsentSerializer(required=False)
    offence = CodeField(Offence)
    district = CodeField(District)
    disposal = CodeField(Disposal)

    class Meta:
        model = Referral
        fields = [
            "participant", "known_participant", "parent_or_carer", "victims", "consent", "supervisor",
            "appropriate_adult", "incident_number", "crime_number", "offence", "asb_qualifier", "offence_at",
            "reported_on", "place", "district", "circumstances", "risks", "risks_considered", "domestic_abuse", "hate",
            "sexual", "weapon", "serious_violence", "inspector", "inspector_reason", "disposal", "disposal_at",
            "sufficient_evidence", "responsibility", "gravity_score", "rationale", "hours_set", "hours_reason",
        ]  # fmt: skip
        extra_kwargs = {
            "gravity_score": {"min_value": 1, "max_value": 5},
            "hours_set": {"min_value": 1, "max_value": 300},
        }

    def get_fields(self):
        fields = super().get_fields()
        if "known_participant" in fields and (request := self.context.get("request")):
            fields["known_participant"].queryset = Person.objects.visible_to(request.user)
        return fields

    def validate(self, attrs):
        if ("participant" in attrs) == ("known_participant" in attrs):
            raise serializers.ValidationError({"participant": "Give either a new person or one already known."})
        return attrs

    @transaction.atomic
    def create(self, validated_data):
        """One draft with everything in it, or nothing."""
        by = validated_data.pop("by")
        person = validated_data.pop("participant", {})
        known = validated_data.pop("known_participant", None)
        nested = {name: validated_data.pop(name, None) for name in ("parent_or_carer", "victims", "consent")}
        referral = operations.draft(by=by, person=person, participant=known, **validated_data)
        _record(referral, by=by, **nested)
        return referral


class ChangeSerializer(DraftSerializer):
    """What changes in a draft. What is left out stays as it is."""

    class Meta(DraftSerializer.Meta):
        fields = [name for name in DraftSerializer.Meta.fields if name != "known_participant"]

    known_participant = None  # type: ignore[assignment]

    def get_fields(self):
        fields = super().get_fields()
        for field in (*fields.values(), *fields["participant"].fields.values()):
            field.required = False
        return fields

    def validate(self, attrs):
        return attrs

    @transaction.atomic
    def update(self, referral, validated_data):
        """The draft says what was sent, or nothing is changed."""
        by = validated_data.pop("by")
        person = validated_data.pop("participant", None)
        nested = {name: validated_data.pop(name, None) for name in ("parent_or_carer", "victims", "consent")}
        if person or validated_data:
            operations.edit_draft(referral, by=by, person=person, **validated_data)
        if nested["victims"] is not None:
            sent = {victim["id"] for victim in nested["victims"] if "id" in victim}
            for victim in referral.victims.exclude(pk__in=sent).select_related("case", "person"):
                operations.remove_victim(victim, by=by)
        _record(referral, by=by, **nested)
        return referral


def _record(referral, *, by, parent_or_carer, victims, consent):
    """What belongs to the draft besides its own fields."""
    if parent_or_carer:
        operations.record_parent_or_carer(referral, by=by, **parent_or_carer)
    known = {victim.pk: victim for victim in referral.victims.select_related("person")} if victims else {}
    for given in victims or []:
        fields = {name: value for name, value in given.items() if name != "id"}
        victim = known.get(given.get("id"))
        if "id" in given and (victim is None or victim.kind != given["kind"]):
            unknown = f"This draft has no such victim: {given['id']}, {given['kind']}. Leave the id out to add one."
            raise serializers.ValidationError({"victims": unknown})
        operations.record_victim(referral, by=by, victim=victim, **fields)
    if consent:
        operations.record_consents(referral, by=by, **consent)
