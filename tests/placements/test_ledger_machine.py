"""Any order of recording, correcting, adjusting, setting, learning, taking back, closing and sending twice leaves a
ledger that is what a few lines of Python make of the same steps, in the account, in the lines and in each session."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from audit.trail import Refusal
from placements import operations
from placements.models import AdjustmentReason, HoursAccount
from referrals.models import Referral
from tests import factories as cast
from tests.placements import learning
from tests.placements.factories import at, make_placement, make_ready_case, make_session, make_site, outcome

CODES = ("complied", "complied", "complied", "sent_home_behaviour", "absent_medical")
ATTENDED = ("complied", "sent_home_behaviour")
FIRST = at("2026-05-04 08:00")


class Ledger(RuleBasedStateMachine):
    """One case of four hours, with three sessions and a course. `required`, `work` and `courses` are what it must
    be; every step says beforehand whether it is refused."""

    def __init__(self):
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        number = next(cast._numbers)
        force = cast.make_force(f"Force {number}")
        provider = cast.make_provider(f"Provider {number}", [force])
        self.by = cast.make_user(f"C{number}", provider, "coordinator")
        self.triager = cast.make_user(f"T{number}", force, "triager")
        self.case = make_ready_case(cast.make_user(f"O{number}", force, "referrer"), self.by, hours=4)
        self.placement = make_placement(self.case, make_site(provider), self.by)
        self.sessions = [make_session(self.placement, FIRST + timedelta(days=day)) for day in range(3)]
        self.enrolment = learning.make_enrolment(self.case, learning.make_course(provider), self.by)
        self.required, self.travel, self.closed = 240, 0, False
        self.work = [{}, {}, {}]  # session → account → minutes
        self.courses = []  # (session, account → minutes)
        self.last_adjustment = None

    def teardown(self):
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    @property
    def by_courses(self):
        return sum(parts["course"] for _, parts in self.courses)

    @property
    def credited(self):
        return sum(parts.get("work", 0) for parts in self.work) + self.by_courses

    def _step(self, refused, verb, *args, **arguments):
        """Takes the step, which is refused or not as was foreseen; whether it was taken."""
        said = None
        try:
            verb(*args, **arguments)
        except Refusal as refusal:
            said = refusal.sentence
        assert bool(said) == bool(refused), said or "it should be refused"
        return not refused

    @rule(
        number=st.sampled_from([0, 0, 1, 2]),
        hours=st.sampled_from([1, 2, 2, 3, 3, 0]),
        off=st.sampled_from([15, 0, 30, 15, 61]),
        penalty=st.sampled_from([0, 0, 1, 45]),
        code=st.sampled_from(CODES),
        beyond=st.booleans(),
        stale=st.sampled_from([0, 0, 0, 0, 1]),
    )
    def report(self, number, hours, off, penalty, code, beyond, stale):
        session = self.sessions[number]
        session.refresh_from_db()
        rest = hours * 60 - off - penalty
        worth = rest if code in ATTENDED else 0
        left = self.required - self.credited + self.work[number].get("work", 0)
        refused = self.closed or stale or hours == 0 or off > hours * 60 or rest < 0 or (worth > left and not beyond)
        verb, more = operations.log_work_session, {"late_reason": "Late."}
        if session.outcome_id:
            verb, more = operations.correct_work_session, {"reason": "Again."}
        if self._step(
            refused, verb, session, by=self.by, version=session.version - stale, outcome=outcome(code),
            starts_at=session.starts_at, ends_at=session.starts_at + timedelta(hours=hours), break_minutes=off,
            penalty_minutes=penalty, record_beyond=beyond, **more,
        ):  # fmt: skip
            credit = min(worth, left)
            parts = {"work": credit, "break": off, "penalty": penalty, "beyond": worth - credit}
            self.work[number] = {name: n for name, n in parts.items() if n} if code in ATTENDED else {}

    @rule(minutes=st.sampled_from([-240, -180, -60, -1, 1, 60, 120]), code=st.sampled_from(["travel", "hours_varied"]))
    def adjust(self, minutes, code):
        too_far = code == "travel" and abs(self.travel + minutes) > 180
        refused = self.closed or too_far or self.required + minutes < self.credited
        why = f"Reason {next(cast._numbers)}."  # the same words twice on one day would be a form sent twice
        arguments = {"by": self.by, "minutes": minutes, "code": AdjustmentReason.objects.get(code=code), "reason": why}
        if self._step(refused, operations.adjust_hours, self.case, **arguments):
            self.required += minutes
            self.travel += minutes if code == "travel" else 0
            self.last_adjustment = arguments

    @precondition(lambda self: self.last_adjustment)
    @rule()
    def send_the_adjustment_again(self):
        self._step(True, operations.adjust_hours, self.case, **self.last_adjustment)

    @rule(minutes=st.sampled_from([0, 60, 239, 240, 241, 300, 600]))
    def set_hours(self, minutes):
        refused = self.closed or minutes == self.required or minutes < self.credited
        if self._step(
            refused, operations.change_order, self.case, by=self.triager, minutes_required=minutes,
            decided_by="Sgt Moss", reason="Agreed.",
        ):  # fmt: skip
            self.required = minutes

    @rule(minutes=st.sampled_from([1, 30, 72, 90, 200]))
    def learn(self, minutes):
        if self.closed:
            return
        on = self.enrolment.enrolled_on + timedelta(days=len(self.enrolment.learnt.all()))
        session = learning.make_learnt(self.enrolment, self.by, on=on, minutes=minutes)
        share = max(0, self.required * 30 // 100 - self.by_courses)
        credit = min(minutes, share, self.required - self.credited)
        told = operations.credit_course(self.case, session, by=self.by)
        assert told == (minutes, credit)
        self.courses.append((session, {"course": credit, "beyond": minutes - credit}))

    @precondition(lambda self: self.courses)
    @rule(reason=st.sampled_from(["A mistake.", "A mistake.", " "]), number=st.integers(0, 9))
    def take_the_course_back(self, reason, number):
        session, _ = self.courses[number % len(self.courses)]
        if self._step(self.closed or reason == " ", operations.reverse_course, session, by=self.by, reason=reason):
            session.taken_back_at, session.taken_back_by, session.taken_back_because = cast.NOW, self.by, reason
            session.save()
            del self.courses[number % len(self.courses)]

    @rule(at_all=st.sampled_from([False, False, True]))
    def close_or_reopen(self, at_all):
        if not (self.closed or at_all):  # most games go on
            return
        self.closed = not self.closed
        status, closed_at = ("returned", cast.NOW) if self.closed else ("active", None)
        Referral.objects.filter(pk=self.case.pk).update(status=status, closed_at=closed_at)

    @invariant()
    def the_account_the_lines_and_the_steps_say_the_same(self):
        with connection.cursor() as cursor:  # what the database checks when a transaction ends
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        account, lines = HoursAccount.objects.get(case=self.case), self.case.hours_lines
        assert account.minutes_required == lines.filter(account="order").total() == self.required
        assert account.minutes_credited == lines.filter(account__in=["work", "course"]).total() == self.credited
        assert account.minutes_by_courses == lines.by_courses().total() == self.by_courses
        assert 0 <= self.credited <= self.required
        for session, parts in zip(self.sessions, self.work, strict=True):
            assert dict(session.lines.standing().values_list("account", "minutes")) == parts

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


@pytest.mark.django_db
def test_any_order_of_steps_leaves_a_true_account():
    with time_machine.travel(cast.NOW, tick=False):
        run_state_machine_as_test(
            Ledger,
            settings=settings(
                max_examples=14,
                stateful_step_count=20,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
