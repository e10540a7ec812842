"""The demonstration, loaded once for all tests of this folder, as of 9:00 on a fixed Tuesday; emptied after them.

(Tests that commit run after all others, so that they find the database empty.)
"""

from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command

from accounts.models import Organisation, User
from demo.management.commands.load_demo import Command
from tests.conftest import empty_tables

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/London"))


def load_demo(**options) -> str:
    """What the command prints. (By its class: the app is installed only where DEMO is set.)"""
    out = StringIO()
    call_command(Command(), stdout=out, **{"today": TODAY, **options})
    return out.getvalue()


@pytest.fixture(scope="package")
def loaded(django_db_setup, django_db_blocker):
    """What load_demo printed."""
    with django_db_blocker.unblock():
        yield load_demo()
        empty_tables(None)


@pytest.fixture
def empty_database(transactional_db):
    """No demonstration: tests that commit run after those that read it."""
    empty_tables(None)


@pytest.fixture
def demonstration(loaded, db):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def derbyshire(demonstration):
    return Organisation.objects.get(name="Derbyshire Police")


@pytest.fixture
def account(demonstration):
    """account("officer@derbyshire.example") → that user."""
    return lambda email: User.objects.get(email=email)
