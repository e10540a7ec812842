"""The verbs of a workshop. Each says what becomes true and what is refused, and leaves its trace in its transaction."""

from workshops.operations.asking import (
    close_screen,
    leave_comment,
    make_comment_link,
    make_link,
    make_links,
    open_screen,
)
from workshops.operations.bookings import book, cancel_booking, give_place, leave_workshops
from workshops.operations.cancelling import cancel_session
from workshops.operations.certifying import certify
from workshops.operations.changing import edit_session, move_session
from workshops.operations.feedback import answer_link, answer_on_screen, record_feedback
from workshops.operations.feeds import make_feed, open_feed, revoke_feed
from workshops.operations.register import Line, record_attendance, record_register
from workshops.operations.sessions import schedule, schedule_series

__all__ = [
    "Line",
    "answer_link",
    "answer_on_screen",
    "book",
    "cancel_booking",
    "cancel_session",
    "certify",
    "close_screen",
    "edit_session",
    "give_place",
    "leave_comment",
    "leave_workshops",
    "make_comment_link",
    "make_feed",
    "make_link",
    "make_links",
    "move_session",
    "open_feed",
    "open_screen",
    "record_attendance",
    "record_feedback",
    "record_register",
    "revoke_feed",
    "schedule",
    "schedule_series",
]
