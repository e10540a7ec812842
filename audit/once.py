"""What makes a request that is sent twice make one thing: the second is answered with what the first one made."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import SentOnce
from audit.trail import Refusal

KEPT = timedelta(days=7)


@transaction.atomic
def once(*, by, key: str, path: str, sent: object, make: Callable) -> tuple[str, bool]:
    """Call make() unless this person's key was used before; returns the primary key of what was made, as text, and
    whether it was made now.

    `sent` is what the request said (anything JSON can hold). The key with another request is refused (422), so that a
    slip of the sender is not taken for a repetition. Of two at once the second waits for the first. Where make()
    refuses, the key is free again. An empty key asks for nothing: make() is called.
    """
    if not key:
        return str(make().pk), True
    digest = hashlib.sha256(json.dumps([path, sent], default=str, sort_keys=True).encode()).hexdigest()
    row = SentOnce(owner=by, key=key, path=path, digest=digest, made="", at=timezone.now())
    SentOnce.objects.bulk_create([row], ignore_conflicts=True)
    known = SentOnce.objects.select_for_update().get(owner=by, key=key)
    if known.made == "" and known.digest == digest:
        known.made = str(make().pk)
        known.save(update_fields=["made"])
        return known.made, True
    if known.digest != digest:
        raise Refusal("This key was already used for another request: send each request with a key of its own.")
    return known.made, False


def forget_old_keys(now: datetime) -> int:
    """Keys older than a week are deleted; returns how many."""
    deleted, _ = SentOnce.objects.filter(at__lt=now - KEPT).delete()
    return deleted


def made_with(*, by, key: str) -> str:
    """The primary key of what was made with this person's key; nothing if it was not used."""
    return SentOnce.objects.filter(owner=by, key=key).values_list("made", flat=True).first() or ""
