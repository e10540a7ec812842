"""The ledger of hours: work reported, corrected and adjusted. Lines are inserted, never changed."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Min, Sum
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move, record
from placements import lifecycle, rules
from placements.lifecycle import PlacementStatus
from placements.models import HoursAccount, HoursLine, Placement, WorkSession
from placements.operations.locking import lock_case
from placements.operations.planning import cancel_planned, check_no_overlap
from referrals.lifecycle import Status
from referrals.models import AttendanceOutcome, Milestone, Plan, Referral
from referrals.operations import follow_outcome, reach, unreach


@dataclass(frozen=True)
class Report:
    """What Remedi reports of a session. Times are aware, amounts are minutes."""

    starts_at: datetime
    ends_at: datetime
    outcome: AttendanceOutcome
    break_minutes: int = 0
    penalty_minutes: int = 0
    quality: str = ""
    behaviour: str = ""
    notes: str = ""
    late_reason: str = ""


@dataclass(frozen=True)
class Recorded:
    """What recording a session made of it: the minutes it is worth by the rules, those credited, those that the order
    has left after it, and how many sessions ahead were cancelled because it has none left."""

    work_session: WorkSession
    worth: int
    credited: int
    left: int
    cancelled: int


@dataclass(frozen=True)
class Adjusted:
    """What an adjustment made of the order, in minutes, and how many sessions ahead were cancelled because none are
    left."""

    minutes_required: int
    minutes_left: int
    cancelled: int


def _locked(case) -> tuple[Referral, HoursAccount]:
    """The case, locked, so that its lines are written one after another; and its account."""
    current = lock_case(case, so="its hours can no longer be changed. A manager may reopen it")
    account = HoursAccount.objects.filter(case=current).first()
    if account is None:
        raise Refusal(f"{current.reference} has no hours yet: they begin with its first placement.")
    return current, account


def unchanged_since(work_session, version: int) -> WorkSession:
    """The session as it stands. Refused where somebody recorded it after the person at hand opened it."""
    current = (
        WorkSession.objects.select_related("placement__site", "outcome", "recorded_by")
        .filter(pk=work_session.pk)
        .first()
    )
    if current is None:
        raise IllegalMove("This session was cancelled in the meantime.")
    if current.version != version and current.recorded_by is None:
        raise IllegalMove("This session is not as you opened it. Nothing was changed: open it again.")
    if current.version != version:
        raise IllegalMove(
            f"{current.recorded_by} recorded this session on "
            f"{timezone.localtime(current.recorded_at):%-d %B %Y at %H:%M}, after you opened it: {current.outcome}, "
            f"{rules.in_words(_credited(current))} credited. Nothing was changed."
        )
    return current


def _credited(work_session) -> int:
    return work_session.lines.aggregate(sum=Sum("minutes"))["sum"] or 0


def _worth(report, case, placement, now, *, but=None) -> int:
    """The minutes that a report is worth by the rules; refused where it breaks one."""
    worth = rules.credited_minutes(
        report.starts_at, report.ends_at, report.break_minutes, report.penalty_minutes, report.outcome.attended
    )
    rules.check_outcome(now, report.starts_at, report.ends_at, report.outcome.attended, report.outcome.enforceable)
    day = rules.local(report.starts_at).date()
    if day < placement.signed_on:
        raise Refusal(
            f"{rules.day_in_words(day)} is before the agreement was signed, on "
            f"{rules.date_in_words(placement.signed_on)}.",
            "on",
        )
    check_no_overlap(case, placement, report.starts_at, report.ends_at, but=but)
    return worth


@transaction.atomic
def log_work_session(work_session, *, by, version: int, record_beyond: bool = False, **report) -> Recorded:
    """The planned session has an outcome, and its minutes are credited by the rules (fields of Report).

    Where the order has less left than the session is worth, refused with both numbers; with `record_beyond` the work is
    recorded and what is left is credited. Refused as well: what rules.py refuses, late recording without a reason, a
    time that another session of the person has, a session that somebody else recorded first (`version`: as read), and
    a case that is closed.
    """
    report = Report(**report)
    case, account = _locked(work_session.case)
    current = unchanged_since(work_session, version)
    if current.outcome_id:
        raise IllegalMove(f"This session is recorded already: {current.outcome}. Correct it instead.")
    return _log(current, report, case, account, by, record_beyond)


@transaction.atomic
def log_unplanned_work(placement, *, by, record_beyond: bool = False, **report) -> Recorded:
    """Work that nobody had planned is recorded and credited, as log_work_session() does. Refused as well for a
    placement that ended. It takes no place: capacity limits what is planned, not what was done."""
    report = Report(**report)
    case, account = _locked(placement.case)
    current = Placement.objects.select_related("site").get(pk=placement.pk)
    if current.status == PlacementStatus.ENDED:
        raise IllegalMove(f"The placement at {current.site} has ended: {current.end_reason}.")
    session = WorkSession(case=case, placement=current, version=0)
    return _log(session, report, case, account, by, record_beyond)


def _log(session, report, case, account, by, record_beyond) -> Recorded:
    now = timezone.now()
    day = rules.local(report.starts_at).date()
    worth = _worth(report, case, session.placement, now, but=session)
    rules.check_late_reason(day, timezone.localdate(now), report.late_reason)
    credit = rules.credit_within(worth, account.minutes_required, account.minutes_credited, record_beyond=record_beyond)
    _fill(session, report, by, now)
    if credit:
        _credit(session, credit, by, now)
    record(lifecycle.WORK_LOGGED, by=by, case=case, **_event(session, credit))
    _follow_outcome(session, by)
    return Recorded(session, worth, credit, *_tell(case, session.placement, by))


@transaction.atomic
def correct_work_session(
    work_session, *, by, version: int, reason: str, record_beyond: bool = False, **report
) -> Recorded:
    """The session says what is given, and its credit follows: where that differs, the old line is reversed by a line of
    its own and a new one is added, both with the reason. Refused as log_work_session() refuses (lateness apart),
    without a reason, and before the session is recorded."""
    report = Report(**report)
    case, account = _locked(work_session.case)
    current = unchanged_since(work_session, version)
    if not current.outcome_id:
        raise IllegalMove("This session has no outcome yet: record it first.")
    if not reason.strip():
        raise Refusal("Enter why the session is corrected.", "reason")
    now = timezone.now()
    worth = _worth(report, case, current.placement, now, but=current)
    line = current.lines.filter(kind=HoursLine.Kind.CREDIT, reversed_by__isnull=True).first()
    before = line.minutes if line else 0
    credit = rules.credit_within(
        worth, account.minutes_required, account.minutes_credited - before, record_beyond=record_beyond
    )
    _fill(current, report, by, now)
    if credit != before or (line and line.on != rules.local(report.starts_at).date()):
        if line:
            _reverse(line, reason, by, now)
        if credit:
            _credit(current, credit, by, now, reason=reason)
    record(lifecycle.WORK_CORRECTED, by=by, case=case, **_event(current, credit))
    _follow_outcome(current, by)
    return Recorded(current, worth, credit, *_tell(case, current.placement, by))


@transaction.atomic
def adjust_hours(case, *, by, minutes: int, code, reason: str) -> Adjusted:
    """The order is so many minutes longer, or shorter (negative), for a coded reason in words. Refused beyond the cap
    of the reason, below what is already credited, above the longest order, without words, for a closed case, and to
    whoever made the very same adjustment, in the same words, on the same day: a form is easily sent twice."""
    current, account = _locked(case)
    if not reason.strip():
        raise Refusal("Enter the reason in a few words.", "reason")
    now = timezone.now()
    lines = current.hours_lines.filter(kind=HoursLine.Kind.ADJUSTMENT, adjustment_reason=code)
    same = lines.filter(by=by, minutes=minutes, reason=reason, on=timezone.localdate(now)).first()
    if same:
        raise IllegalMove(
            f"You made this adjustment at {rules.local(same.at):%H:%M} today, and it counts once: the order is "
            f"{rules.in_words(account.minutes_required)}. If this is another one, say in a few words what differs.",
            "reason",
        )
    rules.check_adjustment(
        minutes,
        label=code.label,
        cap=code.cap_minutes,
        already=lines.aggregate(sum=Sum("minutes"))["sum"] or 0,
        required=account.minutes_required,
        credited=account.minutes_credited,
    )
    HoursLine.objects.create(
        case=current,
        kind=HoursLine.Kind.ADJUSTMENT,
        on=timezone.localdate(now),
        minutes=minutes,
        adjustment_reason=code,
        reason=reason,
        by=by,
        at=now,
    )
    HoursAccount.objects.filter(case=current).update(minutes_required=F("minutes_required") + minutes)
    record(lifecycle.ADJUSTED, by=by, case=current, minutes=minutes, reason=code.label)
    left, cancelled = _tell(current, None, by)
    return Adjusted(account.minutes_required + minutes, left, cancelled)


@transaction.atomic
def follow_plan(case, *, by) -> None:
    """A case that was accepted again has an order of what its new plan asks for, with the adjustments made before.
    Refused where more than that is credited already."""
    current = lock_case(case, (Status.ACTIVE,), so="its order cannot follow the plan")
    account = HoursAccount.objects.filter(case=current).first()
    if account is None:
        return
    planned = Plan.objects.get(case=current).minutes_required
    lines = current.hours_lines.filter(kind=HoursLine.Kind.ADJUSTMENT)
    required = planned + (lines.aggregate(sum=Sum("minutes"))["sum"] or 0)
    if required < account.minutes_credited:
        raise Refusal(
            f"This would make an order of {rules.in_words(required)}, with the adjustments made before, but "
            f"{rules.in_words(account.minutes_credited)} are already credited.",
            "hours",
        )
    HoursAccount.objects.filter(case=current).update(minutes_required=required)
    _tell(current, None, by)


def _follow_outcome(session, by):
    """What was missed without a good reason raises what the scheme makes of it, and a correction lets it lapse."""
    follow_outcome(
        session.case,
        stage="placement",
        about=session.pk,
        outcome=session.outcome,
        happened_on=rules.local(session.starts_at).date(),
        by=by,
    )


def _fill(session, report, by, now):
    for name, value in asdict(report).items():
        if name != "outcome":
            setattr(session, name, value)
    session.outcome, session.recorded_by, session.recorded_at = report.outcome, by, now
    session.version += 1
    session.save()


def _credit(session, minutes, by, now, *, reason=""):
    HoursLine.objects.create(
        case=session.case,
        kind=HoursLine.Kind.CREDIT,
        on=rules.local(session.starts_at).date(),
        minutes=minutes,
        work_session=session,
        site=session.placement.site,
        reason=reason,
        by=by,
        at=now,
    )
    _balance(session.case, minutes)
    if session.placement.status == PlacementStatus.PLANNED:
        move(
            session.placement,
            lifecycle.START,
            by=by,
            case=session.case,
            event={"site": session.placement.site.name},
        )


def _reverse(line, reason, by, now):
    """A line of its own takes the credit back, on the day and at the site that it was given for."""
    HoursLine.objects.create(
        case=line.case,
        kind=HoursLine.Kind.REVERSAL,
        on=line.on,
        minutes=-line.minutes,
        work_session=line.work_session,
        site=line.site,
        reverses=line,
        reason=reason,
        by=by,
        at=now,
    )
    _balance(line.case, -line.minutes)


def _balance(case, minutes):
    """The account follows its lines, by a guarded UPDATE; the CHECK on the table stands behind it."""
    changed = HoursAccount.objects.filter(
        case=case, minutes_credited__gte=-minutes, minutes_required__gte=F("minutes_credited") + minutes
    ).update(minutes_credited=F("minutes_credited") + minutes)
    if not changed:
        raise IllegalMove("Somebody else changed these hours at the same time. Nothing was changed: try again.")


def _event(session, credit) -> dict:
    return {
        "when": rules.date_in_words(rules.local(session.starts_at).date()),
        "outcome": session.outcome.label.lower(),
        "credited": credit,
        "session": str(session.pk),
    }


def _tell(case, placement, by) -> tuple[int, int]:
    """The case's milestones, placements and planned sessions follow the ledger: once all hours are done, nothing ahead
    is planned any more. Returns the minutes left, and how many sessions ahead were cancelled."""
    reached = {milestone.kind: milestone.at for milestone in case.milestones.all()}
    attended = case.work_sessions.filter(outcome__attended=True)
    first = attended.aggregate(first=Min("starts_at"))["first"]
    _follow(case, Milestone.Kind.FIRST_WORK_SESSION, first, reached, by)
    account = HoursAccount.objects.get(case=case)
    done_at = None
    if account.minutes_left == 0:
        done_at = reached.get(Milestone.Kind.HOURS_COMPLETED) or (
            attended.aggregate(last=Max("ends_at"))["last"] or timezone.now()
        )
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


def _follow(case, kind, at, reached, by):
    if reached.get(kind) == at:
        return
    if kind in reached:
        unreach(case, kind, by=by)
    if at is not None:
        reach(case, kind, at=at, by=by)
