"""What follows from the ledger of a case, and the credit of courses."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from audit.trail import Refusal, move, record
from placements import lifecycle, rules
from placements.models import HoursAccount, HoursLine
from placements.operations.lines import account_of, open_account, post_reported, reverse_lines
from placements.operations.locking import lock_case
from placements.operations.planning import cancel_planned
from referrals.models import Milestone, Referral
from referrals.operations import reach, unreach
from referrals.time_limits import LONDON


def locked_account(case) -> tuple[Referral, HoursAccount]:
    """The case, locked, so that its lines are written one after another; and its account."""
    current = lock_running(case)
    account = account_of(current)
    if account is None:
        raise Refusal(f"{current.reference} has no hours yet: they begin with its first placement.")
    return current, account


def lock_running(case) -> Referral:
    return lock_case(case, so="its hours can no longer be changed. A manager may reopen it")


@transaction.atomic
def credit_course(case, course_session, *, by) -> tuple[int, int]:
    """The minutes of a course are entered: what counts towards the order, and beyond it the rest. Returns (minutes
    learnt, minutes credited). Courses count for as much as is left of the order, and of the share that they may have of
    it (rules.course_share). Refused for a closed case."""
    current = lock_running(case)
    account = open_account(current, by=by)
    worth, now = course_session.minutes, timezone.now()
    credited = rules.course_credit(
        worth, account.minutes_required, account.minutes_credited, account.minutes_by_courses
    )
    post_reported(
        HoursLine.Kind.COURSE,
        {"course": credited, "beyond": worth - credited},
        case=current,
        on=course_session.on,
        course_session=course_session,
        by=by,
        at=now,
    )
    when = rules.date_in_words(course_session.on)
    course = course_session.enrolment.course.title
    record(lifecycle.COURSE_CREDITED, by=by, case=current, course=course, when=when, credited=credited, minutes=worth)
    settle(current, None, by)
    return worth, credited


@transaction.atomic
def reverse_course(course_session, *, by, reason: str) -> int:
    """What was entered for a course is taken back, line by line, with the reason; returns the minutes that are credited
    no longer. Refused without a reason, and for a closed case."""
    current = lock_running(course_session.case)
    if not reason.strip():
        raise Refusal("Enter why the course is taken back.", "reason")
    lines = list(course_session.lines.standing())
    reverse_lines(lines, reason=reason, by=by, at=timezone.now())
    credited = sum(line.minutes for line in lines if line.account == HoursLine.Account.COURSE)
    when = rules.date_in_words(course_session.on)
    course = course_session.enrolment.course.title
    record(lifecycle.COURSE_REVERSED, by=by, case=current, course=course, when=when, credited=credited)
    settle(current, None, by)
    return credited


def settle(case, placement, by) -> tuple[int, int]:
    """The case's milestones, placements and planned sessions follow the ledger: once all hours are done, nothing ahead
    is planned any more. Returns the minutes left, and how many sessions ahead were cancelled."""
    account = account_of(case)
    if account is None:  # a course, in a case of which no hours are asked
        return 0, 0
    reached = {milestone.kind: milestone.at for milestone in case.milestones.all()}
    attended = case.work_sessions.filter(outcome__attended=True)
    first = attended.aggregate(first=Min("starts_at"))["first"]
    _follow(case, Milestone.Kind.FIRST_WORK_SESSION, first, reached, by)
    done_at = None
    if account.minutes_left == 0:
        done_at = reached.get(Milestone.Kind.HOURS_COMPLETED) or _last_done_at(case, attended)
    _follow(case, Milestone.Kind.HOURS_COMPLETED, done_at, reached, by)
    step = lifecycle.RESUME if account.minutes_left else lifecycle.COMPLETE
    here = case.placements.filter(site__provider=case.provider_id)  # not where an earlier provider had placed them
    for each in here.filter(status__in=step.sources).select_related("site"):
        move(each, step, by=by, case=case, event={"site": each.site.name})
        if placement and each.pk == placement.pk:
            placement.status = each.status
    if account.minutes_left:
        return account.minutes_left, 0
    return 0, cancel_planned(case.work_sessions.filter(starts_at__gt=timezone.now()), case, by)


def _last_done_at(case, attended) -> datetime:
    """When the last hours were done: the end of the last session, or of the day of the last course. Now, if neither."""
    now = timezone.now()
    worked = attended.aggregate(last=Max("ends_at"))["last"]
    learnt = case.hours_lines.by_courses().standing().aggregate(last=Max("on"))["last"]
    moments = [worked] if worked else []
    if learnt:
        moments.append(min(now, datetime.combine(learnt + timedelta(days=1), time(), LONDON)))
    return max(moments, default=now)


def _follow(case, kind, at, reached, by):
    if reached.get(kind) == at:
        return
    if kind in reached:
        unreach(case, kind, by=by)
    if at is not None:
        reach(case, kind, at=at, by=by)
