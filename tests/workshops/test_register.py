"""Recording who came, and correcting it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from referrals.models import AttendanceOutcome, Milestone
from tests.factories import make_user
from tests.workshops.factories import TOMORROW, make_booking, make_group, make_session
from workshops import operations
from workshops.models import Booking, Session, SessionCancelReason


def outcome(code):
    return AttendanceOutcome.objects.get(code=code)


def record(booking, code, by, **fields):
    operations.record_attendance(booking, outcome=outcome(code), by=by, **fields)
    booking.refresh_from_db()


@pytest.fixture
def booking(case, session):
    return make_booking(case, session)


# --- what may be recorded when --------------------------------------------------------------------------------------


def test_a_session_that_has_not_started_takes_no_outcome(booking, facilitator):
    with pytest.raises(Refusal, match="from the start of the session, 11 June 2026 at 10:00"):
        record(booking, "absent_medical", facilitator)
    assert Booking.objects.get().outcome is None


@pytest.mark.parametrize("chosen", ["complied", "failed_to_comply", "sent_home_service"])
def test_attendance_delivers_the_session_and_unlocks_the_case(chosen, booking, facilitator, after):
    after()
    record(booking, chosen, facilitator)
    assert (booking.status, booking.recorded_by) == ("attended", facilitator)
    assert Session.objects.get().status == "delivered"
    milestone = Milestone.objects.get(kind="workshop_attended")
    assert (milestone.case, milestone.at) == (booking.case, booking.session.starts_at)
    assert Event.objects.get(kind="booking.attended").data["outcome"] == outcome(chosen).label


@pytest.mark.parametrize("chosen", ["unacceptable_absence", "absent_medical", "rescheduled_service"])
def test_absence_unlocks_nothing_and_delivers_nothing(chosen, booking, facilitator, after):
    after()
    record(booking, chosen, facilitator)
    assert booking.status == "did_not_attend"
    assert Session.objects.get().status == "planned"
    assert not Milestone.objects.filter(kind="workshop_attended").exists()


def test_every_outcome_of_the_code_list_is_attended_or_missed_as_it_says(
    officer, provider, session, facilitator, after
):
    outcomes = list(AttendanceOutcome.objects.all())
    Session.objects.update(capacity=len(outcomes))
    session.refresh_from_db()
    bookings = make_group(officer, provider, session, len(outcomes))
    after()
    for booking, chosen in zip(bookings, outcomes, strict=True):
        record(booking, chosen.code, facilitator)
        assert booking.status == ("attended" if chosen.attended else "did_not_attend")


@pytest.mark.parametrize("status", ["waitlisted", "cancelled"])
def test_it_refuses_an_outcome_for_somebody_without_a_place(status, case, session, facilitator, after):
    booking = make_booking(case, session, status=status)
    after()
    with pytest.raises(IllegalMove, match="only for a booked person"):
        record(booking, "complied", facilitator)


# --- corrections ----------------------------------------------------------------------------------------------------


def test_a_correction_to_absent_takes_the_milestone_and_the_delivery_back(booking, facilitator, after):
    after()
    record(booking, "complied", facilitator)
    record(booking, "absent_medical", facilitator)
    assert booking.status == "did_not_attend"
    assert not Milestone.objects.filter(kind="workshop_attended").exists()
    assert Session.objects.get().status == "planned"
    assert Event.objects.get(kind="booking.corrected_to_missed").case == booking.case_id
    record(booking, "complied", facilitator)
    assert Milestone.objects.filter(kind="workshop_attended").exists()
    assert Session.objects.get().status == "delivered"


def test_a_correction_leaves_the_session_delivered_while_somebody_else_came(
    officer, provider, session, facilitator, after
):
    one, two = make_group(officer, provider, session, 2)
    after()
    record(one, "complied", facilitator)
    record(two, "complied", facilitator)
    record(one, "unacceptable_absence", facilitator)
    assert Session.objects.get().status == "delivered"
    assert Milestone.objects.get(kind="workshop_attended").case == two.case


def test_the_milestone_moves_to_the_workshop_that_remains_attended(case, session, facilitator, after):
    earlier = make_session(facilitator, starts_at=TOMORROW - timedelta(days=7))
    first = make_booking(case, earlier, status="did_not_attend")
    second = make_booking(case, session)
    after()
    record(second, "complied", facilitator)
    assert Milestone.objects.get(kind="workshop_attended").at == session.starts_at
    record(first, "complied", facilitator)
    assert Milestone.objects.get(kind="workshop_attended").at == earlier.starts_at
    record(first, "absent_legal", facilitator)
    assert Milestone.objects.get(kind="workshop_attended").at == session.starts_at


def test_another_outcome_that_also_counts_as_attended_is_a_correction_too(booking, facilitator, after):
    after()
    record(booking, "complied", facilitator)
    record(booking, "failed_to_comply", facilitator)
    assert (booking.status, booking.outcome_id) == ("attended", "failed_to_comply")
    assert Event.objects.filter(kind="booking.corrected_to_attended").count() == 1


def test_recording_the_same_again_changes_nothing(booking, facilitator, after):
    after()
    record(booking, "complied", facilitator)
    before = Event.objects.count()
    record(booking, "complied", facilitator)
    assert Event.objects.count() == before


# --- the register page ----------------------------------------------------------------------------------------------


def filled(bookings, codes, seen=None):
    """What the browser posts: a choice for each person, and what the page had shown."""
    data = {str(booking.pk): code for booking, code in zip(bookings, codes, strict=True)}
    return data | {f"was_{booking.pk}": (seen or {}).get(booking, "") for booking in bookings}


def test_one_screen_records_the_whole_group(officer, provider, session, facilitator, after, sign_in):
    bookings = make_group(officer, provider, session, 3)
    after()
    client, url = sign_in(facilitator), reverse("workshops:record_register", args=[session.pk])
    page = client.get(f"{url}?happened=yes").content.decode()
    assert page.count("Not recorded yet</option>") == 3
    done = client.post(url, filled(bookings, ["complied", "unacceptable_absence", ""]), follow=True).content.decode()
    assert "Register saved: 2 people recorded." in done
    statuses = [Booking.objects.get(pk=booking.pk).status for booking in bookings]
    assert statuses == ["attended", "did_not_attend", "booked"]
    assert "Not recorded yet" in done


def test_before_the_session_the_register_says_when_it_opens(booking, facilitator, sign_in):
    page = sign_in(facilitator).get(reverse("workshops:record_register", args=[booking.session_id])).content.decode()
    assert "Attendance can be recorded from the start of the session" in page
    assert "Save register" not in page


def test_an_unknown_outcome_loses_nothing_that_was_chosen(officer, provider, session, facilitator, after, sign_in):
    bookings = make_group(officer, provider, session, 2)
    after()
    page = sign_in(facilitator).post(
        reverse("workshops:record_register", args=[session.pk]), filled(bookings, ["complied", "invented"])
    )
    html = page.content.decode()
    assert "Select a listed outcome for Person 2 Ashe" in html
    assert html.count('value="complied" selected') == 1
    assert set(Booking.objects.values_list("status", flat=True)) == {"booked"}


def test_a_page_left_open_does_not_overwrite_what_somebody_recorded_since(
    officer, provider, session, facilitator, after, sign_in
):
    bookings = make_group(officer, provider, session, 2)
    after()
    colleague = make_user("Nina Brook", facilitator.organisation, "facilitator", "triager")
    record(bookings[0], "absent_medical", colleague)
    client, url = sign_in(facilitator), reverse("workshops:record_register", args=[session.pk])
    page = client.post(url, filled(bookings, ["complied", "complied"]))
    html = page.content.decode()
    assert page.status_code == 409
    assert "Nina Brook recorded “Absent: medical” for this person while this page was open." in html
    assert html.count('value="complied" selected') == 2
    assert f'name="was_{bookings[0].pk}" value="absent_medical"' in html
    assert Booking.objects.get(pk=bookings[1].pk).status == "booked"  # all or none
    again = filled(bookings, ["complied", "complied"], seen={bookings[0]: "absent_medical"})
    assert client.post(url, again).status_code == 302
    assert set(Booking.objects.values_list("status", flat=True)) == {"attended"}


def test_a_page_left_open_leaves_alone_whom_it_did_not_touch(officer, provider, session, facilitator, after, sign_in):
    bookings = make_group(officer, provider, session, 2)
    after()
    record(bookings[0], "absent_medical", facilitator)
    url = reverse("workshops:record_register", args=[session.pk])
    assert sign_in(facilitator).post(url, filled(bookings, ["", "complied"])).status_code == 302
    assert [Booking.objects.get(pk=b.pk).outcome_id for b in bookings] == ["absent_medical", "complied"]


def test_a_recorded_outcome_cannot_go_back_to_not_recorded(case, session, facilitator, after, sign_in):
    booking = make_booking(case, session, status="attended")
    after()
    page = sign_in(facilitator).post(
        reverse("workshops:record_register", args=[session.pk]), filled([booking], [""], seen={booking: "complied"})
    )
    assert "it cannot go back to not recorded" in page.content.decode()
    assert Booking.objects.get().status == "attended"


def test_somebody_of_another_session_cannot_be_slipped_into_the_register(
    officer, provider, session, facilitator, after, sign_in
):
    elsewhere = make_session(facilitator, starts_at=TOMORROW - timedelta(days=1))
    mine, theirs = make_group(officer, provider, session, 1) + make_group(officer, provider, elsewhere, 1)
    after()
    sign_in(facilitator).post(
        reverse("workshops:record_register", args=[session.pk]), filled([mine, theirs], ["complied", "complied"])
    )
    assert Booking.objects.get(pk=theirs.pk).status == "booked"
    with pytest.raises(Refusal, match="not booked on this session"):
        operations.record_register(session, by=facilitator, lines=[operations.Line(theirs, outcome("complied"), "")])


def test_a_session_cancelled_meanwhile_has_no_register(booking, facilitator, after, sign_in):
    operations.cancel_session(booking.session, by=facilitator, reason=SessionCancelReason.objects.first())
    after()
    page = sign_in(facilitator).post(
        reverse("workshops:record_register", args=[booking.session_id]), filled([booking], ["complied"])
    )
    assert page.status_code == 409
    assert "This session was cancelled, so it has no register." in page.content.decode()
