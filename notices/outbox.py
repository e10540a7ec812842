"""The one way in: an operation says, in its own transaction, whom an event of the trail is told to."""

import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from accounts.models import Notices, User
from notices.models import Notice

logger = logging.getLogger(__name__)

DIGEST_AT = time(7)  # local time; a weekly digest on Mondays


def tell(people: Iterable[User | None], event: int, sentence: str, path: str, *, by=None) -> None:
    """Each of these people (but `by`, who did it, and nobody twice) is told of the event, when they chose to be.

    `sentence`: with the case's reference and no word about a person. The rows are part of the transaction at hand; what
    is due at once is sent as soon as it commits. The same event again tells nobody twice.
    """
    now = timezone.now()
    told = {person.pk: person for person in people if person and person.is_active and person != by}
    rows = [
        Notice(
            user=person, event=event, sentence=sentence, path=path, made_at=now, due_at=when_due(person.notices, now)
        )
        for person in told.values()
        if person.notices != Notices.OFF
    ]
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        if any(row.due_at <= now for row in rows):
            send_soon()


def send_soon() -> None:
    """What is due is sent as soon as the transaction commits: one task, however many are told."""
    from notices.tasks import send_due

    queue_soon(send_due)


def queue_soon(task) -> None:
    """The task of Celery is queued, once, when the transaction commits. Without a queue, what is due waits for beat."""
    waiting = (function for _, function, *_ in transaction.get_connection().run_on_commit)
    if not any(getattr(function, "queues", None) is task for function in waiting):
        hand_over = partial(_queue, task)
        hand_over.queues = task  # type: ignore[attr-defined]
        transaction.on_commit(hand_over)


def _queue(task):
    try:
        task.delay()
    except BrokerError as error:
        logger.warning("what is due waits for beat: the queue cannot be reached: %s", error)


def when_due(choice: str, now: datetime) -> datetime:
    """When somebody who chose this is told of what happens now: 7 in the morning is local, and after a digest's hour
    comes the next one."""
    if choice not in (Notices.DAILY, Notices.WEEKLY):
        return now
    day = timezone.localdate(now)
    if timezone.localtime(now).time() >= DIGEST_AT:
        day += timedelta(days=1)
    if choice == Notices.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    return timezone.make_aware(datetime.combine(day, DIGEST_AT))
