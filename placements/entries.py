"""The ledger of a case as people read it: lines that were written together are one entry, with what it left to do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from placements.models import HoursLine
from placements.rules import date_in_words, in_words

Account, Kind = HoursLine.Account, HoursLine.Kind
NOT_CREDITED = {Account.BREAK: "break", Account.PENALTY: "penalty", Account.BEYOND: "beyond what can be credited"}


@dataclass
class Entry:
    """What was entered at one time about one thing. Minutes; `left`: of the order, after this entry."""

    number: int
    what: str
    on: date
    at: datetime
    by: str
    reason: str
    decided_by: str
    left: int
    minutes: dict[str, int]  # account → minutes
    takes_back: int | None = None  # the number of the entry whose lines this one reverses
    taken_back_by: list[int] = field(default_factory=list)

    @property
    def order(self) -> int:
        return self.minutes.get(Account.ORDER, 0)

    @property
    def credited(self) -> int:
        return self.minutes.get(Account.WORK, 0) + self.minutes.get(Account.COURSE, 0)

    @property
    def not_credited(self) -> list[str]:
        """In words: “15 minutes break”."""
        return [f"{in_words(self.minutes[name])} {said}" for name, said in NOT_CREDITED.items() if name in self.minutes]


def lines_of(case):
    """Every line of the case with what an entry says of it, the first first."""
    return case.hours_lines.select_related(
        "site", "work_session", "course_session__enrolment__course", "adjustment_reason", "by"
    ).order_by("at", "id")


def entries(lines: Iterable[HoursLine]) -> list[Entry]:
    """The entries, the first first."""
    found: list[Entry] = []
    number_of: dict[int, int] = {}
    left = 0
    for _, group in groupby(lines, key=lambda line: (line.kind, line.at, line.work_session_id, line.course_session_id)):
        together = list(group)
        alone = together[0].kind in (Kind.ORDER, Kind.ADJUSTMENT)
        rows = [[line] for line in together] if alone else [together]
        for row in rows:
            first = row[0]
            minutes: dict[str, int] = {}
            for line in row:
                minutes[line.account] = minutes.get(line.account, 0) + line.minutes
            entry = Entry(
                number=len(found) + 1,
                what=_what(first, not found),
                on=first.on,
                at=first.at,
                by=str(first.by),
                reason=first.reason,
                decided_by=first.decided_by,
                left=0,
                minutes=minutes,
            )
            left += entry.order - entry.credited
            entry.left = left
            number_of |= {line.pk: entry.number for line in row}
            if first.reverses_id:
                entry.takes_back = number_of[first.reverses_id]
                found[entry.takes_back - 1].taken_back_by.append(entry.number)
            found.append(entry)
    return found


def _what(line, is_first: bool) -> str:
    if line.kind == Kind.ORDER:
        return "Hours set" if is_first else "Hours changed"
    if line.kind == Kind.ADJUSTMENT:
        return f"Hours adjusted: {line.adjustment_reason}"
    if line.course_session_id:
        about = f"course on {date_in_words(line.on)}, {line.course_session.enrolment.course}"
    else:
        about = f"work on {date_in_words(line.on)}, {line.site}"
    return f"Taken back: {about}" if line.kind == Kind.REVERSAL else about[0].upper() + about[1:]
