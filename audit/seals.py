"""How far the trail is sealed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from audit.models import Change, Event, Seal


@dataclass(frozen=True)
class SealState:
    """The head of the chain (hexadecimal, "" when nothing is sealed yet), when it was sealed, how many entries are not
    under a seal yet, and when the oldest of those was written."""

    head: str
    sealed_at: datetime | None
    number: int
    unsealed: int
    oldest_unsealed_at: datetime | None


def state() -> SealState:
    last = Seal.objects.order_by("-id").only("id", "at", "to_txid", "digest").first()
    waiting = Q(txid__gte=last.to_txid) if last else Q()
    oldest = [
        feed.objects.filter(waiting).order_by("txid", "id").values_list("at", flat=True).first()
        for feed in (Event, Change)
    ]
    return SealState(
        head=bytes(last.digest).hex() if last else "",
        sealed_at=last.at if last else None,
        number=last.pk if last else 0,
        unsealed=sum(feed.objects.filter(waiting).count() for feed in (Event, Change)),
        oldest_unsealed_at=min(filter(None, oldest), default=None),
    )
