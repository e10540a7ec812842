"""Changing a session, and moving it to another time or place."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from notices.models import Notice
from referrals.operations import Stale
from tests.factories import make_child, make_person, make_user
from tests.workshops.factories import TOMORROW, make_booking, make_group, make_ready_case, make_session
from workshops import operations
from workshops.models import Booking, Session


@pytest.fixture
def helper(force):
    return make_user("Nina Brook", force, "facilitator")


def says(session, **changed):
    """What edit_session() is given to leave the session as it is, but for this."""
    names = ("programme", "audience", "capacity", "facilitator", "interpreter", "access_notes", "step_free")
    return {"version": session.version, **{name: getattr(session, name) for name in names}, **changed}


def at(session, **changed):
    names = ("starts_at", "ends_at", "place", "joining_link")
    return {"version": session.version, **{name: getattr(session, name) for name in names}, **changed}


# --- change ---------------------------------------------------------------------------------------------------------


def test_a_session_says_what_was_saved_and_is_a_new_version(session, triager):
    operations.edit_session(session, by=triager, **says(session, capacity=10, interpreter="Polish", step_free=True))
    session.refresh_from_db()
    assert (session.capacity, session.interpreter, session.step_free, session.version) == (10, "Polish", True, 1)
    assert Event.objects.get(kind="session.edited").data["fields"] == ["capacity", "interpreter", "step_free"]


def test_saving_what_it_says_anyway_changes_nothing(session, triager):
    operations.edit_session(session, by=triager, **says(session))
    session.refresh_from_db()
    assert session.version == 0
    assert not Event.objects.filter(kind="session.edited").exists()


def test_the_second_who_saves_is_told_who_was_first(session, triager, facilitator):
    operations.edit_session(session, by=triager, **says(session, capacity=10))
    with pytest.raises(Stale, match="Carol Finch changed this session on 10 June 2026 at 10:00") as refused:
        operations.edit_session(session, by=facilitator, **says(session, capacity=12))
    assert refused.value.details[0]["version"] == 1
    assert Session.objects.get().capacity == 10


def test_capacity_is_never_below_the_places_taken_and_both_numbers_are_said(officer, provider, session, triager):
    make_group(officer, provider, session, 3)
    with pytest.raises(Refusal, match="3 places are taken, so there cannot be only 2") as refused:
        operations.edit_session(session, by=triager, **says(session, capacity=2))
    assert refused.value.field == "capacity"
    operations.edit_session(session, by=triager, **says(session, capacity=3))


def test_more_places_go_to_those_who_wait_first_come_first(officer, provider, facilitator, triager):
    session = make_session(facilitator, capacity=1)
    make_group(officer, provider, session, 1)
    first, second = make_group(officer, provider, session, 2, status="waitlisted")
    Booking.objects.filter(pk=second.pk).update(waitlisted_at=first.waitlisted_at + timedelta(hours=1))
    assert operations.edit_session(session, by=triager, **says(session, capacity=2)) == [first]
    assert Booking.objects.get(pk=second.pk).status == "waitlisted"


@pytest.mark.parametrize("status", ["booked", "waitlisted"])
def test_the_audience_stays_once_somebody_is_booked_or_waits(status, case, session, triager):
    make_booking(case, session, status=status)
    with pytest.raises(Refusal, match="1 person is booked or waiting, so this stays a session for adults") as refused:
        operations.edit_session(session, by=triager, **says(session, audience="young_people"))
    assert refused.value.field == "audience"


def test_an_empty_session_may_change_its_audience(session, triager):
    operations.edit_session(session, by=triager, **says(session, audience="young_people"))
    assert Session.objects.get().audience == "young_people"


def test_whoever_comes_and_whoever_goes_is_told(session, facilitator, helper, triager):
    operations.edit_session(session, by=triager, **says(session, facilitator=helper))
    told = {notice.user: notice.sentence for notice in Notice.objects.all()}
    assert told[helper].endswith("scheduled for you.")
    assert told[facilitator].endswith("you no longer run it.")


@pytest.mark.parametrize("as_helper", [True, False])
def test_it_refuses_somebody_who_is_busy_then_as_facilitator_or_as_helper(
    as_helper, session, facilitator, helper, triager
):
    other = make_session(helper if not as_helper else make_user("Sam Field", helper.organisation, "facilitator"))
    if as_helper:
        other.co_facilitators.add(helper)
    for changed in ({"facilitator": helper}, {"co_facilitators": [helper]}):
        with pytest.raises(Refusal, match="Nina Brook already runs ASB awareness workshop"):
            operations.edit_session(session, by=triager, **says(session, **changed))


def test_it_refuses_one_person_twice(session, facilitator, triager):
    with pytest.raises(Refusal, match="Choose others to help"):
        operations.edit_session(session, by=triager, **says(session, co_facilitators=[facilitator]))


def test_what_is_over_or_cancelled_stays_as_it_was(session, after, triager, facilitator):
    off = make_session(facilitator, status="cancelled", cancel_reason_id="weather")
    after()
    for over, why in ((session, "is over"), (off, "was cancelled")):
        with pytest.raises(IllegalMove, match=why):
            operations.edit_session(over, by=triager, **says(over, capacity=9))


def test_a_helper_sees_and_runs_the_session_like_its_facilitator(case, session, helper, sign_in):
    session.co_facilitators.add(helper)
    make_booking(case, session)
    client = sign_in(helper)
    assert "Jordan Ashe" in client.get(reverse("workshops:session", args=[session.pk])).content.decode()
    assert client.get(reverse("workshops:record_register", args=[session.pk])).status_code == 200
    assert session.when in client.get("/").content.decode()


# --- move -----------------------------------------------------------------------------------------------------------

NEXT_WEEK = TOMORROW + timedelta(weeks=1)


def next_week(session, **changed):
    return at(session, starts_at=NEXT_WEEK, ends_at=NEXT_WEEK + timedelta(hours=2), **changed)


def test_everybody_keeps_their_booking_their_cases_say_so_and_staff_are_told(
    officer, provider, session, facilitator, triager
):
    booked, waiting = make_ready_case(officer, provider), make_ready_case(officer, provider)
    make_booking(booked, session)
    make_booking(waiting, session, status="waitlisted")
    assert operations.move_session(session, by=triager, **next_week(session, place="Town Hall")) == []
    session.refresh_from_db()
    assert (session.starts_at, session.place, session.version, session.places_taken) == (NEXT_WEEK, "Town Hall", 1, 1)
    assert set(Booking.objects.values_list("status", flat=True)) == {"booked", "waitlisted"}
    told = Event.objects.filter(kind="booking.session_moved")
    assert {event.case for event in told} == {booked.pk, waiting.pk}
    [notice] = Notice.objects.all()
    assert notice.user == facilitator
    assert "Town Hall: moved. It was Thursday 11 June 2026, 10:00 to 12:00, Ilkeston Library." in notice.sentence


def test_who_is_of_another_age_group_on_the_new_day_is_to_be_booked_and_the_place_goes_on(
    officer, provider, facilitator, triager, force
):
    session = make_session(facilitator, audience="young_people", capacity=1)
    nearly = make_person(force, "Kit", "Doe", date(2008, 6, 15))  # 18 between the two days
    lost = make_booking(make_ready_case(officer, provider, participant=nearly), session)
    waits = make_booking(
        make_ready_case(officer, provider, participant=make_child(force)), session, status="waitlisted"
    )
    assert operations.move_session(session, by=triager, **next_week(session)) == [lost]
    assert Booking.objects.get(pk=lost.pk).status == "cancelled"
    assert Booking.objects.get(pk=waits.pk).status == "booked"
    assert Session.objects.get().places_taken == 1
    assert Event.objects.get(kind="booking.outgrown").case == lost.case_id


def test_it_refuses_a_clash_the_past_and_what_has_begun(session, facilitator, triager, clock):
    make_session(facilitator, starts_at=NEXT_WEEK + timedelta(hours=1))
    with pytest.raises(Refusal, match="Dev Patel already runs"):
        operations.move_session(session, by=triager, **next_week(session))
    earlier = {"starts_at": TOMORROW - timedelta(days=2), "ends_at": TOMORROW}
    with pytest.raises(Refusal, match="in the future"):
        operations.move_session(session, by=triager, **at(session, **earlier))
    clock.move_to(session.starts_at, tick=False)
    with pytest.raises(IllegalMove, match="has started"):
        operations.move_session(session, by=triager, **next_week(session))


def test_an_hour_later_is_no_clash_with_itself(session, triager):
    operations.move_session(session, by=triager, **at(session, ends_at=session.ends_at + timedelta(hours=1)))
    assert Session.objects.get().version == 1


def test_online_takes_a_safe_link(session, triager):
    for link in ("http://example.com/join", "https://", "ftp://example.com", "javascript:alert(1)//https://x.example"):
        with pytest.raises(Refusal, match="starts with https://") as refused:
            operations.move_session(session, by=triager, **at(session, joining_link=link))
        assert refused.value.field == "joining_link"
    operations.move_session(session, by=triager, **at(session, place="", joining_link="https://example.com/join"))
    assert Session.objects.get().place == "Online"


def test_somebody_booked_while_it_moves_is_measured_on_the_new_day(officer, provider, facilitator, triager, force):
    session = make_session(facilitator, audience="young_people")
    nearly = make_ready_case(officer, provider, participant=make_person(force, "Kit", "Doe", date(2008, 6, 15)))
    read_before = Session.objects.get(pk=session.pk)
    operations.move_session(session, by=triager, **next_week(session))
    with pytest.raises(Refusal, match="the person will be 18 on that day"):
        operations.book(nearly, read_before, by=triager)


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def typed(session):
    return {
        "programme": "asb_awareness", "audience": "adults", "capacity": "9", "facilitator": str(session.facilitator_id),
        "access_notes": "Ring the bell.", "version": "0",
    }  # fmt: skip


def test_the_page_changes_the_session(typed, session, facilitator, sign_in):
    url = reverse("workshops:edit_session", args=[session.pk])
    client = sign_in(facilitator)
    assert 'name="version" value="0"' in client.get(url).content.decode()
    done = client.post(url, typed, follow=True).content.decode()
    assert "The session is changed." in done
    assert "Ring the bell." in done


def test_what_was_typed_stays_beside_what_another_saved_and_can_then_be_saved(
    typed, session, triager, facilitator, sign_in
):
    operations.edit_session(session, by=triager, **says(session, interpreter="Polish"))
    client, url = sign_in(facilitator), reverse("workshops:edit_session", args=[session.pk])
    page = client.post(url, typed)
    html = page.content.decode()
    assert page.status_code == 412
    assert "Carol Finch changed this session" in html
    assert "What the session says now" in html
    assert "Polish" in html
    assert "Ring the bell." in html
    assert 'name="version" value="1"' in html
    assert client.post(url, {**typed, "version": "1"}).status_code == 302
    assert Session.objects.get().access_notes == "Ring the bell."


def test_the_page_moves_the_session_and_names_who_cannot_go_along(officer, provider, facilitator, force, sign_in):
    session = make_session(facilitator, audience="young_people")
    nearly = make_person(force, "Kit", "Doe", date(2008, 6, 15))
    make_booking(make_ready_case(officer, provider, participant=nearly), session)
    moved = {
        "starts_at_day": "18", "starts_at_month": "6", "starts_at_year": "2026", "starts_at_time": "14:00",
        "ends_at": "16:00", "where": "online", "joining_link": "https://example.com/join", "version": "0",
    }  # fmt: skip
    client, url = sign_in(facilitator), reverse("workshops:move_session", args=[session.pk])
    assert "1 person keeps their booking" in client.get(url).content.decode()
    done = client.post(url, moved, follow=True).content.decode()
    assert "The session is now on Thursday 18 June 2026, 14:00 to 16:00, Online." in done
    assert "1 person cannot go along" in done
    assert "Kit Doe" in done
    assert "https://example.com/join" in done


def test_whoever_gives_a_session_to_a_colleague_comes_back_to_the_list(session, facilitator, force, sign_in):
    colleague = make_user("Nina Brook", force, "facilitator")
    what = {"programme": "asb_awareness", "audience": "adults", "capacity": "8", "version": "0"}
    sent = {**what, "facilitator": colleague.pk}
    done = sign_in(facilitator).post(reverse("workshops:edit_session", args=[session.pk]), sent, follow=True)
    assert (done.status_code, done.redirect_chain[-1][0]) == (200, reverse("workshops:list"))
    assert "The session is changed." in done.content.decode()
