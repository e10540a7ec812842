"""A booking that something is done to, opened as its page opens it."""

from django.db.models import QuerySet

from referrals.opening import reason_in_header
from referrals.querysets import hidden_from


def with_cases(bookings: QuerySet, user) -> QuerySet:
    """With what opened() reads."""
    return bookings.select_related("case", "session").annotate(hidden=hidden_from(user))


def opened(view):
    """The booking in the address. Where its case is restricted and this person named on it, the request says why
    (X-Reason); where they are not, the booking is known by its reference, and all that is done to one can be done."""
    booking = view.get_object()
    if not booking.hidden:
        reason_in_header(view.request, booking.case)
    return booking
