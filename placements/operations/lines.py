"""What the ledger is written with. Whoever calls this holds the lock of the case (operations/locking.py); the account
follows its lines by itself (docs/decisions/0034)."""

from django.utils import timezone

from placements.models import HoursAccount, HoursLine
from referrals.models import Decision, Plan

Kind, Account, Against = HoursLine.Kind, HoursLine.Account, HoursLine.Against


def account_of(case) -> HoursAccount | None:
    """The account as it stands now; None before the first line."""
    return HoursAccount.objects.filter(case=case).first()


def open_account(case, *, by) -> HoursAccount:
    """The case's account, which begins with what the plan asks for. Where the plan asks for nothing and the police set
    nothing since, an account of nothing, which is not kept."""
    account = account_of(case)
    if account is None:
        planned = Plan.objects.get(case=case).minutes_required
        if planned:
            post_order(case, planned, by=by, reason="What the plan asks for", **decision_about(case))
        account = account_of(case) or HoursAccount(case=case, minutes_required=0)
    return account


def decision_about(case) -> dict:
    """Who of the police decided about the plan, and on which day."""
    decision = (
        Decision.objects.filter(case=case, outcome=Decision.Outcome.ACCEPT).select_related("by").order_by("-at").first()
    )
    if decision is None:
        return {"decided_by": "The triage team", "on": timezone.localdate(case.decided_at)}
    return {"decided_by": str(decision.by), "on": timezone.localdate(decision.at)}


def post_order(case, minutes: int, *, by, decided_by: str, reason: str, on=None, at=None) -> HoursLine:
    """The order is so many minutes longer, or shorter, as somebody of the police decided."""
    at = at or timezone.now()
    return HoursLine.objects.create(
        case=case,
        kind=Kind.ORDER,
        account=Account.ORDER,
        against=Against.POLICE,
        on=on or timezone.localdate(at),
        minutes=minutes,
        decided_by=decided_by,
        reason=reason,
        by=by,
        at=at,
    )


def post_reported(kind, minutes: dict[str, int], **fields) -> None:
    """One line for each account that gets minutes of what the provider reported."""
    HoursLine.objects.bulk_create(
        HoursLine(kind=kind, account=account, against=Against.REPORTED, minutes=count, **fields)
        for account, count in minutes.items()
        if count
    )


def reverse_lines(lines, *, reason: str, by, at) -> None:
    """Each of the lines is taken back by a line of its own, on the day and at the site that it was entered for."""
    HoursLine.objects.bulk_create(
        HoursLine(
            case_id=line.case_id,
            kind=Kind.REVERSAL,
            account=line.account,
            against=line.against,
            on=line.on,
            minutes=-line.minutes,
            work_session_id=line.work_session_id,
            course_session_id=line.course_session_id,
            site_id=line.site_id,
            reverses=line,
            reason=reason,
            by=by,
            at=at,
        )
        for line in lines
    )
