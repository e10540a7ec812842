"""How times, days and amounts read."""

from datetime import date, datetime

from referrals.time_limits import LONDON

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def in_words(minutes: int) -> str:
    """630 → "10 hours 30 minutes"."""
    hours, rest = divmod(abs(minutes), 60)
    parts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((hours, "hour"), (rest, "minute")) if n]
    return ("minus " if minutes < 0 else "") + (" ".join(parts) or "0 minutes")


def day_in_words(day: date) -> str:
    """ "Wednesday 10 June 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def date_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def days_in_words(days) -> str:
    """[0, 2] → "Monday, Wednesday"."""
    return ", ".join(DAY_NAMES[day] for day in sorted(days))


def local(moment: datetime) -> datetime:
    """The clock on the wall in Derbyshire."""
    return moment.astimezone(LONDON)


def clock(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"
