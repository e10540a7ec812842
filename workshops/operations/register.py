"""Who came: what is recorded of each place, and what follows from it."""

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move
from referrals.lifecycle import CLOSED, Status
from referrals.models import Milestone, Referral
from referrals.operations import reach, unreach
from workshops import lifecycle, rules
from workshops.lifecycle import RECORDED, SessionStatus
from workshops.models import Booking
from workshops.operations.sessions import lock


@transaction.atomic
def record_attendance(booking, *, outcome, by, seen: str | None = None) -> None:
    """What came of a booking is recorded or corrected; the session's status and the case's milestone follow from it.

    Refused before the session starts and for a booking without a place; a correction also once the case is closed. With
    `seen`, the outcome's code that `by` had before them (empty: none), refused also when somebody has recorded another
    since. Recording what is already recorded changes nothing. A refusal names the booking as its field.
    """
    now = timezone.now()
    session = lock(booking.session)
    early = rules.too_early_for_an_outcome(session.starts_at, now)
    if early:
        raise Refusal(early, str(booking.pk))
    current = Booking.objects.select_related("case", "outcome", "recorded_by").get(pk=booking.pk)
    if current.outcome_id == outcome.pk:
        return
    if seen is not None and seen != (current.outcome_id or ""):
        raise IllegalMove(
            f"{current.recorded_by} recorded “{current.outcome}” for this person while this page was open. "
            "Save again to change it.",
            str(booking.pk),
        )
    if current.status in RECORDED:
        _not_closed(current)
        step = lifecycle.CORRECT_TO_ATTENDED if outcome.attended else lifecycle.CORRECT_TO_MISSED
    else:
        step = lifecycle.ATTEND if outcome.attended else lifecycle.MISS
    move(
        booking,
        step,
        by=by,
        case=current.case,
        event={"outcome": outcome.label, "session": str(session)},
        outcome=outcome,
        recorded_by=by,
        recorded_at=now,
    )
    _derive_session(session, by)
    _derive_milestone(current.case, by)


def _not_closed(booking) -> None:
    case = Referral.objects.select_for_update(of=("self",)).get(pk=booking.case_id)
    if case.status in CLOSED:
        raise IllegalMove(
            f"{case.reference} is {Status(case.status).label.lower()}, so its attendance can no longer be corrected. A "
            "manager may reopen it.",
            str(booking.pk),
        )


@transaction.atomic
def record_register(session, *, by, entries) -> None:
    """All outcomes of a register, or none: `entries` are (booking, outcome, the code that `by` saw), as in
    record_attendance(). Refused for a cancelled session."""
    session = lock(session)
    if session.status == SessionStatus.CANCELLED:
        raise IllegalMove("This session was cancelled, so it has no register.")
    for booking, outcome, seen in entries:
        if booking.session_id != session.pk:
            raise Refusal("This person is not booked on this session.", str(booking.pk))
        record_attendance(booking, outcome=outcome, by=by, seen=seen)


def _derive_session(session, by) -> None:
    """A session is delivered when at least one person attended it."""
    somebody_came = session.bookings.attended().exists()
    if somebody_came and session.status == SessionStatus.PLANNED:
        move(session, lifecycle.DELIVER, by=by, case=None, event={"session": session.pk})
    elif not somebody_came and session.status == SessionStatus.DELIVERED:
        move(session, lifecycle.UNDELIVER, by=by, case=None, event={"session": session.pk})


def _derive_milestone(case, by) -> None:
    """The case has attended a workshop when its first attended session started, and not without one."""
    case = Referral.objects.select_for_update(of=("self",)).get(pk=case.pk)
    kind = Milestone.Kind.WORKSHOP_ATTENDED
    first = case.bookings.attended().order_by("session__starts_at").values_list("session__starts_at", flat=True).first()
    known = case.milestones.filter(kind=kind).first()
    if known and known.at != first:
        unreach(case, kind, by=by)
        known = None
    if first and not known:
        reach(case, kind, at=first, by=by)
