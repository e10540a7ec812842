"""The days of a series, as pure functions: what is asked and the holidays in, days out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from django.utils import timezone

MOST = 60  # sessions of one series
LONGEST = timedelta(days=731)
NONE_LEFT = "No date is left on these days. Choose other days, or a later end."
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Closed:
    """Days on which no session is wanted, and why."""

    first: date
    last: date
    why: str


@dataclass
class Days:
    wanted: list[date] = field(default_factory=list)
    left_out: list[tuple[date, str]] = field(default_factory=list)
    too_many: bool = False

    @property
    def problem(self) -> str:
        """Why no series comes of it; empty if one does."""
        if self.too_many and len(self.wanted) < MOST:
            return "A series goes on for two years at most. Choose an earlier end."
        if self.too_many:
            return f"These are more than {MOST} sessions. Choose an earlier end."
        return "" if self.wanted else NONE_LEFT


@lru_cache
def _bank_holidays():
    return holidays.country_holidays("GB", subdiv="ENG")


def days_of(
    weekdays: Collection[int], first: date, *, last: date | None, number: int | None, closed: Iterable[Closed]
) -> Days:
    """The days of a series from `first`: on these weekdays (0 is Monday), until `last` or until there are `number`,
    never on a bank holiday of England, and not on what is closed. Never more than MOST, nor later than LONGEST after
    `first`; `too_many` says that more were asked for."""
    days, closed = Days(), list(closed)
    end = min(last, first + LONGEST) if last else first + LONGEST
    day = first
    while day <= end and len(days.wanted) < (number or MOST + 1):
        if day.weekday() in weekdays:
            if why := _why_not(day, closed):
                days.left_out.append((day, why))
            elif len(days.wanted) == MOST:
                days.too_many = True
                return days
            else:
                days.wanted.append(day)
        day += timedelta(days=1)
    days.too_many = bool(last and last > end) or bool(number and len(days.wanted) < number)
    return days


def _why_not(day: date, closed: list[Closed]) -> str:
    if day in _bank_holidays():
        return f"Bank holiday: {_bank_holidays()[day]}"
    return next((each.why for each in closed if each.first <= day <= each.last), "")


def spans_of(days: Iterable[date], starts: time, ends: time) -> list[tuple[datetime, datetime]]:
    """Start and end of each day’s session, by the clock on the wall."""
    return [tuple(timezone.make_aware(datetime.combine(day, at)) for at in (starts, ends)) for day in days]  # type: ignore[misc]
