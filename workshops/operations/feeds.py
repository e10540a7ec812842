"""The private address at which a calendar reads somebody’s workshops."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.trail import record
from referrals.tokens import digest_of, new_token
from workshops import lifecycle
from workshops.models import CalendarFeed

NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def make_feed(*, by) -> str:
    """The secret of a new address for this person, which nobody can be told again; an address they had is dead."""
    token = new_token()
    made = {"digest": digest_of(token), "made_at": timezone.now(), "last_read_at": None}
    CalendarFeed.objects.update_or_create(user=by, defaults=made)
    record(lifecycle.FEED_MADE, by=by)
    return token


@transaction.atomic
def revoke_feed(*, by) -> None:
    """This person has no address any more."""
    deleted, _ = CalendarFeed.objects.filter(user=by).delete()
    if deleted:
        record(lifecycle.FEED_REVOKED, by=by)


@transaction.atomic
def open_feed(token: str) -> CalendarFeed | None:
    """The address with this secret, if its owner may still read workshops; that it was read is noted once an hour. The
    address of somebody who may not (deactivated, or without the role) is dead from then on."""
    feed = CalendarFeed.objects.select_related("user__organisation").filter(digest=digest_of(token)).first()
    if feed is None:
        return None
    if not feed.user.may("workshops.read"):
        CalendarFeed.objects.filter(pk=feed.pk).delete()
        record(lifecycle.FEED_REVOKED, owner=feed.user_id)
        return None
    now = timezone.now()
    unread = Q(last_read_at__isnull=True) | Q(last_read_at__lte=now - NOTED_EVERY)
    if CalendarFeed.objects.filter(unread, pk=feed.pk, digest=feed.digest).update(last_read_at=now):
        record(lifecycle.FEED_READ, by=feed.user)
    return feed
