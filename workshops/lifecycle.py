"""The lifecycles of a session and of a booking.

session: PLANNED → DELIVERED | CANCELLED
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

DELIVER = Transition("deliver", (SS.PLANNED,), SS.DELIVERED, "workshops.record", Kind("session.delivered"))
CANCEL_SESSION = Transition("cancel", (SS.PLANNED,), SS.CANCELLED, "workshops.schedule", Kind("session.cancelled"))

PROMOTE = Transition(
    "promote",
    (B.WAITLISTED,),
    B.BOOKED,
    "workshops.book",
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
    "workshops.book",
    Kind("booking.cancelled", "Workshop booking cancelled"),
)

SESSION_TRANSITIONS = (DELIVER, CANCEL_SESSION)
BOOKING_TRANSITIONS = (PROMOTE, ATTEND, MISS, CORRECT_TO_ATTENDED, CORRECT_TO_MISSED, CANCEL_BOOKING)

SCHEDULED = Kind("session.scheduled")
BOOKED = Kind("booking.made", "Booked on a workshop: {session}")
WAITLISTED = Kind("booking.waitlisted", "On the waiting list for a workshop: {session}")
FEEDBACK_GIVEN = Kind("feedback.given")
READ = Kind("session.read", act="consultation")


def session_refusal(session, transition) -> str:
    attempted = {"deliver": "recorded as delivered", "cancel": "cancelled"}[transition.verb]
    return f"This session cannot be {attempted}: it is already {SessionStatus(session.status).label.lower()}."


def booking_refusal(booking, transition) -> str:
    status = BookingStatus(booking.status).label.lower()
    return {
        "promote": f"Only somebody on the waiting list can be given a place; this booking is “{status}”.",
        "attend": f"Attendance can be recorded only for a booked person; this booking is “{status}”.",
        "miss": f"Attendance can be recorded only for a booked person; this booking is “{status}”.",
        "correct": f"There is no recorded outcome to correct; this booking is “{status}”.",
        "cancel": f"This booking cannot be cancelled: it is “{status}”.",
    }[transition.verb]
