"""Pages about sites."""

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from audit.models import Change, Event
from audit.trail import record, sentence
from placements import lifecycle, operations, rules
from placements.forms.common import ConfirmForm
from placements.forms.sites import BecauseForm, SiteFilter, SiteForm
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
HISTORY = 20  # entries on the page of a site


def listed_sites(request):
    """The tab and the filters that are asked for, and the sites in them that this person sees."""
    tab = next((tab for tab in TABS if tab[0] == request.GET.get("show", "")), None)
    if tab is None:
        raise Http404
    chosen = SiteFilter(request.GET or None, tab=tab[0])
    listed = Site.objects.visible_to(request.user).filter(status__in=tab[2])
    return tab[0], chosen, chosen.narrow(listed, timezone.localdate())


@needs("placements.read")
def sites(request):
    chosen, filter_form, listed = listed_sites(request)
    visible = Site.objects.visible_to(request.user)
    counts = dict(visible.values_list("status").annotate(n=Count("pk")).order_by())
    today = timezone.localdate()
    rows = list(
        listed.with_details()
        .with_sessions_to_move(timezone.now())
        .annotate(people=Count("placements__case", filter=Q(placements__status__in=OPEN_PLACEMENT), distinct=True))
        .order_by("name", "pk")
    )
    for site in rows:
        site.tag, site.warnings = site_tag(site), rules.expiry_warnings(site, today)
    return render(
        request,
        "placements/sites.html",
        {
            "sites": rows,
            "filter_form": filter_form,
            "query": request.GET.urlencode(),
            "filtered": any(value for name, value in request.GET.items() if name != "show"),
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
            "may_see_suggestions": request.user.may("placements.nominations"),
        },
    )


def open_site_of(request, pk, permission="placements.read"):
    """The site, if it is this person's to see."""
    return get_object_or_404(Site.objects.with_details().visible_to(request.user, permission), pk=pk)


@needs("placements.read")
def site(request, pk):
    """The site; who is placed there stands here for those who see the cases, without their details."""
    site, user, now = open_site_of(request, pk), request.user, timezone.now()
    today = timezone.localdate(now)
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
    sessions = WorkSession.objects.filter(placement__site=site)
    ahead = rules.days_ahead(today)
    taken = sessions.places_taken(today, ahead[-1])
    days = [day for day in [today, *ahead] if day.weekday() in site.days_open or (site.pk, day) in taken]
    warnings = rules.expiry_warnings(site, today)
    takes_people = site.status == SiteStatus.ACTIVE and not any(expired for _, expired in warnings)
    return render(
        request,
        "placements/site.html",
        {
            "site": site,
            "tag": site_tag(site),
            "today": today,
            "warnings": warnings,
            "placements": placements,
            "days": [_places(site, day, taken.get((site.pk, day), 0)) for day in days] if takes_people else [],
            "to_move": sessions.that_cannot_be(now).count(),
            "papers": site.papers.select_related("added_by"),
            "history": _history(site),
            "may_manage": may_manage(user, pk),
            "steps": {step.verb for step in lifecycle.SITE_TRANSITIONS if site.status in step.sources},
        },
    )


def may_manage(user, pk) -> bool:
    permission = "placements.manage_sites"
    return user.may(permission) and Site.objects.visible_to(user, permission).filter(pk=pk).exists()


def _places(site, day, taken):
    return day, taken, max(0, site.capacity - taken)


def _history(site) -> list[dict]:
    """What was done to the site, the newest first, as the trail has it. The row's changes lead to the events: they are
    found by their key, however long the trail is."""
    written = Change.objects.filter(table=Site._meta.db_table, row=str(site.pk)).values("txid")
    of_site = Q(ids__contains=[str(site.pk)]) | Q(data__site=str(site.pk))
    kinds = [kind.name for kind in lifecycle.SITE_HISTORY]
    events = Event.objects.filter(of_site, txid__in=written, kind__in=kinds).order_by("-at", "-id")[:HISTORY]
    return [{"title": sentence(event), "at": event.at, "by": event.actor_name} for event in events]


@needs("placements.manage_sites")
def add_site(request):
    form = SiteForm(posted(request), button="Add the site", cancel=reverse("placements:sites"))
    return form_page(
        request,
        form,
        lambda: operations.propose_site(by=request.user, **form.cleaned_data),
        title="Add a site",
        to=f"{reverse('placements:sites')}?show=coming",
        done=lambda site: (
            f"{site} added. Before people can work there, record its risk assessment and insurance, and open it."
        ),
    )


@needs("placements.manage_sites")
def edit_site(request, pk):
    site = open_site_of(request, pk, "placements.manage_sites")
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
        now = open_site_of(request, pk, "placements.manage_sites")
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
def open_site(request, pk):
    """Open the site, after a question."""
    site = open_site_of(request, pk, "placements.manage_sites")
    page = reverse("placements:site", args=[pk])
    form = ConfirmForm(posted(request), button="Open the site", cancel=page)
    return form_page(
        request,
        form,
        lambda: operations.open_site(site, by=request.user),
        title=f"Open {site} for work?",
        text="People can be placed there at once.",
        to=page,
        done=lambda _: f"{site} opened.",
    )


STOPS = {
    "suspend": (
        operations.suspend_site,
        "Nothing new can be planned there until it is opened again.",
        "For example, the building is being repaired. Leave out names.",
    ),
    "close": (
        operations.close_site,
        "A closed site cannot be opened again. Its past work stays on record.",
        "For example, the charity has moved away. Leave out names.",
    ),
}


@needs("placements.manage_sites")
def stop_site(request, pk, verb):
    """Suspend or close the site, with a reason; the page says first how many planned sessions that would leave."""
    site = open_site_of(request, pk, "placements.manage_sites")
    page, sessions = reverse("placements:site", args=[pk]), reverse("placements:site_sessions", args=[pk])
    operation, text, hint = STOPS[verb]
    ahead = WorkSession.objects.filter(placement__site=site, starts_at__gt=timezone.now(), outcome=None).count()
    form = BecauseForm(posted(request), button=f"{verb.capitalize()} the site", cancel=page, hint=hint)
    return form_page(
        request,
        form,
        lambda: operation(site, by=request.user, **form.cleaned_data),
        title=f"{verb.capitalize()} {site}?",
        text=f"{planned_ahead(ahead)} {text}",
        to=sessions if ahead else page,
        done=lambda _: f"{site} {'suspended' if verb == 'suspend' else 'closed'}.",
    )


def planned_ahead(sessions: int) -> str:
    if not sessions:
        return "No session is planned there."
    many = f"{sessions} sessions are planned there and have" if sessions > 1 else "1 session is planned there and has"
    return f"{many} to be moved or cancelled."
