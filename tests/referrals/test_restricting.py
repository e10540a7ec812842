"""Restricting a case, who may open it then, and the reason that is asked first."""

import pytest
import time_machine

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from referrals import operations
from referrals.models import OverrideRequest, Referral
from referrals.operations.restricting import NotOnTheCase
from tests.factories import NOW, make_active_case, make_force, make_person, make_referral, make_user
from tests.referrals.pages import shown, url

pytestmark = pytest.mark.django_db
REASON = {"reason_to_open": "I decide on it."}


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, triager):
    """A submitted case that Carol Finch restricted."""
    made = make_referral(officer, participant=make_person(officer.organisation, "Kim", "Famous"), status="submitted")
    operations.restrict(made, by=triager, reason="On television.")
    made.refresh_from_db()
    return made


@pytest.fixture
def second(force):
    """Sam Second, of the same triage team."""
    return make_user("Sam Second", force, "triager")


def opens(user, case, permission="referrals.read"):
    return Referral.objects.visible_to(user, permission).filter(pk=case.pk).exists()


# --- who is named ---------------------------------------------------------------------------------------------------


def test_it_opens_to_the_officer_and_who_restricted_it_and_to_no_other_triager(case, officer, triager, second):
    assert opens(officer, case)
    assert opens(triager, case)
    assert not opens(second, case)
    assert Referral.objects.listed_to(second).with_permissions_of(second).get(pk=case.pk).hidden


def test_it_opens_to_named_officers(case, other_officer):
    assert not opens(other_officer, case)
    case.named_officers.add(other_officer)
    assert opens(other_officer, case)


def test_the_assigned_triager_keeps_it_after_the_decision(case, triager, second, provider):
    operations.assign(case, by=triager, to=second)
    Referral.objects.filter(pk=case.pk).update(status="active", decided_at=NOW, provider=provider, decision_due_at=None)
    assert opens(second, case)


def test_who_assigns_it_to_a_colleague_stays_on_it(officer, triager, second):
    case = make_referral(officer, status="submitted", restricted=True, assigned_to=triager)
    operations.assign(case, by=triager, to=second)
    assert opens(triager, case)
    assert opens(second, case)
    operations.assign(case, by=second, to=None)
    assert opens(second, case)


def test_who_gives_it_to_another_caseworker_stays_on_it(officer, coordinator, provider):
    case = make_active_case(officer, provider, restricted=True, caseworker=coordinator)
    other = make_user("Olive Other", provider, "coordinator")
    assert not opens(other, case)
    operations.take_on(case, by=coordinator, caseworker=other)
    assert opens(coordinator, case)
    assert opens(other, case)


def test_a_role_that_was_taken_away_opens_nothing(case, triager):
    triager.roles = ["manager"]
    triager.save()
    assert not opens(triager, case)


def test_a_manager_opens_it_where_they_are_asked(officer, triager, manager, provider):
    case = make_active_case(officer, provider, restricted=True)
    assert not opens(manager, case)
    OverrideRequest.objects.create(
        case=case, kind="place_before_workshop", reason="Full", asked_by=triager, asked_at=NOW
    )
    assert opens(manager, case)


# --- the verbs ------------------------------------------------------------------------------------------------------


def test_restricting_leaves_a_trace_without_its_reason(case, triager):
    event = Event.objects.get(kind="referral.restricted")
    assert (event.case, event.actor) == (case.pk, triager.pk)
    assert "television" not in str(event.data)


def test_it_refuses_to_restrict_twice(case, triager):
    with pytest.raises(IllegalMove, match="already restricted"):
        operations.restrict(case, by=triager, reason="Again.")


def test_lifting_opens_it_to_everybody_again_and_forgets_who_was_admitted(case, triager, second):
    operations.lift(case, by=triager, reason="The series ended.")
    assert opens(second, case)
    assert not case.admitted.exists()
    with pytest.raises(IllegalMove, match="is not restricted"):
        operations.lift(case, by=triager, reason="Again.")


def test_a_triager_on_it_admits_and_takes_off(case, triager, second):
    operations.admit(case, by=triager, person=second)
    assert opens(second, case)
    with pytest.raises(IllegalMove, match="already admitted"):
        operations.admit(case, by=triager, person=second)
    operations.dismiss(case, by=triager, person=second)
    assert not opens(second, case)
    with pytest.raises(IllegalMove, match="is not admitted"):
        operations.dismiss(case, by=triager, person=second)


def test_nobody_takes_themselves_off_so_that_a_triager_is_left(case, triager):
    with pytest.raises(Refusal, match="cannot take yourself off"):
        operations.dismiss(case, by=triager, person=triager)


def test_a_manager_admits_without_opening_it(case, manager, second):
    operations.admit(case, by=manager, person=second)
    assert opens(second, case)
    assert not opens(manager, case)


def test_nobody_admits_themselves(case, force):
    both = make_user("Mo Both", force, "manager", "triager")
    with pytest.raises(Refusal, match="cannot admit yourself"):
        operations.admit(case, by=both, person=both)
    assert not opens(both, case)


def test_a_triager_who_is_not_on_it_admits_nobody(case, second, force):
    with pytest.raises(NotOnTheCase):
        operations.admit(case, by=second, person=make_user("Tim Third", force, "triager"))


def test_it_admits_nobody_of_elsewhere_or_without_such_work(case, manager, officer, coordinator, outsider, provider):
    stranger = make_user("Nat North", make_force("Northshire"), "triager")
    gone = make_user("Gus Gone", case.force, "triager", is_active=False)
    for person in (stranger, gone, officer, coordinator, outsider):
        with pytest.raises(Refusal, match="cannot be admitted"):
            operations.admit(case, by=manager, person=person)
    Referral.objects.filter(pk=case.pk).update(provider=provider)
    operations.admit(case, by=manager, person=coordinator)


# --- pages ----------------------------------------------------------------------------------------------------------


def say_why(client, case, to):
    return client.post(url("say_why"), {"case": case.pk, "to": to, **REASON}, follow=True)


def test_a_page_asks_why_first_and_shows_no_name(case, triager, sign_in):
    client, page = sign_in(triager), url("detail", case)
    asked = shown(client, page)
    assert "This case is restricted" in asked
    assert "Famous" not in asked
    assert not Event.objects.filter(kind="referral.read").exists()
    assert "Famous" in say_why(client, case, page).content.decode()
    assert Event.objects.get(kind="referral.read", case=case.pk).data["reason"] == "I decide on it."
    assert "Famous" in shown(client, url("accept", case))  # asked once


def test_each_case_and_each_session_is_asked_for_itself(case, officer, triager, sign_in):
    client = sign_in(triager)
    say_why(client, case, url("detail", case))
    other = make_referral(officer, status="submitted", restricted=True, assigned_to=triager)
    assert "This case is restricted" in shown(client, url("detail", other))
    client.logout()
    assert "This case is restricted" in shown(sign_in(triager), url("detail", case))


def test_an_empty_reason_is_asked_again(case, triager, sign_in):
    page = sign_in(triager).post(url("say_why"), {"case": case.pk, "to": url("detail", case), "reason_to_open": " "})
    assert "Enter why you need to open this case" in page.content.decode()
    assert url("detail", case) in page.content.decode()


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "", "javascript:alert(1)"])
def test_the_answer_leads_to_no_other_site(to, case, triager, sign_in):
    answer = sign_in(triager).post(url("say_why"), {"case": case.pk, "to": to, **REASON})
    assert answer["Location"] == "/"


def test_what_was_typed_goes_on_with_the_answer(case, triager, sign_in):
    """A form sent by a session that has not said why: after signing in again, say."""
    client, sent = sign_in(triager), {"question": "Was the shop asked?"}
    asked = client.post(url("ask", case), sent).content.decode()
    assert 'name="question" value="Was the shop asked?"' in asked
    assert not case.queries.exists()
    client.post(url("ask", case), {**sent, **REASON})
    assert case.queries.get().question == "Was the shop asked?"


def test_a_triager_restricts_admits_and_lifts_on_its_page(officer, triager, second, sign_in):
    case = make_referral(officer, status="submitted")
    client, page = sign_in(triager), url("restriction", case)
    assert "Restrict this case" in shown(client, url("detail", case))
    assert "Enter why only some people" in client.post(page, {"verb": "restrict", "reason": ""}).content.decode()
    client.post(page, {"verb": "restrict", "reason": "A colleague’s son."})
    assert "A colleague’s son." in shown(client, page)
    assert "Select a person" in client.post(page, {"verb": "admit", "person": ""}).content.decode()
    client.post(page, {"verb": "admit", "person": second.pk})
    assert "Sam Second" in shown(client, page)
    client.post(page, {"verb": "dismiss", "person": second.pk})
    assert not opens(second, case)
    assert "Enter why everybody" in client.post(page, {"verb": "lift", "reason": ""}).content.decode()
    client.post(page, {"verb": "lift", "reason": "He moved away."})
    assert opens(second, case)


def test_its_page_says_when_nobody_at_the_provider_can_open_it(officer, triager, provider, coordinator, sign_in):
    case = make_active_case(officer, provider, restricted=True, assigned_to=triager)
    client = sign_in(triager)
    say_why(client, case, "/")
    assert "Nobody at Remedi can open this case" in shown(client, url("restriction", case))
    client.post(url("restriction", case), {"verb": "admit", "person": coordinator.pk})
    assert "Nobody at Remedi" not in shown(client, url("restriction", case))
    assert opens(coordinator, case, "placements.assess")


def test_a_manager_sees_references_and_admits(case, manager, second, sign_in):
    client = sign_in(manager)
    listed = shown(client, url("restricted"))
    assert case.reference in listed
    assert "Carol Finch" in listed
    assert "Nobody of the triage team" not in listed
    assert "Famous" not in listed + shown(client, url("admit", case))
    client.post(url("admit", case), {"person": second.pk})
    assert opens(second, case)
    assert client.get(url("detail", case)).status_code == 404


def test_a_manager_sees_where_nobody_of_the_triage_team_is_left(case, triager, manager, second, sign_in):
    triager.is_active = False
    triager.save()
    client = sign_in(manager)
    assert "Nobody of the triage team" in shown(client, url("restricted"))
    client.post(url("admit", case), {"person": second.pk})
    assert "Nobody of the triage team" not in shown(client, url("restricted"))


def test_a_case_that_is_not_restricted_is_not_there_to_admit_to(officer, manager, sign_in):
    assert sign_in(manager).get(url("admit", make_referral(officer, status="submitted"))).status_code == 404


def test_home_counts_it_and_names_it_to_nobody_else(case, second, sign_in):
    home = sign_in(second).get("/")
    waiting = next(each for each in home.context["worklists"] if each.title == "Waiting for a decision")
    assert waiting.count == 1
    assert [row.text for row in waiting.rows] == [f"Restricted, {case.reference}"]
    assert waiting.rows[0].href == ""


def test_a_manager_gives_the_reason_before_the_request_is_shown(officer, triager, manager, provider, sign_in):
    case = make_active_case(officer, provider, restricted=True)
    wanted = OverrideRequest.objects.create(
        case=case, kind="place_before_workshop", reason="Works nights.", asked_by=triager, asked_at=NOW
    )
    client = sign_in(manager)
    assert "Works nights." not in shown(client, url("decide_override", wanted))
    assert "Works nights." in say_why(client, case, url("decide_override", wanted)).content.decode()


def test_a_form_sent_with_a_mistake_shows_no_case_that_the_trail_does_not_know_of(officer, triager, sign_in):
    case = make_referral(officer, status="submitted", restricted=True, assigned_to=triager)
    sent = {"text": "", "reason_to_open": "I decide on it."}
    page = sign_in(triager).post(url("notes", case), sent)
    assert case.participant.name in page.content.decode()
    [read] = Event.objects.filter(kind="referral.read")
    assert (read.case, read.actor, read.data["reason"]) == (case.pk, triager.pk, "I decide on it.")


def test_a_form_that_is_saved_is_no_reading(officer, sign_in):
    case = make_referral(officer, status="submitted")
    assert sign_in(officer).post(url("notes", case), {"text": "Rang."}).status_code == 302
    assert not Event.objects.filter(kind="referral.read").exists()
