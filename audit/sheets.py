"""Rows as CSV that a spreadsheet opens and nothing in it can run."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.utils import timezone

MARK = "\ufeff"  # so that spreadsheets read the file as UTF-8
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide ones, too


def lines(rows: Iterable[Iterable]) -> Iterator[bytes]:
    """Each row as a line of the file, as it comes: no more than one is held."""
    for number, row in enumerate(rows):
        out = io.StringIO()
        csv.writer(out).writerow([cell(value) for value in row])
        yield f"{'' if number else MARK}{out.getvalue()}".encode()


def cell(value):
    """A value as a cell: dates and times as ISO 8601 by the clock on the wall, and text that a spreadsheet would run as
    a formula with an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
