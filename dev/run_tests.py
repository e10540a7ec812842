"""Run pytest against a PostgreSQL and a Redis of its own, thrown away afterwards. `make test` runs this."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import services
from processes import Group, Stop, die_with_parent


def settings() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEBUG": "false",
        "BEHIND_TLS": "false",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "EMAIL_URL": "console:",
    }


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="ij-test-") as name, Group() as group:
        folder = Path(name)
        folder.chmod(0o755)
        env = os.environ | services.start(group, folder / "services", throw_away=True) | settings()
        (folder / "media").mkdir()
        env["MEDIA_ROOT"] = str(folder / "media")
        tests = subprocess.Popen(
            [sys.executable, "-m", "pytest", *sys.argv[1:]], env=env, preexec_fn=lambda: die_with_parent()
        )
        try:
            return tests.wait()
        except Stop:
            tests.terminate()
            tests.wait()
            raise
    return 130


if __name__ == "__main__":
    sys.exit(main())
