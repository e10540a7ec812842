"""Handing answers to those who suggested work to a transport, each at most once: claimed and committed before the
transport hears of it, as every message is (docs/decisions/0027-claim-before-sending.md)."""

import logging
import time
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from audit.trail import record
from notices.transports import TooMany, Transport, Unreachable, transport
from notices.trying import LONGEST, put_off, taken
from placements import lifecycle
from placements.models import Nomination

logger = logging.getLogger(__name__)

SUBJECT = "What became of your suggestion"


def send_due() -> int:
    """Every answer that is due is handed over, once; returns how many were taken. While nobody can be reached all that
    is due waits for its next try; when there are too many at once, the rest waits for the next run."""
    way = transport()
    number, until = 0, time.monotonic() + LONGEST
    try:
        while time.monotonic() < until:
            now = timezone.now()
            if not Nomination.objects.due(now).exists():
                break
            way.open()
            claimed = claim(now)
            if claimed is None:
                break
            number += deliver(claimed, now, way)
    except TooMany as error:
        logger.warning("answers: %s, the rest waits", error.kind)
    except Unreachable as error:
        logger.warning("answers cannot be sent: %s", error.kind)
        put_off(Nomination.objects.due(timezone.now()), error.said, timezone.now())
    finally:
        way.close()
    return number


@transaction.atomic
def claim(now: datetime) -> Nomination | None:
    """The next answer that is due is this worker's; None when nothing is left, or others are at it."""
    due = Nomination.objects.due(now).order_by("decided_at", "id")
    found = due.select_for_update(of=("self",), skip_locked=True).first()
    if found is not None:
        Nomination.objects.filter(pk=found.pk).update(claimed_at=now, error="")
    return found


def deliver(nomination: Nomination, claimed_at: datetime, way: Transport) -> bool:
    """Hand it over; whether it was taken. Unreachable and TooMany are the caller's to know."""
    mine = Nomination.objects.filter(pk=nomination.pk, claimed_at=claimed_at, answered_at__isnull=True)
    send = partial(
        way.send,
        channel="email",
        to=nomination.from_email,
        subject=SUBJECT,
        text=words(nomination),
        reference=str(nomination.pk),
    )
    if taken(mine, send, f"answer {nomination.pk}") is None:
        return False
    with transaction.atomic():
        if mine.update(answered_at=timezone.now(), attempts=F("attempts") + 1, next_try_at=None):
            record(lifecycle.ANSWERED, ids=[nomination.pk])
    return True


def words(nomination: Nomination) -> str:
    """The email: the answer, when and what was suggested, and for how long the address is kept."""
    context = {
        "nomination": nomination,
        "days": settings.SCHEME["NOMINATION_CONTACT_DAYS"],
        "sent_on": timezone.localtime(nomination.sent_at),
    }
    return render_to_string("placements/messages/answer.txt", context).strip() + "\n"


def draft(nomination: Nomination, outcome: str, reason: str = "") -> str:
    """What is proposed as the answer to an outcome, for a coordinator to change."""
    context = {"outcome": outcome, "reason": reason, "force": nomination.force}
    return render_to_string("placements/messages/outcome.txt", context).strip()
