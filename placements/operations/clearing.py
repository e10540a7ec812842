"""The planned sessions of a site that can take nobody any more."""

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from placements import lifecycle
from placements.models import WorkSession
from placements.operations.locking import lock_case, lock_site
from placements.operations.planning import cancel_planned
from referrals.lifecycle import Status


@transaction.atomic
def cancel_site_sessions(site, *, by, because: str) -> int:
    """The planned sessions that the site cannot take any more are gone, of every case that opens to this person; how
    many they were. The reason stands in the trail of each case. Refused without a reason, and where nothing is left to
    cancel: somebody was first, or the site is open again."""
    if not because.strip():
        raise Refusal("Enter why the sessions are cancelled.", "because")
    now = timezone.now()
    sessions = WorkSession.objects.filter(placement__site=site).visible_to(by, "placements.place").that_cannot_be(now)
    # Locks in the one order: the cases, each by its key, then the site.
    cases = [lock_case(case, Status) for case in _cases(sessions)]
    lock_site(site.pk)
    cancelled = sum(
        cancel_planned(WorkSession.objects.filter(pk__in=list(_of(sessions, case))), case, by, reason=because.strip())
        for case in cases
    )
    if not cancelled:
        raise IllegalMove(f"No planned session at {site} is left to cancel.")
    record(lifecycle.SITE_CLEARED, by=by, ids=[site.pk], sessions=cancelled, because=because.strip())
    return cancelled


def _cases(sessions):
    """Of which cases they are, in the order in which everybody locks them."""
    return sorted({session.case for session in sessions.select_related("case")}, key=lambda case: case.pk)


def _of(sessions, case):
    return sessions.filter(case=case).values_list("pk", flat=True)
