"""The order: how many hours a case has to do. The police set it; small changes are adjustments for a coded reason."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from placements import lifecycle, rules
from placements.models import HoursLine
from placements.operations.ledger import lock_running, locked_account, settle
from placements.operations.lines import account_of, decision_about, open_account, post_order
from placements.operations.locking import lock_case
from referrals.lifecycle import Status
from referrals.models import Plan
from referrals.operations import telling


@dataclass(frozen=True)
class Ordered:
    """What a change made of the order, in minutes, and how many sessions ahead were cancelled because none are left;
    `pk`: of the line that was written."""

    pk: int
    minutes_required: int
    minutes_left: int
    cancelled: int


@transaction.atomic
def change_order(case, *, by, minutes_required: int, decided_by: str, reason: str, seen: int | None = None) -> Ordered:
    """The order is so many minutes from now on, adjustments included, as somebody of the police decided: the difference
    is a line of its own, and what is credited stays. The plan says what was decided at first. The officers and who
    works on the case are told. Refused below what is credited, to what it is already, above the longest order, without
    who decided and why, before the case is accepted, once it is closed, and where somebody changed the order since it
    was read (`seen`: its minutes then; None where nothing was read)."""
    current = lock_running(case)
    if not decided_by.strip():
        raise Refusal("Enter who of the police decided.", "decided_by")
    if not reason.strip():
        raise Refusal("Enter the reason in a few words.", "reason")
    account = open_account(current, by=by)
    before = account.minutes_required
    if seen not in (None, before):
        raise _changed_since(current, seen, before)
    rules.check_order(minutes_required, required=before, credited=account.minutes_credited)
    line = post_order(current, minutes_required - before, by=by, decided_by=decided_by, reason=reason)
    hours, were = rules.in_words(minutes_required), rules.in_words(before)
    event = record(lifecycle.ORDER_CHANGED, by=by, case=current, hours=hours, before=were)
    telling.tell(
        current,
        event,
        f"has an order of {hours} now. It was {were}.",
        telling.officers(current),
        telling.provider(current),
        by=by,
    )
    left, cancelled = settle(current, None, by)
    return Ordered(line.pk, minutes_required, left, cancelled)


def _changed_since(case, seen: int, now: int) -> IllegalMove:
    last = case.hours_lines.filter(account=HoursLine.Account.ORDER).select_related("by").order_by("-at", "-id").first()
    who = f"{last.by} changed the order on {timezone.localtime(last.at):%-d %B %Y at %H:%M}" if last else "It changed"
    return IllegalMove(
        f"{who}, after you opened it: it was {rules.in_words(seen)} and is {rules.in_words(now)} now. Nothing that you "
        "entered is saved yet.",
        "hours",
    )


@transaction.atomic
def adjust_hours(case, *, by, minutes: int, code, reason: str) -> Ordered:
    """The order is so many minutes longer, or shorter (negative), for a coded reason in words. Refused beyond the cap
    of the reason, below what is already credited, above the longest order, without words, for a closed case, and to
    whoever made the very same adjustment, in the same words, on the same day: a form is easily sent twice."""
    current, account = locked_account(case)
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
        already=lines.total(),
        required=account.minutes_required,
        credited=account.minutes_credited,
    )
    line = HoursLine.objects.create(
        case=current,
        kind=HoursLine.Kind.ADJUSTMENT,
        account=HoursLine.Account.ORDER,
        against=HoursLine.Against.ADJUSTED,
        on=timezone.localdate(now),
        minutes=minutes,
        adjustment_reason=code,
        reason=reason,
        by=by,
        at=now,
    )
    record(lifecycle.ADJUSTED, by=by, case=current, minutes=minutes, reason=code.label)
    left, cancelled = settle(current, None, by)
    return Ordered(line.pk, account.minutes_required + minutes, left, cancelled)


@transaction.atomic
def follow_plan(case, *, by) -> None:
    """A case that was accepted again has an order of what its new plan asks for, with the adjustments made before: the
    difference is a line of its own. Refused where more than that is credited already."""
    current = lock_case(case, (Status.ACTIVE,), so="its order cannot follow the plan")
    account = account_of(current)
    if account is None:
        return
    planned = Plan.objects.get(case=current).minutes_required
    required = planned + current.hours_lines.filter(kind=HoursLine.Kind.ADJUSTMENT).total()
    if required < account.minutes_credited:
        raise Refusal(
            f"This would make an order of {rules.in_words(required)}, with the adjustments made before, but "
            f"{rules.in_words(account.minutes_credited)} are already credited.",
            "hours",
        )
    if required != account.minutes_required:
        difference = required - account.minutes_required
        post_order(current, difference, by=by, reason="What the new plan asks for", **decision_about(current))
    settle(current, None, by)
