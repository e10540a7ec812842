"""The page of a session says who knows of it."""

import pytest
from django.test import Client
from django.urls import reverse

from referrals.models import Message
from tests.factories import NOW
from tests.messages.factories import make_message
from tests.workshops.factories import make_booking, make_ready_case

pytestmark = pytest.mark.django_db


def shown(session, user):
    client = Client()
    client.force_login(user)
    return client.get(reverse("workshops:session", args=[session.pk])).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["Invitation by email", "Waiting"]),
        ({"claimed_at": NOW, "sent_at": NOW}, ["Invitation by email, 10 June"]),
        ({"failed_at": NOW}, ["Did not arrive"]),
        ({"channel": "letter"}, ["Invitation by letter", "To print"]),
        ({"not_sent_because": "x"}, ["Not written to"]),
    ],
)
def test_it_says_of_everybody_how_they_were_told(message, session, triager, fields, words):
    Message.objects.update(**fields)
    text = shown(session, triager)
    for word in words:
        assert word in text
    assert reverse("referrals:messages", args=[message.case_id]) in text


def test_a_facilitator_reads_it_and_is_not_led_to_the_messages(message, session, facilitator):
    text = shown(session, facilitator)
    assert "Invitation by email" in text
    assert reverse("referrals:messages", args=[message.case_id]) not in text


def test_of_a_restricted_case_it_says_nothing(message, session, triager):
    message.case.restricted = True
    message.case.save()
    assert "Invitation" not in shown(session, triager)


def test_it_costs_one_query_however_many_people(
    message, session, triager, officer, provider, django_assert_max_num_queries
):
    client = Client()
    client.force_login(triager)
    address = reverse("workshops:session", args=[session.pk])
    with django_assert_max_num_queries(100) as before:
        client.get(address)
    for _ in range(3):
        case = make_ready_case(officer, provider)
        make_message(case, make_booking(case, session))
    with django_assert_max_num_queries(len(before)):
        client.get(address)
