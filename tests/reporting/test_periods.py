"""Periods are whole days in London, named by the financial year."""

from datetime import UTC, date, datetime

import pytest

from reporting.periods import Period


@pytest.mark.parametrize(
    ("period", "name", "dates"),
    [
        (Period.month(2024, 2), "February 2024", "1 February to 29 February 2024"),
        (Period.quarter(2024, 1), "Quarter 1 2024-25", "1 April to 30 June 2024"),
        (Period.quarter(2024, 4), "Quarter 4 2024-25", "1 January to 31 March 2025"),
        (Period.half_year(2024, 1), "First half of 2024-25", "1 April to 30 September 2024"),
        (Period.half_year(2024, 2), "Second half of 2024-25", "1 October 2024 to 31 March 2025"),
        (Period.year(1999), "Year 1999-00", "1 April 1999 to 31 March 2000"),
        (Period(date(2024, 5, 1), date(2024, 7, 31)), "1 May to 31 July 2024", "1 May to 31 July 2024"),
        (Period(date(2024, 4, 3), date(2024, 4, 3)), "3 April 2024", "3 April 2024"),
    ],
)
def test_it_is_named_as_people_name_it(period, name, dates):
    assert (period.name, period.dates) == (name, dates)


def test_it_starts_and_ends_at_midnight_on_londons_clocks():
    summer, winter = Period.quarter(2024, 1), Period.quarter(2024, 4)
    assert summer.starts_at == datetime(2024, 3, 31, 23, tzinfo=UTC)
    assert summer.ends_at == datetime(2024, 6, 30, 23, tzinfo=UTC)
    assert winter.starts_at == datetime(2025, 1, 1, tzinfo=UTC)
    assert winter.ends_at == datetime(2025, 3, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "previous", "year_before"),
    [
        (Period.quarter(2024, 1), Period.quarter(2023, 4), Period.quarter(2023, 1)),
        (Period.month(2024, 3), Period.month(2024, 2), Period.month(2023, 3)),
        (Period.month(2025, 2), Period.month(2025, 1), Period.month(2024, 2)),
        (Period.year(2024), Period.year(2023), Period.year(2023)),
        (
            Period(date(2024, 4, 10), date(2024, 4, 19)),
            Period(date(2024, 3, 31), date(2024, 4, 9)),
            Period(date(2023, 4, 10), date(2023, 4, 19)),
        ),
    ],
)
def test_it_knows_the_period_before_and_the_same_a_year_before(period, previous, year_before):
    assert period.previous() == previous
    assert period.year_before() == year_before


def test_whole_months_of_a_leap_year_keep_their_ends():
    assert Period.month(2025, 2).year_before().end_on == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("day", "quarter", "half", "year"),
    [
        (date(2024, 3, 31), Period.quarter(2023, 4), Period.half_year(2023, 2), Period.year(2023)),
        (date(2024, 4, 1), Period.quarter(2024, 1), Period.half_year(2024, 1), Period.year(2024)),
        (date(2024, 9, 30), Period.quarter(2024, 2), Period.half_year(2024, 1), Period.year(2024)),
        (date(2024, 10, 1), Period.quarter(2024, 3), Period.half_year(2024, 2), Period.year(2024)),
        (date(2025, 1, 1), Period.quarter(2024, 4), Period.half_year(2024, 2), Period.year(2024)),
    ],
)
def test_a_day_lies_in_the_quarter_half_and_year_of_the_financial_year(day, quarter, half, year):
    assert (Period.quarter_of(day), Period.half_year_of(day), Period.year_of(day)) == (quarter, half, year)


def test_it_is_cut_at_the_ends_of_months():
    parts = Period(date(2024, 1, 15), date(2024, 3, 2)).by_month()
    assert parts == [
        Period(date(2024, 1, 15), date(2024, 1, 31)),
        Period.month(2024, 2),
        Period(date(2024, 3, 1), date(2024, 3, 2)),
    ]


def test_six_quarters_end_with_the_period_even_where_the_quarter_goes_on():
    quarters = Period(date(2024, 4, 1), date(2024, 8, 12)).quarters_up_to_here(6)
    assert quarters[0] == Period.quarter(2023, 1)
    assert quarters[-1] == Period(date(2024, 7, 1), date(2024, 8, 12))
    assert len(quarters) == 6


def test_it_refuses_to_end_before_it_starts():
    with pytest.raises(ValueError, match="before"):
        Period(date(2024, 4, 2), date(2024, 4, 1))
