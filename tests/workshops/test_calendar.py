"""The calendar: agenda, week and month, for what this person may see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_user
from tests.workshops.factories import TOMORROW, make_session

VIEWS = ("calendar", "calendar_week", "calendar_month")


def shown(page):
    return [session.pk for day in page.context["days"] for session in day["sessions"]]


@pytest.mark.parametrize("view", VIEWS)
def test_it_shows_what_this_person_may_see(view, session, facilitator, triager, coordinator, force, outsider, client):
    other = make_session(make_user("Nina Brook", force, "facilitator"))
    helped = make_session(make_user("Sam Field", force, "facilitator"), starts_at=TOMORROW + timedelta(hours=3))
    helped.co_facilitators.add(facilitator)
    both = {session.pk, other.pk, helped.pk}
    for user, seen in ((facilitator, {session.pk, helped.pk}), (triager, both), (coordinator, both), (outsider, set())):
        client.force_login(user)
        assert set(shown(client.get(reverse(f"workshops:{view}")))) == seen


@pytest.mark.parametrize("view", VIEWS)
def test_today_is_said_in_words(view, facilitator, sign_in):
    make_session(facilitator, starts_at=TOMORROW - timedelta(days=1, hours=-5))
    page = sign_in(facilitator).get(reverse(f"workshops:{view}"))
    [today] = [day for day in page.context["days"] if day["today"]]
    assert f"{today['day']}" == "2026-06-10"
    html = page.content.decode()
    assert html.count("Today, Wednesday") + html.count(">Today</strong>") == 1


@pytest.mark.parametrize(
    ("view", "first", "last"),
    [
        ("calendar", "2026-06-11", "2026-07-08"),
        ("calendar_week", "2026-06-08", "2026-06-14"),
        ("calendar_month", "2026-06-01", "2026-07-05"),
    ],
)
def test_what_begins_at_either_end_of_it_is_in_it_and_what_lies_outside_is_not(view, first, last, facilitator, sign_in):
    noon = timedelta(hours=12)
    days = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last)]
    inside = [make_session(facilitator, starts_at=day + noon) for day in days]
    make_session(facilitator, starts_at=days[0] - noon)
    make_session(facilitator, starts_at=days[1] + 3 * noon)
    page = sign_in(facilitator).get(reverse(f"workshops:{view}"), {"day": "2026-06-11"})
    assert shown(page) == [session.pk for session in inside]


@pytest.mark.parametrize("view", VIEWS)
def test_filters_stay_while_one_turns_the_pages(view, session, facilitator, force, triager, sign_in):
    other = make_user("Nina Brook", force, "facilitator")
    make_session(other, audience="young_people", district_id="high_peak")
    asked = {"audience": "young_people", "facilitator": str(other.pk), "district": "high_peak"}
    client, url = sign_in(triager), reverse(f"workshops:{view}")
    for name, value in asked.items():
        assert len(shown(client.get(url, {name: value}))) == 1
    page = client.get(url, asked)
    assert len(shown(page)) == 1
    for _, address in page.context["turns"]:
        for name, value in asked.items():
            assert f"{name}={value}" in address
    assert not shown(client.get(url, {**asked, "district": "erewash"}))
    assert len(shown(client.get(url, {"facilitator": "nobody"}))) == 2  # what cannot be chosen is not chosen


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30", "0001-01-01", "9999-12-31", "2026-06-10T00:00"])
def test_an_address_with_no_day_of_a_calendar_shows_today(view, day, session, facilitator, sign_in):
    page = sign_in(facilitator).get(reverse(f"workshops:{view}"), {"day": day})
    assert page.status_code == 200
    assert shown(page) == [session.pk]


def test_the_month_is_a_table_with_a_caption_and_heads_and_each_day_leads_on(session, facilitator, sign_in):
    html = sign_in(facilitator).get(reverse("workshops:calendar_month")).content.decode()
    assert "<caption" in html
    assert "June 2026</caption>" in html
    assert html.count('<th scope="col">') == 7
    assert "10:00 ASB awareness workshop" in html
    assert f'href="{reverse("workshops:calendar")}?day=2026-06-11"' in html


def test_a_cancelled_session_says_so(facilitator, sign_in):
    make_session(facilitator, status="cancelled", cancel_reason_id="weather")
    client = sign_in(facilitator)
    for view in VIEWS:
        assert "ancelled" in client.get(reverse(f"workshops:{view}")).content.decode()


@pytest.mark.parametrize("view", VIEWS)
def test_it_costs_the_same_for_three_sessions_and_thirty(view, facilitator, triager, force, sign_in):
    client = sign_in(triager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"workshops:{view}"), {"audience": "adults"}).status_code == 200
        return len(captured)

    for number in range(3):
        make_session(facilitator, starts_at=TOMORROW + timedelta(hours=number))
    few = queries()
    for number in range(27):
        other = make_user(f"Person {number}", force, "facilitator")
        make_session(other, starts_at=TOMORROW + timedelta(hours=number)).co_facilitators.add(facilitator)
    assert queries() == few <= 10
