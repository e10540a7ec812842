"""The clock of these tests stands at 10:00 on Wednesday 2 October 2024; the first half of 2024-25 is over."""

import os
import signal
import subprocess
import sys
import uuid
from urllib.parse import urlsplit, urlunsplit

import pytest
import time_machine
from django.db import connection

from immediatejustice.celery import app
from tests.reporting.factories import at

NOW = at("2024-10-02 10:00")


@pytest.fixture(autouse=True)
def _clock(request):
    if "celery_worker_process" in request.fixturenames:
        yield  # the worker's clock is that of the machine
        return
    with time_machine.travel(NOW, tick=False):
        yield


def worker_environment(media):
    """The environment of another process that works on this test's database and files."""
    address = urlsplit(os.environ["DATABASE_URL"])
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(address._replace(path=f"/{connection.settings_dict['NAME']}")),
        "MEDIA_ROOT": str(media),
        "DJANGO_SETTINGS_MODULE": "immediatejustice.settings",
        "LOG_LEVEL": "WARNING",
    }


@pytest.fixture
def celery_worker_process(transactional_db, settings):
    """start() → a real Celery worker in a process of its own, on a queue of its own. Killed at the end of the test."""
    queue, usual = f"test-{uuid.uuid4()}", app.conf.task_default_queue
    app.conf.task_default_queue = queue
    started = []

    def start():
        command = [sys.executable, "-m", "celery", "-A", "immediatejustice", "worker", "--pool", "solo", "-Q", queue]
        command += ["-n", f"{uuid.uuid4()}@test", "--without-gossip", "--without-mingle"]
        process = subprocess.Popen(
            command, env=worker_environment(settings.MEDIA_ROOT), stdout=subprocess.DEVNULL, start_new_session=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
    app.conf.task_default_queue = usual
    with app.connection_for_write() as broker:
        broker.default_channel.queue_delete(queue)
