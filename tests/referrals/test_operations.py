"""What the verbs of a case refuse, and what they leave behind."""

from datetime import date, timedelta

import pytest
import time_machine

from audit.models import Change, Event
from audit.trail import IllegalMove, Refusal
from referrals import facts, operations
from referrals.lifecycle import Status
from referrals.models import Consent, Decision, DeclineReason, Milestone, OverrideRequest, Person, Referral, Victim
from referrals.operations.drafting import NotEligible
from referrals.operations.running import StageLocked
from referrals.operations.triage import OwnReferral
from tests.factories import (
    NOW,
    make_active_case,
    make_child,
    make_person,
    make_provider,
    make_referral,
    make_user,
    make_victim,
)
from tests.referrals.factories import make_case, withdraw_consent

pytestmark = pytest.mark.django_db
ACCEPTED = {"hours": 12, "workshop_needed": True, "rj_to_explore": False, "rationale": "Suitable."}


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


# --- drafting -------------------------------------------------------------------------------------------------------


def test_a_submission_is_refused_with_every_rule_it_breaks(officer):
    case = make_referral(officer, participant=make_child(officer.organisation), hours_set=40, place="")
    with pytest.raises(NotEligible) as refused:
        operations.submit(case, by=officer)
    assert [f.rule for f in refused.value.findings] == ["place", "appropriate_adult", "parent_or_carer", "hours"]
    assert Referral.objects.get().status == Status.DRAFT
    assert not Event.objects.exists()


def test_what_was_submitted_can_no_longer_be_edited(officer):
    case = make_referral(officer, status="submitted")
    for edit in (
        lambda: operations.edit_draft(case, by=officer, place="Elsewhere"),
        lambda: operations.record_adults(case, by=officer, parent=None, appropriate_adult="Ann"),
        lambda: operations.record_victim(case, by=officer, kind="community", organisation_name="Residents"),
        lambda: operations.record_consents(
            case, by=officer, kinds=[], given_by="x", relationship="self", given_on=NOW.date()
        ),
    ):
        with pytest.raises(IllegalMove, match="already submitted"):
            edit()
    assert Referral.objects.get().place == "Bath Street, Ilkeston"
    assert not Victim.objects.exists()


def test_consents_no_longer_given_are_withdrawn_and_kept(officer):
    case = make_referral(officer)
    signed = {"given_by": "Jordan Ashe", "relationship": "self", "given_on": NOW.date()}
    operations.record_consents(case, by=officer, kinds=["take_part", "rj"], **signed)
    in_force = Consent.objects.filter(case=case, withdrawn_at=None)
    assert sorted(in_force.values_list("kind", flat=True)) == ["rj", "take_part"]
    assert Consent.objects.filter(case=case, kind="share", withdrawn_at=NOW).exists()


def test_a_victim_removed_from_a_draft_leaves_no_record_but_the_trail(officer):
    case = make_referral(officer)
    victim = operations.record_victim(
        case, by=officer, kind="person", person={"given_names": "Mary", "family_name": "Poole"}
    )
    operations.remove_victim(victim, by=officer)
    assert not Victim.objects.exists()
    assert list(Person.objects.all()) == [case.participant]
    assert Change.objects.filter(table="referrals_victim", op="delete").exists()


def test_a_victim_who_is_also_a_participant_keeps_their_record(officer):
    known = make_person(officer.organisation, "Mary", "Poole")
    make_referral(officer, participant=known)
    victim = make_victim(make_referral(officer), person=known)
    operations.remove_victim(victim, by=officer)
    assert Person.objects.filter(pk=known.pk).exists()


def test_a_parent_entered_twice_is_one_record(officer):
    case = make_referral(officer, participant=make_child(officer.organisation))
    parent = {"given_names": "Ann", "family_name": "Stone", "relationship": "mother"}
    operations.record_adults(case, by=officer, parent=parent, appropriate_adult="Ann Stone")
    operations.record_adults(case, by=officer, parent={**parent, "given_names": "Anne"}, appropriate_adult="Anne Stone")
    assert Person.objects.filter(family_name="Stone", given_names="Anne").count() == 1
    assert Referral.objects.get().appropriate_adult == "Anne Stone"


# --- facts ----------------------------------------------------------------------------------------------------------


def test_an_open_case_and_a_recent_one_are_found(officer, provider, triager):
    person = make_person(officer.organisation)
    open_case = make_active_case(officer, provider, participant=person, triager=triager)
    long_ago = NOW - timedelta(days=400)
    make_case("completed", officer, triager, provider, participant=person, at=long_ago)
    found = facts.facts_of(make_referral(officer, participant=person), NOW)
    assert found.open_case == open_case.reference
    assert found.previous_cases == 1  # the one of 400 days ago is beyond twelve months


def test_the_age_is_that_of_the_day_of_submission(officer):
    person = make_person(officer.organisation, date_of_birth=date(2008, 6, 11))
    assert facts.facts_of(make_referral(officer, participant=person, status="submitted"), NOW).age == 17
    assert facts.facts_of(make_referral(officer, participant=person), NOW + timedelta(days=1)).age == 18


def test_a_referral_late_at_night_belongs_to_the_day_by_derbyshires_clocks(officer):
    person = make_person(officer.organisation, date_of_birth=date(2008, 6, 11))
    late = NOW.replace(hour=23, minute=30)  # half past midnight on the 11th, in summer time
    case = make_referral(officer, participant=person, status="submitted", at=late)
    assert facts.facts_of(case, late).age == 18
    assert case.participant_was_under_18 is False


# --- the decision ---------------------------------------------------------------------------------------------------


def test_nobody_decides_on_their_own_referral(force, provider):
    both = make_user("Una Both", force, "referrer", "triager")
    case = make_referral(both, status="submitted")
    reason = DeclineReason.objects.get(code="evidence")
    for step in (
        lambda: operations.accept(case, by=both, provider=provider, **ACCEPTED),
        lambda: operations.decline(case, by=both, reason=reason, rationale="x"),
        lambda: operations.ask(case, by=both, question="x"),
    ):
        with pytest.raises(OwnReferral) as refused:
            step()
        assert refused.value.status == 403
        assert "somebody else must" in refused.value.sentence
    assert Referral.objects.get().status == Status.SUBMITTED


def test_a_referral_that_a_rule_blocks_is_not_accepted(officer, triager, provider):
    case = make_referral(officer, status="submitted")
    withdraw_consent(case)
    with pytest.raises(Refusal, match="Agrees to take part: no consent recorded"):
        operations.accept(case, by=triager, provider=provider, **ACCEPTED)
    assert Referral.objects.get().status == Status.SUBMITTED


def test_a_provider_must_serve_the_force(officer, triager):
    elsewhere = make_provider("Elsewhere", serves=[])
    case = make_referral(officer, status="submitted")
    with pytest.raises(Refusal, match="Elsewhere does not work for Derbyshire Police") as refused:
        operations.accept(case, by=triager, provider=elsewhere, **ACCEPTED)
    assert refused.value.field == "provider"


def test_the_decision_keeps_the_findings_as_they_stood(officer, triager, provider):
    case = make_referral(officer, status="submitted")
    operations.accept(case, by=triager, provider=provider, **ACCEPTED)
    checklist = Decision.objects.get().checklist
    assert {"rule": "hours", "fact": "10 hours", "outcome": "met"}.items() <= checklist[-1].items()
    assert Referral.objects.get().plan.minutes_required == 720


def test_a_redirection_names_where_to(officer, triager):
    case = make_referral(officer, status="submitted")
    reason = DeclineReason.objects.get(code="redirected_to_yjs")
    with pytest.raises(Refusal) as refused:
        operations.decline(case, by=triager, reason=reason, rationale="Aged 15.", redirected_to=" ")
    assert refused.value.field == "redirected_to"
    operations.decline(case, by=triager, reason=reason, rationale="Aged 15.", redirected_to="Derby YJS")
    assert Decision.objects.get().redirected_to == "Derby YJS"


def test_an_answer_ends_the_question_and_the_clock_runs_on(officer, triager):
    case = make_referral(officer, status="submitted")
    operations.ask(case, by=triager, question="Which shop?")
    assert facts.triage_clock(case, NOW).state == "stopped"
    with time_machine.travel(NOW + timedelta(hours=5), tick=False):
        operations.answer(Referral.objects.get(), by=officer, text="Bath Street.")
    query = case.queries.get()
    assert (query.answer, query.answered_by) == ("Bath Street.", officer)
    clock = facts.triage_clock(Referral.objects.get(), NOW)
    assert clock.due_at == NOW + timedelta(days=1, hours=5)


def test_a_triager_of_another_force_cannot_be_given_the_referral(officer, triager, outsider):
    case = make_referral(officer, status="submitted")
    with pytest.raises(Refusal, match="not on the triage team"):
        operations.assign(case, by=triager, to=outsider)
    operations.assign(case, by=triager, to=triager)
    operations.assign(case, by=triager, to=None)
    assert Referral.objects.get().assigned_to is None


# --- the running case -----------------------------------------------------------------------------------------------


def test_only_a_coordinator_of_the_provider_takes_a_case_on(officer, provider, coordinator, triager):
    case = make_active_case(officer, provider, triager=triager)
    other = make_user("Olu Other", make_provider("Elsewhere"), "coordinator")
    with pytest.raises(Refusal, match="not a coordinator of Remedi"):
        operations.take_on(case, by=coordinator, caseworker=other)
    operations.take_on(case, by=coordinator)
    assert Referral.objects.get().caseworker == coordinator


def test_first_contact_lies_between_the_decision_and_now(officer, provider, coordinator):
    case = make_active_case(officer, provider, at=NOW - timedelta(days=1))
    with pytest.raises(Refusal, match="not in the future"):
        operations.record_first_contact(case, by=coordinator, at=NOW + timedelta(minutes=1))
    with pytest.raises(Refusal, match=r"after the referral was accepted \(9 June 2026, 10:00\)"):
        operations.record_first_contact(case, by=coordinator, at=NOW - timedelta(days=1, minutes=1))
    operations.record_first_contact(case, by=coordinator, at=NOW)
    assert Milestone.objects.get(kind="first_contact").at == NOW


def test_a_closed_case_takes_no_caseworker_and_no_contact(officer, triager, provider, coordinator):
    case = make_case("completed", officer, triager, provider)
    with pytest.raises(IllegalMove):
        operations.take_on(case, by=coordinator)
    with pytest.raises(IllegalMove):
        operations.record_first_contact(case, by=coordinator, at=NOW)


def test_first_contact_is_refused_before_a_decision(officer, coordinator):
    with pytest.raises(Refusal, match="not been accepted yet"):
        operations.record_first_contact(make_referral(officer, status="submitted"), by=coordinator, at=NOW)


def test_the_earliest_time_of_a_milestone_is_kept(officer, provider, coordinator):
    case = make_active_case(officer, provider)
    for hours in (2, 1, 3):
        operations.reach(case, "assessed", at=NOW + timedelta(hours=hours), by=coordinator)
    assert Milestone.objects.get().at == NOW + timedelta(hours=1)
    operations.unreach(case, "assessed", by=coordinator)
    assert not Milestone.objects.exists()


@pytest.mark.parametrize(
    ("stage", "milestones", "sentence"),
    [
        ("workshop", [], "Before a workshop, the assessment must be completed."),
        ("placement", ["assessed"], "Before a placement, the workshop must be attended."),
    ],
)
def test_a_stage_is_locked_until_what_comes_first_is_done(stage, milestones, sentence, officer, provider):
    case = make_active_case(officer, provider, milestones=milestones)
    with pytest.raises(StageLocked) as locked:
        operations.lock_for_stage(case, stage)
    assert locked.value.sentence == sentence


def test_a_stage_is_locked_in_a_suspended_case_and_without_consent(officer, triager, provider):
    suspended = make_case("suspended", officer, triager, provider)
    with pytest.raises(StageLocked, match="is suspended"):
        operations.lock_for_stage(suspended, "workshop")
    case = make_active_case(officer, provider, milestones=["assessed"], participant=make_person(officer.organisation))
    withdraw_consent(case)
    with pytest.raises(StageLocked, match="no consent"):
        operations.lock_for_stage(case, "workshop")


def test_an_agreed_override_opens_the_placement(officer, triager, manager, provider):
    case = make_active_case(officer, provider, milestones=["assessed"], triager=triager)
    request = operations.ask_override(case, by=triager, kind="place_before_workshop", reason="Full until August.")
    with pytest.raises(IllegalMove, match="already asked by Carol Finch on 10 June 2026"):
        operations.ask_override(case, by=triager, kind="place_before_workshop", reason="Again.")
    operations.decide_override(request, by=manager, agreed=True, reason="Agreed.")
    assert operations.lock_for_stage(case, "placement") == case


@pytest.mark.parametrize(("status", "kind"), [("active", "reopen"), ("completed", "place_before_workshop")])
def test_a_request_that_makes_no_sense_is_refused(status, kind, officer, triager, provider):
    case = make_case(status, officer, triager, provider)
    with pytest.raises(Refusal):
        operations.ask_override(case, by=triager, kind=kind, reason="x")
    assert not OverrideRequest.objects.exists()


def test_a_draft_that_was_withdrawn_is_not_reopened(officer, triager, manager):
    case = make_referral(officer, status="withdrawn", submitted_at=None, closed_at=NOW)
    request = operations.ask_override(case, by=triager, kind="reopen", reason="x")
    with pytest.raises(Refusal, match="make a new referral"):
        operations.decide_override(request, by=manager, agreed=True, reason="x")
    assert OverrideRequest.objects.get().decided_at is None


def test_a_case_is_not_completed_before_its_plan_is(officer, triager, provider):
    case = make_case("active", officer, triager, provider, milestones=["assessed"])
    with pytest.raises(StageLocked, match="the workshop must be attended and the hours must be completed"):
        operations.complete(case, by=triager)


@pytest.mark.parametrize(
    ("status", "days_ago", "done_on", "sentence"),
    [
        ("active", 200, NOW.date(), "was not completed"),
        ("completed", 200, NOW.date() + timedelta(days=1), "not in the future"),
        ("completed", 60, NOW.date(), "3 months end on 11 July 2026"),
    ],
)
def test_a_further_offence_check_is_refused(status, days_ago, done_on, sentence, officer, triager, provider):
    case = make_case(status, officer, triager, provider, at=NOW - timedelta(days=days_ago))
    with pytest.raises(Refusal, match=sentence):
        operations.check_further_offence(case, by=triager, months=3, done_on=done_on, result="none")


def test_a_window_is_checked_once(officer, triager, provider):
    case = make_case("completed", officer, triager, provider, at=NOW - timedelta(days=200))
    assert facts.windows_due(case, NOW.date()) == [3, 6]
    operations.check_further_offence(case, by=triager, months=3, done_on=NOW.date(), result="none")
    with pytest.raises(IllegalMove, match="already checked"):
        operations.check_further_offence(case, by=triager, months=3, done_on=NOW.date(), result="offence")
    assert facts.windows_due(Referral.objects.get(), NOW.date()) == [6]
