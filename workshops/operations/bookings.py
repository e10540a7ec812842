"""Who has a place: book, give a place, cancel.

Whoever changes a session's places locks its row first, so that the last place goes to one person and the waiting list
is never passed over. The case is locked before the session when a booking is made or a case with a place is closed,
after it when somebody moves up. The two cannot wait for each other: who moves up is waiting for this session, and a
case that waits somewhere is refused a booking, and closed, without touching the session. Who moves everybody from one
session to another (cancelling.py) keeps to the same order.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move, record
from referrals.models import Referral
from referrals.operations import lock_for_stage
from referrals.stages import kept_apart
from workshops import facts, lifecycle, rules
from workshops.lifecycle import BookingStatus, SessionStatus
from workshops.models import Booking, Session
from workshops.operations.sessions import lock
from workshops.operations.telling import told_of_booking, told_of_cancel


@transaction.atomic
def book(case, session, *, by, arrangements: str = "") -> Booking:
    """The person has a place on the session, or the next position on its waiting list when it is full: the status of
    the booking says which. Refused unless the case may start a workshop and still needs one, on a session of another
    force or for another audience, on one that has started or was cancelled, beside somebody from whom the person is
    kept apart, and while the case is booked or waiting somewhere. Where the session does not offer what the person
    needs (rules.unmet_needs), `arrangements` says how they will manage. Free places go to those who wait for the
    session first. A waiting list whose session has started lapses here."""
    now = timezone.now()
    current = ready(case, session)
    if already := facts.already_booked(current, now):
        raise IllegalMove(already)
    for lapsed in current.bookings.waiting().select_related("session__programme"):
        move(lapsed, lifecycle.LAPSE, by=by, case=current, event={"session": str(lapsed.session)})
    session = lock(session)
    not_over(session, now)
    fits(current, session)  # once more: the session may have moved before it was locked
    if unmet := rules.unmet_needs(current.participant, session):
        arrangements = arrangements.strip()
        if not arrangements:
            raise Refusal(f"{' '.join(unmet)} Enter how they will manage, or choose another session.", "arrangements")
    refuse_beside(current, session)
    move_up(session, by)
    booking = seat(current, session, by=by, at=now, arrangements=arrangements if unmet else "")
    told_of_booking(booking, by=by)
    return booking


def seat(case, session, *, by, at, arrangements: str = "") -> Booking:
    """A case that is ready has a place on the session, both locked, or waits for one from this moment on."""
    has_place = _take_place(session)
    booking = Booking.objects.create(
        case=case,
        session=session,
        status=BookingStatus.BOOKED if has_place else BookingStatus.WAITLISTED,
        booked_at=at if has_place else None,
        waitlisted_at=None if has_place else at,
        booked_by=by,
        arrangements=arrangements,
    )
    kind = lifecycle.BOOKED if has_place else lifecycle.WAITLISTED
    record(kind, by=by, case=case, session=str(session))
    return booking


def ready(case, session) -> Referral:
    """The case, locked, if this person may go to this session."""
    current = lock_for_stage(case, "workshop")
    if not_needed := facts.not_needed(current):
        raise Refusal(not_needed)
    if current.force_id != session.force_id:
        raise Refusal(f"{current.reference} belongs to another force than this session.")
    fits(current, session)
    return current


def fits(case, session) -> None:
    """Refuses somebody who will not be of the session's audience on its day."""
    wrong = rules.wrong_audience(case.participant.date_of_birth, session.day, session.audience)
    if wrong:
        raise Refusal(wrong)


def refuse_beside(case, session, *, but_for=None) -> None:
    """Refuses somebody while a person from whom they are kept apart is on the session, locked, or waits for it; of who
    moves up, their booking (`but_for`), while such a person has a place. Names nobody."""
    beside = session.bookings.holding_a_place() if but_for else session.bookings.exclude(status=BookingStatus.CANCELLED)
    if beside.filter(case__participant__in=kept_apart([case.participant_id])).exists():
        raise Refusal("Somebody who must be kept apart is booked on this session. Choose another session.")


def not_over(session, now) -> None:
    if session.status == SessionStatus.CANCELLED:
        raise Refusal("This session was cancelled. Choose another.")
    if session.starts_at <= now:
        raise Refusal(f"This session started on {timezone.localtime(session.starts_at):%-d %B %Y at %H:%M}.")


def _take_place(session) -> bool:
    """Take one place if one is free. The database refuses to go beyond the capacity whoever asks."""
    free = Session.objects.filter(pk=session.pk, places_taken__lt=F("capacity"))
    return bool(free.update(places_taken=F("places_taken") + 1))


@transaction.atomic
def give_place(booking, *, by) -> None:
    """Somebody on the waiting list has a free place. Refused when none is free, when the session has started, and when
    the case may not go to a workshop now, or not beside somebody who has a place."""
    now = timezone.now()
    session = lock(booking.session)
    not_over(session, now)
    case = ready(booking.case, session)
    refuse_beside(case, session, but_for=booking)
    if not _take_place(session):
        raise Refusal(f"All {session.capacity} places are taken.")
    move(booking, lifecycle.PROMOTE, by=by, case=case, event={"session": str(session)}, booked_at=now)
    told_of_booking(booking, by=by)


@transaction.atomic
def cancel_booking(booking, *, by) -> Booking | None:
    """The person has no booking any more. A place that comes free goes at once to the first on the waiting list whose
    case may go to a workshop now; that booking is returned. Refused once the session has started: then an outcome is
    recorded instead."""
    now = timezone.now()
    session = lock(booking.session)
    current = Booking.objects.select_related("case").get(pk=booking.pk)
    had_place = current.status == BookingStatus.BOOKED
    if had_place and session.starts_at <= now:
        raise Refusal("The session has started. Record an outcome in its register instead.")
    move(booking, lifecycle.CANCEL_BOOKING, by=by, case=current.case, event={"session": str(session)})
    told_of_cancel(booking, by=by)
    if not had_place:
        return None
    Session.objects.filter(pk=session.pk).update(places_taken=F("places_taken") - 1)
    moved_up = move_up(session, by)
    return moved_up[0] if moved_up else None


def move_up(session, by) -> list[Booking]:
    """The free places of a session go to those on its waiting list whose cases may go to a workshop now, first come
    first; whoever moved up. A case that may not go, for example because it is suspended, keeps its position."""
    moved_up = []
    for waiting in session.bookings.waiting().select_related("case", "session"):
        if not Session.objects.filter(pk=session.pk, places_taken__lt=F("capacity")).exists():
            break
        try:
            give_place(waiting, by=by)
        except Refusal:
            continue
        moved_up.append(waiting)
    return moved_up


def leave_workshops(case, *, by) -> None:
    """A case that is closed waits for no workshop and has no place on one to come; its place goes to the next who
    waits. A place on a session that has started stays: its first outcome may still be recorded."""
    now = timezone.now()
    for booking in case.bookings.filter(status__in=lifecycle.CANCEL_BOOKING.sources).select_related(
        "session__programme"
    ):
        try:
            if booking.status == BookingStatus.WAITLISTED:
                event = {"session": str(booking.session)}
                move(booking, lifecycle.CANCEL_BOOKING, by=by, case=case, event=event)
            elif booking.session.starts_at > now:
                cancel_booking(booking, by=by)
        except Refusal:
            continue  # in the meantime somebody cancelled it, or its session, or the session has begun
