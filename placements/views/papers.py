"""The papers of a site, and its sessions that cannot take place any more."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import needs
from audit.trail import record
from placements import operations, rules
from placements.forms.sites import BecauseForm, InsuranceForm, RiskAssessmentForm
from placements.models import WorkSession
from placements.views import form_page, posted
from placements.views.sites import may_manage, open_site_of
from referrals.lifecycle import LISTED
from referrals.operations import BytesLost
from referrals.views.documents import as_attachment
from referrals.words import shown_name


def _paper_page(request, pk, form_class, operation, title, what):
    site = open_site_of(request, pk, "placements.manage_sites")
    page = reverse("placements:site", args=[pk])
    form = form_class(posted(request), request.FILES or None, cancel=page)
    return form_page(
        request,
        form,
        lambda: operation(site, by=request.user, **form.given()),
        title=title.format(site),
        text="The papers that were there before are kept.",
        to=page,
        done=lambda _: f"{what} recorded.",
    )


@needs("placements.manage_sites")
def assess_site(request, pk):
    operation = operations.record_risk_assessment
    return _paper_page(request, pk, RiskAssessmentForm, operation, "Risk assessment of {}", "Risk assessment")


@needs("placements.manage_sites")
def insure_site(request, pk):
    return _paper_page(request, pk, InsuranceForm, operations.record_insurance, "Insurance of {}", "Insurance")


@needs("placements.read")
@require_safe
def get_paper(request, pk, paper_pk):
    """The file itself, to be saved and not to be shown in the browser."""
    site = open_site_of(request, pk)
    paper = get_object_or_404(site.papers, pk=paper_pk)
    try:
        return as_attachment(operations.disclose_paper(paper, by=request.user), paper)
    except BytesLost as lost:
        context = {"title": str(paper), "refusal": lost.sentence, "back": reverse("placements:site", args=[pk])}
        return render(request, "placements/refused.html", context, status=lost.status)


def _cannot_be(site, user):
    """The planned sessions that cannot take place there any more, as this person's lists show them."""
    sessions = WorkSession.objects.filter(placement__site=site).listed_to(user).that_cannot_be(timezone.now())
    return list(sessions.with_hidden(user).with_details().order_by("starts_at", "pk"))


@needs("placements.read")
def site_sessions(request, pk):
    """Planned sessions that cannot take place at the site any more: each to be moved, or all cancelled at once."""
    site, user = open_site_of(request, pk), request.user
    sessions = _cannot_be(site, user)
    for session in sessions:
        session.name = shown_name(session.case, session.hidden)
    opened = [session for session in sessions if not session.hidden]
    record(LISTED, by=user, ids=sorted({session.case_id for session in opened}))
    context = {
        "site": site,
        "sessions": sessions,
        "hidden": len(sessions) - len(opened),
        "may_move": may_manage(user, pk) and bool(opened),
        "why": [f.refusal for f in rules.site_findings(site, timezone.localdate()) if f.blocks]
        or [f"{text}." for text, _ in rules.expiry_warnings(site, timezone.localdate())],
    }
    return render(request, "placements/site_sessions.html", context)


@needs("placements.place")
def cancel_site_sessions(request, pk):
    """All of them are cancelled, for one reason."""
    site = open_site_of(request, pk, "placements.place")
    back = reverse("placements:site_sessions", args=[pk])
    sessions = [session for session in _cannot_be(site, request.user) if not session.hidden]
    many = len(sessions)
    form = BecauseForm(
        posted(request),
        button="Cancel the session" if many == 1 else f"Cancel {many} sessions",
        cancel=back,
        hint="It stands in each case. For example, the insurance has run out. Leave out names.",
    )
    return form_page(
        request,
        form,
        lambda: operations.cancel_site_sessions(site, by=request.user, **form.cleaned_data),
        title=f"Cancel {many} planned session{'' if many == 1 else 's'} at {site}?",
        text="What is cancelled is taken away, and its place is free. To keep somebody’s day, move it to another site "
        "instead.",
        to=back,
        done=lambda n: f"{n} planned session{' is' if n == 1 else 's are'} cancelled.",
    )
