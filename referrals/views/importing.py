"""The pages that bring referrals in from a file: the template, the check that writes nothing, the import."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import needs
from audit import sheets
from audit.doors import refusals_shown_on, status_of
from audit.trail import IllegalMove
from referrals.forms.importing import FileForm, ImportForm
from referrals.importing import operations
from referrals.importing.columns import COLUMNS, EXAMPLE, GROUPS
from referrals.importing.reading import MOST_ROWS
from referrals.models import ReferralFile
from referrals.views.pages import posted

MOST_SHOWN = 200  # problems on one page: who has more mends these first


@needs("referrals.import")
def import_referrals(request):
    """Upload a file and see what is wrong with it. Nothing is made of it here."""
    form = FileForm(posted(request), request.FILES if request.method == "POST" else None)
    context, status = {"form": form, "most": MOST_ROWS}, 200
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        file, checked = operations.check_file(sent.read(), by=request.user, name=sent.name)
        if file:
            return redirect("referrals:confirm_import", pk=file.pk)
        lines = {problem.line for problem in checked.problems}
        context |= {
            "name": sent.name,
            "problems": checked.problems[:MOST_SHOWN],
            "count": len(checked.problems),
            "lines": len(lines),
            "unshown": max(len(checked.problems) - MOST_SHOWN, 0),
        }
        status = 422
    return render(request, "referrals/import_file.html", context, status=status)


@needs("referrals.import")
def import_columns(request):
    """What to enter in each column, with the codes that are valid today."""
    groups = {
        title: [(column, column.offered() if column.codes else []) for column in columns]
        for title, columns in GROUPS.items()
    }
    return render(request, "referrals/import_columns.html", {"groups": groups})


@needs("referrals.import")
def import_template(request):
    """The file to fill in: the names of the columns, and one fictional referral."""
    content = b"".join(sheets.lines([list(COLUMNS), list(EXAMPLE.values())]))
    disposition = 'attachment; filename="referrals.csv"'
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


@needs("referrals.import")
def confirm_import(request, pk):
    """What the check found, and the word of the person whose file it is."""
    file = get_object_or_404(ReferralFile, owner=request.user, pk=pk)
    findings, alike = operations.findings_of(file), operations.matches_of(file)
    again = [match for match in alike if match.again]
    form = ImportForm(
        posted(request), count=len(file.rows), again=len(operations.lines_again(file)), submittable=not findings
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            submit = "submit" in request.POST
            knowingly = form.cleaned_data.get("knowingly", False)
            made = operations.import_file(file, by=request.user, submit=submit, knowingly=knowingly)
            messages.success(request, _done(made, file, submit))
            return redirect(f"{reverse('referrals:list')}?tab={'waiting' if submit else 'drafts'}")
    file.refresh_from_db()
    if file.imported_at:
        status = IllegalMove.status if request.method == "POST" else 200
        return render(
            request, "referrals/import_done.html", {"file": file, "made": operations.made_of(file)}, status=status
        )
    context = {"file": file, "form": form, "findings": findings, "again": again}
    context["known"] = {match.line for match in alike}
    return render(request, "referrals/import_confirm.html", context, status=status_of(form))


def _done(made, file, submit) -> str:
    first, last = made[0].reference, made[-1].reference
    which = first if len(made) == 1 else f"{first} to {last}"
    if submit:
        count = "1 referral" if len(made) == 1 else f"{len(made)} referrals"
        return f"Submitted to the triage team from {file.name}: {count}, {which}."
    count = "1 draft" if len(made) == 1 else f"{len(made)} drafts"
    return f"Made from {file.name}: {count}, {which}. Nobody else sees them until you submit them."
