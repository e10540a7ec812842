"""A real Celery worker and a real mail server: what is told arrives, and a killed worker makes nothing arrive twice."""

import os
import signal
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notices import operations as notices
from notices.models import Notice
from notices.querysets import CLAIM_LASTS
from notices.tasks import send_due
from referrals import operations
from tests.factories import make_referral


@pytest.fixture
def case(officer):
    return make_referral(officer, status="submitted", at=timezone.now())


def wait_until(condition, *, seconds=120):
    end = timezone.now() + timedelta(seconds=seconds)
    while not (found := condition()):
        assert timezone.now() < end, list(Notice.objects.values())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.1)")
    return found


def test_what_an_operation_tells_arrives(celery_worker_process, mail_server, case, officer, triager):
    celery_worker_process()
    operations.ask(case, by=triager, question="Was the shop asked?")
    wait_until(lambda: Notice.objects.filter(sent_at__isnull=False).exists())
    assert mail_server.addressed == [officer.email]
    assert f"{case.reference} has a question that waits for your answer." in mail_server.texts[0]
    assert "shop" not in mail_server.texts[0]


def test_a_worker_killed_between_claim_and_answer_makes_nothing_arrive_twice(
    celery_worker_process, mail_server, case, officer, triager, administrator
):
    """The first worker is held by the mail server, which has the whole message and says nothing, and killed there."""
    mail_server.mode = "hangs"
    first = celery_worker_process()
    operations.ask(case, by=triager, question="Was the shop asked?")
    wait_until(lambda: mail_server.received)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait(timeout=10)
    notice = Notice.objects.get()
    assert notice.claimed_at
    assert notice.sent_at is None

    mail_server.mode = "accepts"
    celery_worker_process()
    Notice.objects.update(claimed_at=timezone.now() - CLAIM_LASTS - timedelta(seconds=1))
    send_due.delay()
    # Something told afterwards goes through the same worker, so the sending above was over by then.
    operations.answer(case, by=officer, text="Yes.")
    wait_until(lambda: Notice.objects.filter(user=triager, sent_at__isnull=False).exists())
    assert mail_server.addressed == [officer.email, triager.email]
    notice.refresh_from_db()
    assert notice.sent_at is None
    assert list(Notice.objects.in_trouble(timezone.now())) == [notice]
    assert notice.is_interrupted(timezone.now())

    notices.send_again(notice, by=administrator)
    wait_until(lambda: Notice.objects.filter(pk=notice.pk, sent_at__isnull=False).exists())
    assert mail_server.addressed == [officer.email, triager.email, officer.email]
