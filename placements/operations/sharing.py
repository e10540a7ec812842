"""The private address at which a participant reads how many hours are left and when they work next."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.trail import IllegalMove, record
from placements import lifecycle
from placements.models import ParticipantLink
from placements.operations.locking import RUNNING, lock_case
from referrals.models import Referral
from referrals.tokens import digest_of, new_token

NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def make_participant_link(case, *, by) -> str:
    """The secret of a new address for this participant, which nobody can be told again; an address they had is dead.
    Refused in a case that does not run."""
    current = lock_case(case, so="its participant gets no page any more")
    now, token = timezone.now(), new_token()
    _revoke(current, by, now)
    ParticipantLink.objects.create(
        case=current,
        digest=digest_of(token),
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(days=settings.SCHEME["PARTICIPANT_LINK_DAYS"]),
    )
    record(lifecycle.LINK_MADE, by=by, case=current)
    return token


@transaction.atomic
def revoke_participant_link(case, *, by) -> None:
    """The address opens nothing any more. Refused where there is none."""
    current = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if not _revoke(current, by, timezone.now()):
        raise IllegalMove("There is no link to revoke: somebody did so already.")
    record(lifecycle.LINK_REVOKED, by=by, case=current)


def end_participant_link(case, *, by) -> None:
    """A closed case's address opens nothing any more."""
    if _revoke(case, by, timezone.now()):
        record(lifecycle.LINK_REVOKED, by=by, case=case)


def _revoke(case, by, now) -> int:
    live = ParticipantLink.objects.filter(case=case, revoked_at__isnull=True)
    return live.update(revoked_at=now, revoked_by=by)


@transaction.atomic
def open_participant_link(token: str, *, reads: bool = True) -> ParticipantLink | None:
    """The link with this secret, while it lasts and its case runs. That it was read is noted once an hour, unless only
    whether it is there was asked (`reads`)."""
    now = timezone.now()
    link = (
        ParticipantLink.objects.select_related("case__participant", "case__caseworker", "case__plan", "case__force")
        .select_related("case__hours_account")
        .filter(digest=digest_of(token), revoked_at__isnull=True, expires_at__gt=now, case__status__in=RUNNING)
        .first()
    )
    if link is None or not reads:
        return link
    unread = Q(last_opened_at__isnull=True) | Q(last_opened_at__lte=now - NOTED_EVERY)
    if ParticipantLink.objects.filter(unread, pk=link.pk, revoked_at__isnull=True).update(last_opened_at=now):
        record(lifecycle.LINK_OPENED, case=link.case)
    return link
