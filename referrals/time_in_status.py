"""How long a case stood in each status, as its steps in the trail tell it, which is kept for ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from audit.models import Event
from referrals.lifecycle import CLOSED, DRAFTED, TRANSITIONS, Status
from referrals.time_limits import working_time

# Kind of event → the status that the case has from then on.
ENTERED = {DRAFTED.name: Status.DRAFT, **{step.kind.name: Status(step.target) for step in TRANSITIONS}}


@dataclass(frozen=True)
class Stint:
    """A case stood in a status from one moment to another (None: it still does). `working`: how much of that fell on
    working days, where the clock of the decision counts them. A closed case waits for nothing: no time is counted."""

    status: Status
    start: datetime
    end: datetime | None
    elapsed: timedelta | None
    working: timedelta | None

    @property
    def words(self) -> str:
        return in_words(self.elapsed) if self.elapsed is not None else ""

    @property
    def working_words(self) -> str:
        return in_words(self.working) if self.working is not None else ""


def stints(steps: Iterable[tuple[str, datetime]], now: datetime) -> list[Stint]:
    """From the steps of a case (kind of event, moment), oldest first, the stints they make. Steps that leave the status
    as it is, and events that are no steps, make none."""
    entered: list[tuple[Status, datetime]] = []
    for kind, at in steps:
        status = ENTERED.get(kind)
        if status and (not entered or entered[-1][0] != status):
            entered.append((status, at))
    ends = [at for _, at in entered[1:]] + [None]
    return [_stint(status, start, end, now) for (status, start), end in zip(entered, ends, strict=False)]


def _stint(status, start, end, now):
    until = end or now
    elapsed = None if end is None and status in CLOSED else until - start
    working = working_time(start, until) if status == Status.SUBMITTED else None
    return Stint(status, start, end, elapsed, working)


def in_words(elapsed: timedelta) -> str:
    """A length of time in its two largest parts: "3 days 4 hours", "2 hours", "less than a minute"."""
    minutes = int(elapsed.total_seconds()) // 60
    parts = [(minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute")]
    first = next((place for place, (amount, _) in enumerate(parts) if amount), None)
    if first is None:
        return "less than a minute"
    said = [(amount, unit) for amount, unit in parts[first : first + 2] if amount]
    return " ".join(f"{amount:,} {unit}{'' if amount == 1 else 's'}" for amount, unit in said)


def steps_taken() -> ArraySubquery:
    """For annotating cases: the steps of each, oldest first, for of_case()."""
    steps = Event.objects.filter(case=OuterRef("pk"), kind__in=ENTERED).order_by("at", "id")
    return ArraySubquery(steps.values(json=JSONObject(kind="kind", at="at")))


def of_case(case, now: datetime) -> list[Stint]:
    """The stints of a case that was fetched with steps_taken() as `steps`."""
    return stints([(step["kind"], datetime.fromisoformat(step["at"])) for step in case.steps], now)
