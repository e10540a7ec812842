"""Somebody who needs what a session does not offer is booked once it is said how they will manage."""

import pytest
from django.urls import reverse

from audit.trail import Refusal
from tests.factories import make_person
from tests.workshops.factories import make_ready_case, make_session
from workshops import operations, rules
from workshops.models import Booking

SAID = "Her sister interprets; agreed with the facilitator."


@pytest.fixture
def needy(officer, provider, force):
    """Speaks Polish and uses a wheelchair."""
    person = make_person(force, "Ola", "Nowak", needs="Uses a wheelchair.", language="Polish", interpreter_needed=True)
    return make_ready_case(officer, provider, participant=person)


@pytest.mark.parametrize(
    ("offered", "unmet"),
    [
        ({}, ["interpreter for Polish", "not known to be step-free"]),
        ({"interpreter": "polish"}, ["not known to be step-free"]),
        ({"interpreter": "Urdu", "step_free": True}, ["interpreter for Polish"]),
        ({"interpreter": "Polish", "step_free": True}, []),
        ({"interpreter": "Polish", "joining_link": "https://example.com/join"}, []),
    ],
)
def test_what_a_session_does_not_offer_is_said(offered, unmet, needy, facilitator):
    sentences = rules.unmet_needs(needy.participant, make_session(facilitator, **offered))
    assert len(sentences) == len(unmet)
    assert all(words in sentence for words, sentence in zip(unmet, sentences, strict=True))


@pytest.mark.parametrize(
    ("needs", "asked"),
    [
        ("Cannot climb stairs", True),
        ("Walks with a stick.", True),
        ("Needs a lift or step-free access", True),
        ("Dyslexia: read forms aloud.", False),
        ("ADHD: short tasks, one step-by-step list at a time", False),
        ("", False),
    ],
)
def test_needs_that_speak_of_getting_about_ask_for_a_place_without_steps(needs, asked, force, session):
    assert bool(rules.unmet_needs(make_person(force, needs=needs), session)) == asked


@pytest.mark.parametrize("said", ["", "   "])
def test_it_asks_how_they_will_manage(said, needy, session, triager):
    with pytest.raises(Refusal, match="Enter how they will manage") as refused:
        operations.book(needy, session, by=triager, arrangements=said)
    assert refused.value.field == "arrangements"
    assert not Booking.objects.exists()


def test_what_is_said_stands_with_the_booking(needy, session, triager):
    assert operations.book(needy, session, by=triager, arrangements=SAID).arrangements == SAID


def test_it_is_not_kept_where_nothing_is_needed(case, session, triager):
    assert operations.book(case, session, by=triager, arrangements=SAID).arrangements == ""


def test_the_page_of_the_case_warns_at_each_session_and_asks(needy, session, triager, facilitator, sign_in):
    client, url = sign_in(triager), reverse("workshops:book_case", args=[needy.pk])
    page = client.get(url).content.decode()
    assert "Nearest with a place" in page
    assert "needs an interpreter for Polish, and none is arranged" in page
    answer = client.post(url, {"session": session.pk})
    assert answer.status_code == 422
    assert "Enter how they will manage, or choose another session" in answer.content.decode()
    assert client.post(url, {"session": session.pk, "arrangements": SAID}).status_code == 302
    shown = sign_in(facilitator).get(reverse("workshops:session", args=[session.pk])).content.decode()
    assert "How they will manage: Her sister interprets" in shown


def test_the_page_of_the_session_asks_too(needy, session, triager, sign_in):
    url = reverse("workshops:book_person", args=[session.pk])
    client = sign_in(triager)
    assert "Uses a wheelchair. This place is not known to be step-free" in client.get(url).content.decode()
    assert client.post(url, {"case": needy.pk}).status_code == 422
    assert client.post(url, {"case": needy.pk, "arrangements": SAID}).status_code == 302


def test_nobody_is_asked_who_needs_nothing(case, session, triager, sign_in):
    page = sign_in(triager).get(reverse("workshops:book_case", args=[case.pk])).content.decode()
    assert "How will they manage?" not in page
