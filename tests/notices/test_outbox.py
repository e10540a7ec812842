"""Notices are rows of the transaction that makes them, due when each person chose."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

from accounts.models import User
from notices import tasks
from notices.models import Notice
from notices.outbox import tell, when_due
from referrals import operations
from tests.factories import NOW, make_referral, make_user

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(people, event=1, by=None):
    tell(people, event, "IJ/2026/000001 was accepted.", "/referrals/1/", by=by)
    return {notice.user: notice for notice in Notice.objects.select_related("user")}


def test_everybody_is_told_once_but_whoever_did_it(officer, other_officer, triager, queued):
    found = told([officer, officer, other_officer, None, triager], by=triager)
    assert set(found) == {officer, other_officer}
    told([officer, other_officer], by=triager)
    assert Notice.objects.count() == 2


def test_nobody_is_told_who_chose_not_to_be_or_left(officer, other_officer, queued):
    officer.notices, other_officer.is_active = "off", False
    assert told([officer, other_officer]) == {}


@pytest.mark.parametrize(
    ("choice", "now", "due"),
    [
        ("at_once", "2026-06-10 09:00", "2026-06-10 09:00"),
        ("daily", "2026-06-10 05:59", "2026-06-10 06:00"),  # 7 in the morning in summer
        ("daily", "2026-06-10 06:00", "2026-06-11 06:00"),
        ("daily", "2026-10-24 12:00", "2026-10-25 07:00"),  # the clocks went back in the night
        ("weekly", "2026-06-10 09:00", "2026-06-15 06:00"),
        ("weekly", "2026-06-15 05:59", "2026-06-15 06:00"),
        ("weekly", "2026-06-15 06:00", "2026-06-22 06:00"),
        ("weekly", "2026-06-14 23:30", "2026-06-15 06:00"),  # half past midnight on Monday
    ],
)
def test_when_somebody_is_told(choice, now, due):
    assert when_due(choice, at(now)) == at(due)


def test_what_is_due_at_once_is_handed_to_a_worker_after_the_commit(
    officer, queued, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        told([officer])
        assert queued == []
    assert queued == ["send_due"]


def test_however_many_are_told_one_task_sends_it_all(
    officer, triager, force, queued, django_capture_on_commit_callbacks
):
    cases = [make_referral(officer, status="submitted") for _ in range(5)]
    with django_capture_on_commit_callbacks(execute=True):
        operations.assign_many(cases, by=make_user("Tess Right", force, "triager"), to=triager)
    assert Notice.objects.filter(user=triager).count() == 5
    assert queued == ["send_due"]


def test_a_digest_waits_for_its_hour(officer, queued, django_capture_on_commit_callbacks):
    officer.notices = "daily"
    with django_capture_on_commit_callbacks(execute=True):
        found = told([officer])
    assert queued == []
    assert found[officer].due_at == at("2026-06-11 06:00")


def test_it_waits_for_beat_while_the_queue_is_away(officer, monkeypatch, django_capture_on_commit_callbacks):
    def refuse():
        raise BrokerError("connection refused")

    monkeypatch.setattr(tasks.send_due, "delay", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        told([officer])
    assert list(Notice.objects.due(NOW)) == list(Notice.objects.all())


@pytest.mark.django_db(transaction=True)
def test_an_operation_that_is_rolled_back_tells_nobody(officer, triager, queued):
    case = make_referral(officer, status="submitted")
    with transaction.atomic():
        operations.ask(case, by=triager, question="Was the shop asked?")
        assert Notice.objects.get().user == officer
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert queued == []
    case.refresh_from_db()
    assert case.status == "submitted"


def test_a_new_account_is_told_at_once(officer):
    assert User.objects.get(pk=officer.pk).notices == "at_once"
