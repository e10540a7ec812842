"""What comes next in a case, for the coordinator who has it."""

from dataclasses import dataclass
from datetime import datetime

from placements.rules.words import clock, day_in_words, local
from referrals.lifecycle import CLOSED, Status


@dataclass(frozen=True)
class Standing:
    """Where a case has got to. `minutes_left`: of the order, where the hours have begun."""

    status: str
    reached: frozenset[str]
    workshop_needed: bool
    minutes_required: int
    minutes_left: int | None = None
    placed: bool = False
    early: bool = False  # a manager agreed to community work before the workshop
    overdue_since: datetime | None = None  # the end of the first session without an outcome
    next_at: datetime | None = None
    reported: bool = False  # to the officer, on how it ended
    may_work: bool = True  # the consents without which nothing is planned are in force


def next_step(case: Standing) -> str:
    """The one thing to do next, the most pressing first."""
    if case.status in CLOSED:
        return f"Nothing: {Status(case.status).label.lower()}"
    if case.overdue_since:
        return f"Record what came of {day_in_words(local(case.overdue_since).date())}"
    if case.status == Status.SUSPENDED:
        return "Wait until it is resumed"
    if "first_contact" not in case.reached:
        return "Make the first contact"
    if "assessed" not in case.reached:
        return "Do the assessment"
    waits = case.workshop_needed and "workshop_attended" not in case.reached
    if case.minutes_left == 0 or not case.minutes_required:
        if waits:
            return "Wait for the workshop"
        return "Wait for the triage team to close it" if case.reported else "Report to the officer"
    if case.next_at:
        return f"Work on {day_in_words(local(case.next_at).date())}, {clock(case.next_at)}"
    if not case.placed and waits and not case.early:
        return "Wait for the workshop"
    if not case.may_work:
        return "Ask for the consent that is missing"
    return "Plan the next session" if case.placed else "Find a site"


def days_overdue(since: datetime | None, now: datetime) -> int:
    """How many days an outcome has been missing; 0 on the day itself."""
    return (local(now).date() - local(since).date()).days if since else 0
