"""Placements, and the work sessions planned in them."""

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move, record
from placements import lifecycle, rules
from placements.apart import kept_apart
from placements.models import HoursAccount, Placement, PlacementEndReason, Site, WorkSession
from placements.operations.assessing import age_today
from placements.operations.locking import lock_case
from referrals.lifecycle import Status
from referrals.operations import lock_for_stage


def _locked_site(pk) -> Site:
    """The site's row, locked, so that two people cannot both take its last place."""
    return Site.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _open_account(case) -> HoursAccount:
    """The case's account, which begins with what the plan asks for."""
    return HoursAccount.objects.get_or_create(case=case, defaults={"minutes_required": case.plan.minutes_required})[0]


def places_left(site, assessment, today) -> int:
    """Free places at the site within the time that the scheme looks ahead, on the days that both can do."""
    ahead = rules.days_ahead(today)
    taken = WorkSession.objects.filter(placement__site=site).places_taken(ahead[0], ahead[-1])
    return rules.places_left(site, assessment.days_available, {day: n for (_, day), n in taken.items()}, today)


@transaction.atomic
def plan_placement(
    case, *, by, site, minutes_agreed: int, signed_by: str, signed_on, parent_signed_by: str = ""
) -> Placement:
    """The case has a placement at the site, and an account of hours.

    Refused before the assessment and the workshop (lock_for_stage), at another provider's site, where matching blocks
    (site not active, its insurance or risk assessment out of date, not suitable for a child, full), for a child whom no
    parent or carer signed for, for more than the hours that are left, and twice at one site.
    """
    current = lock_for_stage(case, "placement")
    site = _locked_site(site.pk)
    today = timezone.localdate()
    if site.provider_id != current.provider_id:
        raise Refusal(f"{site} is not a site of {current.provider}, who work on {current.reference}.")
    earlier = current.placements.open().filter(site=site).select_related("planned_by").first()
    if earlier:
        raise IllegalMove(
            f"{earlier.planned_by} already planned a placement of {rules.in_words(earlier.minutes_agreed)} at {site}."
        )
    age = age_today(current)
    findings = rules.matching(site, current.assessment, age, today, places_left(site, current.assessment, today))
    blocking = [finding for finding in findings if finding.blocks]
    if blocking:
        raise Refusal(" ".join(finding.refusal for finding in blocking))
    _check_agreement(current, signed_by, signed_on, today)
    if rules.is_child(age) and not parent_signed_by.strip():
        raise Refusal(
            f"Enter the name of the parent or carer who signed the agreement: {rules.age_in_words(age)}.",
            "parent_signed_by",
        )
    left = _open_account(current).minutes_left
    if not 0 < minutes_agreed <= left:
        raise Refusal(
            f"{rules.in_words(left)} are left to do, so agree between 1 minute and {rules.in_words(left)}, not "
            f"{rules.in_words(minutes_agreed)}."
            if left
            else f"All hours of {current.reference} are done.",
            "hours_agreed",
        )
    placement = Placement.objects.create(
        case=current,
        site=site,
        minutes_agreed=minutes_agreed,
        signed_by=signed_by,
        parent_signed_by=parent_signed_by,
        signed_on=signed_on,
        planned_by=by,
        planned_at=timezone.now(),
    )
    record(lifecycle.PLANNED, by=by, case=current, site=site.name, hours=f"{minutes_agreed / 60:g}")
    return placement


def _check_agreement(case, signed_by, signed_on, today):
    if not signed_by.strip():
        raise Refusal("Enter the name of the person who signed the agreement.", "signed_by")
    if signed_on > today:
        raise Refusal("The day of the signature must not be in the future.", "signed_on")
    accepted = timezone.localdate(case.decided_at)
    if signed_on < accepted:
        raise Refusal(
            f"The agreement cannot be older than the case: it was accepted on {rules.date_in_words(accepted)}.",
            "signed_on",
        )


@transaction.atomic
def end_placement(placement, *, by, reason) -> None:
    """The placement ended early, for this reason, and its sessions to come are cancelled. Refused while a session that
    is over has no outcome, and unless the placement is open."""
    case = lock_case(placement.case, Status)
    current = Placement.objects.select_related("site").get(pk=placement.pk)
    _refuse_while_waiting(current.work_sessions)
    _end(current, case, by, reason)
    cancel_planned(current.work_sessions, case, by)


@transaction.atomic
def leave_placements(case, *, by) -> None:
    """A case that is closed has no open placement and no work ahead: its placements end, its sessions that have not
    begun are cancelled.

    Completion is refused while a session that has begun has no outcome, for a closed case takes no hours. A case that
    is withdrawn or returned keeps such a session: somebody may have worked. It is on nobody's list while the case is
    closed, and waits for its outcome again if a manager reopens it.
    """
    if case.status == Status.COMPLETED:
        _refuse_while_waiting(case.work_sessions)
    cancel_planned(case.work_sessions.filter(starts_at__gt=timezone.now()), case, by)
    reason = "returned" if case.status == Status.RETURNED else "case_closed"
    for placement in case.placements.open().select_related("site"):
        _end(placement, case, by, PlacementEndReason.objects.get(code=reason))


def _end(placement, case, by, reason):
    event = {"site": placement.site.name, "reason": reason.label}
    move(placement, lifecycle.END, by=by, case=case, event=event, end_reason=reason)


def _refuse_while_waiting(sessions):
    waiting = sessions.filter(outcome__isnull=True, starts_at__lte=timezone.now()).order_by("starts_at").first()
    if waiting:
        raise Refusal(
            f"Record the outcome of the session of {rules.date_in_words(timezone.localdate(waiting.starts_at))} first."
        )


@transaction.atomic
def plan_work_sessions(placement, *, by, times) -> list[WorkSession]:
    """A session is planned for each of `times`, pairs of aware datetimes (start, end): all of them or none.

    Refused unless the case may go on, the placement is open and hours are left; and, naming the day, for a time that
    has passed, before the agreement was signed, when the site is closed that weekday or not insured, assessed and
    active that day, when its places are taken, when another session of the person overlaps, and when somebody would
    work there at the same time whom the assessment keeps apart or who is on the other side of 18.
    """
    case = lock_for_stage(placement.case, "placement")
    current = Placement.objects.get(pk=placement.pk)
    site = _locked_site(current.site_id)
    if current.status not in (lifecycle.PlacementStatus.PLANNED, lifecycle.PlacementStatus.UNDER_WAY):
        raise IllegalMove(f"The placement at {site} is {current.get_status_display().lower()}.")
    if not case.hours_account.minutes_left:
        raise Refusal(f"All hours of {case.reference} are done: {rules.in_words(case.hours_account.minutes_required)}.")
    sessions = [_plan_one(current, case, site, start, end) for start, end in times]
    for session in sessions:
        record(lifecycle.WORK_PLANNED, by=by, case=case, when=_when(session))
    return sessions


def _plan_one(placement, case, site, start, end) -> WorkSession:
    rules.check_times(start, end)
    day = rules.local(start).date()
    named = rules.day_in_words(day)
    if start <= timezone.now():
        raise Refusal(f"{named}, {rules.local(start):%H:%M}, has passed. Record work that was done instead.", "on")
    if day < placement.signed_on:
        raise Refusal(
            f"{named} is before the agreement was signed, on {rules.date_in_words(placement.signed_on)}.", "on"
        )
    blocking = [finding for finding in rules.site_findings(site, day) if finding.blocks]
    if blocking:
        raise Refusal(" ".join(finding.refusal for finding in blocking), "on")
    if day.weekday() not in site.days_open:
        raise Refusal(f"{named}: {site} takes people on {rules.days_in_words(site.days_open)} only.", "on")
    check_no_overlap(case, placement, start, end)
    that_day = WorkSession.objects.filter(placement__site=site).taking_a_place().on_days(day, day).exclude(case=case)
    taken = that_day.values("case").distinct().count()
    if taken >= site.capacity:
        raise Refusal(f"{named} is full at {site}: {taken} of {site.capacity} places are taken.", "on")
    _check_company(case, that_day.overlapping(start, end), site, named)
    return WorkSession.objects.create(case=case, placement=placement, starts_at=start, ends_at=end)


def check_no_overlap(case, placement, start, end, *, but=None):
    """Nobody works, or is planned, at two times at once."""
    others = case.work_sessions.exclude(pk=but.pk if but else None).select_related("placement__site", "outcome")
    found = (
        others.overlapping(start, end).taking_a_place().first()
        or others.filter(placement=placement, starts_at=start).first()
    )
    if found:
        state = "recorded" if found.outcome else "planned"
        raise IllegalMove(
            f"A session at {found.placement.site} is already {state} for "
            f"{rules.day_in_words(rules.local(found.starts_at).date())}, {rules.local(found.starts_at):%H:%M} to "
            f"{rules.local(found.ends_at):%H:%M}. {'Correct' if found.outcome else 'Record'} that one, or enter "
            "another time.",
            "starts_at",
        )


def _check_company(case, beside, site, named):
    """Children and adults are never together, nor people whom an assessment keeps apart. Names nobody."""
    if beside.filter(case__participant__in=kept_apart([case.participant_id])).exists():
        raise Refusal(
            f"{named}: somebody works at {site} then who must never work beside this person (see the assessments).",
            "on",
        )
    child = rules.is_child(age_today(case))
    for other in beside.select_related("case__participant"):
        if rules.is_child(age_today(other.case)) != child:
            raise Refusal(
                f"{named}: {'an adult works' if child else 'a young person works'} at {site} then, and adults and "
                "young people never share a session.",
                "on",
            )


def _when(session) -> str:
    return f"{rules.date_in_words(rules.local(session.starts_at).date())}, {rules.local(session.starts_at):%H:%M}"


def _cancel(session, case, by):
    record(lifecycle.WORK_CANCELLED, by=by, case=case, when=_when(session))
    session.delete()  # the trail keeps what the row was


def cancel_planned(sessions, case, by) -> int:
    """Those of the sessions that have no outcome are gone, and their places free; how many they were."""
    planned = list(sessions.filter(outcome__isnull=True))
    for session in planned:
        _cancel(session, case, by)
    return len(planned)


@transaction.atomic
def cancel_work_session(work_session, *, by) -> None:
    """The planned session is gone and its place is free. Refused once it has begun or its outcome is recorded."""
    case = lock_case(work_session.case, Status)
    current = WorkSession.objects.filter(pk=work_session.pk).first()
    if current is None:
        raise IllegalMove("This session was already cancelled.")
    if current.outcome_id:
        raise IllegalMove(f"The outcome of the session of {_when(current)} is already recorded.")
    if current.starts_at <= timezone.now():
        raise Refusal(f"The session of {_when(current)} has begun: record its outcome instead.")
    _cancel(current, case, by)
