"""A session, or the rest of a series, does not take place: everybody goes to another session, or back to those who are
to be booked.

The order of locks is that of bookings.py. A case with a place on a session to come is locked before the session, as
when it is closed; one that waits is locked after it, as when it moves up. Of a session that has started nobody waits
any more, and cases are locked after it, as when attendance is recorded.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move
from referrals.models import Referral
from workshops import lifecycle
from workshops.lifecycle import RECORDED, BookingStatus, SessionStatus
from workshops.models import Booking, Session
from workshops.operations.bookings import move_up, not_over, ready, refuse_beside, seat
from workshops.operations.changing import refuse_stale
from workshops.operations.staff import staff_of, tell_staff
from workshops.operations.telling import told_of_cancel

TRIES = 3


@dataclass
class Cancelled:
    """What became of everybody: who has a place on the other session, who waits for it, and who is to be booked, each
    with why they did not go along (empty: nobody said where to)."""

    sessions: int = 0
    placed: list[Booking] = field(default_factory=list)
    waiting: list[Booking] = field(default_factory=list)
    to_book: list[tuple[Booking, str]] = field(default_factory=list)

    @property
    def people(self) -> int:
        return len(self.placed) + len(self.waiting) + len(self.to_book)


class _SomebodyJoined(Exception):
    """Booked after the cases were locked, and before the session was."""


@transaction.atomic
def cancel_session(session, *, by, reason, to=None, later=False, version: int | None = None) -> Cancelled:
    """The session does not take place, nor, with `later`, any later one of its series that `by` sees; one that is over
    did not. All who were booked go to the session `to`, then those who waited, in their order: to a place, or to its
    waiting list behind those who stand there. Who may not go to it, and everybody where `to` is None, has no booking
    and is to be booked. All are told, and so is who runs the sessions.

    Refused once attendance is recorded, a second time, when somebody has changed it since (Stale), and for a `to` that
    is over, cancelled here, of another force or for another audience."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():  # undone, it lets go of its locks
                return _cancel(session, by, reason, to, later, version)
        except _SomebodyJoined:
            continue
    raise IllegalMove("People are being booked on this session at this moment. Try again.")


def _cancel(session, by, reason, to, later, version) -> Cancelled:
    now = timezone.now()
    ends = _lock(session, by, to, later, now)
    refuse_stale(ends[session.pk], version)
    target = ends.pop(to.pk) if to else None
    if target:
        _refuse_target(session, target, now)
    released: list[Booking] = []
    for current in sorted(ends.values(), key=lambda each: each.starts_at):
        released += _release(current, by, reason, target, now)
    outcome = Cancelled(sessions=len(ends))
    if target:
        move_up(target, by)
    for number, booking in enumerate(released):
        _place(booking, target, outcome, by, now + timedelta(microseconds=number))
    return outcome


def _lock(session, by, to, later, now) -> dict:
    """The sessions, by key: that which is cancelled, the later ones of its series, and that which everybody goes to."""
    pks = [session.pk]
    if later and session.series:
        pks += Session.objects.visible_to(by).later_in_series(session).values_list("pk", flat=True)
    if to and to.pk in pks:
        raise Refusal("Choose a session that is not cancelled with this one.", "to")
    ahead = Booking.objects.filter(session__in=pks, session__starts_at__gt=now)
    locked = _lock_cases(ahead.filter(status=BookingStatus.BOOKED))
    found = Session.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[*pks, to.pk] if to else pks)
    ends = {each.pk: each for each in found.select_related("programme", "facilitator").order_by("pk")}
    if set(ahead.filter(status=BookingStatus.BOOKED).values_list("case", flat=True)) - locked:
        raise _SomebodyJoined
    _lock_cases(ahead.filter(status=BookingStatus.WAITLISTED))
    return ends


def _lock_cases(bookings) -> set:
    cases = Referral.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=bookings.values("case"))
    return set(cases.order_by("pk").values_list("pk", flat=True))


def _refuse_target(session, target, now) -> None:
    try:
        not_over(target, now)
    except Refusal as refusal:
        raise Refusal(refusal.sentence, "to") from None
    if target.force_id != session.force_id or target.audience != session.audience:
        raise Refusal("Choose a session of the same force and for the same audience.", "to")


def _release(session, by, reason, target, now) -> list[Booking]:
    """The session is cancelled; who had a booking on it, those with a place first, each by how long they had it."""
    recorded = session.bookings.filter(status__in=RECORDED).count()
    if session.status == SessionStatus.PLANNED and recorded:
        raise Refusal(f"This session cannot be cancelled: attendance is already recorded for {recorded} of its people.")
    event = move(
        session,
        lifecycle.CANCEL_SESSION,
        by=by,
        case=None,
        event={"session": session.pk, "reason": reason.label},
        cancel_reason=reason,
        places_taken=0,
        version=session.version + 1,
        changed_at=now,
        moved_to=target,
    )
    over = session.ends_at <= now
    tell_staff(staff_of(session), event, session, "did not take place." if over else "was cancelled.", by=by)
    rows = session.bookings.filter(status__in=lifecycle.LOSE_SESSION.sources)
    if session.starts_at <= now:  # who still waited is perhaps being booked elsewhere at this moment
        rows = rows.select_for_update(of=("self",), skip_locked=True)
    bookings = sorted(
        rows.select_related("case__participant"),
        key=lambda each: (
            each.status != BookingStatus.BOOKED,
            each.booked_at or each.waitlisted_at or now,
            str(each.pk),
        ),
    )
    for booking in bookings:
        waited = booking.status == BookingStatus.WAITLISTED
        told = {"session": str(session), "reason": reason.label.lower()}
        move(booking, lifecycle.LOSE_SESSION, by=by, case=booking.case, event=told)
        booking.session, booking.goes_along = session, session.starts_at > now or not waited
    return bookings


def _place(booking, target, outcome, by, at) -> None:
    why = ""
    if target and booking.goes_along:
        try:
            case = ready(booking.case, target)
            refuse_beside(case, target)
        except Refusal as refusal:
            why = refusal.sentence
        else:
            instead = seat(case, target, by=by, at=at, arrangements=booking.arrangements)
            (outcome.placed if instead.status == BookingStatus.BOOKED else outcome.waiting).append(instead)
            told_of_cancel(booking, by=by, instead=instead)
            return
    outcome.to_book.append((booking, why))
    told_of_cancel(booking, by=by)
