"""make_*: rows that the figures count, each on a given day (no events)."""

from datetime import datetime, timedelta
from functools import cache
from unittest import mock
from zoneinfo import ZoneInfo

from govuk.pdf import pdf_of
from placements.models import HoursLine, Placement, Site, WorkSession
from referrals.models import Decision, FurtherOffenceCheck, Plan
from reporting import pdf, tasks
from reporting.models import Report
from reporting.periods import Period
from restorative.models import Process
from tests.factories import make_referral, make_victim
from tests.placements.factories import make_order
from workshops.models import Booking, FeedbackResponse, Session

LONDON = ZoneInfo("Europe/London")
FIRST_HALF = Period.half_year(2024, 1)


def at(text):
    """at("2024-04-01 00:00") on London's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def make_case(officer, provider, *, submitted="2024-05-01 09:00", status="active", closed=None, **fields):
    """An accepted case with a plan; `closed` where it is over."""
    moment = at(submitted)
    case = make_referral(
        officer,
        status=status,
        at=moment,
        decided_at=moment + timedelta(hours=5),
        provider=provider,
        closed_at=at(closed) if closed else None,
        **fields,
    )
    Plan.objects.create(case=case, minutes_required=600, provider=provider)
    return case


def make_decision(case, by, outcome="accept", moment="2024-05-02 09:00", reason=None):
    return Decision.objects.create(
        case=case, outcome=outcome, reason_id=reason, rationale="Suitable.", by=by, at=at(moment)
    )


def make_session(facilitator, moment="2024-06-03 18:00", status="delivered", **fields):
    return Session.objects.create(
        programme_id="asb_awareness",
        force=facilitator.organisation,
        starts_at=at(moment),
        ends_at=at(moment) + timedelta(hours=2),
        place="Town Hall, Ilkeston",
        audience="adults",
        capacity=12,
        facilitator=facilitator,
        status=status,
        **fields,
    )


def make_booking(case, session, status="attended"):
    outcome = {"attended": "complied", "did_not_attend": "unacceptable_absence"}.get(status)
    return Booking.objects.create(
        case=case,
        session=session,
        status=status,
        booked_by=session.facilitator,
        outcome_id=outcome,
        recorded_at=session.ends_at if outcome else None,
    )


def make_feedback(booking, *answers):
    """Five answers: True, False or None."""
    names = (
        "better_understanding_of_asb",
        "would_handle_situations_differently",
        "acknowledged_harm_and_took_responsibility",
        "workshop_beneficial",
        "positive_experience_overall",
    )
    return FeedbackResponse.objects.create(
        booking=booking, wording="2024", given_at=booking.session.ends_at, **dict(zip(names, answers, strict=True))
    )


def make_site(provider, name="Community garden"):
    return Site.objects.create(
        provider=provider,
        name=name,
        address="Bath Street, Ilkeston",
        district_id="erewash",
        activity_id="community_garden",
        capacity=3,
    )


def make_work(case, site, by, day="2024-06-10", outcome="complied"):
    """One day's work of five hours; the credit is another row."""
    placement = Placement.objects.filter(case=case, site=site).first() or Placement.objects.create(
        case=case, site=site, minutes_agreed=600, signed_by="Jordan Ashe", signed_on=at(f"{day} 08:00").date(),
        planned_by=by, planned_at=at(f"{day} 08:00"),
    )  # fmt: skip
    starts = at(f"{day} 09:00")
    recorded = {"outcome_id": outcome, "recorded_by": by, "recorded_at": starts} if outcome else {}
    return WorkSession.objects.create(
        case=case, placement=placement, starts_at=starts, ends_at=starts + timedelta(hours=5), **recorded
    )


def make_credit(case, site, by, day="2024-06-10", minutes=300):
    """Five hours of work, of which so many minutes are credited; the rest are beyond the order."""
    if not case.hours_lines.exists():
        make_order(case, by, case.plan.minutes_required)
    work = make_work(case, site, by, day)
    lines = [
        HoursLine.objects.create(
            case=case, kind="credit", account=account, against="reported", on=work.starts_at.date(), minutes=count,
            work_session=work, site=site, by=by, at=work.ends_at,
        )
        for account, count in (("work", minutes), ("beyond", 300 - minutes))
        if count
    ]  # fmt: skip
    return lines[0]


def make_reversal(line):
    """All lines of the session are taken back; returns the one that takes back this line."""
    lines = [
        HoursLine.objects.create(
            case=each.case, kind="reversal", account=each.account, against=each.against, on=each.on,
            minutes=-each.minutes, reverses=each, work_session=each.work_session, site=each.site,
            reason="Mistyped.", by=each.by, at=each.at,
        )
        for each in line.work_session.lines.filter(kind="credit")
    ]  # fmt: skip
    return lines[0]


def make_process(case, practitioner, **fields):
    victim = make_victim(case)
    return Process.objects.create(
        case=case, victim=victim, practitioner=practitioner, identified_at=case.submitted_at, **fields
    )


def make_check(case, by, months, day, result="none"):
    return FurtherOffenceCheck.objects.create(
        case=case, months=months, done_on=at(f"{day} 12:00").date(), result=result, by=by
    )


def make_report(manager, period=FIRST_HALF, **fields):
    return Report.objects.create(
        **{
            "force": manager.organisation,
            "start_on": period.start_on,
            "end_on": period.end_on,
            "version": 1,
            "requested_by": manager,
            "requested_at": at("2024-10-02 09:00"),
            **fields,
        }
    )


pages_drawn_once = cache(pdf_of)


def make_issued(report):
    """The report as the worker issues it, for tests of what comes after: the same pages are drawn once for them all.
    (What is drawn, and that it is drawn, is tested with tasks.make_report.)"""
    with mock.patch.object(pdf, "pdf_of", pages_drawn_once):
        tasks.make_report(str(report.pk))
    report.refresh_from_db()
    return report
