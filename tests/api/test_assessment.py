"""The assessment and the consents of a case in the API: the same operations, the same refusals."""

from datetime import date

import pytest
import time_machine
from rest_framework.test import APIClient

from audit.models import Event
from placements.models import Assessment
from referrals.models import Consent, Referral
from tests.factories import NOW, make_active_case, make_child
from tests.placements.factories import make_placement, make_ready_case, make_session, make_site

pytestmark = pytest.mark.django_db

SECTIONS = {
    "needs": {"needs": "Reads slowly."},
    "risks": {"risk_to_self": "", "risk_to_others": ""},
    "medical": {"medical": "Asthma"},
    "emergency": {
        "emergency_contact_name": "Sam Ashe",
        "emergency_contact_phone": "07700 900456",
        "emergency_contact_relationship": "Sister",
    },
    "lone_working": {"may_work_alone": False},
    "activities": {"activities_to_avoid": ""},
    "apart": {"never_with": []},
    "days": {"days_available": [2, 0, 2]},
    "consents": {},
}
SIGNED = {"given_by": "Pat Stone", "relationship": "mother", "given_on": "2026-06-10"}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(coordinator):
    client = APIClient()
    client.force_authenticate(coordinator)
    return client


def at(case, more=""):
    return f"/api/referrals/{case.pk}/assessment/{more}"


def put(client, case, section, body, tag):
    return client.put(at(case, f"{section}/"), body, format="json", headers={"If-Match": tag} if tag else {})


def test_a_childs_assessment_from_nothing_to_complete(client, coordinator, officer, provider):
    case = make_active_case(officer, provider, participant=make_child(officer.organisation))
    answer = client.get(at(case))
    assert (answer.status_code, answer["ETag"], answer.json()["sections_done"]) == (200, '"0"', [])
    for name, body in SECTIONS.items():
        answer = put(client, case, name, body, answer["ETag"])
        assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["version"], said["days_available"], said["needs"]) == (9, [0, 2], "Reads slowly.")
    assert said["lacking"] == [
        "A parent or carer must consent to community work and to medical treatment in an emergency: the person is "
        "under 18."
    ]
    refused = client.post(at(case, "complete/"))
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        f"The assessment is not complete. {said['lacking'][0]}",
    )
    given = {"kinds": ["work", "medical"], **SIGNED}
    assert put(client, case, "consents", {**given, "relationship": "self"}, answer["ETag"]).status_code == 422
    answer = put(client, case, "consents", given, answer["ETag"])
    assert [row["kind"] for row in answer.json()["consents"]] == ["work", "medical"]
    assert client.post(at(case, "complete/"), headers={"If-Match": '"3"'}).status_code == 412
    done = client.post(at(case, "complete/"), headers={"If-Match": answer["ETag"]})
    assert done.status_code == 200, done.content
    assert (done.json()["completed_by"], done.json()["lacking"]) == ("Ellen Marsh", [])
    assert case.milestones.filter(kind="assessed").exists()
    assert client.post(at(case, "complete/")).status_code == 409


def test_nobody_writes_over_what_they_have_not_read(client, officer, coordinator):
    case = make_ready_case(officer, coordinator)
    assert put(client, case, "medical", {"medical": "Asthma"}, None).status_code == 428
    assert put(client, case, "medical", {"medical": "Asthma"}, '"1"')["ETag"] == '"2"'
    stale = put(client, case, "needs", {"needs": "Large print."}, '"1"')
    assert stale.status_code == 412
    assert "Ellen Marsh changed the assessment" in stale.json()["detail"]
    assert stale.json()["details"] == [{"version": 2}]
    assert Assessment.objects.get().needs == ""


@pytest.mark.parametrize(
    ("section", "body", "status"),
    [
        ("hobbies", {}, 404),
        ("needs", {}, 400),
        ("needs", {"needs": "x" * 2001}, 400),
        ("risks", {"risk_to_self": ""}, 400),
        ("emergency", {**SECTIONS["emergency"], "emergency_contact_phone": ""}, 422),
        ("days", {"days_available": []}, 422),
        ("days", {"days_available": [7]}, 400),
        ("apart", {"never_with": ["IJ/2020/000001"]}, 400),
        ("consents", {"kinds": ["photo"], "given_by": "Jordan Ashe"}, 400),
        ("consents", {"kinds": ["share"], **SIGNED}, 422),
        ("consents", {"kinds": ["photo"], **SIGNED, "given_on": "2026-06-11"}, 422),
    ],
)
def test_what_a_section_does_not_take_changes_nothing(client, officer, coordinator, section, body, status):
    case = make_ready_case(officer, coordinator)
    before = Assessment.objects.values().get(), list(Consent.objects.values())
    answer = put(client, case, section, body, '"1"')
    assert answer.status_code == status, answer.content
    assert (Assessment.objects.values().get(), list(Consent.objects.values())) == before
    assert not Event.objects.filter(case=case.pk, kind="assessment.edited").exists()


def test_a_consent_is_given_withdrawn_and_given_again(client, officer, coordinator, provider):
    case = make_ready_case(officer, coordinator, participant=make_child(officer.organisation))
    make_session(make_placement(case, make_site(provider), coordinator), "2026-06-12 09:00")
    address = f"/api/referrals/{case.pk}/consents/"
    work = next(row for row in client.get(address).json() if row["kind"] == "work")
    assert (work["given_by"], work["relationship"], work["given_on"], work["form_version"], work["withdrawn_at"]) == (
        "Pat Stone", "parent or carer", "2026-06-10", "2026-1", None,
    )  # fmt: skip
    answer = client.post(f"{address}{work['id']}/withdraw/", {"withdrawn_by": "Pat Stone"}, format="json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["stopped"] == ["1 planned work session cancelled."]
    assert answer.json()["consent"]["withdrawal_recorded_by"] == "Ellen Marsh"
    assert client.post(f"{address}{work['id']}/withdraw/", {"withdrawn_by": "P"}, format="json").status_code == 409
    sent = {"kinds": ["work"], **SIGNED}
    for _ in range(2):
        answer = client.post(address, sent, format="json", headers={"Idempotency-Key": "again"})
        assert answer.status_code == 201, answer.content
    rows = Consent.objects.filter(case=case, kind="work").order_by("pk")
    assert [(row.withdrawn_at is None, row.recorded_by) for row in rows] == [(False, coordinator), (True, coordinator)]
    assert rows[1].given_on == date(2026, 6, 10)


def test_who_may_not_open_the_case_learns_and_changes_nothing(officer, coordinator, outsider, other_officer, manager):
    case = make_ready_case(officer, coordinator)
    row = case.consents.first()
    for user, status in ((outsider, 404), (other_officer, 404), (manager, 403)):
        client = APIClient()
        client.force_authenticate(user)
        address = f"/api/referrals/{case.pk}/consents/"
        assert client.get(address).status_code == status
        assert client.post(f"{address}{row.pk}/withdraw/", {"withdrawn_by": "X"}, format="json").status_code == status
    client.force_authenticate(other_officer)
    assert client.get(at(case)).status_code == 403  # an officer does not read the assessment
    assert not Consent.objects.filter(withdrawn_at__isnull=False).exists()


def test_of_a_restricted_case_a_reason_is_asked_for(client, officer, coordinator):
    case = make_ready_case(officer, coordinator)
    Referral.objects.filter(pk=case.pk).update(restricted=True, restricted_because="Known.")
    assert client.get(at(case)).status_code == 422
    assert put(client, case, "needs", {"needs": ""}, '"1"').status_code == 422
    assert client.get(at(case), headers={"X-Reason": "Visit today"}).status_code == 200
