"""A file as it comes from a spreadsheet → its rows, each with the line on which it begins, or what is wrong with it."""

import csv
import io
import re
from dataclasses import dataclass, field
from difflib import get_close_matches

from referrals.importing.columns import ALWAYS, COLUMNS, EXAMPLE

MOST_ROWS = 100  # they are made in one transaction, and whoever starts a referral meanwhile waits for it
MOST_BYTES = 1_000_000
LONGEST_CELL = 10_000
MOST_COLUMNS = 2 * len(COLUMNS)  # whoever adds some of their own is told of each
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
AS_CSV = "In Excel choose File, Save as, “CSV UTF-8 (Comma delimited)”, and upload that file."
FORMULA = ("=", "@", "＝", "＠")
SHORTENED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and what to enter instead. No column: the line as a whole."""

    line: int
    column: str
    what: str

    def __str__(self):
        return f"Line {self.line}{f', column {self.column}' if self.column else ''}: {self.what}"


@dataclass(frozen=True)
class Row:
    """The cells of one row that hold something and can be read, by column; and the columns of those that cannot."""

    line: int
    texts: dict[str, str]
    unreadable: set[str] = field(default_factory=set)


@dataclass
class Sheet:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line, column, what):
        self.problems.append(Problem(line, column, what))


def read(content: bytes) -> Sheet:
    """The rows of the file. A file whose first line does not name the columns is read no further."""
    sheet = Sheet()
    text = _decoded(content, sheet)
    if text is None:
        return sheet
    records = _records(text, sheet)
    header = next(records, None)
    if header is None:
        if not sheet.problems:
            sheet.problem(1, "", "The file is empty. Its first line must name the columns, as the template does.")
        return sheet
    line, names = header
    names = [name.strip().lower().replace(" ", "_") for name in names]
    _check_header(line, names, sheet)
    if sheet.problems:
        return sheet
    for line, cells in records:
        if len(sheet.rows) == MOST_ROWS:
            sheet.problem(
                line, "", f"A file may hold {MOST_ROWS} referrals. Put this line and all below it in another."
            )
            return sheet
        _add_row(line, names, cells, sheet)
    if not sheet.rows and not sheet.problems:
        sheet.problem(line, "", "There is no referral in the file: enter each on a line of its own, below the names.")
    return sheet


def _decoded(content, sheet) -> str | None:
    if len(content) > MOST_BYTES:
        sheet.problem(1, "", f"The file has {len(content):,} bytes. The most is {MOST_BYTES:,}: split it in two.")
        return None
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        sheet.problem(1, "", f"This is a workbook, not a CSV file. {AS_CSV}")
        return None
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    sheet.problem(1, "", f"The letters in the file cannot be read. {AS_CSV}")
    return None


def _records(text, sheet):
    """(line on which it begins, cells) of each record that is not empty, up to the first that cannot be read."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            sheet.problem(
                begins, "", "The quotation marks that begin in this line do not end. Write one inside text twice."
            )
            return
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _check_header(line, names, sheet):
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:  # before each is compared with those there are
        most = f"A file may hold {MOST_COLUMNS}: start from the template."
        sheet.problem(line, "", f"The first line names {len(names):,} columns. {most}")
        return
    for place, name in enumerate(names, 1):
        if not name:
            sheet.problem(line, "", f"Column {place} has no name. Name it as the template does, or take it out.")
        elif name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, 1)
            hint = f"Did you mean {near[0]}?" if near else "Take it out, or name it as the template does."
            sheet.problem(line, name[:40], f"There is no column of this name. {hint}")
        elif name in names[: place - 1]:
            sheet.problem(line, name, "This column is there twice. Keep one.")
    for column in COLUMNS.values():
        if column.needed == ALWAYS and column.name not in names:
            sheet.problem(line, column.name, "This column is missing. Add it: every referral needs it.")


def _add_row(line, names, cells, sheet):
    surplus = [cell for cell in cells[len(names) :] if cell.strip()]
    if surplus:
        sheet.problem(
            line,
            "",
            f"This line has {len(cells)} values, and the first line names {len(names)} columns. Put quotation marks "
            "around text that holds a comma.",
        )
        return
    texts = {name: _tidy(cell) for name, cell in zip(names, cells, strict=False)}
    unreadable = set()
    for name, text in texts.items():
        if fault := _fault(name, text):
            sheet.problem(line, name, fault)
            unreadable.add(name)
    if all(texts.get(name, "") == example for name, example in EXAMPLE.items() if name in names):
        sheet.problem(line, "", "This is the example of the template. Take the line out.")
    kept = {name: text for name, text in texts.items() if text and name not in unreadable}
    sheet.rows.append(Row(line, kept, unreadable))


def _tidy(cell) -> str:
    """The text of a cell; the apostrophe that our own files put before what a spreadsheet might run is taken away."""
    text = cell.strip()
    return text[1:] if re.match(r"'[=+\-@＝＋－＠]", text) else text


def _fault(name, text) -> str:
    if "\x00" in text:
        return "There is a character in it that cannot be read. Type it again."
    if text.startswith(FORMULA):
        return "It begins as a formula does. Enter plain text, without = or @ at the beginning."
    if len(text) > LONGEST_CELL:
        return f"It has {len(text):,} characters. The most is {LONGEST_CELL:,}."
    if name in ("incident_number", "crime_number", "phone") and SHORTENED.fullmatch(text):
        return "The spreadsheet shortened this number. Format the column as text and enter the number again."
    return ""
