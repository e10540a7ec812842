"""Making reports in the background. A task may come twice, late or never: the row decides.

A worker claims the report by one guarded UPDATE, which gives it the number of its attempt; everything it writes later
is guarded by that number, so a worker that was thought dead cannot write over the one that took its place. The number
only grows: when a manager asks again after a failure, it goes on from there with as many attempts more.
"""

import hashlib
import logging
import threading
from contextlib import contextmanager
from datetime import timedelta

from celery import shared_task
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.utils import timezone

from audit.trail import record
from reporting import lifecycle, reports
from reporting.lifecycle import Status
from reporting.models import Report
from reporting.operations import hand_over

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
RETRY_AFTER = 5  # seconds, times the attempt
SILENCE = timedelta(minutes=2)  # a worker that has not been heard of for so long is taken for dead
BEAT = 20.0  # seconds between two signs of life, however long one step takes; a hung task ends at Celery's time limit
UNCLAIMED = timedelta(seconds=30)  # a request that no worker took within this is put on the queue again

FAILED_SENTENCE = (
    f"The report could not be made in {MOST_ATTEMPTS} attempts. Try again. If it fails again, tell the administrator "
    "and quote the address of this page."
)
STOPPED_SENTENCE = (
    f"The worker stopped {MOST_ATTEMPTS} times while it was making this report. Try again. If it fails again, tell the "
    "administrator and quote the address of this page."
)


TRIES = Mod("attempts", MOST_ATTEMPTS)
LAST_ATTEMPT = Q(tries=0)  # of a report that is running


def _silent(now):
    return Q(status=Status.RUNNING, heartbeat_at__lt=now - SILENCE)


class Superseded(Exception):
    """Another worker took the report up, or somebody ended it: nothing more is written."""


@shared_task(bind=True, max_retries=MOST_ATTEMPTS)
def make_report(self, report_id: str) -> None:
    """Read the figures, draw the PDF, and issue both, once. Does nothing for a report that is not waiting."""
    attempt = claim(report_id)
    if attempt is None:
        return
    try:
        _make(report_id, attempt)
    except Superseded:
        logger.warning("report %s, attempt %s: another worker has taken it up", report_id, attempt)
    except Exception as error:
        logger.exception("report %s, attempt %s failed", report_id, attempt)
        if attempt % MOST_ATTEMPTS == 0:
            _fail(_claimed(report_id, attempt), FAILED_SENTENCE)
            return
        _claimed(report_id, attempt).update(
            status=Status.QUEUED, step="It did not work; trying again", progress=0, heartbeat_at=timezone.now()
        )
        raise self.retry(exc=error, countdown=RETRY_AFTER * attempt) from error


def claim(report_id: str) -> int | None:
    """Take a waiting report, or one whose worker went silent. The number of the attempt, or None."""
    now = timezone.now()
    free = Q(status=Status.QUEUED) | _silent(now) & ~LAST_ATTEMPT
    with transaction.atomic():
        taken = (
            Report.objects.alias(tries=TRIES)
            .filter(free, pk=report_id)
            .update(
                status=Status.RUNNING,
                attempts=F("attempts") + 1,
                progress=5,
                step="Reading the figures",
                heartbeat_at=now,
            )
        )
        return Report.objects.values_list("attempts", flat=True).get(pk=report_id) if taken else None


def _make(report_id, attempt):
    from reporting import pdf  # WeasyPrint costs a second and 60 MB: only the worker that draws pays for it

    report = Report.objects.select_related("force").get(pk=report_id)
    with _heard_of(report_id, attempt):
        content = reports.read(report.force, report.period, timezone.now())
        _tell(report_id, attempt, progress=50, step="Drawing the pages")
        data = pdf.render(report, content)
        _tell(report_id, attempt, progress=90, step="Storing the report")
        name = default_storage.save(_file(report_id, attempt), ContentFile(data))
    with transaction.atomic():
        issued = _claimed(report_id, attempt).update(
            status=Status.READY,
            progress=100,
            step="",
            error="",
            issued_at=timezone.now(),
            figures=content.to_plain(),
            checksum=content.checksum,
            pdf=name,
            pdf_checksum=hashlib.sha256(data).hexdigest(),
        )
        if issued:
            record(lifecycle.ISSUED, by=None, ids=[report_id], version=report.version, checksum=content.checksum)
    if not issued:
        default_storage.delete(name)
        raise Superseded
    for earlier in range(1, attempt):  # what a worker left that was killed between storing and issuing
        default_storage.delete(_file(report_id, earlier))


def _file(report_id, attempt):
    return f"reports/{report_id}-{attempt}.pdf"


def _claimed(report_id, attempt):
    return Report.objects.filter(pk=report_id, status=Status.RUNNING, attempts=attempt)


def _tell(report_id, attempt, **progress):
    """Say how far it has got, and that the worker lives."""
    if not _claimed(report_id, attempt).update(heartbeat_at=timezone.now(), **progress):
        raise Superseded


@contextmanager
def _heard_of(report_id, attempt):
    """Signs of life from a thread of its own, on its own connection, while a step takes its time."""
    over = threading.Event()

    def beat():
        try:
            while not over.wait(BEAT):
                _claimed(report_id, attempt).update(heartbeat_at=timezone.now())
        finally:
            connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _fail(rows, sentence):
    with transaction.atomic():
        for report in rows.select_for_update():
            rows.filter(pk=report.pk).update(status=Status.FAILED, step="", error=sentence)
            record(lifecycle.FAILED, by=None, ids=[report.pk], attempts=report.attempts)


@shared_task
def take_up_stalled() -> None:
    """Put on the queue what no worker took, and what a worker left behind; end what was left behind too often."""
    now = timezone.now()
    silent = Report.objects.alias(tries=TRIES).filter(_silent(now))
    _fail(silent.filter(LAST_ATTEMPT), STOPPED_SENTENCE)
    waiting = Q(status=Status.QUEUED, heartbeat_at=None, requested_at__lt=now - UNCLAIMED) | Q(
        status=Status.QUEUED, heartbeat_at__lt=now - SILENCE
    )
    for pk in Report.objects.filter(waiting).values_list("pk", flat=True):
        if hand_over(pk):  # a long queue is not made longer: it is put there again only after a silence
            Report.objects.filter(pk=pk, status=Status.QUEUED).update(heartbeat_at=now)
    for pk in silent.values_list("pk", flat=True):
        hand_over(pk)
