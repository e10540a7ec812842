"""The caseload of coordinators, cases given to one, and cases handed over; as on the page."""

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from audit.trail import record
from placements import caseload as loads
from referrals import operations
from referrals.api.fields import ByTime
from referrals.api.steps import ColleagueField
from referrals.lifecycle import LISTED
from referrals.models import Referral
from referrals.opening import reason_in_header


class CaseloadAskedSerializer(serializers.Serializer):
    """What narrows the caseload."""

    whose = serializers.CharField(
        default=loads.ME, help_text="me, nobody, everybody, or the email address of a colleague"
    )
    group = serializers.ChoiceField(choices=list(loads.GROUPS), default="running")

    def validate_whose(self, value):
        if value in (loads.ME, loads.NOBODY, loads.EVERYBODY):
            return value
        people = User.objects.filter(organisation=self.context["request"].user.organisation_id)
        colleague = people.filter(email=value.replace("\x00", "").strip().lower()).first()
        if colleague is None:
            raise serializers.ValidationError("Enter me, nobody, everybody, or the email address of a colleague.")
        return str(colleague.pk)


class CaseloadSerializer(serializers.Serializer):
    """A case as the caseload shows it. Of a restricted case that you may not open only the reference is told."""

    id = serializers.UUIDField(allow_null=True)
    reference = serializers.CharField()
    participant = serializers.CharField(help_text="“Restricted” where you may not open the case")
    status = serializers.CharField(allow_null=True)
    age_group = serializers.CharField(allow_null=True)
    caseworker = serializers.CharField(allow_null=True)
    next_step = serializers.CharField(allow_null=True)
    first_contact_due_at = serializers.DateTimeField(allow_null=True)
    minutes_required = serializers.IntegerField(allow_null=True)
    minutes_credited = serializers.IntegerField(allow_null=True)
    next_session_at = serializers.DateTimeField(allow_null=True)
    next_site = serializers.CharField(allow_null=True)
    days_overdue = serializers.IntegerField(allow_null=True, help_text="null: no outcome is missing")

    def to_representation(self, case):
        if case.hidden:
            return {**dict.fromkeys(self.fields), "reference": case.reference, "participant": "Restricted"}
        said = loads.line(case, self.context["now"])
        return super().to_representation(
            {
                "id": case.pk,
                "reference": case.reference,
                "participant": case.participant.name,
                "status": case.status,
                "age_group": said.age_group,
                "caseworker": case.caseworker and str(case.caseworker),
                "next_step": said.step,
                "first_contact_due_at": said.first_contact and said.first_contact.due_at,
                "minutes_required": said.required,
                "minutes_credited": said.credited,
                "next_session_at": case.next_at,
                "next_site": case.next_site,
                "days_overdue": said.overdue,
            }
        )


CASES = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=operations.GIVEN_AT_MOST)


class GiveSerializer(serializers.Serializer):
    cases = CASES
    to = ColleagueField(help_text="A coordinator, by email address")


class HandOverSerializer(GiveSerializer):
    of = serializers.EmailField(help_text="Who has the cases now, also somebody who has left")
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")

    def validate_of(self, value):
        people = User.objects.filter(organisation=self.context["request"].user.organisation_id)
        colleague = people.filter(email=value.lower()).first()
        if colleague is None:
            raise serializers.ValidationError("Nobody of your organisation signs in with this address.")
        return colleague


class NotGivenSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    why = serializers.CharField()


class GivenSerializer(serializers.Serializer):
    given = serializers.ListField(child=serializers.UUIDField())
    refused = NotGivenSerializer(many=True, help_text="Each as it was before, and why")


class LongestFirst(ByTime):
    ordering = ("decided_at", "id")


class CaseloadViewSet(GenericViewSet):
    """The cases of coordinators, with what comes next in each."""

    permissions = {"list": loads.PERMISSION, "allocate": "referrals.hand_over", "hand_over": "referrals.hand_over"}
    serializers = {"allocate": GiveSerializer, "hand_over": HandOverSerializer}
    serializer_class = CaseloadSerializer
    pagination_class = LongestFirst
    queryset = Referral.objects.none()

    def get_serializer_class(self):
        return self.serializers.get(self.action, self.serializer_class)

    def get_serializer_context(self):
        return {**super().get_serializer_context(), "now": timezone.now()}

    @extend_schema(
        parameters=[CaseloadAskedSerializer, OpenApiParameter("cursor", str)], responses=CaseloadSerializer(many=True)
    )
    def list(self, request):
        """One group of one's own cases, of nobody's, a colleague's or everybody's; who has waited longest first."""
        asked = CaseloadAskedSerializer(data=request.query_params, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        user, now, said = request.user, timezone.now(), asked.validated_data
        cases = loads.GROUPS[said["group"]].of(loads.of_whom(loads.of_provider(user), user, said["whose"]), now)
        page = self.paginate_queryset(loads.dressed(cases, user, now))
        record(LISTED, by=user, ids=[case.pk for case in page if not case.hidden])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _sent(self):
        """What was sent, and those of its cases that open to whoever sent it."""
        sent = self.get_serializer(data=self.request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        keys = set(said.pop("cases"))
        found = list(Referral.objects.visible_to(self.request.user, "referrals.hand_over").filter(pk__in=keys))
        for case in found:
            reason_in_header(self.request, case)
        return said, found, [{"id": pk, "why": "There is no such case."} for pk in keys - {case.pk for case in found}]

    @extend_schema(request=GiveSerializer, responses=GivenSerializer)
    def allocate(self, request):
        """Those that nobody has are given to the coordinator; the others are as they were, each with its reason."""
        said, found, unknown = self._sent()
        outcome = operations.allocate_many(found, by=request.user, to=said["to"])
        refused = [{"id": case.pk, "why": why} for case, why in outcome.refused]
        answer = {"given": [case.pk for case in outcome.done], "refused": [*refused, *unknown]}
        return Response(GivenSerializer(answer).data)

    @extend_schema(request=HandOverSerializer, responses=GivenSerializer)
    def hand_over(self, request):
        """All of these cases go from one colleague to another, or none of them: 404 where one is not there, 409 where
        one is not with that colleague any more."""
        said, found, unknown = self._sent()
        if unknown:
            return Response({"detail": "Nothing was handed over: one of these cases is not there."}, status=404)
        given = operations.hand_over(found, by=request.user, **said)
        return Response(GivenSerializer({"given": [case.pk for case in given], "refused": []}).data)


urlpatterns = [
    path("caseload/", CaseloadViewSet.as_view({"get": "list"}), name="api-caseload"),
    path("caseload/allocate/", CaseloadViewSet.as_view({"post": "allocate"}), name="api-caseload-allocate"),
    path("caseload/hand-over/", CaseloadViewSet.as_view({"post": "hand_over"}), name="api-caseload-hand-over"),
]
