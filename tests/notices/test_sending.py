"""Each notice is handed to the mail server once, or its row says why not."""

import threading
from datetime import timedelta

import pytest
from django.core.mail import get_connection
from django.db import connection

from notices.models import Notice
from notices.operations import delete_old
from notices.sending import claim, deliver, send_due
from notices.transports import BROKE
from tests.factories import NOW, make_notice, make_referral, make_user

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def case(officer):
    return make_referral(officer, status="submitted", reference="IJ/2026/000123")


@pytest.fixture
def notice(officer, case):
    return make_notice(officer, case, sentence="IJ/2026/000123 was accepted.")


def again(notice):
    notice.refresh_from_db()
    return notice


# --- what arrives ---------------------------------------------------------------------------------------------------


def test_an_email_says_which_case_and_where_and_names_nobody(mail_server, notice, officer, case):
    assert send_due() == 1
    assert mail_server.addressed == [officer.email]
    head, body = mail_server.texts[0].split("\n\n", 1)
    assert "Subject: IJ/2026/000123 was accepted" in head
    assert "Content-Type: text/plain" in head
    assert "Auto-Submitted: auto-generated" in head
    assert body.rstrip() == (
        "IJ/2026/000123 was accepted.\n\n"
        f"https://ij.example/referrals/{case.pk}/\n\n"
        "Choose how often you get these emails:\n"
        "https://ij.example/people/me/notices/\n\n"
        "Immediate Justice sends this email by itself. Nobody reads replies to it."
    )
    assert (again(notice).sent_at, notice.attempts, notice.error) == (NOW, 1, "")


def test_a_notice_always_has_the_same_message_id(mail_server, notice):
    send_due()
    Notice.objects.update(sent_at=None, claimed_at=None)
    send_due()
    first, second = (
        next(line for line in text.splitlines() if line.startswith("Message-ID")) for text in mail_server.texts
    )
    assert first == second
    assert first.endswith("@ij.example>")


def test_nothing_is_sent_twice(mail_server, notice):
    assert [send_due(), send_due()] == [1, 0]
    assert len(mail_server.received) == 1


def test_each_notice_at_once_is_an_email_of_its_own(mail_server, officer, case):
    for _ in range(3):
        make_notice(officer, case)
    assert send_due() == 3


def test_a_digest_is_one_email_grouped_by_case(mail_server, officer, other_officer, case, clock):
    other = make_referral(officer, status="submitted", reference="IJ/2026/000124")
    for person in (officer, other_officer):
        person.notices = "daily"
        person.save()
    make_notice(officer, case, sentence="IJ/2026/000123 was accepted.")
    make_notice(officer, other, sentence="IJ/2026/000124 was declined.", made_at=NOW + MINUTE)
    make_notice(officer, case, sentence="IJ/2026/000123 was suspended.", made_at=NOW + HOUR)
    make_notice(officer, case, sentence="IJ/2026/000123 was resumed.", due_at=NOW + 24 * HOUR)
    assert send_due() == 1
    assert mail_server.addressed == [officer.email]
    text = mail_server.texts[0]
    assert "Subject: 3 things happened in your cases" in text
    assert "- IJ/2026/000123 was accepted. (10 June, 10:00)" in text
    for link in (case.pk, other.pk):
        assert text.count(f"https://ij.example/referrals/{link}/") == 1
    assert Notice.objects.filter(sent_at=None).count() == 1


# --- who is not told after all --------------------------------------------------------------------------------------


def test_somebody_who_left_meanwhile_is_not_told(mail_server, notice, officer):
    officer.is_active = False
    officer.save()
    assert send_due() == 0
    assert (again(notice).dropped_at, notice.dropped_because) == (NOW, "The account is inactive.")
    assert mail_server.received == []


def test_somebody_who_may_no_longer_open_the_case_is_not_told(mail_server, case, triager):
    notice = make_notice(triager, case)
    case.restricted = True
    case.save()
    assert send_due() == 0
    assert again(notice).dropped_because == "They may no longer open the case."
    assert mail_server.received == []


def test_of_a_digest_only_what_may_be_told_is_sent(mail_server, case, officer, triager):
    restricted = make_referral(officer, status="submitted", restricted=True, reference="IJ/2026/000666")
    triager.notices = "weekly"
    triager.save()
    for told in (case, restricted):
        make_notice(triager, told)
    assert send_due() == 1
    assert "IJ/2026/000123" in mail_server.texts[0]
    assert "IJ/2026/000666" not in mail_server.texts[0]


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_while_nobody_answers_it_waits_longer_each_time_and_fails_at_last(no_mail_server, notice, clock):
    now, waits = NOW, []
    while again(notice).failed_at is None:
        assert send_due() == 0
        again(notice)
        waits.append((notice.next_try_at - now) / MINUTE)
        now = notice.next_try_at
        clock.move_to(now)
    assert waits[:6] == [1, 5, 15, 60, 360, 360]
    assert (len(waits), notice.attempts, notice.claimed_at) == (20, 20, None)
    assert "The mail server cannot be reached" in notice.error
    assert "Connection refused" in notice.error
    assert send_due() == 0
    assert again(notice).attempts == 20


def test_it_arrives_once_the_server_is_back(mail_server, notice, settings, clock):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert send_due() == 0
    settings.EMAIL_PORT = port
    assert send_due() == 0  # not before its next try
    clock.move_to(NOW + MINUTE)
    assert send_due() == 1
    assert (again(notice).attempts, notice.error, len(mail_server.received)) == (2, "", 1)


def test_what_the_server_refuses_for_now_is_tried_again(mail_server, notice, clock):
    mail_server.mode = "refuses_for_now"
    assert send_due() == 0
    assert (again(notice).claimed_at, notice.attempts, notice.next_try_at) == (None, 1, NOW + MINUTE)
    assert notice.error == "451 4.7.1 Try again later"
    mail_server.mode = "accepts"
    clock.move_to(NOW + MINUTE)
    assert send_due() == 1
    assert len(mail_server.received) == 1


def test_what_the_server_refuses_for_good_has_failed(mail_server, notice, officer, clock, caplog):
    mail_server.mode = "refuses_for_good"
    assert send_due() == 0
    assert (again(notice).failed_at, notice.claimed_at) == (NOW, None)
    assert notice.error == f"550 5.1.1 <{officer.email}> no such mailbox"
    clock.move_to(NOW + 24 * HOUR)
    assert send_due() == 0
    assert again(notice).attempts == 1
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("notices")]
    assert ours == [f"notices [{notice.pk}]: refused (SMTPRecipientsRefused 550)"]  # and nobody's address


def test_one_refusal_does_not_keep_the_others_waiting(mail_server, case, officer, triager, monkeypatch):
    refused, sent = make_notice(officer, case), make_notice(triager, case)

    async def refuse_one(server, session, envelope, address, options):
        if address == officer.email:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    monkeypatch.setattr(mail_server, "handle_RCPT", refuse_one)
    assert send_due() == 1
    assert again(refused).failed_at
    assert again(sent).sent_at


@pytest.mark.parametrize("mode", ["drops", "hangs"])
def test_where_nobody_knows_whether_it_arrived_it_is_not_sent_again(mode, mail_server, notice, clock):
    mail_server.mode = mode
    assert send_due() == 0
    assert len(mail_server.received) == 1
    assert (again(notice).claimed_at, notice.sent_at, notice.attempts) == (NOW, None, 1)
    assert notice.error == BROKE
    assert notice.is_interrupted(NOW)
    mail_server.mode = "accepts"
    clock.move_to(NOW + 24 * HOUR)
    assert send_due() == 0
    assert len(mail_server.received) == 1
    assert list(Notice.objects.in_trouble(NOW)) == [notice]


def test_an_address_that_cannot_be_written_fails_and_stops_nothing(mail_server, case, officer, triager):
    triager.email = "nobody\nat@all.example"
    triager.save()
    make_notice(triager, case)
    make_notice(officer, case)
    assert send_due() == 1
    failed = Notice.objects.get(user=triager)
    assert failed.failed_at
    assert failed.error


# --- two at once ----------------------------------------------------------------------------------------------------


def run_at_once(count, what):
    def run():
        try:
            what()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_notice_once(mail_server, case, officer):
    for _ in range(30):
        make_notice(officer, case)
    run_at_once(4, send_due)
    assert len(mail_server.received) == 30
    assert len({text.split("Message-ID: ")[1].split("\n")[0] for text in mail_server.texts}) == 30


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_make_one_digest_of_a_persons_notices(mail_server, case, force):
    people = [make_user(f"Tess Right{number}", force, "triager", notices="daily") for number in range(5)]
    for person in people:
        for _ in range(6):
            make_notice(person, case)
    run_at_once(4, send_due)
    assert sorted(mail_server.addressed) == sorted(person.email for person in people)


def test_a_worker_that_was_thought_dead_says_nothing_of_what_was_taken_from_it(mail_server, notice):
    claimed = claim(NOW)
    Notice.objects.update(claimed_at=NOW + HOUR)  # an administrator had it sent again meanwhile
    connected = get_connection()
    deliver(claimed, connected)
    assert again(notice).sent_at is None


# --- afterwards -----------------------------------------------------------------------------------------------------


def test_what_was_sent_is_deleted_after_90_days_and_what_waits_is_not(case, officer, triager, manager, clock):
    make_notice(officer, case, claimed_at=NOW, sent_at=NOW)
    make_notice(officer, case, dropped_at=NOW, dropped_because="x")
    kept = [make_notice(triager, case, failed_at=NOW), make_notice(manager, case)]
    clock.move_to(NOW + timedelta(days=90))
    assert delete_old() == 0
    clock.move_to(NOW + timedelta(days=90, seconds=1))
    assert delete_old() == 2
    assert set(Notice.objects.all()) == set(kept)
