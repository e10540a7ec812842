"""What placements shows a coordinator on the home page: their own cases and those that nobody has taken on."""

from django.conf import settings
from django.urls import reverse

from audit.trail import record
from govuk.worklists import Action, Row, Worklist
from placements import rules
from placements.models import WorkSession
from placements.querysets import mine, nearly_done, to_be_assessed, to_be_placed
from placements.tags import session_tag
from referrals.lifecycle import LISTED
from referrals.models import Referral
from referrals.survey import survey
from referrals.words import shown_name

SHOWN = 5


def worklists(user, now):
    if not user.may("placements.log"):
        return []
    cases = Referral.objects.listed_to(user, "placements.log").filter(mine(user)).order_by("decided_at", "id")
    sessions = WorkSession.objects.listed_to(user, "placements.log").filter(mine(user, "case__"))
    sessions = sessions.order_by("starts_at", "pk")
    today = rules.local(now).date()
    found = survey(
        {
            "waiting": sessions.waiting_for_outcome(now),
            "today": sessions.on_days(today, today),
            "assess": to_be_assessed(cases),
            "place": to_be_placed(cases),
            "nearly": nearly_done(cases, settings.SCHEME["NEARLY_DONE_MINUTES"]),
        },
        SHOWN,
    )
    # What went between the two queries is left out.
    worked = WorkSession.objects.with_details().with_hidden(user).in_bulk([*found["waiting"][1], *found["today"][1]])
    opened = (
        Referral.objects.select_related("participant", "plan", "hours_account", "caseworker")
        .with_permissions_of(user)
        .in_bulk([*found["assess"][1], *found["place"][1], *found["nearly"][1]])
    )
    named = {session.case_id for session in worked.values() if not session.hidden}
    named |= {pk for pk, case in opened.items() if not case.hidden}
    if named:
        record(LISTED, by=user, ids=sorted(named))

    def of_sessions(title, name, empty):
        count, first = found[name]
        return Worklist(
            title,
            rows=[_session(worked[pk], now) for pk in first if pk in worked],
            count=count,
            empty=empty,
            more=Action("All work sessions", reverse("placements:work")),
        )

    def of_cases(title, name, page, detail, empty):
        count, first = found[name]
        rows = [_case(opened[pk], page, detail) for pk in first if pk in opened]
        return Worklist(title, rows=rows, count=count, empty=empty)

    return [
        of_sessions("Waiting for an outcome", "waiting", "Every session has its outcome."),
        of_sessions("Today’s work", "today", "No work is planned today."),
        of_cases("Assessments to do", "assess", "placements:assess", _accepted, "Nobody waits for one."),
        of_cases("To be placed", "place", "placements:match", _to_do, "Nobody waits for a site."),
        of_cases("Hours nearly done", "nearly", "placements:hours", _left, "Nobody is within two hours of the end."),
    ]


def _case(case, page, detail):
    if case.hidden:
        return Row(shown_name(case, True))
    return Row(shown_name(case, False), reverse(page, args=[case.pk]), detail(case))


def _accepted(case):
    owner = case.caseworker or "nobody’s case yet"
    return f"{case.reference}, accepted on {rules.date_in_words(rules.local(case.decided_at).date())}, {owner}"


def _to_do(case):
    return f"{case.reference}, {rules.in_words(case.plan.minutes_required)} to do"


def _left(case):
    return f"{case.reference}, {rules.in_words(case.hours_account.minutes_left)} left"


def _session(session, now):
    start = rules.local(session.starts_at)
    return Row(
        shown_name(session.case, session.hidden),
        "" if session.hidden else reverse("placements:record_work", args=[session.pk]),
        f"{rules.day_in_words(start.date())}, {start:%H:%M}, {session.placement.site}",
        session_tag(session, now),
    )
