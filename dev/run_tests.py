"""Run pytest against PostgreSQL and Redis of its own, thrown away afterwards. `make test` runs this.

Arguments go to pytest. Environment: WORKERS (2), how many processes share the tests; each has a PostgreSQL and a Redis
to itself, since which entries of the trail can be sealed depends on every transaction that a server has open.
With DATABASE_URL and REDIS_URL given, those servers are used, by one process.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import services
from processes import Group, Stop, die_with_parent

SERVERS = "IJ_TEST_SERVERS"  # addresses for each worker, read by own_servers.py


def settings() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEBUG": "false",
        "BEHIND_TLS": "false",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "EMAIL_URL": "console:",
        "PYTHONPATH": str(Path(__file__).parent),
    }


def main() -> int:
    workers = 1 if "DATABASE_URL" in os.environ else int(os.environ.get("WORKERS") or 2)
    command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
    command += ["-p", "own_servers", f"--numprocesses={workers}"] if workers > 1 else []
    with tempfile.TemporaryDirectory(prefix="ij-test-") as name, Group() as group:
        folder = Path(name)
        folder.chmod(0o755)
        servers = [services.start(group, folder / f"services-{n}", throw_away=True) for n in range(workers)]
        env = os.environ | settings() | servers[0] | {SERVERS: json.dumps(servers)}
        for variable in ("MEDIA_ROOT", "STATIC_ROOT", "PYTHONPYCACHEPREFIX"):
            env[variable] = str(folder / variable)
            Path(env[variable]).mkdir()
        # Compiled once a run, for every process that a test starts, also where nothing is compiled beside the source.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        tests = subprocess.Popen(command, env=env, preexec_fn=lambda: die_with_parent())
        try:
            return tests.wait()
        except Stop:
            tests.terminate()
            tests.wait()
            raise
    return 130


if __name__ == "__main__":
    sys.exit(main())
