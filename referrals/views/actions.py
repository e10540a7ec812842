"""What may be done next with a case, by this person: buttons with plain verbs, the most likely one first."""

from django.urls import reverse

from govuk.worklists import Action
from referrals import facts, lifecycle
from referrals.lifecycle import Status
from referrals.models import Milestone, OverrideRequest

# Transition → what its button says. ASK and DECLINE have none of their own while DECIDE leads to all three answers.
VERBS = {
    lifecycle.SUBMIT: ("Continue the draft", "draft"),
    lifecycle.ANSWER: ("Answer the question", "answer"),
    lifecycle.ACCEPT: ("Decide", "accept"),
    lifecycle.COMPLETE: ("Close as completed", "complete"),
    lifecycle.RESUME: ("Resume", "resume"),
    lifecycle.SUSPEND: ("Suspend", "suspend"),
    lifecycle.RETURN: ("Return to the officer", "return"),
    lifecycle.WITHDRAW: ("Withdraw", "withdraw"),
}
OWN = (lifecycle.ACCEPT, lifecycle.DECLINE, lifecycle.QUERY)  # what nobody does to a referral of their own
PRIMARY = (lifecycle.SUBMIT, lifecycle.ANSWER, lifecycle.ACCEPT, lifecycle.RESUME)


def actions_for(case, user, day) -> list[Action]:
    """Buttons of the case page. Reads milestones, override requests and further-offence checks, fetched beforehand."""
    return [*_asked_of_managers(case), *_coordinating(case), *_steps(case, user), *_after(case, day)]


def _steps(case, user):
    taken = [t for t in lifecycle.steps_for(case, user) if case.may(t.permission)]
    if case.referred_by_id == user.pk:
        taken = [t for t in taken if t not in OWN]
    if case.status == Status.QUERIED and lifecycle.DECLINE in taken:
        yield _action(case, "Decline", "decline")
    for transition, (text, name) in VERBS.items():
        if transition in taken:
            primary = transition in PRIMARY
            if transition is lifecycle.COMPLETE:
                primary = not facts.missing_to_complete(case)
            yield _action(case, text, name, primary)


def _coordinating(case):
    if not case.may("placements.assess") or case.status in lifecycle.CLOSED:
        return
    if case.caseworker_id is None:
        yield _action(case, "Take on this case", "take_on", primary=True)
    elif Milestone.Kind.FIRST_CONTACT not in facts.milestones_of(case):
        yield _action(case, "Record first contact", "first_contact", primary=True)
    if case.caseworker_id:
        yield _action(case, "Hand over", "hand_over")


def _asked_of_managers(case):
    """The manager's own decisions first; then what others may ask of a manager."""
    requests = case.override_requests.all()
    if case.may("referrals.override"):
        for wanted in requests:
            if wanted.decided_at is None:
                text = f"Decide: {wanted.get_kind_display().lower()}"
                yield Action(text, reverse("referrals:decide_override", args=[wanted.pk]), primary=True)


def _after(case, day):
    if case.may("referrals.triage") and facts.windows_due(case, day):
        yield _action(case, "Record a further-offence check", "check_further_offence", primary=True)
    if not case.may("referrals.ask_override"):
        return
    asked = {wanted.kind for wanted in case.override_requests.all() if wanted.decided_at is None or wanted.agreed}
    closed = case.status in lifecycle.CLOSED
    workshop_first = case.status == Status.ACTIVE and "workshop_attended" in facts.missing_for(case, "placement")
    if closed and not _waits(case, OverrideRequest.Kind.REOPEN):
        yield _action(case, "Ask to reopen", "ask_override")
    if workshop_first and OverrideRequest.Kind.PLACE_BEFORE_WORKSHOP not in asked:
        yield _action(case, "Ask to start work before the workshop", "ask_override")


def _waits(case, kind):
    return any(wanted.kind == kind and wanted.decided_at is None for wanted in case.override_requests.all())


def _action(case, text, name, primary=False):
    return Action(text, reverse(f"referrals:{name}", args=[case.pk]), primary)
