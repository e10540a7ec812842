"""Any order of booking, moving, changing, cancelling and moving up keeps to the rules: no session above its places,
nobody among the other age group, nobody booked twice, no free place while somebody waits for it.

Seen to fail with each of these out of order: the audience that is asked of whoever comes to a session, or of those on
one that moves; a place that is not given back, in either case; nobody who moves up. Their order is for the other
machine."""

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from audit.trail import Refusal
from referrals.models import Referral
from tests import factories as cast
from tests.workshops.factories import TOMORROW, make_ready_case, make_session
from tests.workshops.machines import played
from workshops import operations, rules
from workshops.lifecycle import HELD, BookingStatus
from workshops.models import Booking, Session, SessionCancelReason

BORN = [date(1998, 3, 4), date(2001, 1, 1), date(1980, 2, 3), date(2012, 5, 6), date(2008, 6, 14), date(2008, 6, 20)]
SESSIONS, CASES = st.integers(0, 2), st.integers(0, len(BORN) - 1)


class Cast:
    """Adults, children, and two who turn 18 in between, and who books them; made once: each run undoes what it did."""

    def __init__(self):
        self.force = cast.make_force()
        provider = cast.make_provider("Provider", [self.force])
        officer = cast.make_user("Officer", self.force, "referrer")
        self.by = cast.make_user("Triager", self.force, "triager")
        self.facilitators = [cast.make_user(f"Facilitator {index}", self.force, "facilitator") for index in range(3)]
        self.reason = SessionCancelReason.objects.get(code="weather")
        self.cases = [
            make_ready_case(officer, provider, participant=cast.make_person(self.force, f"P{index}", "Ashe", born))
            for index, born in enumerate(BORN)
        ]


class Workshops(RuleBasedStateMachine):
    """Three small sessions of one force, and six people: one has a place and two wait, of either age group."""

    def __init__(self, known):
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.by, self.cases, self.reason = known.by, known.cases, known.reason
        self.sessions = [
            make_session(
                facilitator,
                starts_at=TOMORROW + timedelta(days=index),
                capacity=1,
                audience="young_people" if index == 2 else "adults",
            )
            for index, facilitator in enumerate(known.facilitators)
        ]
        for index, case in enumerate(self.cases):
            operations.book(case, self.sessions[0 if index < 3 else 2], by=self.by)
        self.suspended = set()  # once: nobody moves up at the moment when a case is resumed

    def teardown(self):
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def _try(self, verb, *arguments, **named):
        with suppress(Refusal):  # what the rules refuse is part of the game: the invariants must hold after it too
            verb(*arguments, by=self.by, **named)

    def _session(self, index):
        return Session.objects.get(pk=self.sessions[index].pk)

    @rule(case=CASES, session=SESSIONS)
    def book(self, case, session):
        self._try(operations.book, self.cases[case], self._session(session))

    @rule(case=CASES)
    def cancel_booking(self, case):
        for booking in Booking.objects.filter(case=self.cases[case], status__in=["booked", "waitlisted"]):
            self._try(operations.cancel_booking, booking)

    @rule(session=SESSIONS)
    def give_the_last_a_place(self, session):
        if booking := self.sessions[session].bookings.waiting().last():
            self._try(operations.give_place, booking)

    @rule(session=SESSIONS, days=st.integers(-4, 9))
    def move(self, session, days):
        current, by = self._session(session), timedelta(days=days)
        times = {"starts_at": current.starts_at + by, "ends_at": current.ends_at + by}
        self._try(operations.move_session, current, version=current.version, place="Hall", **times)

    @rule(case=CASES, session=SESSIONS)
    def book_again(self, case, session):
        self.cancel_booking(case)
        self.book(case, session)

    @rule(session=SESSIONS, capacity=st.integers(0, 3), other=st.sampled_from([False, False, True]))
    def change(self, session, capacity, other):
        current = self._session(session)
        audience = {"adults": "young_people", "young_people": "adults"}[current.audience] if other else current.audience
        says = {"programme": current.programme, "facilitator": current.facilitator}
        self._try(operations.edit_session, current, version=None, capacity=capacity, audience=audience, **says)

    @rule(session=SESSIONS, to=st.one_of(st.none(), SESSIONS))
    def cancel(self, session, to):
        target = None if to is None else self._session(to)
        self._try(operations.cancel_session, self._session(session), reason=self.reason, to=target)
        if self._session(session).status == "cancelled":  # another comes in its place, so that the game goes on
            old = self._session(session)
            self.sessions[session] = make_session(
                old.facilitator, starts_at=old.starts_at, capacity=old.capacity, audience=old.audience
            )

    @rule(case=st.just(0))
    def suspend_or_resume(self, case):
        current = Referral.objects.filter(pk=self.cases[case].pk)
        current.update(status="active" if current.get().status == "suspended" else "suspended")
        self.suspended.add(self.cases[case].pk)

    @invariant()
    def no_session_is_above_its_places_and_its_count_is_true(self):
        for session in Session.objects.filter(facilitator__organisation=self.by.organisation):
            held = session.bookings.filter(status__in=HELD).count()
            assert session.places_taken == held <= session.capacity
            if session.status == "cancelled":
                assert not session.bookings.exclude(status="cancelled").exists()

    def _live(self):
        live = Booking.objects.exclude(status=BookingStatus.CANCELLED).filter(case__force=self.by.organisation)
        return live.select_related("session", "case__participant")

    @invariant()
    def nobody_is_among_the_other_age_group(self):
        for booking in self._live():
            session = booking.session
            assert not rules.wrong_audience(booking.case.participant.date_of_birth, session.day, session.audience)

    @invariant()
    def nobody_is_booked_twice(self):
        assert max(Counter(booking.case_id for booking in self._live()).values(), default=1) == 1

    @invariant()
    def no_place_is_free_while_somebody_waits_who_may_have_it(self):
        for booking in self._live().filter(status="waitlisted").exclude(case__in=self.suspended):
            assert not booking.session.places_left


@pytest.mark.django_db
def test_any_order_of_steps_keeps_to_the_rules():
    with time_machine.travel(cast.NOW, tick=False):
        known = Cast()
        run_state_machine_as_test(lambda: Workshops(known), settings=played(examples=20, steps=25))
