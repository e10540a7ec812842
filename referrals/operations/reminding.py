"""Reminding the officer of a question that waits for an answer: by hand, and by itself."""

import logging
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from referrals import facts, lifecycle
from referrals.lifecycle import Status
from referrals.models import Query, Referral
from referrals.operations.telling import officers, tell
from referrals.time_limits import working_day_after, working_days_clock

logger = logging.getLogger(__name__)


@transaction.atomic
def remind(referral, *, by) -> None:
    """The officers of the case are reminded of the question that waits. Refused when none waits, and a second time on
    one working day: the day of the question counts as its first."""
    now = timezone.now()
    current = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)
    query = current.queries.filter(answered_at__isnull=True).first()
    if current.status != Status.QUERIED or query is None:
        raise IllegalMove(f"No question about {current.reference} waits for an answer.")
    if timezone.localdate(now) < (from_day := may_remind_from(query)):
        last = "reminded" if query.reminded_at else "asked"
        when = timezone.localtime(query.reminded_at or query.asked_at)
        raise Refusal(
            f"The officer was {last} on {when:%-d %B %Y at %H:%M}. You can send a reminder from "
            f"{from_day:%A} {from_day.day} {from_day:%B}."
        )
    _remind(current, query, now, by=by)


def may_remind_from(query) -> date:
    """The first day on which somebody may remind the officer of this question."""
    return working_day_after(timezone.localdate(query.reminded_at or query.asked_at), 1)


def remind_of_all(now) -> int:
    """Whoever has not answered for the time that the reference table says (query_reminder) is reminded, and so on every
    such time that follows; returns how many questions that were. Each case is its own transaction, and one that cannot
    be reminded of does not hold up the others."""
    limit = facts.limits()["query_reminder"]
    before = now - timedelta(days=limit)  # so many working days ago or more
    waiting = Query.objects.filter(answered_at__isnull=True, case__status=Status.QUERIED, asked_at__lte=before)
    reminded = 0
    for pk in list(waiting.values_list("case", flat=True)):
        try:
            reminded += _remind_if_due(pk, limit, now)
        except Exception:  # whatever it is, it is this case’s; the next run tries again
            logger.exception("the officers of case %s cannot be reminded yet", pk)
    return reminded


@transaction.atomic
def _remind_if_due(case_pk, limit, now) -> bool:
    """Looked at again under the lock of the case: the officer may have answered, another worker have been first."""
    case = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=case_pk)
    query = case.queries.filter(answered_at__isnull=True).first()
    if case.status != Status.QUERIED or query is None:
        return False
    if working_days_clock(query.reminded_at or query.asked_at, limit, now).due_at > now:
        return False
    _remind(case, query, now, by=None)
    return True


def _remind(case, query, now, *, by):
    Query.objects.filter(pk=query.pk).update(reminded_at=now)
    event = record(lifecycle.REMINDED, by=by, case=case, ids=[query.pk])
    tell(case, event, "has a question that still waits for your answer.", officers(case), by=by)
