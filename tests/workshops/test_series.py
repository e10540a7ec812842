"""A series: which days it has, and that all of its sessions are made or none."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.trail import Refusal
from notices.models import Notice
from tests.factories import make_user
from tests.workshops.factories import TOMORROW, make_session
from workshops import facts, operations
from workshops.models import Programme, SchoolHoliday, Session
from workshops.series import MOST, Closed, days_of, spans_of

THURSDAY = 3


def days(first=date(2026, 6, 11), last=None, number=None, weekdays=(THURSDAY,), closed=()):
    return days_of(set(weekdays), first, last=last, number=number, closed=closed)


# --- the days -------------------------------------------------------------------------------------------------------


def test_a_series_is_on_its_days_of_the_week_from_the_first_to_the_last_day():
    found = days(last=date(2026, 7, 2), weekdays=(1, THURSDAY))
    assert [f"{day:%a %-d %b}" for day in found.wanted] == [
        "Thu 11 Jun", "Tue 16 Jun", "Thu 18 Jun", "Tue 23 Jun", "Thu 25 Jun", "Tue 30 Jun", "Thu 2 Jul",
    ]  # fmt: skip


def test_a_number_of_sessions_is_counted_without_what_is_left_out():
    closed = [Closed(date(2026, 6, 18), date(2026, 6, 19), "Closed")]
    found = days(number=3, closed=closed)
    assert found.wanted == [date(2026, 6, 11), date(2026, 6, 25), date(2026, 7, 2)]
    assert found.left_out == [(date(2026, 6, 18), "Closed")]


def test_bank_holidays_of_england_are_left_out_and_named():
    found = days(date(2026, 8, 24), last=date(2026, 9, 7), weekdays=(0,))
    assert found.wanted == [date(2026, 8, 24), date(2026, 9, 7)]
    [(day, why)] = found.left_out
    assert (day, why) == (date(2026, 8, 31), "Bank holiday: Late Summer Bank Holiday")


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"last": date(2026, 12, 31), "weekdays": range(7)}, "more than 60 sessions"),
        ({"last": date(9999, 12, 31)}, "more than 60 sessions"),
        ({"number": 3, "weekdays": ()}, "two years at most"),
        ({"last": date(2026, 6, 10)}, "No date is left"),
        ({"last": date(2026, 6, 12)}, ""),
        ({"number": MOST}, ""),
    ],
)
def test_what_makes_no_series_is_said(asked, problem):
    found = days(**asked)
    assert problem in found.problem
    assert bool(found.problem) == bool(problem)
    assert len(found.wanted) <= MOST


def test_the_clock_on_the_wall_stays_when_the_clocks_change():
    (before, _), (after, _) = spans_of([date(2026, 10, 22), date(2026, 10, 29)], time(10), time(12))
    assert (before.astimezone(UTC).hour, after.astimezone(UTC).hour) == (9, 10)


def test_the_school_holidays_of_the_county_are_known(db):
    closed, known = facts.school_holidays()
    assert known == date(2027, 8, 31)
    half_term = next(each for each in closed if each.first <= date(2026, 5, 28) <= each.last)
    assert half_term.why == "Summer half term 2026"
    assert all(each.first <= each.last for each in closed)
    assert "Provisional" in next(each.why for each in closed if each.first.year == 2027)


# --- all or none ----------------------------------------------------------------------------------------------------


@pytest.fixture
def wanted(facilitator):
    return {
        "programme": Programme.objects.get(),
        "place": "Ilkeston Library",
        "audience": "adults",
        "capacity": 8,
        "facilitator": facilitator,
    }


def weekly(number):
    return [(TOMORROW + timedelta(weeks=week), TOMORROW + timedelta(weeks=week, hours=2)) for week in range(number)]


def test_a_series_shares_its_key_and_its_facilitators_are_told_once(wanted, facilitator, triager, force):
    helper = make_user("Nina Brook", force, "facilitator")
    made = operations.schedule_series(by=triager, spans=weekly(3), co_facilitators=[helper], **wanted)
    assert len({session.series for session in made}) == 1
    assert made[0].series
    assert [list(session.co_facilitators.all()) for session in made] == [[helper]] * 3
    told = Notice.objects.all()
    assert {notice.user for notice in told} == {facilitator, helper}
    assert "scheduled for you, and 2 more until 25 June 2026." in told[0].sentence


@pytest.mark.parametrize("role", ["facilitator", "helper"])
def test_one_clash_and_none_is_made(role, wanted, facilitator, triager, force):
    busy = {"facilitator": facilitator, "helper": make_user("Nina Brook", force, "facilitator")}[role]
    other = make_session(make_user("Sam Field", force, "facilitator"), starts_at=TOMORROW + timedelta(weeks=1))
    other.co_facilitators.add(busy)
    helper = busy if role == "helper" else make_user("Lou Hart", force, "facilitator")
    with pytest.raises(Refusal) as refused:
        operations.schedule_series(by=triager, spans=weekly(3), co_facilitators=[helper], **wanted)
    assert f"1 of the 3 dates clash with others. {busy} already runs ASB awareness" in refused.value.sentence
    assert len(refused.value.details) == 1
    assert Session.objects.count() == 1


def test_it_refuses_too_many_none_and_twice_the_same(wanted, triager):
    for spans, sentence in ((weekly(61), "61 dates"), ([], "at least one"), (weekly(1) * 2, "at the same time")):
        with pytest.raises(Refusal, match=sentence):
            operations.schedule_series(by=triager, spans=spans, **wanted)
    assert not Session.objects.exists()


# --- pages ----------------------------------------------------------------------------------------------------------

PAGE = "workshops:schedule_series"


@pytest.fixture
def typed(facilitator):
    return {
        "programme": "asb_awareness", "audience": "adults", "capacity": "8", "weekdays": ["3"], "starts": "10:00",
        "ends": "12:00", "first_day": "11", "first_month": "6", "first_year": "2026", "how_long": "until",
        "last_day": "10", "last_month": "9", "last_year": "2026", "school_holidays_out": "true", "where": "place",
        "place": "Ilkeston Library", "facilitator": str(facilitator.pk),
    }  # fmt: skip


def test_every_date_is_shown_before_anything_is_made(typed, facilitator, sign_in):
    clash = make_session(facilitator, starts_at=datetime(2026, 6, 18, 9, 30, tzinfo=UTC))
    page = sign_in(facilitator).post(reverse(PAGE), {**typed, "step": "dates"})
    html = page.content.decode()
    assert page.status_code == 200
    assert "These are 9 dates." in html
    for day in ("Thursday 11 June 2026", "Thursday 18 June 2026", "Thursday 23 July 2026", "Thursday 3 September 2026"):
        assert day in html
    assert f"Dev Patel already runs {clash.programme} on {clash.when}." in html
    assert "1 of them clashes with other sessions and is not ticked." in html
    assert "Thursday 30 July 2026: Summer holidays 2026" in html
    assert "2026-06-18" not in page.context["form"]["days"].initial
    assert Session.objects.count() == 1


def test_what_is_ticked_is_made(typed, facilitator, sign_in):
    chosen = ["2026-06-11", "2026-06-25"]
    done = sign_in(facilitator).post(reverse(PAGE), {**typed, "step": "make", "days": chosen}, follow=True)
    assert "2 sessions are scheduled, from 11 June 2026 to 25 June 2026." in done.content.decode()
    assert [timezone.localtime(session.starts_at).isoformat() for session in Session.objects.all()] == [
        "2026-06-11T10:00:00+01:00",
        "2026-06-25T10:00:00+01:00",
    ]


def test_a_date_that_clashes_by_now_is_refused_and_the_choice_stays(typed, facilitator, sign_in):
    make_session(facilitator)
    page = sign_in(facilitator).post(reverse(PAGE), {**typed, "step": "make", "days": ["2026-06-11", "2026-06-25"]})
    html = page.content.decode()
    assert page.status_code == 422
    assert "No session was made: 1 of the 2 dates clash with others." in html
    assert page.context["form"]["days"].value() == ["2026-06-11", "2026-06-25"]
    assert Session.objects.count() == 1


def test_a_date_that_is_not_of_the_series_is_not_made(typed, facilitator, sign_in):
    page = sign_in(facilitator).post(reverse(PAGE), {**typed, "step": "make", "days": ["2026-06-12"]})
    assert "Select" in page.content.decode()
    assert not Session.objects.exists()


def test_the_way_back_keeps_what_was_typed(typed, facilitator, sign_in):
    html = sign_in(facilitator).post(reverse(PAGE), {**typed, "step": "change"}).content.decode()
    assert 'value="Ilkeston Library"' in html
    assert "See the dates" in html


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"weekdays": []}, "Select at least one day of the week"),
        ({"ends": "9:00"}, "Enter a time after the start, 10:00."),
        ({"last_year": "2025"}, "Enter a date on or after the first, 11 June 2026."),
        ({"how_long": "count", "number": "61"}, "must be 60 or less"),
        ({"how_long": "count", "number": ""}, "Enter how many sessions, from 1 to 60"),
        ({"last_year": "2036"}, "These are more than 60 sessions."),
        ({"first_year": "2999", "last_year": "2999"}, "Enter a date before 10 June 2031, 5 years from today."),
        ({"last_month": "6", "last_day": "11", "weekdays": ["5"]}, "No date is left on these days."),
    ],
)
def test_bad_input_says_what_to_enter_and_makes_nothing(changed, message, typed, facilitator, sign_in):
    html = sign_in(facilitator).post(reverse(PAGE), {**typed, **changed, "step": "dates"}).content.decode()
    assert message in html
    assert "Error: Schedule a series" in html
    assert 'value="Ilkeston Library"' in html
    assert not Session.objects.exists()


def test_dates_beyond_the_known_school_holidays_are_said_to_be_unknown(typed, facilitator, sign_in):
    SchoolHoliday.objects.filter(valid_from__gt=date(2026, 6, 1)).delete()
    html = sign_in(facilitator).post(reverse(PAGE), {**typed, "step": "dates"}).content.decode()
    assert "The school holidays after 31 May 2026 are not known here yet." in html
