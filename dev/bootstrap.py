"""Make a checkout ready to run, then run one program of dev/ in its virtual environment.

    python3 dev/bootstrap.py demo|tests|checks [arguments of that program]

Needs Python 3.11 to 3.13 and nothing else. What is up to date is left alone, so a second run takes a moment.
System libraries are installed where that is possible without asking (root on Debian or its relatives);
elsewhere this stops and names the packages. Front-end assets are built with npm, from the system or from PyPI.
"""

import ctypes.util
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
REQUIREMENTS = CHECKOUT / "requirements"
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"


def _liberation_fonts() -> bool:
    return any(Path("/usr/share/fonts").rglob("LiberationSans-Regular.ttf"))


def has_chromium() -> bool:
    return bool(shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"))


# Debian's package, and how to tell that what it brings is there (on any system)
SYSTEM_PACKAGES: dict[str, Callable[[], object]] = {
    "python3-venv": lambda: importlib.util.find_spec("ensurepip"),
    "libpango-1.0-0": lambda: ctypes.util.find_library("pango-1.0"),
    "libpangoft2-1.0-0": lambda: ctypes.util.find_library("pangoft2-1.0"),
    "libharfbuzz-subset0": lambda: ctypes.util.find_library("harfbuzz-subset"),
    "fonts-liberation": _liberation_fonts,
    # The server is in redis-tools too (see services.start_redis), without the system service of redis-server.
    "redis-tools": lambda: shutil.which("redis-server") or shutil.which("redis-check-rdb"),
}
TEST_PACKAGES = {
    "chromium": has_chromium,
    # where a user's PATH does not look
    "clamav-daemon": lambda: shutil.which("clamd") or Path("/usr/sbin/clamd").exists(),
}


def say(text: str) -> None:
    print(f"» {text}", flush=True)


def run(*command: object, **options) -> None:
    """Run a command of the set-up; when it fails, show what it printed and stop."""
    words = [str(word) for word in command]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=CHECKOUT, **options)
    if done.returncode:
        sys.exit(f"{done.stdout[-4000:]}\nThe set-up stopped: `{' '.join(words)}` failed (status {done.returncode}).")


def digest(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths) + sys.version.encode()).hexdigest()


def unless_done(stamp: Path, sources: list[Path], message: str, work: Callable[[], None]) -> None:
    """Do `work` unless it was last done, to its end, with the same contents of `sources`."""
    wanted = digest(*sources)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(message)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def install_system_packages(packages: dict[str, Callable[[], object]]) -> None:
    missing = [package for package, present in packages.items() if not present()]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installing Debian packages: {' '.join(missing)}")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-qq", env=quiet)
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, env=quiet)
        importlib.invalidate_caches()
        missing = [package for package in missing if not packages[package]()]
        if not missing:
            return
    command = f"sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(missing)}"
    sys.exit(
        f"Missing on this machine: {', '.join(missing)} (names of Debian's packages).\n"
        f"On Debian or Ubuntu: {command}\nElsewhere install what your system calls them, then run this again."
    )


def install_python_packages(lock: str) -> None:
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode:
        say("Making the virtual environment .venv")
        run(sys.executable, "-m", "venv", "--clear", VENV)
    setup = REQUIREMENTS / "setup.lock"
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    unless_done(VENV / setup.name, [setup], "Installing uv", lambda: run(*pip, "-r", setup))
    for name in (lock, *(() if shutil.which("npm") else ("node.lock",))):
        path = REQUIREMENTS / name
        unless_done(VENV / name, [path], f"Installing the Python packages of requirements/{name}", partial(_uv, path))


def _uv(lock: Path) -> None:
    environment = dict(os.environ)
    if "UV_INDEX_URL" not in environment and "UV_DEFAULT_INDEX" not in environment:
        # uv does not read pip's configuration; where pip was given a mirror, uv must use it as well
        asked = subprocess.run(
            [PYTHON, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True
        )
        if asked.returncode == 0:
            environment["UV_DEFAULT_INDEX"] = asked.stdout.strip()
    run(VENV / "bin" / "uv", "pip", "install", "--python", PYTHON, "--require-hashes", "-r", lock, env=environment)


def _path() -> str:
    return f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"


def main() -> None:
    program, *arguments = sys.argv[1:]
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit(f"Python 3.11 to 3.13 is needed, this is {sys.version.split()[0]}: make {program} PYTHON=python3.11")
    testing = program != "demo"
    install_system_packages(SYSTEM_PACKAGES | (TEST_PACKAGES if testing else {}))
    install_python_packages("dev.lock" if testing else "demo.lock")
    os.environ["PATH"] = _path()
    run(PYTHON, "dev/build_assets.py")
    os.chdir(CHECKOUT)
    os.execv(PYTHON, [str(PYTHON), f"dev/run_{program}.py", *arguments])


if __name__ == "__main__":
    main()
