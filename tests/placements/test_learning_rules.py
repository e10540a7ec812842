"""The rules of mentoring and courses, without a database."""

from datetime import date

import pytest

from audit.trail import Refusal
from placements.rules import learning
from tests.placements.factories import at

NOW = at("2026-06-10 10:00")
TODAY = NOW.date()
SINCE = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("starts_at", "minutes", "took_place"),
    [
        ("2026-06-10 09:00", 60, True),  # it ends this minute
        ("2026-06-10 09:59", 1, True),
        ("2026-06-09 09:00", 600, True),
        ("2026-06-10 10:00", 0, False),
        ("2026-06-01 00:00", 30, True),  # the first minute of the day on which the case was accepted
    ],
)
def test_a_contact_that_is_over_can_be_recorded(starts_at, minutes, took_place):
    learning.check_mentoring(NOW, at(starts_at), minutes, took_place, SINCE)


@pytest.mark.parametrize(
    ("starts_at", "minutes", "took_place", "sentence", "field"),
    [
        ("2026-06-10 09:00", 61, True, "It would end at 10:01, which is still to come.", "minutes"),
        ("2026-06-10 10:01", 0, False, "Enter a time that is not in the future", "on"),
        ("2026-06-10 10:01", 5, True, "Enter a time that is not in the future", "on"),
        ("2026-06-09 09:00", 601, True, "from 1 to 600: you entered 601.", "minutes"),
        ("2026-06-09 09:00", 0, True, "from 1 to 600: you entered 0.", "minutes"),
        ("2026-06-09 09:00", -5, True, "from 1 to 600: you entered -5.", "minutes"),
        ("2026-06-09 09:00", 30, False, "It did not take place, so it took no time: you entered 30", "minutes"),
        ("2026-05-31 23:59", 30, True, "The case was accepted on 1 June 2026.", "on"),
    ],
)
def test_a_contact_is_refused_with_the_numbers(starts_at, minutes, took_place, sentence, field):
    with pytest.raises(Refusal) as refused:
        learning.check_mentoring(NOW, at(starts_at), minutes, took_place, SINCE)
    assert sentence in refused.value.sentence
    assert refused.value.field == field


def test_in_the_night_when_the_clocks_go_back_an_hour_is_an_hour():
    """2026-10-25, 01:30 to 01:30 on the wall is an hour of time."""
    starts_at = at("2026-10-25 00:30")
    with pytest.raises(Refusal, match="still to come"):
        learning.check_mentoring(at("2026-10-25 01:30").replace(fold=0), starts_at, 61, True, None)
    learning.check_mentoring(at("2026-10-25 01:30").replace(fold=1), starts_at, 120, True, None)


@pytest.mark.parametrize(("on", "minutes"), [(TODAY, 720), (SINCE, 1)])
def test_learning_on_a_day_since_the_enrolment_can_be_recorded(on, minutes):
    learning.check_learnt(TODAY, on, minutes, SINCE)


@pytest.mark.parametrize(
    ("on", "minutes", "sentence", "field"),
    [
        (date(2026, 6, 11), 60, "11 June 2026 has not come yet", "on"),
        (date(2026, 5, 31), 60, "They were enrolled on 1 June 2026", "on"),
        (TODAY, 721, "from 1 minute to 12 hours: you entered 12 hours 1 minute", "minutes"),
        (TODAY, 0, "you entered 0 minutes", "minutes"),
    ],
)
def test_learning_is_refused_with_the_numbers(on, minutes, sentence, field):
    with pytest.raises(Refusal) as refused:
        learning.check_learnt(TODAY, on, minutes, SINCE)
    assert sentence in refused.value.sentence
    assert refused.value.field == field


def test_a_result_is_of_a_day_since_the_enrolment_and_the_last_day_learnt():
    learning.check_result(TODAY, TODAY, SINCE, TODAY)
    learning.check_result(TODAY, SINCE, SINCE, None)
    for on, last, sentence in (
        (date(2026, 6, 11), None, "11 June 2026 has not come yet"),
        (date(2026, 5, 31), None, "They were enrolled on 1 June 2026"),
        (date(2026, 6, 7), date(2026, 6, 8), "They were on the course on 8 June 2026"),
    ):
        with pytest.raises(Refusal) as refused:
            learning.check_result(TODAY, on, SINCE, last)
        assert sentence in refused.value.sentence
        assert refused.value.field == "on"


@pytest.mark.parametrize(
    ("body", "level", "words"),
    [
        ("Northern Awards", "Level 2", "Food safety, level 2 (Northern Awards)"),
        ("Northern Awards", "", "Food safety (Northern Awards)"),
        ("", "", "Food safety"),
    ],
)
def test_a_qualification_in_words(body, level, words):
    assert learning.qualification_in_words("Food safety", body, level) == words
