"""The API of the case: list, read, draft, submit and decide, over the same operations as the pages."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from accounts.models import Organisation
from audit.trail import record
from referrals import facts, lifecycle, operations
from referrals.models import (
    CommunityRemedyOption,
    Consent,
    DeclineReason,
    Disposal,
    District,
    Ethnicity,
    Offence,
    Person,
    Referral,
    Victim,
    WithdrawReason,
)


class CodeField(serializers.PrimaryKeyRelatedField):
    """A code of a code list, by its code; one that is no longer valid is refused."""

    def __init__(self, model, **kwargs):
        super().__init__(queryset=model.objects, **kwargs)

    def get_queryset(self):
        return super().get_queryset().valid_on(timezone.localdate())

    def to_internal_value(self, data):
        if "\x00" in str(data):
            self.fail("incorrect_type", data_type="text with a NUL")
        return super().to_internal_value(data)


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


class AcceptSerializer(serializers.Serializer):
    provider = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.filter(kind=Organisation.Kind.PROVIDER))
    hours = serializers.IntegerField(min_value=1, max_value=300)
    workshop_needed = serializers.BooleanField(default=True)
    rj_to_explore = serializers.BooleanField(default=False)
    rationale = serializers.CharField(max_length=2000)
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class DeclineSerializer(serializers.Serializer):
    reason = CodeField(DeclineReason)
    rationale = serializers.CharField(max_length=2000)
    redirected_to = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class QuestionSerializer(serializers.Serializer):
    question = serializers.CharField(max_length=2000)


class AnswerSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=4000)


class WithdrawSerializer(serializers.Serializer):
    reason = CodeField(WithdrawReason)


class ByTime(CursorPagination):
    """Pages by a time that is never null; a cursor that holds no time is no page (404)."""

    page_size = 50

    def decode_cursor(self, request):
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None:
            try:
                moment = datetime.fromisoformat(cursor.position)
            except ValueError:
                moment = None
            if moment is None or moment.utcoffset() is None or abs(moment.utcoffset()) > timedelta(hours=15):
                raise NotFound(self.invalid_cursor_message)
        return cursor


class NewestFirst(ByTime):
    ordering = ("-created_at", "-id")


class ReferralViewSet(mixins.ListModelMixin, mixins.CreateModelMixin, GenericViewSet):
    """Cases. A step that is refused answers 409 (somebody was there first) or 422 (a rule), and changes nothing."""

    permissions = {
        "list": "referrals.read",
        "retrieve": "referrals.read",
        "create": "referrals.refer",
        "submit": "referrals.refer",
        "answer": "referrals.refer",
        "ask": "referrals.triage",
        "accept": "referrals.triage",
        "decline": "referrals.triage",
        "withdraw": "referrals.withdraw",
    }
    pagination_class = NewestFirst
    serializers = {
        "list": ReferralListSerializer,
        "create": DraftSerializer,
        "ask": QuestionSerializer,
        "answer": AnswerSerializer,
        "accept": AcceptSerializer,
        "decline": DeclineSerializer,
        "withdraw": WithdrawSerializer,
    }

    def get_queryset(self):
        permission = self.permissions.get(self.action, "referrals.read")
        user = self.request.user
        return Referral.objects.visible_to(user, permission).with_people().with_permissions_of(user)

    def get_serializer_class(self):
        return self.serializers.get(self.action, ReferralSerializer)

    def list(self, request, *args, **kwargs):
        response = super().list(request, *args, **kwargs)
        record(lifecycle.LISTED, by=request.user, ids=[row["id"] for row in response.data["results"]])
        return response

    def retrieve(self, request, pk=None):
        """One case; that it was read goes to the trail."""
        referral = self.get_object()
        record(lifecycle.READ, by=request.user, case=referral)
        return Response(ReferralSerializer(referral, context=self.get_serializer_context()).data)

    @extend_schema(responses={201: ReferralSerializer})
    def create(self, request):
        """A draft of the officer who signed in, with everything that is sent."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        made = serializer.save()
        return self._case(self.get_queryset().get(pk=made.pk), status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, pk=None):
        """The draft goes to the triage team; 422 with the rules that it does not meet."""
        return self._do(operations.submit)

    @extend_schema(request=QuestionSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def ask(self, request, pk=None):
        """A question to the officer; the clock stops."""
        return self._do(operations.ask)

    @extend_schema(request=AnswerSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request, pk=None):
        """The officer's answer; the clock runs again."""
        return self._do(operations.answer)

    @extend_schema(request=AcceptSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        """Accepted, with a plan."""
        return self._do(operations.accept)

    @extend_schema(request=DeclineSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request, pk=None):
        """Declined, with a reason."""
        return self._do(operations.decline)

    @extend_schema(request=WithdrawSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        """Withdrawn, with a reason."""
        return self._do(operations.withdraw)

    def _do(self, operation):
        """Take one step on the case in the address, with the fields of the action's serializer."""
        referral = self.get_object()
        fields = {}
        if self.action in self.serializers:
            serializer = self.get_serializer(data=self.request.data)
            serializer.is_valid(raise_exception=True)
            fields = serializer.validated_data
        operation(referral, by=self.request.user, **fields)
        return self._case(self.get_object())

    def _case(self, referral, code=status.HTTP_200_OK):
        return Response(ReferralSerializer(referral, context=self.get_serializer_context()).data, status=code)


router = SimpleRouter()
router.register("referrals", ReferralViewSet, basename="api-referrals")
urlpatterns = router.urls
