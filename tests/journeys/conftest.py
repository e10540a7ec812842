"""The whole system, running: a web server, a real worker and a browser, all at one hour of one day."""

import os
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connections

from immediatejustice.celery import app
from tests import browser, factories
from tests.journeys.colleague import Colleague, Inspector

# A Celery worker whose clock starts at the moment given first.
WORKER = """
import sys, time_machine
time_machine.travel(sys.argv.pop(1), tick=True).start()
from celery.__main__ import main
main()
"""


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as started:
        yield started


@pytest.fixture
def clock():
    """The hour of the web server, which the journey moves on: clock.move_to(…)."""
    with time_machine.travel(factories.NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def inspector():
    """Fails the test at its end on any serious finding of any page that was come to."""
    inspector = Inspector()
    yield inspector
    assert inspector.wrong == []


@pytest.fixture
def at_a_browser(chromium, live_server, clock, transactional_db):
    """at_a_browser(user, …) → a Colleague with a browser of their own, signed in."""
    there = []

    def sit_down(user, *, signed_in=True, **options):
        colleague = Colleague(chromium, live_server.url, user, **options)
        there.append(colleague)
        return colleague.sign_in() if signed_in else colleague

    yield sit_down
    for colleague in there:
        colleague.context.close()
    assert [said for colleague in there for said in colleague.said] == []


@pytest.fixture
def working(settings, transactional_db):
    """with working(moment): a real Celery worker takes up tasks of this test alone."""
    queue = f"journey-{os.getpid()}"
    before, app.conf.task_default_queue = app.conf.task_default_queue, queue

    @contextmanager
    def work(moment):
        database = urlsplit(os.environ["DATABASE_URL"])._replace(
            path=f"/{connections['default'].settings_dict['NAME']}"
        )
        environment = {
            **os.environ,
            "DATABASE_URL": database.geturl(),
            "MEDIA_ROOT": str(django_settings.MEDIA_ROOT),
            "REDIS_URL": django_settings.REDIS_URL,
        }
        command = [sys.executable, "-c", WORKER, moment.isoformat(), "-A", "immediatejustice", "worker"]
        worker = subprocess.Popen(
            [*command, "--concurrency=1", f"--queues={queue}", "--without-gossip", "--without-mingle"], env=environment
        )
        try:
            yield worker
        finally:
            worker.terminate()
            worker.wait(20)

    yield work
    app.conf.task_default_queue = before
