"""Every status × every transition, and two people at once."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from audit.trail import IllegalMove, move
from referrals import lifecycle, operations
from referrals.lifecycle import TRANSITIONS, Status
from referrals.models import (
    Decision,
    DeclineReason,
    Disposal,
    OverrideRequest,
    Plan,
    Referral,
    ReturnReason,
    SuspendReason,
    WithdrawReason,
)
from tests.factories import NOW, make_referral, make_user
from tests.referrals.factories import make_case
from tests.referrals.pages import row_of
from tests.waiting import while_another_waits

ACCEPTED = {"hours": 12, "workshop_needed": True, "rj_to_explore": False, "rationale": "Suitable."}
REOPENED = {"closed_at": None, "withdraw_reason": None, "return_reason": None}

# Transition → the verb that takes it, given the case and the cast.
TAKE = {
    lifecycle.SUBMIT: lambda case, cast: operations.submit(case, by=cast["officer"]),
    lifecycle.QUERY: lambda case, cast: operations.ask(case, by=cast["triager"], question="Which shop?"),
    lifecycle.ANSWER: lambda case, cast: operations.answer(case, by=cast["officer"], text="The one on Bath Street."),
    lifecycle.ACCEPT: lambda case, cast: operations.accept(
        case, by=cast["triager"], provider=cast["provider"], **ACCEPTED
    ),
    lifecycle.DECLINE: lambda case, cast: operations.decline(
        case, by=cast["triager"], reason=DeclineReason.objects.get(code="evidence"), rationale="Weak."
    ),
    lifecycle.WITHDRAW: lambda case, cast: operations.withdraw(
        case, by=cast["officer"], reason=WithdrawReason.objects.get(code="duplicate")
    ),
    lifecycle.SUSPEND: lambda case, cast: operations.suspend(
        case, by=cast["triager"], reason=SuspendReason.objects.get(code="away")
    ),
    lifecycle.RESUME: lambda case, cast: operations.resume(case, by=cast["triager"]),
    lifecycle.COMPLETE: lambda case, cast: operations.complete(case, by=cast["triager"]),
    lifecycle.RETURN: lambda case, cast: operations.return_to_officer(
        case, by=cast["triager"], reason=ReturnReason.objects.get(code="moved_away")
    ),
    lifecycle.REOPEN_DECISION: lambda case, cast: move(
        case, lifecycle.REOPEN_DECISION, by=cast["manager"], case=case, decided_at=None, decision_due_at=NOW, **REOPENED
    ),
    lifecycle.REOPEN_WORK: lambda case, cast: move(
        case, lifecycle.REOPEN_WORK, by=cast["manager"], case=case, **REOPENED
    ),
}


@pytest.fixture
def cast(officer, triager, manager, provider):
    return {"officer": officer, "triager": triager, "manager": manager, "provider": provider}


@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda t: t.kind.name)
@pytest.mark.parametrize("status", Status.values)
def test_each_step_is_taken_from_the_statuses_it_may_leave_and_from_no_other(status, transition, cast):
    case = make_case(status, cast["officer"], cast["triager"], cast["provider"])
    before, events = row_of(case), Event.objects.count()
    if status in transition.sources:
        TAKE[transition](case, cast)
        assert row_of(case)["status"] == transition.target
        assert case.status == transition.target
        assert Event.objects.filter(kind=transition.kind.name, case=case.pk).count() == 1
        assert Event.objects.count() == events + 1
    else:
        with pytest.raises(IllegalMove) as refused:
            TAKE[transition](case, cast)
        assert case.reference in refused.value.sentence
        assert row_of(case) == before
        assert Event.objects.count() == events


def test_every_transition_is_tried():
    assert set(TAKE) == set(TRANSITIONS)


def test_every_status_is_reached_by_some_transition():
    assert {t.target for t in TRANSITIONS} | {Status.DRAFT} == set(Status)


def test_a_second_decision_is_told_who_made_the_first(cast):
    case = make_case(Status.SUBMITTED, cast["officer"], cast["triager"], cast["provider"])
    stale = Referral.objects.get(pk=case.pk)
    TAKE[lifecycle.ACCEPT](case, cast)
    with pytest.raises(IllegalMove, match="Carol Finch accepted it on"):
        TAKE[lifecycle.DECLINE](stale, cast)
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("closed", [Status.DECLINED, Status.WITHDRAWN, Status.COMPLETED, Status.RETURNED])
def test_an_agreed_reopening_reopens_the_case(closed, cast):
    case = make_case(closed, cast["officer"], cast["triager"], cast["provider"])
    request = operations.ask_override(case, by=cast["triager"], kind="reopen", reason="New facts.")
    operations.decide_override(request, by=cast["manager"], agreed=True, reason="Agreed.")
    case = Referral.objects.get(pk=case.pk)
    decided_before = closed in (Status.COMPLETED, Status.RETURNED)
    assert case.status == (Status.ACTIVE if decided_before else Status.SUBMITTED)
    assert case.closed_at is None
    assert (case.decided_at is not None) is decided_before


def test_a_refused_reopening_changes_nothing_but_the_request(cast):
    case = make_case(Status.DECLINED, cast["officer"], cast["triager"], cast["provider"])
    before = row_of(case)
    request = operations.ask_override(case, by=cast["triager"], kind="reopen", reason="New facts.")
    operations.decide_override(request, by=cast["manager"], agreed=False, reason="Nothing new.")
    assert row_of(case) == before
    assert OverrideRequest.objects.get().agreed is False


# --- two people at once ---------------------------------------------------------------------------------------------


def at_once(*steps):
    """Take the steps in threads that start together; what each returned or raised."""
    barrier, outcomes = threading.Barrier(len(steps)), [None] * len(steps)

    def run(number, step):
        try:
            barrier.wait()
            outcomes[number] = step()
        except Exception as raised:
            outcomes[number] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def refused(outcomes):
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told(cast, force):
    case = make_case(Status.SUBMITTED, cast["officer"], cast["triager"], cast["provider"])
    other = make_user("Dora Moss", force, "triager")

    def accept_as(user):
        own_copy = Referral.objects.get(pk=case.pk)
        return lambda: operations.accept(own_copy, by=user, provider=cast["provider"], **ACCEPTED)

    outcomes = at_once(accept_as(cast["triager"]), accept_as(other))
    (told,) = refused(outcomes)
    assert isinstance(told, IllegalMove)
    winner = Decision.objects.get().by
    assert f"{winner} accepted it on" in told.sentence
    assert Plan.objects.count() == 1
    assert Event.objects.filter(kind="referral.accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_one_who_accepts_and_one_who_declines_one_wins(cast, force):
    case = make_case(Status.SUBMITTED, cast["officer"], cast["triager"], cast["provider"])
    first, second = (Referral.objects.get(pk=case.pk) for _ in range(2))
    outcomes = at_once(lambda: TAKE[lifecycle.ACCEPT](first, cast), lambda: TAKE[lifecycle.DECLINE](second, cast))
    (told,) = refused(outcomes)
    assert isinstance(told, IllegalMove)
    assert Decision.objects.count() == 1
    decided = Referral.objects.get(pk=case.pk)
    assert decided.status == (Status.ACTIVE if Decision.objects.get().outcome == "accept" else Status.DECLINED)
    assert Plan.objects.count() == (1 if decided.status == Status.ACTIVE else 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_case_on_at_once_one_has_it(cast, provider):
    case = make_case(Status.ACTIVE, cast["officer"], cast["triager"], provider)
    users = [make_user(name, provider, "coordinator") for name in ("Ellen Marsh", "Finn Cole")]
    copies = [Referral.objects.get(pk=case.pk) for _ in users]
    outcomes = at_once(*(lambda c=c, u=u: operations.take_on(c, by=u) for c, u in zip(copies, users, strict=True)))
    (told,) = refused(outcomes)
    winner = Referral.objects.get(pk=case.pk).caseworker
    assert told.sentence == f"{winner} already took on {case.reference}."
    assert Event.objects.filter(kind="referral.taken_on").count() == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_waited_for_a_caseworker_to_be_named_sees_who_it_is(cast, provider):
    case = make_case(Status.ACTIVE, cast["officer"], cast["triager"], provider)
    users = [make_user(name, provider, "coordinator") for name in ("Ellen Marsh", "Finn Cole")]
    copies = [Referral.objects.get(pk=case.pk) for _ in users]
    told = while_another_waits(
        lambda: operations.take_on(copies[0], by=users[0]), lambda: operations.take_on(copies[1], by=users[1])
    )
    assert isinstance(told, IllegalMove)
    assert told.sentence == f"Ellen Marsh already took on {case.reference}."
    assert Referral.objects.get(pk=case.pk).caseworker == users[0]


@pytest.mark.django_db(transaction=True)
def test_a_submission_is_judged_by_what_was_saved_while_it_waited(officer):
    case = make_referral(officer, disposal_id="outcome_22", responsibility="")
    caution = Disposal.objects.get(code="conditional_caution")  # which needs an admission
    told = while_another_waits(
        lambda: operations.edit_draft(Referral.objects.get(pk=case.pk), by=officer, disposal=caution),
        lambda: operations.submit(Referral.objects.get(pk=case.pk), by=officer),
    )
    assert [finding.rule for finding in told.findings] == ["responsibility"]
    assert Referral.objects.get(pk=case.pk).status == Status.DRAFT


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_decide_at_once_one_decides(cast, force):
    case = make_case(Status.DECLINED, cast["officer"], cast["triager"], cast["provider"])
    request = operations.ask_override(case, by=cast["triager"], kind="reopen", reason="New facts.")
    other = make_user("Hal Ford", force, "manager")
    copies = [OverrideRequest.objects.select_related("case").get(pk=request.pk) for _ in range(2)]
    users = (cast["manager"], other)
    outcomes = at_once(
        *(
            lambda r=r, u=u: operations.decide_override(r, by=u, agreed=True, reason="Yes.")
            for r, u in zip(copies, users, strict=True)
        )
    )
    (told,) = refused(outcomes)
    assert told.sentence.startswith(f"{OverrideRequest.objects.get().decided_by} already decided this on")
    assert Event.objects.filter(kind="referral.reopened_for_decision").count() == 1


@pytest.mark.django_db(transaction=True)
def test_drafts_started_at_once_get_references_of_their_own(officer):
    def start():
        user = User.objects.get(pk=officer.pk)
        return operations.draft(by=user, person={"given_names": "Jo", "family_name": "Ash"})

    drafts = at_once(*[start] * 6)
    assert refused(drafts) == []
    year = timezone.localdate().year
    assert {draft.reference for draft in drafts} == {f"IJ/{year}/{number:06}" for number in range(1, 7)}


@pytest.mark.django_db(transaction=True)
def test_a_referral_submitted_twice_at_once_is_submitted_once(officer):
    case = make_referral(officer, at=NOW)
    copies = [Referral.objects.get(pk=case.pk) for _ in range(2)]
    outcomes = at_once(*(lambda c=c: operations.submit(c, by=officer) for c in copies))
    assert len(refused(outcomes)) == 1
    assert Event.objects.filter(kind="referral.submitted").count() == 1
