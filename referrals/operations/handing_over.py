"""Whose cases they are at the provider: several given to a caseworker at once, and handed over by one who has them."""

from collections.abc import Iterable

from django.db import transaction

from audit.trail import IllegalMove, Refusal, record
from referrals import lifecycle
from referrals.lifecycle import CLOSED, Status
from referrals.models import Referral, Task
from referrals.operations.assigning import Assigned
from referrals.operations.notes import write_note
from referrals.operations.restricting import NotOnTheCase, keep_who_hands_on
from referrals.operations.running import take_on
from referrals.operations.telling import tell_one

AT_MOST = 100  # cases in one go


def cases_of(colleague, by):
    """The cases that `by` may hand over for this colleague: those that run and open to `by`."""
    theirs = Referral.objects.visible_to(by, "referrals.hand_over").filter(caseworker=colleague)
    return theirs.exclude(status__in=CLOSED)


@transaction.atomic
def allocate_many(cases: Iterable[Referral], *, by, to) -> Assigned:
    """Each of these cases that nobody has taken on has this caseworker; the others are as they were, each with its
    reason: a colleague has it (it is handed over instead), or it is closed. Refused whole for more than 100, and for
    somebody who is not a coordinator of the provider."""
    outcome = Assigned([], [])
    for case in _locked(cases):
        if case.caseworker_id and case.caseworker_id != to.pk:
            outcome.refused.append((case, f"{case.reference} is with {case.caseworker}: hand it over instead."))
        elif case.status in CLOSED:
            outcome.refused.append((case, f"{case.reference} is {_status(case)}: it needs no caseworker."))
        else:
            if case.caseworker_id is None:
                _may_have(to, case)
                take_on(case, by=by, caseworker=to)
            outcome.done.append(case)
    return outcome


@transaction.atomic
def hand_over(cases: Iterable[Referral], *, by, of, to, note: str = "") -> list[Referral]:
    """Every one of these cases, which `of` has, is now the colleague's: with the open tasks that `of` had in it. What
    is planned stays as it is, what the next caseworker must know is kept as a note, and both are told. Of a restricted
    case whoever hands it over stays on it, and `of` is no longer on it.

    All of them or none: refused where one does not open to `by`, is closed, or is not with `of` any more, for more than
    100, and for somebody who has them already or is not a coordinator of the provider. Returns the cases."""
    locked = _locked(cases)
    if not locked:
        raise Refusal("Tick at least one case to hand over.", "cases")
    opened = set(
        Referral.objects.visible_to(by, "referrals.hand_over")
        .filter(pk__in=[case.pk for case in locked])
        .values_list("pk", flat=True)
    )
    if to.pk == of.pk:
        raise Refusal(f"{of} has these cases already: choose somebody else.", "to")
    for case in locked:
        if case.pk not in opened:
            raise NotOnTheCase(f"{case.reference} does not open to you any more, so nothing was handed over.")
        if case.status in CLOSED:
            raise IllegalMove(f"{case.reference} is {_status(case)}, so nothing was handed over.")
        if case.caseworker_id != of.pk:
            who = f"with {case.caseworker} now" if case.caseworker_id else "nobody’s now"
            raise IllegalMove(f"{case.reference} is {who}, not with {of}, so nothing was handed over.")
        _may_have(to, case)
    for case in locked:
        _hand_over(case, by, of, to, note.strip())
    return locked


def _hand_over(case, by, of, to, note):
    keep_who_hands_on(case, by)
    case.caseworker = to
    case.save(update_fields=["caseworker", "updated_at"])
    tasks = Task.objects.filter(case=case, assigned_to=of, done_at__isnull=True)
    moved = list(tasks.order_by("pk").values_list("pk", flat=True))
    tasks.update(assigned_to=to)
    event = record(lifecycle.HANDED_OVER, by=by, case=case, ids=moved, before=str(of), to=str(to))
    if note:
        write_note(case, by=by, text=note)
    tell_one(case, event, "has you as its caseworker.", to, by=by)
    tell_one(case, event, "has another caseworker now.", of, by=by)


def _locked(cases) -> list[Referral]:
    """The cases as they stand, locked in one order, so that two people who give the same ones wait for each other."""
    keys = {case.pk for case in cases}
    if len(keys) > AT_MOST:
        raise Refusal(f"{len(keys)} cases are more than can be given at a time: choose at most {AT_MOST}.", "cases")
    return list(Referral.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"))


def _may_have(to, case):
    if not (to.is_active and to.may("placements.assess") and to.organisation_id == case.provider_id):
        raise Refusal(f"{to} is not a coordinator of {case.provider}.", "to")


def _status(case) -> str:
    return Status(case.status).label.lower()
