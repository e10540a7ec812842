"""The report as CSV: one line for each number, from the same sections as the page and the PDF."""

from audit import sheets
from reporting.sections import comparison, headlines, sections

COLUMNS = ("Section", "Table", "Row", "Measure", "Value")


def csv_of(report, content) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it as such; no cell can start a formula."""
    return b"".join(sheets.lines([COLUMNS, *_lines(report, content)]))


def _lines(report, content):
    about = {
        "Marking": content.marking,
        "Force": content.force,
        "Period": content.period.name,
        "First day": content.period.start_on.isoformat(),
        "Last day": content.period.end_on.isoformat(),
        "Version": report.version,
        "What this version corrects": report.corrects,
        "Figures read": content.read_at.isoformat(timespec="seconds"),
        "Checksum of the figures (SHA-256)": content.checksum,
    }
    for label, value in about.items():
        yield "About this report", "", label, "", value
    for fact in headlines(content):
        yield "At a glance", "", fact.label, fact.unit.strip(), fact.value
    yield from _table("At a glance", comparison(content))
    for section in sections(content):
        yield section.title, "", "What is counted", "", section.definition
        for fact in section.facts:
            yield section.title, "", fact.label, fact.unit.strip(), fact.value
        for table in section.tables:
            yield from _table(section.title, table)


def _table(section, table):
    for head, *cells in table.rows:
        for column, cell in zip(table.columns[1:], cells, strict=True):
            yield section, table.caption, head, column, round(cell, 1) if isinstance(cell, float) else cell
