"""Notes on a case: read, written, marked as sensitive."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from referrals import operations
from referrals.forms.casework import NoteForm
from referrals.forms.deciding import ConfirmForm
from referrals.lifecycle import CLOSED
from referrals.models import Note
from referrals.paging import page
from referrals.views.pages import neighbours, open_case, posted, sent_once, step_page
from referrals.views.tabs import top_of, with_tabs


@needs("referrals.note")
def notes(request, pk):
    """What was written about a case that this person may read, and a form to write more, in any status."""
    user = request.user
    case = open_case(request, pk, "referrals.note", with_tabs(user))
    form = NoteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            sent_once(request, form, lambda **given: operations.write_note(case, by=user, **given))
            messages.success(request, "Your note is saved.")
            return redirect("referrals:notes", pk=case.pk)
    found = page(
        Note.objects.shown_in(case, user),
        lambda rows: rows.select_related("by"),
        key="at",
        newest_first=True,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        **top_of(case, "notes"),
        "form": form,
        "notes": found.rows,
        "closed": case.status in CLOSED,
        **neighbours(request, found),
    }
    return render(request, "referrals/note_list.html", context, status=status_of(form))


@needs("referrals.note")
def mark_sensitive(request, pk, note_pk):
    """Asks once more, since it cannot be taken back."""
    user = request.user
    case = open_case(request, pk, "referrals.note")
    note = get_object_or_404(Note.objects.shown_in(case, user).select_related("by", "case"), pk=note_pk)
    mine = note.by_id == user.pk or case.may("referrals.triage")
    return step_page(
        request,
        case,
        ConfirmForm(posted(request), button="Mark as sensitive"),
        lambda: operations.mark_sensitive(note, by=user),
        title="Mark the note as sensitive",
        intro="From then on only the triage team and the person who wrote it read this note. This cannot be taken back."
        + ("" if mine else " You will not see it any more."),
        quoted=note,
        done="The note is marked as sensitive.",
        then="referrals:notes",
    )
