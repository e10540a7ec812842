"""A plugin for pytest that run_tests.py asks for: points each xdist worker to its own servers, before Django starts."""

import json
import os

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ |= json.loads(os.environ["IJ_TEST_SERVERS"])[int(worker.removeprefix("gw"))]
