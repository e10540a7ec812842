"""Whether what a participant was to be told of their work still holds when it is sent or printed. What changes a plan
drops what was not sent (operations/telling.py), so this asks only for what changes by itself."""

from datetime import datetime, timedelta

from placements import rules
from placements.models import WorkSession
from referrals.lifecycle import Status
from referrals.models import Message, Referral


def no_longer(message: Message, now: datetime) -> str:
    """Why a message about planned work is not sent any more; empty if it is true."""
    case = Referral.objects.only("status").get(pk=message.case_id)
    ahead = WorkSession.objects.filter(case=case, outcome__isnull=True, starts_at__gt=now).that_can_be(now)
    if message.purpose == Message.Purpose.CANCELLED:
        return "Work is planned again." if ahead.exists() else ""
    if case.status != Status.ACTIVE:
        return f"The case is {Status(case.status).label.lower()}."
    if message.purpose == Message.Purpose.REMINDER:
        day = rules.local(message.made_at).date() + timedelta(days=1)
        starts = ahead.values_list("starts_at", flat=True)
        if not any(rules.local(start).date() == day for start in starts):
            return "They do not work on that day any more."
    return "" if ahead.exists() else "No work is ahead any more."
