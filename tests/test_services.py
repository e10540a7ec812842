"""The PostgreSQL and the Redis that the demonstration and the tests start for themselves."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

CHECKOUT = Path(__file__).resolve().parent.parent
LAUNCHER = CHECKOUT / "dev" / "services.py"
sys.path.insert(0, str(LAUNCHER.parent))

from services import SERVICE_USER, postgres_programs, read_env  # noqa: E402


@contextmanager
def launch(folder):
    """The launcher on `folder`: (process, addresses). Stopped at the end; what it stored stays."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    process = subprocess.Popen([sys.executable, LAUNCHER, folder], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert "are running" in process.stdout.readline()
        yield process, read_env(folder / "env")
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture
def folder():
    """A folder that PostgreSQL's user can enter, also when the tests run as root."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def launched(folder):
    with launch(folder / "services") as running:
        yield running


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


def wait_until_gone(addresses, *, seconds=60):
    deadline = time.monotonic() + seconds
    while left := answering(addresses):
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_they_end_with_the_launcher(launched, number):
    process, addresses = launched
    assert answering(addresses) == {"postgres", "redis"}
    process.send_signal(number)
    process.wait(60)
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


def run(*command, user=None, **environment):
    done = subprocess.run(
        command, cwd=CHECKOUT, env=os.environ | environment, user=user, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def contents(address):
    """(table, its rows) and (table, privilege of the application's role), for all tables."""
    with psycopg.connect(address) as database:
        names = [name for (name,) in database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        rows = {name: database.execute(f'SELECT md5(t::text) FROM "{name}" t ORDER BY 1').fetchall() for name in names}
        granted = database.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = 'ij_web'"
        )
        triggers = database.execute("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        return rows, set(granted), set(triggers)


def record(address, times=1):
    """Write events as the application does, each in a transaction of its own, and seal them."""
    with psycopg.connect(address, autocommit=True) as web:
        for _ in range(times):
            web.execute("SELECT audit_record('read', 'test', NULL, '', NULL, '[]', '{}', '', NULL)")
        return web.execute("SELECT audit_seal_finished()").fetchone()[0]


def test_a_backup_restores_and_its_trail_goes_on(folder):
    """docs/operations.md, on two servers: dump, restore, lift the transaction numbers, verify, go on."""
    programs, dump = postgres_programs(), folder / "ij.dump"
    with launch(folder / "old") as (_process, old):
        run(sys.executable, "manage.py", "migrate", "--no-input", **old)
        assert record(old["DATABASE_URL"], 3000) == 3000
        kept = contents(old["DATABASE_OWNER_URL"])
        run(programs / "pg_dump", "--format=custom", f"--file={dump}", old["DATABASE_OWNER_URL"])
    with launch(folder / "new") as (_process, new):
        run(programs / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={new['DATABASE_OWNER_URL']}", dump)
        rows, granted, triggers = contents(new["DATABASE_OWNER_URL"])
        assert (rows, granted, triggers) == kept
        assert len(rows["audit_event"]) == 3000
        assert granted
        assert triggers
        epoch = psycopg.connect(new["DATABASE_URL"]).execute("SELECT max(to_txid) >> 32 FROM audit_seal").fetchone()[0]
    cluster = next((folder / "new").glob("postgres-*"))
    run(programs / "pg_resetwal", f"--epoch={epoch + 1}", cluster, user=SERVICE_USER.pw_uid)
    with launch(folder / "new") as (_process, new):
        run(sys.executable, "manage.py", "verify_trail", **new)
        assert record(new["DATABASE_URL"], 3) == 3
        run(sys.executable, "manage.py", "verify_trail", **new)
