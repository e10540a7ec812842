"""Notes on a case in the API."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from referrals import operations
from referrals.api.fields import ByTime
from referrals.api.of_case import OfCase
from referrals.api.sending import KEY, made_once
from referrals.models import Note


class NoteSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.full_name", read_only=True)

    class Meta:
        model = Note
        fields = ["id", "text", "sensitive", "by", "at"]
        read_only_fields = ["at"]
        extra_kwargs = {"text": {"max_length": 4000}}


class LatestFirst(ByTime):
    ordering = ("-at", "-id")


class NoteViewSet(OfCase):
    """Notes on a case, as far as this person may read them. They are never changed or deleted."""

    permissions = {"list": "referrals.note", "create": "referrals.note", "mark_sensitive": "referrals.note"}
    pagination_class = LatestFirst
    queryset = Note.objects.none()
    serializer_class = NoteSerializer

    def list(self, request, pk=None):
        """The notes, the newest first."""
        shown = Note.objects.shown_in(self.opened(), request.user).select_related("by")
        return self.get_paginated_response(NoteSerializer(self.paginate_queryset(shown), many=True).data)

    @extend_schema(parameters=[KEY], responses={201: NoteSerializer})
    def create(self, request, pk=None):
        """Write a note, in any status of the case. A sensitive one is read by the triage team and the writer only."""
        case = self.opened()
        made = made_once(request, lambda: operations.write_note(case, by=request.user, **self.said()))
        note = Note.objects.shown_in(case, request.user).select_related("by").get(pk=made)
        return Response(NoteSerializer(note).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def mark_sensitive(self, request, pk=None, note_pk=None):
        """From now on only the triage team and the writer read it; that is never taken back."""
        notes = Note.objects.shown_in(self.opened(), request.user).select_related("case")
        operations.mark_sensitive(get_object_or_404(notes, pk=note_pk), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


CASE = "referrals/<uuid:pk>/notes/"
urlpatterns = [
    path(CASE, NoteViewSet.as_view({"get": "list", "post": "create"}), name="api-notes"),
    path(
        f"{CASE}<int:note_pk>/mark-sensitive/",
        NoteViewSet.as_view({"post": "mark_sensitive"}),
        name="api-note-mark-sensitive",
    ),
]
