"""Booking somebody, the waiting list, and cancelling a booking."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from tests.factories import make_child, make_person
from tests.workshops.factories import TOMORROW, make_booking, make_ready_case, make_ready_child, make_session
from workshops import operations
from workshops.models import Booking, Session, SessionCancelReason


def test_a_ready_person_gets_a_place_and_the_case_says_so(case, session, triager):
    booking = operations.book(case, session, by=triager)
    assert (booking.status, booking.booked_by) == ("booked", triager)
    assert Session.objects.get().places_taken == 1
    event = Event.objects.get(kind="booking.made")
    assert (event.case, event.data) == (case.pk, {"session": "ASB awareness workshop, 11 June 2026"})


def test_a_full_session_puts_people_on_its_waiting_list(officer, provider, facilitator, triager):
    session = make_session(facilitator, capacity=1)
    first, second = make_ready_case(officer, provider), make_ready_case(officer, provider)
    assert operations.book(first, session, by=triager).status == "booked"
    waiting = operations.book(second, session, by=triager)
    assert waiting.status == "waitlisted"
    assert waiting.waitlisted_at is not None
    assert Session.objects.get().places_taken == 1
    assert Event.objects.get(kind="booking.waitlisted").case == second.pk


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "suspended"}, "is suspended"),
        ({"status": "completed", "closed_at": TOMORROW}, "is completed"),
        ({"workshop_needed": False}, "does not ask for a workshop"),
    ],
)
def test_it_refuses_a_case_that_may_not_or_need_not_go(fields, sentence, officer, provider, session, triager):
    plan = {"workshop_needed": fields.pop("workshop_needed", True)}
    case = make_ready_case(officer, provider, **plan)
    type(case).objects.filter(pk=case.pk).update(**fields)
    with pytest.raises(Refusal, match=sentence):
        operations.book(case, session, by=triager)
    assert not Booking.objects.exists()


def test_it_refuses_before_the_assessment(case, session, triager):
    case.milestones.all().delete()
    with pytest.raises(Refusal, match="the assessment must be completed"):
        operations.book(case, session, by=triager)


def test_it_refuses_without_consent(case, session, triager):
    case.consents.update(withdrawn_at=TOMORROW)
    with pytest.raises(Refusal, match="no consent to take part"):
        operations.book(case, session, by=triager)


def test_it_refuses_a_second_workshop(case, session, facilitator, triager):
    earlier = make_session(facilitator, starts_at=TOMORROW - timedelta(days=30))
    make_booking(case, earlier, status="attended")
    with pytest.raises(Refusal, match="already attended a workshop, on 12 May 2026"):
        operations.book(case, session, by=triager)


@pytest.mark.parametrize("status", ["booked", "waitlisted"])
def test_it_refuses_somebody_who_is_booked_or_waiting_already(status, case, session, facilitator, triager):
    make_booking(case, make_session(facilitator, starts_at=TOMORROW + timedelta(days=7)), status=status)
    with pytest.raises(IllegalMove, match=r"already .* Thursday 18 June 2026, 10:00 to 12:00"):
        operations.book(case, session, by=triager)
    assert Booking.objects.count() == 1


def test_it_refuses_while_nobody_has_recorded_whether_they_came_last_time(case, session, facilitator, triager):
    make_booking(case, make_session(facilitator, starts_at=TOMORROW - timedelta(days=7)))
    with pytest.raises(IllegalMove, match="nobody has recorded yet whether they came"):
        operations.book(case, session, by=triager)


def test_somebody_who_missed_a_workshop_may_be_booked_again(case, session, facilitator, triager):
    earlier = make_session(facilitator, starts_at=TOMORROW - timedelta(days=7))
    make_booking(case, earlier, status="did_not_attend")
    assert operations.book(case, session, by=triager).status == "booked"


def test_a_waiting_list_lapses_when_its_session_starts(case, session, facilitator, triager):
    earlier = make_session(facilitator, starts_at=TOMORROW - timedelta(days=7))
    old = make_booking(case, earlier, status="waitlisted")
    operations.book(case, session, by=triager)
    old.refresh_from_db()
    assert old.status == "cancelled"
    assert Event.objects.get(kind="booking.lapsed").case == case.pk


def test_it_refuses_a_session_that_has_started(case, session, triager, clock):
    clock.move_to(session.starts_at, tick=False)
    with pytest.raises(Refusal, match="started on 11 June 2026 at 10:00"):
        operations.book(case, session, by=triager)


def test_it_refuses_a_cancelled_session(case, session, triager, facilitator):
    operations.cancel_session(session, by=facilitator, reason=SessionCancelReason.objects.first())
    with pytest.raises(Refusal, match="was cancelled"):
        operations.book(case, session, by=triager)


def test_it_refuses_another_force_session(case, outsider, triager):
    elsewhere = make_session(outsider)
    with pytest.raises(Refusal, match="another force"):
        operations.book(case, elsewhere, by=triager)


# --- adults and young people ----------------------------------------------------------------------------------------


def test_a_young_person_never_goes_to_an_adults_session(officer, provider, session, triager):
    child = make_ready_child(officer, provider)
    with pytest.raises(Refusal, match=r"for adults, and the person will be 15"):
        operations.book(child, session, by=triager)
    assert Session.objects.get().places_taken == 0


def test_an_adult_never_goes_to_a_young_peoples_session(case, facilitator, triager):
    session = make_session(facilitator, audience="young_people")
    with pytest.raises(Refusal, match=r"for young people, and the person will be 28"):
        operations.book(case, session, by=triager)


def test_somebody_who_turns_18_on_the_day_of_the_session_goes_with_the_adults(officer, provider, facilitator, triager):
    turning = make_person(officer.organisation, date_of_birth=date(2008, 6, 11))
    case = make_ready_case(officer, provider, participant=turning)
    with pytest.raises(Refusal, match="will be 18"):
        operations.book(case, make_session(facilitator, audience="young_people"), by=triager)
    assert operations.book(case, make_session(facilitator), by=triager).status == "booked"


def test_it_refuses_somebody_whose_age_is_not_known(officer, provider, session, triager):
    case = make_ready_case(officer, provider, participant=make_person(officer.organisation, date_of_birth=None))
    with pytest.raises(Refusal, match="date of birth"):
        operations.book(case, session, by=triager)


# --- cancelling and moving up ---------------------------------------------------------------------------------------


@pytest.fixture
def full(facilitator, officer, provider):
    """A session with one place, which is taken, and two people waiting: (session, booked, first, second)."""
    session = make_session(facilitator, capacity=1)
    booked = make_booking(make_ready_case(officer, provider), session)
    first = make_booking(make_ready_case(officer, provider), session, status="waitlisted")
    second = make_booking(
        make_ready_case(officer, provider),
        session,
        status="waitlisted",
        waitlisted_at=first.waitlisted_at + timedelta(minutes=1),
    )
    return session, booked, first, second


def test_a_cancelled_place_goes_to_the_first_who_waits(full, triager):
    session, booked, first, second = full
    assert operations.cancel_booking(booked, by=triager) == first
    for row in full:
        row.refresh_from_db()
    assert (booked.status, first.status, second.status) == ("cancelled", "booked", "waitlisted")
    assert first.booked_at is not None
    assert session.places_taken == 1
    assert Event.objects.get(kind="booking.promoted").case == first.case_id


def test_somebody_whose_case_is_suspended_is_passed_over_and_keeps_their_position(full, triager):
    _, booked, first, second = full
    type(first.case).objects.filter(pk=first.case_id).update(status="suspended")
    assert operations.cancel_booking(booked, by=triager) == second
    first.refresh_from_db()
    assert first.status == "waitlisted"


def test_leaving_the_waiting_list_frees_no_place(full, triager):
    session, booked, first, second = full
    assert operations.cancel_booking(first, by=triager) is None
    for row in full:
        row.refresh_from_db()
    assert (booked.status, first.status, second.status) == ("booked", "cancelled", "waitlisted")
    assert session.places_taken == 1


def test_a_booking_is_not_cancelled_once_the_session_has_started(case, session, triager, clock):
    booking = make_booking(case, session)
    clock.move_to(session.starts_at, tick=False)
    with pytest.raises(Refusal, match="Record an outcome in its register"):
        operations.cancel_booking(booking, by=triager)
    booking.refresh_from_db()
    assert booking.status == "booked"


def test_a_booking_is_cancelled_once(case, session, triager):
    booking = make_booking(case, session)
    operations.cancel_booking(booking, by=triager)
    with pytest.raises(IllegalMove, match="cancelled"):
        operations.cancel_booking(Booking.objects.get(), by=triager)
    assert Session.objects.get().places_taken == 0


def test_a_free_place_is_given_to_somebody_who_waits(full, triager):
    session, _, first, second = full
    Session.objects.update(capacity=2)
    operations.give_place(second, by=triager)
    with pytest.raises(Refusal, match="All 2 places are taken"):
        operations.give_place(first, by=triager)
    session.refresh_from_db()
    assert session.places_taken == 2


def test_the_database_refuses_more_people_than_places(facilitator):
    session = make_session(facilitator, capacity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(places_taken=2)


# --- pages ----------------------------------------------------------------------------------------------------------


def test_a_triager_books_a_person_onto_a_session(case, session, triager, sign_in):
    client = sign_in(triager)
    url = reverse("workshops:book_person", args=[session.pk])
    page = client.get(url)
    assert "Jordan Ashe" in page.content.decode()
    done = client.post(url, {"case": case.pk}, follow=True)
    assert (
        "Jordan Ashe is booked on ASB awareness workshop, Thursday 11 June 2026, 10:00 to 12:00."
        in done.content.decode()
    )
    assert Booking.objects.get().case == case


def test_only_people_of_the_right_age_who_are_ready_are_offered(officer, provider, case, session, triager, sign_in):
    make_ready_child(officer, provider)
    booked = make_ready_case(officer, provider, participant=make_person(officer.organisation, "Bo", "Booked"))
    make_booking(booked, session)
    suspended = make_ready_case(officer, provider, participant=make_person(officer.organisation, "Sue", "Spended"))
    type(case).objects.filter(pk=suspended.pk).update(status="suspended")
    page = sign_in(triager).get(reverse("workshops:book_person", args=[session.pk])).content.decode()
    assert "Jordan Ashe" in page
    for other in ("Riley Stone", "Bo Booked", "Sue Spended"):
        assert other not in page


def test_somebody_booked_a_moment_ago_is_refused_with_the_reason(case, session, facilitator, triager, sign_in):
    make_booking(case, make_session(facilitator, starts_at=TOMORROW + timedelta(days=7)))
    page = sign_in(triager).post(reverse("workshops:book_person", args=[session.pk]), {"case": case.pk})
    assert page.status_code == 409
    assert "is already booked on ASB awareness workshop, Thursday 18 June 2026" in page.content.decode()


def test_nobody_chosen_says_what_to_choose(case, session, triager, sign_in):
    page = sign_in(triager).post(reverse("workshops:book_person", args=[session.pk]), {"case": ""})
    assert "Select who is to be booked" in page.content.decode()


def test_from_the_case_sessions_with_a_place_near_and_soon_come_first(
    case, facilitator, officer, provider, coordinator, sign_in
):
    def on(days, place, **fields):
        return make_session(facilitator, starts_at=TOMORROW + timedelta(days=days), place=place, **fields)

    full = on(1, "Full near", capacity=1)
    make_booking(make_ready_case(officer, provider), full)
    on(2, "Far soon", district_id="derby")
    on(4, "Near later")
    on(3, "Near sooner")
    on(3, "For children", audience="young_people")
    on(-5, "Over")
    page = sign_in(coordinator).get(reverse("workshops:book_case", args=[case.pk])).content.decode()
    order = [page.index(place) for place in ("Near sooner", "Near later", "Far soon", "Full near")]
    assert order == sorted(order)
    assert "Full: joins the waiting list as number 1" in page
    assert "For children" not in page
    assert ", Over" not in page


def test_a_coordinator_books_from_the_case_and_hears_of_the_waiting_list(
    case, facilitator, officer, provider, coordinator, sign_in
):
    session = make_session(facilitator, capacity=1)
    make_booking(make_ready_case(officer, provider), session)
    done = sign_in(coordinator).post(
        reverse("workshops:book_case", args=[case.pk]), {"session": session.pk}, follow=True
    )
    assert "All 1 places are taken. Jordan Ashe is number 1 on the waiting list" in done.content.decode()
    assert Booking.objects.get(case=case).status == "waitlisted"


def test_a_case_that_cannot_be_booked_says_why_instead_of_offering_sessions(case, session, triager, sign_in):
    case.milestones.all().delete()
    page = sign_in(triager).get(reverse("workshops:book_case", args=[case.pk])).content.decode()
    assert "Before a workshop, the assessment must be completed." in page
    assert "Book this session" not in page


def test_a_young_person_without_a_session_is_told_so(officer, provider, session, triager, sign_in):
    child = make_ready_case(officer, provider, participant=make_child(officer.organisation))
    page = sign_in(triager).get(reverse("workshops:book_case", args=[child.pk])).content.decode()
    assert "No session is planned for this person’s age group" in page


def test_the_page_asks_before_it_cancels_a_booking(full, triager, sign_in):
    _, booked, first, _ = full
    client, url = sign_in(triager), reverse("workshops:cancel_booking", args=[full[1].pk])
    assert "Cancel the booking of Jordan Ashe?" in client.get(url).content.decode()
    booked.refresh_from_db()
    assert booked.status == "booked"
    done = client.post(url, follow=True).content.decode()
    assert "The first person on the waiting list now has the place." in done
    first.refresh_from_db()
    assert first.status == "booked"


def test_a_place_that_is_gone_is_refused_on_the_page(full, triager, sign_in):
    first = full[2]
    done = sign_in(triager).post(reverse("workshops:promote_booking", args=[first.pk]), follow=True)
    assert "All 1 places are taken." in done.content.decode()
    first.refresh_from_db()
    assert first.status == "waitlisted"
