"""The triage team's pages, and those of the steps that follow."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from audit.models import Event
from referrals import operations
from referrals.lifecycle import Status
from referrals.models import Decision, FurtherOffenceCheck, Milestone, OverrideRequest, Referral
from tests.factories import NOW, make_active_case, make_person, make_provider, make_referral, make_user, make_victim
from tests.referrals.factories import make_case, withdraw_consent
from tests.referrals.pages import row_of, shown, url

pytestmark = pytest.mark.django_db
ACCEPT = {"hours": "12", "workshop_needed": "yes", "rj_to_explore": "no", "rationale": "Suitable, first time."}
DECLINE = {"reason": "evidence", "rationale": "The identification is weak."}


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def submitted(officer):
    return make_referral(officer, status="submitted")


# --- the decision ---------------------------------------------------------------------------------------------------


def test_the_rules_stand_beside_the_persons_facts(submitted, triager, sign_in):
    make_victim(submitted)
    shown = sign_in(triager).get(url("accept", submitted)).content.decode()
    for text in ("All 14 rules are met", "Aged 12 or over", "Aged 28", "1 of 1 consulted", "Due Thursday 11 June"):
        assert text in shown
    assert "Would like the shelter cleaned." in shown
    assert Event.objects.filter(kind="referral.read", case=submitted.pk, actor=triager.pk).count() == 1


def test_a_rule_that_is_not_met_is_marked(submitted, triager, sign_in):
    withdraw_consent(submitted)
    Referral.objects.update(weapon=True, hate=True)
    shown = sign_in(triager).get(url("accept", submitted)).content.decode()
    assert "3 of 13 rules not met" in shown
    assert "Inspector needed" in shown
    Referral.objects.update(inspector="Insp. Gray", inspector_reason="A penknife.")
    shown = sign_in(triager).get(url("accept", submitted)).content.decode()
    assert "1 of 13 rules not met" in shown
    assert "Authorised by Insp. Gray: A penknife." in shown


def test_earlier_cases_of_people_like_this_one_are_shown(submitted, other_officer, triager, sign_in):
    twin = make_person(submitted.force, "Jordon", "Ash", submitted.participant.date_of_birth)
    earlier = make_referral(other_officer, participant=twin, status="submitted")
    draft = make_referral(other_officer, participant=twin)
    shown = sign_in(triager).get(url("accept", submitted)).content.decode()
    assert earlier.reference in shown
    assert draft.reference not in shown


def test_a_triager_accepts_with_a_plan(submitted, triager, provider, sign_in):
    page = sign_in(triager).post(url("accept", submitted), {**ACCEPT, "provider": provider.pk})
    assert page["Location"] == url("detail", submitted)
    case = Referral.objects.get()
    assert (case.status, case.provider, case.decided_at) == (Status.ACTIVE, provider, NOW)
    assert (case.plan.minutes_required, case.plan.workshop_needed, case.plan.rj_to_explore) == (720, True, False)


def test_the_only_provider_and_the_officers_hours_are_filled_in(submitted, triager, provider, sign_in):
    form = sign_in(triager).get(url("accept", submitted)).context["form"]
    assert (form["provider"].value(), form["hours"].value()) == (provider.pk, 10)


def test_only_providers_that_serve_the_force_are_offered(submitted, triager, provider, sign_in):
    elsewhere = make_provider("Elsewhere")
    page = sign_in(triager).post(url("accept", submitted), {**ACCEPT, "provider": elsewhere.pk})
    assert page.status_code == 200
    assert "Elsewhere" not in page.content.decode()
    assert Referral.objects.get().status == Status.SUBMITTED


def test_a_triager_declines_with_a_reason(submitted, triager, sign_in):
    sign_in(triager).post(url("decline", submitted), DECLINE)
    assert Referral.objects.get().status == Status.DECLINED
    assert Decision.objects.get().rationale == "The identification is weak."


def test_a_redirection_without_a_name_is_refused_beside_its_field(submitted, triager, sign_in):
    page = sign_in(triager).post(url("decline", submitted), {**DECLINE, "reason": "redirected_to_yjs"})
    assert page.status_code == 422
    assert page.context["form"].errors["redirected_to"] == ["Enter who the referral was redirected to."]
    assert "The identification is weak." in page.content.decode()
    assert Referral.objects.get().status == Status.SUBMITTED


def test_a_question_goes_to_the_officer_and_comes_back_answered(submitted, officer, triager, sign_in):
    sign_in(triager).post(url("ask", submitted), {"question": "Which shop was it?"})
    assert Referral.objects.get().status == Status.QUERIED
    client = sign_in(officer)
    assert "Which shop was it?" in client.get(url("answer", submitted)).content.decode()
    assert client.post(url("answer", submitted), {"text": ""}).status_code == 200
    client.post(url("answer", submitted), {"text": "Bath Street Stores."})
    assert Referral.objects.get().status == Status.SUBMITTED
    shown = sign_in(triager).get(url("detail", submitted)).content.decode()
    assert "Bath Street Stores." in shown


@pytest.mark.parametrize(
    ("verb", "sent", "sentence", "typed"),
    [
        ("accept", {**ACCEPT, "hours": "0"}, "must be 1 or more", "Suitable, first time."),
        ("accept", {**ACCEPT, "rj_to_explore": ""}, "Answer the question", "Suitable, first time."),
        (
            "accept",
            {**ACCEPT, "rationale": "", "notes": "Prefers mornings."},
            "Answer the question",
            "Prefers mornings.",
        ),
        ("decline", {**DECLINE, "reason": ""}, "Answer the question", "The identification is weak."),
        ("decline", {**DECLINE, "reason": "boredom"}, "Select one of the choices", "The identification is weak."),
        ("ask", {"question": "x" * 2001}, "must be 2000 characters or fewer; you have entered 2001", "x" * 2001),
    ],
)
def test_bad_input_says_what_to_enter_and_loses_nothing(
    verb, sent, sentence, typed, submitted, triager, provider, sign_in
):
    before, events = row_of(submitted), Event.objects.exclude(act="consultation").count()
    page = sign_in(triager).post(url(verb, submitted), {"provider": provider.pk, **sent})
    shown = page.content.decode()
    assert page.status_code == 200
    assert sentence in shown
    assert typed in shown
    assert row_of(submitted) == before
    assert Event.objects.exclude(act="consultation").count() == events + 1  # the sign-in
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("verb", "sent", "typed"),
    [
        ("accept", ACCEPT, ACCEPT["rationale"]),
        ("decline", DECLINE, DECLINE["rationale"]),
        ("ask", {"question": "Why?"}, "Why?"),
    ],
)
def test_whoever_comes_second_is_told_who_was_first_and_keeps_what_they_typed(
    verb, sent, typed, submitted, triager, provider, sign_in
):
    first = make_user("Dora Moss", submitted.force, "triager")
    plan = {"hours": 12, "workshop_needed": True, "rj_to_explore": False, "rationale": "Yes."}
    operations.accept(Referral.objects.get(), by=first, provider=provider, **plan)
    before = row_of(submitted)
    page = sign_in(triager).post(url(verb, submitted), {**sent, "provider": provider.pk})
    shown = page.content.decode()
    assert page.status_code == 409
    assert "Dora Moss accepted it on" in shown
    assert typed in shown
    assert row_of(submitted) == before
    assert Decision.objects.count() == 1
    opened_again = sign_in(triager).get(url(verb, submitted))
    assert opened_again.status_code == 409
    assert "Dora Moss accepted it on" in opened_again.content.decode()


@pytest.mark.parametrize(("verb", "sent"), [("accept", ACCEPT), ("decline", DECLINE), ("ask", {"question": "Why?"})])
def test_nobody_decides_on_their_own_referral(verb, sent, force, provider, sign_in):
    both = make_user("Una Both", force, "referrer", "triager")
    case = make_referral(both, status="submitted")
    client = sign_in(both)
    assert "a colleague must decide" in client.get(url(verb, case)).content.decode()
    page = client.post(url(verb, case), {**sent, "provider": provider.pk})
    assert page.status_code == 403
    assert "somebody else must" in page.content.decode()
    assert Referral.objects.get().status == Status.SUBMITTED
    shown = client.get(url("detail", case)).content.decode()
    assert "a colleague must decide" in shown
    assert url("accept", case) not in shown


def test_a_rule_blocks_acceptance_and_says_which(submitted, triager, provider, sign_in):
    withdraw_consent(submitted)
    page = sign_in(triager).post(url("accept", submitted), {**ACCEPT, "provider": provider.pk})
    assert page.status_code == 422
    assert "Agrees to take part: no consent recorded." in page.content.decode()
    assert "Suitable, first time." in page.content.decode()


def test_a_triager_takes_a_referral_on_their_own_list(submitted, triager, sign_in):
    client = sign_in(triager)
    assert "Assign to me" in client.get(url("detail", submitted)).content.decode()
    client.post(url("assign", submitted), {"to": triager.pk})
    assert Referral.objects.get().assigned_to == triager
    assert "Assign to me" not in client.get(url("detail", submitted)).content.decode()
    client.post(url("assign", submitted), {"to": ""})
    assert Referral.objects.get().assigned_to is None


@pytest.mark.parametrize("verb", ["accept", "decline", "ask", "assign", "suspend", "resume", "complete", "return"])
def test_only_the_triage_team_of_the_force_opens_its_pages(verb, submitted, officer, outsider, coordinator, sign_in):
    assert sign_in(officer).get(url(verb, submitted)).status_code == 403
    assert sign_in(coordinator).get(url(verb, submitted)).status_code == 403
    assert sign_in(outsider).get(url(verb, submitted)).status_code == 404
    assert sign_in(outsider).post(url(verb, submitted), ACCEPT).status_code == 404


def test_an_answer_is_the_officers_own_to_give(officer, other_officer, triager, provider, sign_in):
    case = make_case("queried", officer, triager, provider)
    assert sign_in(other_officer).post(url("answer", case), {"text": "x"}).status_code == 404
    assert sign_in(triager).post(url("answer", case), {"text": "x"}).status_code == 403


# --- the running case -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "verb", "sent", "after"),
    [
        ("submitted", "withdraw", {"reason": "duplicate"}, Status.WITHDRAWN),
        ("active", "suspend", {"reason": "away"}, Status.SUSPENDED),
        ("suspended", "resume", {}, Status.ACTIVE),
        ("active", "complete", {}, Status.COMPLETED),
        ("active", "return", {"reason": "moved_away"}, Status.RETURNED),
    ],
)
def test_a_step_is_taken_and_said(status, verb, sent, after, officer, triager, provider, sign_in):
    case = make_case(status, officer, triager, provider)
    client = sign_in(triager)
    assert client.get(url(verb, case)).status_code == 200
    page = client.post(url(verb, case), sent, follow=True)
    assert Referral.objects.get().status == after
    assert case.reference in page.content.decode()
    assert "govuk-notification-banner--success" in page.content.decode()


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [("withdraw", "Answer the question"), ("suspend", "Answer the question"), ("return", "Answer the question")],
)
def test_a_reason_must_be_chosen(verb, sentence, officer, triager, provider, sign_in):
    case = make_case("active", officer, triager, provider)
    before = row_of(case)
    page = sign_in(triager).post(url(verb, case), {})
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert row_of(case) == before


@pytest.mark.parametrize("verb", ["withdraw", "suspend", "resume", "complete", "return"])
def test_a_step_that_cannot_be_taken_any_more_is_explained(verb, officer, triager, provider, sign_in):
    case = make_case("completed", officer, triager, provider)
    client = sign_in(triager)
    opened = client.get(url(verb, case))
    assert opened.status_code == 409
    assert "while its status is “completed”" in opened.content.decode()
    sent = client.post(
        url(verb, case), {"reason": {"withdraw": "duplicate", "suspend": "away"}.get(verb, "moved_away")}
    )
    assert sent.status_code == 409
    assert Referral.objects.get().status == Status.COMPLETED


def test_a_case_is_not_closed_before_its_plan_is_done(officer, triager, provider, sign_in):
    case = make_case("active", officer, triager, provider, milestones=["assessed"])
    client = sign_in(triager)
    shown = client.get(url("complete", case)).content.decode()
    assert "Not yet: the workshop must be attended and the hours must be completed." in shown
    assert client.post(url("complete", case), {}).status_code == 422
    assert Referral.objects.get().status == Status.ACTIVE


def test_a_coordinator_takes_a_case_on_and_makes_contact(officer, provider, coordinator, sign_in):
    case = make_active_case(officer, provider, at=NOW - timedelta(hours=20))
    client = sign_in(coordinator)
    client.post(url("take_on", case), {"caseworker": ""})
    assert Referral.objects.get().caseworker == coordinator
    sent = {"at_day": "11", "at_month": "6", "at_year": "2026", "at_time": "09:00"}
    page = client.post(url("first_contact", case), sent)
    assert page.status_code == 422
    assert "Enter a time that is not in the future." in page.content.decode()
    client.post(url("first_contact", case), {**sent, "at_day": "10"})
    reached = Milestone.objects.get(kind="first_contact").at
    assert timezone.localtime(reached).strftime("%d %H:%M") == "10 09:00"


def test_a_case_that_a_colleague_took_on_is_not_taken_twice(officer, provider, coordinator, sign_in):
    colleague = make_user("Finn Cole", provider, "coordinator")
    case = make_active_case(officer, provider, caseworker=colleague)
    page = sign_in(coordinator).post(url("take_on", case), {"caseworker": ""})
    assert page.status_code == 409
    assert "Finn Cole already took on" in page.content.decode()
    sign_in(coordinator).post(url("take_on", case), {"caseworker": coordinator.pk})
    assert Referral.objects.get().caseworker == coordinator


def test_a_manager_decides_what_a_coordinator_asks(officer, provider, coordinator, manager, sign_in):
    case = make_active_case(officer, provider, milestones=["assessed"], caseworker=coordinator)
    assert sign_in(manager).get(url("detail", case)).status_code == 404
    client = sign_in(coordinator)
    assert "Ask to start work before the workshop" in client.get(url("detail", case)).content.decode()
    client.post(url("ask_override", case), {"reason": "Full until August."})
    request = OverrideRequest.objects.get()
    assert (request.kind, request.asked_by) == ("place_before_workshop", coordinator)

    client = sign_in(manager)
    assert "Full until August." in client.get(url("decide_override", request)).content.decode()
    assert client.post(url("decide_override", request), {"reason": "Yes."}).status_code == 200
    client.post(url("decide_override", request), {"agreed": "yes", "reason": "A garden is free."})
    request.refresh_from_db()
    assert (request.agreed, request.decided_by) == (True, manager)
    page = client.post(url("decide_override", request), {"agreed": "no", "reason": "On second thoughts."})
    assert page.status_code == 409
    assert "Grace Hill already decided this" in page.content.decode()
    assert "On second thoughts." in page.content.decode()
    assert "A garden is free." in sign_in(coordinator).get(url("detail", case)).content.decode()


def test_a_manager_of_another_force_does_not_see_the_request(officer, provider, coordinator, outsider, sign_in):
    case = make_active_case(officer, provider)
    request = OverrideRequest.objects.create(
        case=case, kind="place_before_workshop", reason="Full", asked_by=coordinator, asked_at=NOW
    )
    assert sign_in(outsider).get(url("decide_override", request)).status_code == 404
    assert sign_in(outsider).post(url("decide_override", request), {"agreed": "yes", "reason": "x"}).status_code == 404


def test_a_closed_case_is_reopened_by_a_manager(officer, triager, manager, provider, sign_in):
    case = make_case("returned", officer, triager, provider)
    sign_in(triager).post(url("ask_override", case), {"reason": "He came back."})
    sign_in(manager).post(
        url("decide_override", OverrideRequest.objects.get()), {"agreed": "yes", "reason": "Let him finish."}
    )
    assert Referral.objects.get().status == Status.ACTIVE


def test_a_further_offence_check_is_recorded_for_a_window_that_has_gone_by(officer, triager, provider, sign_in):
    case = make_case("completed", officer, triager, provider, at=NOW - timedelta(days=100))
    client = sign_in(triager)
    sent = {"done_on_day": "10", "done_on_month": "6", "done_on_year": "2026", "result": "none"}
    assert client.post(url("check_further_offence", case), {**sent, "months": "6"}).status_code == 200
    assert not FurtherOffenceCheck.objects.exists()
    client.post(url("check_further_offence", case), {**sent, "months": "3"})
    assert FurtherOffenceCheck.objects.get().result == "none"
    shown = client.get(url("detail", case)).content.decode()
    assert "Checked at 3 months: no further recorded offence" in shown
    assert url("check_further_offence", case) not in shown


def test_an_officer_withdraws_their_own_draft_and_nobody_elses(officer, other_officer, sign_in):
    case = make_referral(officer)
    assert sign_in(other_officer).post(url("withdraw", case), {"reason": "duplicate"}).status_code == 404
    sign_in(officer).post(url("withdraw", case), {"reason": "duplicate"})
    assert Referral.objects.get().status == Status.WITHDRAWN


def test_the_triager_reads_who_may_allow_what_and_the_gravity_beside_its_band(officer, triager, sign_in):
    case = make_referral(officer, status="submitted", hate=True, gravity_score=4)
    page = shown(sign_in(triager), url("accept", case))
    row = page[page.index("No hate crime") :].split("</tr>")[0]
    assert "Inspector needed" in row
    assert "An inspector may allow this, with a reason" in row
    row = page[page.index("Not domestic abuse") :].split("</tr>")[0]
    assert "Nobody may allow this" in row
    assert "4 of 5, above the scheme’s usual band, which is 2" in page


def test_the_triager_reads_what_to_know_before_anybody_meets_the_person(officer, triager, sign_in):
    person = make_person(officer.organisation, needs="Uses a wheelchair.", language="Polish", interpreter_needed=True)
    case = make_referral(officer, status="submitted", participant=person, risks="Has a dog.")
    page = shown(sign_in(triager), url("accept", case))
    for said in ("Has a dog.", "Interpreter needed", "Polish", "Uses a wheelchair."):
        assert said in page
