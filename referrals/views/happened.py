"""What has happened in a case: every step that this person may know of, in pages, all of it or of one kind."""

from django.shortcuts import render
from django.utils import timezone

from accounts.access import needs
from audit.models import Event
from audit.trail import sentence, timeline_kinds
from referrals import time_in_status
from referrals.models import Referral
from referrals.paging import page
from referrals.views.pages import neighbours, open_case
from referrals.views.tabs import top_of, with_tabs

LATEST = 10  # on the page of the case

# Filter → its words, and the names of the kinds of event in it; one that ends with a dot stands for all that begin so.
# What none of them names is the work of the stages.
GROUPS = {
    "decisions": (
        "Decisions",
        (
            "referral.submitted", "referral.accepted", "referral.declined", "referral.withdrawn", "referral.suspended",
            "referral.resumed", "referral.completed", "referral.returned", "referral.reopened",
            "referral.reopened_for_decision", "override.",
        ),
    ),
    "questions": ("Questions", ("referral.queried", "referral.answered", "referral.reminded")),
    "work": ("Work", ()),
    "papers": ("Documents, notes and tasks", ("document.", "note.", "task.")),
    "people": (
        "People",
        (
            "referral.assigned", "referral.colleague_named", "referral.colleague_removed", "referral.taken_on",
            "referral.restricted", "referral.unrestricted", "referral.admitted", "referral.dismissed", "person.",
            "victim.",
        ),
    ),
}  # fmt: skip


def group_of(kind: str) -> str:
    """The filter that shows events of this kind."""
    for name, (_, kinds) in GROUPS.items():
        if any(kind == each or (each.endswith(".") and kind.startswith(each)) for each in kinds):
            return name
    return "work"


def shown(events) -> list[dict]:
    """Events as govuk/timeline.html shows them."""
    return [{"title": sentence(event), "at": event.at, "by": event.actor_name} for event in events]


@needs("referrals.read")
def happened(request, pk):
    """The trail of one case, newest first, without who read it; and how long it stood in each status."""
    rows = Referral.objects.with_people().annotate(steps=time_in_status.steps_taken())
    case = open_case(request, pk, rows=with_tabs(request.user, rows))
    events, chosen = Event.objects.timeline(case), request.GET.get("show", "")
    if chosen in GROUPS:
        events = events.filter(kind__in=[kind for kind in timeline_kinds(case) if group_of(kind) == chosen])
    found = page(
        events,
        lambda rows: rows,
        key="at",
        newest_first=True,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    filters = [("", "Everything"), *((name, words) for name, (words, _) in GROUPS.items())]
    chosen = chosen if chosen in GROUPS else ""
    context = {
        **top_of(case, "happened"),
        "filters": [
            {"text": words, "href": f"?show={name}" if name else "?", "current": name == chosen}
            for name, words in filters
        ],
        "events": shown(found.rows),
        "filtered": bool(chosen),
        "stints": time_in_status.of_case(case, timezone.now()),
        **neighbours(request, found),
    }
    return render(request, "referrals/happened.html", context)
