"""The lifecycles of a session and of a booking.

session: PLANNED ⇄ DELIVERED; PLANNED → CANCELLED
         delivered as soon as one person is recorded as attended, planned again if that is corrected away
booking: WAITLISTED → BOOKED → ATTENDED | DID_NOT_ATTEND; WAITLISTED | BOOKED → CANCELLED
         a recorded outcome may be corrected
"""

from django.db import models

from audit.trail import Kind, Transition


class SessionStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"


class BookingStatus(models.TextChoices):
    WAITLISTED = "waitlisted", "On the waiting list"
    BOOKED = "booked", "Booked"
    ATTENDED = "attended", "Attended"
    DID_NOT_ATTEND = "did_not_attend", "Did not attend"
    CANCELLED = "cancelled", "Cancelled"


SS, B = SessionStatus, BookingStatus
RECORDED = (B.ATTENDED, B.DID_NOT_ATTEND)  # an outcome is recorded
HELD = (B.BOOKED, *RECORDED)  # has, or had, a place

DELIVER = Transition("deliver", (SS.PLANNED,), SS.DELIVERED, "workshops.record", Kind("session.delivered"))
UNDELIVER = Transition(
    "undeliver", (SS.DELIVERED,), SS.PLANNED, "workshops.record", Kind("session.not_delivered_after_all")
)
CANCEL_SESSION = Transition("cancel", (SS.PLANNED,), SS.CANCELLED, "workshops.schedule", Kind("session.cancelled"))

PROMOTE = Transition(
    "promote",
    (B.WAITLISTED,),
    B.BOOKED,
    "workshops.keep_list",
    Kind("booking.promoted", "Workshop place from the waiting list: {session}"),
)
ATTEND = Transition(
    "attend", (B.BOOKED,), B.ATTENDED, "workshops.record", Kind("booking.attended", "Workshop attended: {outcome}")
)
MISS = Transition(
    "miss",
    (B.BOOKED,),
    B.DID_NOT_ATTEND,
    "workshops.record",
    Kind("booking.missed", "Workshop not attended: {outcome}"),
)
CORRECT_TO_ATTENDED = Transition(
    "correct", (B.ATTENDED, B.DID_NOT_ATTEND), B.ATTENDED, "workshops.record",
    Kind("booking.corrected_to_attended", "Workshop attendance corrected to attended: {outcome}"),
)  # fmt: skip
CORRECT_TO_MISSED = Transition(
    "correct", (B.ATTENDED, B.DID_NOT_ATTEND), B.DID_NOT_ATTEND, "workshops.record",
    Kind("booking.corrected_to_missed", "Workshop attendance corrected to not attended: {outcome}"),
)  # fmt: skip
CANCEL_BOOKING = Transition(
    "cancel",
    (B.WAITLISTED, B.BOOKED),
    B.CANCELLED,
    "workshops.keep_list",
    Kind("booking.cancelled", "Workshop booking cancelled: {session}"),
)
LOSE_SESSION = Transition(
    "cancel",
    (B.WAITLISTED, B.BOOKED),
    B.CANCELLED,
    "workshops.schedule",
    Kind("booking.session_cancelled", "Workshop session cancelled, no booking any more: {session}, {reason}"),
)
OUTGROW = Transition(
    "cancel",
    (B.WAITLISTED, B.BOOKED),
    B.CANCELLED,
    "workshops.schedule",
    Kind(
        "booking.outgrown",
        "Workshop moved to a day when the person is of another age group, no booking any more: {session}",
    ),
)
LAPSE = Transition(
    "lapse",
    (B.WAITLISTED,),
    B.CANCELLED,
    "workshops.keep_list",
    Kind("booking.lapsed", "No place came free on the workshop: {session}"),
)

SESSION_TRANSITIONS = (DELIVER, UNDELIVER, CANCEL_SESSION)
BOOKING_TRANSITIONS = (
    PROMOTE, ATTEND, MISS, CORRECT_TO_ATTENDED, CORRECT_TO_MISSED, CANCEL_BOOKING, LOSE_SESSION, OUTGROW, LAPSE,
)  # fmt: skip

SCHEDULED = Kind("session.scheduled")
EDITED = Kind("session.edited")
MOVED = Kind("session.moved")
BOOKING_MOVED = Kind("booking.session_moved", "Workshop moved: {session}, {place}")
BOOKED = Kind("booking.made", "Booked on a workshop: {session}")
WAITLISTED = Kind("booking.waitlisted", "On the waiting list for a workshop: {session}")
FEEDBACK_GIVEN = Kind("feedback.given")
FEEDBACK_LINK_MADE = Kind("feedback.link_made")
SCREEN_OPENED = Kind("feedback.screen_opened", act="disclosure")
SCREEN_CLOSED = Kind("feedback.screen_closed")
COMMENT_LINK_MADE = Kind("comment.link_made")
COMMENT_GIVEN = Kind("comment.given")
QUOTES_READ = Kind("comment.quotes_read", act="consultation")
CERTIFIED = Kind("certificate.made", "Certificate of attendance made: {session}", act="disclosure")
FEED_MADE = Kind("calendar.made")
FEED_REVOKED = Kind("calendar.revoked")
FEED_READ = Kind("calendar.read", act="consultation")
READ = Kind("session.read", act="consultation")
LISTED = Kind("booking.ready_listed", act="consultation")


def session_refusal(session, transition) -> str:
    status = SessionStatus(session.status).label.lower()
    return {
        "deliver": f"This session cannot be recorded as delivered: it is already {status}.",
        "undeliver": f"This session was not recorded as delivered; it is {status}.",
        "cancel": f"This session cannot be cancelled: it is already {status}.",
    }[transition.verb]


def booking_refusal(booking, transition) -> str:
    status = BookingStatus(booking.status).label.lower()
    return {
        "promote": f"Only somebody on the waiting list can be given a place; this booking is “{status}”.",
        "attend": f"Attendance can be recorded only for a booked person; this booking is “{status}”.",
        "miss": f"Attendance can be recorded only for a booked person; this booking is “{status}”.",
        "correct": f"There is no recorded outcome to correct; this booking is “{status}”.",
        "cancel": f"This booking cannot be cancelled: it is “{status}”.",
        "lapse": f"Only a waiting list lapses; this booking is “{status}”.",
    }[transition.verb]
