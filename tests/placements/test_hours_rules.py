"""The rules of hours, example by example. No database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.trail import Refusal
from placements import rules

LONDON = ZoneInfo("Europe/London")


def at(text, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold)


# start, end, break, penalty, attended → minutes credited
CREDITED = [
    # ordinary days
    ("2026-06-10 09:00", "2026-06-10 12:00", 0, 0, True, 180),
    ("2026-06-10 09:00", "2026-06-10 16:00", 30, 0, True, 390),
    ("2026-06-10 09:00", "2026-06-10 16:00", 60, 30, True, 330),
    ("2026-06-10 09:15", "2026-06-10 10:00", 0, 0, True, 45),
    ("2026-06-10 09:00", "2026-06-10 09:01", 0, 0, True, 1),
    ("2026-06-10 09:00", "2026-06-10 21:00", 0, 0, True, 720),
    # everything taken off again leaves nothing, never less
    ("2026-06-10 09:00", "2026-06-10 12:00", 180, 0, True, 0),
    ("2026-06-10 09:00", "2026-06-10 12:00", 0, 180, True, 0),
    ("2026-06-10 09:00", "2026-06-10 12:00", 30, 150, True, 0),
    ("2026-06-10 09:00", "2026-06-10 12:00", 30, 149, True, 1),
    ("2026-06-10 09:00", "2026-06-10 12:00", 179, 0, True, 1),
    ("2026-06-10 09:00", "2026-06-10 09:01", 1, 0, True, 0),
    ("2026-06-10 09:00", "2026-06-10 09:01", 0, 1, True, 0),
    # not attended: nothing, whatever the times say
    ("2026-06-10 09:00", "2026-06-10 12:00", 0, 0, False, 0),
    ("2026-06-10 09:00", "2026-06-10 12:00", 30, 30, False, 0),
    # across midnight
    ("2026-06-10 22:00", "2026-06-11 02:00", 0, 0, True, 240),
    ("2026-06-10 23:59", "2026-06-11 00:00", 0, 0, True, 1),
    ("2026-06-10 23:59", "2026-06-11 00:01", 0, 0, True, 2),
    ("2026-06-30 23:00", "2026-07-01 01:00", 15, 0, True, 105),
    ("2026-12-31 23:00", "2027-01-01 01:00", 0, 0, True, 120),
    ("2028-02-28 23:00", "2028-02-29 01:00", 0, 0, True, 120),
    ("2028-02-29 23:00", "2028-03-01 01:00", 0, 0, True, 120),
    # spring: 29 March 2026, 01:00 becomes 02:00
    ("2026-03-29 00:00", "2026-03-29 03:00", 0, 0, True, 120),
    ("2026-03-29 00:30", "2026-03-29 02:30", 0, 0, True, 60),
    ("2026-03-29 00:59", "2026-03-29 02:00", 0, 0, True, 1),
    ("2026-03-28 22:00", "2026-03-29 06:00", 0, 0, True, 420),
    ("2026-03-28 22:00", "2026-03-29 06:00", 60, 60, True, 300),
    ("2026-03-29 03:00", "2026-03-29 06:00", 0, 0, True, 180),
    ("2026-03-29 09:00", "2026-03-29 12:00", 0, 0, True, 180),
    # autumn: 25 October 2026, 02:00 becomes 01:00
    ("2026-10-25 00:00", "2026-10-25 03:00", 0, 0, True, 240),
    ("2026-10-25 00:30", "2026-10-25 02:30", 0, 0, True, 180),
    ("2026-10-24 22:00", "2026-10-25 06:00", 0, 0, True, 540),
    ("2026-10-24 22:00", "2026-10-25 06:00", 60, 60, True, 420),
    ("2026-10-25 02:00", "2026-10-25 06:00", 0, 0, True, 240),
    ("2026-10-25 09:00", "2026-10-25 12:00", 0, 0, True, 180),
]


@pytest.mark.parametrize(("start", "end", "off", "penalty", "attended", "credited"), CREDITED)
def test_it_credits_what_was_worked(start, end, off, penalty, attended, credited):
    assert rules.credited_minutes(at(start), at(end), off, penalty, attended) == credited


def test_the_repeated_hour_of_autumn_is_a_real_hour():
    first, second = at("2026-10-25 01:30"), at("2026-10-25 01:30", fold=1)
    assert rules.credited_minutes(first, second) == 60


# start, end, break, penalty → the field at fault and the numbers that the sentence quotes
REFUSED = [
    ("2026-06-10 12:00", "2026-06-10 12:00", 0, 0, "ends_at", ["12:00, must be after the start, 12:00"]),
    ("2026-06-10 12:00", "2026-06-10 09:00", 0, 0, "ends_at", ["09:00", "12:00"]),
    ("2026-06-10 12:00", "2026-06-09 13:00", 0, 0, "ends_at", ["13:00", "12:00"]),
    ("2026-06-10 09:00", "2026-06-10 21:01", 0, 0, "ends_at", ["12 hours", "12 hours 1 minute"]),
    ("2026-06-10 09:00", "2026-06-11 09:00", 0, 0, "ends_at", ["24 hours"]),
    ("2026-06-10 09:00", "2026-06-10 12:00", 181, 0, "break_minutes", ["3 hours 1 minute", "3 hours"]),
    ("2026-06-10 09:00", "2026-06-10 12:00", 0, 181, "penalty_minutes", ["3 hours 1 minute", "3 hours"]),
    ("2026-06-10 09:00", "2026-06-10 12:00", 30, 151, "penalty_minutes", ["2 hours 31 minutes", "2 hours 30 minutes"]),
    ("2026-06-10 09:00", "2026-06-10 12:00", -1, 0, "break_minutes", ["-1"]),
    ("2026-06-10 09:00", "2026-06-10 12:00", 0, -1, "penalty_minutes", ["-1"]),
    ("2026-03-29 00:30", "2026-03-29 02:30", 61, 0, "break_minutes", ["1 hour 1 minute", "1 hour"]),
    ("2026-03-29 00:30", "2026-03-29 02:30", 0, 61, "penalty_minutes", ["1 hour 1 minute", "1 hour"]),
    ("2026-10-24 18:00", "2026-10-25 05:01", 0, 0, "ends_at", ["12 hours 1 minute"]),
]


@pytest.mark.parametrize(("start", "end", "off", "penalty", "field", "quoted"), REFUSED)
@pytest.mark.parametrize("attended", [True, False])
def test_it_refuses_impossible_times_and_quotes_them(start, end, off, penalty, attended, field, quoted):
    with pytest.raises(Refusal) as refused:
        rules.credited_minutes(at(start), at(end), off, penalty, attended)
    assert refused.value.field == field
    assert all(number in refused.value.sentence for number in quoted)


NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@given(
    start=st.integers(0, 365 * 24 * 60).map(lambda minute: NEW_YEAR + timedelta(minutes=minute)),
    length=st.integers(1, 720),
    off=st.integers(0, 800),
    penalty=st.integers(0, 800),
    attended=st.booleans(),
)
def test_a_credit_is_never_negative_and_never_above_the_time(start, length, off, penalty, attended):
    end = (start + timedelta(minutes=length)).astimezone(LONDON)
    try:
        credited = rules.credited_minutes(start.astimezone(LONDON), end, off, penalty, attended)
    except Refusal:
        assert off + penalty > length
    else:
        assert credited == (length - off - penalty if attended else 0)
        assert 0 <= credited <= length


# --- outcomes and the clock -----------------------------------------------------------------------------------------

START, END = at("2026-06-10 09:00"), at("2026-06-10 12:00")
# now, attended, enforceable → may it be recorded?
OUTCOMES = [
    ("2026-06-10 12:00", True, False, True),  # the very minute it ends
    ("2026-06-10 11:59", True, False, False),
    ("2026-06-10 11:59", True, True, False),
    ("2026-06-11 00:00", True, True, True),
    ("2026-06-10 09:00", False, True, True),  # nobody came: known at the start
    ("2026-06-10 08:59", False, True, False),
    ("2026-06-10 08:59", False, False, True),  # an acceptable absence may be known in advance
    ("2026-05-01 08:59", False, False, True),
    ("2026-06-20 08:59", False, False, True),
]


@pytest.mark.parametrize(("now", "attended", "enforceable", "allowed"), OUTCOMES)
def test_nothing_but_an_acceptable_absence_is_recorded_in_advance(now, attended, enforceable, allowed):
    if allowed:
        rules.check_outcome(at(now), START, END, attended, enforceable)
    else:
        with pytest.raises(Refusal, match="Wednesday 10 June 2026, 09:00 to 12:00") as refused:
            rules.check_outcome(at(now), START, END, attended, enforceable)
        assert refused.value.field == "outcome"


@pytest.mark.parametrize(
    ("days", "reason", "allowed"), [(0, "", True), (7, "", True), (8, "", False), (8, "  ", False), (8, "Ill.", True)]
)
def test_recording_late_needs_a_reason(days, reason, allowed):
    today = date(2026, 6, 30)
    if allowed:
        rules.check_late_reason(today - timedelta(days=days), today, reason)
    else:
        with pytest.raises(Refusal, match="8 days ago, and 7 days are allowed"):
            rules.check_late_reason(today - timedelta(days=days), today, reason)


# --- never above the order ------------------------------------------------------------------------------------------

# minutes, required, credited, record_beyond → credit, or None where refused
WITHIN = [
    (60, 600, 540, False, 60),
    (61, 600, 540, False, None),
    (61, 600, 540, True, 60),
    (60, 600, 0, True, 60),
    (0, 600, 600, False, 0),
    (1, 600, 600, False, None),
    (1, 600, 600, True, 0),
    (600, 600, 0, False, 600),
    (601, 600, 0, False, None),
]


@pytest.mark.parametrize(("minutes", "required", "credited", "beyond", "credit"), WITHIN)
def test_no_more_is_credited_than_the_order_has_left(minutes, required, credited, beyond, credit):
    if credit is None:
        with pytest.raises(Refusal) as refused:
            rules.credit_within(minutes, required, credited, record_beyond=beyond)
        assert rules.in_words(credited + minutes) in refused.value.sentence
        assert rules.in_words(required) in refused.value.sentence
        assert refused.value.field == "record_beyond"
    else:
        assert rules.credit_within(minutes, required, credited, record_beyond=beyond) == credit


# minutes, cap, already, required, credited → what the refusal quotes, or None where allowed
ADJUSTMENTS = [
    (-180, 180, 0, 600, 0, None),
    (-181, 180, 0, 600, 0, "at most 180 minutes a case. 0 minutes are adjusted already, so this would make 181"),
    (-61, 180, -120, 600, 0, "120 minutes are adjusted already, so this would make 181"),
    (-60, 180, -120, 600, 0, None),
    (120, 180, -120, 600, 0, None),
    (301, 180, -120, 600, 0, "would make 181"),
    (-600, None, 0, 600, 0, None),
    (-601, None, 0, 600, 0, "take off at most 10 hours"),
    (-61, None, 0, 600, 540, "9 hours are already credited: take off at most 1 hour"),
    (-60, None, 0, 600, 540, None),
    (17400, None, 0, 600, 0, None),
    (17401, None, 0, 600, 0, "The most is 300 hours"),
    (0, None, 0, 600, 0, "Enter how many minutes"),
]


@pytest.mark.parametrize(("minutes", "cap", "already", "required", "credited", "quoted"), ADJUSTMENTS)
def test_adjustments_keep_within_their_caps(minutes, cap, already, required, credited, quoted):
    def check():
        rules.check_adjustment(
            minutes, label="Travel time", cap=cap, already=already, required=required, credited=credited
        )

    if quoted is None:
        check()
    else:
        with pytest.raises(Refusal, match=quoted):
            check()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"), (1, "1 minute"), (59, "59 minutes"), (60, "1 hour"), (61, "1 hour 1 minute"),
        (150, "2 hours 30 minutes"), (-30, "minus 30 minutes"),
    ],
)  # fmt: skip
def test_minutes_are_said_in_words(minutes, words):
    assert rules.in_words(minutes) == words


# --- where every minute of a session goes ---------------------------------------------------------------------------

# start, end, break, penalty, credited → work, break, penalty, beyond the order
PARTS = [
    ("2026-06-10 09:00", "2026-06-10 12:00", 0, 0, 180, (180, 0, 0, 0)),
    ("2026-06-10 09:00", "2026-06-10 12:00", 15, 5, 160, (160, 15, 5, 0)),
    ("2026-06-10 09:00", "2026-06-10 12:00", 15, 5, 159, (159, 15, 5, 1)),  # one minute above the order
    ("2026-06-10 09:00", "2026-06-10 12:00", 15, 5, 0, (0, 15, 5, 160)),  # nothing was left
    ("2026-06-10 09:00", "2026-06-10 12:00", 180, 0, 0, (0, 180, 0, 0)),  # the break was the whole session
    ("2026-06-10 09:00", "2026-06-10 12:00", 30, 150, 0, (0, 30, 150, 0)),  # the penalty is all the rest
    ("2026-06-10 23:30", "2026-06-11 00:30", 10, 0, 50, (50, 10, 0, 0)),
    ("2026-03-28 22:00", "2026-03-29 06:00", 60, 60, 300, (300, 60, 60, 0)),  # an hour that there was not
    ("2026-10-24 22:00", "2026-10-25 06:00", 60, 60, 400, (400, 60, 60, 20)),  # an hour that there was twice
]


@pytest.mark.parametrize(("start", "end", "off", "penalty", "credited", "expected"), PARTS)
def test_every_minute_of_a_session_is_accounted_for(start, end, off, penalty, credited, expected):
    elapsed = rules.elapsed_minutes(at(start), at(end))
    parts = rules.parts(elapsed, off, penalty, credited)
    assert tuple(parts.values()) == expected
    assert sum(parts.values()) == elapsed


def test_seconds_are_dropped():
    start = datetime(2026, 6, 10, 9, 0, 30, tzinfo=UTC)
    assert rules.elapsed_minutes(start, start + timedelta(minutes=5, seconds=59)) == 5


# --- courses: 30 % of the order -------------------------------------------------------------------------------------

# minutes learnt, order, credited, of that by courses → credited
COURSES = [
    (60, 600, 0, 0, 60),
    (180, 600, 0, 0, 180),  # the share exactly
    (181, 600, 0, 0, 180),  # one minute above it
    (60, 600, 120, 120, 60),
    (61, 600, 120, 120, 60),
    (60, 600, 180, 180, 0),  # the share is used up
    (60, 600, 420, 0, 60),
    (60, 600, 570, 0, 30),  # the order has less left than the share
    (60, 600, 599, 0, 1),
    (60, 600, 600, 0, 0),  # all hours are done
    (60, 600, 600, 180, 0),
    (60, 0, 0, 0, 0),  # no hours are asked
    (60, 1, 0, 0, 0),  # 30 % of a minute is dropped
    (60, 3, 0, 0, 0),  # 0.9 of a minute
    (60, 4, 0, 0, 1),  # 1.2
    (60, 61, 0, 0, 18),  # 18.3
    (60, 63, 0, 0, 18),  # 18.9
    (60, 300, 180, 180, 0),  # the order was halved since: what is credited stays, no more is added
    (720, 18_000, 0, 0, 720),
    (720, 18_000, 5_000, 5_000, 400),
]


@pytest.mark.parametrize(("minutes", "required", "credited", "by_courses", "expected"), COURSES)
def test_courses_count_for_their_share_of_the_order(minutes, required, credited, by_courses, expected):
    assert rules.course_credit(minutes, required, credited, by_courses) == expected


# --- the police set the order ---------------------------------------------------------------------------------------

# new order, as it was, credited → what is refused, or nothing
ORDERS = [
    (660, 600, 0, None),
    (540, 600, 0, None),
    (0, 600, 0, None),
    (1, 600, 0, None),
    (601, 600, 600, None),
    (300, 600, 300, None),  # as much as is credited
    (299, 600, 300, "an order of 4 hours 59 minutes, but 5 hours are already credited"),
    (0, 600, 60, "an order of 0 minutes, but 1 hour are already credited"),
    (600, 600, 0, "The order is 10 hours already"),
    (600, 600, 600, "The order is 10 hours already"),
    (-1, 600, 0, "0 hours or more"),
    (18_000, 600, 0, None),  # the longest
    (18_001, 600, 0, "an order of 300 hours 1 minute. The most is 300 hours"),
]


@pytest.mark.parametrize(("minutes", "required", "credited", "sentence"), ORDERS)
def test_the_police_set_any_order_that_keeps_what_is_credited(minutes, required, credited, sentence):
    if sentence is None:
        rules.check_order(minutes, required=required, credited=credited)
        return
    with pytest.raises(Refusal) as refused:
        rules.check_order(minutes, required=required, credited=credited)
    assert sentence in refused.value.sentence
    assert refused.value.field == "hours"
