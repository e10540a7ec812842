"""The shapes of the answers: frozen dataclasses of numbers. Shares keep both of their numbers."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    base: int

    @property
    def percent(self) -> int | None:
        """The share in whole per cent, halves rounded up; None of nothing."""
        return (200 * self.part + self.base) // (2 * self.base) if self.base else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share after Wilson (1927), in per cent; None of nothing."""
        if not self.base:
            return None
        z, n, p = 1.959964, self.base, self.part / self.base
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
        return 100 * max(low, 0.0), 100 * min(high, 1.0)


@dataclass(frozen=True)
class Row:
    """One line of a breakdown: what it is of, and its counts."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Breakdown:
    """Counts by one characteristic; its rows add up to the whole."""

    by: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Referrals:
    submitted: int
    accepted: int
    declined: int
    declined_because: tuple[Row, ...]


@dataclass(frozen=True)
class Participants:
    adults: int
    young_people: int
    age_not_known: int

    @property
    def all(self) -> int:
        return self.adults + self.young_people + self.age_not_known


@dataclass(frozen=True)
class Placements:
    sites: int
    people: int


@dataclass(frozen=True)
class RestorativeJustice:
    offered: int
    accepted: int
    declined: int
    no_answer: int
    facilitated: int
    direct: int
    satisfied_victims: Share


@dataclass(frozen=True)
class Agreement:
    statement: str
    agree: Share


@dataclass(frozen=True)
class Feedback:
    responses: Share
    statements: tuple[Agreement, ...]


@dataclass(frozen=True)
class Window:
    """One follow-up time: people whose time is not yet over, people not checked, and what the checks found."""

    months: int
    not_yet_due: int
    unchecked: int
    no_further_offence: Share


@dataclass(frozen=True)
class FurtherOffences:
    people: int
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Completion:
    completed: Share
    not_completed_because: tuple[Row, ...]


@dataclass(frozen=True)
class Median:
    """The middle of so many cases, in days; None of nothing."""

    step: str
    cases: int
    from_disposal: float | None
    from_referral: float | None


@dataclass(frozen=True)
class Timeliness:
    limit_hours: int
    in_time: Share
    not_yet_due: int
    medians: tuple[Median, ...]


@dataclass(frozen=True)
class Mentoring:
    """Contacts that took place, with how many people and how long; and those to which nobody came."""

    contacts: int
    people: int
    minutes: int
    did_not_come: int


@dataclass(frozen=True)
class Courses:
    """Enrolments (and how many of them were left), results, and the minutes credited towards orders."""

    enrolments: int
    people: int
    left: int
    passed: int
    attended: int
    not_passed: int
    minutes_credited: int


@dataclass(frozen=True)
class Qualifications:
    gained: int
    people: int
    by_level: tuple[Row, ...]
    by_awarding_body: tuple[Row, ...]
    by_name: tuple[Row, ...]
