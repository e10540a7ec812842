"""The times of work sessions that are planned."""

from datetime import date, datetime, timedelta

from audit.trail import Refusal
from placements.rules.words import date_in_words
from referrals.time_limits import LONDON


def weekly(first: date, start, end, count: int) -> list[tuple[datetime, datetime]]:
    """The same hours on the wall clock on so many days, a week apart; hours that do not exist, or exist twice, in a
    night when the clocks change are refused."""
    times = []
    for week in range(count):
        day = first + timedelta(weeks=week)
        times.append((on_the_wall(day, start, "starts_at"), on_the_wall(day, end, "ends_at")))
    return times


def on_the_wall(day: date, clock, field: str) -> datetime:
    """The moment at which the clock on the wall shows this time of this day. Refused where there are two or none."""
    first, second = (datetime.combine(day, clock, LONDON).replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise Refusal(
            f"The clocks change in the night of {date_in_words(day)}, and {clock:%H:%M} is not one time. "
            "Enter another time.",
            field,
        )
    return first
