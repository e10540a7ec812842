"""Periods of whole days: the months, quarters, half-years and years of the financial year, and any two dates."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from referrals.time_limits import LONDON, add_months

FIRST_MONTH = 4  # the financial year starts on 1 April


@dataclass(frozen=True, order=True)
class Period:
    """The days from start_on to end_on, both included, as days go by in London."""

    start_on: date
    end_on: date

    def __post_init__(self):
        if self.end_on < self.start_on:
            raise ValueError(f"{self.end_on} is before {self.start_on}")

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        """A calendar month: month(2024, 4) is April 2024."""
        return cls.of_months(date(year, month, 1), 1)

    @classmethod
    def quarter(cls, year: int, number: int) -> "Period":
        """Quarter 1 to 4 of the financial year that starts in April of `year`."""
        return cls.of_months(add_months(date(year, FIRST_MONTH, 1), 3 * (number - 1)), 3)

    @classmethod
    def half_year(cls, year: int, number: int) -> "Period":
        """Half 1 or 2 of the financial year that starts in April of `year`."""
        return cls.of_months(add_months(date(year, FIRST_MONTH, 1), 6 * (number - 1)), 6)

    @classmethod
    def year(cls, year: int) -> "Period":
        """The financial year that starts in April of `year`."""
        return cls.of_months(date(year, FIRST_MONTH, 1), 12)

    @classmethod
    def of_months(cls, first: date, count: int) -> "Period":
        """So many whole months from the first of a month."""
        return cls(first, add_months(first, count) - timedelta(days=1))

    @classmethod
    def month_of(cls, day: date) -> "Period":
        """The month that a day lies in."""
        return cls.month(day.year, day.month)

    @classmethod
    def quarter_of(cls, day: date) -> "Period":
        """The quarter that a day lies in."""
        return cls.of_months(day.replace(day=1, month=day.month - (day.month - 1) % 3), 3)

    @classmethod
    def half_year_of(cls, day: date) -> "Period":
        """The half of the financial year that a day lies in."""
        year, first_half = financial_year(day), FIRST_MONTH <= day.month < FIRST_MONTH + 6
        return cls.half_year(year, 1 if first_half else 2)

    @classmethod
    def year_of(cls, day: date) -> "Period":
        """The financial year that a day lies in."""
        return cls.year(financial_year(day))

    @property
    def starts_at(self) -> datetime:
        """Midnight in London at which the first day begins."""
        return datetime.combine(self.start_on, time.min, LONDON)

    @property
    def ends_at(self) -> datetime:
        """Midnight in London at which the last day is over: the first moment that no longer belongs to the period."""
        return datetime.combine(self.end_on + timedelta(days=1), time.min, LONDON)

    @property
    def whole_months(self) -> int | None:
        """How many calendar months the period is; None if it does not start and end with a month."""
        if self.start_on.day != 1 or (self.end_on + timedelta(days=1)).day != 1:
            return None
        return (self.end_on.year - self.start_on.year) * 12 + self.end_on.month - self.start_on.month + 1

    @property
    def name(self) -> str:
        """ "Quarter 1 2024-25", "First half of 2024-25", "Year 2024-25", "April 2024"; else the dates."""
        months, position = self.whole_months, (self.start_on.month - FIRST_MONTH) % 12
        year = financial_year(self.start_on)
        years = f"{year}-{(year + 1) % 100:02}"
        if months == 1:
            return f"{self.start_on:%B %Y}"
        if months == 3 and position % 3 == 0:
            return f"Quarter {position // 3 + 1} {years}"
        if months == 6 and position % 6 == 0:
            return f"{'Second' if position else 'First'} half of {years}"
        if months == 12 and position == 0:
            return f"Year {years}"
        return self.dates

    @property
    def dates(self) -> str:
        """ "1 April to 30 September 2024"; the first year is named only where it differs."""
        if self.start_on == self.end_on:
            return f"{self.end_on:%-d %B %Y}"
        first = "%-d %B" if self.start_on.year == self.end_on.year else "%-d %B %Y"
        return f"{self.start_on.strftime(first)} to {self.end_on:%-d %B %Y}"

    def previous(self) -> "Period":
        """The period of the same length that ends the day before: in months where the period is whole months."""
        if self.whole_months:
            return Period.of_months(add_months(self.start_on, -self.whole_months), self.whole_months)
        length = self.end_on - self.start_on
        return Period(self.start_on - timedelta(days=1) - length, self.start_on - timedelta(days=1))

    def year_before(self) -> "Period":
        """The same days a year before."""
        if self.whole_months:
            return Period.of_months(add_months(self.start_on, -12), self.whole_months)
        return Period(add_months(self.start_on, -12), add_months(self.end_on, -12))

    def by_month(self) -> list["Period"]:
        """The period cut at the ends of its months; the first and the last may be parts of a month."""
        parts, start = [], self.start_on
        while start <= self.end_on:
            end = min(Period.month(start.year, start.month).end_on, self.end_on)
            parts.append(Period(start, end))
            start = end + timedelta(days=1)
        return parts

    def quarters_up_to_here(self, count: int) -> list["Period"]:
        """The last `count` quarters; the last of them ends with this period, even where the quarter goes on."""
        quarters = [Period.quarter_of(self.end_on)]
        while len(quarters) < count:
            quarters.insert(0, quarters[0].previous())
        quarters[-1] = Period(quarters[-1].start_on, self.end_on)
        return quarters


def financial_year(day: date) -> int:
    """The calendar year in which the financial year of a day began."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1
