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
    district = CodeField(District, required=False, allow_null=True)

    class Meta:
        model = Person
        fields = [
            "id", "given_names", "family_name", "date_of_birth", "sex", "gender", "ethnicity", "disability", "needs",
            "language", "interpreter_needed", "phone", "phone_is_safe", "email", "email_is_safe", "address",
            "district", "school",
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
    person = VictimPersonSerializer(required=False, allow_null=True)
    wish = CodeField(CommunityRemedyOption, required=False, allow_null=True)

    class Meta:
        model = Victim
        fields = [
            "kind", "person", "organisation_name", "consulted_on", "view", "wish", "enhanced_rights",
            "told_about_rj_on", "safe_contact",
        ]  # fmt: skip

    def validate(self, attrs):
        if attrs["kind"] == Victim.Kind.PERSON and not attrs.get("person"):
            raise serializers.ValidationError({"person": "Enter the victim’s name."})
        if attrs["kind"] != Victim.Kind.PERSON and not attrs.get("organisation_name"):
            raise serializers.ValidationError({"organisation_name": "Enter the name of the business or community."})
        return attrs


class ConsentSerializer(serializers.Serializer):
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=Consent.Kind.choices), allow_empty=False)
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
            "place", "district", "circumstances", "risks", "domestic_abuse", "hate", "sexual", "weapon",
            "serious_violence", "inspector", "inspector_reason", "disposal", "disposal_at", "sufficient_evidence",
            "responsibility", "gravity_score", "rationale", "hours_set", "hours_reason",
        ]  # fmt: skip
        extra_kwargs = {
            "gravity_score": {"min_value": 1, "max_value": 5},
            "hours_set": {"min_value": 1, "max_value": 300},
        }

    def get_fields(self):
        fields = super().get_fields()
        if request := self.context.get("request"):
            fields["known_participant"].queryset = Person.objects.visible_to(request.user)
        return fields

    def validate(self, attrs):
        if ("participant" in attrs) == ("known_participant" in attrs):
            raise serializers.ValidationError({"participant": "Give either a new person or one already known."})
        return attrs

    @transaction.atomic
    def create(self, validated_data):
        """One draft with everything in it, or nothing."""
        by = self.context["request"].user
        person = validated_data.pop("participant", {})
        known = validated_data.pop("known_participant", None)
        parent = validated_data.pop("parent_or_carer", None)
        victims = validated_data.pop("victims", [])
        consent = validated_data.pop("consent", None)
        referral = operations.draft(by=by, person=person, participant=known, **validated_data)
        if parent:
            operations.record_parent_or_carer(referral, by=by, **parent)
        for victim in victims:
            operations.record_victim(referral, by=by, **victim)
        if consent:
            operations.record_consents(referral, by=by, **consent)
        return referral
