"""Who came: what is recorded of each place, and what follows from it."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move
from referrals.lifecycle import CLOSED, Status
from referrals.models import AttendanceOutcome, Milestone, Referral
from referrals.operations import follow_outcome, reach, unreach
from workshops import lifecycle, rules
from workshops.lifecycle import RECORDED, SessionStatus
from workshops.models import Booking
from workshops.operations.sessions import lock


@dataclass(frozen=True)
class Line:
    """One line of a register: what came of a booking, with the code of the outcome that was seen there before."""

    booking: Booking
    outcome: AttendanceOutcome
    seen: str | None = None
    minutes_late: int | None = None


@transaction.atomic
def record_attendance(
    booking, *, outcome, by, seen: str | None = None, minutes_late: int | None = None, late_because: str = ""
) -> None:
    """What came of a booking is recorded or corrected; the session's status, the case's milestone and its compliance
    follow from it.

    Refused before the session starts, for a booking without a place, and for minutes late of somebody who did not
    attend; a correction also once the case is closed. What is recorded first after the time that the scheme allows
    needs `late_because`. With `seen`, the outcome's code that `by` had before them (empty: none), refused also when
    somebody has recorded another since. Recording what is already recorded changes nothing. A refusal names the booking
    as its field, or late_ and the booking.
    """
    now = timezone.now()
    session = lock(booking.session)
    early = rules.too_early_for_an_outcome(session.starts_at, now)
    if early:
        raise Refusal(early, str(booking.pk))
    current = Booking.objects.select_related("case", "outcome", "recorded_by").get(pk=booking.pk)
    rules.check_lateness(minutes_late, outcome.attended, f"late_{booking.pk}")
    if current.outcome_id == outcome.pk and current.minutes_late == minutes_late:
        return
    if seen is not None and seen != (current.outcome_id or ""):
        raise IllegalMove(
            f"{current.recorded_by} recorded “{current.outcome}” for this person while this page was open. "
            "Save again to change it.",
            str(booking.pk),
        )
    if current.status in RECORDED:
        _not_closed(current)
        late_because = current.recorded_late_because
        step = lifecycle.CORRECT_TO_ATTENDED if outcome.attended else lifecycle.CORRECT_TO_MISSED
    else:
        late_because = _why_so_late(session, now, late_because)
        step = lifecycle.ATTEND if outcome.attended else lifecycle.MISS
    move(
        booking,
        step,
        by=by,
        case=current.case,
        event={"outcome": outcome.label, "session": str(session), "minutes_late": minutes_late},
        outcome=outcome,
        minutes_late=minutes_late,
        recorded_late_because=late_because,
        recorded_by=by,
        recorded_at=now,
    )
    _derive_session(session, by)
    _derive_milestone(current.case, by)
    follow_outcome(current.case, stage="workshop", about=booking.pk, outcome=outcome, happened_on=session.day, by=by)


def _why_so_late(session, now, reason: str) -> str:
    """Empty, unless what is recorded now comes later than the scheme allows."""
    if not rules.is_backdated(session.starts_at, now):
        return ""
    if not reason.strip():
        raise Refusal(
            f"Enter why this is recorded so late: the session was {rules.days_overdue(session.starts_at, now)} days "
            f"ago, and {settings.SCHEME['LATE_RECORDING_DAYS']} days are allowed.",
            "late_because",
        )
    return reason.strip()


def _not_closed(booking) -> None:
    case = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.case_id)
    if case.status in CLOSED:
        raise IllegalMove(
            f"{case.reference} is {Status(case.status).label.lower()}, so its attendance can no longer be corrected. A "
            "manager may reopen it.",
            str(booking.pk),
        )


@transaction.atomic
def record_register(session, *, by, lines: list[Line], late_because: str = "") -> None:
    """All outcomes of a register, or none, each as in record_attendance(). Refused for a cancelled session."""
    session = lock(session)
    if session.status == SessionStatus.CANCELLED:
        raise IllegalMove("This session was cancelled, so it has no register.")
    for line in sorted(lines, key=_by_case):
        if line.booking.session_id != session.pk:
            raise Refusal("This person is not booked on this session.", str(line.booking.pk))
        record_attendance(
            line.booking,
            outcome=line.outcome,
            by=by,
            seen=line.seen,
            minutes_late=line.minutes_late,
            late_because=late_because,
        )


def _by_case(line) -> str:
    """In which order cases are locked: two registers of the same people wait for each other and are not stuck."""
    return str(line.booking.case_id)


def _derive_session(session, by) -> None:
    """A session is delivered when at least one person attended it."""
    somebody_came = session.bookings.attended().exists()
    if somebody_came and session.status == SessionStatus.PLANNED:
        move(session, lifecycle.DELIVER, by=by, case=None, event={"session": session.pk})
    elif not somebody_came and session.status == SessionStatus.DELIVERED:
        move(session, lifecycle.UNDELIVER, by=by, case=None, event={"session": session.pk})


def _derive_milestone(case, by) -> None:
    """The case has attended a workshop when its first attended session started, and not without one."""
    case = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    kind = Milestone.Kind.WORKSHOP_ATTENDED
    first = case.bookings.attended().order_by("session__starts_at").values_list("session__starts_at", flat=True).first()
    known = case.milestones.filter(kind=kind).first()
    if known and known.at != first:
        unreach(case, kind, by=by)
        known = None
    if first and not known:
        reach(case, kind, at=first, by=by)
