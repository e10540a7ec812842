"""Every step of a case over the API, what is read beside it, and who may."""

from datetime import date, timedelta

import pytest
import time_machine

from audit.models import Event
from referrals.models import FurtherOffenceCheck, Offence, OverrideRequest
from tests.factories import NOW, make_active_case, make_person, make_referral, make_user, make_victim
from tests.referrals.factories import make_case

pytestmark = pytest.mark.django_db


def post(client, case, step, body=None):
    return client.post(f"/api/referrals/{case.pk}/{step}/", body or {}, format="json")


def refused(answer, status):
    assert answer.status_code == status, answer.content
    return answer.json()["detail"]


# --- steps ------------------------------------------------------------------------------------------------------------


def test_a_case_is_suspended_and_resumed(api_as, officer, provider, triager):
    case, client = make_active_case(officer, provider), api_as(triager)
    suspended = post(client, case, "suspend", {"reason": "away"})
    assert (suspended.json()["status"], suspended.json()["suspend_reason"]) == ("suspended", "away")
    assert "while its status is “suspended”" in refused(post(client, case, "suspend", {"reason": "away"}), 409)
    assert post(client, case, "resume").json()["status"] == "active"
    assert post(client, case, "suspend", {"reason": "nonsense"}).status_code == 400


def test_a_case_is_completed_only_when_all_is_done(api_as, officer, provider, triager):
    client = api_as(triager)
    unfinished = make_active_case(officer, provider)
    assert "the workshop must be attended" in refused(post(client, unfinished, "complete"), 422)
    case = make_active_case(officer, provider, milestones=["assessed", "workshop_attended", "hours_completed"])
    assert post(client, case, "complete").json()["status"] == "completed"
    assert post(client, case, "complete").status_code == 409


def test_a_case_is_returned_to_the_officer(api_as, officer, provider, triager):
    case = make_active_case(officer, provider)
    answer = post(api_as(triager), case, "return", {"reason": "moved_away"})
    assert (answer.json()["status"], answer.json()["return_reason"]) == ("returned", "moved_away")


def test_a_coordinator_takes_on_a_case_or_gives_it_to_a_colleague(api_as, officer, provider, coordinator):
    case = make_active_case(officer, provider)
    colleague = make_user("Gwen Ford", provider, "coordinator")
    assert post(api_as(coordinator), case, "take-on").json()["caseworker"] == "Ellen Marsh"
    assert "already took on" in refused(post(api_as(colleague), case, "take-on"), 409)
    given = post(api_as(coordinator), case, "take-on", {"caseworker": colleague.email.upper()})
    assert given.json()["caseworker"] == "Gwen Ford"
    for stranger in (officer.email, "\x00"):
        assert post(api_as(coordinator), case, "take-on", {"caseworker": stranger}).status_code == 400


@time_machine.travel(NOW + timedelta(days=1), tick=False)
def test_the_first_contact_is_recorded(api_as, officer, provider, coordinator):
    case = make_active_case(officer, provider)
    at = (NOW + timedelta(hours=2)).isoformat()
    assert "first_contact" in post(api_as(coordinator), case, "first-contact", {"at": at}).json()["milestones"]
    early = post(api_as(coordinator), case, "first-contact", {"at": (NOW - timedelta(days=1)).isoformat()})
    assert "after the referral was accepted" in refused(early, 422)


@time_machine.travel(NOW + timedelta(days=200), tick=False)
def test_further_offences_are_checked_once_for_each_window(api_as, officer, triager, provider):
    case, client = make_case("completed", officer, triager, provider), api_as(triager)
    body = {"months": 3, "done_on": "2026-09-20", "result": "none"}
    assert post(client, case, "check-further-offence", body).status_code == 200
    assert FurtherOffenceCheck.objects.get().result == "none"
    assert "already checked" in refused(post(client, case, "check-further-offence", body), 409)
    assert post(client, case, "check-further-offence", {**body, "months": 4}).status_code == 400


# --- overrides --------------------------------------------------------------------------------------------------------


def test_a_manager_agrees_to_an_override_once(api_as, officer, provider, triager, manager):
    case = make_active_case(officer, provider)
    asked = post(api_as(triager), case, "ask-override", {"kind": "place_before_workshop", "reason": "Works nights."})
    assert asked.status_code == 201, asked.content
    client = api_as(manager)
    waiting = client.get("/api/overrides/?open=true").json()["results"]
    assert [wanted["id"] for wanted in waiting] == [asked.json()["id"]]
    address = f"/api/overrides/{asked.json()['id']}/"
    assert client.get(address).json()["reason"] == "Works nights."
    body = {"agreed": True, "reason": "A fair exception."}
    assert client.post(f"{address}decide/", body, format="json").json()["agreed"] is True
    assert "already decided" in refused(client.post(f"{address}decide/", body, format="json"), 409)
    assert client.get("/api/overrides/?open=true").json()["results"] == []
    assert api_as(triager).post(f"{address}decide/", body, format="json").status_code == 403


def test_the_list_of_overrides_keeps_the_words_of_a_restricted_case(api_as, officer, provider, triager, manager):
    case = make_active_case(officer, provider, restricted=True)
    wanted = OverrideRequest.objects.create(
        case=case, kind="place_before_workshop", reason="Works nights.", asked_by=triager, asked_at=NOW
    )
    client = api_as(manager)
    [row] = client.get("/api/overrides/").json()["results"]
    assert (row["reference"], row["reason"]) == (case.reference, "")
    assert client.get(f"/api/overrides/{wanted.pk}/").status_code == 422
    said = client.get(f"/api/overrides/{wanted.pk}/", headers={"X-Reason": "Asked to decide."})
    assert said.json()["reason"] == "Works nights."


def test_an_agreed_reopening_reopens_the_case(api_as, officer, provider, triager, manager):
    case = make_case("returned", officer, triager, provider)
    asked = post(api_as(triager), case, "ask-override", {"kind": "reopen", "reason": "Came back."}).json()
    body = {"agreed": True, "reason": "Yes."}
    assert api_as(manager).post(f"/api/overrides/{asked['id']}/decide/", body, format="json").status_code == 200
    case.refresh_from_db()
    assert case.status == "active"


def test_another_force_finds_no_override(api_as, officer, provider, triager, outsider):
    case = make_active_case(officer, provider)
    wanted = OverrideRequest.objects.create(
        case=case, kind="place_before_workshop", reason="Works nights.", asked_by=triager, asked_at=NOW
    )
    client = api_as(outsider)
    assert client.get("/api/overrides/").json()["results"] == []
    assert client.get(f"/api/overrides/{wanted.pk}/").status_code == 404
    assert client.post(f"/api/overrides/{wanted.pk}/decide/", {"agreed": True, "reason": "x"}).status_code == 404


# --- colleagues -------------------------------------------------------------------------------------------------------


def test_an_officer_names_and_removes_a_colleague(api_as, officer, other_officer):
    case, client = make_referral(officer), api_as(officer)
    named = post(client, case, "colleagues", {"colleague": other_officer.email})
    assert named.status_code == 201, named.content
    assert api_as(other_officer).get(f"/api/referrals/{case.pk}/").status_code == 200
    assert "already named" in refused(post(client, case, "colleagues", {"colleague": other_officer.email}), 409)
    listed = client.get(f"/api/referrals/{case.pk}/colleagues/").json()
    assert [officer["full_name"] for officer in listed] == ["Beth Lowe"]
    address = f"/api/referrals/{case.pk}/colleagues/{other_officer.pk}/"
    assert client.delete(address).status_code == 204
    assert client.delete(address).status_code == 409
    assert api_as(other_officer).get(f"/api/referrals/{case.pk}/").status_code == 404


def test_an_officer_of_another_force_is_not_named(api_as, officer, outsider, triager):
    case = make_referral(officer, status="submitted")
    assert post(api_as(officer), case, "colleagues", {"colleague": outsider.email}).status_code == 400
    assert "who refers people" in refused(post(api_as(officer), case, "colleagues", {"colleague": triager.email}), 422)
    assert post(api_as(triager), case, "colleagues", {"colleague": officer.email}).status_code == 403


# --- what is read beside the case -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"age": 16}, "can"),
        ({"date_of_birth": "2000-01-01"}, "can"),
        ({"age": 11}, "with_authority"),
        ({"age": 16, "flags": ["domestic_abuse"]}, "cannot"),
        ({"age": 9}, "cannot"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_eligibility_is_checked_before_there_is_a_referral(api_as, officer, answers, verdict):
    body = {"offence": "criminal_damage", "disposal": "community_resolution", "responsibility": "accepted", **answers}
    answer = api_as(officer).post("/api/referrals/check/", body, format="json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["verdict"] == verdict
    assert {"age", "domestic_abuse", "weapon"} <= {finding["rule"] for finding in answer.json()["decided"]}
    assert "Agrees to take part" in answer.json()["later"]


@pytest.mark.parametrize("answers", [{}, {"age": 16, "date_of_birth": "2000-01-01"}, {"date_of_birth": "2999-01-01"}])
def test_a_check_without_one_age_is_refused(api_as, officer, answers):
    body = {"offence": "criminal_damage", "disposal": "community_resolution", "responsibility": "accepted", **answers}
    assert api_as(officer).post("/api/referrals/check/", body, format="json").status_code == 400


def test_the_findings_stand_beside_the_facts(api_as, officer, triager):
    case = make_referral(officer, status="submitted", hours_set=40)
    findings = {f["rule"]: f for f in api_as(triager).get(f"/api/referrals/{case.pk}/findings/").json()}
    assert findings["hours"] | {"do": ""} == {
        "rule": "hours", "requirement": "5 to 20 hours, or a reason", "fact": "40 hours", "outcome": "not_met",
        "do": "", "field": "hours_reason",
    }  # fmt: skip
    assert findings["age"]["outcome"] == "met"
    assert Event.objects.filter(kind="referral.read", actor=triager.pk).count() == 1


def test_the_findings_of_a_draft_begin_with_what_it_lacks(api_as, officer, triager):
    case = make_referral(officer, place="")
    assert api_as(officer).get(f"/api/referrals/{case.pk}/findings/").json()[0]["rule"] == "place"
    assert api_as(triager).get(f"/api/referrals/{case.pk}/findings/").status_code == 404


def test_a_coordinator_reads_no_findings(api_as, officer, provider, coordinator):
    case = make_active_case(officer, provider)
    assert api_as(coordinator).get(f"/api/referrals/{case.pk}/findings/").status_code == 403


def test_the_timeline_says_what_the_page_says_page_by_page(api_as, officer, triager):
    case, client, answering = make_referral(officer, status="submitted"), api_as(triager), api_as(officer)
    for number in range(27):
        post(client, case, "ask", {"question": f"{number}?"})
        post(answering, case, "answer", {"text": "Yes."})
    first = client.get(f"/api/referrals/{case.pk}/timeline/").json()
    assert len(first["results"]) == 50
    assert first["results"][0]["what"] == "The officer answered; the clock runs again"
    assert first["results"][0]["by"] == "Amir Khan"
    rest = client.get(first["next"]).json()
    assert len(rest["results"]) == 4
    assert rest["next"] is None


def test_the_timeline_keeps_from_a_role_what_its_page_keeps(api_as, officer, triager, coordinator, provider):
    case = make_case("completed", officer, triager, provider)
    with time_machine.travel(NOW + timedelta(days=200), tick=False):
        body = {"months": 3, "done_on": "2026-09-20", "result": "offence"}
        assert post(api_as(triager), case, "check-further-offence", body).status_code == 200
        address = f"/api/referrals/{case.pk}/timeline/"
        assert "further_offence" in api_as(triager).get(address).content.decode()
        assert "further_offence" not in api_as(coordinator).get(address).content.decode()


def test_the_code_lists_hold_what_may_be_sent_today(api_as, officer, provider):
    Offence.objects.create(code="old", label="Old", valid_to=date(2020, 1, 1))
    lists = api_as(officer).get("/api/codes/").json()
    codes = {code["code"] for code in lists["offence"]}
    assert "criminal_damage" in codes
    assert "old" not in codes
    assert lists["provider"] == [{"code": str(provider.pk), "label": "Remedi", "hint": ""}]
    assert {"sex", "consent", "wish", "withdraw_reason", "attendance_outcome"} <= set(lists)


def test_an_officer_follows_questions_and_decisions_that_a_coordinator_does_not_read(
    api_as, officer, triager, coordinator, provider
):
    person = make_person(officer.organisation, "Jordan", "Ashe", officer_perceived_ethnicity_id="W1")
    case = make_case("active", officer, triager, provider, participant=person, rationale="Sorry for it.")
    make_victim(case)
    address = f"/api/referrals/{case.pk}/"
    shown = api_as(officer).get(address).json()
    assert shown["decisions"][0]["by"] == "Carol Finch"
    assert shown["plan"]["hours"] == 10
    assert shown["rationale"] == "Sorry for it."
    assert shown["victims"][0]["id"]
    shown = api_as(coordinator).get(address).json()
    assert shown["plan"]["hours"] == 10
    assert shown["agreed_to"] == ["take_part", "share"]
    assert not {"decisions", "questions", "rationale", "consents", "hate", "supervisor"} & set(shown)
    assert "officer_perceived_ethnicity" not in shown["participant"]
