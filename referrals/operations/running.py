"""An active case: who works on it, what its stages tell it, and how it ends."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move, record
from referrals import facts, lifecycle, rules, stages
from referrals.lifecycle import Status
from referrals.models import FurtherOffenceCheck, Milestone, OverrideRequest, Referral
from referrals.operations import tasks
from referrals.operations.compliance import settle
from referrals.operations.restricting import keep_who_hands_on
from referrals.operations.telling import managers, officers, provider, tell, tell_one, triage_team


class StageLocked(Refusal):
    """The stage may not start yet; the sentence says what must come first."""


def lock_for_stage(referral, stage: str) -> Referral:
    """The case as it stands now, locked until the transaction ends, if this stage may start or go on.

    Refused (StageLocked) unless the case is active, the consents of lifecycle.CONSENTS are in force, and it has reached
    the milestones of lifecycle.UNLOCKS. Called by the operations of the stages.
    """
    current = _locked(referral)
    if current.status != Status.ACTIVE:
        raise StageLocked(
            f"{current.reference} is {Status(current.status).label.lower()}, so nothing new can start in it."
        )
    if not_agreed := facts.consents_missing(current, stage):
        raise StageLocked(f"{current.reference} has no consent {' and '.join(not_agreed)} in force.")
    missing = facts.missing_for(current, stage)
    if missing:
        raise StageLocked(f"Before a {stage}, {' and '.join(rules.NEEDS[milestone] for milestone in missing)}.")
    return current


def reach(case, kind: str, *, at, by) -> None:
    """The case has reached the milestone; the earliest time told is kept."""
    milestone, made = Milestone.objects.get_or_create(case=case, kind=kind, defaults={"at": at})
    if not made and at < milestone.at:
        milestone.at = at
        milestone.save(update_fields=["at"])
    record(lifecycle.MILESTONE, by=by, case=case, reached=kind, at=at)


def unreach(case, kind: str, *, by) -> None:
    """A correction: the case has not reached the milestone after all."""
    Milestone.objects.filter(case=case, kind=kind).delete()
    record(lifecycle.MILESTONE, by=by, case=case, lost=kind)


@transaction.atomic
def take_on(referral, *, by, caseworker=None) -> None:
    """A coordinator of the provider is the caseworker: `by` themselves, or the colleague named. Refused in a closed
    case, and to somebody who takes on what a colleague already has."""
    current = _locked(referral)
    if current.status in lifecycle.CLOSED:
        raise IllegalMove(f"{current.reference} is {Status(current.status).label.lower()}: it needs no caseworker.")
    if caseworker is None and current.caseworker not in (None, by):
        raise IllegalMove(f"{current.caseworker} already took on {current.reference}.")
    caseworker = caseworker or by
    if not (caseworker.may("placements.assess") and caseworker.organisation_id == current.provider_id):
        raise Refusal(f"{caseworker} is not a coordinator of {current.provider}.", "caseworker")
    keep_who_hands_on(current, by)
    referral.caseworker = caseworker
    referral.save(update_fields=["caseworker", "updated_at"])
    event = record(lifecycle.TAKEN_ON, by=by, case=referral, caseworker=str(caseworker))
    tell_one(current, event, "has you as its caseworker.", caseworker, by=by)


@transaction.atomic
def record_first_contact(referral, *, by, at) -> None:
    """The participant was first contacted at this time. Refused for the future, before the referral was accepted and
    once the case is closed."""
    referral = _locked(referral)
    if referral.status in lifecycle.CLOSED:
        raise IllegalMove(f"{referral.reference} is {Status(referral.status).label.lower()}.")
    if at > timezone.now():
        raise Refusal("Enter a time that is not in the future.", "at")
    if referral.decided_at is None or at < referral.decided_at:
        accepted = referral.decided_at and timezone.localtime(referral.decided_at)
        raise Refusal(
            f"Enter a time after the referral was accepted ({accepted:%-d %B %Y, %H:%M})."
            if accepted
            else "The referral has not been accepted yet.",
            "at",
        )
    reach(referral, Milestone.Kind.FIRST_CONTACT, at=at, by=by)
    tasks.after_contact(referral, by=by, at=at)
    record(lifecycle.CONTACTED, by=by, case=referral)


def _locked(referral) -> Referral:
    """The case as it stands now, locked until the transaction ends."""
    return Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)


@transaction.atomic
def suspend(referral, *, by, reason) -> None:
    """Nothing new starts in the case until it is resumed, and the time limit of the first contact stands still."""
    event = move(
        referral, lifecycle.SUSPEND, by=by, case=referral, event={"reason": reason.label}, suspend_reason=reason,
        suspended_at=timezone.now(),
    )  # fmt: skip
    tell(referral, event, "was suspended.", officers(referral), provider(referral), by=by)


@transaction.atomic
def resume(referral, *, by) -> None:
    """The case goes on, and what was still in time when it was suspended has as much time left."""
    now, current = timezone.now(), _locked(referral)
    stood = current.time_suspended
    if current.suspended_at:
        stood += rules.working_time(current.suspended_at, now)
    event = move(
        referral, lifecycle.RESUME, by=by, case=referral, suspend_reason=None, suspended_at=None, time_suspended=stood
    )
    tasks.after_resuming(referral, now)
    tell(referral, event, "was resumed.", officers(referral), provider(referral), by=by)


@transaction.atomic
def complete(referral, *, by) -> None:
    """The case is closed as completed. Refused while the plan's workshop or hours are not done."""
    current = _locked(referral)
    if current.status != Status.ACTIVE:
        raise IllegalMove(current.refuse(lifecycle.COMPLETE))
    missing = facts.missing_to_complete(current)
    if missing:
        raise StageLocked(
            f"{referral.reference} cannot be closed as completed yet: "
            f"{' and '.join(rules.NEEDS[milestone] for milestone in missing)}."
        )
    now = timezone.now()
    event = move(referral, lifecycle.COMPLETE, by=by, case=referral, closed_at=now)
    stages.closed(referral, by=by)
    tasks.after_closing(referral, now)
    tell(referral, event, "was completed.", officers(referral), by=by)


@transaction.atomic
def return_to_officer(referral, *, by, reason, statement: str = "") -> None:
    """The case is closed and goes back to the officer, with the reason and what they are told."""
    now = timezone.now()
    event = move(
        referral,
        lifecycle.RETURN,
        by=by,
        case=referral,
        event={"reason": reason.label},
        return_reason=reason,
        return_statement=statement.strip(),
        closed_at=now,
    )
    stages.closed(referral, by=by)
    tasks.after_closing(referral, now)
    tell(referral, event, "was returned to the officer.", officers(referral), provider(referral), by=by)


@transaction.atomic
def ask_override(referral, *, by, kind: str, reason: str) -> OverrideRequest:
    """A manager is asked to set a rule aside. Refused while the same is already asked, and when it makes no sense."""
    kind = OverrideRequest.Kind(kind)
    referral = _locked(referral)
    closed = referral.status in lifecycle.CLOSED
    if (kind == OverrideRequest.Kind.REOPEN) != closed:
        raise Refusal(
            f"{referral.reference} is {Status(referral.status).label.lower()}: "
            + ("it need not be reopened." if not closed else "it must be reopened first.")
        )
    try:
        with transaction.atomic():
            request = OverrideRequest.objects.create(
                case=referral, kind=kind, reason=reason, asked_by=by, asked_at=timezone.now()
            )
    except IntegrityError:
        waiting = referral.override_requests.open().get(kind=kind)
        raise IllegalMove(
            f"A manager was already asked by {waiting.asked_by} on {waiting.asked_at:%-d %B %Y}."
        ) from None
    event = record(lifecycle.OVERRIDE_ASKED, by=by, case=referral, what=kind.label.lower())
    tell(referral, event, "needs a manager’s decision.", managers(referral), by=by)
    return request


@transaction.atomic
def decide_override(request, *, by, agreed: bool, reason: str) -> None:
    """The manager agreed or refused, once. An agreed reopening reopens the case: to a decision if it was declined or
    withdrawn before one, else to work. Refused to the person who asked, and to the one who made the referral."""
    if by.pk in (request.asked_by_id, request.case.referred_by_id):
        raise Refusal("You asked for this, or made the referral, so another manager must decide.")
    _locked(request.case)  # first, as where somebody asks
    now = timezone.now()
    decided = OverrideRequest.objects.filter(pk=request.pk, decided_at__isnull=True).update(
        agreed=agreed, decision_reason=reason, decided_by=by, decided_at=now
    )
    if not decided:
        request.refresh_from_db()
        raise IllegalMove(
            f"{request.decided_by} already decided this on {timezone.localtime(request.decided_at):%-d %B %Y at %H:%M}."
        )
    case = request.case
    event = record(
        lifecycle.OVERRIDE_DECIDED,
        by=by,
        case=case,
        what=request.get_kind_display().lower(),
        answer="agreed" if agreed else "refused",
    )
    tell_one(case, event, "has a manager’s decision on what you asked.", request.asked_by, by=by)
    if agreed and request.kind == OverrideRequest.Kind.REOPEN:
        if facts.return_is_proposed(case):
            settle(case, by=by, reason=reason)  # the manager knew of it
        _reopen(case, by=by)


def _reopen(case, *, by):
    now = timezone.now()
    fields = {"closed_at": None, "withdraw_reason": None, "return_reason": None, "suspended_at": None}
    if case.status in lifecycle.REOPEN_WORK.sources:
        event = move(case, lifecycle.REOPEN_WORK, by=by, case=case, **fields)
        tell(case, event, "was reopened.", officers(case), provider(case), by=by)
    elif case.submitted_at is None:
        raise Refusal(f"{case.reference} was withdrawn before it was submitted: make a new referral instead.")
    else:
        case.decided_at = None
        due = facts.decision_due_at(case, now)
        event = move(case, lifecycle.REOPEN_DECISION, by=by, case=case, decided_at=None, decision_due_at=due, **fields)
        tell(case, event, "was reopened, and waits for a decision.", officers(case), triage_team(case), by=by)
    tasks.after_reopening(case, now)


@transaction.atomic
def check_further_offence(referral, *, by, months: int, done_on, result: str) -> FurtherOffenceCheck:
    """Police records were checked for an offence within so many months of completing. Refused for a case that was not
    completed, before the window has wholly gone by, for a future date, and a second time for one window."""
    referral = _locked(referral)
    if referral.status != Status.COMPLETED:
        raise Refusal(f"{referral.reference} was not completed, so there is nothing to check.")
    window_ends = rules.add_months(timezone.localdate(referral.closed_at), months)
    if done_on > timezone.localdate():
        raise Refusal("Enter a date that is not in the future.", "done_on")
    if done_on < window_ends:
        raise Refusal(f"The {months} months end on {window_ends:%-d %B %Y}: check on or after that day.", "done_on")
    try:
        with transaction.atomic():
            check = FurtherOffenceCheck.objects.create(
                case=referral, months=months, done_on=done_on, result=result, by=by
            )
    except IntegrityError:
        raise IllegalMove(f"The {months} months were already checked.") from None
    record(
        lifecycle.FURTHER_OFFENCE_CHECKED,
        by=by,
        case=referral,
        months=months,
        result=check.get_result_display().lower(),
    )
    return check
