"""The verbs of a workshop. Each says what becomes true and what is refused, and leaves its trace in its transaction."""

from workshops.operations.bookings import book, cancel_booking, give_place, leave_workshops
from workshops.operations.feedback import record_feedback
from workshops.operations.register import record_attendance, record_register
from workshops.operations.sessions import cancel_session, schedule

__all__ = [
    "book",
    "cancel_booking",
    "cancel_session",
    "give_place",
    "leave_workshops",
    "record_attendance",
    "record_feedback",
    "record_register",
    "schedule",
]
