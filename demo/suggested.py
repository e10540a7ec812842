"""Work that people suggested to the force, and a site whose insurance ran out with people still planned there."""

from collections import defaultdict
from datetime import timedelta

from accounts.roles import Role
from demo.book import Book, uuid_from
from demo.clock import at
from demo.plan import dice
from placements import lifecycle
from placements.lifecycle import NominationStatus, SiteStatus
from placements.models import Nomination, Site, WorkSession

N = NominationStatus
# days ago, what, where, district, activity, name, email (of an invented person), what became of it
SUGGESTED = (
    (
        0,
        "The towpath by the lock is full of litter after the weekend, and the bins are broken.",
        "Canal towpath, Trent Lock",
        "erewash",
        "clean_up",
        "Maureen Tapley",
        "maureen.tapley@example.org",
        N.NEW,
    ),
    (
        1,
        "The benches in the memorial garden need sanding and painting.",
        "Memorial garden, Bolsover",
        "bolsover",
        None,
        "",
        "",
        N.NEW,
    ),
    (
        3,
        "Could somebody help us sort the winter donations? We have three weeks’ worth waiting.",
        "St Barnabas hall, Glossop",
        "high_peak",
        "foodbank",
        "Owen Salter",
        "owen.salter@example.org",
        N.NEW,
    ),
    (
        6,
        "Litter along the canal path near the lock.",
        "Trent Lock",
        "erewash",
        "clean_up",
        "Hattie Crewe",
        "hattie.crewe@example.org",
        N.DUPLICATE,
    ),
    (
        9,
        "My hedge has grown over the pavement.",
        "Station Road, Matlock",
        "derbyshire_dales",
        None,
        "Ray Bonsall",
        "ray.bonsall@example.org",
        N.DECLINED,
    ),
    (
        12,
        "The path through the village wood is overgrown, so that wheelchairs cannot pass.",
        "Village wood, Castle Gresley",
        "south_derbyshire",
        "clean_up",
        "Jean Alsop",
        "jean.alsop@example.org",
        N.ACCEPTED,
    ),
)
ANSWERS = {
    N.DUPLICATE: "Thank you. Somebody has suggested the same work before, so it is on our list already.",
    N.DECLINED: "Thank you. We cannot do this, since it would mainly help one household.",
    N.ACCEPTED: "Thank you for your suggestion. We would like to do this work.",
}


def tell(book: Book, side, today) -> None:
    """Three wait, one was suggested before, one was declined and its answer did not arrive, one is a proposed site."""
    coordinator = side.of(Role.COORDINATOR)[0]
    for number, (days, what, where, district, activity, name, email, status) in enumerate(SUGGESTED):
        sent_at = at(today - timedelta(days=days + 1), 19, 7 * number)
        row = Nomination(
            id=uuid_from(dice(f"suggested:{number}")), force=side.force, what=what, where=where, district_id=district,
            activity_id=activity, from_name=name, from_email=email, sent_at=sent_at, status=status,
        )  # fmt: skip
        book.add(row)
        book.event(lifecycle.SUGGESTED, sent_at, None, ids=[row.pk])
        if status != N.NEW:
            _decide(book, row, sent_at + timedelta(days=1, hours=-8), coordinator)
    _let_insurance_run_out(book, today)


def _decide(book, row, decided_at, by):
    row.decided_at, row.decided_by, row.answer = decided_at, by, ANSWERS[row.status]
    row.claimed_at = row.answered_at = decided_at + timedelta(minutes=1)
    row.attempts = 1
    event = {"nomination": str(row.pk)}
    if row.status == N.DECLINED:
        row.decline_reason_id = "private"
        row.claimed_at = row.answered_at = None
        row.failed_at, row.error = decided_at + timedelta(minutes=1), "550 5.1.1 mailbox unavailable"
        event["reason"] = "private"
    if row.status == N.ACCEPTED:
        row.site = _proposed(book, row, by)
    step = {
        N.DUPLICATE: lifecycle.DUPLICATE_NOMINATION,
        N.DECLINED: lifecycle.DECLINE_NOMINATION,
        N.ACCEPTED: lifecycle.ACCEPT_NOMINATION,
    }[row.status]
    book.event(step.kind, decided_at, by, **event)


def _proposed(book, row, by) -> Site:
    site = Site(
        id=uuid_from(dice(f"suggested-site:{row.pk}")), provider=by.organisation, name="Village wood, Castle Gresley",
        address=row.where, district_id=row.district_id, activity_id=row.activity_id, description=row.what, capacity=4,
        days_open=[5], hi_vis_needed=True, status=SiteStatus.PROPOSED,
    )  # fmt: skip
    book.event(lifecycle.SITE_PROPOSED, row.decided_at, by, ids=[site.pk])
    return book.add(site)


def _let_insurance_run_out(book, today):
    """Of the site with the fewest sessions ahead, among those with some, and none today or tomorrow."""
    ahead = defaultdict(list)
    for session in book.rows[WorkSession]:
        if session.outcome_id is None and session.starts_at.date() >= today:
            ahead[session.placement.site].append(session.starts_at.date())
    soon = today + timedelta(days=2)
    fitting = [site for site, days in ahead.items() if min(days) >= soon]
    if fitting:
        site = min(fitting, key=lambda site: (len(ahead[site]), str(site.pk)))
        site.insured_until = today - timedelta(days=1)
