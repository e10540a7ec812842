"""What was missed, over the API: the same operations, permissions and rows as the pages."""

import pytest
import time_machine

from referrals.models import KeptOpen
from tests.factories import NOW, make_active_case
from tests.referrals.factories import make_missed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, provider, coordinator, triager):
    return make_active_case(officer, provider, triager=triager, caseworker=coordinator)


def address(case, path=""):
    return f"/api/referrals/{case.pk}/{path}"


def test_what_was_missed_is_listed_to_those_who_work_on_the_case(api_as, case, officer, coordinator, outsider):
    event = make_missed(case, coordinator)
    (told,) = api_as(officer).get(address(case, "compliance/")).json()["results"]
    assert told["id"] == str(event.pk)
    assert (told["outcome"], told["evidence_by"], told["decision"], told["decided_by"]) == (
        "unacceptable_absence", "2026-06-17", "", None,
    )  # fmt: skip
    assert api_as(outsider).get(address(case, "compliance/")).status_code == 404


def test_evidence_sent_twice_with_one_key_is_said_once(api_as, case, coordinator):
    event, client = make_missed(case, coordinator), api_as(coordinator)
    path = address(case, f"compliance/{event.pk}/evidence/")
    for _ in range(2):
        answer = client.post(path, {"text": "No bus."}, format="json", headers={"Idempotency-Key": "e1"})
        assert (answer.status_code, answer.json()["evidence"]) == (200, "No bus.")


def test_it_is_decided_once_and_by_those_who_work_the_case(api_as, case, officer, coordinator, triager):
    event = make_missed(case, coordinator)
    path = address(case, f"compliance/{event.pk}/decide/")
    assert api_as(officer).post(path, {"decision": "excused"}, format="json").status_code == 403
    assert api_as(coordinator).post(path, {"decision": "upheld"}, format="json").status_code == 422
    assert api_as(coordinator).post(path, {"decision": "maybe"}, format="json").status_code == 400
    answer = api_as(coordinator).post(path, {"decision": "upheld", "reason": "Said no."}, format="json")
    assert (answer.status_code, answer.json()["decided_by"]) == (200, "Ellen Marsh")
    assert api_as(triager).post(path, {"decision": "excused", "reason": "x"}, format="json").status_code == 409


def test_a_triager_keeps_the_case_open_once(api_as, case, coordinator, triager):
    path = address(case, "keep-open/")
    assert api_as(triager).post(path, {"reason": "x"}, format="json").status_code == 409
    for _ in range(2):
        make_missed(case, coordinator, decision="upheld")
    assert api_as(coordinator).post(path, {"reason": "x"}, format="json").status_code == 403
    assert api_as(triager).post(path, {}, format="json").status_code == 400
    assert api_as(triager).post(path, {"reason": "Started treatment."}, format="json").status_code == 204
    assert api_as(triager).post(path, {"reason": "x"}, format="json").status_code == 409
    assert KeptOpen.objects.count() == 1


def test_a_case_goes_back_with_a_statement(api_as, case, triager):
    sent = {"reason": "non_compliance", "statement": "Missed twice."}
    assert api_as(triager).post(address(case, "return/"), sent, format="json").status_code == 200
    case.refresh_from_db()
    assert (case.status, case.return_statement) == ("returned", "Missed twice.")
