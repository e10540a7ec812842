"""The first lock of every operation: the case's row, so that what happens to one case happens one after another."""

from audit.trail import IllegalMove
from placements.models import Site
from referrals.lifecycle import Status
from referrals.likeness import same_person
from referrals.models import Person, Referral

RUNNING = (Status.ACTIVE, Status.SUSPENDED)


def lock_case(case, statuses=RUNNING, *, so: str = "") -> Referral:
    """The case as it stands now, locked until the transaction ends. Refused in any status but these; `so` says what
    then cannot be done. Nothing is joined to a row that is locked: whoever waited for it would get what it was joined
    to before."""
    current = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if current.status not in statuses:
        raise IllegalMove(f"{current.reference} is {Status(current.status).label.lower()}, so {so}.")
    return current


def lock_person(case) -> None:
    """The records of the case's participant, locked after the case: who has two cases works in one after the other."""
    records = Person.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=same_person(case.participant_id)
    )
    list(records.order_by("pk").values_list("pk"))


def lock_site(pk) -> Site:
    """The site's row, locked after the case's and the person's, so that two people cannot both take its last place."""
    return Site.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
