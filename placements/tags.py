"""Where a site, a placement or a session has got to, in a word and a colour."""

from placements import rules
from placements.lifecycle import PlacementStatus, SiteStatus

SITE = {
    SiteStatus.PROPOSED: "grey",
    SiteStatus.ASSESSED: "blue",
    SiteStatus.ACTIVE: "green",
    SiteStatus.SUSPENDED: "yellow",
    SiteStatus.CLOSED: "grey",
}
PLACEMENT = {
    PlacementStatus.PLANNED: "blue",
    PlacementStatus.UNDER_WAY: "green",
    PlacementStatus.COMPLETED: "teal",
    PlacementStatus.ENDED: "grey",
}


def site_tag(site) -> tuple[str, str]:
    return SiteStatus(site.status).label, SITE[site.status]


def placement_tag(placement) -> tuple[str, str]:
    return PlacementStatus(placement.status).label, PLACEMENT[placement.status]


def session_tag(session, now) -> tuple[str, str]:
    """What nobody has recorded is never shown as absent."""
    if session.outcome:
        if session.outcome.attended:
            return ("Attended", "orange") if session.outcome.enforceable else ("Attended", "green")
        return ("Absent", "red") if session.outcome.enforceable else ("Absent, acceptable", "grey")
    if session.ends_at <= now:
        return overdue_tag(session, now)
    return ("Now", "purple") if session.starts_at <= now else ("Planned", "blue")


def overdue_tag(session, now) -> tuple[str, str]:
    """How many days a session has been waiting for its outcome."""
    days = (rules.local(now).date() - rules.local(session.ends_at).date()).days
    return (f"{days} day{'' if days == 1 else 's'} overdue", "red") if days else ("Record today", "orange")
