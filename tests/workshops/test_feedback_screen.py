"""Feedback on one screen at the end of a session."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from referrals.models import Referral
from tests.factories import make_person
from tests.workshops.factories import make_booking, make_group, make_ready_case, make_session
from workshops import operations, rules
from workshops.models import FeedbackResponse, Kiosk

AGREED = dict.fromkeys(rules.STATEMENTS, "agree")
GIVEN = {"answers": dict.fromkeys(rules.STATEMENTS, True)}


@pytest.fixture
def there(officer, provider, session, after):
    """Three who attended, one who is booked (the register comes later), one who did not come."""
    bookings = [
        make_booking(
            make_ready_case(officer, provider, participant=make_person(officer.organisation, *name)), session, status
        )
        for name, status in (
            (("Amy", "Stone"), "attended"),
            (("Ben Luke", "Hart"), "attended"),
            (("Ben", "Holt"), "attended"),
            (("Cal", "Wood"), "booked"),
            (("Dee", "Pike"), "did_not_attend"),
        )
    ]
    after()
    return bookings


@pytest.fixture
def token(there, session, facilitator):
    return operations.open_screen(session, by=facilitator)


@pytest.fixture
def screen():
    return Client(enforce_csrf_checks=True)


def names(token):
    return reverse("workshops:screen", args=[token])


def one(token, booking):
    return reverse("workshops:screen_answer", args=[token, booking.pk])


def labels(client, token):
    return [booking.label for booking in client.get(names(token)).context["people"]]


def test_it_lists_first_names_of_those_who_were_there(token, screen):
    page = screen.get(names(token))
    assert labels(screen, token) == ["Amy S.", "Ben Hart", "Ben Holt", "Cal W."]
    html = page.content.decode()
    for personal in ("Stone", "Wood", "Pike", "Dee", "Luke", "IJ-"):
        assert personal not in html
    assert page["Cache-Control"] == "no-store"
    assert not page.cookies


def test_each_answers_once_and_the_names_come_back(token, there, screen):
    done = screen.post(one(token, there[0]), AGREED, follow=True)
    html = done.content.decode()
    assert "Thank you. Your answers are saved." in html
    assert "Amy S." not in html
    assert FeedbackResponse.objects.get().how == "kiosk"
    again = screen.post(one(token, there[0]), AGREED)
    assert (again.status_code, again["Location"]) == (302, names(token))
    with pytest.raises(IllegalMove, match="answered already"):
        operations.answer_on_screen(token, there[0].pk, **GIVEN)
    assert FeedbackResponse.objects.count() == 1


def test_somebody_of_another_session_or_who_did_not_come_cannot_answer_here(
    token, there, officer, provider, facilitator, screen
):
    elsewhere = make_group(officer, provider, make_session(facilitator), 1, status="attended")[0]
    for booking in (elsewhere, there[4]):
        assert screen.post(one(token, booking), AGREED).status_code == 302
        with pytest.raises(Refusal):
            operations.answer_on_screen(token, booking.pk, **GIVEN)
    assert not FeedbackResponse.objects.exists()


def test_nobody_of_a_restricted_case_stands_on_it(token, there, screen):
    Referral.objects.filter(pk=there[0].case_id).update(restricted=True)
    assert "Amy S." not in labels(screen, token)
    with pytest.raises(Refusal):
        operations.answer_on_screen(token, there[0].pk, **GIVEN)


def test_it_closes_after_4_hours_by_hand_or_from_the_session(token, session, facilitator, screen, clock, sign_in):
    opened = Kiosk.objects.get().opened_at
    clock.move_to(opened + timedelta(hours=3, minutes=59), tick=False)
    assert screen.get(names(token)).status_code == 200
    clock.move_to(opened + timedelta(hours=4), tick=False)
    assert screen.get(names(token)).status_code == 404
    second = operations.open_screen(session, by=facilitator)
    screen.post(names(second))
    assert screen.get(names(second)).status_code == 404
    third = operations.open_screen(session, by=facilitator)
    client = sign_in(facilitator)
    assert "A screen is open" in client.get(reverse("workshops:session", args=[session.pk])).content.decode()
    client.post(reverse("workshops:close_screen", args=[session.pk]))
    assert screen.get(names(third)).status_code == 404


def test_a_new_screen_closes_the_old_one(token, session, facilitator, screen):
    newer = operations.open_screen(session, by=facilitator)
    assert screen.get(names(token)).status_code == 404
    assert screen.get(names(newer)).status_code == 200


def test_a_screen_of_somebody_who_runs_no_workshops_any_more_is_closed(token, facilitator, screen):
    facilitator.is_active = False
    facilitator.save()
    assert screen.get(names(token)).status_code == 404


def test_whoever_opens_it_is_signed_out_on_that_device(there, session, facilitator, sign_in):
    client = sign_in(facilitator)
    opened = client.post(reverse("workshops:open_screen", args=[session.pk]))
    assert opened["Location"].startswith("/workshops/screen/")
    assert client.get(opened["Location"]).status_code == 200
    for address in ("/", reverse("workshops:session", args=[session.pk]), reverse("workshops:list")):
        assert client.get(address)["Location"].startswith(reverse("account_login"))


def test_nothing_is_opened_before_the_session_or_for_nobody(session, facilitator, sign_in, case, after):
    with pytest.raises(Refusal, match="from the start"):
        operations.open_screen(session, by=facilitator)
    after()
    client = sign_in(facilitator)
    page = client.post(reverse("workshops:open_screen", args=[session.pk]), follow=True)
    assert "Nobody of this session is left to ask." in page.content.decode()
    assert not Kiosk.objects.exists()


def test_the_trail_says_who_opened_it_and_whose_names_it_showed(token, there, session, facilitator):
    event = Event.objects.get(kind="feedback.screen_opened")
    assert (event.actor, event.act) == (facilitator.pk, "disclosure")
    assert event.data == {"session": str(session.pk)}
    assert set(event.ids) == {str(booking.case_id) for booking in there[:4]}
