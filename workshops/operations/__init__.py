"""The verbs of a workshop. Each says what becomes true and what is refused, and leaves its trace in its transaction."""

from workshops.operations.bookings import book, cancel_booking, give_place, leave_workshops
from workshops.operations.cancelling import cancel_session
from workshops.operations.changing import edit_session, move_session
from workshops.operations.feedback import record_feedback
from workshops.operations.feeds import make_feed, open_feed, revoke_feed
from workshops.operations.register import record_attendance, record_register
from workshops.operations.sessions import schedule, schedule_series

__all__ = [
    "book",
    "cancel_booking",
    "cancel_session",
    "edit_session",
    "give_place",
    "leave_workshops",
    "make_feed",
    "move_session",
    "open_feed",
    "record_attendance",
    "record_feedback",
    "record_register",
    "revoke_feed",
    "schedule",
    "schedule_series",
]
