"""Scheduling a session and cancelling it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from tests.factories import make_user
from tests.workshops.factories import TOMORROW, make_booking, make_ready_case, make_session
from workshops import operations
from workshops.models import Booking, Programme, Session, SessionCancelReason


@pytest.fixture
def wanted(facilitator):
    """What schedule() needs for tomorrow's session."""
    return {
        "programme": Programme.objects.get(code="asb_awareness"),
        "starts_at": TOMORROW,
        "ends_at": TOMORROW + timedelta(hours=2),
        "place": "Ilkeston Library",
        "audience": "adults",
        "capacity": 8,
        "facilitator": facilitator,
    }


def test_a_session_is_planned_for_the_force(wanted, triager):
    session = operations.schedule(by=triager, **wanted)
    assert (session.force, session.status, session.places_left) == (triager.organisation, "planned", 8)
    assert Event.objects.get(kind="session.scheduled").data["session"] == str(session.pk)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"starts_at": TOMORROW - timedelta(days=2)}, "starts_at", "in the future"),
        ({"ends_at": TOMORROW}, "ends_at", "after the start, 10:00"),
        ({"ends_at": TOMORROW + timedelta(days=1)}, "ends_at", "on the day of the start, 11 June 2026"),
        ({"ends_at": TOMORROW + timedelta(hours=14, minutes=1)}, "ends_at", "on the day of the start"),
        ({"starts_at": TOMORROW.replace(year=2031)}, "starts_at", "before 10 June 2031, 5 years from today"),
        ({"capacity": 0}, "capacity", "from 1 to 100"),
        ({"capacity": 101}, "capacity", "from 1 to 100"),
    ],
)
def test_it_refuses_what_cannot_be_and_names_the_field(changed, field, sentence, wanted, triager):
    with pytest.raises(Refusal, match=sentence) as refused:
        operations.schedule(by=triager, **{**wanted, **changed})
    assert refused.value.field == field
    assert not Session.objects.exists()


def test_it_refuses_somebody_who_is_no_facilitator_of_the_force(wanted, triager, outsider):
    for other in (triager, outsider):
        with pytest.raises(Refusal, match="is not a workshop facilitator of Derbyshire Police"):
            operations.schedule(by=triager, **{**wanted, "facilitator": other})


def test_it_refuses_two_sessions_of_one_facilitator_at_once(wanted, triager):
    operations.schedule(by=triager, **wanted)
    later = {"starts_at": TOMORROW + timedelta(hours=1), "ends_at": TOMORROW + timedelta(hours=3)}
    with pytest.raises(
        Refusal, match="Dev Patel already runs ASB awareness workshop on Thursday 11 June 2026, 10:00 to 12:00"
    ):
        operations.schedule(by=triager, **{**wanted, **later})
    after = {"starts_at": TOMORROW + timedelta(hours=2), "ends_at": TOMORROW + timedelta(hours=3)}
    operations.schedule(by=triager, **{**wanted, **after})


def test_a_cancelled_session_leaves_its_time_free(wanted, triager):
    session = operations.schedule(by=triager, **wanted)
    operations.cancel_session(session, by=triager, reason=SessionCancelReason.objects.first())
    operations.schedule(by=triager, **wanted)


# --- cancelling -----------------------------------------------------------------------------------------------------


def test_everybody_booked_on_a_cancelled_session_goes_back_to_no_booking(officer, provider, facilitator):
    session = make_session(facilitator, capacity=1)
    booked = make_booking(make_ready_case(officer, provider), session)
    waiting = make_booking(make_ready_case(officer, provider), session, status="waitlisted")
    weather = SessionCancelReason.objects.get(code="weather")
    assert operations.cancel_session(session, by=facilitator, reason=weather).people == 2
    session = Session.objects.get()
    assert (session.status, session.cancel_reason, session.places_taken) == ("cancelled", weather, 0)
    assert set(Booking.objects.values_list("status", flat=True)) == {"cancelled"}
    told = Event.objects.filter(kind="booking.session_cancelled")
    assert {event.case for event in told} == {booked.case_id, waiting.case_id}
    assert {event.data["reason"] for event in told} == {"weather"}
    elsewhere = make_session(facilitator, starts_at=TOMORROW + timedelta(days=1))
    assert operations.book(booked.case, elsewhere, by=facilitator).status == "booked"


def test_a_session_is_cancelled_once(session, facilitator):
    reason = SessionCancelReason.objects.first()
    operations.cancel_session(session, by=facilitator, reason=reason)
    with pytest.raises(IllegalMove, match="already cancelled"):
        operations.cancel_session(session, by=facilitator, reason=reason)
    assert Event.objects.filter(kind="session.cancelled").count() == 1


@pytest.mark.parametrize("status", ["attended", "did_not_attend"])
def test_it_refuses_once_attendance_is_recorded(status, case, session, facilitator):
    make_booking(case, session, status=status)
    with pytest.raises(Refusal, match="cannot be cancelled"):
        operations.cancel_session(session, by=facilitator, reason=SessionCancelReason.objects.first())
    assert Booking.objects.get().status == status


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def typed(wanted):
    return {
        "programme": wanted["programme"].pk,
        "audience": "young_people",
        "starts_at_day": "11",
        "starts_at_month": "6",
        "starts_at_year": "2026",
        "starts_at_time": "10:00",
        "ends_at": "12.30",
        "where": "place",
        "place": "Buxton Town Hall",
        "district": "high_peak",
        "capacity": "6",
        "facilitator": wanted["facilitator"].pk,
    }


def test_a_facilitator_schedules_a_session(typed, facilitator, sign_in):
    done = sign_in(facilitator).post(reverse("workshops:schedule_session"), typed, follow=True)
    session = Session.objects.get()
    assert done.redirect_chain == [(reverse("workshops:session", args=[session.pk]), 302)]
    assert "ASB awareness workshop is scheduled for Thursday 11 June 2026, 10:00 to 12:30." in done.content.decode()
    assert (session.audience, session.district_id, session.capacity) == ("young_people", "high_peak", 6)


def test_a_facilitator_who_schedules_for_a_colleague_comes_back_to_the_list(typed, facilitator, sign_in):
    colleague = make_user("Nina Brook", facilitator.organisation, "facilitator")
    done = sign_in(facilitator).post(
        reverse("workshops:schedule_session"), {**typed, "facilitator": colleague.pk}, follow=True
    )
    assert done.redirect_chain == [(reverse("workshops:list"), 302)]


@pytest.mark.parametrize(
    ("changed", "status", "message"),
    [
        ({"starts_at_year": "2025"}, 422, "Enter a start that is in the future."),
        ({"ends_at": "9:00"}, 422, "Enter a time after the start, 10:00."),
        ({"ends_at": "late"}, 200, "Enter the time in 24-hour form, like 14:30"),
        ({"starts_at_month": "13"}, 200, "Start must be a real date"),
        ({"capacity": "many"}, 200, "Number of places must be a whole number, like 12"),
        ({"capacity": "0"}, 422, "Enter a number of places from 1 to 100."),
        ({"capacity": "99999999999"}, 422, "Enter a number of places from 1 to 100."),
        ({"audience": ""}, 200, "Select who it is for, adults or young people"),
        ({"place": ""}, 200, "Enter the address of the place"),
        ({"where": ""}, 200, "Select where it is, at a place or online"),
        ({"where": "online"}, 200, "Enter the link to join, which starts with https://"),
        ({"where": "online", "joining_link": "http://example.com/join"}, 422, "Enter a link that starts with https://"),
        ({"where": "online", "joining_link": "javascript:alert(1)"}, 200, "Enter a link that starts with https://"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_says_what_to_enter(changed, status, message, typed, facilitator, sign_in):
    data = {**typed, **changed}
    page = sign_in(facilitator).post(reverse("workshops:schedule_session"), data)
    html = page.content.decode()
    assert page.status_code == status
    assert message in html
    assert "Error: Schedule a session" in html
    for name in ("place", "capacity", "ends_at"):
        if data[name]:
            assert f'value="{data[name]}"' in html
    assert not Session.objects.exists()


def test_the_page_asks_why_before_it_cancels(case, session, facilitator, sign_in):
    make_booking(case, session)
    client, url = sign_in(facilitator), reverse("workshops:cancel_session", args=[session.pk])
    assert "1 booked and 0 waiting" in client.get(url).content.decode()
    assert "Select why the session does not take place" in client.post(url, {"reason": ""}).content.decode()
    assert Session.objects.get().status == "planned"
    assert "Select where the people go" in client.post(url, {"reason": "place"}).content.decode()
    done = client.post(url, {"reason": "place", "people_go": "to_book"}, follow=True).content.decode()
    assert "The session is cancelled." in done
    assert "1 person has no booking any more: Jordan Ashe." in done
    assert "Cancelled: Place not available." in done


def test_the_lists_hold_each_session_once_with_counts(officer, provider, facilitator, triager, sign_in):
    coming = make_session(facilitator)
    due = make_session(facilitator, starts_at=TOMORROW - timedelta(days=4))
    make_booking(make_ready_case(officer, provider), due)
    over = make_session(facilitator, starts_at=TOMORROW - timedelta(days=9), audience="young_people")
    off = make_session(
        facilitator, starts_at=TOMORROW + timedelta(days=9), status="cancelled", cancel_reason_id="weather"
    )
    client = sign_in(triager)
    shown = {}
    for tab in ("list", "register_due", "past"):
        page = client.get(reverse(f"workshops:{tab}"))
        shown[tab] = {session.pk for session in page.context["page"]}
        assert [item["count"] for item in page.context["tabs"]] == [1, 1, 2, 0]
    assert shown == {"list": {coming.pk}, "register_due": {due.pk}, "past": {over.pk, off.pk}}
    assert "3 days overdue" in client.get(reverse("workshops:register_due")).content.decode()
    adults = client.get(reverse("workshops:past"), {"audience": "adults"})
    assert {session.pk for session in adults.context["page"]} == {off.pk}
    none = client.get(reverse("workshops:list"), {"audience": "young_people"}).content.decode()
    assert "No session for this audience" in none


def test_the_list_of_people_to_book_leads_to_booking_them(case, triager, sign_in):
    page = sign_in(triager).get(reverse("workshops:to_book")).content.decode()
    assert case.reference in page
    assert reverse("workshops:book_case", args=[case.pk]) in page
    assert Event.objects.get(kind="booking.ready_listed").ids == [str(case.pk)]
