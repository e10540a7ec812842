"""Work sessions, as a provider's own system reports them."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from placements import lifecycle, operations
from placements.api.today import OnAPhone, recorded_once
from placements.models import Placement, WorkSession
from referrals.api.fields import ByTime, CodeField
from referrals.api.sending import KEY
from referrals.lifecycle import LISTED, READ
from referrals.models import AttendanceOutcome
from referrals.opening import reason_in_header

WHAT_CAME_OF_IT = (
    "break_minutes", "penalty_minutes", "outcome", "quality", "behaviour", "notes", "arrived_at", "recorded_at",
    "recorded_by",
)  # fmt: skip


class WorkSessionSerializer(serializers.ModelSerializer):
    """A day's work as it is planned or recorded. `version` must be sent back when it is logged."""

    reference = serializers.CharField(source="case.reference")
    participant = serializers.SerializerMethodField(help_text="“Restricted” where you may not open the case")
    site = serializers.CharField(source="placement.site.name")
    break_minutes = serializers.IntegerField(allow_null=True)
    penalty_minutes = serializers.IntegerField(allow_null=True)
    recorded_by = serializers.CharField(source="recorded_by.full_name", default=None, allow_null=True)

    class Meta:
        model = WorkSession
        fields = [
            "id", "version", "reference", "participant", "placement", "site", "starts_at", "ends_at", "break_minutes",
            "penalty_minutes", "outcome", "quality", "behaviour", "notes", "arrived_at", "recorded_at", "recorded_by",
        ]  # fmt: skip

    def get_participant(self, session) -> str:
        return "Restricted" if getattr(session, "hidden", False) else session.case.participant.name

    def to_representation(self, session):
        """Of a restricted case that this person may not open a list says when and where, and no more."""
        shown = super().to_representation(session)
        if getattr(session, "hidden", False):
            shown |= dict.fromkeys(WHAT_CAME_OF_IT)
        return shown


class ReportSerializer(serializers.Serializer):
    """What happened: real times, what came of it, and how it was done."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    outcome = CodeField(AttendanceOutcome)
    break_minutes = serializers.IntegerField(min_value=0, default=0)
    penalty_minutes = serializers.IntegerField(min_value=0, default=0)
    quality = serializers.ChoiceField(choices=lifecycle.Grade.choices, required=False, allow_blank=True)
    behaviour = serializers.ChoiceField(choices=lifecycle.Grade.choices, required=False, allow_blank=True)
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    late_reason = serializers.CharField(max_length=250, required=False, allow_blank=True)
    record_beyond = serializers.BooleanField(
        default=False,
        help_text="Record the work even where it is worth more than the order has left; credit what is left.",
    )


class LogSerializer(ReportSerializer):
    version = serializers.IntegerField(help_text="As read; if somebody recorded the session since, the answer is 409")


class CorrectSerializer(LogSerializer):
    reason = serializers.CharField(max_length=250, help_text="Why it is corrected")


class RecordedSerializer(serializers.Serializer):
    """What recording made of it, in minutes."""

    work_session = WorkSessionSerializer()
    worth = serializers.IntegerField(help_text="By the rules of hours")
    credited = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Of the order, after this session")
    cancelled = serializers.IntegerField(help_text="Sessions ahead that were cancelled because all hours are done")


class SoonestFirst(ByTime):
    ordering = ("starts_at", "id")


class WorkSessionViewSet(OnAPhone, mixins.ListModelMixin, GenericViewSet):
    """Work sessions of the cases of one's provider."""

    permissions = {
        "list": "placements.read",
        "retrieve": "placements.read",
        **dict.fromkeys(("today", "arrive", "log", "correct"), "placements.log"),
    }
    serializer_class = WorkSessionSerializer
    pagination_class = SoonestFirst

    def get_queryset(self):
        user, permission = self.request.user, self.permissions[self.action]
        if self.action == "list":
            sessions = WorkSession.objects.listed_to(user, permission).with_hidden(user)
        else:
            sessions = WorkSession.objects.visible_to(user, permission)
        if self.request.query_params.get("missing") == "true":
            sessions = sessions.waiting_for_outcome(timezone.now())
        return sessions.select_related("case__participant", "placement__site", "recorded_by")

    @extend_schema(parameters=[OpenApiParameter("missing", bool, description="Only those over with nothing recorded")])
    def list(self, request, *args, **kwargs):
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        record(LISTED, by=request.user, ids=sorted({row.case_id for row in page if not row.hidden}))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request, pk=None):
        """One session."""
        session = self.get_object()
        why = reason_in_header(request, session.case)
        record(READ, by=request.user, case=session.case, ids=[session.pk], **why)
        return Response(self.get_serializer(session).data)

    @extend_schema(request=LogSerializer, responses=RecordedSerializer, parameters=[KEY])
    @action(detail=True, methods=["post"])
    def log(self, request, pk=None):
        """The planned session has an outcome, and its minutes are credited by the rules. 422 quotes the numbers when it
        is worth more than the order has left."""
        return self._write(request, LogSerializer, operations.log_work_session)

    @extend_schema(request=CorrectSerializer, responses=RecordedSerializer, parameters=[KEY])
    @action(detail=True, methods=["post"])
    def correct(self, request, pk=None):
        """A recorded session says what is sent instead, for a reason, and its credit follows."""
        return self._write(request, CorrectSerializer, operations.correct_work_session)

    def _write(self, request, serializer, operation):
        session = self.get_object()
        reason_in_header(request, session.case)

        def make():
            sent = serializer(data=request.data, context=self.get_serializer_context())
            sent.is_valid(raise_exception=True)
            return operation(session, by=request.user, **sent.validated_data)

        return Response(RecordedSerializer(recorded_once(request, make)).data)


class PlacementViewSet(GenericViewSet):
    """Placements of the cases of one's provider."""

    permissions = {"log_unplanned": "placements.log"}

    def get_queryset(self):
        return Placement.objects.visible_to(self.request.user, self.permissions[self.action])

    @extend_schema(request=ReportSerializer, responses={201: RecordedSerializer}, parameters=[KEY])
    @action(detail=True, methods=["post"], url_path="work-sessions")
    def log_unplanned(self, request, pk=None):
        """Work that nobody had planned is recorded and credited."""
        placement = self.get_object()
        reason_in_header(request, placement.case)

        def make():
            sent = ReportSerializer(data=request.data, context=self.get_serializer_context())
            sent.is_valid(raise_exception=True)
            return operations.log_unplanned_work(placement, by=request.user, **sent.validated_data)

        return Response(RecordedSerializer(recorded_once(request, make)).data, status=201)
