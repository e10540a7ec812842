"""The pages of reporting."""

import hashlib
import logging

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import Refusal, record
from reporting import lifecycle, operations, reports, sections
from reporting.downloads import csv_of
from reporting.forms import CorrectionForm, PeriodForm
from reporting.lifecycle import COLOURS, Status
from reporting.models import Report
from reporting.periods import Period
from reporting.reports import Content

logger = logging.getLogger(__name__)

PAGE = 25
UNDER_WAY = (Status.QUEUED, Status.RUNNING)


@needs("reporting.read")
def figures(request):
    """The figures of a period as they stand at this moment."""
    now = timezone.now()
    today = timezone.localdate(now)
    chosen = request.GET if "kind" in request.GET else None
    form = PeriodForm(chosen, today=today, over=False, button="Show the figures")
    form.helper.form_method = "get"
    period = None if form.is_bound else Period.quarter_of(today)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            operations.refuse_too_long(form.period)
            period = form.period
    context = {"form": form, "tabs": _tabs(today, period), "period": period}
    if period is not None:
        record(lifecycle.FIGURES_READ, by=request.user, start=period.start_on, end=period.end_on)
        content = reports.read(request.user.organisation, period, now)
        context |= {**_shown(content), "goes_on": period.end_on >= today}
    return render(request, "reporting/figures.html", context, status=status_of(form))


def _tabs(today, shown):
    """The periods that are asked for most: this and the last quarter, this half-year, this year."""
    quarter = Period.quarter_of(today)
    offered = (
        ("This quarter", "quarter", quarter),
        ("Last quarter", "quarter", quarter.previous()),
        ("This half-year", "half", Period.half_year_of(today)),
        ("This year", "year", Period.year_of(today)),
    )
    return [
        {"text": text, "href": f"?kind={kind}&{kind}={period.start_on}", "current": period == shown}
        for text, kind, period in offered
    ]


def _shown(content):
    return {
        "content": content,
        "headlines": sections.headlines(content),
        "comparison": sections.comparison(content),
        "sections": sections.sections(content),
    }


@needs("reporting.read")
def report_list(request):
    """The reports of the force, the latest first."""
    rows = Report.objects.visible_to(request.user).select_related("requested_by").defer("figures")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for report in page:
        report.tag = _tag(report)
    context = {
        "page": page,
        "may_issue": request.user.may("reporting.issue"),
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    return render(request, "reporting/report_list.html", context)


def _tag(report):
    return report.get_status_display(), COLOURS[report.status]


@needs("reporting.issue")
def request_report(request):
    """Ask for a report of a period that is over."""
    today = timezone.localdate()
    form = PeriodForm(
        request.POST or None, today=today, over=True, button="Make the report", cancel=reverse("reporting:list")
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            return redirect("reporting:detail", pk=operations.request_report(form.period, by=request.user).pk)
    return render(request, "reporting/report_request.html", {"form": form}, status=status_of(form))


def _visible(request, pk):
    reports_of_force = Report.objects.visible_to(request.user).select_related("force", "requested_by")
    return get_object_or_404(reports_of_force, pk=pk)


@needs("reporting.read")
def report_detail(request, pk):
    """A report: how far it has got, why it failed, or what it says, from its stored figures."""
    report = _visible(request, pk)
    context = {"report": report, "tag": _tag(report), "may_issue": request.user.may("reporting.issue")}
    if report.status in UNDER_WAY:
        context |= {"progress_text": _progress_text(report), "refresh_seconds": 3}
        return render(request, "reporting/report_progress.html", context)
    if report.status == Status.FAILED:
        return render(request, "reporting/report_failed.html", context)
    record(lifecycle.READ, by=request.user, ids=[report.pk])
    versions = Report.objects.visible_to(request.user).filter(start_on=report.start_on, end_on=report.end_on)
    context |= _shown(Content.from_plain(report.figures))
    context["later"] = versions.filter(version__gt=report.version).defer("figures").order_by("-version").first()
    return render(request, "reporting/report_detail.html", context)


def _progress_text(report):
    if report.step:
        return report.step
    waited = (timezone.now() - report.requested_at).total_seconds()
    if waited < 30:
        return "Waiting for a worker."
    return (
        "No worker has been free so far. The report will be made as soon as one is; you need not keep this page open."
    )


@needs("reporting.read")
def report_progress(request, pk):
    """How far a report has got, as JSON for the progress bar."""
    report = _visible(request, pk)
    state = {Status.READY: "done", Status.FAILED: "failed"}.get(report.status, "running")
    return JsonResponse(
        {
            "state": state,
            "value": report.progress,
            "max": 100,
            "text": _progress_text(report),
            "url": reverse("reporting:detail", args=[report.pk]),
        }
    )


@require_POST
@needs("reporting.issue")
def retry_report(request, pk):
    """Try a failed report again."""
    report = _visible(request, pk)
    try:
        operations.retry(report, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("reporting:detail", pk=pk)


@needs("reporting.issue")
def correct_report(request, pk):
    """Ask for a new version of an issued report."""
    report = _visible(request, pk)
    form = CorrectionForm(request.POST or None, cancel=reverse("reporting:detail", args=[pk]))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            new = operations.correct_report(report, by=request.user, **form.cleaned_data)
            return redirect("reporting:detail", pk=new.pk)
    return render(request, "reporting/report_correct.html", {"form": form, "report": report}, status=status_of(form))


def _issued(request, pk, kind):
    """An issued report that is about to leave the system as a file: the disclosure is recorded first."""
    report = _visible(request, pk)
    if report.status != Status.READY:
        raise Http404
    record(lifecycle.DOWNLOADED, by=request.user, ids=[report.pk], file=kind, checksum=report.checksum)
    return report


def _file(report, data, kind, content_type):
    name = f"{report.file_name}.{kind}"
    return HttpResponse(
        data, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@needs("reporting.read")
def report_pdf(request, pk):
    """The PDF as it was issued; drawn again from the stored figures if the file is lost or was changed."""
    report = _issued(request, pk, "pdf")
    return _file(report, _stored(report) or _drawn(report), "pdf", "application/pdf")


def _stored(report):
    try:
        with report.pdf.open() as stored:
            data = stored.read()
    except (OSError, ValueError):
        logger.error("report %s: its file %s cannot be read", report.pk, report.pdf.name)
        return None
    if hashlib.sha256(data).hexdigest() != report.pdf_checksum:
        logger.error("report %s: its file %s is not the one that was issued", report.pk, report.pdf.name)
        return None
    return data


def _drawn(report):
    from reporting import pdf

    return pdf.render(report, Content.from_plain(report.figures))


@needs("reporting.read")
def report_csv(request, pk):
    """The figures as CSV."""
    report = _issued(request, pk, "csv")
    return _file(report, csv_of(report, Content.from_plain(report.figures)), "csv", "text/csv; charset=utf-8")
