"""Ages, working days and time limits, as pure functions: the clock is an argument. Nothing here touches the database.

Source of each limit: docs/scheme.md, “Deadlines”.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")


# --- ages and working days ------------------------------------------------------------------------------------------


def age_on(born: date, day: date) -> int:
    """Age in whole years; somebody born on 29 February has their birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@lru_cache
def _bank_holidays():
    return holidays.country_holidays("GB", subdiv="ENG")


def bank_holiday(day: date) -> str:
    """The name of England's bank holiday on this day; nothing on any other."""
    return _bank_holidays().get(day) or ""


def is_working_day(day: date) -> bool:
    """Monday to Friday, England's bank holidays excepted."""
    return day.weekday() < 5 and day not in _bank_holidays()


def _wall(moment: datetime) -> datetime:
    """The clock on the wall in Derbyshire, so that a day is a day when the clocks change."""
    return moment.astimezone(LONDON).replace(tzinfo=None)


def _midnight_after(wall: datetime) -> datetime:
    return datetime.combine(wall.date() + timedelta(days=1), datetime.min.time())


def working_time(start: datetime, end: datetime) -> timedelta:
    """How much of the time from start to end fell on working days (24 hours each)."""
    here, there, total = _wall(start), _wall(end), timedelta()
    while here < there:
        step = min(_midnight_after(here), there)
        if is_working_day(here.date()):
            total += step - here
        here = step
    return total


def after_working_time(start: datetime, amount: timedelta) -> datetime:
    """The moment when so much working time has gone by since start."""
    here = _wall(start)
    while True:
        until = _midnight_after(here)
        if is_working_day(here.date()):
            if amount <= until - here:
                return (here + amount).replace(tzinfo=LONDON)
            amount -= until - here
        here = until


# --- the triage clock -----------------------------------------------------------------------------------------------


class ClockState(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True)
class Clock:
    """A deadline as it stands: its state, when it is or was due (None while stopped), and the words for it."""

    state: ClockState
    due_at: datetime | None
    words: str


def _in_words(moment: datetime) -> str:
    if moment.time() == moment.time().min:
        day = moment.date() - timedelta(days=1)
        return f"at the end of {day:%A} {day.day} {day:%B}"
    return f"{moment:%A} {moment.day} {moment:%B} at {moment:%H:%M}"


def working_days_clock(
    start: datetime,
    working_days: int,
    now: datetime,
    *,
    pauses: Iterable[tuple[datetime, datetime | None]] = (),
    paused: timedelta = timedelta(),
    done_at: datetime | None = None,
) -> Clock:
    """A limit in working days. The clock stands still during each pause (start, end); end None: it stands still now.
    `paused`: working time for which it has stood still besides."""
    allowed = timedelta(days=working_days) + paused
    pauses = list(pauses)
    if done_at is None and any(end is None for _, end in pauses):
        return Clock(ClockState.STOPPED, None, "Clock stopped: waiting for the officer")
    for begun, ended in pauses:
        allowed += working_time(begun, ended or done_at or now)
    due_at = after_working_time(start, allowed)
    if done_at is not None:
        met = done_at <= due_at
        words = "In time" if met else f"Late: was due {_in_words(due_at)}"
        return Clock(ClockState.MET if met else ClockState.MISSED, due_at, words)
    return clock_until(due_at, now)


def clock_until(due_at: datetime, now: datetime) -> Clock:
    """A clock that runs until a moment that is known already."""
    when = _in_words(due_at.astimezone(LONDON))
    if now > due_at:
        return Clock(ClockState.OVERDUE, due_at, f"Was due {when}")
    return Clock(ClockState.RUNNING, due_at, f"Due {when}")


# --- restorative justice: telling the victim ------------------------------------------------------------------------


def working_day_after(day: date, count: int) -> date:
    """The day that is so many working days after the given one, which does not count itself."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def rj_information_due(
    *, reported_on: date | None, offence_at: datetime | None, enhanced: bool, limits: Mapping[str, int]
) -> date | None:
    """The last day for telling a victim about restorative justice: so many working days after the report to the police,
    or after the offence while the day of the report is not known; None while neither is. `limits`: facts.limits()."""
    since = reported_on or (offence_at.astimezone(LONDON).date() if offence_at else None)
    return since and working_day_after(since, limits["rj_information_enhanced" if enhanced else "rj_information"])


def rj_information_in_words(due: date | None, told_on: date | None, today: date) -> str:
    """What to do about it, or what was done."""
    if told_on:
        return f"Told on {told_on.day} {told_on:%B %Y}{', late' if due and told_on > due else ''}"
    if due is None:
        return "Not told yet"
    last = f"the end of {due:%A} {due.day} {due:%B}"
    return f"Overdue: they should have been told by {last}" if today > due else f"Tell them by {last}"


# --- the first reparative session -----------------------------------------------------------------------------------


def within_hours(start: datetime | None, done: datetime | None, hours: int, now: datetime) -> str:
    """ "met", "missed" or "not due" for a limit in elapsed hours; "not due" also while there is no start."""
    if start is None:
        return "not due"
    due = start + timedelta(hours=hours)
    if done is not None:
        return "met" if done <= due else "missed"
    return "missed" if now > due else "not due"


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
