"""Any order of booking, moving, cancelling, recording and correcting, while the days go by, keeps to the rules: what
follows from attendance is true at every moment, and people who are kept apart never meet.

Seen to fail with each of these out of order: whoever is kept apart not refused (anywhere; when they move up; when a
session is cancelled into another), compliance that does not follow an outcome, a milestone or a session's status that
is not derived or never taken back, a place that is not given back, a waiting list read from its end."""

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from audit.trail import Refusal
from placements.models import Assessment
from referrals.models import AttendanceOutcome, ComplianceEvent, Milestone
from tests import factories as cast
from tests.workshops.factories import TOMORROW, make_ready_case, make_session
from tests.workshops.machines import played
from workshops import operations
from workshops.lifecycle import HELD
from workshops.models import Booking, Session, SessionCancelReason

SESSIONS, CASES = st.integers(0, 1), st.integers(0, 3)
OUTCOMES = st.sampled_from(
    [
        ("complied", None),
        ("complied", 10),
        ("unacceptable_absence", None),
        ("failed_to_comply", None),
        ("absent_medical", None),
        ("unacceptable_absence", 10),
    ]
)


class Cast:
    """Four adults and who books them, made once: each run of the machine undoes what it did."""

    def __init__(self):
        self.force = cast.make_force()
        provider = cast.make_provider("Provider", [self.force])
        officer = cast.make_user("Officer", self.force, "referrer")
        self.by = cast.make_user("Triager", self.force, "triager")
        self.facilitators = [cast.make_user(f"Facilitator {index}", self.force, "facilitator") for index in range(2)]
        self.reason = SessionCancelReason.objects.get(code="weather")
        self.outcomes = AttendanceOutcome.objects.in_bulk()
        self.cases = [
            make_ready_case(officer, provider, participant=cast.make_person(self.force, f"P{index}", "Ashe"))
            for index in range(4)
        ]


class Registers(RuleBasedStateMachine):
    """Two sessions with two places each. On the first, two adults have places and two wait; then the scheme learns that
    the first who waits must be kept apart from one of the others."""

    def __init__(self, known):
        super().__init__()
        self.travel = time_machine.travel(cast.NOW, tick=False)
        self.clock = self.travel.start()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.force, self.by, self.cases = known.force, known.by, known.cases
        self.facilitators, self.reason, self.outcomes = known.facilitators, known.reason, known.outcomes
        self.sessions = [self._new(index, TOMORROW + timedelta(days=index)) for index in range(2)]
        for case in (0, 2, 1, 3):
            self.book(case, 0)
        self.before = self._bookings().get(case=self.cases[1]).pk
        assessment = Assessment.objects.create(
            case=self.cases[0], emergency_contact_name="Pat", emergency_contact_phone="01", days_available=[0],
            completed_by=self.by, completed_at=cast.NOW,
        )  # fmt: skip
        assessment.never_with.add(self.cases[1])
        self.apart = {self.cases[0].pk, self.cases[1].pk}

    def teardown(self):
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)
        self.travel.stop()

    def _new(self, index, starts_at):
        return make_session(self.facilitators[index], starts_at=starts_at, capacity=2)

    def _session(self, index):
        return Session.objects.get(pk=self.sessions[index].pk)

    def _to_come(self, index):
        """This session, or a new one in its place when it is over or cancelled."""
        current = self._session(index)
        if current.status == "cancelled" or current.starts_at <= timezone.now():
            self.sessions[index] = current = self._new(index, timezone.now() + timedelta(days=1, hours=3 * index))
        return current

    def _bookings(self):
        return Booking.objects.filter(case__force=self.force).select_related("session", "outcome").order_by("id")

    # --- what people do ---------------------------------------------------------------------------------------------

    @rule(case=CASES, session=SESSIONS)
    def book(self, case, session):
        with suppress(Refusal):
            operations.book(self.cases[case], self._to_come(session), by=self.by)
        self.clock.shift(timedelta(seconds=1))  # who comes later stands later on the list

    @rule(case=CASES)
    def cancel_booking(self, case):
        for booking in self._bookings().filter(case=self.cases[case], status__in=["booked", "waitlisted"]):
            waiting = booking.session.bookings.filter(status="waitlisted").order_by("waitlisted_at")
            others = booking.session.bookings.filter(status__in=HELD).exclude(pk=booking.pk)
            beside = self.apart & set(others.values_list("case", flat=True))
            may = [each for each in waiting if not (beside and each.case_id in self.apart)]
            had_place = booking.status == "booked"
            with suppress(Refusal):
                moved_up = operations.cancel_booking(booking, by=self.by)
                assert moved_up == (may[0] if may and had_place else None)

    @rule(which=st.integers(0, 3), came=OUTCOMES, why=st.sampled_from(["Lost.", "Lost.", ""]))
    def record(self, which, came, why):
        """One of the last places, once its session is over: recorded, or corrected."""
        held = self._bookings().filter(status__in=HELD).order_by("-session__starts_at", "id")[:4]
        if not held:
            return
        booking = held[which % len(held)]
        if booking.session.ends_at > timezone.now():
            self.clock.move_to(booking.session.ends_at, tick=False)
        code, late = came
        named = {"outcome": self.outcomes[code], "minutes_late": late, "late_because": why}
        with suppress(Refusal):
            operations.record_attendance(booking, by=self.by, **named)

    @rule(session=SESSIONS, days=st.integers(1, 4))
    def move(self, session, days):
        current, by = self._session(session), timedelta(days=days)
        times = {"starts_at": current.starts_at + by, "ends_at": current.ends_at + by}
        with suppress(Refusal):
            operations.move_session(current, by=self.by, version=None, place="Hall", **times)

    @rule(session=SESSIONS, along=st.booleans())
    def cancel(self, session, along):
        """Before or after the fact."""
        current = self._session(session)
        if current.status == "cancelled":
            return
        with suppress(Refusal):
            to = self._to_come(1 - session) if along else None
            operations.cancel_session(current, by=self.by, reason=self.reason, to=to)

    @rule(days=st.sampled_from([1, 1, 2, 9]))
    def days_go_by(self, days):
        self.clock.shift(timedelta(days=days))

    # --- what is true at every moment -------------------------------------------------------------------------------

    @invariant()
    def places_are_counted_and_never_more_than_there_are(self):
        for session in Session.objects.filter(force=self.force):
            held = session.bookings.filter(status__in=HELD).count()
            assert session.places_taken == held <= session.capacity

    @invariant()
    def a_session_is_delivered_if_somebody_attended_it(self):
        for session in Session.objects.filter(force=self.force):
            assert (session.status == "delivered") == session.bookings.attended().exists()

    @invariant()
    def a_case_has_the_milestone_of_its_first_attended_session(self):
        for case in self.cases:
            attended = [booking.session.starts_at for booking in self._bookings().attended().filter(case=case)]
            reached = Milestone.objects.filter(case=case, kind="workshop_attended").values_list("at", flat=True)
            assert list(reached) == sorted(attended)[:1]

    @invariant()
    def whoever_is_kept_apart_is_never_on_one_session(self):
        for session in Session.objects.filter(force=self.force):
            live = session.bookings.exclude(status="cancelled").exclude(pk=self.before, status="waitlisted")
            assert len(self.apart & set(live.values_list("case", flat=True))) < 2

    @invariant()
    def a_case_is_booked_once_at_a_time(self):
        now = timezone.now()
        for case in self.cases:
            assert Booking.objects.ahead(now).filter(case=case).count() <= 1

    @invariant()
    def compliance_stands_for_each_outcome_that_may_be_enforced_and_for_no_other(self):
        standing = set(
            ComplianceEvent.objects.filter(case__in=self.cases, lapsed_at=None).values_list("about", flat=True)
        )
        assert standing == {
            booking.pk for booking in self._bookings() if booking.outcome and booking.outcome.enforceable
        }

    @invariant()
    def only_who_came_was_late(self):
        for booking in self._bookings().filter(minutes_late__isnull=False):
            assert booking.outcome.attended


@pytest.mark.django_db
def test_any_order_of_steps_keeps_what_follows_from_them_true():
    with time_machine.travel(cast.NOW, tick=False):
        known = Cast()
    run_state_machine_as_test(lambda: Registers(known), settings=played(examples=20, steps=20))
