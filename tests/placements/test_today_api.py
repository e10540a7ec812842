"""What a phone asks of the API: the list it may keep, and requests that come again."""

from datetime import timedelta

import pytest
from django.db import connection
from rest_framework.test import APIClient

from audit.models import Event
from placements import operations
from placements.api.today import Answer
from placements.models import HoursAccount, HoursLine, WorkSession
from placements.operations.hours import Recorded
from referrals.models import Referral
from tests.factories import NOW, make_person
from tests.placements.factories import at, make_coordinator, make_placement, make_ready_case, make_session, outcome
from tests.placements.test_at_once import at_once

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "5f0c7c2e-0d2f-4d0e-8f57-1d2b3c4d5e6f"}


def phone(user):
    """As a phone sends: with the cookie of a session."""
    client = APIClient()
    client.force_login(user)
    return client


def report(**fields):
    """Times as the clock on the wall shows them, without a zone."""
    return {
        "version": 1,
        "starts_at": "2026-06-09T09:00",
        "ends_at": "2026-06-09T12:00",
        "outcome": "complied",
        **fields,
    }


def send(client, session, verb="log", body=None, headers=KEY):
    return client.post(f"/api/work-sessions/{session.pk}/{verb}/", body or report(), format="json", headers=headers)


def credits(case):
    return list(case.hours_lines.filter(kind=HoursLine.Kind.CREDIT).values_list("minutes", flat=True))


def test_a_phone_gets_what_it_may_keep_and_no_more(session, placement, coordinator, case):
    today = make_session(placement, "2026-06-10 13:00", arrived_at=at("2026-06-10 09:02"))
    answer = phone(coordinator).get("/api/work-sessions/today/")
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert set(body) == {"owner", "csrf", "key", "day", "until", "sessions", "outcomes"}
    assert (body["owner"], body["day"], body["until"]) == (
        str(coordinator.pk),
        "2026-06-10",
        "2026-06-12T00:00:00+01:00",
    )
    assert [row["id"] for row in body["sessions"]] == [str(today.pk), str(session.pk)]
    assert body["sessions"][0] == {
        "id": str(today.pk), "version": 1, "name": "Jordan A.", "restricted": False, "may_open": True,
        "on": "2026-06-10", "day": "Wednesday 10 June 2026", "starts": "13:00", "ends": "16:00",
        "site": "Ilkeston Community Garden", "arrived": "09:02", "recorded": False,
    }  # fmt: skip
    text = answer.content.decode()
    assert not any(word in text for word in ("Ashe", case.reference, str(case.pk), "shelter"))
    assert Event.objects.get(kind="referral.listed").ids == [str(case.pk)]


def test_a_phone_keeps_no_name_of_a_restricted_case(session, provider, coordinator):
    Referral.objects.update(restricted=True, restricted_because="Known to all.")
    client = phone(coordinator)
    row = client.get("/api/work-sessions/today/").json()["sessions"][0]
    assert (row["name"], row["may_open"]) == ("Restricted", True)
    assert not Event.objects.get(kind="referral.listed").ids
    row = phone(make_coordinator(provider)).get("/api/work-sessions/today/?everybody=true").json()["sessions"][0]
    assert (row["name"], row["may_open"]) == ("Restricted", False)
    assert send(client, session).status_code == 422  # without a reason
    assert send(client, session, headers={**KEY, "X-Reason": "Their caseworker."}).status_code == 200


def test_the_key_is_ones_own_and_the_same_each_time(session, coordinator, provider):
    mine, again, other = (
        phone(user).get("/api/work-sessions/today/").json()["key"]
        for user in (coordinator, coordinator, make_coordinator(provider))
    )
    assert mine == again != other
    assert len(mine) == 44  # 32 bytes


def test_what_comes_again_is_answered_with_the_same_and_credited_once(session, case, placement, coordinator):
    client = phone(coordinator)
    first = send(client, session)
    assert first.status_code == 200, first.content
    make_more = make_session(placement, "2026-06-08 09:00")
    operations.log_work_session(
        make_more, by=coordinator, version=1, starts_at=make_more.starts_at, ends_at=make_more.ends_at,
        outcome=outcome("complied"),
    )  # fmt: skip
    again = send(client, session)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (again.json()["credited"], again.json()["left"]) == (180, 420)
    assert credits(case) == [180, 180]
    assert Event.objects.filter(kind="work.logged").count() == 2


def test_the_key_with_other_answers_is_refused_and_a_refused_one_stays_free(session, case, coordinator):
    client = phone(coordinator)
    assert send(client, session, body=report(outcome="")).status_code == 400
    assert send(client, session, body=report(break_minutes=200)).status_code == 422
    assert send(client, session).status_code == 200
    other = send(client, session, body=report(break_minutes=5))
    assert "already used for another request" in other.json()["detail"]
    assert send(client, session, headers={"Idempotency-Key": "another"}).status_code == 409
    assert credits(case) == [180]


def test_a_correction_and_unplanned_work_are_made_once_too(session, case, placement, coordinator):
    client = phone(coordinator)
    send(client, session)
    body = report(version=2, break_minutes=30, reason="Lunch.")
    answers = [send(client, session, "correct", body, {"Idempotency-Key": "c"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].content
    assert answers[0].json() == answers[1].json()
    assert HoursAccount.objects.get().minutes_credited == 150
    unplanned = report(starts_at="2026-06-08T09:00", ends_at="2026-06-08T10:00")
    address = f"/api/placements/{placement.pk}/work-sessions/"
    made = [client.post(address, unplanned, format="json", headers={"Idempotency-Key": "u"}) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201], made[0].content
    assert made[0].json() == made[1].json()
    assert WorkSession.objects.count() == 2
    assert send(client, session, "correct", {**body, "reason": ""}, {}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_of_two_that_come_at_once_one_is_credited_and_both_are_answered(session, case, coordinator):
    clients, answers = [phone(coordinator), phone(coordinator)], []

    def ask(client):
        return lambda: answers.append(send(client, session))

    assert at_once(*map(ask, clients)) == [None, None]
    assert [answer.status_code for answer in answers] == [200, 200], [answer.content for answer in answers]
    assert answers[0].json() == answers[1].json()
    assert credits(case) == [180]
    connection.close()


def test_an_arrival_without_a_signal_has_its_own_time(placement, coordinator, case):
    session, client = make_session(placement, "2026-06-10 09:00"), phone(coordinator)
    early = {"version": 1, "at": "2026-06-10T07:55:00Z"}
    for _ in range(2):
        answer = send(client, session, "arrive", early)
        assert answer.json() == {"arrived_at": "2026-06-10T08:55:00+01:00"}
    ahead = {"version": 1, "arrived": False}
    assert send(client, session, "arrive", ahead, {}).json() == {"arrived_at": None}
    ahead = {"version": 1, "at": (NOW + timedelta(minutes=7)).isoformat()}  # the clock of the phone is ahead
    assert send(client, session, "arrive", ahead, {}).json() == {"arrived_at": "2026-06-10T10:00:00+01:00"}
    assert send(client, session, "arrive", {"version": 1, "at": "2026-06-09T09:00"}, {}).json() == {
        "arrived_at": "2026-06-10T10:00:00+01:00"  # who is marked stays as they were
    }
    assert send(client, session, "arrive", {"version": 2}, {}).status_code == 409


@pytest.mark.parametrize("text", ["2026-06-09T09:00", "2026-06-11T09:00"])
def test_an_arrival_on_another_day_is_refused(session, placement, coordinator, text):
    today = make_session(placement, "2026-06-10 09:00")
    answer = send(phone(coordinator), today if text < "2026-06-10" else session, "arrive", {"version": 1, "at": text})
    assert answer.status_code == 422
    assert "nobody can be marked as arrived on" in answer.json()["detail"]


def test_the_numbers_of_an_answer_fit_into_the_key(session):
    recorded = Recorded(session, 720, 720, 18_000, 999)
    kept = Answer.of(recorded)
    assert len(kept.pk) <= 40
    assert kept.recorded() == recorded


def test_a_phone_without_the_token_of_its_page_writes_nothing(session, coordinator):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(coordinator)
    assert send(client, session).status_code == 403
    token = client.get("/api/work-sessions/today/").json()["csrf"]
    assert send(client, session, headers={**KEY, "X-CSRFToken": token}).status_code == 200


def test_the_list_costs_the_same_for_few_and_many(site, officer, coordinator, force, connection_queries):
    client = phone(coordinator)

    def fill(number):
        for _ in range(number):
            case = make_ready_case(officer, coordinator, participant=make_person(force, "Kit", "Lowe"))
            make_session(make_placement(case, site, coordinator), "2026-06-10 13:00")

    fill(2)
    few = connection_queries(lambda: client.get("/api/work-sessions/today/"))
    fill(6)
    assert connection_queries(lambda: client.get("/api/work-sessions/today/")) == few <= 10
