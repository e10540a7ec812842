"""The pages of messages: what was sent, what did not arrive, letters to print; and the page outside that stops them."""

import io
from datetime import date, timedelta

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from referrals.models import Message
from referrals.operations.messages import stop_link
from tests.factories import NOW, make_person, make_user
from tests.messages.factories import again
from tests.workshops.factories import make_ready_case
from workshops import operations as workshops

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def letter(message):
    Message.objects.update(channel="letter")
    return again(message)


@pytest.fixture
def signed_in(client, triager):
    client.force_login(triager)
    return client


def page_of(client, message):
    return client.get(reverse("referrals:messages", args=[message.case_id])).content.decode()


def do(client, name, message, **data):
    return client.post(reverse(f"referrals:{name}", args=[message.case_id, message.pk]), data)


# --- the page of a case ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["Waiting", "It is sent by itself."]),
        ({"claimed_at": NOW, "sent_at": NOW}, ["Sent", "sent on"]),
        ({"failed_at": NOW, "error": "550 no such mailbox"}, ["Failed", "Ring them", "550 no such mailbox"]),
        ({"claimed_at": NOW, "error": "It broke."}, ["Interrupted", "It may have arrived or not.", "Send again"]),
        ({"not_sent_because": "They do not have this place any more."}, ["Not sent", "They do not have this place"]),
        ({"channel": "letter"}, ["To print", "hand it over or post it", "Printed and sent"]),
    ],
)
def test_each_message_says_how_it_stands_and_what_to_do(signed_in, message, fields, words):
    Message.objects.update(**fields)
    text = page_of(signed_in, message)
    for word in ["Invitation by", "To Jordan Ashe", *words]:
        assert word in text


def test_what_was_sent_offers_nothing_more_to_do(signed_in, message):
    Message.objects.update(claimed_at=NOW, sent_at=NOW)
    text = page_of(signed_in, message)
    assert "Send again" not in text
    assert "Do not send it" not in text


def test_the_page_opens_for_the_triage_team_and_the_provider_only(client, message, officer, coordinator, manager):
    address = reverse("referrals:messages", args=[message.case_id])
    for person, status in ((officer, 403), (manager, 403), (coordinator, 200)):
        client.force_login(person)
        assert client.get(address).status_code == status


def test_a_restricted_case_shows_its_messages_and_letters_to_nobody_else(signed_in, letter):
    letter.case.restricted = True
    letter.case.save()
    assert signed_in.get(reverse("referrals:messages", args=[letter.case_id])).status_code == 404
    assert signed_in.get(reverse("referrals:letter", args=[letter.case_id, letter.pk])).status_code == 404
    assert "Jordan" not in signed_in.get(reverse("referrals:letters")).content.decode()


def test_a_message_of_another_case_is_not_found_under_this_one(signed_in, message, officer, provider):
    other = make_ready_case(officer, provider)
    assert signed_in.get(reverse("referrals:letter", args=[other.pk, message.pk])).status_code == 404


def test_what_failed_is_sent_again_with_all_its_tries(signed_in, message):
    Message.objects.update(failed_at=NOW, attempts=20, error="451 later")
    do(signed_in, "send_message_again", message)
    assert (again(message).failed_at, message.attempts, message.error) == (None, 0, "")
    assert list(Message.objects.due(NOW)) == [message]


def test_a_letter_can_take_its_place(signed_in, message):
    Message.objects.update(failed_at=NOW)
    do(signed_in, "letter_instead", message)
    assert again(message).not_sent_because.startswith("A letter instead")
    assert Message.objects.get(channel="letter").is_a_letter_to_print


def test_it_can_be_given_up_with_a_reason(signed_in, message):
    Message.objects.update(failed_at=NOW)
    refused = do(signed_in, "give_up_message", message, reason="")
    assert "Enter why it is not sent" in refused.content.decode()
    do(signed_in, "give_up_message", message, reason="Told by telephone")
    assert again(message).not_sent_because == "Carol Finch: Told by telephone"


@pytest.mark.parametrize("verb", ["send_message_again", "letter_instead", "letter_printed"])
@pytest.mark.parametrize(
    "fields", [{"claimed_at": NOW, "sent_at": NOW}, {"not_sent_because": "x"}, {"claimed_at": NOW}]
)
def test_what_is_settled_or_being_sent_is_left_alone(signed_in, message, verb, fields):
    Message.objects.update(**fields)
    before = Message.objects.values().get()
    assert do(signed_in, verb, message).status_code == 409
    assert Message.objects.values().get() == before


def test_what_is_not_true_any_more_is_not_sent_again(signed_in, message):
    Message.objects.update(failed_at=NOW)
    message.case.bookings.update(status="cancelled")
    response = do(signed_in, "send_message_again", message)
    assert response.status_code == 409
    assert "They do not have this place any more." in response.content.decode()


# --- letters --------------------------------------------------------------------------------------------------------


def pdf(client, letter):
    response = client.get(reverse("referrals:letter", args=[letter.case_id, letter.pk]))
    return response, "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(response.content)).pages)


def test_the_letter_has_an_address_and_says_what_the_message_says(signed_in, letter):
    letter.person.address = "1 Bath Street, Ilkeston"
    letter.person.save()
    response, text = pdf(signed_in, letter)
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    for words in (
        "OFFICIAL-SENSITIVE",
        "Jordan Ashe\n1 Bath Street\nIlkeston",
        letter.case.reference,
        "When: Thursday 2 July 2026, 10:00 to 12:00",
    ):
        assert words in text


def test_that_it_left_the_system_is_in_the_trail(signed_in, letter, triager):
    pdf(signed_in, letter)
    event = Event.objects.get(kind="message.letter_disclosed")
    assert (event.act, event.case, event.actor) == ("disclosure", letter.case_id, triager.pk)


@pytest.mark.parametrize(
    ("born", "audience", "to"),
    [
        (date(2011, 5, 6), "young_people", "The parent or carer of Riley Stone"),
        (date(2008, 6, 11), "adults", "Riley Stone"),  # 17 today, and 18 on the day of the workshop
    ],
)
def test_a_letter_is_addressed_to_whom_its_words_are_meant_for(
    born, audience, to, signed_in, officer, provider, triager, session
):
    session.audience = audience
    session.save()
    case = make_ready_case(officer, provider, participant=make_person(officer.organisation, "Riley", "Stone", born))
    workshops.book(case, session, by=triager)
    lines = pdf(signed_in, Message.objects.get(case=case))[1].splitlines()
    assert lines[lines.index("Derbyshire Police") + 1] == to


def test_a_letter_is_printed_once_and_says_by_whom(signed_in, letter, triager):
    do(signed_in, "letter_printed", letter)
    assert (again(letter).sent_at, letter.printed_by) == (NOW, triager)
    assert do(signed_in, "letter_printed", letter).status_code == 409
    assert f"printed by {triager}" in page_of(signed_in, letter)


def test_a_letter_that_is_not_true_any_more_is_not_printed(signed_in, letter):
    letter.case.bookings.update(status="cancelled")
    assert signed_in.get(reverse("referrals:letter", args=[letter.case_id, letter.pk])).status_code == 409


def test_the_list_has_every_letter_to_print_and_nothing_else(signed_in, letter):
    text = signed_in.get(reverse("referrals:letters")).content.decode()
    assert "Jordan Ashe" in text
    response = do(signed_in, "letter_printed", letter, then="letters")
    assert response["Location"] == reverse("referrals:letters")
    assert "No letters to print" in signed_in.get(reverse("referrals:letters")).content.decode()


def test_another_provider_sees_no_letter(client, letter):
    from accounts.models import Organisation

    other = Organisation.objects.create(name="Other provider", kind="provider")
    client.force_login(make_user("Olive Other", other, "coordinator"))
    assert "Jordan" not in client.get(reverse("referrals:letters")).content.decode()


# --- outside --------------------------------------------------------------------------------------------------------


@pytest.fixture
def outside(message):
    """The address in the message, for somebody without an account."""
    from django.conf import settings

    return stop_link(message).removeprefix(settings.SITE_URL)


def test_a_link_that_is_only_followed_stops_nothing(message, outside):
    response = Client().get(outside)
    assert "we send you no more emails and texts. We write letters instead." in response.content.decode()
    assert again(message.person).no_messages_since is None


def test_the_button_stops_emails_and_texts_and_says_what_happens_now(message, outside):
    client = Client()
    response = client.post(outside, follow=True)
    assert "You get letters from now on" in response.content.decode()
    assert again(message.person).no_messages_since == NOW
    client.post(outside)
    event = Event.objects.get(kind="message.stopped")
    assert (event.case, event.actor) == (message.case_id, None)


def test_the_page_outside_names_nobody(message, outside):
    for response in (Client().get(outside), Client().post(outside, follow=True)):
        for private in ("Jordan", "Ashe", message.case.reference, "jordan@example.com"):
            assert private not in response.content.decode()


def test_the_link_works_for_a_year(message, outside, clock):
    clock.move_to(NOW + 364 * DAY, tick=False)
    assert Client().get(outside).status_code == 200
    clock.move_to(NOW + 366 * DAY, tick=False)
    assert Client().get(outside).status_code == 404
    assert Client().post(outside).status_code == 404
    assert again(message.person).no_messages_since is None


def test_a_link_that_was_made_up_stops_nothing(message, outside):
    made_up = outside[:-3] + "xx/"
    assert Client().post(made_up).status_code == 404
    assert again(message.person).no_messages_since is None


def test_the_secret_in_the_address_is_all_it_needs_and_the_page_is_kept_by_nobody(message, outside):
    client = Client(enforce_csrf_checks=True)
    page = client.get(outside)
    assert not page.cookies
    assert (page["Cache-Control"], page["Referrer-Policy"], page["X-Robots-Tag"]) == (
        "no-store", "no-referrer", "noindex, nofollow",
    )  # fmt: skip
    assert client.post(outside).status_code == 302
    assert [client.get(outside).status_code for _ in range(120)][-1] == 429


def test_staff_write_down_that_they_want_them_again(signed_in, message, outside):
    Client().post(outside)
    assert "asked for no emails and texts" in page_of(signed_in, message)
    address = reverse("referrals:want_messages", args=[message.case_id, message.person_id])
    signed_in.post(address)
    assert again(message.person).no_messages_since is None
    assert signed_in.post(address).status_code == 409
    assert Event.objects.filter(kind="message.wanted").count() == 1


def test_only_the_people_of_the_case_can_want_them_again(signed_in, message, force):
    other = make_person(force, "Kim", "Beech", no_messages_since=NOW)
    address = reverse("referrals:want_messages", args=[message.case_id, other.pk])
    assert signed_in.post(address).status_code == 404
    assert again(other).no_messages_since == NOW
