"""What is wrong with the rows of a file: each is tried as a request to the API would be, and undone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches

from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from audit.trail import Refusal
from referrals import facts
from referrals.api.drafts import DraftSerializer
from referrals.importing.columns import BY_PATH, CODE, CODES, COLUMNS, DATE, NUMBER, TIME, YES_NO, column_of
from referrals.importing.reading import Problem, Row, Sheet
from referrals.operations.drafting import NOT_IN_THE_FUTURE, not_in_the_future
from referrals.rules import LONDON

YES, NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")
FEW = 8  # codes: named in the message


@dataclass
class Checked:
    """The rows of a file, what is wrong with them, and what keeps them from being submitted."""

    rows: list[Row]
    problems: list[Problem] = field(default_factory=list)
    findings: list[Problem] = field(default_factory=list)
    bodies: list[dict] = field(default_factory=list)  # each row as the API is sent it


class Reader:
    """Reads row after row of one file: the codes of each column (a word as it was typed → its code) and what the API
    makes of a row are prepared once."""

    def __init__(self):
        self.api = DraftSerializer(context={"codes_read": {}})
        self.offered = {name: column.offered() for name, column in COLUMNS.items() if column.codes}
        self.codes = {
            name: {word.casefold(): code for code, label in offered for word in (label, code)}
            for name, offered in self.offered.items()
        }

    def code(self, name, text) -> str:
        if code := self.codes[name].get(text.casefold()):
            return code
        near = get_close_matches(text.casefold(), self.codes[name], 1)
        if near:
            hint = f"Did you mean {self.codes[name][near[0]]}?"
        elif len(self.offered[name]) <= FEW:
            hint = f"Enter one of {', '.join(code for code, _ in self.offered[name])}."
        else:
            hint = f"{COLUMNS[name].enter} The page of the columns lists the codes."
        raise ValueError(f"“{text[:40]}” is not a code of this list. {hint}")


def check(sheet: Sheet, *, by) -> Checked:
    """Try every row and undo it: nothing is written. Problems stand in the order of the lines."""
    reader, checked = Reader(), Checked(sheet.rows, list(sheet.problems))
    for row in sheet.rows:
        body, faults = body_of(row, reader)
        faults += [
            Problem(row.line, *fault) for fault in _tried(row, body, faults, reader, by=by, found=checked.findings)
        ]
        checked.problems += faults
        checked.bodies.append(body)
    checked.problems.sort(key=lambda problem: problem.line)
    return checked


def body_of(row: Row, reader: Reader) -> tuple[dict, list[Problem]]:
    """The row as the API is sent it, and what in it cannot be read as what its column asks for."""
    body: dict = {}
    faults = []
    for name, text in row.texts.items():
        column = COLUMNS[name]
        try:
            value = READ.get(column.shape, _as_it_is)(text, name, reader)
        except ValueError as error:
            faults.append(Problem(row.line, name, str(error) or column.enter))
        else:
            _put(body, column.path, value)
    body.setdefault("participant", {})
    return body, faults


def _put(body, path, value):
    *way, last = path
    for key, following in zip(way, path[1:], strict=True):
        empty: list | dict = [{}] if following == 0 else {}
        body = body[0] if key == 0 else body.setdefault(key, empty)
    body[last] = value


def _tried(row, body, faults, reader, *, by, found) -> Iterator[tuple[str, str]]:
    """(column, what) of each thing wrong with the row; what keeps it from being submitted goes to `found`."""
    known = {fault.column for fault in faults} | row.unreadable
    try:
        given = reader.api.run_validation(body)
    except ValidationError as error:
        wrong = [(column, what) for column, what in faults_of(error.detail) if column not in known]
    else:
        wrong = list(_in_the_future(given))
    yield from wrong
    if wrong or known:
        return
    try:
        with transaction.atomic():
            referral = reader.api.create({**given, "by": by})
            for finding in facts.blocking(referral, timezone.now()):
                found.append(Problem(row.line, column_of(finding.field), _in_words(finding)))
            transaction.set_rollback(True)
    except Refusal as refusal:
        yield column_of(refusal.field), refusal.sentence
    except ValidationError as error:
        yield from faults_of(error.detail)


def _in_words(finding) -> str:
    if finding.fact == "Not given":
        return finding.do
    return f"{finding.requirement} (here: {finding.fact[:1].lower()}{finding.fact[1:]}). {finding.do}"


def _in_the_future(given) -> Iterator[tuple[str, str]]:
    """Every date of the row that has not come yet; the operations would refuse the first."""
    parts = [given, given.get("participant", {}), given.get("consent") or {}, *given.get("victims", [])]
    for part in parts:
        for name in NOT_IN_THE_FUTURE:
            try:
                not_in_the_future(**{name: part.get(name)})
            except Refusal as refusal:
                yield column_of(name), refusal.sentence


def faults_of(errors, path=()) -> Iterator[tuple[str, str]]:
    """(column, what to enter) of each error of the serializer, however deep it stands."""
    if isinstance(errors, dict):
        for key, inner in errors.items():
            yield from faults_of(inner, path if key == "non_field_errors" else (*path, key))
    elif errors and isinstance(errors[0], dict):
        for number, inner in enumerate(errors):
            yield from faults_of(inner, (*path, number))
    else:
        column = BY_PATH.get(path)
        for error in errors[:1]:
            yield (column.name if column else _nearest(path)), _to_enter(error, column)


def _nearest(path) -> str:
    """The column of a part that is missing whole, such as the person of a victim: the first of it."""
    return next((column.name for column in COLUMNS.values() if column.path[: len(path)] == path), "")


def _to_enter(error, column) -> str:
    if error.code == "max_length" and (most := re.search(r"\d+", error)):
        return f"Use {most[0]} characters or fewer."
    return str(error) if column is None or error.startswith("Enter ") else column.enter


# --- a text as what its column asks for ------------------------------------------------------------------------------


def _date(text, name, reader) -> str:
    if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text, re.ASCII):
        day, month, year = map(int, match.groups())
        return _day(year, month, day, text, name)
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text, re.ASCII):
        year, month, day = map(int, match.groups())
        return _day(year, month, day, text, name)
    raise ValueError(f"“{text[:40]}” is not a date. {COLUMNS[name].enter}")


def _day(year, month, day, text, name) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValueError(f"There is no day {text}. {COLUMNS[name].enter}") from None


def _time(text, name, reader) -> str:
    day, _, clock = text.replace("T", " ").partition(" ")
    clock = clock.strip()
    match = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?", clock, re.ASCII)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"“{text[:40]}” is not a date and a time. {COLUMNS[name].enter}")
    moment = datetime.fromisoformat(f"{_date(day, name, reader)}T{int(match[1]):02}:{match[2]}{match[3] or ''}")
    if moment.tzinfo is None:  # by the clock on the wall; of an hour that comes twice, the first
        here = moment.replace(tzinfo=LONDON)
        if here.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != moment:
            raise ValueError(f"There was no such time: the clocks went forward that night. {COLUMNS[name].enter}")
        moment = here
    return moment.isoformat()


def _yes_no(text, name, reader) -> bool:
    if text.casefold() not in YES + NO:
        raise ValueError(f"“{text[:40]}” is neither yes nor no. Enter yes or no.")
    return text.casefold() in YES


def _number(text, name, reader) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError(f"“{text[:40]}” is not a whole number. {COLUMNS[name].enter}")
    return int(text)


def _code(text, name, reader) -> str:
    return reader.code(name, text)


def _codes(text, name, reader) -> list[str]:
    return [reader.code(name, word) for word in re.split(r"[\s,;|]+", text) if word]


def _as_it_is(text, name, reader) -> str:
    return text


READ: dict[str, Callable] = {
    DATE: _date, TIME: _time, YES_NO: _yes_no, NUMBER: _number, CODE: _code, CODES: _codes,
}  # fmt: skip
