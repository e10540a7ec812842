"""How often something is handed over before it has failed, and how long it waits in between: notices to staff and
messages to the people of a case alike. The rows have attempts, next_try_at, claimed_at, failed_at and error."""

from datetime import timedelta

from django.db.models import Case, DateTimeField, F, Value, When

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]  # after the first, second, … failure
LONG_PAUSE = timedelta(hours=6)  # after each one that follows
MOST_ATTEMPTS = 20
LONGEST = 240.0  # seconds that one task goes on; well within Celery's limit, so that it is not killed over a message


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
