"""Recording work, the lists of the day, and the trail of the pages."""

import re
from datetime import date

import pytest
from django.urls import reverse

from audit.models import Event
from placements import operations
from tests.factories import make_active_case
from tests.placements.factories import (
    make_coordinator,
    make_credit,
    make_order,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
    outcome,
)
from tests.placements.pages import day, text_of, url

pytestmark = pytest.mark.django_db


# --- recording ------------------------------------------------------------------------------------------------------

RECORD = {
    **day("on", date(2026, 6, 9)), "starts_at": "09:00", "ends_at": "12:00", "outcome": "complied",
    "break_minutes": "15", "quality": "good", "behaviour": "excellent", "notes": "Dug two beds.", "version": "1",
}  # fmt: skip


def test_a_session_is_recorded_with_what_was_planned_filled_in(session, coordinator, sign_in):
    client = sign_in(coordinator)
    page = client.get(url("record_work", session)).content.decode()
    assert 'name="starts_at"' in page
    assert 'value="09:00"' in page
    response = client.post(url("record_work", session), RECORD, follow=True)
    assert "Session recorded: 2 hours 45 minutes credited, 7 hours 15 minutes left." in text_of(response)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"outcome": ""}, "Select what happened"),
        ({"outcome": "made_up"}, "Select"),
        ({"break_minutes": "-5"}, "must be 0 or more"),
        ({"break_minutes": "200"}, "The break of 3 hours 20 minutes is longer than the session, 3 hours."),
        ({"penalty_minutes": "166"}, "above the 2 hours 45 minutes that were worked"),
        ({"ends_at": "08:00"}, "The end, 08:00, must be after the start, 09:00."),
        ({**day("on", date(2026, 6, 19))}, "is not over yet"),
        ({**day("on", date(2026, 6, 1))}, "9 days ago, and 7 days are allowed"),
        ({"on_year": "26"}, "The year must be four numbers"),
    ],
)
def test_a_report_that_cannot_be_is_refused_and_keeps_the_notes(session, coordinator, sign_in, change, sentence):
    response = sign_in(coordinator).post(url("record_work", session), {**RECORD, **change})
    assert sentence in text_of(response)
    assert "Dug two beds." in text_of(response)
    session.refresh_from_db()
    assert (session.outcome, session.version, session.lines.count()) == (None, 1, 0)


def test_work_beyond_the_order_is_refused_then_recorded_when_confirmed(session, case, coordinator, sign_in):
    make_order(case, coordinator, -480)
    client = sign_in(coordinator)
    response = client.post(url("record_work", session), RECORD)
    assert response.status_code == 422
    assert "would credit 2 hours 45 minutes, but the order is 2 hours" in text_of(response)
    assert "Record the work, and credit only 2 hours" in text_of(response)
    response = client.post(url("record_work", session), {**RECORD, "record_beyond": "true"}, follow=True)
    assert "Recorded beyond the order, and not credited: 45 minutes. All hours are done." in text_of(response)


def test_the_second_person_keeps_their_words_and_sees_what_the_first_wrote(session, provider, coordinator, sign_in):
    first = make_coordinator(provider)
    operations.log_work_session(
        session, by=first, version=1, starts_at=session.starts_at, ends_at=session.ends_at,
        outcome=outcome("failed_to_comply"), notes="Left the beds.",
    )  # fmt: skip
    client = sign_in(coordinator)
    response = client.post(url("record_work", session), RECORD)
    page = text_of(response)
    assert response.status_code == 409
    assert "Gita Rao recorded this session on 10 June 2026 at 10:00, after you opened it" in page
    assert "Left the beds." in page
    assert "Dug two beds." in page
    assert 'name="version" value="2"' in response.content.decode()

    data = {**RECORD, "version": "2", "reason": "I was there."}
    assert "Session recorded: 2 hours 45 minutes" in text_of(
        client.post(url("record_work", session), data, follow=True)
    )
    assert list(session.lines.by_work().values_list("minutes", flat=True)) == [180, -180, 165]


def test_work_that_was_not_planned_is_recorded(placement, coordinator, sign_in):
    data = {**RECORD, "version": ""}
    response = sign_in(coordinator).post(url("log_unplanned_work", placement), data, follow=True)
    assert "Session recorded: 2 hours 45 minutes credited" in text_of(response)


def test_the_hours_page_shows_what_is_set_credited_and_left_and_each_line(case, session, coordinator, sign_in):
    client = sign_in(coordinator)
    client.post(url("record_work", session), RECORD)
    client.post(
        url("adjust_hours", case), {"direction": "off", "minutes": "60", "code": "travel", "reason": "Two buses."}
    )
    page = text_of(client.get(url("hours", case)))
    for words in (
        "9 hours set", "2 hours 45 minutes credited", "6 hours 15 minutes left", "Two buses.", "To do: minus 1 hour",
        "Credited: + 2 hours 45 minutes",
    ):  # fmt: skip
        assert words in page


def test_the_hours_page_says_that_work_is_planned_though_all_hours_are_done(case, placement, coordinator, sign_in):
    make_session(placement, "2026-06-12 09:00")
    client = sign_in(coordinator)
    assert "though all hours are done" not in text_of(client.get(url("hours", case)))
    make_credit(placement, 600)
    assert "1 session still planned, though all hours are done." in text_of(client.get(url("hours", case)))


def test_an_adjustment_beyond_its_cap_keeps_what_was_typed(case, placement, coordinator, sign_in):
    data = {"direction": "off", "minutes": "181", "code": "travel", "reason": "Two buses."}
    response = sign_in(coordinator).post(url("adjust_hours", case), data)
    assert "at most 180 minutes a case" in text_of(response)
    assert b"Two buses." in response.content
    assert not case.hours_lines.exclude(kind="order").exists()


# --- the day's work, home, the trail --------------------------------------------------------------------------------


def test_the_work_list_says_how_many_days_an_outcome_is_overdue(session, placement, coordinator, sign_in):
    make_session(placement, "2026-06-10 13:00")
    make_session(placement, "2026-06-12 09:00")
    page = text_of(sign_in(coordinator).get(url("work")))
    assert re.search(r"Waiting for an outcome .*1 day overdue.* Today .*Planned.* In the next 14 days .*Friday", page)


def test_my_list_leaves_out_the_cases_of_colleagues(session, case, provider, coordinator, sign_in):
    type(case).objects.update(caseworker=make_coordinator(provider))
    client = sign_in(coordinator)
    assert "Jordan Ashe" not in text_of(client.get(url("work")))
    assert "Jordan Ashe" in text_of(client.get(url("work") + "?everybody"))


def test_a_restricted_case_is_named_to_its_caseworker_only(session, case, provider, coordinator, sign_in):
    type(case).objects.update(restricted=True)
    assert "Jordan Ashe" in text_of(sign_in(coordinator).get(url("work")))
    page = text_of(sign_in(make_coordinator(provider)).get(url("work") + "?everybody"))
    assert "Jordan Ashe" not in page
    assert "Restricted" in page


def test_reading_a_case_and_listing_people_is_in_the_trail(session, case, coordinator, sign_in):
    client = sign_in(coordinator)
    client.get(url("hours", case))
    client.get(url("work"))
    assert Event.objects.filter(kind="referral.read", case=case.pk, actor=coordinator.pk).count() == 1
    assert Event.objects.get(kind="referral.listed").ids == [str(case.pk)]


def test_the_home_page_has_each_list_of_the_coordinator(officer, provider, coordinator, session, case):
    from placements.home import worklists
    from tests.factories import NOW

    make_active_case(officer, provider)
    make_ready_case(officer, coordinator)
    make_credit(session.placement, 540)
    lists = worklists(coordinator, NOW)
    counts = {worklist.title: worklist.count for worklist in lists}
    assert counts == {
        "Waiting for an outcome": 1, "Today’s work": 0, "Assessments to do": 1, "To be placed": 1,
        "Hours nearly done": 1, "Sites whose papers run out": 0, "Suggestions of work": 0,
    }  # fmt: skip
    assert worklists(officer, NOW) == []
    assert {each.title: each.more.href for each in lists}["Today’s work"] == reverse("placements:today")


@pytest.mark.parametrize("page", ["work", "match", "sites", "hours", "site"])
def test_the_number_of_queries_does_not_grow(
    page, case, placement, site, officer, coordinator, provider, sign_in, connection_queries
):
    client = sign_in(coordinator)
    address = {"match": url("match", case), "hours": url("hours", case), "site": url("site", site)}.get(page) or url(
        page
    )
    make_session(placement, "2026-06-09 09:00")
    few = connection_queries(lambda: client.get(address))
    for number in range(5):
        more = make_site(provider, f"Site {number}")
        make_session(make_placement(make_ready_case(officer, coordinator), site, coordinator), "2026-06-08 09:00")
        make_session(placement, f"2026-06-{12 + number} 09:00")
        make_placement(case, more, coordinator)
    assert connection_queries(lambda: client.get(address)) <= few
