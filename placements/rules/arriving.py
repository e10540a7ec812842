"""When somebody may be marked as arrived."""

from datetime import datetime

from audit.trail import Refusal
from placements.rules.words import date_in_words, day_in_words, local


def arrival(starts_at: datetime, at: datetime, now: datetime) -> datetime:
    """The moment of arrival, on the day of the session. The clock of a phone may be ahead of ours: nobody arrives later
    than now. Refused: another day."""
    at = min(at, now)
    day = local(starts_at).date()
    if local(at).date() != day:
        raise Refusal(
            f"The session is on {day_in_words(day)}, so nobody can be marked as arrived on "
            f"{date_in_words(local(at).date())}."
        )
    return at
