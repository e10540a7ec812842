"""Where a site, a placement or a session has got to, in a word and a colour."""

from notices.querysets import CLAIM_LASTS
from placements.lifecycle import EnrolmentStatus, NominationStatus, PlacementStatus, SiteStatus
from placements.rules.caseload import days_overdue

SITE = {
    SiteStatus.PROPOSED: "grey",
    SiteStatus.ASSESSED: "blue",
    SiteStatus.ACTIVE: "green",
    SiteStatus.SUSPENDED: "yellow",
    SiteStatus.CLOSED: "grey",
}
NOMINATION = {
    NominationStatus.NEW: "blue",
    NominationStatus.ACCEPTED: "green",
    NominationStatus.DECLINED: "grey",
    NominationStatus.DUPLICATE: "grey",
}
PLACEMENT = {
    PlacementStatus.PLANNED: "blue",
    PlacementStatus.UNDER_WAY: "green",
    PlacementStatus.COMPLETED: "teal",
    PlacementStatus.ENDED: "grey",
}


def site_tag(site) -> tuple[str, str]:
    return SiteStatus(site.status).label, SITE[site.status]


def nomination_tag(nomination) -> tuple[str, str]:
    return NominationStatus(nomination.status).label, NOMINATION[nomination.status]


def answer_tag(nomination, now) -> tuple[str, str]:
    """Whether who suggested work was told what became of it."""
    if nomination.answered_at:
        return "Answered", "green"
    if nomination.contact_erased_at:
        return "Address erased", "grey"
    if not nomination.from_email:
        return "None wanted", "grey"
    if nomination.status == NominationStatus.NEW:
        return "Wanted", "blue"
    if not nomination.answer:
        return "None given", "grey"
    if nomination.failed_at:
        return "Not sent", "red"
    if nomination.claimed_at and (nomination.error or nomination.claimed_at < now - CLAIM_LASTS):
        return "Perhaps not sent", "orange"
    return "On its way", "blue"


def placement_tag(placement) -> tuple[str, str]:
    return PlacementStatus(placement.status).label, PLACEMENT[placement.status]


def session_tag(session, now) -> tuple[str, str]:
    """What nobody has recorded is never shown as absent; what came of a session that is hidden is not shown at all."""
    if session.outcome:
        if getattr(session, "hidden", False):
            return "Recorded", "grey"
        if session.outcome.attended:
            return ("Attended", "orange") if session.outcome.enforceable else ("Attended", "green")
        return ("Absent", "red") if session.outcome.enforceable else ("Absent, acceptable", "grey")
    if session.ends_at <= now:
        return overdue_tag(session, now)
    return ("Now", "purple") if session.starts_at <= now else ("Planned", "blue")


def overdue_tag(session, now) -> tuple[str, str]:
    """How many days a session has been waiting for its outcome."""
    return overdue_tag_of(days_overdue(session.ends_at, now))


def overdue_tag_of(days: int) -> tuple[str, str]:
    return (f"{days} day{'' if days == 1 else 's'} overdue", "red") if days else ("Record today", "orange")


def mentoring_tag(contact) -> tuple[str, str]:
    return {
        "took_place": ("Took place", "green"), "did_not_come": ("Did not come", "orange"),
        "cancelled": ("Cancelled", "grey"),
    }[contact.outcome]  # fmt: skip


def enrolment_tag(enrolment) -> tuple[str, str]:
    """Where somebody has got to on a course; of a finished one, its result."""
    if enrolment.status == EnrolmentStatus.FINISHED:
        return {
            "passed": ("Passed", "green"), "attended": ("Attended", "teal"), "not_passed": ("Not passed", "orange"),
        }[enrolment.result]  # fmt: skip
    return ("Left", "grey") if enrolment.status == EnrolmentStatus.LEFT else ("Under way", "blue")
