"""Handing messages to the people of a case to a transport, each at most once, as notices are to the mail server
(notices/sending.py): claimed and committed first; what is not true any more at that moment is not sent."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from audit.trail import record
from notices.transports import TooMany, Transport, Unreachable, may_text, transport
from notices.trying import LONGEST, put_off, taken
from referrals import contacting, facts, lifecycle
from referrals.models import Message
from referrals.operations.messages import as_letter, stop_link
from referrals.truth import no_longer_true

logger = logging.getLogger(__name__)

NOT_SAFE = "It may not be sent there any more: not marked as safe, changed, or they asked for no messages."


@dataclass(frozen=True)
class Claimed:
    """A message that one worker has in its hands, and where it goes; nowhere when it is not sent after all."""

    message: Message
    at: datetime
    to: str


def send_due() -> int:
    """Everything that is due is handed over, once; returns how many messages were taken. While nobody can be reached
    all that is due waits for its next try; when there are too many at once, the rest waits for the next run."""
    way = transport()
    number, until = 0, time.monotonic() + LONGEST
    try:
        while time.monotonic() < until:
            now = timezone.now()
            if not Message.objects.due(now).exists():
                break
            way.open()
            claimed = claim(now)
            if claimed is None:
                break
            if claimed.to:
                number += deliver(claimed, way)
    except TooMany as error:
        logger.warning("messages: %s, the rest waits", error.kind)
    except Unreachable as error:
        logger.warning("messages cannot be sent: %s", error.kind)
        put_off(Message.objects.due(timezone.now()), error.said, timezone.now())
    finally:
        way.close()
    return number


@transaction.atomic
def claim(now) -> Claimed | None:
    """The next message that is due is this worker's. One that is not true any more is dropped; one that may not go
    there any more becomes a letter, unless it is a reminder. None when nothing is left, or others are at it."""
    due = Message.objects.due(now).order_by("due_at", "id")
    message = due.select_related("case", "person").select_for_update(of=("self",), skip_locked=True).first()
    if message is None:
        return None
    stopped = facts.no_messages_since(message.person) is not None
    to = contacting.reach(message.person, message.channel, texts=may_text(), stopped=stopped)
    if because := no_longer_true(message, now):
        Message.objects.filter(pk=message.pk).update(not_sent_because=because)
    elif to:
        Message.objects.filter(pk=message.pk).update(claimed_at=now, error="")
        return Claimed(message, now, to)
    elif message.purpose == Message.Purpose.REMINDER:
        Message.objects.filter(pk=message.pk).update(not_sent_because=NOT_SAFE)
    else:
        as_letter(message, NOT_SAFE)
    return Claimed(message, now, "")


def deliver(claimed: Claimed, way: Transport) -> bool:
    """Hand it over; whether it was taken. Unreachable and TooMany are the caller's to know."""
    message = claimed.message
    mine = Message.objects.filter(pk=message.pk, claimed_at=claimed.at, sent_at__isnull=True)
    send = partial(
        way.send,
        channel=message.channel,
        to=claimed.to,
        subject=message.subject,
        text=with_the_way_out(message),
        reference=str(message.pk),
    )
    sent_as = taken(mine, send, f"message {message.pk}")
    if sent_as is None:
        return False
    with transaction.atomic():
        if mine.update(sent_at=timezone.now(), sent_as=sent_as[:100], attempts=F("attempts") + 1, next_try_at=None):
            what, by_way = message.get_purpose_display(), message.get_channel_display().lower()
            record(lifecycle.MESSAGE_SENT, case=message.case, ids=[message.pk], what=what, way=by_way)
    return True


def with_the_way_out(message) -> str:
    """What the message says, and how whoever gets it gets no more of them."""
    context = {"message": message, "stop": stop_link(message)}
    return render_to_string(f"referrals/messages/{message.channel}.txt", context).strip() + "\n"
