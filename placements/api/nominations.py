"""Suggestions of work in the API, over the same operations as the pages."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from placements import operations
from placements.api.sites import ProposeSerializer
from placements.forms.nominations import LONGEST
from placements.models import Nomination, NominationDeclineReason
from referrals.api.fields import ByTime, CodeField
from referrals.lifecycle import LISTED


class NominationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Nomination
        fields = [
            "id", "status", "force", "what", "where", "district", "activity", "who_benefits", "from_name", "from_email",
            "sent_at", "decided_at", "decline_reason", "note", "site", "answer", "answered_at", "failed_at", "error",
            "contact_erased_at",
        ]  # fmt: skip


class AnswerSuggestionSerializer(serializers.Serializer):
    answer = serializers.CharField(
        max_length=LONGEST["answer"], required=False, allow_blank=True,
        help_text="Sent to who suggested it; left out or empty, nothing is sent",
    )  # fmt: skip
    note = serializers.CharField(max_length=LONGEST["note"], required=False, allow_blank=True)


class AcceptSuggestionSerializer(AnswerSuggestionSerializer):
    site = ProposeSerializer()


class DeclineSuggestionSerializer(AnswerSuggestionSerializer):
    reason = CodeField(NominationDeclineReason)


class NewestFirst(ByTime):
    ordering = ("-sent_at", "id")


class NominationViewSet(GenericViewSet):
    """What was suggested to the forces that one's provider serves."""

    permissions = dict.fromkeys(
        ("list", "retrieve", "accept", "decline", "mark", "send_again"), "placements.nominations"
    )
    serializer_class = NominationSerializer
    pagination_class = NewestFirst
    queryset = Nomination.objects.none()

    def get_queryset(self):
        return Nomination.objects.visible_to(self.request.user, "placements.nominations")

    def _sent(self, serializer_class):
        sent = serializer_class(data=self.request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def _answer(self):
        return Response(NominationSerializer(self.get_object()).data)

    @extend_schema(parameters=[OpenApiParameter("status", str, description="Only those with this status")])
    def list(self, request):
        rows = self.get_queryset()
        if wanted := request.query_params.get("status"):
            rows = rows.filter(status=wanted.replace("\x00", ""))
        found = self.paginate_queryset(rows)
        record(LISTED, by=request.user, ids=[each.pk for each in found])
        return self.get_paginated_response(NominationSerializer(found, many=True).data)

    def retrieve(self, request, pk=None):
        """One suggestion."""
        found = self.get_object()
        record(LISTED, by=request.user, ids=[found.pk])
        return Response(NominationSerializer(found).data)

    @extend_schema(request=AcceptSuggestionSerializer, responses=NominationSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        """It becomes a proposed site."""
        nomination, sent = self.get_object(), self._sent(AcceptSuggestionSerializer)
        operations.accept_nomination(nomination, by=request.user, **{**sent.pop("site"), **sent})
        return self._answer()

    @extend_schema(request=DeclineSuggestionSerializer, responses=NominationSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request, pk=None):
        """The work is not done, for this reason."""
        operations.decline_nomination(self.get_object(), by=request.user, **self._sent(DeclineSuggestionSerializer))
        return self._answer()

    @extend_schema(request=AnswerSuggestionSerializer, responses=NominationSerializer)
    @action(detail=True, methods=["post"])
    def mark(self, request, pk=None):
        """Somebody suggested the same before."""
        operations.mark_nomination(self.get_object(), by=request.user, **self._sent(AnswerSuggestionSerializer))
        return self._answer()

    @extend_schema(request=None, responses=NominationSerializer)
    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request, pk=None):
        """The answer that failed, or of which nobody knows whether it was sent, is handed over once more."""
        operations.send_answer_again(self.get_object(), by=request.user)
        return self._answer()
