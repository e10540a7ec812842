"""What the home page says of messages and letters."""

import pytest
from django.test import Client

from referrals.models import Message
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def home(user):
    client = Client()
    client.force_login(user)
    return client.get("/").content.decode()


@pytest.fixture
def letter(message):
    Message.objects.update(channel="letter")
    return message


def test_a_letter_to_print_waits_on_the_home_page_of_those_who_write(letter, triager, coordinator, officer):
    for person in (triager, coordinator):
        text = home(person)
        assert f"/referrals/{letter.case_id}/messages/" in text
        assert "All letters to print" in text
    assert "Letters to print" not in home(officer)


def test_a_message_that_did_not_arrive_waits_there_too(message, triager):
    address = f"/referrals/{message.case_id}/messages/"
    assert address not in home(triager)
    Message.objects.update(failed_at=NOW, error="550")
    assert address in home(triager)


def test_what_is_settled_does_not(letter, triager):
    Message.objects.update(not_sent_because="Told by telephone")
    assert f"/referrals/{letter.case_id}/messages/" not in home(triager)


def test_a_restricted_case_stands_there_by_its_reference_only(letter, triager):
    letter.case.restricted = True
    letter.case.save()
    text = home(triager)
    assert letter.case.reference in text
    assert "Jordan" not in text
    assert f"/referrals/{letter.case_id}/messages/" not in text
