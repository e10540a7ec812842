"""Placements: planned, and ended."""

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move, record
from placements import facts, lifecycle, rules
from placements.models import Placement, PlacementEndReason
from placements.operations.assessing import age_today, refuse_without_consents
from placements.operations.lines import account_of, open_account
from placements.operations.locking import lock_case, lock_site
from placements.operations.planning import cancel_planned, refuse_while_waiting
from referrals.lifecycle import Status
from referrals.models import Milestone
from referrals.operations import lock_for_stage


@transaction.atomic
def plan_placement(
    case,
    *,
    by,
    site,
    minutes_agreed: int,
    signed_by: str,
    signed_on,
    parent_signed_by: str = "",
    risks_told_on=None,
    override_reason: str = "",
) -> Placement:
    """The case has a placement at the site, and an account of hours.

    Refused before the assessment and the workshop (lock_for_stage), at another provider's site, where matching blocks
    (site not active, its insurance or risk assessment out of date, not suitable for a child), for a child whom no
    parent or carer signed for or whose parent or carer was not told the key risks, for more than the hours that are
    left, and twice at one site. Where matching finds something that may be overridden (no day that both can do, no free
    place soon, what only a person can judge), refused without a reason, which is kept.
    """
    current = lock_for_stage(case, "placement")
    refuse_without_consents(current)
    site = lock_site(site.pk)
    today = timezone.localdate()
    if site.provider_id != current.provider_id:
        raise Refusal(f"{site} is not a site of {current.provider}, who work on {current.reference}.")
    earlier = current.placements.open().filter(site=site).select_related("planned_by").first()
    if earlier:
        raise IllegalMove(
            f"{earlier.planned_by} already planned a placement of {rules.in_words(earlier.minutes_agreed)} at {site}."
        )
    age = age_today(current)
    reason = rules.check_override(facts.findings(current, site), override_reason)
    _check_agreement(current, signed_by, signed_on, today)
    if rules.is_child(age):
        _check_parent(age, parent_signed_by, risks_told_on, today)
    left = open_account(current, by=by).minutes_left
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
        risks_told_on=risks_told_on,
        override_reason=reason,
        planned_by=by,
        planned_at=timezone.now(),
    )
    record(lifecycle.PLANNED, by=by, case=current, site=site.name, hours=f"{minutes_agreed / 60:g}")
    if reason:
        record(lifecycle.OVERRIDDEN, by=by, case=current, site=site.name, reason=reason)
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


def _check_parent(age, parent_signed_by, risks_told_on, today):
    """A parent or carer signs for a child, and is told the key risks before the start."""
    if not parent_signed_by.strip():
        raise Refusal(
            f"Enter the name of the parent or carer who signed the agreement: {rules.age_in_words(age)}.",
            "parent_signed_by",
        )
    if risks_told_on is None:
        raise Refusal(
            f"Enter the day on which the parent or carer was told the key risks: {rules.age_in_words(age)}.",
            "risks_told_on",
        )
    if risks_told_on > today:
        raise Refusal(
            "The day on which the parent or carer was told the key risks must not be in the future. Tell them first.",
            "risks_told_on",
        )


@transaction.atomic
def end_placement(placement, *, by, reason) -> None:
    """The placement ended early, for this reason, and its sessions to come are cancelled. Refused while a session that
    is over has no outcome, and unless the placement is open."""
    case = lock_case(placement.case, Status)
    current = Placement.objects.select_related("site").get(pk=placement.pk)
    refuse_while_waiting(current.work_sessions)
    _end(current, case, by, reason)
    cancel_planned(current.work_sessions, case, by)


@transaction.atomic
def leave_placements(case, *, by) -> None:
    """A case that is closed has no open placement and no work ahead: its placements end, its sessions that have not
    begun are cancelled.

    Completion is refused while a session that has begun has no outcome, for a closed case takes no hours; and while
    hours are left that the police set after a plan that had none. A case that is withdrawn or returned keeps such a
    session: somebody may have worked. It is on nobody's list while the case is closed, and waits for its outcome again
    if a manager reopens it.
    """
    if case.status == Status.COMPLETED:
        refuse_while_waiting(case.work_sessions)
        _refuse_while_hours_are_left(case)
    cancel_planned(case.work_sessions.filter(starts_at__gt=timezone.now()), case, by)
    reason = "returned" if case.status == Status.RETURNED else "case_closed"
    for placement in case.placements.open().select_related("site"):
        _end(placement, case, by, PlacementEndReason.objects.get(code=reason))


def _refuse_while_hours_are_left(case):
    account = account_of(case)
    done = case.milestones.filter(kind=Milestone.Kind.HOURS_COMPLETED).exists()
    if account and account.minutes_left and not done:
        raise Refusal(
            f"{case.reference} cannot be closed as completed yet: {rules.in_words(account.minutes_left)} of "
            f"{rules.in_words(account.minutes_required)} are left to do."
        )


def _end(placement, case, by, reason):
    event = {"site": placement.site.name, "reason": reason.label}
    move(placement, lifecycle.END, by=by, case=case, event=event, end_reason=reason)
