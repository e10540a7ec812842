"""The clock of these tests stands at 10:00 on Wednesday 10 June 2026, on Derbyshire's clocks."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW
from tests.placements import factories


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def site(provider):
    """A community garden in Ilkeston with three places, in date until 2027."""
    return factories.make_site(provider)


@pytest.fixture
def case(officer, coordinator):
    """An adult with ten hours, assessed and through the workshop."""
    return factories.make_ready_case(officer, coordinator)


@pytest.fixture
def placement(case, site, coordinator):
    return factories.make_placement(case, site, coordinator)


@pytest.fixture
def session(placement):
    """Planned for yesterday, 9:00 to 12:00, and not recorded yet."""
    return factories.make_session(placement)


@pytest.fixture
def connection_queries():
    """connection_queries(verb) → how many queries it took."""

    def count(verb):
        with CaptureQueriesContext(connection) as queries:
            verb()
        return len(queries)

    return count
