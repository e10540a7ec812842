"""What placements shows a coordinator on the home page: their own cases and those that nobody has taken on."""

from django.conf import settings
from django.urls import reverse

from govuk.worklists import Action, Row, Worklist
from placements import rules
from placements.models import WorkSession
from placements.querysets import mine, nearly_done, to_be_assessed, to_be_placed
from placements.tags import session_tag, shown_name
from referrals.models import Referral

SHOWN = 5


def worklists(user, now):
    if not user.may("placements.log"):
        return []
    cases = (
        Referral.objects.visible_to(user, "placements.log")
        .filter(mine(user))
        .select_related("participant", "plan", "hours_account", "caseworker")
        .order_by("decided_at", "id")
    )
    sessions = WorkSession.objects.visible_to(user, "placements.log").filter(mine(user, "case__")).with_details()
    today = rules.local(now).date()
    return [
        _sessions(
            user, "Waiting for an outcome", sessions.waiting_for_outcome(now), now, "Every session has its outcome."
        ),
        _sessions(user, "Today’s work", sessions.on_days(today, today), now, "No work is planned today."),
        _cases(
            user, "Assessments to do", to_be_assessed(cases), "placements:assess", _accepted, "Nobody waits for one."
        ),
        _cases(user, "To be placed", to_be_placed(cases), "placements:match", _to_do, "Nobody waits for a site."),
        _cases(
            user,
            "Hours nearly done",
            nearly_done(cases, settings.SCHEME["NEARLY_DONE_MINUTES"]),
            "placements:hours",
            _left,
            "Nobody is within two hours of the end.",
        ),
    ]


def _accepted(case):
    owner = case.caseworker or "nobody’s case yet"
    return f"{case.reference}, accepted on {rules.date_in_words(rules.local(case.decided_at).date())}, {owner}"


def _to_do(case):
    return f"{case.reference}, {rules.in_words(case.plan.minutes_required)} to do"


def _left(case):
    return f"{case.reference}, {rules.in_words(case.hours_account.minutes_left)} left"


def _cases(user, title, cases, page, detail, empty):
    return Worklist(
        title,
        rows=[Row(shown_name(case, user), reverse(page, args=[case.pk]), detail(case)) for case in cases[:SHOWN]],
        count=cases.count(),
        empty=empty,
    )


def _sessions(user, title, sessions, now, empty):
    rows = []
    for session in sessions.order_by("starts_at", "pk")[:SHOWN]:
        start = rules.local(session.starts_at)
        rows.append(
            Row(
                shown_name(session.case, user),
                reverse("placements:record_work", args=[session.pk]),
                f"{rules.day_in_words(start.date())}, {start:%H:%M}, {session.placement.site}",
                session_tag(session, now),
            )
        )
    return Worklist(
        title,
        rows=rows,
        count=sessions.count(),
        empty=empty,
        more=Action("All work sessions", reverse("placements:work")),
    )
