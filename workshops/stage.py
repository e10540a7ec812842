"""The workshop on the page of a case."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from govuk.worklists import Action, Row, Worklist
from referrals.stages import Ahead
from workshops import facts
from workshops.lifecycle import BookingStatus
from workshops.models import Session
from workshops.tags import booking_tag

TITLE = "Workshop"


def stage(case, user, now):
    """What the case has of workshops, for everybody who may see the case; None until it has a plan."""
    if not hasattr(case, "plan"):
        return None
    bookings = list(
        case.bookings.exclude(status=BookingStatus.CANCELLED)
        .select_related("session__programme", "session__facilitator", "outcome")
        .annotate(may_open=Exists(Session.objects.visible_to(user).filter(pk=OuterRef("session"))))
        .order_by("session__starts_at")
    )
    if not bookings and not case.plan.workshop_needed:
        return Worklist(TITLE, empty="The plan does not ask for a workshop.", tag=("Not needed", "grey"))
    obstacle = facts.obstacle(case, now, bookings)
    if not bookings and obstacle:
        return Worklist(TITLE, locked=obstacle, tag=("Not yet", "grey"))
    actions = []
    if not obstacle and user.may("workshops.book"):
        actions.append(Action("Book a workshop", reverse("workshops:book_case", args=[case.pk]), primary=True))
    if user.may("workshops.certify"):
        actions += [
            Action("Certificate of attendance (PDF)", reverse("workshops:certificate", args=[booking.pk]))
            for booking in bookings
            if booking.status == BookingStatus.ATTENDED
        ]
    return Worklist(
        TITLE,
        rows=[
            Row(
                booking.session.when,
                reverse("workshops:session", args=[booking.session_id]) if booking.may_open else "",
                f"{booking.session.programme}, {booking.session.place}"
                + (f". {booking.outcome}" if booking.outcome else ""),
                booking_tag(booking, booking.session, now),
            )
            for booking in bookings
        ],
        empty="Ready to be booked on a workshop.",
        tag=_reached(bookings),
        actions=actions,
        people=[("Workshop facilitator", booking.session.facilitator) for booking in bookings],
    )


def _reached(bookings):
    statuses = {booking.status for booking in bookings}
    if BookingStatus.ATTENDED in statuses:
        return "Attended", "green"
    if BookingStatus.BOOKED in statuses:
        return "Booked", "blue"
    return "To book", "orange"


def ahead(case, now) -> list[Ahead]:
    """The workshops that the participant is booked on, for themselves; what it is about is not said."""
    booked = case.bookings.filter(status=BookingStatus.BOOKED, session__ends_at__gt=now).select_related("session")
    return [
        Ahead("Workshop", booking.session.starts_at, booking.session.ends_at, booking.session.place)
        for booking in booked
    ]
