"""Any order of recording, correcting, adjusting and cancelling leaves an account that follows its lines."""

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from audit.trail import Refusal
from placements import operations
from placements.models import AdjustmentReason, HoursAccount
from tests import factories as cast
from tests.placements.factories import at, make_placement, make_ready_case, make_session, make_site, outcome

CODES = ("complied", "complied", "sent_home_behaviour", "absent_medical")
FIRST = at("2026-05-04 08:00")


class Ledger(RuleBasedStateMachine):
    """One case of four hours, with three sessions."""

    def __init__(self):
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        number = next(cast._numbers)
        force = cast.make_force(f"Force {number}")
        provider = cast.make_provider(f"Provider {number}", [force])
        self.by = cast.make_user(f"C{number}", provider, "coordinator")
        self.case = make_ready_case(cast.make_user(f"O{number}", force, "referrer"), self.by, hours=4)
        self.placement = make_placement(self.case, make_site(provider), self.by)
        self.sessions = [make_session(self.placement, FIRST + timedelta(days=day)) for day in range(3)]

    def teardown(self):
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def _try(self, verb, **arguments):
        with suppress(Refusal):  # what the rules refuse is part of the game: the invariants must hold after it too
            verb(**arguments)

    @rule(
        number=st.integers(0, 2),
        hours=st.sampled_from([1, 2, 3, 0]),
        penalty=st.sampled_from([0, 1, 59, 61]),
        code=st.sampled_from(CODES),
        beyond=st.booleans(),
        stale=st.sampled_from([0, 0, 0, 1]),
    )
    def report(self, number, hours, penalty, code, beyond, stale):
        session = self.sessions[number]
        session.refresh_from_db()
        arguments = {
            "by": self.by, "version": session.version - stale, "outcome": outcome(code), "starts_at": session.starts_at,
            "ends_at": session.starts_at + timedelta(hours=hours), "penalty_minutes": penalty, "record_beyond": beyond,
        }  # fmt: skip
        if session.outcome_id:
            self._try(operations.correct_work_session, work_session=session, reason="Again.", **arguments)
        else:
            self._try(operations.log_work_session, work_session=session, late_reason="Late.", **arguments)

    @rule(minutes=st.sampled_from([-240, -180, -60, -1, 1, 60, 120]), code=st.sampled_from(["travel", "hours_varied"]))
    def adjust(self, minutes, code):
        reason = AdjustmentReason.objects.get(code=code)
        why = f"Reason {next(cast._numbers)}."  # the same words twice on one day would be a form sent twice
        self._try(operations.adjust_hours, case=self.case, by=self.by, minutes=minutes, code=reason, reason=why)

    @invariant()
    def the_account_follows_its_lines(self):
        account = HoursAccount.objects.get(case=self.case)
        work = self.case.hours_lines.by_work().total()
        assert account.minutes_credited == work
        assert account.minutes_required == self.case.hours_lines.filter(account="order").total()
        assert 0 <= work <= account.minutes_required

    @invariant()
    def the_milestones_and_the_placement_follow_the_ledger(self):
        account = HoursAccount.objects.get(case=self.case)
        done = account.minutes_left == 0
        assert self.case.milestones.filter(kind="hours_completed").exists() == done
        attended = self.case.work_sessions.filter(outcome__attended=True).order_by("starts_at").first()
        first = self.case.milestones.filter(kind="first_work_session").first()
        assert (first.at if first else None) == (attended.starts_at if attended else None)
        self.placement.refresh_from_db()
        if self.placement.status in ("under_way", "completed"):
            assert (self.placement.status == "completed") == done

    @invariant()
    def every_session_has_at_most_one_credit_in_force(self):
        for session in self.sessions:
            assert session.lines.standing().by_work().count() <= 1


@pytest.mark.django_db
def test_any_order_of_steps_leaves_a_true_account():
    with time_machine.travel(cast.NOW, tick=False):
        run_state_machine_as_test(
            Ledger,
            settings=settings(
                max_examples=10,
                stateful_step_count=15,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
