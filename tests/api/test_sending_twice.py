"""A request that comes twice makes one thing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import SentOnce
from audit.models import Event
from audit.tasks import forget_old_keys
from referrals.models import OverrideRequest, Person, Referral
from tests.api.bodies import WHOLE
from tests.factories import NOW, make_active_case, make_referral

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "8f14e45f-ea9b-4c0e-9a57-1d2b3c4d5e6f"}


def drafts(client, body=WHOLE, headers=KEY):
    return client.post("/api/referrals/", body, format="json", headers=headers)


def test_the_second_is_answered_with_what_the_first_made(api_as, officer):
    client = api_as(officer)
    first, second = drafts(client), drafts(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Referral.objects.count() == 1
    assert Person.objects.count() == 2
    assert Event.objects.filter(kind="referral.drafted").count() == 1


def test_without_a_key_each_request_makes_its_own(api_as, officer):
    client = api_as(officer)
    assert drafts(client, headers={}).json()["id"] != drafts(client, headers={}).json()["id"]


def test_a_key_is_its_senders_own(api_as, officer, other_officer):
    assert drafts(api_as(officer)).json()["id"] != drafts(api_as(other_officer)).json()["id"]


def test_the_key_with_another_request_is_refused(api_as, officer):
    client = api_as(officer)
    drafts(client)
    answer = drafts(client, {**WHOLE, "hours_set": 13})
    assert answer.status_code == 422
    assert "already used for another request" in answer.json()["detail"]
    assert Referral.objects.get().hours_set == 12


def test_a_refused_request_leaves_its_key_free(api_as, officer):
    client = api_as(officer)
    assert drafts(client, {**WHOLE, "hours_set": 0}).status_code == 400
    assert drafts(client, {**WHOLE, "offence_at": "2999-01-01T00:00:00Z"}).status_code == 422
    assert not SentOnce.objects.exists()
    assert drafts(client).status_code == 201


def test_a_key_that_is_too_long_is_refused(api_as, officer):
    answer = drafts(api_as(officer), headers={"Idempotency-Key": "x" * 81})
    assert answer.status_code == 400
    assert "80 characters or fewer" in answer.json()["Idempotency-Key"][0]
    assert not Referral.objects.exists()


def test_a_step_that_comes_again_is_answered_as_it_was(api_as, officer, triager):
    case = make_referral(officer, status="submitted")
    client, body = api_as(triager), {"question": "Which shelter?"}
    for _ in range(2):
        answer = client.post(f"/api/referrals/{case.pk}/ask/", body, format="json", headers=KEY)
        assert answer.status_code == 200, answer.content
        assert answer.json()["status"] == "queried"
    assert case.queries.count() == 1


def test_a_manager_is_asked_once(api_as, officer, provider, triager):
    case = make_active_case(officer, provider)
    client, body = api_as(triager), {"kind": "place_before_workshop", "reason": "Works nights."}
    answers = [
        client.post(f"/api/referrals/{case.pk}/ask-override/", body, format="json", headers=KEY) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert OverrideRequest.objects.count() == 1


def test_a_filter_is_saved_once(api_as, triager):
    client, body = api_as(triager), {"name": "Thefts", "query": {"tab": "active", "offence": "criminal_damage"}}
    answers = [client.post("/api/saved-filters/", body, format="json", headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201], answers[1].content
    assert triager.saved_filters.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_made(api_as, officer):
    clients, barrier = [api_as(officer), api_as(officer)], Barrier(2)

    def send(client):
        barrier.wait(timeout=10)
        try:
            return drafts(client)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, clients))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Referral.objects.count() == 1


def test_keys_are_forgotten_after_a_week(api_as, officer):
    with time_machine.travel(NOW, tick=False):
        drafts(api_as(officer))
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        assert forget_old_keys() == 0
        assert SentOnce.objects.get().at == timezone.now() - timedelta(days=7)
    with time_machine.travel(NOW + timedelta(days=7, seconds=1), tick=False):
        assert forget_old_keys() == 1
    assert Referral.objects.count() == 1


def test_what_was_deleted_since_is_not_there_when_the_request_comes_again(api_as, triager):
    client, sent = api_as(triager), {"name": "Late", "query": {"tab": "waiting", "clock": "overdue"}}
    saved = client.post("/api/saved-filters/", sent, format="json", headers=KEY)
    assert client.delete(f"/api/saved-filters/{saved.json()['id']}/").status_code == 204
    assert client.post("/api/saved-filters/", sent, format="json", headers=KEY).status_code == 404
    assert not triager.saved_filters.exists()


def test_a_link_that_was_taken_back_is_not_made_again_by_the_same_request(api_as, triager, officer, force):
    one, other = (make_referral(officer, status="submitted").participant for _ in range(2))
    client, at, sent = api_as(triager), f"/api/people/{one.pk}/links/", {"other": str(other.pk), "reason": "Same."}
    made = client.post(at, sent, format="json", headers=KEY)
    assert client.post(f"{at}{made.json()['id']}/unlink/", {"reason": "Twins."}, format="json").status_code == 204
    assert client.post(at, sent, format="json", headers=KEY).status_code == 404
    assert client.get(at).json() == []
