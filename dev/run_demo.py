"""The demonstration: everything on this machine, on loopback, with fictional data. `make demo` runs this.

Environment: PORT (8000), RESET=1 to start afresh, DATABASE_URL with DATABASE_OWNER_URL and REDIS_URL to use
servers that are there already. Data, logs and the addresses (file `env`) are kept in services.demo_folder().
"""

import fcntl
import hashlib
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TextIO

import services
from processes import Group, run_until_stopped

STARTED = time.monotonic()


def procfile() -> dict[str, list[str]]:
    """Name → command of each process, from the Procfile, which the containers' commands are held against."""
    lines = (services.CHECKOUT / "Procfile").read_text().splitlines()
    return {name: shlex.split(command) for name, command in (line.split(":", 1) for line in lines if line)}


def say(text: str) -> None:
    print(f"» {text}", flush=True)


def web_port() -> int:
    word = os.environ.get("PORT") or "8000"
    if not word.isdigit() or not 1 <= int(word) <= 65535:
        sys.exit(f"PORT must be a number from 1 to 65535; it is {word!r}. For example: make demo PORT=8080")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(word)))
        except OSError as error:
            sys.exit(
                f"Port {word} cannot be used ({error.strerror}). Choose another: make demo PORT={services.free_port()}"
            )
    return int(word)


def hold(folder: Path) -> TextIO:
    """Keep a second demonstration off the same data for as long as the returned file is open."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = folder.with_name(f"{folder.name}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("The demonstration of this checkout is running already. Stop it first (Ctrl-C where it runs).")
    return lock


def settings(folder: Path, addresses: dict[str, str], port: int) -> dict[str, str]:
    """The environment of the application: as in production, but without TLS in front."""
    key = folder / "secret-key"
    if not key.exists():
        services.write_secret(key, secrets.token_urlsafe(50))
    return addresses | {
        "SECRET_KEY": key.read_text(),
        "DEBUG": "false",
        "DEMO": "true",
        "BEHIND_TLS": "false",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": f"http://localhost:{port}",
        "MEDIA_ROOT": str(folder / "media"),
        "EMAIL_URL": "console:",
    }


def static_fingerprint() -> str:
    """Changes when a file that collectstatic collects changes, or a package that brings some."""
    watched = [services.CHECKOUT / name for name in ("static", "build/static", "govuk", "requirements/base.lock")]
    files = [file for top in watched for file in ([top] if top.is_file() else sorted(top.rglob("*"))) if file.is_file()]
    return hashlib.sha256(repr([(str(file), file.stat().st_mtime_ns) for file in files]).encode()).hexdigest()


def manage(*words: str, env: dict[str, str], quiet: bool = True) -> str:
    """Run manage.py and return what it printed, if that was not shown; when it fails, show it and stop."""
    pipe = subprocess.PIPE if quiet else None
    done = subprocess.run([sys.executable, "manage.py", *words], env=env, stdout=pipe, stderr=pipe, text=True)
    if done.returncode:
        print((done.stdout or "") + (done.stderr or ""))
        sys.exit(f"`manage.py {' '.join(words)}` failed (status {done.returncode}): see above.")
    return done.stdout or ""


def wait_until_ready(url: str, group: Group, *, seconds: int = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  (an http address of our own)
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as error:
            reason = f"{error.code} {error.read().decode(errors='replace')[:500]}"
        except OSError as error:
            reason = str(error)
        for name, child, _stop_signal, log in group.members:
            if child.poll() is not None:
                sys.exit(f"{log.read_text()[-2000:]}\n{name} did not start. The lines above are the end of {log}")
        if time.monotonic() > deadline:
            sys.exit(
                f"{url} was not ready after {seconds} seconds: {reason}. The logs are in {group.members[-1].log.parent}"
            )
        time.sleep(0.1)


def prepare(env: dict[str, str], folder: Path) -> None:
    """Bring the database, the static files and the data to where this release wants them."""
    say("Migrating the database")
    manage("migrate", "--no-input", env=env)
    collected = services.CHECKOUT / "build" / "collected" / ".fingerprint"
    if not collected.exists() or collected.read_text() != static_fingerprint():
        say("Collecting the static files")
        manage("collectstatic", "--no-input", "--clear", env=env)
        collected.write_text(static_fingerprint())
    say("Loading the demonstration data, unless it is there")
    # The last line says where a participant's own page is, which is said once.
    if found := re.search(r"/placements/yours/\S+", manage("load_demo", env=env)):
        services.write_secret(folder / "own-page", found[0])


def main() -> None:
    folder = services.demo_folder()
    lock, port = hold(folder), web_port()
    if os.environ.get("RESET") == "1" and folder.exists():
        say("Starting afresh: removing the demonstration's data")
        shutil.rmtree(folder)
    with Group() as servers:
        say("Starting PostgreSQL and Redis")
        given = settings(folder, services.start(servers, folder, throw_away=False), port)
        services.write_secret(folder / "env", "".join(f"{name}={value}\n" for name, value in given.items()))
        (folder / "media").mkdir(exist_ok=True)
        env = os.environ | given
        prepare(env, folder)
        say("Starting the web server, a Celery worker and beat")
        # What serves requests never sees the owner's address: it could not touch the trail or the schema if it tried.
        application = env | {"GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}"}
        application.pop("DATABASE_OWNER_URL", None)
        commands = procfile()
        with Group() as processes:  # stopped before the servers that they use
            for name in ("web", "worker", "beat"):
                processes.start(name, commands[name], env=application, log=folder / f"{name}.log")
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", processes)
            seconds = time.monotonic() - STARTED
            print(f"\nImmediate Justice is running at http://localhost:{port} ({seconds:.0f} seconds)\n", flush=True)
            manage("demo_signins", env=env, quiet=False)
            print(f"\nWithout an account: http://localhost:{port}/placements/suggest/ suggests work for the community")
            if (own := folder / "own-page").exists():
                print(f"http://localhost:{port}{own.read_text()} is a participant’s own page (for 90 days)")
            print(f"\nLogs and data: {folder}\nStop: Ctrl-C. The data is kept; `make demo RESET=1` starts afresh.")
            sys.stdout.flush()
            run_until_stopped(servers, processes)
    say("Stopped. Every process is gone.")
    lock.close()


if __name__ == "__main__":
    main()
