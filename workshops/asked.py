"""Who may still be asked what they think, without an account; read from the database."""

from collections import Counter

from django.db.models import Q

from referrals.tokens import digest_of
from workshops.lifecycle import BookingStatus, SessionStatus
from workshops.models import Booking, FeedbackLink, Kiosk

MAY_ANSWER = (BookingStatus.BOOKED, BookingStatus.ATTENDED)  # the register may come after the answers


def unanswered(bookings, now):
    """Of these bookings, those whose people were, or may have been, there and have not said yet what they think."""
    return bookings.filter(status__in=MAY_ANSWER, feedback__isnull=True, session__starts_at__lte=now)


def open_link(token: str, now) -> FeedbackLink | None:
    """The link with this secret, if it can still be answered."""
    of_a_booking = Q(booking__status__in=MAY_ANSWER, booking__feedback__isnull=True)
    return (
        FeedbackLink.objects.filter(Q(booking__isnull=True) | of_a_booking)
        .filter(digest=digest_of(token), used_at__isnull=True, expires_at__gt=now)
        .first()
    )


def open_screen(token: str, now) -> Kiosk | None:
    """The screen with this secret, while it is open and whoever opened it still runs workshops."""
    screen = (
        Kiosk.objects.filter(digest=digest_of(token), closes_at__gt=now)
        .exclude(session__status=SessionStatus.CANCELLED)
        .select_related("session__programme", "opened_by__organisation")
        .first()
    )
    return screen if screen and screen.opened_by.may("workshops.record") else None


def people_on(screen, now) -> list[Booking]:
    """Who can still answer on this screen, by first name, each with the `label` that the others know them by. Nobody
    whose case is restricted stands on a screen."""
    there = unanswered(Booking.objects.filter(session=screen.session_id, case__restricted=False), now)
    people = list(there.select_related("case__participant"))
    names = [booking.case.participant for booking in people]
    short = Counter(_short(name) for name in names)
    for booking, name in zip(people, names, strict=True):
        alike = short[_short(name)] > 1
        booking.label = f"{_first(name)} {name.family_name}" if alike else _short(name)
    return sorted(people, key=lambda booking: (booking.label.casefold(), str(booking.pk)))


def _first(person) -> str:
    return (person.given_names.split() or [""])[0]


def _short(person) -> str:
    """First name and initial: Jordan A."""
    return f"{_first(person)} {person.family_name[:1]}.".strip()
