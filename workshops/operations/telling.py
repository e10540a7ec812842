"""What somebody booked on a workshop is told: called in the transaction of the verb that changes it.

They hear of what concerns a place that they have or had, not of waiting lists. What they have not got yet, because it
waits to be sent or printed, is replaced and not corrected. A message is about a booking and the version of its session;
a reminder about the booking and the start, so that a change of something else reminds nobody twice."""

import logging

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone

from referrals import contacting
from referrals.lifecycle import Status
from referrals.models import Message
from referrals.operations import drop_unsent, was_told, write_message
from workshops.lifecycle import BookingStatus, SessionStatus
from workshops.models import Booking

ABOUT = "workshop"  # the first word of `about`: workshops.truth answers for it
SUBJECTS = {
    "invitation": "Your place on a workshop",
    "moved": "Your workshop has changed",
    "cancelled": "You do not have to come to the workshop",
    "reminder": "Your workshop is tomorrow",
}
Purpose = Message.Purpose
logger = logging.getLogger(__name__)


def told_of_booking(booking, *, by) -> None:
    """They have a place on the session, or a position on its waiting list: the status of the booking says which."""
    if booking.status == BookingStatus.BOOKED:
        _tell(_read(booking), Purpose.INVITATION, by=by)


def told_of_move(booking, *, was: str, by) -> None:
    """The session they are booked on is now at another time or place; `was`: when it had been."""
    if booking.status != BookingStatus.BOOKED:
        return
    current = _read(booking)
    drop_unsent(current.case, _of(current), "The session moved before this was sent.")
    knew = was_told(current.case, _of(current))
    _tell(current, Purpose.MOVED if knew else Purpose.INVITATION, by=by, was=was)


def told_of_cancel(booking, *, by, instead=None) -> None:
    """They have this booking no more; `instead`: the booking they have in its place, if they have one."""
    current = _read(booking)
    drop_unsent(current.case, _of(current), "The place was cancelled before this was sent.")
    knew = was_told(current.case, _of(current)) and current.session.starts_at > timezone.now()
    if instead is not None and instead.status == BookingStatus.BOOKED:
        was = f"{current.session.when}, {current.session.place}"
        _tell(_read(instead), Purpose.MOVED if knew else Purpose.INVITATION, by=by, was=was)
    elif knew:
        _tell(current, Purpose.CANCELLED, by=by, waits=instead is not None)


def remind(now) -> int:
    """Everybody with a place on a session of tomorrow is reminded, once, from 10 in the morning; not who was told of it
    later than that, and not by letter, which would come too late. Returns how many messages were made. Somebody who
    cannot be written to does not hold up the others."""
    since = contacting.reminds_since(now)
    if since is None:
        return 0
    tomorrow, after = contacting.tomorrow(now)
    told = Message.objects.filter(case=OuterRef("case"), purpose__in=["invitation", "moved", "reminder"])
    booked = Booking.objects.filter(
        status=BookingStatus.BOOKED,
        case__status=Status.ACTIVE,
        session__status=SessionStatus.PLANNED,
        session__starts_at__gte=tomorrow,
        session__starts_at__lt=after,
    ).exclude(Exists(told.filter(made_at__gte=since)))
    made = 0
    for booking in _whole(booked):
        try:
            made += _tell(booking, Purpose.REMINDER, by=None) is not None
        except Exception:  # whatever it is, it is this booking’s; the next run tries again
            logger.exception("whoever has booking %s cannot be reminded yet", booking.pk)
    return made


def _read(booking) -> Booking:
    """As it is now: the caller may have read it before it was locked."""
    return _whole(Booking.objects.filter(pk=booking.pk)).get()


def _whole(bookings):
    return bookings.select_related(
        "case__participant", "case__parent_or_carer", "session__programme", "session__force"
    ).order_by("pk")


def _of(booking) -> str:
    return f"{ABOUT}:{booking.pk}:"


def _tell(booking, purpose, *, by, **more):
    session = booking.session
    which = f"{session.starts_at:%Y%m%d%H%M}" if purpose == Purpose.REMINDER else session.version

    def words(to, channel):
        hello, child = contacting.greeting(to, booking.case.participant)
        context = {
            "session": session,
            "short": {"programme": session.programme, "when": session.when, "place": session.place},
            "purpose": purpose.value,
            "hello": hello,
            "child": child,
            "phone": settings.CONTACT_PHONE,
            "reference": booking.case.reference,
            **more,
        }
        name = "sms" if channel == Message.Channel.SMS else purpose.value
        return contacting.tidy(render_to_string(f"workshops/messages/{name}.txt", context))

    return write_message(
        booking.case,
        purpose=purpose,
        about=f"{_of(booking)}{which}",
        day=session.day,
        subject=SUBJECTS[purpose],
        words=words,
        by=by,
        letters=purpose != Purpose.REMINDER,
    )
