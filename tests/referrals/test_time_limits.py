"""Ages, working days and clocks: no database, no today."""

from datetime import UTC, date, datetime, timedelta

import pytest

from referrals.time_limits import (
    LONDON,
    ClockState,
    add_months,
    after_working_time,
    age_on,
    is_working_day,
    rj_information_due,
    rj_information_in_words,
    within_hours,
    working_days_clock,
    working_time,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(day, hour=9, minute=0):
    """A moment by Derbyshire's clocks, from "2026-06-10"."""
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 6, 10), date(2026, 6, 9), 17),
        (date(2008, 6, 10), date(2026, 6, 10), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 12, 31), date(2026, 1, 1), 17),
    ],
)
def test_an_age_turns_on_the_birthday(born, day, age):
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 6, 10), True),  # a Wednesday
        (date(2026, 6, 13), False),  # a Saturday
        (date(2026, 6, 14), False),  # a Sunday
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 8, 31), False),  # the summer bank holiday of England, not that of Scotland
        (date(2026, 8, 3), True),
        (date(2026, 12, 28), False),  # Boxing Day, kept on the Monday
        (date(2022, 9, 19), False),  # the state funeral of Queen Elizabeth II
    ],
)
def test_working_days_skip_weekends_and_the_bank_holidays_of_england(day, works):
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "end", "amount"),
    [
        (at("2026-06-10", 9), at("2026-06-10", 17), 8 * HOUR),
        (at("2026-06-12", 18), at("2026-06-15", 6), 12 * HOUR),  # Friday evening to Monday morning
        (at("2026-06-13", 9), at("2026-06-14", 9), 0 * HOUR),  # within a weekend
        (at("2026-04-02", 12), at("2026-04-07", 12), 24 * HOUR),  # across Easter
        (at("2026-03-27", 12), at("2026-03-30", 12), 24 * HOUR),  # the clocks go forward on the Sunday
        (at("2026-06-10", 17), at("2026-06-10", 9), 0 * HOUR),  # the wrong way round
    ],
)
def test_working_time_counts_the_hours_of_working_days(start, end, amount):
    assert working_time(start, end) == amount


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (at("2026-06-10", 9, 30), at("2026-06-11", 9, 30)),
        (at("2026-06-12", 16), at("2026-06-15", 16)),  # Friday to Monday
        (at("2026-06-13", 11), at("2026-06-16", 0)),  # Saturday: all of Monday
        (at("2026-04-02", 15), at("2026-04-07", 15)),  # Maundy Thursday to the Tuesday after Easter
        (at("2026-03-27", 9), at("2026-03-30", 9)),  # over the change to summer time: the same time of day
        (at("2026-10-23", 9), at("2026-10-26", 9)),  # and back
    ],
)
def test_a_working_day_later_is_the_same_time_on_the_next_working_day(start, due):
    assert after_working_time(start, DAY) == due


def test_moments_in_another_zone_are_read_by_derbyshires_clocks():
    assert after_working_time(datetime(2026, 6, 11, 23, 30, tzinfo=UTC), DAY) == at("2026-06-15", 0, 30)


# --- the triage clock -----------------------------------------------------------------------------------------------

SUBMITTED = at("2026-06-10", 9)  # a Wednesday


def test_the_clock_runs_until_it_is_due():
    clock = working_days_clock(SUBMITTED, 1, at("2026-06-10", 12))
    assert clock.state == ClockState.RUNNING
    assert clock.due_at == at("2026-06-11", 9)
    assert clock.words == "Due Thursday 11 June at 09:00"


def test_it_is_overdue_one_minute_after_and_not_at_the_moment():
    assert working_days_clock(SUBMITTED, 1, at("2026-06-11", 9)).state == ClockState.RUNNING
    late = working_days_clock(SUBMITTED, 1, at("2026-06-11", 9, 1))
    assert late.state == ClockState.OVERDUE
    assert late.words == "Was due Thursday 11 June at 09:00"


def test_what_comes_in_at_a_weekend_is_due_at_the_end_of_monday():
    assert working_days_clock(at("2026-06-13"), 1, at("2026-06-13", 10)).words == "Due at the end of Monday 15 June"


def test_it_stands_still_while_a_question_waits():
    clock = working_days_clock(SUBMITTED, 1, at("2026-06-30"), pauses=[(at("2026-06-10", 12), None)])
    assert clock.state == ClockState.STOPPED
    assert clock.due_at is None
    assert clock.words == "Clock stopped: waiting for the officer"


def test_each_answered_question_moves_the_deadline_by_its_working_time():
    pauses = [
        (at("2026-06-10", 12), at("2026-06-10", 15)),  # three hours
        (at("2026-06-12", 8), at("2026-06-15", 8)),  # Friday to Monday: one working day
    ]
    clock = working_days_clock(SUBMITTED, 1, at("2026-06-10", 16), pauses=pauses)
    assert clock.due_at == at("2026-06-12", 12)


def test_a_decision_in_time_and_a_late_one():
    in_time = working_days_clock(SUBMITTED, 1, at("2026-07-01"), done_at=at("2026-06-11", 9))
    assert (in_time.state, in_time.words) == (ClockState.MET, "In time")
    late = working_days_clock(SUBMITTED, 1, at("2026-07-01"), done_at=at("2026-06-11", 10))
    assert (late.state, late.words) == (ClockState.MISSED, "Late: was due Thursday 11 June at 09:00")


def test_a_referral_declined_while_a_question_waited_was_paused_until_then():
    clock = working_days_clock(
        SUBMITTED, 1, at("2026-07-01"), pauses=[(at("2026-06-10", 12), None)], done_at=at("2026-06-20", 12)
    )
    assert clock.state == ClockState.MET


# --- elapsed hours and months ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "now", "answer"),
    [
        (None, at("2026-06-12", 9), "not due"),
        (None, at("2026-06-12", 9, 1), "missed"),
        (at("2026-06-12", 9), at("2026-07-01"), "met"),
        (at("2026-06-12", 9, 1), at("2026-07-01"), "missed"),
    ],
)
def test_within_48_hours(done, now, answer):
    assert within_hours(SUBMITTED, done, 48, now) == answer


def test_nothing_is_due_without_a_start():
    assert within_hours(None, None, 48, SUBMITTED) == "not due"


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 10), -12, date(2025, 1, 10)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months, then):
    assert add_months(day, months) == then


# --- restorative justice: telling the victim ------------------------------------------------------------------------

LIMITS = {"rj_information": 5, "rj_information_enhanced": 1}


@pytest.mark.parametrize(
    ("reported_on", "offence_at", "enhanced", "due"),
    [
        (date(2026, 6, 9), None, False, date(2026, 6, 16)),  # Tuesday to Tuesday, over a weekend
        (date(2026, 6, 9), at("2026-06-01"), False, date(2026, 6, 16)),  # the report counts, not the offence
        (date(2026, 6, 13), None, False, date(2026, 6, 19)),  # reported on a Saturday
        (date(2026, 4, 2), None, True, date(2026, 4, 7)),  # over Easter
        (None, datetime(2026, 6, 8, 23, 30, tzinfo=UTC), True, date(2026, 6, 10)),  # half past midnight in Derbyshire
        (None, None, False, None),
    ],
)
def test_a_victim_is_to_be_told_within_working_days_of_the_report(reported_on, offence_at, enhanced, due):
    assert rj_information_due(reported_on=reported_on, offence_at=offence_at, enhanced=enhanced, limits=LIMITS) == due


@pytest.mark.parametrize(
    ("due", "told_on", "today", "words"),
    [
        (date(2026, 6, 16), None, date(2026, 6, 16), "Tell them by the end of Tuesday 16 June"),
        (
            date(2026, 6, 16),
            None,
            date(2026, 6, 17),
            "Overdue: they should have been told by the end of Tuesday 16 June",
        ),
        (date(2026, 6, 16), date(2026, 6, 16), date(2026, 7, 1), "Told on 16 June 2026"),
        (date(2026, 6, 16), date(2026, 6, 17), date(2026, 7, 1), "Told on 17 June 2026, late"),
        (None, None, date(2026, 6, 17), "Not told yet"),
    ],
)
def test_the_limit_for_telling_a_victim_is_said_in_words(due, told_on, today, words):
    assert rj_information_in_words(due, told_on, today) == words
