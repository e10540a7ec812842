"""Feedback over the API: the same verbs as the pages, and the same refusals."""

import pytest
import time_machine
from django.test import Client

from tests.workshops.factories import TOMORROW, make_group, make_session
from workshops import rules
from workshops.models import FeedbackLink, FeedbackResponse

pytestmark = pytest.mark.django_db
BODY = {"answers": {**dict.fromkeys(rules.STATEMENTS, True), "workshop_beneficial": None}, "comment": "Fair."}


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(TOMORROW.replace(hour=12), tick=False):
        yield


@pytest.fixture
def client(api_as, facilitator):
    return api_as(facilitator)


@pytest.fixture
def bookings(officer, provider, facilitator):
    return make_group(officer, provider, make_session(facilitator), 3, status="attended")


def write(client, booking, body=BODY):
    return client.post(f"/api/workshops/bookings/{booking.pk}/feedback/", body, format="json")


def summary(client, session):
    return client.get(f"/api/workshops/sessions/{session.pk}/feedback/").json()


def test_paper_is_recorded_once_and_shown_three_at_a_time(client, bookings):
    assert [write(client, booking).status_code for booking in bookings[:2]] == [204, 204]
    assert summary(client, bookings[0].session) == {"responses": 2, "shown": 0, "statements": [], "comments": []}
    again = write(client, bookings[0])
    assert (again.status_code, "already recorded" in again.json()["detail"]) == (409, True)
    write(client, bookings[2])
    told = summary(client, bookings[0].session)
    assert (told["responses"], told["shown"], len(told["statements"])) == (3, 3, 5)
    assert told["comments"][0] == {"text": "Fair.", "may_be_quoted": False}
    assert FeedbackResponse.objects.filter(how="paper", workshop_beneficial=None).count() == 3


def test_a_statement_left_out_is_named(client, bookings):
    answers = {name: True for name in rules.STATEMENTS if name != "workshop_beneficial"}
    answer = write(client, bookings[0], {"answers": answers})
    assert answer.status_code == 400
    assert list(answer.json()["answers"]) == ["workshop_beneficial"]
    assert not FeedbackResponse.objects.exists()


def test_a_link_is_told_once_and_opens_without_an_account(client, bookings):
    made = client.post(f"/api/workshops/bookings/{bookings[0].pk}/feedback-link/")
    assert made.status_code == 201
    assert Client().get(made.json()["address"]).status_code == 200
    assert FeedbackLink.objects.get().booking == bookings[0]


def test_who_did_not_come_gets_no_link_and_gives_no_feedback(client, bookings, officer, provider):
    absent = make_group(officer, provider, bookings[0].session, 1, status="did_not_attend")[0]
    assert client.post(f"/api/workshops/bookings/{absent.pk}/feedback-link/").status_code == 422
    assert write(client, absent).status_code == 422


def test_another_facilitators_booking_is_not_there(api_as, outsider, bookings):
    client = api_as(outsider)
    assert write(client, bookings[0]).status_code == 404
    assert client.post(f"/api/workshops/bookings/{bookings[0].pk}/feedback-link/").status_code == 404
    assert client.get(f"/api/workshops/sessions/{bookings[0].session_id}/feedback/").status_code == 404
