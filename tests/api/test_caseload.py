"""The caseload, handing over, and the end of community work over the API: the same verbs as on the pages."""

import io

import pypdf
import pytest
import time_machine

from audit.models import Event
from placements.models import CompletionReport, ParticipantLink
from referrals.models import Document, Referral
from tests.factories import NOW
from tests.placements.factories import (
    at,
    make_coordinator,
    make_credit,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, coordinator):
    return make_ready_case(officer, coordinator, milestones=("first_contact", "assessed", "workshop_attended"))


@pytest.fixture
def placement(case, provider, coordinator):
    return make_placement(case, make_site(provider), coordinator)


def test_the_caseload_says_what_the_page_says(api_as, coordinator, case, placement):
    make_session(placement, "2026-06-08 09:00")
    make_session(placement, "2026-06-12 09:00")
    api = api_as(coordinator)
    (row,) = api.get("/api/caseload/?group=missing").json()["results"]
    assert row == {
        "id": str(case.pk), "reference": case.reference, "participant": "Jordan Ashe", "status": "active",
        "age_group": "Adult", "caseworker": "Ellen Marsh", "next_step": "Record what came of Monday 8 June 2026",
        "first_contact_due_at": None, "minutes_required": 600, "minutes_credited": 0,
        "next_session_at": "2026-06-12T09:00:00+01:00", "next_site": "Ilkeston Community Garden", "days_overdue": 2,
    }  # fmt: skip
    assert api.get("/api/caseload/?whose=nobody").json()["results"] == []
    assert len(api.get(f"/api/caseload/?whose={coordinator.email.upper()}").json()["results"]) == 1
    assert Event.objects.filter(kind="referral.listed", ids=[str(case.pk)]).exists()


@pytest.mark.parametrize("asked", ["whose=x@example.org", "whose=%00", "group=x"])
def test_what_cannot_be_read_is_refused(asked, api_as, coordinator):
    assert api_as(coordinator).get(f"/api/caseload/?{asked}").status_code == 400


def test_of_a_restricted_case_only_the_reference_is_told(api_as, provider, case):
    Referral.objects.filter(pk=case.pk).update(restricted=True)
    (row,) = api_as(make_coordinator(provider)).get("/api/caseload/?whose=everybody").json()["results"]
    assert (row.pop("reference"), row.pop("participant")) == (case.reference, "Restricted")
    assert set(row.values()) == {None}


def test_cases_are_given_and_handed_over(api_as, coordinator, provider, case):
    gita = make_coordinator(provider)
    Referral.objects.filter(pk=case.pk).update(caseworker=None)
    api, unknown = api_as(coordinator), "00000000-0000-4000-8000-000000000000"
    sent = {"cases": [str(case.pk), unknown], "to": coordinator.email}
    answer = api.post("/api/caseload/allocate/", sent, format="json").json()
    assert answer == {"given": [str(case.pk)], "refused": [{"id": unknown, "why": "There is no such case."}]}
    over = {"cases": [str(case.pk)], "of": coordinator.email, "to": gita.email, "note": "Ring after 16:00."}
    assert (
        api.post("/api/caseload/hand-over/", {**over, "cases": [str(case.pk), unknown]}, format="json").status_code
        == 404
    )
    assert api.post("/api/caseload/hand-over/", over, format="json").json()["given"] == [str(case.pk)]
    again = api.post("/api/caseload/hand-over/", over, format="json")
    assert (again.status_code, "is with Gita Rao now" in again.json()["detail"]) == (409, True)
    case.refresh_from_db()
    assert (case.caseworker, case.notes.get().text) == (gita, "Ring after 16:00.")


def test_a_restricted_case_is_handed_over_with_a_reason(api_as, coordinator, provider, case):
    gita = make_coordinator(provider)
    Referral.objects.filter(pk=case.pk).update(restricted=True)
    api = api_as(coordinator)
    over = {"cases": [str(case.pk)], "of": coordinator.email, "to": gita.email}
    assert api.post("/api/caseload/hand-over/", over, format="json").status_code == 422
    answer = api.post("/api/caseload/hand-over/", over, format="json", HTTP_X_REASON="I am leaving")
    assert answer.status_code == 200
    assert Event.objects.get(kind="referral.read").data["reason"] == "I am leaving"


def test_a_report_is_made_once_however_often_it_is_sent(api_as, coordinator, case, placement):
    api, address = api_as(coordinator), f"/api/referrals/{case.pk}/completion-reports/"
    refused = api.post(address, {"in_words": "Worked well."}, format="json")
    assert (refused.status_code, "10 hours are left to do" in refused.json()["detail"]) == (409, True)
    make_credit(placement, 600)
    for _ in range(2):
        answer = api.post(address, {"in_words": "Worked well."}, format="json", HTTP_IDEMPOTENCY_KEY="k1")
        assert answer.status_code == 201, answer.content
    report = CompletionReport.objects.get()
    assert answer.json()["document"] == str(report.document_id)
    assert answer.json()["facts"]["credited"] == 600
    second = api.post(address, {"in_words": "Worked better."}, format="json")
    assert (second.status_code, second.json()["field"]) == (422, "changed_because")
    assert [row["number"] for row in api.get(address).json()] == [1]
    assert Document.objects.get().kind == "report"


def test_the_certificate_is_a_pdf(api_as, officer, case, placement):
    api, address = api_as(officer), f"/api/referrals/{case.pk}/work-certificate/"
    assert api.get(address).status_code == 422
    make_credit(placement, 90)
    answer = api.get(address, HTTP_ACCEPT="application/pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "1 hour 30 minutes" in pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def test_a_link_is_made_read_and_revoked(api_as, coordinator, case, client):
    api, address = api_as(coordinator), f"/api/referrals/{case.pk}/participant-link/"
    assert api.get(address).status_code == 404
    own = api.post(address).json()["address"]
    assert client.get(own).status_code == 200
    told = api.get(address).json()
    assert (told["made_by"], told["last_opened_at"]) == ("Ellen Marsh", at("2026-06-10 10:00").isoformat())
    assert ParticipantLink.objects.get().digest not in str(told)
    assert [api.delete(address).status_code for _ in range(2)] == [204, 409]
    assert client.get(own).status_code == 404


@pytest.mark.parametrize("path", ["completion-reports", "participant-link"])
def test_others_neither_report_nor_share(path, api_as, officer, triager, case):
    for user in (officer, triager):
        assert api_as(user).post(f"/api/referrals/{case.pk}/{path}/", {}, format="json").status_code == 403
