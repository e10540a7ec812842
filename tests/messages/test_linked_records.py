"""Whoever asked for no emails and texts gets none, whichever record of theirs is written to."""

import pytest
from django.urls import reverse

from referrals.models import Message, Person
from referrals.operations import link, stop_messages, unlink, want_messages
from referrals.sending import send_due
from tests.factories import make_person
from tests.messages.factories import again
from tests.workshops.factories import make_ready_case
from workshops.operations import book

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(officer, provider, session, message):
    """Another case of Jordan Ashe, by another record, which somebody linked with the first."""
    person = make_person(
        officer.organisation, "Jordan", "Ash", email="jordan.ash@example.com", email_is_safe=True, phone="07700 900123"
    )
    return make_ready_case(officer, provider, participant=person)


@pytest.fixture
def linked(other, message, triager):
    return link(message.person, other.participant, by=triager, reason="The same phone.")


def test_what_one_record_says_holds_for_the_other(linked, other, message, session, triager):
    stop_messages(message)
    book(other, session, by=triager)
    assert other.messages.get().channel == "letter"


def test_it_holds_for_what_waits_and_for_records_that_are_linked_later(mail_server, other, message, session, triager):
    book(other, session, by=triager)
    stop_messages(message)
    link(message.person, other.participant, by=triager, reason="The same phone.")
    assert send_due() == 0
    assert {each.channel for each in Message.objects.filter(not_sent_because="")} == {"letter"}


def test_two_who_are_not_one_after_all_speak_for_themselves(linked, other, message, session, triager):
    stop_messages(message)
    unlink(linked, by=triager, reason="Brothers.")
    book(other, session, by=triager)
    assert other.messages.get().channel == "email"


def test_the_page_says_it_and_wanting_them_again_holds_for_both(linked, other, message, session, triager, client):
    stop_messages(message)
    client.force_login(triager)
    page = client.get(reverse("referrals:messages", args=[other.pk])).content.decode()
    assert "Jordan Ash asked for no emails and texts on 10 June 2026" in page
    want_messages(other.participant, other, by=triager)
    assert not Person.objects.filter(no_messages_since__isnull=False).exists()
    assert again(message).person.no_messages_since is None
