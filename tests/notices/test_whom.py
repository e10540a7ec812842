"""Who is told what: docs/scheme.md. Never who did it, nobody of another force, no word about anybody."""

import pytest

from notices.models import Notice
from referrals import operations
from referrals.models import DeclineReason, OverrideRequest, ReturnReason, SuspendReason, WithdrawReason
from tests.factories import make_outsider, make_referral, make_user
from tests.referrals.factories import make_case

pytestmark = pytest.mark.django_db
ACCEPTED = {"hours": 12, "workshop_needed": True, "rj_to_explore": False, "rationale": "Suitable."}


@pytest.fixture(autouse=True)
def elsewhere(db):
    """Somebody with every role, in another force, who is never told anything."""
    return make_outsider()


@pytest.fixture
def second_triager(force):
    return make_user("Cora Second", force, "triager")


@pytest.fixture
def second_coordinator(provider):
    return make_user("Ed Second", provider, "coordinator")


def told(what=""):
    """Whom the last event told, by what was said of the case."""
    found = Notice.objects.select_related("user")
    for notice in found:
        assert notice.sentence.startswith("IJ/2026/")
        assert not any(word in notice.sentence for word in ("Jordan", "Ashe", "Khan", "Finch"))
        assert what in notice.sentence
    people = {notice.user.full_name for notice in found}
    Notice.objects.all().delete()
    return people


def named(case, *people):
    case.named_officers.add(*people)
    return case


# --- up to the decision ---------------------------------------------------------------------------------------------


def test_a_submission_the_whole_triage_team(officer, triager, second_triager, manager, coordinator):
    operations.submit(make_referral(officer), by=officer)
    assert told("was submitted") == {"Carol Finch", "Cora Second"}


def test_an_assignment_the_triager_unless_they_took_it(officer, triager, second_triager):
    case = make_referral(officer, status="submitted")
    operations.assign(case, by=triager, to=second_triager)
    assert told("is assigned to you") == {"Cora Second"}
    operations.assign(case, by=triager, to=triager)
    assert told() == set()


def test_a_question_the_officers_of_the_case(officer, other_officer, triager):
    case = named(make_referral(officer, status="submitted"), other_officer)
    operations.ask(case, by=triager, question="Was Jordan Ashe asked?")
    assert told("has a question") == {"Amir Khan", "Beth Lowe"}


def test_an_answer_whoever_asked(officer, other_officer, triager, second_triager):
    case = named(make_case("queried", officer, triager, None, assigned_to=second_triager), other_officer)
    operations.answer(case, by=other_officer, text="Yes.")
    assert told("has an answer") == {"Carol Finch"}


@pytest.mark.parametrize(("assigned", "who"), [(True, {"Cora Second"}), (False, {"Cora Second", "Cal Third"})])
def test_an_answer_somebody_else_when_whoever_asked_left(assigned, who, officer, triager, second_triager, force):
    make_user("Cal Third", force, "triager")
    case = make_case("queried", officer, triager, None, assigned_to=second_triager if assigned else None)
    triager.is_active = False
    triager.save()
    operations.answer(case, by=officer, text="Yes.")
    assert told("has an answer") == who


def test_an_acceptance_the_officers_and_the_coordinators(
    officer, other_officer, triager, provider, coordinator, second_coordinator, practitioner
):
    case = named(make_referral(officer, status="submitted"), other_officer)
    operations.accept(case, by=triager, provider=provider, **ACCEPTED)
    assert told("was accepted") == {"Amir Khan", "Beth Lowe", "Ellen Marsh", "Ed Second"}


def test_a_refusal_the_officers(officer, triager, coordinator):
    case = make_referral(officer, status="submitted")
    operations.decline(case, by=triager, reason=DeclineReason.objects.get(code="evidence"), rationale="Weak.")
    assert told("was declined") == {"Amir Khan"}


# --- while it runs --------------------------------------------------------------------------------------------------


def test_each_turn_of_an_active_case_its_officers_and_its_caseworker(
    officer, triager, provider, coordinator, second_coordinator
):
    case = make_case("active", officer, triager, provider, caseworker=coordinator)
    operations.suspend(case, by=triager, reason=SuspendReason.objects.get(code="away"))
    assert told("was suspended") == {"Amir Khan", "Ellen Marsh"}
    operations.resume(case, by=triager)
    assert told("was resumed") == {"Amir Khan", "Ellen Marsh"}
    operations.complete(case, by=triager)
    assert told("was completed") == {"Amir Khan"}


def test_a_return_the_officers_and_while_nobody_took_it_on_all_coordinators(
    officer, triager, provider, coordinator, second_coordinator
):
    case = make_case("active", officer, triager, provider)
    operations.return_to_officer(case, by=triager, reason=ReturnReason.objects.get(code="moved_away"))
    assert told("was returned") == {"Amir Khan", "Ellen Marsh", "Ed Second"}


def test_a_withdrawal_everybody_at_work_on_it_but_who_withdrew(officer, other_officer, triager, provider, coordinator):
    reason = WithdrawReason.objects.get(code="duplicate")
    case = named(make_case("active", officer, triager, provider, caseworker=coordinator), other_officer)
    operations.withdraw(case, by=other_officer, reason=reason)
    assert told("was withdrawn") == {"Amir Khan", "Ellen Marsh"}
    operations.withdraw(make_referral(officer, status="submitted", assigned_to=triager), by=officer, reason=reason)
    assert told("was withdrawn") == {"Carol Finch"}


def test_a_caseworker_whom_somebody_else_named(officer, triager, provider, coordinator, second_coordinator):
    case = make_case("active", officer, triager, provider)
    operations.take_on(case, by=coordinator)
    assert told() == set()
    operations.take_on(case, by=coordinator, caseworker=second_coordinator)
    assert told("has you as its caseworker") == {"Ed Second"}


def test_a_colleague_who_was_named(officer, other_officer):
    operations.name_colleague(make_referral(officer, status="submitted"), by=officer, colleague=other_officer)
    assert told("you are now named on") == {"Beth Lowe"}


# --- managers -------------------------------------------------------------------------------------------------------


def test_what_is_asked_of_managers_them_and_what_they_say_whoever_asked(
    officer, triager, provider, coordinator, manager, force
):
    make_user("Gil Second", force, "manager")
    case = make_case("completed", officer, triager, provider, caseworker=coordinator)
    wanted = operations.ask_override(case, by=triager, kind=OverrideRequest.Kind.REOPEN, reason="New facts.")
    assert told("needs a manager’s decision") == {"Grace Hill", "Gil Second"}
    operations.decide_override(wanted, by=manager, agreed=False, reason="No.")
    assert told("has a manager’s decision") == {"Carol Finch"}


@pytest.mark.parametrize(
    ("status", "who"),
    [("completed", {"Amir Khan", "Ellen Marsh", "Tom Asker"}), ("declined", {"Amir Khan", "Carol Finch", "Tom Asker"})],
)
def test_a_reopening_those_who_work_on_it_again(status, who, officer, triager, provider, coordinator, manager, force):
    asker = make_user("Tom Asker", force, "triager")
    case = make_case(status, officer, triager, provider, caseworker=coordinator if status == "completed" else None)
    wanted = OverrideRequest.objects.create(
        case=case, kind="reopen", reason="x", asked_by=asker, asked_at=case.created_at
    )
    operations.decide_override(wanted, by=manager, agreed=True, reason="Yes.")
    assert told() == who


# --- restricted cases -----------------------------------------------------------------------------------------------


def test_of_a_restricted_case_only_those_who_are_named_on_it(
    officer, triager, second_triager, provider, coordinator, second_coordinator
):
    case = make_referral(officer, restricted=True)
    case.admitted.add(triager, second_coordinator)
    operations.submit(case, by=officer)
    assert told() == {"Carol Finch"}
    operations.accept(case, by=triager, provider=provider, **ACCEPTED)
    assert told() == {"Amir Khan", "Ed Second"}


def test_whom_an_event_tells_costs_two_queries_however_many_they_are(
    officer, triager, force, django_assert_num_queries
):
    case = make_case("queried", officer, triager, None)

    def cost():
        with django_assert_num_queries(2):
            from referrals.operations.telling import officers, tell, triage_team

            tell(case, 1, "was reopened.", officers(case), triage_team(case), by=None)
        return len(told())

    assert cost() == 2
    for number in range(20):
        make_user(f"Tess Right{number}", force, "triager")
    assert cost() == 22
