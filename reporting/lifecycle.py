"""The lifecycle of a report.

QUEUED → RUNNING → READY | FAILED
RUNNING → QUEUED when a worker failed and will try again, RUNNING → RUNNING when another worker takes it up
FAILED → QUEUED when a manager asks again
A report that is READY is issued: the database itself refuses any change to it (migration 0002).
"""

from django.db import models

from audit.trail import Kind, Transition


class Status(models.TextChoices):
    QUEUED = "queued", "Waiting for a worker"
    RUNNING = "running", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


S = Status
COLOURS = {S.QUEUED: "grey", S.RUNNING: "blue", S.READY: "green", S.FAILED: "red"}  # of its tag

RETRY = Transition("retry", (S.FAILED,), S.QUEUED, "reporting.issue", Kind("report.retried"))

REQUESTED = Kind("report.requested", act="combination")
ISSUED = Kind("report.issued", act="combination")
FAILED = Kind("report.failed")
READ = Kind("report.read", act="consultation")
FIGURES_READ = Kind("figures.read", act="consultation")
DOWNLOADED = Kind("report.downloaded", act="disclosure")


def refusal(report, transition) -> str:
    status = Status(report.status).label.lower()
    return f"Only a report that failed can be tried again; this one is “{status}”."
