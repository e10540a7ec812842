"""Each message to the people of a case is handed over once, or its row says why not. Over SMTP."""

from datetime import timedelta

import pytest

from audit.models import Event
from notices.transports import BROKE
from referrals.models import Message
from referrals.operations import message_of
from referrals.sending import NOT_SAFE, claim, send_due
from tests.factories import NOW, make_person
from tests.messages.factories import again, link_in, make_message
from tests.notices.test_sending import run_at_once
from tests.workshops.factories import TOMORROW, make_booking, make_ready_case, make_session

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


# --- what arrives ---------------------------------------------------------------------------------------------------


def test_it_arrives_once_with_the_way_to_stop_more_of_them(mail_server, message):
    assert [send_due(), send_due()] == [1, 0]
    assert mail_server.addressed == ["jordan@example.com"]
    head, body = mail_server.texts[0].split("\n\n", 1)
    assert "Subject: Your place on a workshop" in head
    assert f"Message-ID: <message-{message.pk}@ij.example>" in head
    assert "When: Thursday 2 July 2026, 10:00 to 12:00" in body
    assert message_of(link_in(body).split("/")[-2]) == message
    assert (again(message).sent_at, message.attempts, message.error) == (NOW, 1, "")
    assert Event.objects.filter(kind="message.sent", case=message.case_id).count() == 1


def test_subject_and_link_name_nobody(mail_server, message):
    send_due()
    head, body = mail_server.texts[0].split("\n\n", 1)
    subject = next(line for line in head.splitlines() if line.startswith("Subject"))
    for private in ("Jordan", "Ashe", message.case.reference, str(message.case_id), str(message.person_id)):
        assert private not in subject
        assert private not in link_in(body)


def test_what_is_due_later_waits(mail_server, message):
    Message.objects.update(due_at=NOW + HOUR)
    assert send_due() == 0


# --- what is not sent after all -------------------------------------------------------------------------------------


def moved(message):
    booking = message.case.bookings.get()
    type(booking.session).objects.update(place="The Arena")


@pytest.mark.parametrize(
    ("what", "because"),
    [
        (moved, "The workshop has moved since."),
        (lambda m: m.case.bookings.update(status="cancelled"), "They do not have this place any more."),
        (lambda m: type(m.case).objects.update(status="suspended"), "The case is suspended."),
    ],
)
def test_what_is_not_true_any_more_is_not_sent(mail_server, message, what, because):
    what(message)
    assert send_due() == 0
    assert again(message).not_sent_because == because
    assert mail_server.received == []


def test_once_the_workshop_has_begun_nobody_is_told_of_it(mail_server, message, session, clock):
    clock.move_to(session.starts_at, tick=False)
    assert send_due() == 0
    assert again(message).not_sent_because == "The workshop has begun or is over."


@pytest.mark.parametrize("field", ["email_is_safe", "no_messages_since"])
def test_a_contact_that_is_not_safe_any_more_gets_a_letter_instead(mail_server, message, field):
    person = message.person
    setattr(person, field, False if field == "email_is_safe" else NOW)
    person.save()
    assert send_due() == 0
    assert again(message).not_sent_because == NOT_SAFE
    letter = Message.objects.get(channel="letter")
    assert (letter.text, letter.is_a_letter_to_print) == (message.text, True)
    assert mail_server.received == []


def test_a_reminder_that_cannot_go_there_makes_no_letter(mail_server, message):
    Message.objects.update(purpose="reminder")
    message.person.email_is_safe = False
    message.person.save()
    assert send_due() == 0
    assert Message.objects.count() == 1


def test_no_worker_takes_a_letter(mail_server, message):
    Message.objects.update(channel="letter")
    assert send_due() == 0
    assert again(message).claimed_at is None
    assert not Message.objects.in_trouble(NOW + DAY)


def test_text_messages_wait_for_no_transport_that_cannot_send_them(mail_server, message):
    message.person.phone_is_safe = True
    message.person.save()
    Message.objects.update(channel="sms")
    assert send_due() == 0
    assert Message.objects.get(channel="letter").is_a_letter_to_print


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_while_nobody_answers_it_waits_longer_each_time_and_fails_at_last(no_mail_server, message, clock):
    now, waits = NOW, []
    Message.objects.update(about="other:1")
    while again(message).failed_at is None:
        assert send_due() == 0
        again(message)
        waits.append((message.next_try_at - now) / MINUTE)
        now = message.next_try_at
        clock.move_to(now, tick=False)
    assert waits[:6] == [1, 5, 15, 60, 360, 360]
    assert len(waits) == 20
    assert "The mail server cannot be reached" in message.error


def test_what_the_server_refuses_for_good_has_failed(mail_server, message, caplog):
    mail_server.mode = "refuses_for_good"
    assert send_due() == 0
    assert again(message).failed_at == NOW
    assert message.error == "550 5.1.1 <jordan@example.com> no such mailbox"
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail")]
    assert ours == [f"message {message.pk}: refused (SMTPRecipientsRefused 550)"]  # and nobody's address
    assert list(Message.objects.in_trouble(NOW)) == [message]


def test_one_refusal_does_not_keep_the_others_waiting(mail_server, message, officer, provider, session):
    person = make_person(officer.organisation, "Kim", "Beech", email="no\nbody@example.com", email_is_safe=True)
    other = make_ready_case(officer, provider, participant=person)
    refused = make_message(other, make_booking(other, session), due_at=NOW - MINUTE)
    assert send_due() == 1
    assert again(refused).failed_at
    assert again(message).sent_at


@pytest.mark.parametrize("mode", ["drops", "hangs"])
def test_where_nobody_knows_whether_it_arrived_it_is_not_sent_again(mode, mail_server, message, clock):
    mail_server.mode = mode
    assert send_due() == 0
    assert (again(message).claimed_at, message.error) == (NOW, BROKE)
    mail_server.mode = "accepts"
    clock.move_to(NOW + DAY, tick=False)
    assert send_due() == 0
    assert len(mail_server.received) == 1
    assert message.is_interrupted(NOW)


def test_a_worker_that_was_killed_in_between_sends_nothing_twice(mail_server, message, clock):
    assert claim(NOW).message == message  # and dies
    clock.move_to(NOW + DAY, tick=False)
    assert send_due() == 0
    assert list(Message.objects.in_trouble(NOW + DAY)) == [message]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_message_once(mail_server, officer, provider, facilitator):
    session = make_session(facilitator, starts_at=TOMORROW + 21 * DAY, capacity=30)
    for number in range(20):
        person = make_person(
            officer.organisation, f"Person {number}", email=f"p{number}@example.com", email_is_safe=True
        )
        case = make_ready_case(officer, provider, participant=person)
        make_message(case, make_booking(case, session))
    run_at_once(4, send_due)
    assert sorted(mail_server.addressed) == sorted(f"p{number}@example.com" for number in range(20))
