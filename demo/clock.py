"""Times of the demonstration: London's clock, working days, and the days on which nothing happens."""

from datetime import date, datetime, time, timedelta
from random import Random

from referrals.time_limits import LONDON, is_working_day


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON)


def during(day: date, rng: Random, first: int = 9, last: int = 16) -> datetime:
    """A time of the day between two hours, both included."""
    return at(day, rng.randint(first, last), rng.randrange(60))


def working(day: date, ahead: int = 0) -> date:
    """The day itself if it is a working day, else the next; then so many working days ahead."""
    while not is_working_day(day):
        day += timedelta(days=1)
    for _ in range(ahead):
        day = working(day + timedelta(days=1))
    return day


def is_quiet(day: date) -> bool:
    """Between Christmas and New Year nobody teaches or works."""
    return (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 2)


def is_school_day(day: date) -> bool:
    """Monday to Friday, the long summer holiday left out."""
    return day.weekday() < 5 and not (7, 22) <= (day.month, day.day) <= (8, 31)


def teaching_days(start: date, end: date) -> list[date]:
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if is_working_day(day) and not is_quiet(day)]
