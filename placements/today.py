"""Today's work: the rows that its page shows and a phone keeps, and what of them a phone keeps."""

import base64
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from placements import rules
from placements.lifecycle import Grade
from placements.models import WorkSession
from placements.querysets import day_bounds, mine
from referrals.models import AttendanceOutcome

MOST = 60


def sessions_for(user, now: datetime, *, everybody: bool):
    """Today's sessions, and then those of earlier days without an outcome: of one's own cases, or of everybody's;
    restricted cases that this person may not open are marked as `hidden`. However many wait, today's are there."""
    rows = WorkSession.objects.listed_to(user, "placements.log").with_hidden(user).with_details()
    if not everybody:
        rows = rows.filter(mine(user, "case__"))
    today = rules.local(now).date()
    start, end = day_bounds(today, today)
    waiting = Q(pk__in=WorkSession.objects.waiting_for_outcome(now).values("pk"))
    todays = Q(starts_at__gte=start, starts_at__lt=end)
    return rows.filter(todays | waiting).annotate(is_today=todays).order_by("-is_today", "starts_at", "pk")[:MOST]


def kept_until(now: datetime) -> datetime:
    """The end of the next day: older lists are no use to anybody, and a phone drops them by itself."""
    return day_bounds(rules.local(now).date(), rules.local(now).date() + timedelta(days=1))[1]


def on_the_phone(session, now: datetime) -> dict:
    """All that a phone keeps of a session: no family name, no reference, no outcome. Of a restricted case no name at
    all: it is recorded on its page, where the reason is asked."""
    person, restricted = session.case.participant, session.case.restricted
    start, end = rules.local(session.starts_at), rules.local(session.ends_at)
    arrived = session.arrived_at and f"{rules.local(session.arrived_at):%H:%M}"
    return {
        "id": session.pk,
        "version": session.version,
        "name": "Restricted" if restricted else short_name(person),
        "restricted": restricted,
        "may_open": not session.hidden,
        "on": start.date(),
        "day": rules.day_in_words(start.date()),
        "starts": f"{start:%H:%M}",
        "ends": f"{end:%H:%M}",
        "site": session.placement.site.name,
        "arrived": "" if session.hidden else arrived or "",
        "recorded": session.outcome_id is not None,
    }


def short_name(person) -> str:
    """ "Jordan A.": enough to know somebody by who stands before one."""
    first = person.given_names.split()[0] if person.given_names.split() else ""
    return f"{first} {person.family_name[:1]}.".strip()


def outcomes() -> list[dict]:
    rows = AttendanceOutcome.objects.valid_on(timezone.localdate())
    return [
        {"code": row.pk, "label": row.label, "hint": row.hint, "attended": row.attended, "enforceable": row.enforceable}
        for row in rows
    ]


def grades() -> list[dict]:
    return [{"code": code, "label": label} for code, label in Grade.choices]


def key_for(user) -> str:
    """The key with which this person's phone locks what is not sent yet. It is made anew each time from our secret, so
    that a phone can forget it at sign-out and whoever signs in again can read what they wrote, and nobody else can."""
    return base64.b64encode(salted_hmac("placements.today", str(user.pk), algorithm="sha256").digest()).decode()
