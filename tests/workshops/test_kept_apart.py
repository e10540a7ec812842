"""People whom an assessment keeps apart are never on one session."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.trail import Refusal
from placements.models import Assessment
from referrals.operations import link
from tests.factories import NOW, make_person, make_user
from tests.workshops.factories import TOMORROW, make_booking, make_ready_case, make_session
from tests.workshops.test_at_once import at_once
from workshops import facts, operations
from workshops.models import Booking, Session, SessionCancelReason

APART = "Somebody who must be kept apart is booked on this session"


def keep_apart(case, other, coordinator):
    """The assessment of one names the case of the other."""
    assessment = Assessment.objects.create(
        case=case, emergency_contact_name="Pat", emergency_contact_phone="01", days_available=[0],
        completed_by=coordinator, completed_at=NOW,
    )  # fmt: skip
    assessment.never_with.add(other)


@pytest.fixture
def pair(officer, provider, coordinator, force):
    """Two people who are kept apart: the assessment of the second says so."""
    one = make_ready_case(officer, provider, participant=make_person(force, "Una", "Known"))
    two = make_ready_case(officer, provider, participant=make_person(force, "Sol", "Other"))
    keep_apart(two, one, coordinator)
    return one, two


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize("status", ["booked", "waitlisted"])
def test_it_refuses_either_beside_the_other_and_names_nobody(turn, status, pair, session, triager):
    first, second = pair[::turn]
    make_booking(first, session, status=status)
    with pytest.raises(Refusal, match=APART) as refused:
        operations.book(second, session, by=triager)
    assert first.participant.family_name not in refused.value.sentence
    assert first.reference not in refused.value.sentence
    assert Booking.objects.count() == 1


def test_it_refuses_in_another_case_of_the_same_person(pair, officer, provider, session, triager):
    one, two = pair
    make_booking(make_ready_case(officer, provider, participant=one.participant), session)
    with pytest.raises(Refusal, match=APART):
        operations.book(two, session, by=triager)


def test_a_cancelled_booking_keeps_nobody_away(pair, session, triager):
    one, two = pair
    make_booking(one, session, status="cancelled")
    assert operations.book(two, session, by=triager).status == "booked"


def test_nobody_is_given_a_place_beside_them_and_the_next_who_waits_moves_up(
    officer, provider, pair, facilitator, triager
):
    """Kept apart only since they were both on the list."""
    session = make_session(facilitator, capacity=2)
    one, two = pair
    leaves = make_booking(make_ready_case(officer, provider), session)
    make_booking(one, session)
    waits = make_booking(two, session, status="waitlisted")
    later = make_booking(
        make_ready_case(officer, provider), session, status="waitlisted", waitlisted_at=NOW + timedelta(minutes=1)
    )
    assert operations.cancel_booking(leaves, by=triager) == later
    waits.refresh_from_db()
    assert waits.status == "waitlisted"
    session.capacity = 3
    Session.objects.filter(pk=session.pk).update(capacity=3)
    with pytest.raises(Refusal, match=APART):
        operations.give_place(waits, by=triager)


def test_who_is_kept_apart_does_not_go_along_to_another_session(pair, facilitator, triager, force):
    old = make_session(facilitator)
    new = make_session(make_user("Nina Brook", force, "facilitator"), starts_at=TOMORROW + timedelta(days=1))
    make_booking(pair[0], old)
    make_booking(pair[1], new)
    done = operations.cancel_session(old, by=triager, reason=SessionCancelReason.objects.first(), to=new)
    [(booking, why)] = done.to_book
    assert booking.case == pair[0]
    assert why.startswith(APART)
    assert Session.objects.get(pk=new.pk).places_taken == 1


def test_neither_is_offered_to_the_other(pair, session, triager, sign_in):
    one, two = pair
    make_booking(one, session)
    assert facts.suitable(two, Session.objects, NOW, 50) == []
    page = sign_in(triager).get(reverse("workshops:book_person", args=[session.pk])).content.decode()
    assert "Sol Other" not in page


def test_the_page_refuses_without_a_name(pair, session, triager, sign_in):
    one, two = pair
    make_booking(one, session)
    answer = sign_in(triager).post(reverse("workshops:book_case", args=[two.pk]), {"session": session.pk})
    assert answer.status_code == 422
    assert APART in answer.content.decode()
    assert "Known" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_booked_at_once_one_is_refused(officer, provider, coordinator, force, facilitator, triager):
    for day in range(4):
        session = make_session(facilitator, starts_at=TOMORROW + timedelta(days=day))
        one, two = make_ready_case(officer, provider), make_ready_case(officer, provider)
        keep_apart(one, two, coordinator)
        done = at_once(
            lambda one=one, session=session: operations.book(one, session, by=triager),
            lambda two=two, session=session: operations.book(two, session, by=coordinator),
        )
        assert sum(isinstance(result, Refusal) for result in done) == 1
        assert session.bookings.count() == 1


# --- two records of one person, and what is said only afterwards ----------------------------------------------------


def test_it_refuses_another_record_of_the_same_person(pair, officer, provider, session, force, triager):
    one, two = pair
    again = make_ready_case(officer, provider, participant=make_person(force, "Una", "Knowne"))
    link(one.participant, again.participant, by=triager, reason="The same birthday and school.")
    make_booking(two, session)
    assert facts.suitable(again, Session.objects, NOW, 50) == []
    with pytest.raises(Refusal, match=APART):
        operations.book(again, session, by=triager)


def test_two_on_one_session_who_are_kept_apart_only_since_are_flagged(
    officer, provider, session, facilitator, sign_in, coordinator
):
    one, two, other = (make_ready_case(officer, provider) for _ in range(3))
    for case, status in ((one, "booked"), (two, "waitlisted"), (other, "booked")):
        make_booking(case, session, status=status)
    client, address = sign_in(facilitator), reverse("workshops:session", args=[session.pk])
    assert "kept apart" not in client.get(address).content.decode()
    keep_apart(one, two, coordinator)
    page = client.get(address)
    rows = [*page.context["people"], *page.context["waiting"]]
    assert {row["booking"].case for row in rows if row["keep_apart"]} == {one, two}
    assert page.content.decode().count("Keep apart") == 2
    assert "Some of these people must be kept apart" in page.content.decode()
    told = client.get(f"/api/workshops/bookings/?session={session.pk}").json()
    assert sorted(booking["keep_apart"] for booking in told) == [False, True, True]
