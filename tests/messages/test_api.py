"""The API of messages, over the same operations as the pages."""

import pytest
from rest_framework.test import APIClient

from referrals.models import Message
from tests.factories import NOW
from tests.messages.factories import again

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(triager):
    client = APIClient()
    client.force_authenticate(triager)
    return client


def at(message, verb=""):
    return f"/api/referrals/{message.case_id}/messages/" + (f"{message.pk}/{verb}/" if verb else "")


def test_it_lists_the_messages_of_a_case(api, message):
    [shown] = api.get(at(message)).json()["results"]
    assert (shown["to"], shown["channel"], shown["purpose"]) == ("Jordan Ashe", "email", "invitation")
    assert shown["sent_at"] is None


def test_it_marks_a_letter_as_printed_once(api, message, triager):
    Message.objects.update(channel="letter")
    assert api.get(at(message, "letter")).content.startswith(b"%PDF")
    assert [api.post(at(message, "mark-printed")).status_code for _ in range(2)] == [204, 409]
    assert (again(message).sent_at, message.printed_by) == (NOW, triager)


def test_an_email_is_not_printed(api, message):
    response = api.post(at(message, "mark-printed"))
    assert (response.status_code, response.json()) == (422, {"detail": "This message is not a letter."})


def test_it_settles_what_failed(api, message):
    Message.objects.update(failed_at=NOW)
    assert api.post(at(message, "send-again")).status_code == 204
    Message.objects.update(failed_at=NOW)
    assert api.post(at(message, "give-up"), {"reason": ""}, format="json").status_code == 400
    assert api.post(at(message, "write-letter")).status_code == 204
    letter = Message.objects.get(channel="letter")
    assert api.post(at(letter, "give-up"), {"reason": "Told by telephone"}, format="json").status_code == 204
    assert again(letter).not_sent_because.endswith("Told by telephone")


def test_an_officer_reads_no_messages(message, officer):
    client = APIClient()
    client.force_authenticate(officer)
    assert client.get(at(message)).status_code == 403


def test_a_client_that_takes_nothing_but_pdf_gets_the_letter_and_a_refusal_in_json(api, message):
    refused = api.get(at(message, "letter"), headers={"Accept": "application/pdf"})
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/json")
    Message.objects.update(channel="letter")
    letter = api.get(at(message, "letter"), headers={"Accept": "application/pdf"})
    assert (letter.status_code, letter["Content-Type"]) == (200, "application/pdf")
