"""Sessions in the API: list, read, schedule one or a series, change, move, cancel."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from referrals.api.fields import ByTime
from referrals.api.sending import ETAG, IF_MATCH, IF_MATCH_NEEDED, KEY, made_once, version_sent
from workshops import facts, operations, series
from workshops.api.sending import (
    CancelSerializer,
    DatesSerializer,
    EditSerializer,
    MoveSerializer,
    ScheduleSerializer,
    SeriesSerializer,
)
from workshops.api.shown import CancelledSerializer, SessionSerializer
from workshops.lifecycle import SessionStatus
from workshops.models import Session

CHANGED = {428: OpenApiResponse(description="If-Match is missing")}


class SoonestFirst(ByTime):
    ordering = ("starts_at", "id")


class AskedSerializer(serializers.Serializer):
    """Which sessions are listed."""

    since = serializers.DateTimeField(required=False, help_text="Those that end after this moment")
    until = serializers.DateTimeField(required=False, help_text="Those that start before this moment")
    audience = serializers.ChoiceField(choices=Session.Audience.choices, required=False)
    status = serializers.ChoiceField(choices=SessionStatus.choices, required=False)
    district = serializers.CharField(max_length=40, required=False)
    facilitator = serializers.EmailField(required=False)
    series = serializers.UUIDField(required=False)


class SessionViewSet(mixins.ListModelMixin, GenericViewSet):
    """Sessions of the workshops. A request that is refused answers 409 (somebody was there first), 412 (somebody
    changed it since it was read) or 422 (a rule), and changes nothing."""

    permissions = {
        "list": "workshops.read",
        "retrieve": "workshops.read",
        "create": "workshops.schedule",
        "partial_update": "workshops.schedule",
        "series": "workshops.schedule",
        "dates": "workshops.schedule",
        "move": "workshops.schedule",
        "cancel": "workshops.schedule",
    }
    queryset = Session.objects.none()
    pagination_class = SoonestFirst
    serializers = {
        "create": ScheduleSerializer,
        "partial_update": EditSerializer,
        "series": SeriesSerializer,
        "dates": SeriesSerializer,
        "move": MoveSerializer,
        "cancel": CancelSerializer,
    }

    def get_queryset(self):
        shown = Session.objects.visible_to(self.request.user).with_details().with_numbers()
        return shown.prefetch_related("co_facilitators")

    def get_serializer_class(self):
        return self.serializers.get(self.action, SessionSerializer)

    @extend_schema(parameters=[AskedSerializer])
    def list(self, request, *args, **kwargs):
        return super().list(request, *args, **kwargs)

    def filter_queryset(self, queryset):
        if self.action != "list":
            return queryset
        asked = AskedSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        names = {"since": "ends_at__gt", "until": "starts_at__lt", "facilitator": "facilitator__email"}
        return queryset.filter(**{names.get(name, name): value for name, value in given.items()})

    @extend_schema(responses=SessionSerializer, parameters=[ETAG])
    def retrieve(self, request, pk=None):
        """One session."""
        return self._session(self.get_object().pk)

    @extend_schema(responses={201: SessionSerializer}, parameters=[KEY, ETAG])
    def create(self, request):
        """A session of one's own force is planned."""
        pk = made_once(request, lambda: operations.schedule(by=request.user, **self._checked()))
        return self._session(pk, status.HTTP_201_CREATED)

    @extend_schema(responses={201: SessionSerializer(many=True)}, parameters=[KEY])
    @action(detail=False, methods=["post"], pagination_class=None)
    def series(self, request):
        """All sessions of a series, or none. 422 with every clash: leave those dates out, or give the series to
        somebody else."""

        def make():
            given, spans, _days = self._planned()
            return operations.schedule_series(by=request.user, spans=spans, **given)[0]

        first = Session.objects.get(pk=made_once(request, make))
        alike = {"series": first.series} if first.series else {"pk": first.pk}
        made = Session.objects.filter(**alike).with_details().with_numbers().prefetch_related("co_facilitators")
        shown = SessionSerializer(made.order_by("starts_at"), many=True, context=self.get_serializer_context())
        return Response(shown.data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=DatesSerializer)
    @action(detail=False, methods=["post"], url_path="series/dates", pagination_class=None)
    def dates(self, request):
        """What would come of a series. Nothing is made."""
        given, spans, days = self._planned()
        found = facts.clashes([given["facilitator"], *given.get("co_facilitators", [])], spans)
        dates = [
            {"starts_at": start, "clashes": [each.sentence for each in found if each.starts_at == start]}
            for start, _ in spans
        ]
        left_out = [{"day": day, "why": why} for day, why in days.left_out]
        known = facts.school_holidays()[1]
        shown = {"dates": dates, "left_out": left_out, "school_holidays_known_until": known}
        return Response(DatesSerializer(shown).data)

    @extend_schema(responses={200: SessionSerializer, **CHANGED}, parameters=[IF_MATCH_NEEDED, ETAG])
    def partial_update(self, request, pk=None):
        """The session says what is sent; what is left out stays."""
        session, version = self.get_object(), version_sent(request, needed=True)
        stays = {name: getattr(session, name) for name in ("programme", "audience", "capacity", "facilitator")}
        stays["co_facilitators"] = list(session.co_facilitators.all())
        operations.edit_session(session, by=request.user, version=version, **{**stays, **self._checked(partial=True)})
        return self._session(pk)

    @extend_schema(responses=SessionSerializer, parameters=[KEY, IF_MATCH, ETAG])
    @action(detail=True, methods=["post"])
    def move(self, request, pk=None):
        """The session is at another time or place; bookings stay, but for people who will be of another age group on
        the new day. `joining_link`, where it is sent empty, makes it a session at a place."""
        session = self.get_object()

        def make():
            stays = {name: getattr(session, name) for name in ("starts_at", "ends_at", "place", "joining_link")}
            sent = self._checked(partial=True)
            operations.move_session(session, by=request.user, version=version_sent(request), **{**stays, **sent})
            return session

        return self._session(made_once(request, make))

    @extend_schema(responses=CancelledSerializer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk=None):
        """The session does not take place, or did not; everybody goes to the session `to`, or is to be booked. A second
        time: 409."""
        session = self.get_object()
        done = operations.cancel_session(session, by=request.user, version=version_sent(request), **self._checked())
        became = {"placed": len(done.placed), "waiting": len(done.waiting), "to_book": len(done.to_book)}
        return Response(CancelledSerializer({"sessions": done.sessions, **became}).data)

    def _checked(self, *, partial=False) -> dict:
        """What was sent, checked by the action's serializer."""
        sent = self.get_serializer(data=self.request.data, partial=partial)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def _planned(self):
        """What all sessions of a series have in common, when they are, and which days were left out."""
        given = self._checked()
        asked = {name: given.pop(name, None) for name in SeriesSerializer.PATTERN}
        closed, _known = facts.school_holidays()
        days = series.days_of(
            set(asked["weekdays"]),
            asked["first"],
            last=asked["last"],
            number=asked["number"],
            closed=closed if asked["school_holidays_out"] else [],
        )
        wanted = [day for day in days.wanted if day not in (asked["leave_out"] or ())]
        if days.problem or not wanted:
            raise serializers.ValidationError({"weekdays": [days.problem or series.NONE_LEFT]})
        return given, series.spans_of(wanted, asked["starts"], asked["ends"]), days

    def _session(self, pk, code=status.HTTP_200_OK):
        session = Session.objects.with_details().with_numbers().prefetch_related("co_facilitators").get(pk=pk)
        shown = SessionSerializer(session, context=self.get_serializer_context()).data
        return Response(shown, status=code, headers={"ETag": f'"{session.version}"'})
