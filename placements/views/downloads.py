"""The lists of sites and of work sessions as files."""

from django.db.models import Count, Q
from django.utils import timezone

from audit.downloads import Download, download_page
from placements.querysets import OPEN_PLACEMENT
from placements.tags import session_tag, site_tag
from placements.views.sites import listed_sites
from placements.views.work import listed_work
from referrals.words import shown_name


def _with_people(request, sites):
    placed = Count("placements__case", filter=Q(placements__status__in=OPEN_PLACEMENT), distinct=True)
    return sites.with_details().annotate(people=placed)


def _site(site):
    return (
        str(site), site_tag(site)[0], site.district, site.activity, site.provider, site.capacity, site.people,
        site.suitable_under_18,
    )  # fmt: skip


def _sessions(request):
    groups = [rows.order_by().values("pk") for _, _, rows, _ in listed_work(request, timezone.now())]
    waiting, todays, coming = (Q(pk__in=keys) for keys in groups)
    rows = groups[0].model.objects.listed_to(request.user)
    return rows.filter(waiting | todays | coming).order_by("starts_at", "pk")


def _work(session):
    hidden = session.hidden
    return (
        session.case.reference, shown_name(session.case, hidden), session.starts_at, session.ends_at,
        session.placement.site, session_tag(session, timezone.now())[0],
        *(("", "", "") if hidden else (session.outcome, session.recorded_by, session.case.caseworker)),
    )  # fmt: skip


sites = download_page(
    Download(
        name="sites",
        title="Sites",
        permission="placements.read",
        back="placements:sites",
        columns=(
            "Site", "Status", "District", "Work", "Provider", "Places at a time", "People placed",
            "Suitable for under 18s",
        ),
        rows=lambda request: listed_sites(request)[2].order_by("name", "pk"),
        dress=_with_people,
        line=_site,
    )
)  # fmt: skip
work = download_page(
    Download(
        name="work-sessions",
        title="Work sessions",
        permission="placements.read",
        back="placements:work",
        columns=(
            "Case", "Participant", "From", "Until", "Site", "State", "Outcome", "Recorded by", "Caseworker",
        ),
        rows=_sessions,
        dress=lambda request, sessions: sessions.with_hidden(request.user).with_details(),
        line=_work,
    )
)  # fmt: skip
