"""Notes on a case: written, and marked as sensitive. They are never changed or deleted."""

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from referrals import lifecycle
from referrals.models import Note


@transaction.atomic
def write_note(case, *, by, text: str, sensitive: bool = False) -> Note:
    """The case has one more note, whatever its status: what matters may come to light after it is closed. Refused
    without any words."""
    if not text.strip():
        raise Refusal("Enter the note.", "text")
    note = Note.objects.create(case=case, text=text.strip(), sensitive=sensitive, by=by, at=timezone.now())
    record(lifecycle.SENSITIVE_NOTE_WRITTEN if sensitive else lifecycle.NOTE_WRITTEN, by=by, case=case, ids=[note.pk])
    return note


@transaction.atomic
def mark_sensitive(note, *, by) -> None:
    """From now on nobody but the triage team and its writer reads the note, and that stays so. Refused when it was
    marked before."""
    if not Note.objects.filter(pk=note.pk, sensitive=False).update(sensitive=True):
        raise IllegalMove("This note is already marked as sensitive.")
    record(lifecycle.NOTE_MARKED_SENSITIVE, by=by, case=note.case, ids=[note.pk])
