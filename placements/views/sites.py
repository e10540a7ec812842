"""Pages about sites."""

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from audit.trail import record
from placements import lifecycle, operations, rules
from placements.forms.common import ConfirmForm
from placements.forms.sites import SiteForm, SitePapersForm
from placements.lifecycle import SiteStatus
from placements.models import Site, WorkSession
from placements.operations.sites import site_as_seen
from placements.querysets import OPEN_PLACEMENT
from placements.tags import placement_tag, site_tag
from placements.views import form_page, posted
from referrals import lifecycle as case_lifecycle
from referrals.words import shown_name

TABS = (
    ("", "Open", [SiteStatus.ACTIVE]),
    ("coming", "Not open yet", [SiteStatus.PROPOSED, SiteStatus.ASSESSED]),
    ("suspended", "Suspended", [SiteStatus.SUSPENDED]),
    ("closed", "Closed", [SiteStatus.CLOSED]),
)


def listed_sites(request):
    """The tab that is asked for, and the sites in it that this person sees."""
    tab = next((tab for tab in TABS if tab[0] == request.GET.get("show", "")), None)
    if tab is None:
        raise Http404
    return tab[0], Site.objects.visible_to(request.user).filter(status__in=tab[2])


@needs("placements.read")
def sites(request):
    chosen, listed = listed_sites(request)
    visible = Site.objects.visible_to(request.user)
    counts = dict(visible.values_list("status").annotate(n=Count("pk")).order_by())
    today = timezone.localdate()
    rows = list(
        listed.with_details().annotate(
            people=Count("placements__case", filter=Q(placements__status__in=OPEN_PLACEMENT), distinct=True)
        )
    )
    for site in rows:
        site.tag, site.warnings = site_tag(site), rules.expiry_warnings(site, today)
    return render(
        request,
        "placements/sites.html",
        {
            "sites": rows,
            "tab": chosen,
            "tabs": [
                {
                    "text": text,
                    "href": f"?show={key}" if key else "?",
                    "current": key == chosen,
                    "count": sum(counts.get(status, 0) for status in statuses),
                }
                for key, text, statuses in TABS
            ],
            "may_manage": request.user.may("placements.manage_sites"),
        },
    )


def _open_site(request, pk, permission="placements.read"):
    return get_object_or_404(Site.objects.with_details().visible_to(request.user, permission), pk=pk)


@needs("placements.read")
def site(request, pk):
    """The site; who is placed there stands here for those who see the cases, without their details."""
    site, user, today = _open_site(request, pk), request.user, timezone.localdate()
    placements = list(
        site.placements.open()
        .listed_to(user)
        .with_hidden(user)
        .select_related("case__participant")
        .order_by("planned_at")
    )
    for placement in placements:
        placement.tag, placement.name = placement_tag(placement), shown_name(placement.case, placement.hidden)
    record(case_lifecycle.LISTED, by=user, ids=[each.case_id for each in placements if not each.hidden])
    ahead = rules.days_ahead(today)
    taken = WorkSession.objects.filter(placement__site=site).places_taken(today, ahead[-1])
    days = [day for day in [today, *ahead] if day.weekday() in site.days_open or (site.pk, day) in taken]
    steps = {step.verb for step in lifecycle.SITE_TRANSITIONS if site.status in step.sources}
    return render(
        request,
        "placements/site.html",
        {
            "site": site,
            "tag": site_tag(site),
            "warnings": rules.expiry_warnings(site, today),
            "placements": placements,
            "days": [_places(site, day, taken.get((site.pk, day), 0)) for day in days],
            "may_manage": user.may("placements.manage_sites")
            and Site.objects.visible_to(user, "placements.manage_sites").filter(pk=pk).exists(),
            "steps": steps,
        },
    )


def _places(site, day, taken):
    return day, taken, max(0, site.capacity - taken)


@needs("placements.manage_sites")
def add_site(request):
    form = SiteForm(posted(request), button="Add the site", cancel=reverse("placements:sites"))
    return form_page(
        request,
        form,
        lambda: operations.propose_site(by=request.user, **form.cleaned_data),
        title="Add a site",
        to=f"{reverse('placements:sites')}?show=coming",
        done=lambda site: f"{site} added. Before people can work there, record its risk assessment and open it.",
    )


@needs("placements.manage_sites")
def edit_site(request, pk):
    site = _open_site(request, pk, "placements.manage_sites")
    page = reverse("placements:site", args=[pk])
    names = SiteForm.Meta.fields
    form = SiteForm(
        posted(request),
        instance=site,
        initial={"seen": site_as_seen(site, names)},
        button="Save the site",
        cancel=page,
    )

    def as_it_stands():
        now = _open_site(request, pk, "placements.manage_sites")
        return site_as_seen(now, names), {"site": now, "stands": "placements/_site_facts.html"}

    return form_page(
        request,
        form,
        lambda: operations.edit_site(site, by=request.user, **form.cleaned_data),
        title=f"Change {site}",
        to=page,
        done=lambda _: "Site changed.",
        as_it_stands=as_it_stands,
    )


@needs("placements.manage_sites")
def assess_site(request, pk):
    site = _open_site(request, pk, "placements.manage_sites")
    page = reverse("placements:site", args=[pk])
    form = SitePapersForm(posted(request), cancel=page)
    return form_page(
        request,
        form,
        lambda: operations.assess_site(site, by=request.user, **form.cleaned_data),
        title=f"Risk assessment and insurance of {site}",
        to=page,
        done=lambda _: "Risk assessment and insurance recorded.",
    )


STEPS = {
    "open": (operations.open_site, "Open {} for work?", "People can be placed there at once.", "Open the site", ""),
    "suspend": (
        operations.suspend_site,
        "Suspend {}?",
        "Nothing new can be planned there until it is opened again. What is planned stays planned.",
        "Suspend the site",
        "warning",
    ),
    "close": (
        operations.close_site,
        "Close {}?",
        "A closed site cannot be opened again. Its past work stays on record.",
        "Close the site",
        "warning",
    ),
}


@needs("placements.manage_sites")
def step_site(request, pk, verb):
    """Open, suspend or close the site, after a question."""
    site = _open_site(request, pk, "placements.manage_sites")
    page = reverse("placements:site", args=[pk])
    operation, question, text, button, style = STEPS[verb]
    form = ConfirmForm(posted(request), button=button, style=style, cancel=page)
    done = {"open": "opened", "suspend": "suspended", "close": "closed"}[verb]
    return form_page(
        request,
        form,
        lambda: operation(site, by=request.user),
        title=question.format(site),
        text=text,
        to=page,
        done=lambda _: f"{site} {done}.",
    )
