"""Messages go by GOV.UK Notify: its official client against a stand-in that speaks its HTTP interface."""

import time
from datetime import timedelta

import pytest

from notices.transports import UNANSWERED
from referrals.models import Message
from referrals.sending import send_due
from tests.factories import NOW, make_person
from tests.messages.conftest import SERVICE
from tests.messages.factories import again, make_message
from tests.workshops.factories import make_booking, make_ready_case
from workshops.operations import book

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def text_message(message):
    message.person.phone_is_safe = True
    message.person.save()
    Message.objects.update(channel="sms")
    return message


def test_an_email_goes_by_its_template_and_keeps_the_number_that_notify_gave(notify, message):
    assert [send_due(), send_due()] == [1, 0]
    [(path, body)] = notify.received
    assert path == "/v2/notifications/email"
    assert (body["email_address"], body["template_id"]) == ("jordan@example.com", "template-email")
    assert body["personalisation"]["subject"] == "Your place on a workshop"
    assert "When: Thursday 2 July 2026" in body["personalisation"]["body"]
    assert body["reference"] == str(message.pk)
    assert (again(message).sent_as, message.sent_at) == ("notify-1", NOW)


def test_a_text_message_goes_to_the_safe_mobile_number(notify, text_message):
    assert send_due() == 1
    [(path, body)] = notify.received
    assert path == "/v2/notifications/sms"
    assert (body["phone_number"], body["template_id"]) == ("07700 900123", "template-sms")
    assert "https://ij.example/referrals/stop/" in body["personalisation"]["body"]


def test_each_request_is_signed_for_this_service_and_moment(notify, message):
    send_due()
    [claims] = notify.tokens
    assert claims["iss"] == SERVICE
    assert abs(claims["iat"] - time.time()) < 30


def test_who_has_only_a_safe_mobile_number_is_invited_by_text(notify, officer, provider, session, triager):
    person = make_person(officer.organisation, phone="07700 900123", phone_is_safe=True)
    case = make_ready_case(officer, provider, participant=person)
    book(case, session, by=triager)
    invitation = case.messages.get()
    assert invitation.channel == "sms"
    assert invitation.text == (
        "Immediate Justice: you have a place on a workshop: ASB awareness workshop, Thursday 2 July 2026, 10:00 to "
        "12:00, Ilkeston Library. Questions? Ring 101."
    )


def test_without_a_template_there_is_a_letter_and_no_text(notify, settings, officer, provider, session, triager):
    settings.NOTIFY_SMS_TEMPLATE = ""
    person = make_person(officer.organisation, phone="07700 900123", phone_is_safe=True)
    case = make_ready_case(officer, provider, participant=person)
    book(case, session, by=triager)
    assert case.messages.get().channel == "letter"


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_what_notify_refuses_for_good_has_failed(notify, message, caplog):
    notify.mode = "refuses"
    assert send_due() == 0
    assert (again(message).failed_at, message.claimed_at) == (NOW, None)
    assert message.error == "GOV.UK Notify: 400 email_address Not a valid email address"
    assert "jordan" not in caplog.text


def test_a_fault_of_notify_is_tried_again(notify, message, clock):
    notify.mode = "fails"
    assert send_due() == 0
    assert (again(message).next_try_at, message.failed_at) == (NOW + MINUTE, None)
    notify.mode = "accepts"
    assert send_due() == 0  # not before its next try
    clock.move_to(NOW + MINUTE, tick=False)
    assert send_due() == 1


def test_when_there_are_too_many_at_once_the_rest_waits_for_the_next_run(
    notify, message, officer, provider, session, clock
):
    for number in range(3):
        person = make_person(officer.organisation, f"Kim {number}", email=f"k{number}@example.com", email_is_safe=True)
        case = make_ready_case(officer, provider, participant=person)
        make_message(case, make_booking(case, session))
    notify.limit = 2
    assert send_due() == 2
    waiting = Message.objects.filter(sent_at=None)
    assert sorted(waiting.values_list("attempts", flat=True)) == [0, 1]  # only one was tried in vain
    notify.limit = None
    clock.move_to(NOW + MINUTE, tick=False)
    assert send_due() == 2
    assert len({body["email_address"] for body in notify.bodies}) == 4


def test_a_key_that_notify_does_not_take_is_no_messages_fault(notify, message, settings, clock):
    settings.NOTIFY_API_KEY = settings.NOTIFY_API_KEY[:-1] + "x"
    assert send_due() == 0
    assert again(message).failed_at is None
    assert message.error.startswith("GOV.UK Notify: 403 Invalid token")
    assert message.next_try_at is not None


def test_while_nobody_is_there_it_waits(no_notify, message):
    assert send_due() == 0
    assert (again(message).claimed_at, message.next_try_at is not None) == (None, True)
    assert message.error == "GOV.UK Notify cannot be reached."


@pytest.mark.parametrize("mode", ["hangs", "drops", "chokes"])
def test_where_nobody_knows_whether_notify_took_it_it_is_not_sent_again(mode, notify, message, clock):
    notify.mode = mode
    assert send_due() == 0
    assert (again(message).claimed_at, message.error) == (NOW, UNANSWERED)
    notify.mode = "accepts"
    clock.move_to(NOW + DAY, tick=False)
    assert send_due() == 0
    assert len(notify.received) == 1
    assert list(Message.objects.in_trouble(NOW)) == [message]
