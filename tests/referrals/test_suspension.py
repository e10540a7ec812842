"""A suspended case stands still, and so does what was still to be done in time."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from referrals import facts, operations
from referrals.models import OverrideRequest, Referral, ReturnReason, SuspendReason
from referrals.rules import LONDON, ClockState
from tests.factories import make_referral, make_victim

pytestmark = pytest.mark.django_db
ACCEPTED = {"hours": 12, "workshop_needed": True, "rj_to_explore": False, "rationale": "Suitable."}


def at(day, hour, minute=0):
    return datetime(2026, 6, day, hour, minute, tzinfo=LONDON)


@pytest.fixture
def case(officer, triager, provider):
    """Accepted on Wednesday 10 June at 10:00: first contact is due on Friday at 10:00."""
    with time_machine.travel(at(10, 10), tick=False):
        case = make_referral(officer, status="submitted", at=at(10, 9))
        make_victim(case)
        operations.accept(case, by=triager, provider=provider, **ACCEPTED)
    return case


def suspended(case, triager, since, until):
    with time_machine.travel(since, tick=False):
        operations.suspend(case, by=triager, reason=SuspendReason.objects.get(code="away"))
    with time_machine.travel(until, tick=False):
        operations.resume(case, by=triager)
    return Referral.objects.get(pk=case.pk)


def clock_of(case, now):
    return facts.first_contact_clock(case, now, facts.limits())


def contact_due(case):
    return case.tasks.get(kind="first_contact").due_on


def test_first_contact_is_due_as_much_later_as_the_case_stood_still(case, triager):
    assert contact_due(case) == date(2026, 6, 12)
    case = suspended(case, triager, at(11, 10), at(15, 12))  # Thursday 10:00 to Monday 12:00, without the weekend
    assert case.time_suspended == timedelta(days=2, hours=2)
    clock = clock_of(case, at(15, 13))
    assert (clock.state, clock.due_at) == (ClockState.RUNNING, at(16, 12))
    assert contact_due(case) == date(2026, 6, 16)


def test_it_adds_up_over_several_suspensions(case, triager):
    case = suspended(case, triager, at(10, 11), at(10, 13))
    case = suspended(case, triager, at(11, 9), at(11, 12))
    assert case.time_suspended == timedelta(hours=5)
    assert clock_of(case, at(12, 14)).due_at == at(12, 15)


def test_what_was_late_before_stays_late(case, triager):
    case = suspended(case, triager, at(15, 10), at(17, 10))
    assert clock_of(case, at(17, 10)).state == ClockState.OVERDUE


def test_what_is_owed_to_the_victim_does_not_wait(case, triager):
    owed = case.tasks.filter(victim__isnull=False)
    before = set(owed.values_list("kind", "due_on"))
    assert before
    suspended(case, triager, at(11, 10), at(15, 12))
    assert set(owed.values_list("kind", "due_on")) == before


def test_a_case_that_is_reopened_does_not_count_the_time_for_which_it_was_closed(case, triager, manager):
    with time_machine.travel(at(11, 10), tick=False):
        operations.suspend(case, by=triager, reason=SuspendReason.objects.get(code="away"))
        operations.return_to_officer(case, by=triager, reason=ReturnReason.objects.get(code="moved_away"))
        asked = operations.ask_override(case, by=triager, kind=OverrideRequest.Kind.REOPEN, reason="Is back.")
    with time_machine.travel(at(18, 10), tick=False):
        operations.decide_override(asked, by=manager, agreed=True, reason="Agreed.")
    case = suspended(case, triager, at(18, 11), at(18, 12))
    assert case.time_suspended == timedelta(hours=1)
