"""Work that was done: recorded and corrected, and what the ledger makes of it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move, record
from placements import lifecycle, rules
from placements.lifecycle import PlacementStatus
from placements.models import HoursLine, Placement, WorkSession
from placements.operations.ledger import locked_account, settle
from placements.operations.lines import post_reported, reverse_lines
from placements.operations.planning import check_no_overlap
from placements.operations.telling import tell_of_plan
from referrals.models import AttendanceOutcome
from referrals.operations import follow_outcome


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
    return work_session.lines.by_work().total()


def _worth(report, case, placement, now, *, but=None) -> int:
    """The minutes that a report is worth by the rules; refused where it breaks one."""
    worth = rules.credited_minutes(
        report.starts_at, report.ends_at, report.break_minutes, report.penalty_minutes, report.outcome.attended
    )
    rules.check_outcome(now, report.starts_at, report.ends_at, report.outcome.attended, report.outcome.enforceable)
    day = rules.local(report.starts_at).date()
    rules.check_not_far(day, rules.local(now).date())
    if day < placement.signed_on:
        raise Refusal(
            f"{rules.day_in_words(day)} is before the agreement was signed, on "
            f"{rules.date_in_words(placement.signed_on)}.",
            "on",
        )
    concurrent = report.outcome.pk == rules.CONCURRENT
    check_no_overlap(case, placement, report.starts_at, report.ends_at, but=but, concurrent=concurrent)
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
    case, account = locked_account(work_session.case)
    current = unchanged_since(work_session, version)
    if current.outcome_id:
        raise IllegalMove(f"This session is recorded already: {current.outcome}. Correct it instead.")
    ahead = current.starts_at > timezone.now()
    recorded = _log(current, report, case, account, by, record_beyond)
    if ahead:  # they do not come then
        tell_of_plan(case, by=by)
    return recorded


@transaction.atomic
def log_unplanned_work(placement, *, by, record_beyond: bool = False, **report) -> Recorded:
    """Work that nobody had planned is recorded and credited, as log_work_session() does. Refused as well for a
    placement that ended. It takes no place: capacity limits what is planned, not what was done."""
    report = Report(**report)
    case, account = locked_account(placement.case)
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
    _enter(session, credit, by, now)
    record(lifecycle.WORK_LOGGED, by=by, case=case, **_event(session, credit))
    _follow_outcome(session, by)
    return Recorded(session, worth, credit, *settle(case, session.placement, by))


@transaction.atomic
def correct_work_session(
    work_session, *, by, version: int, reason: str, record_beyond: bool = False, **report
) -> Recorded:
    """The session says what is given, and its lines follow: where one differs, it is reversed by a line of its own and
    a new one is added, both with the reason. Refused as log_work_session() refuses (lateness apart),
    without a reason, and before the session is recorded."""
    report = Report(**report)
    case, account = locked_account(work_session.case)
    current = unchanged_since(work_session, version)
    if not current.outcome_id:
        raise IllegalMove("This session has no outcome yet: record it first.")
    if not reason.strip():
        raise Refusal("Enter why the session is corrected.", "reason")
    now = timezone.now()
    worth = _worth(report, case, current.placement, now, but=current)
    before = _credited(current)
    credit = rules.credit_within(
        worth, account.minutes_required, account.minutes_credited - before, record_beyond=record_beyond
    )
    _fill(current, report, by, now)
    _enter(current, credit, by, now, reason=reason)
    record(lifecycle.WORK_CORRECTED, by=by, case=case, **_event(current, credit))
    _follow_outcome(current, by)
    return Recorded(current, worth, credit, *settle(case, current.placement, by))


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


def _enter(session, credit, by, now, *, reason=""):
    """The ledger says of the session what is credited, and what is not and why. Lines that say so already stay."""
    day, minutes = rules.local(session.starts_at).date(), {}
    if session.outcome.attended:
        elapsed = rules.elapsed_minutes(session.starts_at, session.ends_at)
        minutes = rules.parts(elapsed, session.break_minutes, session.penalty_minutes, credit)
    wrong = []
    for line in session.lines.standing():
        if line.on == day and line.minutes == minutes.get(line.account):
            del minutes[line.account]
        else:
            wrong.append(line)
    reverse_lines(wrong, reason=reason, by=by, at=now)
    post_reported(
        HoursLine.Kind.CREDIT,
        minutes,
        case=session.case,
        on=day,
        work_session=session,
        site=session.placement.site,
        reason=reason,
        by=by,
        at=now,
    )
    if credit and session.placement.status == PlacementStatus.PLANNED:
        event = {"site": session.placement.site.name}
        move(session.placement, lifecycle.START, by=by, case=session.case, event=event)


def _event(session, credit) -> dict:
    return {
        "when": rules.date_in_words(rules.local(session.starts_at).date()),
        "outcome": session.outcome.label.lower(),
        "credited": credit,
        "session": str(session.pk),
    }
