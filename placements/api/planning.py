"""Matching, placements and planned work sessions, over the same operations as the pages."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import Refusal
from placements import facts, operations, rules
from placements.api.work import WorkSessionSerializer
from placements.models import Placement, PlacementEndReason, Site, WorkSession
from placements.stages import placement_locked
from referrals.api.fields import CodeField
from referrals.api.of_case import OfCase
from referrals.api.sending import IF_MATCH_NEEDED, KEY, made_once, version_sent
from referrals.opening import reason_in_header

CHANGED = {
    412: OpenApiResponse(description="Somebody moved the session since it was read"),
    428: OpenApiResponse(description="If-Match is missing"),
}


# --- matching and placing -------------------------------------------------------------------------------------------


class SuitsSerializer(serializers.Serializer):
    """One requirement held against the person and the site."""

    rule = serializers.CharField()
    requirement = serializers.CharField()
    person = serializers.CharField(allow_blank=True)
    site = serializers.CharField()
    met = serializers.BooleanField(allow_null=True, help_text="Null where only a person can judge")
    may_be_overridden = serializers.BooleanField(help_text="Unmet or to be judged, it needs an override_reason")
    sentence = serializers.CharField(allow_blank=True, help_text="What stands against the site, or is to be checked")

    def to_representation(self, finding):
        return super().to_representation(finding) | ({"sentence": ""} if finding.met else {})


class OptionSerializer(serializers.ModelSerializer):
    """A site, and how it suits the person of the case."""

    opening = serializers.CharField(source="opening_words")
    places_left = serializers.IntegerField(source="free", help_text="Within 14 days, on days that both can do")
    districts_away = serializers.IntegerField(source="away", allow_null=True)
    placed_here = serializers.BooleanField()
    may_be_chosen = serializers.BooleanField()
    needs_a_reason = serializers.BooleanField()
    findings = SuitsSerializer(many=True)

    class Meta:
        model = Site
        fields = [
            "id", "name", "address", "district", "activity", "opening", "places_left", "districts_away", "placed_here",
            "may_be_chosen", "needs_a_reason", "findings",
        ]  # fmt: skip


class PlacementSerializer(serializers.ModelSerializer):
    """A case at a site."""

    reference = serializers.CharField(source="case.reference")

    class Meta:
        model = Placement
        fields = [
            "id", "reference", "site", "minutes_agreed", "signed_by", "parent_signed_by", "signed_on", "risks_told_on",
            "override_reason", "status", "end_reason",
        ]  # fmt: skip


class PlanPlacementSerializer(serializers.Serializer):
    """The agreement."""

    site = serializers.UUIDField()
    minutes_agreed = serializers.IntegerField(min_value=1, max_value=18_000)
    signed_by = serializers.CharField(max_length=120)
    signed_on = serializers.DateField()
    parent_signed_by = serializers.CharField(max_length=120, required=False, help_text="Of a child")
    risks_told_on = serializers.DateField(
        required=False, help_text="Of a child: when the parent or carer was told the key risks"
    )
    override_reason = serializers.CharField(
        max_length=300, required=False, help_text="Needed where a finding that may be overridden is not met"
    )


class CasePlacementViewSet(OfCase):
    """The sites that a person could work at, and their placement."""

    permissions = {"sites": "placements.place", "plan": "placements.place"}
    serializers = {"plan": PlanPlacementSerializer}
    queryset = Placement.objects.none()
    pagination_class = None

    @extend_schema(responses=OptionSerializer(many=True))
    def sites(self, request, pk=None):
        """The open sites of the provider: those that suit first, nearest district first. 422 while no placement can
        start."""
        case = self.opened()
        if locked := placement_locked(case):
            raise Refusal(locked.sentence)
        options = facts.options(case, request.user)
        for site in options:
            site.opening_words = rules.opening_in_words(site)
            site.may_be_chosen = not (site.blocked or site.placed_here)
            site.needs_a_reason = bool(site.to_justify)
        return Response(OptionSerializer(options, many=True).data)

    @extend_schema(request=PlanPlacementSerializer, responses={201: PlacementSerializer}, parameters=[KEY])
    def plan(self, request, pk=None):
        """The case has a placement at the site."""
        case = self.opened()

        def make():
            given = dict(self.said())
            sites = Site.objects.visible_to(request.user, "placements.place")
            site = sites.filter(pk=given.pop("site")).first()
            if site is None:
                raise serializers.ValidationError({"site": ["This is none of your sites."]})
            return operations.plan_placement(case, by=request.user, site=site, **given)

        made = Placement.objects.select_related("case").get(pk=made_once(request, make))
        return Response(PlacementSerializer(made).data, status=status.HTTP_201_CREATED)


class EndSerializer(serializers.Serializer):
    reason = CodeField(PlacementEndReason)


# --- planning work --------------------------------------------------------------------------------------------------


class TimesSerializer(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class PatternSerializer(serializers.Serializer):
    """Sessions of the same hours, by the clock on the wall."""

    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), allow_empty=False, help_text="0 is Monday"
    )
    first = serializers.DateField()
    starts = serializers.TimeField()
    ends = serializers.TimeField()
    number = serializers.IntegerField(
        min_value=1, max_value=rules.MOST, required=False, help_text="Left out: until the hours left are planned"
    )
    bank_holidays_out = serializers.BooleanField(default=True)
    school_holidays_out = serializers.BooleanField(default=False)

    def validate(self, given):
        if given["ends"] <= given["starts"]:
            raise serializers.ValidationError({"ends": [f"Enter a time after the start, {given['starts']:%H:%M}."]})
        return given


class PlanSessionsSerializer(serializers.Serializer):
    """Either the times of each session, or a pattern."""

    times = TimesSerializer(many=True, required=False)
    pattern = PatternSerializer(required=False)
    leave_out = serializers.BooleanField(default=False, help_text="Plan what can be planned, and leave out the rest")

    def validate(self, given):
        if ("times" in given) == ("pattern" in given):
            raise serializers.ValidationError("Send either times or a pattern.")
        if len(given.get("times", ())) > rules.MOST:
            raise serializers.ValidationError({"times": [f"Send {rules.MOST} sessions or fewer."]})
        return given


class ProposedSerializer(serializers.Serializer):
    day = serializers.DateField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.CharField(allow_blank=True, help_text="What stops it; nothing if it can be planned")


class DayLeftOutSerializer(serializers.Serializer):
    day = serializers.DateField()
    why = serializers.CharField()


class PreviewSerializer(serializers.Serializer):
    """What would become of a pattern."""

    sessions = ProposedSerializer(many=True)
    left_out = DayLeftOutSerializer(many=True)
    minutes = serializers.IntegerField(help_text="Of the sessions that can be planned")
    minutes_planned = serializers.IntegerField(help_text="Planned already")
    minutes_left = serializers.IntegerField(help_text="Of the order")
    warning = serializers.CharField(allow_blank=True, help_text="Where the plan goes beyond the hours left")


class PlacementPlanViewSet(GenericViewSet):
    """What is done with a placement. A request that is refused answers 409 (somebody was there first) or 422 (a rule),
    and changes nothing."""

    permissions = dict.fromkeys(("end", "preview", "plan"), "placements.place")
    queryset = Placement.objects.none()
    pagination_class = None

    def _opened(self) -> Placement:
        rows = Placement.objects.visible_to(self.request.user, "placements.place").select_related(
            "site", "case__participant", "case__plan", "case__hours_account"
        )
        placement = get_object_or_404(rows, pk=self.kwargs["pk"])
        reason_in_header(self.request, placement.case)
        return placement

    def _said(self, serializer):
        sent = serializer(data=self.request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        return sent.validated_data

    @extend_schema(request=EndSerializer, responses=PlacementSerializer)
    def end(self, request, pk=None):
        """The placement ended early; what is planned in it is cancelled."""
        placement = self._opened()
        operations.end_placement(placement, by=request.user, reason=self._said(EndSerializer)["reason"])
        return Response(PlacementSerializer(Placement.objects.select_related("case").get(pk=placement.pk)).data)

    @extend_schema(request=PatternSerializer, responses=PreviewSerializer)
    def preview(self, request, pk=None):
        """Every day of a pattern, and what stops it. Nothing is planned."""
        placement = self._opened()
        days, proposed = self._proposed(placement, self._said(PatternSerializer))
        left, planned = placement.case.hours_account.minutes_left, facts.minutes_planned(placement.case)
        times = facts.possible(proposed)
        shown = {
            "sessions": proposed,
            "left_out": [{"day": day, "why": why} for day, why in days.left_out],
            "minutes": sum(rules.elapsed_minutes(start, end) for start, end in times),
            "minutes_planned": planned,
            "minutes_left": left,
            "warning": rules.beyond_the_order(times, left, planned),
        }
        return Response(PreviewSerializer(shown).data)

    @extend_schema(request=PlanSessionsSerializer, responses={201: WorkSessionSerializer(many=True)}, parameters=[KEY])
    def plan(self, request, pk=None):
        """All of the sessions are planned, or none; with leave_out, all that can be."""
        placement = self._opened()

        def make():
            given = self._said(PlanSessionsSerializer)
            if "pattern" in given:
                times = facts.times_to_plan(self._proposed(placement, given["pattern"])[1], given["leave_out"])
            else:
                times = [(each["starts_at"], each["ends_at"]) for each in given["times"]]
            return operations.plan_work_sessions(placement, by=request.user, times=times, leave_out=given["leave_out"])[
                0
            ]

        first = WorkSession.objects.filter(pk=made_once(request, make))
        rows = WorkSession.objects.filter(series__in=first.values("series")) | first
        rows = rows.select_related("case__participant", "placement__site", "recorded_by").order_by("starts_at")
        return Response(WorkSessionSerializer(rows, many=True).data, status=status.HTTP_201_CREATED)

    def _proposed(self, placement, given):
        pattern = facts.Pattern(**given)
        days = facts.days_of(placement.case, pattern)
        return days, facts.proposed(placement, days.wanted, pattern.starts, pattern.ends)


class MoveWorkSerializer(TimesSerializer):
    placement = serializers.UUIDField(required=False, help_text="Another open placement of the case; else it stays")


class CancelWorkSerializer(serializers.Serializer):
    rest = serializers.BooleanField(default=False, help_text="With it those after it that were planned with it")
    reason = serializers.CharField(max_length=250, required=False, allow_blank=True)


class CancelledWorkSerializer(serializers.Serializer):
    cancelled = serializers.IntegerField()


class PlannedSessionViewSet(GenericViewSet):
    """What is done with a planned session. If-Match is its version in quotes, as it was read."""

    permissions = dict.fromkeys(("move", "cancel"), "placements.place")
    queryset = WorkSession.objects.none()
    pagination_class = None

    def _opened(self) -> WorkSession:
        rows = WorkSession.objects.visible_to(self.request.user, "placements.place").select_related("case", "placement")
        session = get_object_or_404(rows, pk=self.kwargs["pk"])
        reason_in_header(self.request, session.case)
        return session

    def _said(self, serializer):
        sent = serializer(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data), version_sent(self.request, needed=True)

    @extend_schema(
        request=MoveWorkSerializer, responses={200: WorkSessionSerializer, **CHANGED}, parameters=[IF_MATCH_NEEDED]
    )
    def move(self, request, pk=None):
        """The session is at another time, or at another site of the case."""
        session = self._opened()
        given, version = self._said(MoveWorkSerializer)
        if "placement" in given:
            given["placement"] = session.case.placements.filter(pk=given["placement"]).first()
            if given["placement"] is None:
                raise serializers.ValidationError({"placement": ["This is no placement of the case."]})
        moved = operations.move_work_session(session, by=request.user, version=version, **given)
        return Response(WorkSessionSerializer(moved).data)

    @extend_schema(
        request=CancelWorkSerializer, responses={200: CancelledWorkSerializer, **CHANGED}, parameters=[IF_MATCH_NEEDED]
    )
    def cancel(self, request, pk=None):
        """The session is gone and its place is free."""
        session = self._opened()
        given, version = self._said(CancelWorkSerializer)
        cancelled = operations.cancel_work_session(session, by=request.user, version=version, **given)
        return Response({"cancelled": cancelled})


urlpatterns = [
    path("referrals/<uuid:pk>/sites/", CasePlacementViewSet.as_view({"get": "sites"}), name="api-sites-of-case"),
    path("referrals/<uuid:pk>/placements/", CasePlacementViewSet.as_view({"post": "plan"}), name="api-place"),
    path("placements/<uuid:pk>/end/", PlacementPlanViewSet.as_view({"post": "end"}), name="api-end-placement"),
    path("placements/<uuid:pk>/preview/", PlacementPlanViewSet.as_view({"post": "preview"}), name="api-preview-work"),
    path("placements/<uuid:pk>/plan/", PlacementPlanViewSet.as_view({"post": "plan"}), name="api-plan-work"),
    path("work-sessions/<uuid:pk>/move/", PlannedSessionViewSet.as_view({"post": "move"}), name="api-move-work"),
    path("work-sessions/<uuid:pk>/cancel/", PlannedSessionViewSet.as_view({"post": "cancel"}), name="api-cancel-work"),
]
