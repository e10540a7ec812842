"""Workshops of a fixed Wednesday, 10 June 2026, 10:00 in Derbyshire."""

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.workshops.factories import make_ready_case, make_session


@pytest.fixture(autouse=True)
def clock(time_machine):
    """The time stands still at NOW; clock.move_to(…) moves it."""
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def session(facilitator):
    """Tomorrow's session of Dev Patel, for eight adults."""
    return make_session(facilitator)


@pytest.fixture
def case(officer, provider):
    """An adult who is ready for a workshop."""
    return make_ready_case(officer, provider)


@pytest.fixture
def after(clock, session):
    """The time is half an hour after the end of the session."""

    def move():
        clock.move_to(session.ends_at + timedelta(minutes=30), tick=False)

    return move
