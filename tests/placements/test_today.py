"""Today's work without JavaScript: the cards, who is there, and one question a page until it is saved."""

from datetime import timedelta

import pytest
import time_machine

from audit.models import Event
from placements import operations
from placements.models import HoursAccount
from referrals.models import Referral
from tests.placements.factories import (
    at,
    make_coordinator,
    make_order,
    make_placement,
    make_ready_case,
    make_session,
    outcome,
)
from tests.placements.pages import text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(placement):
    """Planned for today, 9:00 to 12:00; it is 10:00."""
    return make_session(placement, "2026-06-10 09:00")


def answer(client, session, **pages):
    """Each page's answers in turn; the last response, followed."""
    for page, said in pages.items():
        response = client.post(url(f"today_{page}", session), said, follow=True)
    return response


TIMES = {"starts_at": "9", "ends_at": "11.45", "break_minutes": "15", "penalty_minutes": ""}
HOW = {"quality": "good", "behaviour": "excellent", "notes": "Dug two beds."}


def test_today_stands_above_what_earlier_days_left_open(today, session, coordinator, sign_in):
    page = sign_in(coordinator).get(url("today"))
    text = text_of(page)
    assert text.index("Today’s work") < text.index("09:00 to 12:00") < text.index("Waiting for an outcome")
    assert text.index("Waiting for an outcome") < text.index("Tuesday 9 June")
    assert "Arrived : Jordan Ashe" in text.replace("Arrived:", "Arrived :")
    assert text.count("Did not attend") == 2
    assert text.count("Record work of") == 1  # of yesterday's: today's is not over and nobody has arrived
    assert Event.objects.get(kind="referral.listed").ids == [str(today.case_id)]


def test_only_ones_own_cases_unless_everybodys_are_asked_for(today, provider, officer, site, coordinator, sign_in):
    colleague = make_coordinator(provider)
    client = sign_in(colleague)
    assert "Jordan Ashe" not in text_of(client.get(url("today")))
    assert "Jordan Ashe" in text_of(client.get(url("today") + "?everybody"))


def test_who_arrives_is_marked_once_and_a_slip_is_taken_back(today, coordinator, sign_in):
    client = sign_in(coordinator)
    arrived = client.post(url("today_arrived", today), {"version": "1"}, follow=True)
    assert "Jordan Ashe arrived at 10:00." in text_of(arrived)
    assert "Record work" in text_of(arrived)
    with time_machine.travel(at("2026-06-10 10:05"), tick=False):
        client.force_login(coordinator)
        client.post(url("today_arrived", today), {"version": "1"})
    today.refresh_from_db()
    assert (today.arrived_at, today.version) == (at("2026-06-10 10:00"), 1)
    assert Event.objects.filter(kind="work.arrived").count() == 1
    back = client.post(url("today_arrived", today), {"version": "1", "arrived": "no"}, follow=True)
    assert "not marked as arrived any more" in text_of(back)
    today.refresh_from_db()
    assert today.arrived_at is None


@pytest.mark.parametrize(
    ("version", "start", "said"),
    [
        ("0", "2026-06-10 09:00", "This session is not as you opened it"),
        ("x", "2026-06-10 09:00", "This session is not as you opened it"),
        (
            "1",
            "2026-06-09 09:00",
            "The session is on Tuesday 9 June 2026, so nobody can be marked as arrived on 10 June",
        ),
    ],
)
def test_an_arrival_that_cannot_be_is_refused(placement, coordinator, sign_in, version, start, said):
    session = make_session(placement, start)
    page = sign_in(coordinator).post(url("today_arrived", session), {"version": version}, follow=True)
    assert said in text_of(page)
    session.refresh_from_db()
    assert session.arrived_at is None


def test_a_session_is_recorded_one_question_a_page(session, coordinator, sign_in):
    client = sign_in(coordinator)
    first = client.get(url("today_times", session))
    assert 'value="09:00"' in first.content.decode()
    how = answer(client, session, times=TIMES, outcome={"outcome": "complied"})
    assert "Quality, behaviour and notes" in text_of(how)
    check = answer(client, session, how=HOW)
    text = text_of(check)
    for said in (
        "Check your answers",
        "09:00 to 11:45",
        "15 minutes",
        "0 minutes",
        "Attended and complied",
        "Good",
        "Dug two beds.",
    ):
        assert said in text
    assert 'value="09:00"' in client.get(url("today_times", session)).content.decode()  # Back: what was answered
    assert not session.lines.exists()
    saved = answer(client, session, check={})
    assert saved.redirect_chain[-1][0] == url("today")
    assert "Jordan Ashe: 2 hours 30 minutes credited, 7 hours 30 minutes left." in text_of(saved)
    session.refresh_from_db()
    assert (session.quality, session.behaviour, session.notes) == ("good", "excellent", "Dug two beds.")
    assert client.session["today"] == {}


def test_an_absence_asks_why_and_neither_times_nor_grades(session, coordinator, sign_in):
    client = sign_in(coordinator)
    page = text_of(client.get(url("today_absence", session)))
    assert "Ill, or a medical appointment" in page
    assert "Complied" not in page
    notes = text_of(answer(client, session, absence={"outcome": "absent_medical"}))
    assert "Quality" not in notes
    check = text_of(answer(client, session, how={"notes": "Rang at nine."}))
    assert "Breaks" not in check
    assert "0 minutes credited, 10 hours left." in text_of(answer(client, session, check={}))
    session.refresh_from_db()
    assert (session.outcome_id, session.starts_at) == ("absent_medical", at("2026-06-09 09:00"))


@pytest.mark.parametrize(
    ("page", "said", "sentence", "kept"),
    [
        ("times", {**TIMES, "ends_at": "8"}, "The end, 08:00, must be after the start, 09:00.", 'value="8"'),
        ("times", {**TIMES, "ends_at": "25"}, "Enter the time in 24-hour form", 'value="25"'),
        ("times", {**TIMES, "break_minutes": "200"}, "The break of 3 hours 20 minutes is longer", 'value="200"'),
        ("times", {**TIMES, "penalty_minutes": "-1"}, "must be 0 or more", 'value="-1"'),
        ("outcome", {"outcome": "absent_medical"}, "Select", ""),
        ("absence", {}, "Select what happened", ""),
        ("how", {**HOW, "notes": "x" * 2001}, "2000 characters or fewer", "xxxx"),
    ],
)
def test_what_cannot_be_is_said_on_its_page_and_stays_typed(session, coordinator, sign_in, page, said, sentence, kept):
    client = sign_in(coordinator)
    answer(client, session, times=TIMES, outcome={"outcome": "complied"})
    response = answer(client, session, **{page: said})
    assert sentence in text_of(response)
    assert kept in response.content.decode()
    assert not response.redirect_chain


def test_a_page_that_is_asked_for_too_early_leads_to_the_first_question(session, coordinator, sign_in):
    client = sign_in(coordinator)
    for page in ("outcome", "how", "check", "conflict"):
        assert client.get(url(f"today_{page}", session))["Location"] == url("today_times", session)
    answer(client, session, absence={"outcome": "absent_medical"})
    assert client.get(url("today_check", session))["Location"] == url("today_how", session)


def test_lateness_and_work_beyond_the_order_are_asked_for_only_then(placement, coordinator, sign_in):
    late = make_session(placement, "2026-06-01 09:00")
    make_order(placement.case, coordinator, -480)
    client = sign_in(coordinator)
    check = answer(client, late, times=TIMES, outcome={"outcome": "complied"}, how=HOW)
    assert "Why is it recorded late?" in text_of(check)
    refused = answer(client, late, check={"late_reason": ""})
    assert refused.status_code == 422
    assert "9 days ago, and 7 days are allowed" in text_of(refused)
    refused = answer(client, late, check={"late_reason": "The phone was lost."})
    assert "would credit 2 hours 30 minutes, but the order is 2 hours" in text_of(refused)
    assert "The phone was lost." in refused.content.decode()
    saved = answer(client, late, check={"late_reason": "The phone was lost.", "record_beyond": "true"})
    assert "Recorded beyond the order, and not credited: 30 minutes. All hours are done." in text_of(saved)


@pytest.fixture
def overtaken(session, provider, coordinator, sign_in):
    """Everything is answered, and a colleague has recorded it meanwhile."""
    client = sign_in(coordinator)
    answer(client, session, times=TIMES, outcome={"outcome": "complied"}, how=HOW)
    operations.log_work_session(
        session, by=make_coordinator(provider), version=1, starts_at=session.starts_at, ends_at=session.ends_at,
        outcome=outcome("failed_to_comply"), notes="Left the beds.",
    )  # fmt: skip
    return client


def test_whoever_was_overtaken_sees_both_and_saves_theirs_as_a_correction(overtaken, session):
    both = answer(overtaken, session, check={})
    text = text_of(both)
    for said in ("Gita Rao recorded this session on 10 June 2026 at 10:00", "What you entered", "Dug two beds.",
                 "What is recorded", "Left the beds.", "09:00 to 12:00", "09:00 to 11:45"):  # fmt: skip
        assert said in text
    assert "Enter why it is corrected" in text_of(answer(overtaken, session, conflict={"choice": "mine"}))
    saved = answer(overtaken, session, conflict={"choice": "mine", "reason": "I was there."})
    assert "2 hours 30 minutes credited" in text_of(saved)
    assert HoursAccount.objects.get().minutes_credited == 150


def test_whoever_was_overtaken_keeps_what_is_recorded(overtaken, session):
    assert "Select which is right" in text_of(answer(overtaken, session, conflict={}))
    page = answer(overtaken, session, conflict={"choice": "theirs"})
    assert "Nothing was changed: Gita Rao recorded Attended, failed to comply." in text_of(page)
    session.refresh_from_db()
    assert session.notes == "Left the beds."
    assert overtaken.session["today"] == {}


def test_a_session_that_is_recorded_is_corrected_at_the_desk(session, provider, coordinator, sign_in):
    operations.log_work_session(
        session, by=coordinator, version=1, starts_at=session.starts_at, ends_at=session.ends_at,
        outcome=outcome("complied"),
    )  # fmt: skip
    client = sign_in(coordinator)
    assert client.get(url("today_times", session))["Location"] == url("record_work", session)
    assert client.post(url("today_check", session))["Location"] == url("record_work", session)


def test_a_restricted_case_asks_why_before_anything_is_shown(today, coordinator, provider, sign_in):
    Referral.objects.filter(pk=today.case_id).update(restricted=True, restricted_because="Known to all.")
    client = sign_in(coordinator)
    asked = client.post(url("today_arrived", today), {"version": "1"})
    assert "This case is restricted" in text_of(asked)
    client.post(url("today_arrived", today), {"version": "1", "reason_to_open": "Their caseworker."})
    today.refresh_from_db()
    assert today.arrived_at
    stranger = sign_in(make_coordinator(provider))
    page = text_of(stranger.get(url("today") + "?everybody"))
    assert f"Restricted, {today.case.reference}" in page
    assert "Only those named on the case can record this." in page
    assert "Jordan" not in page
    assert stranger.get(url("today_times", today)).status_code == 404


def test_the_page_costs_the_same_for_few_and_many(site, officer, coordinator, sign_in, connection_queries):
    client = sign_in(coordinator)

    def fill(number):
        for _ in range(number):
            make_session(make_placement(make_ready_case(officer, coordinator), site, coordinator), "2026-06-10 13:00")

    fill(2)
    few = connection_queries(lambda: client.get(url("today")))
    fill(8)
    assert connection_queries(lambda: client.get(url("today"))) == few <= 10


def test_the_page_that_a_phone_keeps_is_the_same_for_everybody_and_names_nobody(today, coordinator, client):
    nobodys = client.get(url("today_offline")).content.decode()
    client.force_login(coordinator)
    mine = client.get(url("today_offline")).content.decode()
    assert "Jordan" not in mine
    assert "Ellen" not in mine
    assert len(mine) == len(nobodys)
    worker = client.get(url("today_worker"))
    assert worker["Content-Type"].startswith("text/javascript")
    assert '"scope": "/placements/today/"' in worker.content.decode()
    assert "worker-src 'self'" in worker["Content-Security-Policy"]


def test_todays_session_is_there_however_many_of_earlier_days_wait(placement, today, coordinator, sign_in):
    for number in range(70):
        make_session(placement, at("2026-05-02 06:00") + timedelta(hours=4 * number), hours=1)
    page = text_of(sign_in(coordinator).get(url("today")))
    assert "9:00 to 12:00" in page
    assert "No work is planned today" not in page
