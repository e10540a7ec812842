"""Handing over what is claimed, how often before it has failed, and how long it waits in between: notices to staff,
messages to the people of a case and answers to who suggested work alike. The rows have attempts, next_try_at,
claimed_at, failed_at and error."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db.models import Case, DateTimeField, F, Value, When
from django.utils import timezone

from notices.transports import Interrupted, Refused, Unreachable

logger = logging.getLogger(__name__)

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]  # after the first, second, … failure
LONG_PAUSE = timedelta(hours=6)  # after each one that follows
MOST_ATTEMPTS = 20
LONGEST = 240.0  # seconds that one task goes on; well within Celery's limit, so that it is not killed over a message


def taken(claimed, send: Callable[[], str], name: str) -> str | None:
    """What send() returned, which hands the claimed rows over; None where they were not taken. What was refused is
    released for the next try, or has failed; where nobody knows, it stays claimed. Unreachable and TooMany are the
    caller's to know, with these rows released."""
    try:
        return send()
    except Refused as refused:
        logger.warning("%s: refused (%s)", name, refused.kind)
        put_off(claimed, refused.said, timezone.now(), for_good=refused.for_good)
    except Interrupted as error:
        logger.warning("%s: interrupted (%s)", name, error.kind)
        claimed.update(error=error.said, attempts=F("attempts") + 1)
    except Unreachable as error:
        put_off(claimed, error.said, timezone.now())
        raise
    return None


def put_off(rows, said: str, now, *, for_good=False) -> None:
    """These wait for their next try, each by how often it was tried; after the last one they have failed."""
    tried = F("attempts")
    pauses = [When(attempts=done, then=_moment(now + pause)) for done, pause in enumerate(PAUSES)]
    last = [When(attempts__gte=0 if for_good else MOST_ATTEMPTS - 1, then=_moment(now))]
    rows.update(
        claimed_at=None,
        attempts=tried + 1,
        error=said,
        next_try_at=Case(*pauses, default=_moment(now + LONG_PAUSE)),
        failed_at=Case(*last, default=None, output_field=DateTimeField()),
    )


def _moment(moment):
    return Value(moment, DateTimeField())
