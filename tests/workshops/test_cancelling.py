"""A session that does not take place: where everybody goes, and who is told."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.trail import IllegalMove, Refusal
from notices.models import Notice
from referrals.models import Referral
from referrals.operations import Stale
from tests.factories import make_force, make_person, make_user
from tests.workshops.factories import TOMORROW, make_booking, make_group, make_ready_case, make_session
from workshops import facts, operations
from workshops.models import Booking, Session, SessionCancelReason


@pytest.fixture
def weather(db):
    return SessionCancelReason.objects.get(code="weather")


@pytest.fixture
def target(force):
    """A session of a colleague, a week later, for four adults."""
    colleague = make_user("Nina Brook", force, "facilitator")
    return make_session(colleague, starts_at=TOMORROW + timedelta(weeks=1), capacity=4)


def on(session):
    return {booking.case_id: booking.status for booking in session.bookings.exclude(status="cancelled")}


def test_who_was_booked_comes_before_who_waited_each_in_their_order(
    officer, provider, session, target, triager, weather
):
    make_group(officer, provider, target, 1)
    there_first = make_booking(make_ready_case(officer, provider), target, status="waitlisted")
    booked = make_group(officer, provider, session, 3)
    waited = make_group(officer, provider, session, 2, status="waitlisted")
    for number, booking in enumerate(reversed(booked)):
        Booking.objects.filter(pk=booking.pk).update(booked_at=booking.booked_at + timedelta(minutes=number))
    for number, booking in enumerate(reversed(waited)):
        Booking.objects.filter(pk=booking.pk).update(waitlisted_at=booking.waitlisted_at + timedelta(minutes=number))
    done = operations.cancel_session(session, by=triager, reason=weather, to=target)
    assert [booking.case_id for booking in done.placed] == [booked[2].case_id, booked[1].case_id]
    order = [booked[0].case_id, waited[1].case_id, waited[0].case_id]
    assert [booking.case_id for booking in done.waiting] == order
    assert [booking.case_id for booking in target.bookings.waiting()] == order
    assert on(target)[there_first.case_id] == "booked"  # who stood there had the first free place
    target.refresh_from_db()
    assert target.places_taken == target.capacity == 4
    session.refresh_from_db()
    assert (session.status, session.moved_to, session.places_taken, session.version) == ("cancelled", target, 0, 1)


def test_who_may_not_go_along_is_named_with_the_reason_and_is_to_be_booked(
    officer, provider, facilitator, triager, force, weather, clock
):
    session = make_session(facilitator, audience="young_people")
    later = make_session(
        make_user("Nina Brook", force, "facilitator"), starts_at=TOMORROW + timedelta(weeks=1), audience="young_people"
    )
    nearly = make_person(force, "Kit", "Doe", date(2008, 6, 15))  # 18 between the two days
    lost = make_booking(make_ready_case(officer, provider, participant=nearly), session)
    child = make_person(force, "Uma", "Fry", date(2012, 1, 1))
    paused = make_booking(make_ready_case(officer, provider, participant=child), session)
    Referral.objects.filter(pk=paused.case_id).update(status="suspended")
    done = operations.cancel_session(session, by=triager, reason=weather, to=later)
    why = {booking.pk: sentence for booking, sentence in done.to_book}
    assert "the person will be 18 on that day" in why[lost.pk]
    assert "is suspended" in why[paused.pk]
    assert (done.placed, done.waiting) == ([], [])
    assert not on(later)
    assert set(facts.ready(Referral.objects.all(), timezone.now())) == {lost.case}


@pytest.mark.parametrize("wrong", ["itself", "another audience", "another force", "over", "cancelled"])
def test_it_refuses_to_send_people_where_they_cannot_go(wrong, case, session, facilitator, triager, weather):
    make_booking(case, session)
    other = make_user("Oz Reed", make_force("Other Police"), "facilitator")
    to = {
        "itself": lambda: session,
        "another audience": lambda: make_session(facilitator, audience="young_people"),
        "another force": lambda: make_session(other),
        "over": lambda: make_session(facilitator, starts_at=TOMORROW - timedelta(days=3)),
        "cancelled": lambda: make_session(facilitator, status="cancelled", cancel_reason=weather),
    }[wrong]()
    with pytest.raises(Refusal) as refused:
        operations.cancel_session(session, by=triager, reason=weather, to=to)
    assert refused.value.field == "to"
    assert Session.objects.get(pk=session.pk).status == "planned"
    assert Booking.objects.get().status == "booked"


def test_all_who_run_it_are_told_but_whoever_cancels(session, facilitator, triager, force, weather):
    helper = make_user("Nina Brook", force, "facilitator")
    session.co_facilitators.add(helper)
    operations.cancel_session(session, by=helper, reason=weather)
    [notice] = Notice.objects.all()
    assert (notice.user, notice.sentence.endswith("was cancelled.")) == (facilitator, True)


def test_the_rest_of_a_series_goes_and_what_was_before_stays(officer, provider, facilitator, target, triager, weather):
    key = "3f0f1d8e-8f5e-4b69-9a55-0d3a9a1f6f10"
    series = [make_session(facilitator, starts_at=TOMORROW + timedelta(days=number), series=key) for number in range(4)]
    bookings = [make_booking(make_ready_case(officer, provider), session) for session in series]
    done = operations.cancel_session(series[1], by=triager, reason=weather, to=target, later=True)
    assert done.sessions == 3
    assert [booking.case_id for booking in done.placed] == [booking.case_id for booking in bookings[1:]]
    left = Session.objects.filter(series=key).order_by("starts_at").values_list("status", flat=True)
    assert list(left) == ["planned", "cancelled", "cancelled", "cancelled"]
    extra = make_session(facilitator, starts_at=TOMORROW + timedelta(days=9), series=key)
    with pytest.raises(Refusal, match="not cancelled with this one"):
        operations.cancel_session(series[0], by=triager, reason=weather, to=extra, later=True)


def test_a_session_that_is_over_did_not_take_place(officer, provider, session, target, after, facilitator, weather):
    came = make_booking(make_ready_case(officer, provider), session)
    waited = make_booking(make_ready_case(officer, provider), session, status="waitlisted")
    after()
    done = operations.cancel_session(session, by=facilitator, reason=weather, to=target)
    assert [booking.case_id for booking in done.placed] == [came.case_id]
    assert [booking.pk for booking, _ in done.to_book] == [waited.pk]  # a waiting list lapses when its session starts
    assert Session.objects.get(pk=session.pk).status == "cancelled"


def test_a_session_somebody_changed_is_not_cancelled_unseen(session, triager, weather):
    Session.objects.filter(pk=session.pk).update(version=1)
    with pytest.raises(Stale):
        operations.cancel_session(session, by=triager, reason=weather, version=0)
    operations.cancel_session(session, by=triager, reason=weather, version=1)
    with pytest.raises(IllegalMove, match="already cancelled"):
        operations.cancel_session(session, by=triager, reason=weather, version=2)


# --- pages ----------------------------------------------------------------------------------------------------------


def test_the_page_takes_everybody_to_the_session_that_is_chosen(officer, provider, session, target, triager, sign_in):
    make_group(officer, provider, session, 3)
    client, url = sign_in(triager), reverse("workshops:cancel_session", args=[session.pk])
    html = client.get(url).content.decode()
    assert f"{target.when}, {target.place}: 4 of 4 places left" in html
    typed = {"reason": "weather", "people_go": "session", "version": "0"}
    assert "Select the session that they go to" in client.post(url, typed).content.decode()
    done = client.post(url, {**typed, "to": str(target.pk)}, follow=True).content.decode()
    assert f"3 people now have a place on ASB awareness workshop, {target.when}." in done
    assert "The people went to" in done


def test_the_page_offers_the_rest_of_a_series(facilitator, sign_in):
    key = "3f0f1d8e-8f5e-4b69-9a55-0d3a9a1f6f10"
    first, *_ = [make_session(facilitator, starts_at=TOMORROW + timedelta(days=n), series=key) for n in range(3)]
    client, url = sign_in(facilitator), reverse("workshops:cancel_session", args=[first.pk])
    assert "This one and the 2 later ones of its series" in client.get(url).content.decode()
    assert "Select which sessions" in client.post(url, {"reason": "weather"}).content.decode()
    done = client.post(url, {"reason": "weather", "which": "later"}, follow=True).content.decode()
    assert "3 sessions are cancelled." in done


def test_the_page_says_of_a_session_that_is_over_that_it_did_not_take_place(case, session, after, facilitator, sign_in):
    make_booking(case, session)
    after()
    client = sign_in(facilitator)
    assert "It did not take place" in client.get(reverse("workshops:session", args=[session.pk])).content.decode()
    url = reverse("workshops:cancel_session", args=[session.pk])
    done = client.post(url, {"reason": "facilitator", "people_go": "to_book"}, follow=True).content.decode()
    assert "It is recorded that the session did not take place." in done


def test_a_restricted_case_is_named_by_its_reference_to_whoever_cancels(case, session, facilitator, sign_in):
    Referral.objects.filter(pk=case.pk).update(restricted=True)
    make_booking(case, session)
    url = reverse("workshops:cancel_session", args=[session.pk])
    done = sign_in(facilitator).post(url, {"reason": "weather", "people_go": "to_book"}, follow=True).content.decode()
    assert case.reference in done
    assert "Jordan Ashe" not in done


def test_the_rest_of_a_series_is_cancelled_as_far_as_one_sees_it(facilitator, triager, force, weather, sign_in):
    series, colleague = uuid.uuid4(), make_user("Nina Brook", force, "facilitator")
    first, own = (make_session(facilitator, series=series, starts_at=TOMORROW + timedelta(weeks=n)) for n in (0, 1))
    given_away = make_session(colleague, series=series, starts_at=TOMORROW + timedelta(weeks=2))
    page = sign_in(facilitator).get(reverse("workshops:cancel_session", args=[first.pk]))
    assert page.context["rest"]["sessions"] == 1
    assert operations.cancel_session(first, by=facilitator, reason=weather, later=True).sessions == 2
    own.refresh_from_db()
    given_away.refresh_from_db()
    assert (own.status, given_away.status) == ("cancelled", "planned")
