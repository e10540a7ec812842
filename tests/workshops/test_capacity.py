"""Whatever people do in whatever order, a session never holds more than its capacity, and its count is true."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.trail import Refusal
from tests.workshops.factories import make_ready_case, make_session
from workshops import operations
from workshops.lifecycle import HELD
from workshops.models import Booking

PEOPLE = 5
steps = st.lists(
    st.tuples(st.sampled_from(["book", "cancel", "give_place"]), st.integers(0, PEOPLE - 1)), min_size=1, max_size=20
)


@pytest.fixture
def cases(officer, provider, triager):
    return [make_ready_case(officer, provider, triager=triager) for _ in range(PEOPLE)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, capacity=st.integers(1, 3))
def test_no_order_of_steps_breaks_the_capacity_or_leaves_a_place_empty(steps, capacity, cases, facilitator, triager):
    Booking.objects.all().delete()
    session = make_session(facilitator, capacity=capacity)
    for verb, number in steps:
        case = cases[number]
        booking = case.bookings.filter(session=session).exclude(status="cancelled").first()
        try:
            if verb == "book":
                operations.book(case, session, by=triager)
            elif booking and verb == "cancel":
                operations.cancel_booking(booking, by=triager)
            elif booking:
                operations.give_place(booking, by=triager)
        except Refusal:
            pass
        session.refresh_from_db()
        held = session.bookings.filter(status__in=HELD).count()
        waiting = session.bookings.waiting().count()
        assert session.places_taken == held <= capacity
        assert not (waiting and held < capacity), "somebody waits while a place is free"
        assert held + waiting <= PEOPLE
