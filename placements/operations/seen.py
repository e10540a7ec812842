"""What somebody had before them when they changed a row, so that nobody writes over a colleague without knowing."""

import hashlib
import json

from django.db.models import QuerySet
from django.utils import timezone

from audit.models import Event
from audit.trail import IllegalMove


def digest(said: dict) -> str:
    """A short sign of what a row says: another when anything in it is."""
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()[:16]


def refuse_unless_seen(seen: str | None, said: dict, what: str, changes: QuerySet[Event]) -> None:
    """Refused where the row no longer says what it said when the person at hand opened it (`seen`: its digest then;
    None where nothing was opened). `changes`: the events of its kind, whose last says who was there."""
    if seen is None or seen == digest(said):
        return
    last = changes.order_by("-id").first()
    who = f"{last.actor_name} changed" if last else "Somebody changed"
    when = f" on {timezone.localtime(last.at):%-d %B %Y at %H:%M}" if last else ""
    raise IllegalMove(f"{who} {what}{when}, after you opened it. Nothing that you entered is saved yet.")
