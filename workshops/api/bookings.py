"""Bookings in the API: who is to be booked, book, give a place, cancel; and the register of a session."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from referrals.api.fields import ByTime, CodeField
from referrals.api.sending import KEY, made_once
from referrals.models import AttendanceOutcome, Referral
from referrals.opening import reason_in_header
from workshops import facts, lifecycle, operations
from workshops.api.opening import opened, with_cases
from workshops.api.shown import BookingSerializer, ToBookSerializer
from workshops.lifecycle import HELD
from workshops.models import Booking, Session


class LongestWaitingFirst(ByTime):
    ordering = ("decided_at", "id")


class OfSessionSerializer(serializers.Serializer):
    """Whose bookings are listed."""

    session = serializers.UUIDField()


class BookSerializer(serializers.Serializer):
    """A case, by its whole reference, on a session."""

    reference = serializers.CharField(max_length=20)
    session = serializers.PrimaryKeyRelatedField(queryset=Session.objects.none())
    arrangements = serializers.CharField(
        max_length=300, required=False, allow_blank=True,
        help_text="How they will manage: needed where the session does not offer what the person needs",
    )  # fmt: skip

    def get_fields(self):
        fields = super().get_fields()
        request = self.context.get("request")
        if request and request.user.is_authenticated:
            fields["session"].queryset = Session.objects.visible_to(request.user)
        return fields


class LineSerializer(serializers.Serializer):
    """What came of one booking."""

    booking = serializers.UUIDField()
    outcome = CodeField(AttendanceOutcome)
    seen = serializers.CharField(
        max_length=40, required=False, allow_blank=True, allow_null=True,
        help_text="The outcome that was read before, empty for none. Another that was recorded since is kept (409).",
    )  # fmt: skip
    minutes_late = serializers.IntegerField(
        required=False, allow_null=True, help_text="Of somebody who attended; left out: not late"
    )


class RegisterSerializer(serializers.Serializer):
    """The lines of a register: those that are left out stay as they are."""

    lines = LineSerializer(many=True, allow_empty=False)
    late_because = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="Needed where a register comes late"
    )


def _shown(user, bookings):
    """Bookings as the page of their session shows them, which is recorded."""
    rows = list(bookings.with_people(user).order_by("waitlisted_at", "booked_at", "id"))
    named = [row.case_id for row in rows if not row.hidden]
    record(lifecycle.READ, by=user, ids=named, sessions=sorted({str(row.session_id) for row in rows}))
    apart = {session: facts.beside_whom_they_must_not_be(session) for session in {row.session for row in rows}}
    for row in rows:
        row.keep_apart = row.case.participant_id in apart[row.session]
    return rows


class BookingViewSet(GenericViewSet):
    """Who is booked on a session or waits for it. A request that is refused answers 409 (somebody was there first) or
    422 (a rule), and changes nothing."""

    permissions = {
        "list": "workshops.read",
        "create": "workshops.keep_list",
        "give_place": "workshops.keep_list",
        "cancel": "workshops.keep_list",
        "to_book": "workshops.book",
    }
    queryset = Booking.objects.none()
    pagination_class = None
    serializers = {"create": BookSerializer, "to_book": ToBookSerializer}

    def get_queryset(self):
        return with_cases(Booking.objects.visible_to(self.request.user), self.request.user)

    def get_serializer_class(self):
        return self.serializers.get(self.action, BookingSerializer)

    @extend_schema(parameters=[OfSessionSerializer])
    def list(self, request):
        """Everybody who is booked on a session or waits for it, first come first, or was there."""
        asked = OfSessionSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        on_it = self.get_queryset().filter(session=asked.validated_data["session"])
        rows = _shown(request.user, on_it.exclude(status=lifecycle.BookingStatus.CANCELLED))
        return Response(self.get_serializer(rows, many=True).data)

    @extend_schema(responses={201: BookingSerializer}, parameters=[KEY])
    def create(self, request):
        """The person has a place, or a position on the waiting list of a full session: the status says which. Who sees
        no cases books by the reference alone."""

        def make():
            sent = self.get_serializer(data=request.data)
            sent.is_valid(raise_exception=True)
            given = dict(sent.validated_data)
            case = self._case(given.pop("reference").strip().upper(), given["session"])
            return operations.book(case, given.pop("session"), by=request.user, **given)

        return self._booking(made_once(request, make), status.HTTP_201_CREATED)

    def _case(self, reference, session):
        user = self.request.user
        if user.may("workshops.book"):
            case = Referral.objects.visible_to(user).filter(reference=reference).first()
        else:
            case = facts.by_reference(reference, session, user, timezone.now())
        if case is None:
            raise serializers.ValidationError({"reference": [f"{reference} cannot be booked on this session."]})
        record(lifecycle.LISTED, by=user, case=case, ids=[case.pk], **reason_in_header(self.request, case))
        return case

    @extend_schema(request=None, responses=BookingSerializer)
    @action(detail=True, methods=["post"], url_path="give-place")
    def give_place(self, request, pk=None):
        """Somebody who waits has a free place."""
        operations.give_place(opened(self), by=request.user)
        return self._booking(pk)

    @extend_schema(request=None, responses=BookingSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk=None):
        """The booking is cancelled; its place goes to the next who waits."""
        operations.cancel_booking(opened(self), by=request.user)
        return self._booking(pk)

    @extend_schema(responses=ToBookSerializer(many=True))
    @action(detail=False, methods=["get"], url_path="to-book", pagination_class=LongestWaitingFirst)
    def to_book(self, request):
        """The cases that are ready for a workshop and not booked, longest waiting first."""
        ready = facts.ready(Referral.objects.listed_to(request.user), timezone.now())
        page = self.paginate_queryset(ready.with_people().with_permissions_of(request.user))
        record(lifecycle.LISTED, by=request.user, ids=[case.pk for case in page if not case.hidden])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _booking(self, pk, code=status.HTTP_200_OK):
        [booking] = _shown(self.request.user, Booking.objects.filter(pk=pk))
        return Response(BookingSerializer(booking, context=self.get_serializer_context()).data, status=code)


class RegisterViewSet(GenericViewSet):
    """The register of a session, by the session’s id."""

    permissions = {"update": "workshops.record"}
    queryset = Session.objects.none()
    serializer_class = RegisterSerializer
    pagination_class = None

    def get_queryset(self):
        return Session.objects.visible_to(self.request.user)

    @extend_schema(responses=BookingSerializer(many=True))
    def update(self, request, pk=None):
        """All outcomes that are sent are recorded or corrected, or none. Sent again, nothing changes."""
        session, user = self.get_object(), request.user
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = sent.validated_data
        held = Booking.objects.visible_to(user).filter(session=session, status__in=HELD)
        bookings = held.in_bulk([line["booking"] for line in given["lines"]])
        if unknown := {line["booking"] for line in given["lines"]} - bookings.keys():
            raise serializers.ValidationError({"lines": [f"{pk} has no place on this session." for pk in unknown]})
        lines = [operations.Line(**{**line, "booking": bookings[line["booking"]]}) for line in given["lines"]]
        operations.record_register(session, by=user, lines=lines, late_because=given.get("late_because", ""))
        return Response(BookingSerializer(_shown(user, held), many=True, context=self.get_serializer_context()).data)
