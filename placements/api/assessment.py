"""The assessment in the API: read, answered section by section, completed."""

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from placements import operations, rules
from placements.models import Assessment
from placements.operations.assessing import FIELDS, consents_in_force, still_lacking
from referrals.api.consents import OneConsentSerializer
from referrals.api.of_case import OfCase
from referrals.api.sending import ETAG, IF_MATCH, IF_MATCH_NEEDED, version_sent
from referrals.models import Consent, Referral

SIGNED = ("kinds", "given_by", "relationship", "given_on")


class AssessmentSerializer(serializers.ModelSerializer):
    """What the assessment says. An empty text in a section that is done says that nothing is known."""

    reference = serializers.CharField(source="case.reference")
    never_with = serializers.SerializerMethodField(help_text="The references of cases")
    consents = serializers.SerializerMethodField(help_text="Those in force that the assessment asks for")
    lacking = serializers.SerializerMethodField(help_text="What keeps it from being completed, in sentences")
    started_by = serializers.CharField(source="started_by.full_name", default=None)
    completed_by = serializers.CharField(source="completed_by.full_name", default=None)

    class Meta:
        model = Assessment
        fields = [
            "reference", "version", "sections_done", "lacking", "needs", "risk_to_self", "risk_to_others", "medical",
            "emergency_contact_name", "emergency_contact_phone", "emergency_contact_relationship", "may_work_alone",
            "activities_to_avoid", "never_with", "days_available", "consents", "started_by", "started_at",
            "completed_by", "completed_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_never_with(self, assessment) -> list[str]:
        if assessment.pk is None:
            return []
        return list(assessment.never_with.values_list("reference", flat=True).order_by("reference"))

    def get_consents(self, assessment) -> list[dict]:
        return list(OneConsentSerializer(consents_in_force(assessment.case), many=True).data)

    def get_lacking(self, assessment) -> list[str]:
        if assessment.completed_at:
            return []
        return list(still_lacking(assessment.case, assessment).values())


class SectionAnswersSerializer(serializers.ModelSerializer):
    """The fields of one section, all of them; an empty text says that nothing is known. Of the consents, what was
    signed: nothing, if nothing was."""

    never_with = serializers.ListField(child=serializers.CharField(max_length=20), required=False)
    days_available = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), required=False, help_text="0 is Monday"
    )
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=Consent.Kind.choices), required=False)
    given_by = serializers.CharField(max_length=120, required=False)
    relationship = serializers.CharField(max_length=40, required=False)
    given_on = serializers.DateField(required=False)

    class Meta:
        model = Assessment
        fields = [*(name for names in FIELDS.values() for name in names), *SIGNED]

    def validate_never_with(self, references):
        wanted = {reference.strip().upper() for reference in references}
        user = self.context["request"].user
        cases = Referral.objects.listed_to(user, "placements.assess").filter(reference__in=wanted)
        if unknown := wanted - {case.reference for case in cases}:
            raise serializers.ValidationError(f"You have no case {', '.join(sorted(unknown))}.")
        return list(cases)

    def validate_days_available(self, days):
        return sorted(set(days))

    def validate(self, attrs):
        section = self.context["view"].kwargs["section"]
        asked = FIELDS[section] or SIGNED
        if not FIELDS[section] and not attrs.get("kinds"):
            return {}
        if missing := [name for name in asked if name not in attrs]:
            raise serializers.ValidationError({name: ["This field is required."] for name in missing})
        return {name: attrs[name] for name in asked}


SECTION = OpenApiParameter("section", str, OpenApiParameter.PATH, enum=list(rules.SECTIONS))


class AssessmentViewSet(OfCase):
    """The assessment of the participant of a case, a task list of nine sections."""

    permissions = {
        "retrieve": "placements.read",
        "answer": "placements.assess",
        "complete": "placements.assess",
    }
    queryset = Assessment.objects.none()
    serializer_class = AssessmentSerializer
    serializers = {"answer": SectionAnswersSerializer}

    @extend_schema(parameters=[ETAG])
    def retrieve(self, request, pk=None):
        """What it says; version 0 where nobody has begun."""
        return self._shown(self.opened())

    @extend_schema(
        request=SectionAnswersSerializer,
        responses={200: AssessmentSerializer, 428: OpenApiResponse(description="If-Match is missing")},
        parameters=[SECTION, IF_MATCH_NEEDED, ETAG],
    )
    def answer(self, request, pk=None, section=""):
        """The section says what is sent, and is done."""
        if section not in rules.SECTIONS:
            raise NotFound
        case = self.opened()
        version = version_sent(request, needed=True)
        operations.answer_section(case, section, by=request.user, version=version, **self.said())
        return self._shown(case)

    @extend_schema(request=None, responses=AssessmentSerializer, parameters=[IF_MATCH, ETAG])
    def complete(self, request, pk=None):
        """The assessment is complete: workshop and placement may start. 422 with what it lacks."""
        case = self.opened()
        operations.complete_assessment(case, by=request.user, version=version_sent(request))
        return self._shown(case)

    def _shown(self, case):
        found = Assessment.objects.filter(case=case).select_related("case__participant", "started_by", "completed_by")
        assessment = found.first() or Assessment(case=case, version=0, may_work_alone=None)
        shown = AssessmentSerializer(assessment).data
        return Response(shown, headers={"ETag": f'"{assessment.version}"'})


CASE = "referrals/<uuid:pk>/assessment/"
urlpatterns = [
    path(CASE, AssessmentViewSet.as_view({"get": "retrieve"}), name="api-assessment"),
    path(f"{CASE}complete/", AssessmentViewSet.as_view({"post": "complete"}), name="api-assessment-complete"),
    path(f"{CASE}<slug:section>/", AssessmentViewSet.as_view({"put": "answer"}), name="api-assessment-section"),
]
