"""The verbs of reporting: ask for a report, ask again after a failure, ask for a corrected version.

A request is a row first. Handing it to a worker comes after the commit, and may fail: the sweep of tasks.py finds it.
"""

import logging
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from audit.trail import IllegalMove, Refusal, move, record
from reporting import lifecycle
from reporting.lifecycle import Status
from reporting.models import Report
from reporting.periods import Period

logger = logging.getLogger(__name__)

LONGEST_MONTHS = 24
QUEUE_AWAY = "The queue cannot be reached. The report will be made as soon as it is back."


@transaction.atomic
def request_report(period: Period, *, by) -> Report:
    """A first report of the period is asked for, and waits for a worker. Refused for a period that is not over, is too
    long, or has a report already: that one is corrected instead."""
    _refuse_period(period)
    latest = Report.objects.filter(force=by.organisation_id, start_on=period.start_on, end_on=period.end_on)
    report = latest.order_by("-version").select_related("requested_by").first()
    if report is not None:
        raise IllegalMove(_exists(report))
    return _add(period, 1, by=by, corrects="")


@transaction.atomic
def correct_report(report: Report, *, by, corrects: str) -> Report:
    """A further version of an issued report is asked for, which says what it corrects. The issued one stays as it is.
    Refused unless the report is the latest version of its period, and issued."""
    if not corrects.strip():
        raise Refusal("Enter what this version corrects.", "corrects")
    versions = Report.objects.filter(force=report.force_id, start_on=report.start_on, end_on=report.end_on)
    latest = versions.select_related("requested_by").latest("version")
    if latest.pk != report.pk or latest.status != Status.READY:
        raise IllegalMove(_exists(latest))
    return _add(report.period, report.version + 1, by=by, corrects=corrects.strip())


@transaction.atomic
def retry(report: Report, *, by) -> None:
    """A report that failed waits for a worker again. Refused for any other."""
    move(
        report, lifecycle.RETRY, by=by, case=None, event={"report": report.pk},
        progress=0, step="", error="", heartbeat_at=None, requested_at=timezone.now(),
    )  # fmt: skip
    transaction.on_commit(partial(hand_over, report.pk))


def hand_over(report_id) -> bool:
    """Put the report on the queue. False when the queue cannot be reached; the row then says so, and the sweep will
    find it."""
    from reporting.tasks import make_report

    try:
        make_report.delay(str(report_id))
    except BrokerError as error:
        logger.warning("report %s waits: the queue cannot be reached: %s", report_id, error)
        Report.objects.filter(pk=report_id, status=Status.QUEUED).update(step=QUEUE_AWAY)
        return False
    Report.objects.filter(pk=report_id, status=Status.QUEUED, step=QUEUE_AWAY).update(step="")
    return True


def refuse_too_long(period: Period) -> None:
    """Raise a Refusal for a period of more months than a page or a report can show."""
    months = len(period.by_month())
    if months > LONGEST_MONTHS:
        raise Refusal(f"The period covers {months} months. Choose {LONGEST_MONTHS} months or fewer.", "end_on")


def _refuse_period(period):
    today = timezone.localdate()
    if period.end_on >= today:
        raise Refusal(
            f"The period ends on {period.end_on:%-d %B %Y}, which is not over. Make the report after that day.",
            "end_on",
        )
    refuse_too_long(period)


def _add(period, version, *, by, corrects):
    try:
        with transaction.atomic():
            report = Report.objects.create(
                force=by.organisation,
                start_on=period.start_on,
                end_on=period.end_on,
                version=version,
                corrects=corrects,
                requested_by=by,
                requested_at=timezone.now(),
            )
    except IntegrityError:  # two people at once: the constraint on period and version lets one through
        there = Report.objects.select_related("requested_by").get(
            force=by.organisation_id, start_on=period.start_on, end_on=period.end_on, version=version
        )
        raise IllegalMove(_exists(there)) from None
    record(lifecycle.REQUESTED, by=by, ids=[report.pk], start=period.start_on, end=period.end_on, version=version)
    transaction.on_commit(partial(hand_over, report.pk))
    return report


def _exists(report) -> str:
    what, name = f"Version {report.version} of this report", report.requested_by
    if report.status == Status.READY:
        when = timezone.localtime(report.issued_at)
        return f"{what} was issued on {when:%-d %B %Y}. Open it to read it, or to make a corrected version."
    if report.status == Status.FAILED:
        return f"{what}, which {name} asked for, failed. Open it under Reports and try again."
    return f"{what} is being made: {name} asked for it on {timezone.localtime(report.requested_at):%-d %B %Y at %H:%M}."
