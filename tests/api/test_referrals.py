"""The case over the API: the same operations, permissions and rows as the pages."""

from base64 import b64encode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from referrals.models import OverrideRequest, Person, Referral
from tests.api.bodies import WHOLE
from tests.factories import NOW, make_active_case, make_person, make_referral, make_victim

pytestmark = pytest.mark.django_db


def test_an_officer_drafts_and_submits(api_as, officer):
    client = api_as(officer)
    made = client.post("/api/referrals/", WHOLE, format="json")
    assert made.status_code == 201, made.content
    assert made.json()["status"] == "draft"
    sent = client.post(f"/api/referrals/{made.json()['id']}/submit/")
    assert sent.status_code == 200, sent.content
    assert sent.json()["status"] == "submitted"
    assert list(Event.objects.order_by("id").values_list("kind", flat=True))[-1] == "referral.submitted"


def test_a_draft_with_a_fault_leaves_nothing_behind(api_as, officer):
    answer = api_as(officer).post("/api/referrals/", {**WHOLE, "hours_set": 0}, format="json")
    assert answer.status_code == 400
    assert "hours_set" in answer.json()
    assert not Referral.objects.exists()
    assert not Person.objects.exists()


def test_a_referral_that_breaks_a_rule_says_which(api_as, officer):
    client = api_as(officer)
    made = client.post("/api/referrals/", {**WHOLE, "domestic_abuse": True, "hours_set": 40}, format="json")
    answer = client.post(f"/api/referrals/{made.json()['id']}/submit/")
    assert answer.status_code == 422
    assert {finding["rule"] for finding in answer.json()["details"]} == {"domestic_abuse", "hours"}
    assert Referral.objects.get().status == "draft"


def test_a_triager_accepts(api_as, officer, triager, provider):
    case = make_referral(officer, status="submitted")
    answer = api_as(triager).post(
        f"/api/referrals/{case.pk}/accept/",
        {"provider": provider.pk, "hours": 12, "rationale": "Suitable."},
        format="json",
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == "active"
    case.refresh_from_db()
    assert case.plan.minutes_required == 720


def test_a_second_decision_is_refused_with_who_was_first(api_as, officer, triager, provider):
    case = make_referral(officer, status="submitted")
    client = api_as(triager)
    body = {"reason": "evidence", "rationale": "No statement."}
    assert client.post(f"/api/referrals/{case.pk}/decline/", body, format="json").status_code == 200
    again = client.post(
        f"/api/referrals/{case.pk}/accept/",
        {"provider": provider.pk, "hours": 12, "rationale": "Suitable."},
        format="json",
    )
    assert again.status_code == 409
    assert "Carol Finch declined it" in again.json()["detail"]
    case.refresh_from_db()
    assert case.status == "declined"


def test_an_officer_cannot_decide(api_as, officer, provider):
    case = make_referral(officer, status="submitted")
    answer = api_as(officer).post(
        f"/api/referrals/{case.pk}/decline/", {"reason": "evidence", "rationale": "x"}, format="json"
    )
    assert answer.status_code == 403
    case.refresh_from_db()
    assert case.status == "submitted"


def test_another_force_finds_nothing(api_as, officer, outsider):
    case = make_referral(officer, status="submitted")
    client = api_as(outsider)
    assert client.get("/api/referrals/").json()["results"] == []
    assert client.get(f"/api/referrals/{case.pk}/").status_code == 404
    assert (
        client.post(f"/api/referrals/{case.pk}/decline/", {"reason": "evidence", "rationale": "x"}).status_code == 404
    )


def test_a_question_and_its_answer(api_as, officer, triager):
    case = make_referral(officer, status="submitted")
    asked = api_as(triager).post(f"/api/referrals/{case.pk}/ask/", {"question": "Which shelter?"}, format="json")
    assert asked.json()["status"] == "queried"
    assert asked.json()["triage_due_at"] is None
    answered = api_as(officer).post(f"/api/referrals/{case.pk}/answer/", {"text": "Bath Street."}, format="json")
    assert answered.json()["status"] == "submitted"
    assert case.queries.get().answer == "Bath Street."


def test_reading_a_case_is_in_the_trail(api_as, officer, triager):
    case = make_referral(officer, status="submitted")
    assert api_as(triager).get(f"/api/referrals/{case.pk}/").status_code == 200
    read = Event.objects.get(kind="referral.read")
    assert (read.act, read.actor, read.case) == ("consultation", triager.pk, case.pk)


def test_a_coordinator_never_sees_the_victim(api_as, officer, triager, coordinator, provider):
    case = make_active_case(officer, provider)
    make_victim(case)
    assert api_as(triager).get(f"/api/referrals/{case.pk}/").json()["victims"][0]["person"]["family_name"] == "Poole"
    seen = api_as(coordinator).get(f"/api/referrals/{case.pk}/")
    assert seen.status_code == 200
    assert seen.json()["victims"] == []
    assert "Poole" not in seen.content.decode()


def test_a_list_costs_the_same_however_long(api_as, officer, triager, django_assert_num_queries):
    client = api_as(triager)
    make_referral(officer, status="submitted")
    with CaptureQueriesContext(connection) as few:
        client.get("/api/referrals/")
    for _ in range(10):
        make_referral(officer, status="submitted")
    with django_assert_num_queries(len(few)):
        assert len(client.get("/api/referrals/").json()["results"]) == 11


def test_the_schema_describes_every_address(api_as, officer):
    schema = api_as(officer).get("/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    assert schema.status_code == 200
    assert "/api/referrals/{id}/accept/" in schema.content.decode()


def test_a_role_reads_no_more_here_than_on_the_page(api_as, officer, triager, coordinator, provider):
    """The officer writes what happened for the triage team; a provider's coordinator gets what the work takes."""
    person = make_person(
        officer.organisation, "Jordan", "Ashe", phone="07700 900321", ethnicity_id="W1", disability="yes"
    )
    case = make_active_case(officer, provider, participant=person, risks="Afraid of dogs.")
    address = f"/api/referrals/{case.pk}/"
    for reader in (officer, triager):
        seen = api_as(reader).get(address).json()
        assert seen["circumstances"] == case.circumstances
        assert seen["participant"]["ethnicity"] == "W1"
    seen = api_as(coordinator).get(address).json()
    assert seen["participant"]["phone"] == "07700 900321"
    assert seen["risks"] == "Afraid of dogs."
    assert not {"circumstances"} & set(seen)
    assert not {"ethnicity", "disability", "sex", "gender"} & set(seen["participant"])


def test_a_manager_who_was_asked_reads_neither_risks_nor_how_to_reach_the_person(
    api_as, officer, triager, manager, provider
):
    person = make_person(officer.organisation, "Jordan", "Ashe", phone="07700 900321")
    case = make_active_case(officer, provider, participant=person, risks="Afraid of dogs.")
    OverrideRequest.objects.create(
        case=case, kind="place_before_workshop", reason="Works nights.", asked_by=triager, asked_at=NOW
    )
    seen = api_as(manager).get(f"/api/referrals/{case.pk}/")
    assert seen.status_code == 200
    assert "07700" not in seen.content.decode()
    assert "dogs" not in seen.content.decode()


def test_a_person_already_known_is_named_by_their_id(api_as, officer, other_officer):
    known = make_referral(officer, status="submitted").participant
    theirs = {**WHOLE, "known_participant": str(known.pk)}
    del theirs["participant"]
    assert api_as(officer).post("/api/referrals/", theirs, format="json").json()["participant"]["id"] == str(known.pk)
    assert api_as(other_officer).post("/api/referrals/", theirs, format="json").status_code == 400


@pytest.mark.parametrize(
    "fault",
    [
        {"participant": {**WHOLE["participant"], "date_of_birth": "2999-01-01"}},
        {"offence_at": "9999-01-01T00:00:00Z"},
        {"consent": {**WHOLE["consent"], "given_on": "2999-01-01"}},
        {"victims": [{**WHOLE["victims"][0], "consulted_on": "2999-01-01"}]},
        {"offence": "\u0000"},
        {"district": "\u0000"},
        {"rationale": "a\u0000b"},
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(api_as, officer, fault):
    answer = api_as(officer).post("/api/referrals/", {**WHOLE, **fault}, format="json")
    assert answer.status_code in (400, 422), answer.content
    assert not Referral.objects.exists()


def test_the_same_consent_twice_is_one_consent(api_as, officer):
    twice = {**WHOLE, "consent": {**WHOLE["consent"], "kinds": ["take_part", "take_part"]}}
    assert api_as(officer).post("/api/referrals/", twice, format="json").status_code == 201
    assert Referral.objects.get().consents.count() == 1


@pytest.mark.parametrize("position", ["abc", "\x00", "2026-01-01T00:00:00+20:00", "2026-01-01T00:00:00"])
def test_a_cursor_that_holds_no_time_is_no_page(api_as, triager, position):
    cursor = b64encode(f"p={position}".encode()).decode()
    assert api_as(triager).get("/api/referrals/", {"cursor": cursor}).status_code == 404
