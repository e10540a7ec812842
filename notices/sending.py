"""Handing notices to the mail server, each at most once.

A notice is claimed, and the claim committed, before the server hears of it. What the server refused is released and
tried again later. Where nobody can know whether the server took it (a worker killed, a connection that broke) the claim
stays: it is not sent again until an administrator says so. docs/decisions/0027-claim-before-sending.md.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notices
from audit.database import CASES
from audit.models import Event
from notices.models import Notice
from notices.transports import Unreachable, connected, hand_over
from notices.trying import LONGEST, put_off, taken

logger = logging.getLogger(__name__)

MOST_TOGETHER = 200  # notices in one digest; the rest comes in another

INACTIVE = "The account is inactive."
CLOSED_TO_THEM = "They may no longer open the case."


@dataclass(frozen=True)
class Claimed:
    """Notices that one worker has in its hands, and the email that tells them; None when nobody is to be told."""

    ids: list[int]
    at: datetime
    message: EmailMessage | None


def send_due() -> int:
    """Everything that is due is handed to the mail server, once; returns how many emails it took. While the server
    cannot be reached nothing is claimed, and all that is due waits for its next try."""
    connection: Any = None
    number, until = 0, time.monotonic() + LONGEST
    try:
        while time.monotonic() < until:
            now = timezone.now()
            if connection is None and Notice.objects.due(now).exists():
                connection = _connected(now)
            claimed = claim(now) if connection else None
            if claimed is None:
                break
            if claimed.message is None:
                continue
            if deliver(claimed, connection):
                number += 1
            else:  # whatever state the server is in: the next email starts afresh
                connection.close()
                connection = None
    finally:
        if connection is not None:
            connection.close()
    return number


def _connected(now):
    """An open connection to the mail server. None when there is none, and then what is due is put off."""
    try:
        return connected()
    except Unreachable as error:
        logger.warning("the mail server cannot be reached: %s", error.kind)
        put_off(Notice.objects.due(now), error.said, now)
        return None


@transaction.atomic
def claim(now: datetime) -> Claimed | None:
    """What is due to one person is this worker's: one notice, or all of theirs where they get a digest. None when
    nothing is left, or others are at it. Nobody is told who left, or who may not open the case any more.

    The lock that counts is that of the person: whoever holds it reads afresh what is still due to them, so that no
    notice is claimed twice and nobody gets two halves of a digest."""
    due = Notice.objects.due(now).order_by("due_at", "id")
    of_somebody = due.select_related("user").select_for_update(of=("user",), skip_locked=True, no_key=True).first()
    if of_somebody is None:
        return None
    user = of_somebody.user
    most = MOST_TOGETHER if user.notices in (Notices.DAILY, Notices.WEEKLY) else 1
    found = list(due.filter(user=user).select_for_update()[:most])
    told = _that_may_be_told(user, found) if user.is_active else []
    if dropped := [notice.pk for notice in found if notice not in told]:
        because = CLOSED_TO_THEM if user.is_active else INACTIVE
        Notice.objects.filter(pk__in=dropped).update(dropped_at=now, dropped_because=because)
    ids = [notice.pk for notice in told]
    Notice.objects.filter(pk__in=ids).update(claimed_at=now, error="")
    return Claimed(ids, now, email_of(user, told) if told else None)


def _that_may_be_told(user, notices) -> list[Notice]:
    """Those of cases that this person may open now, and those that belong to no case."""
    cases = dict(Event.objects.filter(pk__in=[notice.event for notice in notices]).values_list("pk", "case"))
    wanted = {case for case in cases.values() if case}
    opened = apps.get_model(CASES).objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True)
    allowed = {None, *opened}
    return [notice for notice in notices if cases.get(notice.event) in allowed]


def email_of(user, notices) -> EmailMessage:
    """The email: what happened, in the sentences of the notices, and where to read more; nothing about anybody."""
    notices = sorted(notices, key=lambda notice: (notice.path, notice.made_at, notice.pk))
    parts = [(settings.SITE_URL + path, list(told)) for path, told in groupby(notices, lambda notice: notice.path)]
    one = notices[0] if len(notices) == 1 else None
    context = {"one": one, "parts": parts, "choose": settings.SITE_URL + reverse("notices:choose")}
    names = ",".join(str(notice.pk) for notice in notices)
    name = hashlib.sha256(names.encode()).hexdigest()[:20]  # the same notices make the same Message-ID
    return EmailMessage(
        one.sentence.rstrip(".") if one else f"{len(notices)} things happened in your cases",
        render_to_string("notices/email/notice.txt", context),
        to=[user.email],
        headers={
            "Message-ID": f"<notice-{name}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )


def deliver(claimed: Claimed, connection) -> bool:
    """Hand the email over; whether the server took it."""
    assert claimed.message is not None
    mine = Notice.objects.filter(pk__in=claimed.ids, claimed_at=claimed.at, sent_at__isnull=True)
    if taken(mine, partial(hand_over, claimed.message, connection), f"notices {claimed.ids}") is None:
        return False
    mine.update(sent_at=timezone.now(), attempts=F("attempts") + 1, next_try_at=None)
    return True
