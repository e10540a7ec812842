"""How community work ends, through the operations: reports to the officer, one of them corrected, and the page of a
participant who still works."""

from django.urls import reverse

from accounts.models import User
from placements.models import WorkSession
from placements.operations import make_participant_link, report_completion
from referrals.models import Referral

COORDINATOR = "coordinator@remedi.example"
REPORTS = 2
WORDS = """Came on time to every session and worked without being asked twice.

The garden would have them back as a volunteer, and has said so to them."""


def tell() -> tuple[int, str]:
    """Reports on cases of the coordinator whose sign-in is printed, and a participant's own page. Returns how many
    reports, and the address of the page."""
    coordinator = User.objects.get(email=COORDINATOR)
    mine = Referral.objects.visible_to(coordinator, "placements.report").filter(
        caseworker=coordinator, restricted=False
    )
    done = list(mine.filter(status="active").reached("hours_completed").order_by("-decided_at", "pk")[:REPORTS])
    for case in done:
        report_completion(case, by=coordinator, in_words=WORDS)
    if done:
        again = WORDS.replace("every session", "every session but one, when the bus did not run")
        report_completion(done[0], by=coordinator, in_words=again, changed_because="One session was started late")
    ahead = WorkSession.objects.filter(case__in=mine.filter(status="active"), outcome__isnull=True)
    works = ahead.order_by("-starts_at", "pk").select_related("case").first()
    token = make_participant_link(works.case, by=coordinator) if works else ""
    return len(done) + bool(done), reverse("placements:own_page", args=[token]) if token else ""
