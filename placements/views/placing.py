"""Matching a person with a site, and the placement."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import needs
from placements import facts, operations, rules
from placements.forms.placing import EndPlacementForm, PlacementForm
from placements.models import Placement, Site
from placements.operations.assessing import age_today
from placements.stages import placement_locked
from placements.views import form_page, note_reading, open_case, posted

FIRST = 10


@needs("placements.place")
def match(request, pk):
    case = open_case(request, pk, "placements.place")
    locked = placement_locked(case)
    if locked:
        return render(
            request,
            "placements/matching_locked.html",
            {
                "case": case,
                "locked": locked,
                "may_ask": locked.may_be_overridden and request.user.may("referrals.ask_override"),
            },
            status=409,
        )
    options = facts.options(case, request.user)
    every = "all" in request.GET
    return render(
        request,
        "placements/matching.html",
        {
            "case": case,
            "age": age_today(case),
            "days": case.assessment.days_available,
            "sites": options if every else options[:FIRST],
            "more": 0 if every else max(0, len(options) - FIRST),
            "lives_in": case.participant.district or case.district,
        },
    )


@needs("placements.place")
def plan_placement(request, pk, site_pk):
    case = open_case(request, pk, "placements.place")
    locked = placement_locked(case)
    if locked:
        return redirect("placements:match", pk=pk)
    site = get_object_or_404(
        Site.objects.with_details().visible_to(request.user, "placements.place").filter(provider=case.provider_id),
        pk=site_pk,
    )
    site.findings = facts.findings(case, site)
    to_justify = [finding for finding in site.findings if finding.needs_a_reason]
    unmet = any(finding.met is False for finding in to_justify)
    account = getattr(case, "hours_account", None)
    left = account.minutes_left if account else case.plan.minutes_required
    form = PlacementForm(
        posted(request),
        initial={"hours_agreed": f"{left / 60:g}", "signed_by": case.participant.name},
        child=rules.is_child(age_today(case)),
        to_justify=bool(to_justify),
        unmet=unmet,
        left=left,
        cancel=reverse("placements:match", args=[pk]),
    )
    return form_page(
        request,
        form,
        lambda: operations.plan_placement(case, by=request.user, site=site, **form.agreement()),
        title=f"Place {case.participant.name} at {site}",
        to=reverse("placements:hours", args=[pk]),
        done=lambda placement: (
            f"Placement at {placement.site} planned: {rules.in_words(placement.minutes_agreed)}. Now plan the first "
            "session."
        ),
        template="placements/placement_form.html",
        case=case,
        site=site,
        to_justify=to_justify,
        unmet=unmet,
    )


def open_placement(request, pk, permission) -> Placement:
    placement = get_object_or_404(
        Placement.objects.visible_to(request.user, permission).select_related(
            "site", "case__participant", "case__plan", "case__hours_account", "end_reason"
        ),
        pk=pk,
    )
    note_reading(request, placement.case)
    return placement


@needs("placements.place")
def end_placement(request, pk):
    placement = open_placement(request, pk, "placements.place")
    page = reverse("placements:hours", args=[placement.case_id])
    form = EndPlacementForm(posted(request), cancel=page)
    return form_page(
        request,
        form,
        lambda: operations.end_placement(placement, by=request.user, reason=form.cleaned_data["reason"]),
        title=f"End the placement at {placement.site}",
        text="Sessions that are planned there are cancelled. Hours that are credited stay credited.",
        to=page,
        done=lambda _: f"Placement at {placement.site} ended.",
        case=placement.case,
    )
