"""Child processes that end with the process that started them, however it ends."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

PR_SET_PDEATHSIG = 1
STOP_WITHIN = 15  # seconds before a child that does not stop is killed


class Stop(Exception):
    """SIGINT, SIGTERM or SIGHUP arrived."""


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Ask Linux to send this process `number` when its parent dies, also by SIGKILL. Nothing elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))


class Member(NamedTuple):
    name: str
    process: subprocess.Popen
    stop_signal: int
    log: Path


class Group:
    """A context: what is started in it is stopped at its end, all at once. Nest two where one needs the other."""

    def __init__(self) -> None:
        self.members: list[Member] = []

    def __enter__(self) -> "Group":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        if "MAKELEVEL" in os.environ:  # killing make alone would leave this process behind
            die_with_parent()
        return self

    @staticmethod
    def _stop(number: int, frame: object) -> None:
        raise Stop(signal.Signals(number).name)

    def start(
        self,
        name: str,
        command: list,
        *,
        log: Path,
        executable: str | None = None,
        user: pwd.struct_passwd | None = None,
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
        stop_signal: int = signal.SIGTERM,
    ) -> subprocess.Popen:
        """Start `command`, logging to `log`, in a session of its own: a terminal's Ctrl-C is for this process only."""
        with log.open("ab") as output:
            child = subprocess.Popen(
                [str(part) for part in command],
                executable=executable,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(stop_signal),
                **_as(user),
            )
        self.members.append(Member(name, child, stop_signal, log))
        return child

    @staticmethod
    def run(command: list, *, user: pwd.struct_passwd | None = None, **options) -> None:
        """Run `command` to its end; CalledProcessError when it fails."""
        subprocess.run([str(part) for part in command], check=True, **_as(user), **options)

    def __exit__(self, kind, error, trace) -> bool:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of them running
        for member in self.members:
            if member.process.poll() is None:
                member.process.send_signal(member.stop_signal)
        deadline = time.monotonic() + STOP_WITHIN
        for member in self.members:
            with contextlib.suppress(subprocess.TimeoutExpired):
                member.process.wait(max(0, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):  # it, or a child of its own that outlived it
                os.killpg(member.process.pid, signal.SIGKILL)
            member.process.wait()
        return kind is Stop


def _as(user: pwd.struct_passwd | None) -> dict:
    """What subprocess needs to run as `user`; nothing when we are that user already."""
    if user is None or user.pw_uid == os.geteuid():
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def run_until_stopped(*groups: Group) -> None:
    """Wait for a signal, or for any member to end by itself: then say which, and stop with an error."""
    while True:
        for name, child, _stop_signal, log in (member for group in groups for member in group.members):
            if child.poll() is not None:
                raise SystemExit(f"{name} ended (status {child.returncode}), so the rest stops too. See {log}")
        time.sleep(0.2)
