"""What the demonstration sets out to show: the published half-year, and the quarters around it.

These numbers are the plan's input. The generator lays out people, sessions, hours and checks that add up to them; the
application never reads this file, and its figures are counted from the rows.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

SEED = "immediate-justice-demonstration-1"


def dice(what: str) -> Random:
    """Chance that falls the same way every time for the same purpose, and for one purpose whatever the others do."""
    return Random(f"{SEED}:{what}")  # noqa: S311  (nothing here is secret)


class PlanError(Exception):
    """The rows cannot be laid out so that they add up to the plan."""


@dataclass(frozen=True)
class Target:
    """Derbyshire Police's published figures of the scheme for one half-year."""

    start: date
    end: date
    adults: int
    young_people: int
    programmes: int
    rj_facilitated: int
    hours: int
    placements: int
    percent_agree: dict[str, int]
    percent_no_further_offence: int

    def covers(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def minutes(self) -> int:
        return self.hours * 60


PUBLISHED = Target(
    start=date(2024, 4, 1),
    end=date(2024, 9, 30),
    adults=238,
    young_people=121,
    programmes=211,
    rj_facilitated=43,
    hours=12_888,
    placements=64,
    percent_agree={
        "better_understanding_of_asb": 97,
        "would_handle_situations_differently": 94,
        "acknowledged_harm_and_took_responsibility": 92,
        "workshop_beneficial": 94,
        "positive_experience_overall": 91,
    },
    percent_no_further_offence=77,
)


@dataclass(frozen=True)
class Quarter:
    """Three months: how many people attend a workshop, over how many sessions, and how many RJ meetings there are."""

    start: date
    adults: int
    young_people: int
    sessions: int
    rj_facilitated: int
    large_orders: bool = field(default=False)

    @property
    def end(self) -> date:
        following = self.start + timedelta(days=95)
        return following.replace(day=1) - timedelta(days=1)

    def sessions_for(self, young: bool) -> int:
        for_young = round(self.sessions * self.young_people / (self.adults + self.young_people))
        return for_young if young else self.sessions - for_young


# The published half-year is the two quarters from 1 April 2024. 12,888 hours are 36 for each of its 359 people, which
# orders of 5 to 20 hours cannot give: from October 2023 to September 2024 the orders are larger (each with its reason),
# and people who attended before April work off theirs in the half-year.
QUARTERS = (
    Quarter(date(2023, 1, 1), 22, 10, 20, 3),
    Quarter(date(2023, 4, 1), 30, 14, 26, 4),
    Quarter(date(2023, 7, 1), 40, 19, 33, 6),
    Quarter(date(2023, 10, 1), 76, 38, 62, 9, large_orders=True),
    Quarter(date(2024, 1, 1), 114, 57, 96, 15, large_orders=True),
    Quarter(date(2024, 4, 1), 116, 59, 103, 20, large_orders=True),
    Quarter(date(2024, 7, 1), 122, 62, 108, 23, large_orders=True),
    Quarter(date(2024, 10, 1), 72, 36, 60, 12),
    Quarter(date(2025, 1, 1), 60, 32, 50, 10),
    Quarter(date(2025, 4, 1), 62, 30, 50, 11),
    Quarter(date(2025, 7, 1), 58, 28, 48, 10),
    Quarter(date(2025, 10, 1), 60, 31, 50, 11),
    Quarter(date(2026, 1, 1), 63, 33, 52, 12),
    Quarter(date(2026, 4, 1), 61, 30, 50, 11),
    Quarter(date(2026, 7, 1), 64, 34, 54, 12),
)
# From the last quarter on, every quarter is like this one until the day that the data are made for.
STEADY = Quarter(date(2026, 10, 1), 62, 32, 52, 11)

EARLIEST_TODAY = date(2026, 1, 1)  # by then the last 12-month check of the published half-year has been done
LATEST_TODAY = date(2030, 12, 31)

USUAL_ORDERS = {5: 1, 6: 1, 8: 3, 10: 5, 12: 4, 15: 4, 16: 2, 18: 1, 20: 3}  # hours → how often
LARGE_ORDERS = {16: 1, 20: 3, 24: 2, 30: 3, 36: 2, 40: 5, 50: 4, 60: 5}
SMALLEST_ORDER, LARGEST_ORDER = 5, 60


def quarters_until(day: date) -> list[Quarter]:
    """The quarters that have begun by the day."""
    quarters = list(QUARTERS)
    start = STEADY.start
    while start <= day:
        quarter = Quarter(start, STEADY.adults, STEADY.young_people, STEADY.sessions, STEADY.rj_facilitated)
        quarters.append(quarter)
        start = quarter.end + timedelta(days=1)
    return [quarter for quarter in quarters if quarter.start <= day]


def agreeing(percent: int, answered: int) -> int:
    """How many of those who answered must agree so that the share, rounded, is the percentage."""
    agree = (percent * answered + 50) // 100
    if (200 * agree + answered) // (2 * answered) != percent:
        raise PlanError(f"No share of {answered} answers rounds to {percent} %.")
    return agree
