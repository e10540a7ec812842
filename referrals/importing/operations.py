"""The verbs of a file of referrals: check it, import what was checked, forget it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from audit.models import Event
from audit.trail import IllegalMove, Refusal, record
from referrals import lifecycle, operations
from referrals.importing.checking import Checked, Reader, body_of, check, faults_of
from referrals.importing.columns import column_of
from referrals.importing.matching import Match, matches
from referrals.importing.reading import Problem, Row, read
from referrals.models import Referral, ReferralFile
from referrals.operations.drafting import NotEligible

KEPT = timedelta(days=1)


class Unusable(Refusal):
    """The file as a whole cannot be imported. `details`: what is wrong, line by line."""


def check_file(content: bytes, *, by, name: str) -> tuple[ReferralFile | None, Checked]:
    """The file waits for its owner's word, with what was found in it, if nothing is wrong with any of its rows. No
    referral is made."""
    checked = check(read(content), by=by)
    if checked.problems:
        return None, checked
    alike = matches(checked.rows, checked.bodies, by=by)
    rows = [
        {
            "line": row.line,
            "texts": row.texts,
            "findings": [[f.column, f.what] for f in checked.findings if f.line == row.line],
            "matches": [[m.column, m.what, m.again] for m in alike if m.line == row.line],
        }
        for row in checked.rows
    ]
    return ReferralFile.objects.create(owner=by, name=name[:160], rows=rows, checked_at=timezone.now()), checked


def findings_of(file) -> list[Problem]:
    """What keeps rows of the file from being submitted."""
    return [Problem(row["line"], *finding) for row in file.rows for finding in row["findings"]]


def matches_of(file) -> list[Match]:
    """What of the file may be here already."""
    return [Match(row["line"], *match) for row in file.rows for match in row["matches"]]


def lines_again(file) -> set[int]:
    """The lines of what seems to be here already."""
    return {match.line for match in matches_of(file) if match.again}


@transaction.atomic
def import_file(file, *, by, submit: bool = False, knowingly: bool = False) -> list[Referral]:
    """Every row of the file is a draft of `by`, or with `submit` waits for the triage team; or none is, and the
    sentence says at which line it failed. Refused a second time, and for what seems to be here already unless
    `knowingly`."""
    current = ReferralFile.objects.select_for_update().get(pk=file.pk)
    if current.imported_at:
        raise IllegalMove(
            f"{current.name} was already imported on {timezone.localtime(current.imported_at):%-d %B %Y at %H:%M}. "
            "Nothing was made twice."
        )
    if (again := len(lines_again(current))) and not knowingly:
        which, them = ("the row that may", "it") if again == 1 else (f"the {again} rows that may", "them")
        raise Refusal(
            f"Confirm that you have looked at {which} be here already, or take {them} out of the file and check the "
            "file again.",
            "knowingly",
        )
    reader, made = Reader(), []
    for row in current.rows:
        try:
            made.append(_make(Row(row["line"], row["texts"]), reader, by=by, submit=submit))
        except Refusal as refusal:
            raise Unusable(f"{refusal.sentence} Nothing was imported.", details=refusal.details) from None
    current.rows, current.imported_at = [], timezone.now()
    current.save(update_fields=["rows", "imported_at"])
    record(lifecycle.IMPORTED, by=by, ids=[case.pk for case in made], file=current.pk, submitted=submit)
    return made


def _make(row, reader, *, by, submit) -> Referral:
    """One row as a referral. What has changed since the check is refused with its line and column."""
    body, problems = body_of(row, reader)
    if not problems:
        try:
            referral = reader.api.create({**reader.api.run_validation(body), "by": by})
            if submit:
                operations.submit(referral, by=by)
            return referral
        except ValidationError as error:
            problems = [Problem(row.line, *fault) for fault in faults_of(error.detail)]
        except NotEligible as refusal:
            problems = [Problem(row.line, column_of(finding.field), finding.do) for finding in refusal.findings]
        except Refusal as refusal:
            problems = [Problem(row.line, column_of(refusal.field), refusal.sentence)]
    raise Refusal(" ".join(map(str, problems)), details=[vars(problem) for problem in problems])


def made_of(file) -> list[Referral]:
    """What the file became, in its order; empty while it waits."""
    events = Event.objects.filter(kind=lifecycle.IMPORTED.name, actor=file.owner_id, data__file=str(file.pk))
    event = events.filter(at__gte=file.imported_at - KEPT).first() if file.imported_at else None
    made = Referral.objects.visible_to(file.owner).in_bulk(event.ids) if event else {}
    return sorted(made.values(), key=lambda case: case.reference)


def forget_old_files(now) -> int:
    """Files that are a day old are deleted with their rows, imported or not; returns how many."""
    deleted, _ = ReferralFile.objects.filter(checked_at__lt=now - KEPT).delete()
    return deleted
