"""What was missed in a case and what follows, in the API."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from referrals import operations
from referrals.api.fields import ByTime
from referrals.api.of_case import OfCase
from referrals.api.sending import KEY, made_once
from referrals.models import ComplianceEvent


class ComplianceEventSerializer(serializers.ModelSerializer):
    decided_by = serializers.CharField(source="decided_by.full_name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = ComplianceEvent
        fields = [
            "id", "stage", "about", "outcome", "happened_on", "raised_at", "evidence_by", "evidence", "evidence_at",
            "decision", "decision_reason", "decided_by", "decided_at", "lapsed_at",
        ]  # fmt: skip
        read_only_fields = fields


class EvidenceSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=2000)


class ComplianceDecisionSerializer(serializers.Serializer):
    decision = serializers.ChoiceField(choices=ComplianceEvent.Decision.choices)
    reason = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, default="", help_text="Needed while evidence may still come."
    )


class KeepOpenSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=1000)


class LatestFirst(ByTime):
    ordering = ("-raised_at", "id")


class ComplianceViewSet(OfCase):
    """What was missed, or not done as agreed: raised by outcomes, answered by the participant, decided once."""

    permissions = {
        "list": "referrals.note",
        "evidence": "referrals.comply",
        "decide": "referrals.comply",
        "keep_open": "referrals.triage",
    }
    pagination_class = LatestFirst
    queryset = ComplianceEvent.objects.none()
    serializer_class = ComplianceEventSerializer
    serializers = {
        "evidence": EvidenceSerializer,
        "decide": ComplianceDecisionSerializer,
        "keep_open": KeepOpenSerializer,
    }

    def shown(self):
        return self.opened().compliance_events.select_related("decided_by")

    def list(self, request, pk=None):
        """All of them, the last raised first; what lapsed too."""
        page = self.paginate_queryset(self.shown())
        return self.get_paginated_response(ComplianceEventSerializer(page, many=True).data)

    @extend_schema(parameters=[KEY], request=EvidenceSerializer, responses=ComplianceEventSerializer)
    def evidence(self, request, pk=None, event_pk=None):
        """What the participant said or showed, added to what was recorded before; 409 once it is decided."""
        event = get_object_or_404(self.shown(), pk=event_pk)
        made_once(request, lambda: operations.record_evidence(event, by=request.user, **self.said()))
        return self._answer(event)

    @extend_schema(request=ComplianceDecisionSerializer, responses=ComplianceEventSerializer)
    def decide(self, request, pk=None, event_pk=None):
        """Acceptable or not, once: 409 if somebody decided before, 422 without a reason while evidence may come."""
        event = get_object_or_404(self.shown(), pk=event_pk)
        operations.decide_compliance(event, by=request.user, **self.said())
        return self._answer(event)

    @extend_schema(request=KeepOpenSerializer, responses={204: None})
    def keep_open(self, request, pk=None):
        """The case goes on although it is proposed to go back; 409 where nothing proposes it."""
        operations.keep_open(self.opened(), by=request.user, **self.said())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, event):
        return Response(ComplianceEventSerializer(ComplianceEvent.objects.get(pk=event.pk)).data)


CASE = "referrals/<uuid:pk>/"
urlpatterns = [
    path(f"{CASE}compliance/", ComplianceViewSet.as_view({"get": "list"}), name="api-compliance"),
    path(
        f"{CASE}compliance/<uuid:event_pk>/evidence/",
        ComplianceViewSet.as_view({"post": "evidence"}),
        name="api-compliance-evidence",
    ),
    path(
        f"{CASE}compliance/<uuid:event_pk>/decide/",
        ComplianceViewSet.as_view({"post": "decide"}),
        name="api-compliance-decide",
    ),
    path(f"{CASE}keep-open/", ComplianceViewSet.as_view({"post": "keep_open"}), name="api-keep-open"),
]
