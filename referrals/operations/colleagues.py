"""Officers who share a case with the one who referred: they see and may do what that officer may."""

from django.db import transaction

from audit.trail import IllegalMove, Refusal, record
from referrals import lifecycle
from referrals.models import Referral
from referrals.operations.telling import tell_one


class NotOnTheCase(Refusal):
    status = 403


@transaction.atomic
def name_colleague(referral, *, by, colleague) -> None:
    """The officer is named on the case, and sees it from now on, whatever its status. Refused unless `by` referred or
    is named, for somebody who does not refer people in this force, for oneself, for the officer who referred, and for
    one named already."""
    current = _locked_for(referral, by)
    if colleague == by:
        raise Refusal(f"You see {current.reference} already: name somebody else.", "colleague")
    if not colleague.may("referrals.refer") or colleague.organisation_id != current.force_id:
        raise Refusal(f"Name an officer of {current.force} who refers people.", "colleague")
    if colleague.pk == current.referred_by_id:
        raise Refusal(f"{colleague} made {current.reference} and sees it already.", "colleague")
    if current.named_officers.filter(pk=colleague.pk).exists():
        raise IllegalMove(f"{colleague} is already named on {current.reference}.", "colleague")
    current.named_officers.add(colleague)
    event = record(lifecycle.COLLEAGUE_NAMED, by=by, case=current, ids=[colleague.pk], colleague=str(colleague))
    tell_one(current, event, "is a case that you are now named on.", colleague, by=by)


@transaction.atomic
def remove_colleague(referral, *, by, colleague) -> None:
    """The officer is no longer named on the case, and no longer sees it as one of its officers. Refused unless `by`
    referred or is named, for oneself, and for somebody who is not named."""
    current = _locked_for(referral, by)
    if colleague == by:
        raise Refusal(f"You cannot take yourself off {current.reference}: ask {current.referred_by}.", "colleague")
    if not current.named_officers.filter(pk=colleague.pk).exists():
        raise IllegalMove(f"{colleague} is not named on {current.reference}.", "colleague")
    current.named_officers.remove(colleague)
    record(lifecycle.COLLEAGUE_REMOVED, by=by, case=current, ids=[colleague.pk], colleague=str(colleague))


def _locked_for(referral, by) -> Referral:
    """The row, locked: who is named on it changes one at a time, and only by those who still are."""
    current = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)
    if by.pk != current.referred_by_id and not current.named_officers.filter(pk=by.pk).exists():
        raise NotOnTheCase(f"You are no longer named on {current.reference}.")
    return current
