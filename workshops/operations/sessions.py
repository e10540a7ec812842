"""The sessions themselves: schedule, cancel."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.roles import Role
from audit.trail import Refusal, move, record
from workshops import lifecycle, rules
from workshops.lifecycle import RECORDED, SessionStatus
from workshops.models import Session


def lock(session) -> Session:
    return Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)


@transaction.atomic
def schedule(
    *, by, programme, starts_at, ends_at, place: str, audience: str, capacity: int, facilitator, district=None
) -> Session:
    """A session of the force of `by` is planned. Refused in the past, when it ends before it starts, for a facilitator
    who is not of the force or already runs a session at that time, and for a capacity below 1 or above
    rules.LARGEST_SESSION."""
    force = by.organisation
    if force.kind != Organisation.Kind.FORCE:
        raise Refusal("Only the staff of a police force can schedule a session.")
    if starts_at <= timezone.now():
        raise Refusal("Enter a start that is in the future.", "starts_at")
    if ends_at <= starts_at:
        raise Refusal(f"Enter a time after the start, {timezone.localtime(starts_at):%H:%M}.", "ends_at")
    if not 1 <= capacity <= rules.LARGEST_SESSION:
        raise Refusal(f"Enter a number of places from 1 to {rules.LARGEST_SESSION}.", "capacity")
    # Locked, so that a form sent twice does not make two sessions.
    facilitator = User.objects.select_for_update(of=("self",), no_key=True).get(pk=facilitator.pk)
    if not (
        facilitator.is_active and Role.FACILITATOR in facilitator.roles and facilitator.organisation_id == force.pk
    ):
        raise Refusal(f"{facilitator} is not a workshop facilitator of {force}.", "facilitator")
    clash = (
        Session.objects.filter(facilitator=facilitator, starts_at__lt=ends_at, ends_at__gt=starts_at)
        .exclude(status=SessionStatus.CANCELLED)
        .select_related("programme")
        .first()
    )
    if clash:
        raise Refusal(f"{facilitator} already runs {clash.programme} on {clash.when}.", "facilitator")
    session = Session.objects.create(
        programme=programme,
        force=force,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        district=district,
        audience=audience,
        capacity=capacity,
        facilitator=facilitator,
    )
    record(lifecycle.SCHEDULED, by=by, session=session.pk, starts_at=starts_at, audience=audience, capacity=capacity)
    return session


@transaction.atomic
def cancel_session(session, *, by, reason) -> int:
    """The session does not take place, and everybody booked or waiting has no booking any more. Returns how many they
    were. Refused once attendance is recorded."""
    current = lock(session)
    recorded = current.bookings.filter(status__in=RECORDED).count()
    if current.status == SessionStatus.PLANNED and recorded:
        raise Refusal(f"This session cannot be cancelled: attendance is already recorded for {recorded} of its people.")
    move(
        session,
        lifecycle.CANCEL_SESSION,
        by=by,
        case=None,
        event={"session": session.pk, "reason": reason.label},
        cancel_reason=reason,
        places_taken=0,
    )
    released = list(
        current.bookings.filter(status__in=lifecycle.LOSE_SESSION.sources).select_related("case").order_by("pk")
    )
    for booking in released:
        move(
            booking,
            lifecycle.LOSE_SESSION,
            by=by,
            case=booking.case,
            event={"session": str(current), "reason": reason.label.lower()},
        )
    return len(released)
