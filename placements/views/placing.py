"""Matching a person with a site, the placement, and the sessions planned in it."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from placements import operations, rules
from placements.forms.common import ConfirmForm
from placements.forms.placing import EndPlacementForm, PlacementForm, PlanSessionsForm
from placements.lifecycle import SiteStatus
from placements.models import Placement, Site, WorkSession
from placements.operations.assessing import age_today
from placements.stages import placement_locked
from placements.views import form_page, note_reading, open_case, posted

FIRST = 10


def _home_district(case) -> str | None:
    """Where the person lives; where that is not known, where it happened."""
    return case.participant.district_id or case.district_id


def _options(case, user, today) -> list[Site]:
    """The open sites of the case's provider, each with its findings: those that suit first, nearest district first."""
    visible = Site.objects.visible_to(user, "placements.place").with_details()
    sites = list(visible.filter(provider=case.provider_id, status=SiteStatus.ACTIVE))
    ahead = rules.days_ahead(today)
    taken = WorkSession.objects.filter(placement__site__in=sites).places_taken(ahead[0], ahead[-1])
    here = set(case.placements.open().values_list("site", flat=True))
    away, age = rules.borders_from(_home_district(case)), age_today(case)
    for site in sites:
        booked = {day: people for (pk, day), people in taken.items() if pk == site.pk}
        site.free = rules.places_left(site, case.assessment.days_available, booked, today)
        site.findings = rules.matching(site, case.assessment, age, today, site.free)
        site.blocked = [finding for finding in site.findings if finding.blocks]
        site.to_check = [finding for finding in site.findings if finding.met is None]
        site.away = away.get(site.district_id)
        site.placed_here = site.pk in here
    return sorted(sites, key=lambda s: (bool(s.blocked), 99 if s.away is None else s.away, s.name))


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
    options = _options(case, request.user, timezone.localdate())
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
    account = getattr(case, "hours_account", None)
    left = account.minutes_left if account else case.plan.minutes_required
    form = PlacementForm(
        posted(request),
        initial={"hours_agreed": f"{left / 60:g}", "signed_by": case.participant.name},
        child=rules.is_child(age_today(case)),
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
def plan_work(request, pk):
    placement = open_placement(request, pk, "placements.place")
    page = reverse("placements:hours", args=[placement.case_id])
    form = PlanSessionsForm(posted(request), cancel=page)
    ahead = rules.days_ahead(timezone.localdate())
    taken = WorkSession.objects.filter(placement__site=placement.site).places_taken(ahead[0], ahead[-1])
    return form_page(
        request,
        form,
        lambda: operations.plan_work_sessions(placement, by=request.user, times=form.cleaned_data["times"]),
        title=f"Plan work at {placement.site}",
        to=page,
        done=_planned,
        template="placements/plan_work.html",
        placement=placement,
        days=[
            (day, max(0, placement.site.capacity - taken.get((placement.site_id, day), 0)))
            for day in ahead
            if day.weekday() in placement.site.days_open
        ],
    )


def _planned(sessions) -> str:
    first = rules.day_in_words(rules.local(sessions[0].starts_at).date())
    if len(sessions) == 1:
        return f"Session planned for {first}."
    last = rules.day_in_words(rules.local(sessions[-1].starts_at).date())
    return f"{len(sessions)} sessions planned, from {first} to {last}."


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
    )


@needs("placements.place")
def cancel_work(request, pk):
    session = get_object_or_404(WorkSession.objects.visible_to(request.user, "placements.place").with_details(), pk=pk)
    note_reading(request, session.case)
    page = reverse("placements:hours", args=[session.case_id])
    form = ConfirmForm(posted(request), button="Cancel the session", style="warning", cancel=page)
    return form_page(
        request,
        form,
        lambda: operations.cancel_work_session(session, by=request.user),
        title=f"Cancel the session of {rules.day_in_words(rules.local(session.starts_at).date())}?",
        text=f"{session.case.participant.name} no longer has a place at {session.placement.site} that day.",
        to=page,
        done=lambda _: "Session cancelled.",
    )
