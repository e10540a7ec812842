"""What happened last in the cases of a list, and whether it changed since this person last looked: from the trail."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from audit.models import Event
from audit.trail import sentence, timeline_kinds
from referrals import lifecycle
from referrals.models import Referral

LATEST = 2


@dataclass(frozen=True)
class Recent:
    """The latest actions in a case, newest first ({title, at, by}), and whether somebody else did something in it since
    this person last opened it. Never opened by them: nothing has changed for them."""

    latest: list[dict] = field(default_factory=list)
    changed: bool = False


def recent(cases, user) -> dict:
    """Key → Recent of each case, in one query for all of them. A person learns of the kinds of events that the case's
    own timeline would show them, and nothing of a case that they may not open."""
    by_kinds: dict[tuple[str, ...], list] = defaultdict(list)
    for case in cases:
        if not case.hidden:
            by_kinds[tuple(timeline_kinds(case))].append(case.pk)
    if not by_kinds:
        return {}
    told = Q()
    for kinds, keys in by_kinds.items():
        told |= Q(case__in=keys, kind__in=kinds)
    events = Event.objects.filter(told, case=OuterRef("pk")).order_by("-at", "-id")
    looked = Event.objects.filter(case=OuterRef("pk"), actor=user.pk, kind=lifecycle.READ.name).order_by("-at")
    rows = (
        Referral.objects.filter(pk__in=[pk for keys in by_kinds.values() for pk in keys])
        .annotate(looked_at=Subquery(looked.values("at")[:1]))
        .annotate(
            changed=Exists(events.filter(at__gt=OuterRef("looked_at")).exclude(actor=user.pk)),
            latest=ArraySubquery(
                events.values(json=JSONObject(kind="kind", data="data", at="at", by="actor_name"))[:LATEST]
            ),
        )
    )
    return {
        pk: Recent([_told(event) for event in latest], changed)
        for pk, latest, changed in rows.values_list("pk", "latest", "changed")
    }


def _told(event: dict) -> dict:
    happened = Event(kind=event["kind"], data=event["data"])
    return {"title": sentence(happened), "at": datetime.fromisoformat(event["at"]), "by": event["by"]}
