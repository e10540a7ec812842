"""What placements shows a coordinator on the home page: their own cases and those that nobody has taken on; and what
their provider's sites need."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models.functions import JSONObject, Least
from django.urls import reverse

from audit.trail import record
from govuk.worklists import Action, Row, Worklist
from placements import rules
from placements.lifecycle import NominationStatus, SiteStatus
from placements.models import Nomination, Site, WorkSession
from placements.querysets import mine, nearly_done, to_be_assessed, to_be_placed
from placements.tags import session_tag
from referrals.lifecycle import LISTED
from referrals.models import Referral
from referrals.survey import survey
from referrals.words import shown_name

SHOWN = 5
# What is told of a site and of a suggestion, so that their lists need no query of their own.
OF_SITE = JSONObject(pk="pk", name="name", until=Least("insured_until", "risk_review_on"))
OF_NOMINATION = JSONObject(pk="pk", where="where", at="sent_at")


def worklists(user, now):
    if not user.may("placements.log"):
        return []
    cases = Referral.objects.listed_to(user, "placements.log").filter(mine(user)).order_by("decided_at", "id")
    sessions = WorkSession.objects.listed_to(user, "placements.log").filter(mine(user, "case__"))
    sessions = sessions.order_by("starts_at", "pk")
    today = rules.local(now).date()
    warned = today + timedelta(days=settings.SCHEME["EXPIRY_WARNING_DAYS"])
    sites = Site.objects.visible_to(user, "placements.manage_sites").filter(status=SiteStatus.ACTIVE)
    suggested = Nomination.objects.visible_to(user, "placements.nominations").filter(status=NominationStatus.NEW)
    found = survey(
        {
            "suggested": suggested.order_by("sent_at", "pk"),
            "papers": sites.running_out(warned).order_by(Least("insured_until", "risk_review_on"), "pk"),
            "waiting": sessions.waiting_for_outcome(now),
            "today": sessions.on_days(today, today),
            "assess": to_be_assessed(cases),
            "place": to_be_placed(cases),
            "nearly": nearly_done(cases, settings.SCHEME["NEARLY_DONE_MINUTES"]),
        },
        SHOWN,
        told={"papers": OF_SITE, "suggested": OF_NOMINATION},
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

    def of_sessions(title, name, empty, more):
        count, first = found[name]
        return Worklist(
            title,
            rows=[_session(worked[pk], now) for pk in first if pk in worked],
            count=count,
            empty=empty,
            more=more,
        )

    def of_cases(title, name, page, detail, empty, group):
        count, first = found[name]
        rows = [_case(opened[pk], page, detail) for pk in first if pk in opened]
        address = f"{reverse('placements:caseload')}?group={group}"
        return Worklist(title, rows=rows, count=count, empty=empty, more=Action("Your caseload", address))

    def told(title, name, row, empty, page, words):
        count, first = found[name]
        return Worklist(title, [row(each, today) for each in first], count, empty, more=Action(words, reverse(page)))

    all_sessions = Action("All work sessions", reverse("placements:work"))
    on_a_phone = Action("Record today’s work", reverse("placements:today"))
    return [
        of_sessions("Waiting for an outcome", "waiting", "Every session has its outcome.", all_sessions),
        of_sessions("Today’s work", "today", "No work is planned today.", on_a_phone),
        of_cases("Assessments to do", "assess", "placements:assess", _accepted, "Nobody waits for one.", "assess"),
        of_cases("To be placed", "place", "placements:match", _to_do, "Nobody waits for a site.", "match"),
        of_cases(
            "Hours nearly done", "nearly", "placements:hours", _left, "Nobody is within two hours of the end.", "nearly"
        ),
        told("Sites whose papers run out", "papers", _site, "All papers are in date.", "placements:sites", "All sites"),
        told(
            "Suggestions of work",
            "suggested",
            _suggestion,
            "No suggestion waits for an answer.",
            "placements:nominations",
            "All suggestions",
        ),
    ]


def _case(case, page, detail):
    if case.hidden:
        return Row(shown_name(case, True))
    return Row(shown_name(case, False), reverse(page, args=[case.pk]), detail(case))


def _accepted(case):
    owner = case.caseworker or "nobody’s case yet"
    return f"{case.reference}, accepted on {rules.date_in_words(rules.local(case.decided_at).date())}, {owner}"


def _to_do(case):
    account = getattr(case, "hours_account", None)
    minutes = account.minutes_required if account else case.plan.minutes_required
    return f"{case.reference}, {rules.in_words(minutes)} to do"


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


def _site(site, today):
    until = date.fromisoformat(site["until"])
    over = until < today
    said = f"{'Ran out on' if over else 'In date until'} {rules.date_in_words(until)}"
    tag = ("Out of date", "red") if over else None
    return Row(site["name"], reverse("placements:site", args=[site["pk"]]), said, tag)


def _suggestion(one, today):
    sent_on = rules.local(datetime.fromisoformat(one["at"])).date()
    address = reverse("placements:nomination", args=[one["pk"]])
    return Row(one["where"], address, f"Suggested on {rules.date_in_words(sent_on)}")
