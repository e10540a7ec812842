"""From submission to the decision: what the triage team and the officer do."""

from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move
from referrals import lifecycle, rules, stages
from referrals.facts import decision_due_at, facts_of
from referrals.lifecycle import Status
from referrals.models import Decision, Plan, Query, Referral
from referrals.operations import tasks
from referrals.operations.telling import asker, officers, tell, triager
from referrals.operations.telling import provider as provider_of


class OwnReferral(Refusal):
    status = 403


def _not_their_own(referral, by, verb):
    if referral.referred_by_id == by.pk:
        raise OwnReferral(f"You made {referral.reference} yourself, so somebody else must {verb} it.")


@transaction.atomic
def ask(referral, *, by, question: str) -> Query:
    """The officer owes an answer, and the triage clock stands still. Refused to the person who referred, and unless the
    referral waits for a decision."""
    _not_their_own(referral, by, "ask about")
    event = move(referral, lifecycle.QUERY, by=by, case=referral)
    tell(referral, event, "has a question that waits for your answer.", officers(referral), by=by)
    return Query.objects.create(case=referral, question=question, asked_by=by, asked_at=timezone.now())


@transaction.atomic
def answer(referral, *, by, text: str) -> None:
    """The question is answered, and the referral waits for a decision again."""
    now = timezone.now()
    current = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)
    if current.status != Status.QUERIED:
        raise IllegalMove(current.refuse(lifecycle.ANSWER))
    query = current.queries.get(answered_at__isnull=True)
    Query.objects.filter(pk=query.pk).update(answer=text, answered_by=by, answered_at=now)
    event = move(referral, lifecycle.ANSWER, by=by, case=referral, decision_due_at=decision_due_at(current, now))
    tell(current, event, "has an answer from the officer, and waits for a decision.", asker(current, query), by=by)


@transaction.atomic
def accept(
    referral, *, by, provider, hours: int, workshop_needed: bool, rj_to_explore: bool, rationale: str, notes: str = ""
) -> Plan:
    """The case is active with the provider, and has a plan. Refused to the person who referred, while a rule blocks the
    referral, for a provider that does not serve the force, and unless the referral waits for a decision."""
    _not_their_own(referral, by, "decide on")
    if not provider.serves.filter(pk=referral.force_id).exists():
        raise Refusal(f"{provider} does not work for {referral.force}.", "provider")
    now = timezone.now()
    findings = rules.eligibility(facts_of(referral, now))
    blocking = [finding for finding in findings if finding.blocks]
    current = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)
    if blocking and current.status in lifecycle.ACCEPT.sources:
        raise Refusal(
            "This referral cannot be accepted yet. " + " ".join(f"{f.requirement}: {f.fact.lower()}." for f in blocking)
        )
    event = move(
        referral,
        lifecycle.ACCEPT,
        by=by,
        case=referral,
        event={"hours": hours, "provider": provider.name},
        provider=provider,
        decided_at=now,
        time_suspended=timedelta(),
        caseworker_id=current.caseworker_id if current.provider_id == provider.pk else None,
    )
    _decide(referral, Decision.Outcome.ACCEPT, by, now, findings, rationale=rationale)
    plan, _ = Plan.objects.update_or_create(
        case=referral,
        defaults={
            "workshop_needed": workshop_needed,
            "minutes_required": hours * 60,
            "rj_to_explore": rj_to_explore,
            "provider": provider,
            "notes": notes,
        },
    )
    stages.accepted(referral, by=by)
    tasks.after_acceptance(referral, now)
    tell(referral, event, "was accepted.", officers(referral), provider_of(referral), by=by)
    return plan


@transaction.atomic
def decline(referral, *, by, reason, rationale: str, redirected_to: str = "") -> None:
    """The case is closed as declined. Refused to the person who referred, without a name where the reason redirects,
    and unless the referral waits for a decision or an answer."""
    _not_their_own(referral, by, "decide on")
    if reason.redirects and not redirected_to.strip():
        raise Refusal("Enter who the referral was redirected to.", "redirected_to")
    now = timezone.now()
    findings = rules.eligibility(facts_of(referral, now))
    event = move(
        referral, lifecycle.DECLINE, by=by, case=referral, event={"reason": reason.label}, decided_at=now, closed_at=now
    )
    _decide(
        referral,
        Decision.Outcome.DECLINE,
        by,
        now,
        findings,
        rationale=rationale,
        reason=reason,
        redirected_to=redirected_to,
    )
    stages.closed(referral, by=by)
    tasks.after_closing(referral, now)
    tell(referral, event, "was declined.", officers(referral), by=by)


def _decide(referral, outcome, by, now, findings, **fields):
    Decision.objects.create(
        case=referral, outcome=outcome, by=by, at=now, checklist=[asdict(finding) for finding in findings], **fields
    )


@transaction.atomic
def withdraw(referral, *, by, reason) -> None:
    """The case is closed as withdrawn, with a grouped reason. Refused once it is closed."""
    now = timezone.now()
    event = move(
        referral,
        lifecycle.WITHDRAW,
        by=by,
        case=referral,
        event={"reason": reason.label},
        withdraw_reason=reason,
        closed_at=now,
    )
    stages.closed(referral, by=by)
    tasks.after_closing(referral, now)
    tell(referral, event, "was withdrawn.", officers(referral), triager(referral), provider_of(referral), by=by)
