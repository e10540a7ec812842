"""The verbs of a workshop: schedule, book, record who came, cancel.

Whoever changes a session's places locks its row first, so that the last place goes to one person and the waiting list
is never passed over. The case is locked before the session when a booking is made or a case with a place is closed,
after it when somebody moves up. The two cannot wait for each other: who moves up is waiting for this session, and a
case that waits somewhere is refused a booking, and closed, without touching the session.
"""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.roles import Role
from audit.trail import IllegalMove, Refusal, move, record
from referrals.lifecycle import CLOSED, Status
from referrals.models import Milestone, Referral
from referrals.operations import lock_for_stage, reach, unreach
from workshops import facts, lifecycle, rules
from workshops.lifecycle import RECORDED, BookingStatus, SessionStatus
from workshops.models import Booking, FeedbackResponse, Session


def _lock(session) -> Session:
    return Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)


# --- sessions -------------------------------------------------------------------------------------------------------


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
    current = _lock(session)
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


# --- bookings -------------------------------------------------------------------------------------------------------


@transaction.atomic
def book(case, session, *, by) -> Booking:
    """The person has a place on the session, or the next position on its waiting list when it is full: the status of
    the booking says which. Refused unless the case may start a workshop and still needs one, on a session of another
    force or for another audience, on one that has started or was cancelled, and while the case is booked or waiting
    somewhere. Free places go to those who wait for the session first. A waiting list whose session has started lapses
    here."""
    now = timezone.now()
    current = _ready(case, session)
    if already := facts.already_booked(current, now):
        raise IllegalMove(already)
    for lapsed in current.bookings.waiting().select_related("session__programme"):
        move(lapsed, lifecycle.LAPSE, by=by, case=current, event={"session": str(lapsed.session)})
    session = _lock(session)
    _not_over(session, now)
    _move_up(session, by)
    has_place = _take_place(session)
    booking = Booking.objects.create(
        case=current,
        session=session,
        status=BookingStatus.BOOKED if has_place else BookingStatus.WAITLISTED,
        booked_at=now if has_place else None,
        waitlisted_at=None if has_place else now,
        booked_by=by,
    )
    kind = lifecycle.BOOKED if has_place else lifecycle.WAITLISTED
    record(kind, by=by, case=current, session=str(session))
    return booking


def _ready(case, session) -> Referral:
    """The case, locked, if this person may go to this session."""
    current = lock_for_stage(case, "workshop")
    if not_needed := facts.not_needed(current):
        raise Refusal(not_needed)
    if current.force_id != session.force_id:
        raise Refusal(f"{current.reference} belongs to another force than this session.")
    wrong = rules.wrong_audience(current.participant.date_of_birth, session.day, session.audience)
    if wrong:
        raise Refusal(wrong)
    return current


def _not_over(session, now) -> None:
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
    the case may not go to a workshop now."""
    now = timezone.now()
    session = _lock(booking.session)
    _not_over(session, now)
    case = _ready(booking.case, session)
    if not _take_place(session):
        raise Refusal(f"All {session.capacity} places are taken.")
    move(booking, lifecycle.PROMOTE, by=by, case=case, event={"session": str(session)}, booked_at=now)


@transaction.atomic
def cancel_booking(booking, *, by) -> Booking | None:
    """The person has no booking any more. A place that comes free goes at once to the first on the waiting list whose
    case may go to a workshop now; that booking is returned. Refused once the session has started: then an outcome is
    recorded instead."""
    now = timezone.now()
    session = _lock(booking.session)
    current = Booking.objects.select_related("case").get(pk=booking.pk)
    had_place = current.status == BookingStatus.BOOKED
    if had_place and session.starts_at <= now:
        raise Refusal("The session has started. Record an outcome in its register instead.")
    move(booking, lifecycle.CANCEL_BOOKING, by=by, case=current.case, event={"session": str(session)})
    if not had_place:
        return None
    Session.objects.filter(pk=session.pk).update(places_taken=F("places_taken") - 1)
    moved_up = _move_up(session, by)
    return moved_up[0] if moved_up else None


def _move_up(session, by) -> list[Booking]:
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


# --- who came, and what they thought --------------------------------------------------------------------------------


@transaction.atomic
def record_attendance(booking, *, outcome, by, seen: str | None = None) -> None:
    """What came of a booking is recorded or corrected; the session's status and the case's milestone follow from it.

    Refused before the session starts and for a booking without a place; a correction also once the case is closed. With
    `seen`, the outcome's code that `by` had before them (empty: none), refused also when somebody has recorded another
    since. Recording what is already recorded changes nothing. A refusal names the booking as its field.
    """
    now = timezone.now()
    session = _lock(booking.session)
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
    session = _lock(session)
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


@transaction.atomic
def record_feedback(
    booking, *, by, answers: dict[str, bool | None], comment: str = "", may_be_quoted: bool = False
) -> FeedbackResponse:
    """What somebody said of the workshop they attended: for each of rules.STATEMENTS True (agree), False (disagree) or
    None (rather not say). Refused unless they attended, and a second time."""
    now = timezone.now()
    current = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    if current.status != BookingStatus.ATTENDED:
        raise Refusal("Feedback is recorded only for somebody who attended.")
    try:
        with transaction.atomic():
            response = FeedbackResponse.objects.create(
                booking=current,
                wording=settings.SCHEME["FEEDBACK_WORDING"],
                comment=comment,
                may_be_quoted=may_be_quoted and bool(comment),
                given_at=now,
                **{statement: answers[statement] for statement in rules.STATEMENTS},
            )
    except IntegrityError:
        given = timezone.localtime(current.feedback.given_at)
        raise IllegalMove(f"Feedback was already recorded for this person, on {given:%-d %B %Y at %H:%M}.") from None
    record(lifecycle.FEEDBACK_GIVEN, by=by, case=current.case)
    return response
