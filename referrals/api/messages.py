"""Messages to the people of a case in the API."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from referrals import operations
from referrals.api.fields import ByTime, FileOrRefusal
from referrals.api.of_case import OfCase
from referrals.models import Message


class MessageSerializer(serializers.ModelSerializer):
    to = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = Message
        fields = [
            "id", "to", "channel", "purpose", "subject", "text", "made_at", "due_at", "sent_at", "failed_at",
            "next_try_at", "error", "not_sent_because",
        ]  # fmt: skip
        read_only_fields = fields


class GiveUpSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=120)


class LatestMade(ByTime):
    ordering = ("-made_at", "-id")


class MessageViewSet(OfCase):
    """Emails, texts and letters to the participant of a case or, for a child, to the parent or carer."""

    permissions = dict.fromkeys(
        ("list", "letter", "mark_printed", "send_again", "write_letter", "give_up"), "referrals.contact"
    )
    content_negotiation_class = FileOrRefusal
    pagination_class = LatestMade
    queryset = Message.objects.none()
    serializer_class = MessageSerializer
    serializers = {"give_up": GiveUpSerializer}

    def list(self, request, pk=None):
        """The messages, the newest first, and what became of each."""
        rows = Message.objects.filter(case=self.opened()).select_related("person")
        return self.get_paginated_response(MessageSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def letter(self, request, pk=None, message_pk=None):
        """The letter, as a PDF to print."""
        body = operations.letter_of(self._message(message_pk), by=request.user)
        return HttpResponse(body, content_type="application/pdf", headers={"Cache-Control": "no-store"})

    @extend_schema(request=None, responses={204: None})
    def mark_printed(self, request, pk=None, message_pk=None):
        """The letter was printed, and handed over or posted."""
        return self._do(operations.mark_printed, message_pk)

    @extend_schema(request=None, responses={204: None})
    def send_again(self, request, pk=None, message_pk=None):
        """A message that failed or was interrupted is sent at once."""
        return self._do(operations.send_message_again, message_pk)

    @extend_schema(request=None, responses={204: None})
    def write_letter(self, request, pk=None, message_pk=None):
        """A letter with the same words is to be printed instead."""
        return self._do(operations.write_letter_instead, message_pk)

    @extend_schema(request=GiveUpSerializer, responses={204: None})
    def give_up(self, request, pk=None, message_pk=None):
        """The message is not sent any more."""
        message, said = self._message(message_pk), self.said()
        operations.give_up_message(message, by=request.user, **said)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _message(self, pk):
        found = Message.objects.filter(case=self.opened()).select_related("person", "case__force")
        return get_object_or_404(found, pk=pk)

    def _do(self, verb, message_pk):
        verb(self._message(message_pk), by=self.request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


CASE = "referrals/<uuid:pk>/messages/"
MESSAGE = f"{CASE}<uuid:message_pk>/"
urlpatterns = [
    path(CASE, MessageViewSet.as_view({"get": "list"}), name="api-messages"),
    path(f"{MESSAGE}letter/", MessageViewSet.as_view({"get": "letter"}), name="api-message-letter"),
    path(f"{MESSAGE}mark-printed/", MessageViewSet.as_view({"post": "mark_printed"}), name="api-message-mark-printed"),
    path(f"{MESSAGE}send-again/", MessageViewSet.as_view({"post": "send_again"}), name="api-message-send-again"),
    path(f"{MESSAGE}write-letter/", MessageViewSet.as_view({"post": "write_letter"}), name="api-message-write-letter"),
    path(f"{MESSAGE}give-up/", MessageViewSet.as_view({"post": "give_up"}), name="api-message-give-up"),
]
