"""The demonstration, loaded once for all tests of this folder, as of 9:00 on a fixed Tuesday; emptied after them.

(Tests that commit run after all others, so that they find the database empty.)
"""

import uuid
from contextlib import contextmanager
from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command

from accounts.models import Organisation, User
from demo.management.commands.load_demo import Command
from immediatejustice.celery import app
from tests.conftest import empty_tables

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/London"))


def load_demo(**options) -> str:
    """What the command prints. (By its class: the app is installed only where DEMO is set.)"""
    out = StringIO()
    call_command(Command(), stdout=out, **{"today": TODAY, **options})
    return out.getvalue()


@contextmanager
def own_queue():
    """A queue that no worker listens to takes what is asked of workers. Yields how to count what waits in it."""
    name, usual = f"test-{uuid.uuid4()}", app.conf.task_default_queue
    app.conf.task_default_queue = name

    def waiting() -> int:
        with app.connection_for_write() as broker, broker.SimpleQueue(name) as queue:
            return queue.qsize()

    try:
        yield waiting
    finally:
        app.conf.task_default_queue = usual
        with app.connection_for_write() as broker, broker.SimpleQueue(name) as queue:
            queue.queue.delete()


@pytest.fixture(scope="package")
def first_load(django_db_setup, django_db_blocker):
    """What load_demo printed, and how many tasks it left for workers."""
    with django_db_blocker.unblock(), own_queue() as waiting:
        with time_machine.travel(NOW):
            printed = load_demo()
        yield printed, waiting()
        empty_tables(None)


@pytest.fixture
def loaded(first_load):
    """What load_demo printed."""
    return first_load[0]


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
