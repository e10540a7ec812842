"""What a session says: change it, or move it to another time or place."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.models import Event
from audit.trail import IllegalMove, Refusal, move, record
from referrals.operations import Stale
from workshops import lifecycle, rules
from workshops.lifecycle import BookingStatus, SessionStatus
from workshops.models import Booking, Session
from workshops.operations.bookings import move_up
from workshops.operations.sessions import check_capacity, check_times, checked_place, lock
from workshops.operations.staff import lock_staff, refuse_clashes, staff_of, tell_staff
from workshops.operations.telling import told_of_cancel, told_of_move

CHANGES = (lifecycle.EDITED.name, lifecycle.MOVED.name, lifecycle.CANCEL_SESSION.kind.name)


def refuse_stale(current, version: int | None) -> None:
    """Refused (Stale), with who changed it, unless the session, locked, still says what was read at this version. None:
    whoever asks does not say."""
    if version is None or current.version == version:
        return
    last = (
        Event.objects.filter(kind__in=CHANGES, at__gte=current.changed_at, data__session=str(current.pk))
        .order_by("-at", "-id")
        .first()
    )
    by, at = last.actor_name if last else "Somebody", timezone.localtime(current.changed_at)
    raise Stale(
        f"{by} changed this session on {at:%-d %B %Y at %H:%M}, while you had it open. What you entered is still here: "
        "compare it with what the session says now, and save again.",
        details=[{"version": current.version, "by": by, "at": at.isoformat()}],
    )


@transaction.atomic
def edit_session(
    session, *, by, version: int | None, audience: str, capacity: int, facilitator, co_facilitators=(), **fields
) -> list[Booking]:
    """The session says this; whoever has come to run it, or no longer does, is told. More places go to those who wait:
    their bookings are returned. Refused once it is over or cancelled, when somebody has changed it since (Stale), for
    fewer places than are taken, for another audience once somebody is booked or waits, and for people who are busy."""
    current = lock(session)
    refuse_stale(current, version)
    if current.status == SessionStatus.CANCELLED or current.ends_at <= timezone.now():
        over = "was cancelled" if current.status == SessionStatus.CANCELLED else "is over"
        raise IllegalMove(f"This session {over}, so it can no longer be changed.")
    check_capacity(capacity)
    taken = current.places_taken
    if capacity < taken:
        raise Refusal(
            f"{taken} {'place is' if taken == 1 else 'places are'} taken, so there cannot be only {capacity}. Enter "
            f"{taken} or more, or cancel bookings first.",
            "capacity",
        )
    people = current.bookings.exclude(status=BookingStatus.CANCELLED).count()
    if audience != current.audience and people:
        raise Refusal(
            f"{people} {'person is' if people == 1 else 'people are'} booked or waiting, so this stays a session for "
            f"{current.get_audience_display().lower()}.",
            "audience",
        )
    before = staff_of(current)
    staff = lock_staff(facilitator, co_facilitators, current.force)
    refuse_clashes(staff, [(current.starts_at, current.ends_at)], but_for=current)
    asked = {"audience": audience, "capacity": capacity, "facilitator": staff[0], **fields}
    changed = _changed(current, asked)
    if {person.pk for person in before[1:]} != {person.pk for person in staff[1:]}:
        changed.append("co_facilitators")
    if not changed:
        return []
    _save(current, asked)
    current.co_facilitators.set(staff[1:])
    event = record(lifecycle.EDITED, by=by, session=current.pk, version=current.version, fields=changed)
    tell_staff([each for each in staff if each not in before], event, current, "scheduled for you.", by=by)
    tell_staff([each for each in before if each not in staff], event, current, "you no longer run it.", by=by)
    return move_up(current, by)


@transaction.atomic
def move_session(
    session, *, by, version: int | None, starts_at, ends_at, place: str = "", joining_link: str = "", **fields
) -> list[Booking]:
    """The session is at this time and place, and everybody booked or waiting keeps their booking and is told, and so is
    who runs it. Somebody who will belong to another audience on the new day loses it: those bookings are returned.
    Refused once it has started or was cancelled, when somebody has changed it since (Stale), in the past, for people
    who are busy then, and without a place or a safe link."""
    current, now = lock(session), timezone.now()
    refuse_stale(current, version)
    if current.status == SessionStatus.CANCELLED or current.starts_at <= now:
        late = "was cancelled" if current.status == SessionStatus.CANCELLED else "has started"
        raise IllegalMove(f"This session {late}, so it can no longer be moved.")
    check_times(starts_at, ends_at)
    place = checked_place(place, joining_link)
    before = staff_of(current)
    staff = lock_staff(before[0], before[1:], current.force)
    refuse_clashes(staff, [(starts_at, ends_at)], but_for=current)
    was = f"{current.when}, {current.place}"
    asked = {"starts_at": starts_at, "ends_at": ends_at, "place": place, "joining_link": joining_link, **fields}
    changed = _changed(current, asked)
    if not changed:
        return []
    _save(current, asked)
    event = record(
        lifecycle.MOVED, by=by, session=current.pk, version=current.version, fields=changed, starts_at=starts_at
    )
    if not {"starts_at", "ends_at", "place", "joining_link"} & set(changed):
        return []
    tell_staff(staff, event, current, f"moved. It was {was}.", by=by)
    return _take_along(current, was, by)


def _changed(session, asked) -> list[str]:
    return [name for name, value in asked.items() if getattr(session, name) != value]


def _save(session, asked) -> None:
    for name, value in asked.items():
        setattr(session, name, value)
    session.version += 1
    session.save(update_fields=[*asked, "version", "changed_at"])


def _take_along(session, was, by) -> list[Booking]:
    """Everybody on a session that has moved is told, but for those who are now too old or too young for it."""
    lost = []
    ahead = session.bookings.filter(status__in=[BookingStatus.BOOKED, BookingStatus.WAITLISTED])
    for booking in ahead.select_related("case__participant").order_by("pk"):
        booking.session = session
        born = booking.case.participant.date_of_birth
        if not rules.wrong_audience(born, session.day, session.audience):
            record(lifecycle.BOOKING_MOVED, by=by, case=booking.case, session=str(session), place=session.place)
            told_of_move(booking, was=was, by=by)
            continue
        had_place = booking.status == BookingStatus.BOOKED
        move(booking, lifecycle.OUTGROW, by=by, case=booking.case, event={"session": str(session)})
        if had_place:
            Session.objects.filter(pk=session.pk).update(places_taken=F("places_taken") - 1)
        told_of_cancel(booking, by=by)
        lost.append(booking)
    if lost:
        move_up(session, by)
    return lost
