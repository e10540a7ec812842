"""The work sessions planned in a placement: planned, moved, cancelled."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.models import Event
from audit.trail import IllegalMove, Refusal, record
from placements import facts, lifecycle, rules
from placements.models import Placement, WorkSession
from placements.operations.assessing import refuse_without_consents
from placements.operations.locking import lock_case, lock_person, lock_site
from placements.operations.telling import tell_of_plan
from placements.querysets import OPEN_PLACEMENT
from referrals.lifecycle import Status
from referrals.operations import Stale, lock_for_stage


@transaction.atomic
def plan_work_sessions(
    placement, *, by, times: Sequence[tuple[datetime, datetime]], leave_out: bool = False
) -> list[WorkSession]:
    """A session is planned for each of `times`, pairs of aware datetimes (start, end): all of them or none; with
    `leave_out`, all of those that can be. Several are a series.

    Refused unless the case may go on, the placement is open and hours are left; and what rules.check_session() refuses,
    naming the day. With `leave_out`, where none of them can be planned.
    """
    case = lock_for_stage(placement.case, "placement")
    refuse_without_consents(case)
    lock_person(case)
    current = Placement.objects.get(pk=placement.pk)
    site = lock_site(current.site_id)
    _refuse_unless_open(current, site)
    if not case.hours_account.minutes_left:
        raise Refusal(f"All hours of {case.reference} are done: {rules.in_words(case.hours_account.minutes_required)}.")
    if not 0 < len(times) <= rules.MOST:
        raise Refusal(f"Plan between 1 and {rules.MOST} sessions at a time, not {len(times)}.", "times")
    now, series = timezone.now(), uuid.uuid4() if len(times) > 1 else None
    times = sorted((start.astimezone(UTC), end.astimezone(UTC)) for start, end in times)
    held = facts.company(case, site, times)
    sessions: list[WorkSession] = []
    stopped: list[Refusal] = []
    for start, end in times:
        try:
            rules.check_session(start, end, now=now, placement=current, site=site, company=held)
        except Refusal as refusal:
            stopped.append(refusal)
            continue
        session = WorkSession(case=case, placement=current, starts_at=start, ends_at=end, series=series)
        held.own.append(session)
        sessions.append(session)
    if stopped and (not leave_out or not sessions):
        raise stopped[0]
    for session in WorkSession.objects.bulk_create(sessions):
        record(lifecycle.WORK_PLANNED, by=by, case=case, when=_when(session), session=str(session.pk))
    tell_of_plan(case, by=by, new=len(sessions))
    return sessions


@transaction.atomic
def move_work_session(
    work_session, *, by, version: int, starts_at: datetime, ends_at: datetime, placement=None
) -> WorkSession:
    """The planned session is at these times, at the site of `placement` (None: where it was), and its old place is
    free.

    Refused once it has begun or its outcome is recorded; where somebody changed it since it was read (`version`),
    saying who; unless it changes something; to a placement that is not open, or of another case; and as
    plan_work_sessions() refuses.
    """
    case = lock_for_stage(work_session.case, "placement")
    refuse_without_consents(case)
    lock_person(case)
    current = _not_begun(work_session, case, version)
    target = Placement.objects.get(pk=(placement or current.placement).pk)
    if target.case_id != case.pk:
        raise Refusal("A session can only be moved to another site of the same case.", "placement")
    site = lock_site(target.site_id)
    _refuse_unless_open(target, site)
    start, end = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if (start, end, target.pk) == (current.starts_at, current.ends_at, current.placement_id):
        raise Refusal(f"The session is at {site} on {_when(current)} already: enter another time, day or site.", "on")
    held = facts.company(case, site, [(start, end)], but=current)
    rules.check_session(start, end, now=timezone.now(), placement=target, site=site, company=held)
    before = _when(current)
    current.starts_at, current.ends_at, current.placement = start, end, target
    current.version += 1
    current.save(update_fields=["starts_at", "ends_at", "placement", "version"])
    record(
        lifecycle.WORK_MOVED,
        by=by,
        case=case,
        when=before,
        to=_when(current),
        site=site.name,
        session=str(current.pk),
    )
    tell_of_plan(case, by=by)
    return current


@transaction.atomic
def cancel_work_session(work_session, *, by, version: int | None = None, rest: bool = False, reason: str = "") -> int:
    """The planned session is gone and its place is free; with `rest`, so are those after it that were planned with it.
    How many they were. The reason, if one is given, stands in the trail.

    Refused once it has begun or its outcome is recorded, and where somebody moved it since it was read (`version`)."""
    case = lock_case(work_session.case, Status)
    current = _not_begun(work_session, case, version)
    going = WorkSession.objects.filter(pk=current.pk)
    if rest and current.series:
        going = case.work_sessions.filter(series=current.series, starts_at__gte=current.starts_at)
    return cancel_planned(going, case, by, reason=reason)


def cancel_planned(sessions, case, by, *, reason: str = "") -> int:
    """Those of the sessions that have no outcome, and to which nobody has come yet, are gone, and their places free;
    how many they were."""
    planned = list(sessions.filter(outcome__isnull=True, arrived_at__isnull=True))
    for session in planned:
        because = {"reason": reason} if reason else {}
        record(lifecycle.WORK_CANCELLED, by=by, case=case, when=_when(session), session=str(session.pk), **because)
        session.delete()  # the trail keeps what the row was
    if planned:
        tell_of_plan(case, by=by)
    return len(planned)


def check_no_overlap(case, placement, start, end, *, but=None, concurrent=False):
    """Nobody works, or is planned, at two times at once, in whichever of their cases."""
    lock_person(case)
    others = facts.sessions_of(case).exclude(pk=but.pk if but else None).overlapping(start, end)
    own = others.select_related("placement__site", "outcome")
    rules.check_no_overlap(start, end, placement, own, concurrent=concurrent)


def refuse_while_waiting(sessions):
    """Refused while a session that has begun, or to which somebody has come, has no outcome."""
    begun = Q(starts_at__lte=timezone.now()) | Q(arrived_at__isnull=False)
    waiting = sessions.filter(begun, outcome__isnull=True).order_by("starts_at").first()
    if waiting:
        raise Refusal(
            f"Record the outcome of the session of {rules.date_in_words(timezone.localdate(waiting.starts_at))} first."
        )


def _refuse_unless_open(placement, site):
    if placement.status not in OPEN_PLACEMENT:
        raise IllegalMove(f"The placement at {site} is {placement.get_status_display().lower()}.")


def _not_begun(work_session, case, version) -> WorkSession:
    """The session as it stands, which nobody has begun, recorded, or changed since it was read."""
    current = WorkSession.objects.select_related("placement__site", "outcome").filter(pk=work_session.pk).first()
    if current is None:
        raise IllegalMove("This session was already cancelled.")
    if current.outcome_id:
        raise IllegalMove(f"The outcome of the session of {_when(current)} is already recorded: {current.outcome}.")
    if current.arrived_at or current.starts_at <= timezone.now():
        raise Refusal(f"The session of {_when(current)} has begun: record its outcome instead.")
    if version not in (None, current.version):
        moves = Event.objects.filter(case=case.pk, kind=lifecycle.WORK_MOVED.name, data__session=str(current.pk))
        last = moves.order_by("-id").first()
        by, at = (last.actor_name, timezone.localtime(last.at)) if last else ("Somebody", timezone.localtime())
        raise Stale(
            f"{by} moved this session on {at:%-d %B %Y at %H:%M}, after you opened it: it is now at "
            f"{current.placement.site} on {_when(current)}. Nothing that you entered is saved yet.",
            details=[{"version": current.version, "by": by, "at": at.isoformat()}],
        )
    return current


def _when(session) -> str:
    return f"{rules.date_in_words(rules.local(session.starts_at).date())}, {rules.clock(session.starts_at)}"
