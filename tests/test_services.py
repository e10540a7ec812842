"""The PostgreSQL and the Redis that the demonstration and the tests start for themselves."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis

LAUNCHER = Path(__file__).resolve().parent.parent / "dev" / "services.py"


@pytest.fixture
def launched():
    """A launcher of its own (process, addresses), stopped at the end of the test."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # PostgreSQL runs as another user when the tests run as root
        folder = Path(name) / "services"
        process = subprocess.Popen(
            [sys.executable, LAUNCHER, folder], env=environment, stdout=subprocess.PIPE, text=True
        )
        assert "are running" in process.stdout.readline()
        lines = (folder / "env").read_text().split()
        yield process, dict(line.split("=", 1) for line in lines)
        process.terminate()
        process.communicate(timeout=30)


def answering(addresses):
    """Which of the two servers answer."""
    found = set()
    try:
        psycopg.connect(addresses["DATABASE_URL"]).close()
        found.add("postgres")
    except psycopg.OperationalError:
        pass
    try:
        redis.from_url(addresses["REDIS_URL"]).ping()
        found.add("redis")
    except redis.ConnectionError:
        pass
    return found


def wait_until_gone(addresses, *, seconds=20):
    deadline = time.monotonic() + seconds
    while left := answering(addresses):
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_they_end_with_the_launcher(launched, number):
    process, addresses = launched
    assert answering(addresses) == {"postgres", "redis"}
    process.send_signal(number)
    process.wait(30)
    wait_until_gone(addresses)


def test_the_applications_role_owns_nothing_and_can_create_nothing(launched):
    _process, addresses = launched
    with psycopg.connect(addresses["DATABASE_URL"]) as web:
        assert web.execute(
            "SELECT current_user, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == ("ij_web", False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("CREATE TABLE mine ()")


def test_nobody_gets_in_without_a_password(launched):
    _process, addresses = launched
    user, rest = addresses["DATABASE_URL"].removeprefix("postgres://").split(":", 1)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgres://{user}@{rest.split('@')[1]}")
    with pytest.raises(redis.AuthenticationError):
        redis.from_url("redis://" + addresses["REDIS_URL"].split("@")[1]).ping()
