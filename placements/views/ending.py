"""The end of community work: the report to the officer, and the participant's certificate."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import kept
from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import Refusal
from placements import operations, rules
from placements.forms.ending import ReportForm
from placements.operations.ending import facts_of_work
from placements.views import open_case, posted
from referrals.models import Referral
from referrals.opening import reason_for


@needs("placements.report")
def report(request, pk):
    """The reports that were made, what the next one would say in figures, and the form to make it."""
    case = open_case(request, pk, "placements.report")
    made = list(case.completion_reports.select_related("made_by", "document").order_by("-number"))
    back = reverse("placements:hours", args=[pk])
    form = ReportForm(posted(request), before=made[0].number if made else None, cancel=back)
    kept.offer(request, form)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            done = operations.report_completion(case, by=request.user, **form.cleaned_data)
            kept.discard(request.user, request.path)
            messages.success(request, f"Report {done.number} is with the officers, among the documents of the case.")
            return redirect("placements:report_completion", pk)
    refusal = "" if form.is_bound else operations.may_report(case)
    facts = facts_of_work(case, timezone.now())
    context = {
        "case": case,
        "form": form,
        "made": made,
        "refusal": refusal,
        "facts": facts,
        "done": f"{rules.in_words(facts['credited'])} of {rules.in_words(facts['required'])}",
    }
    return render(request, "placements/report_completion.html", context, status=status_of(form))


@needs("placements.certify")
@require_safe
def certificate(request, pk):
    """The participant's certificate. Of a restricted case only to those who are named on it."""
    rows = Referral.objects.select_related("participant", "provider", "hours_account")
    case = get_object_or_404(rows.visible_to(request.user, "placements.certify"), pk=pk)
    why = reason_for(request, case)
    try:
        pdf = operations.certify_work(case, by=request.user, **why)
    except Refusal as refusal:
        context = {"case": case, "title": "Certificate of community work", "refusal": refusal.sentence}
        return render(request, "referrals/referral_refused.html", context, status=refusal.status)
    return as_certificate(pdf)


def as_certificate(pdf: bytes) -> HttpResponse:
    """The certificate as a file to save, which nobody on the way keeps."""
    headers = {
        "Content-Disposition": 'attachment; filename="certificate-of-community-work.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
