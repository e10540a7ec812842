"""What follows when somebody misses what they agreed to, as pure functions: docs/scheme.md, “Compliance”. Nothing here
touches the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from textwrap import shorten

from referrals.time_limits import add_months

LONGEST_EVIDENCE, LONGEST_STATEMENT = 2000, 4000  # characters that the columns hold
MONTHS = 12  # within which the second proposes that the case goes back to the officer
# With these the officer decides on prosecution.
CONDITIONAL = ("conditional_caution", "youth_conditional_caution")
PROSECUTION = (
    "This is a conditional caution: when its conditions are not complied with, it goes back to the officer, who "
    "decides on prosecution for the original offence."
)


@dataclass(frozen=True)
class Upheld:
    """Something that was not acceptable: the day on which it happened, and when that was decided."""

    happened_on: date
    decided_at: datetime


def evidence_by(raised_on: date, days: int) -> date:
    """The last day on which the participant may say why, or show something."""
    return raised_on + timedelta(days=days)


def may_be_decided(*, evidence_came: bool, evidence_by: date, today: date) -> bool:
    """Whether there is nothing more to wait for."""
    return evidence_came or today > evidence_by


def within_months(one: date, other: date) -> bool:
    """Whether fewer than 12 months lie between two days."""
    first, second = sorted((one, other))
    return second < add_months(first, MONTHS)


def return_is_proposed(upheld: Sequence[Upheld], settled_at: datetime | None) -> bool:
    """Whether two that were not acceptable happened within 12 months, at least one of which was decided after the case
    was last kept open (None: it never was)."""
    return any(
        within_months(one.happened_on, other.happened_on)
        and (settled_at is None or max(one.decided_at, other.decided_at) > settled_at)
        for position, one in enumerate(upheld)
        for other in upheld[position + 1 :]
    )


def clock_in_words(*, evidence_came: bool, evidence_by: date, today: date) -> str:
    """Until when evidence may come, while nobody has decided."""
    day = f"{evidence_by:%A} {evidence_by.day} {evidence_by:%B}"
    if evidence_came:
        return "Evidence is in: to decide"
    return (
        f"The time for evidence was up at the end of {day}" if today > evidence_by else f"Evidence by the end of {day}"
    )


def day_in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def statement(
    *,
    reference: str,
    events: Sequence[tuple[date, str, str, str, str]],
    done: Sequence[str],
    conditional: bool,
    longest: int,
) -> str:
    """What the officer is told, to be edited. `events`: the day, what it was, what the participant said, what was
    decided and why, earliest first; `done`: sentences on what the participant did. What they said is shortened where
    the whole would be longer than `longest`."""
    text = ""
    for kept in (longest, 400, 150, 50):
        paragraphs = [f"{reference} goes back to the officer because the participant did not do what they agreed to."]
        for day, what, said, decided, why in events:
            heard = f"They said: {shorten(said, kept, placeholder=' …')}" if said else "They gave no reason."
            answer = f"Decision: {decided}. {shorten(why, kept, placeholder=' …')}".strip()
            paragraphs.append(f"{day_in_words(day)}: {what}.\n{heard}\n{answer}")
        if done:
            paragraphs.append("\n".join(done))
        if conditional:
            paragraphs.append(PROSECUTION)
        text = "\n\n".join(paragraphs)
        if len(text) <= longest:
            return text
    return text[:longest]
