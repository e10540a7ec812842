"""A case, a process and the clock of restorative justice."""

import pytest
import time_machine

from tests.factories import NOW, make_active_case
from tests.restorative.factories import make_process


@pytest.fixture(autouse=True)
def _fixed_clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, provider, triager):
    return make_active_case(officer, provider, triager=triager)


@pytest.fixture
def process_at(case, practitioner):
    """process_at(status) → a process of the practitioner's at that stage."""
    return lambda status="identified", **fields: make_process(case, practitioner, status, **fields)
