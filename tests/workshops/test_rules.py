"""The rules of the workshop, without a database."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.rules import age_on
from workshops import rules

DAY = date(2026, 6, 11)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
births = st.dates(date(1990, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize(
    ("born", "audience"),
    [(date(2008, 6, 11), "adults"), (date(2008, 6, 12), "young_people"), (date(1950, 1, 1), "adults")],
)
def test_the_eighteenth_birthday_makes_an_adult(born, audience):
    assert rules.audience_for(born, DAY) == audience


@given(born=births, day=days)
def test_the_database_filters_agree_with_the_rule_on_every_day(born, day):
    adult = rules.audience_for(born, day) == rules.ADULTS
    assert adult == (born <= rules.born_by_to_be_adult(day))
    assert adult == (day >= rules.adult_from(born))


@given(born=births, day=days)
def test_exactly_one_audience_takes_a_person(born, day):
    refused = [rules.wrong_audience(born, day, audience) for audience in (rules.ADULTS, rules.YOUNG_PEOPLE)]
    assert sum(1 for sentence in refused if sentence) == 1


def test_a_wrong_audience_is_refused_with_the_age_on_the_day():
    assert rules.wrong_audience(date(2008, 6, 12), DAY, rules.ADULTS) == (
        "This session is for adults, and the person will be 17 on that day."
    )


def test_nobody_goes_anywhere_without_a_date_of_birth():
    assert "date of birth" in rules.wrong_audience(None, DAY, rules.ADULTS)
    assert "date of birth" in rules.wrong_audience(None, DAY, rules.YOUNG_PEOPLE)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2015, 6, 11), "Under 12"),
        (date(2014, 6, 11), "12 to 14"),
        (date(2008, 6, 12), "15 to 17"),
        (date(2008, 6, 11), "18 to 24"),
        (date(1976, 6, 11), "50 or over"),
        (None, "Age not known"),
    ],
)
def test_a_facilitator_learns_a_band_and_not_an_age(born, band):
    assert rules.age_band(born, DAY) == band


@given(born=births, day=days)
def test_no_age_band_holds_children_and_adults(born, day):
    child = age_on(born, day) < 18
    assert (rules.age_band(born, day) in ("Under 12", "12 to 14", "15 to 17")) == child


def test_a_session_that_has_not_started_takes_no_outcome():
    starts_at = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
    refused = rules.too_early_for_an_outcome(starts_at, datetime(2026, 6, 11, 8, 59, tzinfo=UTC))
    assert refused == "Attendance can be recorded from the start of the session, 11 June 2026 at 10:00."
    assert rules.too_early_for_an_outcome(starts_at, starts_at) == ""


def test_days_overdue_are_days_of_the_calendar_in_derbyshire():
    ended = datetime(2026, 6, 11, 22, 30, tzinfo=UTC)  # 23:30 in Derbyshire
    assert rules.days_overdue(ended, datetime(2026, 6, 11, 22, 45, tzinfo=UTC)) == 0
    assert rules.days_overdue(ended, datetime(2026, 6, 11, 23, 5, tzinfo=UTC)) == 1


@pytest.mark.parametrize(("part", "whole", "expected"), [(1, 8, 13), (1, 3, 33), (2, 3, 67), (0, 5, 0), (0, 0, None)])
def test_per_cent_is_rounded_half_up_and_never_of_nothing(part, whole, expected):
    assert rules.percent(part, whole) == expected
