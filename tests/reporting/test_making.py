"""Reports are made once, by whichever worker is alive, and people are told when that fails."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from celery.exceptions import Retry
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from reporting import operations, reports, tasks
from reporting.models import Report
from reporting.periods import Period
from reporting.reports import Content
from tests.reporting.conftest import NOW
from tests.reporting.factories import FIRST_HALF, make_issued, make_report


@pytest.fixture
def queued(monkeypatch):
    """The ids that were put on the queue."""
    ids = []
    monkeypatch.setattr(tasks.make_report, "delay", ids.append)
    return ids


def _make(report):
    tasks.make_report(str(report.pk))
    report.refresh_from_db()
    return report


# --- asking ---------------------------------------------------------------------------------------------------------


def test_a_request_waits_for_a_worker_and_is_on_record(manager, queued, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report = operations.request_report(FIRST_HALF, by=manager)
    assert (report.status, report.version, queued) == ("queued", 1, [str(report.pk)])
    event = Event.objects.get(kind="report.requested")
    assert (event.actor, event.data["start"]) == (manager.pk, "2024-04-01")


def test_it_refuses_a_period_that_is_not_over(manager):
    with pytest.raises(Refusal, match=r"31 December 2024, which is not over"):
        operations.request_report(Period.quarter(2024, 3), by=manager)
    assert not Report.objects.exists()


def test_it_refuses_more_than_two_years(manager):
    with pytest.raises(Refusal, match=r"covers 30 months\. Choose 24 months or fewer"):
        operations.request_report(Period.of_months(Period.year(2022).start_on, 30), by=manager)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("queued", "is being made: Grace Hill asked for it on 2 October 2024 at 09:00"),
        ("failed", "failed. Open it under Reports and try again"),
        ("ready", "was issued on 2 October 2024"),
    ],
)
def test_it_refuses_a_second_report_of_the_same_period(manager, status, sentence):
    issued = {"figures": {}, "checksum": "0" * 64, "issued_at": NOW} if status == "ready" else {}
    make_report(manager, status=status, **issued)
    with pytest.raises(IllegalMove, match=sentence):
        operations.request_report(FIRST_HALF, by=manager)
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_ask_at_once_one_is_told(manager, queued):
    def ask(_):
        try:
            return operations.request_report(FIRST_HALF, by=manager)
        except IllegalMove as refusal:
            return refusal.sentence
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as two:
        answers = list(two.map(ask, range(2)))
    assert Report.objects.count() == 1
    assert [type(answer) for answer in answers].count(Report) == 1
    assert any("is being made: Grace Hill" in str(answer) for answer in answers)


def test_a_request_outlives_a_queue_that_is_away(manager, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(_):
        raise BrokerError("connection refused")

    monkeypatch.setattr(tasks.make_report, "delay", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        report = operations.request_report(FIRST_HALF, by=manager)
    report.refresh_from_db()
    assert (report.status, report.step) == ("queued", operations.QUEUE_AWAY)


# --- making ---------------------------------------------------------------------------------------------------------


def test_it_is_issued_with_figures_checksums_and_pdf(manager):
    report = _make(make_report(manager))
    assert (report.status, report.progress, report.attempts, report.issued_at) == ("ready", 100, 1, NOW)
    content = Content.from_plain(report.figures)
    assert content == reports.read(manager.organisation, FIRST_HALF, NOW)
    assert report.checksum == content.checksum
    assert report.pdf.read().startswith(b"%PDF-")
    assert Event.objects.get(kind="report.issued").data["checksum"] == report.checksum


def test_a_task_that_comes_twice_makes_it_once(manager):
    report = _make(make_report(manager))
    before = Report.objects.values().get()
    _make(report)
    assert Report.objects.values().get() == before
    assert Event.objects.filter(kind="report.issued").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_claims_it(manager):
    report = make_report(manager)

    def claim(_):
        try:
            return tasks.claim(str(report.pk))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as four:
        assert sorted(four.map(claim, range(4)), key=str) == [1, None, None, None]


def test_a_worker_that_was_thought_dead_writes_nothing_over_its_successor(manager, monkeypatch):
    """The first worker sleeps while it reads; the second takes the report up and issues it; the first wakes."""
    report = make_report(manager)
    read = reports.read

    def slow(force, period, at):
        monkeypatch.setattr(reports, "read", read)
        Report.objects.update(heartbeat_at=NOW - tasks.SILENCE - timedelta(seconds=1))
        tasks.make_report(str(report.pk))
        return read(force, period, at)

    monkeypatch.setattr(reports, "read", slow)
    report = _make(report)
    assert (report.status, report.attempts) == ("ready", 2)
    assert default_storage.listdir("reports")[1] == [f"{report.pk}-2.pdf"]
    assert Event.objects.filter(kind="report.issued").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_heard_of_however_long_one_step_takes(manager, monkeypatch):
    report, read, heard = make_report(manager), reports.read, []

    def slow(*args):
        Report.objects.update(heartbeat_at=NOW - tasks.SILENCE)
        until = time.monotonic() + 20
        while not heard and time.monotonic() < until:
            heard.extend(Report.objects.filter(heartbeat_at__gt=NOW - tasks.SILENCE))
        return read(*args)

    monkeypatch.setattr(tasks, "BEAT", 0.01)
    monkeypatch.setattr(reports, "read", slow)
    tasks.make_report(str(report.pk))
    assert heard == [report]
    assert Report.objects.get(pk=report.pk).status == "ready"


def test_a_running_report_whose_worker_is_heard_of_is_left_alone(manager):
    report = make_report(manager, status="running", attempts=1, heartbeat_at=NOW - tasks.SILENCE)
    assert tasks.claim(str(report.pk)) is None


def _breaks(*args):
    raise OSError("no space left on device")


def test_a_failure_is_tried_again_and_then_told_in_words(manager, monkeypatch):
    report = make_report(manager)
    monkeypatch.setattr(reports, "read", _breaks)
    monkeypatch.setattr(tasks.make_report, "retry", lambda **options: Retry())
    for attempt in (1, 2):
        with pytest.raises(Retry):
            tasks.make_report(str(report.pk))
        report.refresh_from_db()
        assert (report.status, report.attempts) == ("queued", attempt)
    report = _make(report)
    assert (report.status, report.error) == ("failed", tasks.FAILED_SENTENCE)
    assert "no space" not in report.error
    assert Event.objects.filter(kind="report.failed").count() == 1


def test_a_manager_tries_a_failed_report_again(manager, queued, django_capture_on_commit_callbacks):
    report = make_report(manager, status="failed", error=tasks.FAILED_SENTENCE, attempts=tasks.MOST_ATTEMPTS)
    with django_capture_on_commit_callbacks(execute=True):
        operations.retry(report, by=manager)
    assert queued == [str(report.pk)]
    report = _make(report)
    assert (report.status, report.attempts, report.error) == ("ready", tasks.MOST_ATTEMPTS + 1, "")
    with pytest.raises(IllegalMove, match="this one is “ready”"):
        operations.retry(report, by=manager)


# --- the sweep ------------------------------------------------------------------------------------------------------


def test_the_sweep_takes_up_what_no_worker_took(manager, queued):
    forgotten = make_report(manager, requested_at=NOW - tasks.UNCLAIMED - timedelta(seconds=1))
    make_report(manager, Period.quarter(2024, 1), requested_at=NOW)
    tasks.take_up_stalled()
    assert queued == [str(forgotten.pk)]
    tasks.take_up_stalled()
    assert len(queued) == 1, "a long queue is not made longer"


def test_the_sweep_takes_up_what_a_dead_worker_left(manager, queued):
    silent = NOW - tasks.SILENCE - timedelta(seconds=1)
    left = make_report(manager, status="running", attempts=1, heartbeat_at=silent, progress=50)
    default_storage.save(f"reports/{left.pk}-1.pdf", open(__file__, "rb"))  # noqa: SIM115 - Django closes it
    tasks.take_up_stalled()
    assert queued == [str(left.pk)]
    assert _make(left).status == "ready"
    assert default_storage.listdir("reports")[1] == [f"{left.pk}-2.pdf"]


def test_the_sweep_ends_what_kills_its_workers(manager, queued):
    silent = NOW - tasks.SILENCE - timedelta(seconds=1)
    report = make_report(manager, status="running", attempts=tasks.MOST_ATTEMPTS, heartbeat_at=silent)
    tasks.take_up_stalled()
    report.refresh_from_db()
    assert (report.status, report.error, queued) == ("failed", tasks.STOPPED_SENTENCE, [])


# --- frozen ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reporting_report SET figures = '{}'",
        "UPDATE reporting_report SET checksum = 'x'",
        "UPDATE reporting_report SET start_on = '2024-01-01'",
        "UPDATE reporting_report SET pdf_checksum = 'x'",
        "UPDATE reporting_report SET status = 'failed'",
        "DELETE FROM reporting_report",
    ],
)
def test_the_database_refuses_to_change_an_issued_report(manager, statement):
    make_issued(make_report(manager))
    before = Report.objects.values().get()
    with (
        pytest.raises(IntegrityError, match="a correction is a new version"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Report.objects.values().get() == before


def test_a_correction_is_a_new_version(manager):
    first = _make(make_report(manager))
    with pytest.raises(Refusal, match="Enter what this version corrects"):
        operations.correct_report(first, by=manager, corrects=" ")
    second = operations.correct_report(first, by=manager, corrects="Two workshops of May were recorded late.")
    assert (second.version, second.corrects) == (2, "Two workshops of May were recorded late.")
    with pytest.raises(IllegalMove, match="Version 2 of this report is being made"):
        operations.correct_report(first, by=manager, corrects="Again.")


# --- the real thing -------------------------------------------------------------------------------------------------


def _wait_for(report, *statuses, seconds=120):
    end = timezone.now() + timedelta(seconds=seconds)
    while timezone.now() < end:
        report.refresh_from_db()
        if report.status in statuses:
            return report
    pytest.fail(f"{report.status} at {report.progress} %: {report.step} {report.error}")


def test_a_real_worker_makes_a_report(celery_worker_process, manager):
    celery_worker_process()
    report = operations.request_report(Period.quarter(2024, 1), by=manager)
    _wait_for(report, "ready", "failed")
    assert (report.status, report.attempts, report.error) == ("ready", 1, "")
    assert report.pdf.read().startswith(b"%PDF-")


def test_what_a_killed_worker_left_half_made_is_taken_up_by_another(celery_worker_process, manager):
    """The first worker is held in the middle of its figures by a lock, and killed there."""
    first = celery_worker_process()
    report = make_report(manager)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE workshops_booking IN ACCESS EXCLUSIVE MODE")
        operations.hand_over(report.pk)
        _wait_for(report, "running")
        os.killpg(first.pid, signal.SIGKILL)
        first.wait(timeout=10)
    report.refresh_from_db()
    assert (report.status, report.attempts, report.step) == ("running", 1, "Reading the figures")
    Report.objects.update(heartbeat_at=timezone.now() - tasks.SILENCE - timedelta(seconds=1))
    celery_worker_process()
    tasks.take_up_stalled()
    _wait_for(report, "ready", "failed")
    assert (report.status, report.attempts, report.error) == ("ready", 2, "")
