"""Where a session or a booking has got to, in a word and a colour."""

from workshops import rules
from workshops.lifecycle import BookingStatus, SessionStatus

COLOURS = {
    BookingStatus.WAITLISTED: "yellow",
    BookingStatus.BOOKED: "blue",
    BookingStatus.ATTENDED: "green",
    BookingStatus.CANCELLED: "grey",
}


def overdue_tag(ended_at, now) -> tuple[str, str]:
    """How long a register has been waiting."""
    days = rules.days_overdue(ended_at, now)
    return (f"{days} day{'s' if days != 1 else ''} overdue", "red") if days else ("Register due today", "orange")


def session_tag(session, now) -> tuple[str, str]:
    """Of a session with its numbers (SessionQuerySet.with_numbers)."""
    if session.status == SessionStatus.CANCELLED:
        return "Cancelled", "grey"
    if session.ends_at > now:
        if session.starts_at <= now:
            return "Under way", "blue"
        return ("Places left", "green") if session.places_left else ("Full", "orange")
    if session.unrecorded:
        return overdue_tag(session.ends_at, now)
    if session.status == SessionStatus.DELIVERED:
        return "Delivered", "green"
    return ("Nobody came", "grey") if session.places_taken else ("Nobody was booked", "grey")


def booking_tag(booking, session, now) -> tuple[str, str]:
    """Of a booking. What nobody has recorded is never shown as absent."""
    if booking.status == BookingStatus.BOOKED and session.starts_at <= now:
        return "Not recorded yet", "orange"
    if booking.status == BookingStatus.DID_NOT_ATTEND:
        return booking.get_status_display(), "red" if booking.outcome.enforceable else "grey"
    return booking.get_status_display(), COLOURS[booking.status]
