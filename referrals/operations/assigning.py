"""Who decides on a referral: one of the triage team has it on their list, or nobody in particular."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from referrals import lifecycle
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.operations.restricting import keep_who_hands_on
from referrals.operations.telling import tell_one

AT_MOST = 100  # cases in one go; a page of the list has fewer


@dataclass(frozen=True)
class Assigned:
    """What came of assigning several: the cases that are assigned, and for each of the others why it is not."""

    done: list[Referral]
    refused: list[tuple[Referral, str]]


@transaction.atomic
def assign(referral, *, by, to) -> None:
    """One triager has the referral on their list, or nobody. Refused for somebody who may not triage in this force, for
    whoever made the referral, and once it is decided."""
    _assign(Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk), by, to)


@transaction.atomic
def assign_many(referrals: Iterable[Referral], *, by, to) -> Assigned:
    """Every referral of these that may be assigned is; the others are as they were, each with its reason. Refused whole
    for more than 100, or for somebody who is not on the triage team."""
    keys = [referral.pk for referral in referrals]
    if len(keys) > AT_MOST:
        raise Refusal(f"Assign at most {AT_MOST} referrals at a time.")
    # In one order, so that two people who assign the same cases wait for each other and do not lock each other out.
    locked = list(Referral.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"))
    outcome = Assigned([], [])
    for referral in locked:
        _may_have(to, referral)
        try:
            _assign(referral, by, to)
        except Refusal as refusal:
            outcome.refused.append((referral, refusal.sentence))
        else:
            outcome.done.append(referral)
    return outcome


def _may_have(to, referral):
    if to is not None and not (to.is_active and to.may("referrals.triage") and to.organisation_id == referral.force_id):
        raise Refusal(f"{to} is not on the triage team of {referral.force}.", "to")


def _assign(referral, by, to):
    """Assign a case that is locked."""
    _may_have(to, referral)
    if to is not None and referral.referred_by_id == to.pk:
        who = "You" if to.pk == by.pk else str(to)
        raise Refusal(f"{who} made {referral.reference}, so somebody else must decide on it.", "to")
    if referral.status not in (Status.SUBMITTED, Status.QUERIED):
        raise IllegalMove(_decided(referral))
    if referral.assigned_to_id == (to.pk if to else None):
        return  # as asked already: nothing to say of it
    keep_who_hands_on(referral, by)
    referral.assigned_to = to
    referral.save(update_fields=["assigned_to", "updated_at"])
    event = record(lifecycle.ASSIGNED, by=by, case=referral, to=str(to) if to else "nobody")
    if to:
        tell_one(referral, event, "is assigned to you.", to, by=by)


def _decided(referral) -> str:
    decision = referral.decisions.select_related("by").first()
    if decision and referral.decided_at:
        return (
            f"{referral.reference} waits for no decision: {decision.by} {decision.get_outcome_display().lower()} it on "
            f"{timezone.localtime(decision.at):%-d %B %Y at %H:%M}."
        )
    return f"{referral.reference} waits for no decision: it is {referral.get_status_display().lower()}."
