"""The rules of planned work: the days of a pattern, how many are there at once, and what stops a session."""

from datetime import UTC, date, time, timedelta
from types import SimpleNamespace

import pytest

from audit.trail import IllegalMove, Refusal
from placements import rules
from tests.placements.factories import at

ADULT, CHILD = date(1990, 5, 1), date(2010, 5, 1)
NOW = at("2026-06-10 10:00")


class Garden(SimpleNamespace):
    def __str__(self):
        return "The garden"


def garden(**changes):
    return Garden(
        **{
            "status": "active", "insured_until": date(2027, 3, 31), "risk_review_on": date(2027, 1, 12),
            "suitable_under_18": True, "days_open": [0, 1, 2, 3, 4], "capacity": 2, "opens_at": None,
            "closes_at": None, **changes,
        }
    )  # fmt: skip


PLACEMENT = SimpleNamespace(pk=1, case_id=1, signed_on=date(2026, 5, 1))


def beside(start, end, born=ADULT, apart=False):
    return rules.Beside(at(f"2026-06-12 {start}"), at(f"2026-06-12 {end}"), born, apart)


def own(start, end, *, placement=1, outcome=None, case=1):
    where = SimpleNamespace(site="The mill")
    return SimpleNamespace(
        starts_at=at(f"2026-06-12 {start}"),
        ends_at=at(f"2026-06-12 {end}"),
        placement=where,
        placement_id=placement,
        case_id=case,
        outcome=outcome,
        outcome_id=outcome and outcome.pk,
    )


def check(start="2026-06-12 09:00", end="2026-06-12 12:00", *, site=None, born=ADULT, mine=(), others=()):
    held = rules.Company(born=born, own=list(mine), beside=list(others))
    rules.check_session(at(start), at(end), now=NOW, placement=PLACEMENT, site=site or garden(), company=held)


# --- how many at once -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "most"),
    [
        ([], 0),
        ([(9, 12)], 1),
        ([(9, 12), (12, 15)], 1),  # who leaves makes room for who comes
        ([(9, 12), (11, 15)], 2),
        ([(9, 12), (9, 12), (11, 15)], 3),
        ([(9, 17), (9, 10), (11, 12), (13, 14)], 2),
        ([(9, 10), (9, 11), (10, 12), (11, 13)], 2),
    ],
)
def test_the_most_at_once_is_counted_at_its_fullest_moment(spans, most):
    moments = [(NOW.replace(hour=a, minute=0), NOW.replace(hour=b, minute=0)) for a, b in spans]
    found, when = rules.busiest(moments)
    assert found == most
    assert (when is None) == (most == 0)


def test_a_place_is_free_as_long_as_there_is_room_at_every_moment():
    check(others=[beside("09:00", "10:30"), beside("10:30", "12:00"), beside("08:00", "09:00")])
    with pytest.raises(
        Refusal, match="Friday 12 June 2026 is full at The garden: 2 of 2 places are taken at 11:00"
    ) as refusal:
        check(others=[beside("09:00", "11:30"), beside("11:00", "15:00")])
    assert refusal.value.field == "starts_at"


# --- what stops a session -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "site", "sentence"),
    [
        (("2026-06-10 10:00", "2026-06-10 12:00"), {}, "Wednesday 10 June 2026, 10:00, has passed"),
        (("2026-06-12 12:00", "2026-06-12 12:00"), {}, "The end, 12:00, must be after the start, 12:00"),
        (("2026-06-13 09:00", "2026-06-13 12:00"), {}, "Saturday 13 June 2026: The garden takes people on Monday"),
        (("2026-06-12 08:59", "2026-06-12 12:00"), {"opens_at": time(9), "closes_at": time(16)},
         "The garden takes people from 09:00 to 16:00, and this session would be from 08:59 to 12:00"),
        (("2026-06-12 13:00", "2026-06-12 16:01"), {"opens_at": time(9), "closes_at": time(16)}, "from 13:00 to 16:01"),
        (("2026-06-12 22:00", "2026-06-13 02:00"), {"opens_at": time(9), "closes_at": time(23)}, "from 22:00 to 02:00"),
        (("2026-06-12 09:00", "2026-06-12 12:00"), {"insured_until": date(2026, 6, 11)}, "ran out on 11 June 2026"),
        (("2026-06-12 09:00", "2026-06-12 12:00"), {"status": "suspended"}, "is “suspended”"),
        (("2027-06-14 09:00", "2027-06-14 12:00"), {}, "Monday 14 June 2027 is more than a year ahead"),
    ],
)  # fmt: skip
def test_a_session_is_stopped_quoting_the_facts(times, site, sentence):
    with pytest.raises(Refusal) as refusal:
        check(*times, site=garden(**site))
    assert sentence in refusal.value.sentence


def test_from_opening_to_closing_is_within_the_hours():
    check("2026-06-12 09:00", "2026-06-12 16:00", site=garden(opens_at=time(9), closes_at=time(16)))


def test_the_hours_of_a_site_are_those_on_the_wall_in_summer_and_in_winter():
    site = garden(opens_at=time(9), closes_at=time(12))
    for day in ("2026-06-12", "2026-12-11"):
        start, end = at(f"{day} 09:00").astimezone(UTC), at(f"{day} 12:00").astimezone(UTC)
        held = rules.Company(ADULT, [], [])
        rules.check_session(start, end, now=NOW, placement=PLACEMENT, site=site, company=held)


def test_before_the_agreement_was_signed_nothing_is_planned():
    placement = SimpleNamespace(pk=1, signed_on=date(2026, 6, 15))
    with pytest.raises(Refusal, match="is before the agreement was signed, on 15 June 2026"):
        rules.check_session(
            at("2026-06-12 09:00"), at("2026-06-12 12:00"), now=NOW, placement=placement, site=garden(),
            company=rules.Company(ADULT, [], []),
        )  # fmt: skip


GOOD, MISSED, EXCUSED, BOTH = (
    SimpleNamespace(pk=pk, attended=attended, enforceable=enforceable)
    for pk, attended, enforceable in (
        ("complied", True, False),
        ("unacceptable_absence", False, True),
        ("absent_medical", False, False),
        ("concurrent_hours", True, False),
    )
)


@pytest.mark.parametrize(
    ("other", "stopped"),
    [
        (own("11:00", "13:00"), True),
        (own("12:00", "15:00"), False),
        (own("07:00", "09:00"), False),
        (own("09:00", "12:00", outcome=GOOD), True),
        (own("10:00", "12:00", outcome=MISSED), True),
        (own("10:00", "12:00", outcome=EXCUSED), False),
        (own("09:00", "12:00", outcome=EXCUSED), True),  # the same placement and start: correct that one
        (own("09:00", "12:00", outcome=EXCUSED, placement=2), False),
        (own("09:00", "12:00", outcome=BOTH), True),  # of this case: it counts for another
        (own("09:00", "12:00", outcome=BOTH, case=2, placement=2), False),
    ],
)
def test_nobody_is_at_two_places_at_once(other, stopped):
    if not stopped:
        return check(mine=[other])
    with pytest.raises(IllegalMove, match="A session at The mill is already"):
        check(mine=[other])


@pytest.mark.parametrize(("outcome", "state"), [(None, "planned"), (GOOD, "recorded"), (MISSED, "recorded")])
def test_nor_in_another_of_their_cases_unless_it_counts_for_both(outcome, state):
    other = own("11:00", "13:00", outcome=outcome, case=2, placement=2)
    with pytest.raises(IllegalMove, match=f"In another of their cases work is {state} for Friday 12 June 2026, 11:00"):
        check(mine=[other])
    start, end = at("2026-06-12 09:00"), at("2026-06-12 12:00")
    rules.check_no_overlap(start, end, PLACEMENT, [other], concurrent=True)
    with pytest.raises(IllegalMove, match="A session at The mill"):
        rules.check_no_overlap(start, end, PLACEMENT, [own("11:00", "13:00")], concurrent=True)


@pytest.mark.parametrize(
    ("born", "other", "sentence"),
    [
        (ADULT, beside("11:00", "13:00", CHILD), "a young person works at The garden then"),
        (CHILD, beside("11:00", "13:00"), "an adult works at The garden then"),
        (ADULT, beside("11:00", "13:00", None), "a young person works"),  # of unknown age: protected as a child
        (ADULT, beside("11:00", "13:00", apart=True), "must never work beside this person"),
    ],
)
def test_ages_do_not_mix_and_those_kept_apart_do_not_meet(born, other, sentence):
    with pytest.raises(Refusal) as refusal:
        check(born=born, others=[other])
    assert sentence in refusal.value.sentence
    check("2026-06-12 13:00", "2026-06-12 15:00", born=born, others=[other])


def test_the_age_is_that_of_the_day_of_the_session():
    eighteen_on_the_friday = date(2008, 6, 12)
    check(born=eighteen_on_the_friday, others=[beside("09:00", "12:00")])
    with pytest.raises(Refusal, match="an adult works"):
        check("2026-06-11 09:00", "2026-06-11 12:00", born=eighteen_on_the_friday, others=[
            rules.Beside(at("2026-06-11 09:00"), at("2026-06-11 12:00"), ADULT, False)
        ])  # fmt: skip


# --- patterns -------------------------------------------------------------------------------------------------------


def test_a_pattern_takes_its_weekdays_and_leaves_out_holidays():
    closed = [SimpleNamespace(first=date(2026, 8, 24), last=date(2026, 8, 28), why="Summer holiday")]
    days = rules.days_of({0, 3}, date(2026, 8, 20), 4, bank_holidays_out=True, closed=closed)
    assert days.wanted == [date(2026, 8, 20), date(2026, 9, 3), date(2026, 9, 7), date(2026, 9, 10)]
    assert [(day.day, why) for day, why in days.left_out] == [
        (24, "Summer holiday"), (27, "Summer holiday"), (31, "Bank holiday: Late Summer Bank Holiday"),
    ]  # fmt: skip
    assert not days.cut_short
    with_them = rules.days_of({0}, date(2026, 8, 31), 1, bank_holidays_out=False)
    assert (with_them.wanted, with_them.left_out) == ([date(2026, 8, 31)], [])


@pytest.mark.parametrize(
    ("number", "weekdays", "found", "cut_short"),
    [(60, range(7), 60, False), (61, range(7), 60, True), (60, {0}, 53, True), (1, {0}, 1, False)],
)
def test_a_pattern_ends_at_60_sessions_and_after_a_year(number, weekdays, found, cut_short):
    days = rules.days_of(set(weekdays), date(2026, 6, 15), number, bank_holidays_out=False)
    assert (len(days.wanted), days.cut_short) == (found, cut_short)
    assert max(days.wanted) <= date(2026, 6, 15) + rules.LONGEST


@pytest.mark.parametrize(
    ("minutes", "ends", "sessions"), [(0, 12, 0), (1, 12, 1), (180, 12, 1), (181, 12, 2), (600, 12, 4), (600, 9, 0)]
)
def test_as_many_sessions_as_it_takes_until_the_hours_are_planned(minutes, ends, sessions):
    assert rules.sessions_for(minutes, time(9), time(ends)) == sessions


def test_a_plan_beyond_the_hours_left_is_said_and_not_refused():
    times = [(NOW, NOW + timedelta(hours=3))] * 2
    assert rules.beyond_the_order(times, 360, 0) == ""
    assert rules.beyond_the_order([], 60, 90) == ""  # nothing of it can be planned
    assert rules.beyond_the_order(times, 300, 0) == ("This plans 6 hours, 1 hour more than the 5 hours that are left.")
    assert rules.beyond_the_order(times, 360, 90) == (
        "This plans 6 hours, and with the 1 hour 30 minutes that are planned already that is 1 hour 30 minutes more "
        "than the 6 hours that are left."
    )


# --- days on the wall ------------------------------------------------------------------------------------------------


def test_a_pattern_keeps_the_hours_on_the_wall_when_the_clocks_change():
    times = [rules.times_on(day, time(9), time(12)) for day in (date(2026, 10, 21), date(2026, 10, 28))]
    assert [(f"{a:%d %H:%M %z}", f"{b:%H:%M %z}") for a, b in times] == [
        ("21 09:00 +0100", "12:00 +0100"),
        ("28 09:00 +0000", "12:00 +0000"),
    ]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_time_that_the_clocks_skip_or_show_twice_is_refused(day):
    with pytest.raises(Refusal, match="01:30 is not one time"):
        rules.on_the_wall(day, time(1, 30), "starts_at")
