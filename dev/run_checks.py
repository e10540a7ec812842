"""What CI checks besides the tests: lint, format, types, templates, migrations, deployment settings. `make check`."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import services
from processes import Group

MANAGE = "python manage.py"
CHECKS = [
    "ruff check .",
    "ruff format --check .",
    "mypy",
    "djlint --lint --quiet templates govuk",
    f"{MANAGE} makemigrations --check --dry-run",
    f"{MANAGE} migrate --no-input",
    f"{MANAGE} check --deploy --fail-level WARNING",
    f"{MANAGE} spectacular --validate --fail-on-warn --file /dev/null",
    f"{MANAGE} collectstatic --no-input --verbosity 0",
]


def main() -> None:
    failed = []
    with tempfile.TemporaryDirectory(prefix="ij-check-") as name, Group() as group:
        folder = Path(name)
        folder.chmod(0o755)
        env = os.environ | services.start(group, folder / "services", throw_away=True)
        # as in production, so that `check --deploy` judges what will run there
        env |= {"SECRET_KEY": os.urandom(40).hex(), "DEBUG": "false", "BEHIND_TLS": "true"}
        env |= {"ALLOWED_HOSTS": "service.example", "EMAIL_URL": "submission://name:word@mail.example"}
        env |= {"STATIC_ROOT": str(folder / "static"), "MEDIA_ROOT": str(folder / "media")}
        for command in CHECKS:
            started = time.monotonic()
            done = subprocess.run(command.split(), env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            verdict = "failed" if done.returncode else "ok"
            print(f"{verdict:6} {time.monotonic() - started:4.1f} s  {command}", flush=True)
            if done.returncode:
                failed.append(command)
                print(done.stdout[-6000:], flush=True)
    if failed:
        sys.exit(f"{len(failed)} of {len(CHECKS)} checks failed: {'; '.join(failed)}")


if __name__ == "__main__":
    main()
