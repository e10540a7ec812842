"""What somebody booked on a workshop is told: called in the transaction of the verb that changes it."""


def told_of_booking(booking, *, by) -> None:
    """They have a place on the session, or a position on its waiting list: the status of the booking says which."""


def told_of_move(booking, *, was: str, by) -> None:
    """The session they are booked on is now at another time or place; `was`: when it had been."""


def told_of_cancel(booking, *, by, instead=None) -> None:
    """They have this booking no more; `instead`: the booking they have in its place, if they have one."""
