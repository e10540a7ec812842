"""The documents of a case: listed, added, sent as files, removed."""

import hashlib
import json
import logging

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import kept
from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import IllegalMove
from referrals import operations
from referrals.forms.deciding import ConfirmForm
from referrals.forms.documents import DocumentForm, RemoveDocumentForm
from referrals.lifecycle import CLOSED, Status
from referrals.models import Document
from referrals.views.pages import open_case, posted, step_page
from referrals.views.tabs import top_of, with_tabs

logger = logging.getLogger(__name__)


@needs("referrals.note")
def documents(request, pk):
    """The documents that this person may see, the newest first."""
    user = request.user
    case = open_case(request, pk, "referrals.note", with_tabs(user))
    shown = Document.objects.shown_in(case).select_related("added_by__organisation")
    context = {
        **top_of(case, "documents"),
        "is_draft": case.status == Status.DRAFT,
        "in_full": case.may("referrals.see_victim"),
        "may_add": case.status not in CLOSED,
        "documents": [
            (document, operations.may_remove(document, case, user), operations.may_hide(document, case))
            for document in shown
        ],
        "scanning": bool(settings.CLAMD_URL),
    }
    return render(request, "referrals/document_list.html", context)


@needs("referrals.note")
def add_document(request, pk):
    """Keep a file with the case."""
    case = open_case(request, pk, "referrals.note")
    title = "Add a document"
    if case.status in CLOSED:
        return _closed(request, case, title)
    form = DocumentForm(posted(request), request.FILES or None, case=case)
    kept.offer(request, form)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            document = operations.add_document(case, by=request.user, **_sent(form))
            kept.discard(request.user, request.path)
            messages.success(request, f"“{document.title}” is added. {document.get_scan_display()}.")
            return redirect("referrals:documents", pk=case.pk)
    context = {"case": case, "form": form, "title": title, "scanning": bool(settings.CLAMD_URL)}
    return render(request, "referrals/document_form.html", context, status=status_of(form))


def _sent(form):
    """What the form says, with a key by which the same again from the same page is known (SentOnceForm)."""
    given = dict(form.cleaned_data)
    once, upload = given.pop("once"), given.pop("file")
    said = json.dumps([given, hashlib.file_digest(upload, "sha256").hexdigest()])
    return {**given, "upload": upload, "key": f"{once}-{hashlib.sha256(said.encode()).hexdigest()[:40]}"}


@needs("referrals.note")
@require_safe
def get_document(request, pk, document_pk):
    """The file itself, to be saved and not to be shown in the browser."""
    case = open_case(request, pk, "referrals.note")
    document = get_object_or_404(Document.objects.shown_in(case), pk=document_pk)
    try:
        return as_attachment(operations.disclose(document, case, by=request.user), document)
    except operations.BytesLost as lost:
        context = {"case": case, "title": document.title, "refusal": lost.sentence}
        return render(request, "referrals/referral_refused.html", context, status=lost.status)


def as_attachment(file, document) -> FileResponse:
    """The bytes as the browser may take them: a file of the type that was found in them, under its name made safe, in
    which nothing runs."""
    response = FileResponse(file, as_attachment=True, filename=document.filename, content_type=document.media_type)
    response["Content-Length"] = document.size
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response


@needs("referrals.note")
def show_document(request, pk, document_pk, shown):
    """Asks once more before the provider sees it, or does not any more."""
    case = open_case(request, pk, "referrals.note")
    documents = Document.objects.shown_in(case).select_related("added_by", "case")
    document = get_object_or_404(documents, pk=document_pk)
    provider = case.provider or "the provider"
    title = f"{'Show' if shown else 'Hide'} “{document.title}” {'to' if shown else 'from'} {provider}"
    intro = (
        "Its coordinators can then read and download it. Check that it names no victim."
        if shown
        else "Its coordinators do not see it any more. What they have downloaded stays with them."
    )
    return step_page(
        request,
        case,
        ConfirmForm(posted(request), button="Show it" if shown else "Hide it"),
        lambda: operations.show_to_provider(document, by=request.user, shown=shown),
        title=title,
        intro=intro,
        done=f"“{document.title}” is {'shown to' if shown else 'hidden from'} {provider}.",
        then="referrals:documents",
    )


@needs("referrals.note")
def remove_document(request, pk, document_pk):
    """Asks why, and says what becomes of it."""
    case = open_case(request, pk, "referrals.note")
    document = get_object_or_404(Document.objects.shown_in(case).select_related("added_by", "case"), pk=document_pk)
    if request.method != "POST" and case.status in CLOSED:
        return _closed(request, case, "Remove a document")
    form = RemoveDocumentForm(posted(request), case=case)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            operations.remove_document(document, by=request.user, **form.cleaned_data)
            messages.success(request, f"“{document.title}” is removed.")
            return redirect("referrals:documents", pk=case.pk)
    context = {"case": case, "document": document, "form": form}
    return render(request, "referrals/document_remove.html", context, status=status_of(form))


def _closed(request, case, title):
    refusal = f"{case.reference} is {case.get_status_display().lower()}, so its documents can only be read."
    context = {"case": case, "title": title, "refusal": refusal}
    return render(request, "referrals/referral_refused.html", context, status=IllegalMove.status)
