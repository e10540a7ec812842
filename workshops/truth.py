"""Whether what somebody was to be told of their workshop still holds when it is sent or printed."""

from referrals.lifecycle import Status
from referrals.models import Message
from workshops.lifecycle import BookingStatus
from workshops.models import Booking


def no_longer(message, now) -> str:
    """Why a message about a booking is not sent any more; empty if it is true."""
    pk = message.about.split(":")[1]
    booking = Booking.objects.select_related("case", "session").filter(pk=pk).first()
    if booking is None:
        return "The booking is not there any more."
    session = booking.session
    if session.starts_at <= now:
        return "The workshop has begun or is over."
    if message.purpose == Message.Purpose.CANCELLED:
        again = session.bookings.filter(case=booking.case_id, status=BookingStatus.BOOKED).exists()
        return "They have a place on this workshop again." if again else ""
    if booking.status != BookingStatus.BOOKED:
        return "They do not have this place any more."
    if booking.case.status != Status.ACTIVE:
        return f"The case is {Status(booking.case.status).label.lower()}."
    return "" if _says_where_and_when(message, session) else "The workshop has moved since."


def _says_where_and_when(message, session) -> bool:
    """What it says beside the facts, such as where the workshop was before, proves nothing."""
    facts = [f"When: {session.when}\nWhere: {session.place}"]
    if message.channel == Message.Channel.SMS:  # which says nothing else
        facts = [session.when, session.place]
    return all(fact in message.text for fact in [*facts, session.joining_link])
