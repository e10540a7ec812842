"""What a booking, a move and a cancellation tell the people of a case."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.trail import Refusal
from referrals.models import Message
from referrals.truth import no_longer_true
from tests.factories import NOW, make_child, make_person
from tests.workshops.factories import TOMORROW, make_ready_case, make_session
from workshops.models import SessionCancelReason
from workshops.operations import (
    book,
    cancel_booking,
    cancel_session,
    edit_session,
    move_session,
    telling,
)
from workshops.operations.telling import remind

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def case(officer, provider):
    """An adult with a safe email address."""
    person = make_person(officer.organisation, email="jordan@example.com", email_is_safe=True)
    return make_ready_case(officer, provider, participant=person)


@pytest.fixture
def later(facilitator):
    """A session in three weeks."""
    return make_session(
        facilitator,
        starts_at=TOMORROW + 21 * DAY,
        place="Ilkeston Library",
        access_notes="Ring the bell at the side door.",
        step_free=True,
    )


def purposes(case):
    return [message.purpose for message in case.messages.order_by("made_at", "purpose") if not message.not_sent_because]


def sent(case):
    """As if everything had been sent."""
    Message.objects.filter(case=case, not_sent_because="").update(claimed_at=NOW, sent_at=NOW)


def move(session, by, **to):
    asked = {"starts_at": session.starts_at, "ends_at": session.ends_at, "place": session.place, **to}
    move_session(session, by=by, version=None, **asked)


# --- the invitation -------------------------------------------------------------------------------------------------


def test_who_is_booked_is_invited(case, later, triager):
    booking = book(case, later, by=triager)
    message = case.messages.get()
    assert (message.purpose, message.channel, message.person) == ("invitation", "email", case.participant)
    assert message.about == f"workshop:{booking.pk}:0"
    assert message.subject == "Your place on a workshop"
    assert message.text == (
        "Hello Jordan,\n\n"
        "You have a place on a workshop. It is part of what was agreed.\n\n"
        "What: ASB awareness workshop\n"
        "When: Thursday 2 July 2026, 10:00 to 12:00\n"
        "Where: Ilkeston Library\n"
        "Getting there and getting in: Ring the bell at the side door.\n"
        "Step-free: yes\n\n"
        "If you cannot come, ring us before that day, on 101. If you do not come and there is no good reason, the "
        "police are told.\n\n"
        f"Questions? Ring 101 and say {case.reference}."
    )


def test_of_a_child_the_parent_or_carer_is_invited_and_the_child_is_not_written_to(officer, provider, later, triager):
    child = make_child(officer.organisation, email="riley@example.com", email_is_safe=True)
    parent = make_person(officer.organisation, "Sam", "Stone", email="sam@example.com", email_is_safe=True)
    case = make_ready_case(officer, provider, participant=child, parent_or_carer=parent)
    later.audience = "young_people"
    later.save()
    book(case, later, by=triager)
    message = case.messages.get()
    assert message.person == parent
    assert message.text.startswith("Hello Sam,\n\nRiley has a place on a workshop.")
    assert "If Riley cannot come" in message.text


def test_who_has_no_safe_contact_gets_a_letter(case, later, triager):
    case.participant.email_is_safe = False
    case.participant.save()
    book(case, later, by=triager)
    assert case.messages.get().channel == "letter"


def test_the_message_is_part_of_the_booking(case, later, triager, queued, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        book(case, later, by=triager)
    assert queued == ["send_messages"]
    with pytest.raises(Refusal):
        book(case, later, by=triager)
    assert case.messages.count() == 1


def test_a_position_on_a_waiting_list_is_nothing_to_write_about_until_there_is_a_place(
    officer, provider, case, facilitator, triager
):
    session = make_session(facilitator, starts_at=TOMORROW + 21 * DAY, capacity=1)
    first = book(make_ready_case(officer, provider), session, by=triager)
    book(case, session, by=triager)
    assert case.messages.count() == 0
    cancel_booking(first, by=triager)
    assert purposes(case) == ["invitation"]


def test_a_session_online_says_how_to_join(case, later, triager):
    later.joining_link = "https://meet.example/abc"
    later.save()
    book(case, later, by=triager)
    assert "open https://meet.example/abc" in case.messages.get().text


# --- another time ---------------------------------------------------------------------------------------------------


def test_who_was_invited_hears_of_a_move(case, later, triager):
    book(case, later, by=triager)
    sent(case)
    move(later, triager, starts_at=later.starts_at + DAY, ends_at=later.ends_at + DAY)
    message = case.messages.get(purpose="moved")
    assert message.about.endswith(":1")
    assert "It was: Thursday 2 July 2026, 10:00 to 12:00, Ilkeston Library. Now it is:" in message.text
    assert "When: Friday 3 July 2026, 10:00 to 12:00" in message.text


def test_each_move_is_told_and_none_twice(case, later, triager):
    book(case, later, by=triager)
    sent(case)
    move(later, triager, place="The Arena")
    sent(case)
    later.refresh_from_db()
    move(later, triager, place="The Arena")  # nothing changes
    move(later, triager, place="Town Hall")
    assert purposes(case).count("moved") == 2


def test_what_nobody_has_yet_is_replaced_and_not_corrected(case, later, triager):
    book(case, later, by=triager)
    move(later, triager, place="The Arena")
    old, new = case.messages.order_by("about")
    assert old.not_sent_because == "The session moved before this was sent."
    assert (new.purpose, new.not_sent_because) == ("invitation", "")
    assert "Where: The Arena" in new.text


def test_a_change_of_something_else_tells_nobody(case, later, triager):
    book(case, later, by=triager)
    later.refresh_from_db()
    edit_session(
        later, by=triager, version=later.version, audience="adults", capacity=20, facilitator=later.facilitator
    )
    assert purposes(case) == ["invitation"]


# --- cancelled ------------------------------------------------------------------------------------------------------


def test_who_was_invited_hears_that_they_need_not_come(case, later, triager):
    booking = book(case, later, by=triager)
    sent(case)
    cancel_booking(booking, by=triager)
    message = case.messages.get(purpose="cancelled")
    assert "You do not have to come to this workshop:" in message.text
    assert "the police" not in message.text


def test_who_never_heard_of_a_place_does_not_hear_that_it_is_gone(case, later, triager):
    booking = book(case, later, by=triager)
    cancel_booking(booking, by=triager)
    assert case.messages.get().not_sent_because == "The place was cancelled before this was sent."


def test_who_goes_to_another_session_hears_of_that(case, later, facilitator, triager):
    other = make_session(facilitator, starts_at=TOMORROW + 28 * DAY, place="The Arena")
    book(case, later, by=triager)
    sent(case)
    cancel_session(later, by=triager, version=0, reason=SessionCancelReason.objects.first(), to=other)
    message = case.messages.get(purpose="moved")
    assert "Where: The Arena" in message.text
    assert not case.messages.filter(purpose="cancelled").exists()


# --- the day before -------------------------------------------------------------------------------------------------


EVE = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)  # 10:00 in Derbyshire, the day before


@pytest.fixture
def booked(case, later, triager):
    book(case, later, by=triager)
    sent(case)
    return case


def test_everybody_is_reminded_once_the_day_before_from_10_in_the_morning(booked, clock):
    clock.move_to(EVE - timedelta(minutes=1), tick=False)
    assert remind(EVE - timedelta(minutes=1)) == 0
    clock.move_to(EVE, tick=False)
    assert [remind(EVE), remind(EVE), remind(EVE + timedelta(hours=5))] == [1, 0, 0]
    message = booked.messages.get(purpose="reminder")
    assert message.subject == "Your workshop is tomorrow"
    assert "When: Thursday 2 July 2026, 10:00 to 12:00" in message.text


@pytest.mark.parametrize("day", [EVE - DAY, EVE + DAY])
def test_no_other_day_reminds(booked, clock, day):
    clock.move_to(day, tick=False)
    assert remind(day) == 0


def test_a_change_of_something_else_reminds_nobody_twice(booked, later, triager, clock):
    clock.move_to(EVE, tick=False)
    remind(EVE)
    type(later).objects.filter(pk=later.pk).update(version=7)
    assert remind(EVE) == 0


def test_who_was_told_of_it_just_now_needs_no_reminder(case, later, triager, clock):
    clock.move_to(EVE + timedelta(hours=1), tick=False)
    book(case, later, by=triager)
    assert remind(EVE + timedelta(hours=2)) == 0


def test_a_letter_would_come_too_late(booked, clock):
    booked.participant.email_is_safe = False
    booked.participant.save()
    clock.move_to(EVE, tick=False)
    assert remind(EVE) == 0


def test_who_is_not_booked_any_more_is_not_reminded(booked, clock, triager):
    cancel_booking(booked.bookings.get(), by=triager)
    clock.move_to(EVE, tick=False)
    assert remind(EVE) == 0


def test_one_who_cannot_be_reminded_does_not_hold_up_the_others(
    booked, later, officer, provider, triager, clock, monkeypatch, caplog
):
    person = make_person(officer.organisation, "Kim", "Beech", email="kim@example.com", email_is_safe=True)
    other = make_ready_case(officer, provider, participant=person)
    book(other, later, by=triager)
    first = min(booked.bookings.get(), other.bookings.get(), key=lambda booking: booking.pk)
    tell = telling._tell

    def fails_for_the_first(booking, purpose, **more):
        if booking.pk == first.pk:
            raise ValueError("An address that nobody can write to.")
        return tell(booking, purpose, **more)

    monkeypatch.setattr(telling, "_tell", fails_for_the_first)
    clock.move_to(EVE, tick=False)
    assert remind(EVE) == 1
    assert str(first.pk) in caplog.text
    monkeypatch.undo()
    assert remind(EVE) == 1


# --- what is still true when it is sent -----------------------------------------------------------------------------


def test_a_place_that_is_typed_in_several_lines_is_one_and_is_told(case, later, triager):
    move(later, triager, place="  Town Hall,\r\n\n\n  Ilkeston ")
    later.refresh_from_db()
    assert later.place == "Town Hall, Ilkeston"
    book(case, later, by=triager)
    message = case.messages.get()
    assert "Where: Town Hall, Ilkeston\n" in message.text
    assert no_longer_true(message, NOW) == ""


def test_where_the_workshop_was_before_is_no_place_to_send_anybody_to(case, later, triager):
    """Moved there and back; what told them of the first move is in nobody's hands for sure."""
    book(case, later, by=triager)
    sent(case)
    was = later.starts_at
    move(later, triager, starts_at=was + DAY, ends_at=later.ends_at + DAY)
    there = case.messages.get(purpose="moved")
    Message.objects.filter(pk=there.pk).update(claimed_at=NOW, error="Interrupted")
    later.refresh_from_db()
    assert no_longer_true(there, NOW) == ""
    move(later, triager, starts_at=was, ends_at=later.ends_at - DAY)
    assert no_longer_true(there, NOW) == "The workshop has moved since."
