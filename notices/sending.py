"""Handing notices to the mail server, each at most once.

A notice is claimed, and the claim committed, before the server hears of it. What the server refused is released and
tried again later. Where nobody can know whether the server took it (a worker killed, a connection that broke) the claim
stays: it is not sent again until an administrator says so. docs/decisions/0027-claim-before-sending.md.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from smtplib import SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Case, DateTimeField, F, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notices
from audit.database import CASES
from audit.models import Event
from notices.models import Notice

logger = logging.getLogger(__name__)

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]  # after the first, second, … failure
LONG_PAUSE = timedelta(hours=6)  # after each one that follows
MOST_ATTEMPTS = 20
MOST_TOGETHER = 200  # notices in one digest; the rest comes in another
LONGEST = 240.0  # seconds that one task goes on; well within Celery's limit, so that it is not killed over a message

# What says for certain that the server did not take the email.
REFUSALS = (SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError, ValueError)
BROKE = "The connection broke while the email was being handed over."
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
    taken, until = 0, time.monotonic() + LONGEST
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
                taken += 1
            else:  # whatever state the server is in: the next email starts afresh
                connection.close()
                connection = None
    finally:
        if connection is not None:
            connection.close()
    return taken


def _connected(now):
    """An open connection to the mail server. None when there is none, and then what is due is put off."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        logger.warning("the mail server cannot be reached: %s", type(error).__name__)
        _put_off(Notice.objects.due(now), f"The mail server cannot be reached: {_said(error)}", now)
        return None
    return connection


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
    """Hand the email over; whether the server took it. What it refused is released for the next try, or has failed.
    Where nobody knows, the notices stay claimed."""
    assert claimed.message is not None
    mine = Notice.objects.filter(pk__in=claimed.ids, claimed_at=claimed.at, sent_at__isnull=True)
    claimed.message.connection = connection
    try:
        claimed.message.send()
    except REFUSALS as error:
        code = _code(error)
        logger.warning("notices %s: refused (%s %s)", claimed.ids, type(error).__name__, code)
        _put_off(mine, _said(error), timezone.now(), for_good=code >= 500)
        return False
    except OSError as error:  # smtplib's other errors are OSErrors
        logger.warning("notices %s: interrupted (%s)", claimed.ids, type(error).__name__)
        mine.update(error=BROKE, attempts=F("attempts") + 1)
        return False
    mine.update(sent_at=timezone.now(), attempts=F("attempts") + 1, next_try_at=None)
    return True


def _put_off(notices, said: str, now, *, for_good=False) -> None:
    """These notices wait for their next try, each by how often it was tried; after the last one they have failed."""
    tried = F("attempts")
    pauses = [When(attempts=done, then=_moment(now + pause)) for done, pause in enumerate(PAUSES)]
    last = [When(attempts__gte=0 if for_good else MOST_ATTEMPTS - 1, then=_moment(now))]
    notices.update(
        claimed_at=None,
        attempts=tried + 1,
        error=said,
        next_try_at=Case(*pauses, default=_moment(now + LONG_PAUSE)),
        failed_at=Case(*last, default=None, output_field=DateTimeField()),
    )


def _moment(moment):
    return Value(moment, DateTimeField())


def _code(error) -> int:
    """What kind of refusal: from 500 on, trying again is of no use."""
    if isinstance(error, SMTPRecipientsRefused):
        return next(code for code, _ in error.recipients.values())
    return getattr(error, "smtp_code", 599)  # not even the address could be written


def _said(error) -> str:
    """The server's own words, for an administrator: they may name the address, so they never go to a log."""
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        code, words = "", getattr(error, "strerror", None) or str(error)
    words = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {words}".strip().replace("\x00", "")[:450]
