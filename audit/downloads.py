"""A list as a file: the page that asks why, the trace that a disclosure leaves (DPA 2018, s.62), and the file.

An app describes its list once (Download) and gives it an address: path("download/", download_page(SITES)).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from audit import lifecycle, sheets
from audit.trail import record
from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Link

AT_MOST = 10_000  # rows of one file
AT_ONCE = 500  # rows that are held while it is written


@dataclass(frozen=True)
class Download:
    """A list that can be had as a file.

    rows(request)       the rows that the list shows to this person for the same address, in the list's order
    dress(request, rows)  adds what a line is written from
    line(row)           the cells of a row, one for each column; a row that is hidden from this person says so
    """

    name: str
    title: str
    permission: str
    back: str | Callable[[HttpRequest], str]  # the list: the name of its address, or what gives the address
    columns: tuple[str, ...]
    rows: Callable[[HttpRequest], QuerySet]
    dress: Callable[[HttpRequest, Any], QuerySet]  # Any: it calls the methods of its own QuerySet
    line: Callable[..., tuple]


class ReasonForm(Form):
    reason = forms.CharField(
        label="Why do you need it as a file?",
        max_length=200,
        help_text="Kept in the audit trail with your name and which rows the file holds. Do not name anybody here.",
        error_messages={"required": "Enter why you need it as a file"},
    )

    def __init__(self, *args, back, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Field("reason"), Buttons(Button("Download"), Link("Cancel", back)))


def download_page(download: Download):
    """The view of one list's download: asks for the reason, then answers with the file."""

    @needs(download.permission)
    def page(request):
        back = _list_of(download, request)
        form = ReasonForm(request.POST if request.method == "POST" else None, back=back)
        keys = list(download.rows(request).values_list("pk", flat=True)[: AT_MOST + 1])
        if request.method == "POST" and form.is_valid():
            return _file(request, download, keys[:AT_MOST], form.cleaned_data["reason"], cut=len(keys) > AT_MOST)
        context = {"form": form, "download": download, "back": back, "count": min(len(keys), AT_MOST)}
        return render(request, "audit/download.html", {**context, "cut": len(keys) > AT_MOST})

    return page


def _list_of(download, request):
    """The address that this page was come to from, with its filters."""
    if callable(download.back):
        return download.back(request)
    return f"{reverse(download.back)}{f'?{request.GET.urlencode()}' if request.GET else ''}"


def _file(request, download, keys, reason, *, cut):
    """The trace is written before the first line leaves the house."""
    record(lifecycle.DOWNLOADED, by=request.user, ids=keys, list=download.name, rows=len(keys), reason=reason)
    name = f"official-sensitive-{download.name}-{timezone.localdate():%Y-%m-%d}{f'-first-{AT_MOST}' if cut else ''}.csv"
    file = StreamingHttpResponse(sheets.lines(_rows(request, download, keys)), content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = f'attachment; filename="{name}"'
    file["Cache-Control"] = "no-store"
    return file


def _rows(request, download, keys) -> Iterator[tuple]:
    yield download.columns
    model = download.rows(request).model
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        found = download.dress(request, model._default_manager.filter(pk__in=some)).in_bulk()
        for line in (download.line(found[key]) for key in some if key in found):
            yield (*line, *[""] * (len(download.columns) - len(line)))
