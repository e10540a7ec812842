"""The first lock of every operation: the case's row, so that what happens to one case happens one after another."""

from audit.trail import IllegalMove
from referrals.lifecycle import Status
from referrals.models import Referral

RUNNING = (Status.ACTIVE, Status.SUSPENDED)


def lock_case(case, statuses=RUNNING, *, so: str = "") -> Referral:
    """The case as it stands now, locked until the transaction ends. Refused in any status but these; `so` says what
    then cannot be done. Nothing is joined to a row that is locked: whoever waited for it would get what it was joined
    to before."""
    current = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if current.status not in statuses:
        raise IllegalMove(f"{current.reference} is {Status(current.status).label.lower()}, so {so}.")
    return current
