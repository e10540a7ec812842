"""Who is there: marked as people come, before anything is recorded of the day."""

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, record
from placements import lifecycle, rules
from placements.models import WorkSession
from placements.operations.hours import unchanged_since
from placements.operations.locking import lock_case


@transaction.atomic
def mark_arrived(work_session, *, by, version: int, at=None) -> WorkSession:
    """The person has arrived, now or `at` a time earlier that day. Who was marked before stays marked as they were.
    Refused on another day, for a session that was changed or recorded since it was read (`version`), and in a closed
    case. The version stays: whoever has the session open to record it may go on."""
    current, now = _planned(work_session, version), timezone.now()
    if current.arrived_at:
        return current
    current.arrived_at = rules.arrival(current.starts_at, at or now, now)
    current.save(update_fields=["arrived_at"])
    record(
        lifecycle.ARRIVED, by=by, case=current.case, **_event(current), at=f"{rules.local(current.arrived_at):%H:%M}"
    )
    return current


@transaction.atomic
def take_back_arrival(work_session, *, by, version: int) -> WorkSession:
    """The person is not marked as arrived: it was a slip. Refused as mark_arrived() refuses."""
    current = _planned(work_session, version)
    if current.arrived_at is None:
        return current
    current.arrived_at = None
    current.save(update_fields=["arrived_at"])
    record(lifecycle.ARRIVAL_TAKEN_BACK, by=by, case=current.case, **_event(current))
    return current


def _planned(work_session, version) -> WorkSession:
    lock_case(work_session.case, so="nobody can be marked as arrived")
    current = unchanged_since(work_session, version)
    if current.outcome_id:
        raise IllegalMove(f"This session is recorded already: {current.outcome}.")
    return current


def _event(session) -> dict:
    return {"when": rules.date_in_words(rules.local(session.starts_at).date()), "session": str(session.pk)}
