"""What runs in containers, held against what runs here: there is one set of commands, and each of them is tried."""

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import connections

CHECKOUT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
PROCFILE = dict(line.split(": ", 1) for line in (CHECKOUT / "Procfile").read_text().splitlines())
APPLICATION = [name for name, service in COMPOSE.items() if service.get("image") == "immediate-justice"]


def test_the_containers_run_the_commands_of_the_procfile():
    assert {name: COMPOSE[name]["command"] for name in APPLICATION} == PROCFILE


@pytest.mark.parametrize("name", sorted(set(APPLICATION) - {"migrate"}))
def test_only_migrate_knows_the_owners_password(name):
    assert "OWNER" not in str(COMPOSE[name])
    assert "env_file" not in COMPOSE[name]


def test_only_the_proxy_can_be_reached_from_outside():
    assert [name for name, service in COMPOSE.items() if "ports" in service] == ["proxy"]


def test_the_files_that_compose_mounts_are_there():
    mounted = [
        volume for service in COMPOSE.values() for volume in service.get("volumes", []) if volume.startswith("./")
    ]
    assert mounted
    assert all((CHECKOUT / volume.split(":")[0]).is_file() for volume in mounted)


def test_the_example_names_every_setting_that_is_read():
    example = (CHECKOUT / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    in_settings = set(
        re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (CHECKOUT / "immediatejustice/settings.py").read_text())
    )
    in_compose = set(re.findall(r"\$\{([A-Z_]+)", (CHECKOUT / "docker-compose.yml").read_text()))
    assert named == in_settings | in_compose


def test_the_image_can_collect_static_files_without_a_server(tmp_path):
    words = re.search(r"RUN (SECRET_KEY=.*?collectstatic --no-input)", (CHECKOUT / "Dockerfile").read_text(), re.DOTALL)
    assert words
    command = words[1].replace("\\\n", " ").replace("/venv/bin/python", shlex.quote(sys.executable))
    environment = {"PATH": os.environ["PATH"], "STATIC_ROOT": str(tmp_path)}
    done = subprocess.run(
        ["sh", "-c", f"{command} --dry-run"], cwd=CHECKOUT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "css" in done.stdout


def test_it_refuses_to_start_with_a_weak_secret():
    environment = os.environ | {"SECRET_KEY": "weak", "DEBUG": "false"}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "SECRET_KEY is too weak" in done.stderr


@pytest.fixture
def environment(transactional_db, tmp_path):
    """The environment of a process of the application that uses the tests' database."""
    database = connections["default"].settings_dict
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    # a queue of its own: its worker must not take what other tests send
    queue = re.sub(r"/\d+$", "/15", os.environ["REDIS_URL"])
    given = {
        "DATABASE_URL": address,
        "REDIS_URL": queue,
        "ALLOWED_HOSTS": "service.example",
        "MEDIA_ROOT": str(tmp_path),
    }
    found = os.environ | given | {"PORT": "0"}
    found.pop("DATABASE_OWNER_URL", None)
    return found


@pytest.fixture
def start(environment, tmp_path):
    """start(name, **environment) → the process of that name in the Procfile, and the file it logs to."""
    running = []

    def started(name, **more):
        log = tmp_path / f"{name}.log"
        with log.open("wb") as output:
            command = shlex.split(PROCFILE[name])
            process = subprocess.Popen(command, cwd=CHECKOUT, env=environment | more, stdout=output, stderr=output)
        running.append(process)
        return process, log

    yield started
    for process in running:
        process.terminate()
        assert process.wait(120) in (0, -15)


def wait_for_line(log, pattern, *, seconds=120):
    """The match of the first line in `log` that has `pattern`; fails with the log when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := re.search(pattern, log.read_text())):
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    return found


def test_the_web_server_is_ready_as_the_containers_health_check_asks(start, environment):
    _process, log = start("web", GUNICORN_CMD_ARGS="--bind 127.0.0.1:0")
    port = wait_for_line(log, r"Listening at: http://127\.0\.0\.1:(\d+)")[1]
    command = [sys.executable, *COMPOSE["web"]["healthcheck"]["test"][2:]]
    deadline = time.monotonic() + 120  # a busy machine takes its time to the first answer; Docker asks again too
    while True:
        asked = subprocess.run(command, cwd=CHECKOUT, env=environment | {"PORT": port}, capture_output=True, text=True)
        if asked.returncode == 0:
            break
        assert time.monotonic() < deadline, asked.stderr + log.read_text()
    refused = environment | {"PORT": port, "ALLOWED_HOSTS": "another.example"}
    assert subprocess.run(command, cwd=CHECKOUT, env=refused, capture_output=True).returncode != 0


def test_the_worker_and_beat_start(start):
    assert settings.CELERY_BEAT_SCHEDULE
    _worker, worker_log = start("worker")
    _beat, beat_log = start("beat")
    wait_for_line(worker_log, r"celery@.* ready")
    wait_for_line(beat_log, "beat: Starting")
    for job in settings.CELERY_BEAT_SCHEDULE.values():
        assert job["task"] in worker_log.read_text()
