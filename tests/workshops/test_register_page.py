"""The register from its first question on: whether the session happened, who was late, and what is recorded late."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from audit.models import Event
from audit.trail import Refusal
from referrals.models import AttendanceOutcome, ComplianceEvent
from tests.workshops.factories import make_booking, make_group
from workshops import operations
from workshops.models import Booking, Session


@pytest.fixture
def booking(case, session):
    return make_booking(case, session)


@pytest.fixture
def url(session):
    return reverse("workshops:record_register", args=[session.pk])


@pytest.fixture
def browser(sign_in, facilitator, after):
    """The facilitator’s, when the session is over."""
    after()
    return sign_in(facilitator)


def of(booking, code, late="", seen="", seen_late=""):
    """What the browser posts of one person."""
    return {
        f"{booking.pk}": code,
        f"late_{booking.pk}": late,
        f"was_{booking.pk}": seen,
        f"was_late_{booking.pk}": seen_late,
    }


def outcome(code):
    return AttendanceOutcome.objects.get(code=code)


# --- did it happen? -------------------------------------------------------------------------------------------------


def test_it_asks_first_whether_the_session_happened(booking, url, browser):
    page = browser.get(url).content.decode()
    assert "Did the session happen?" in page
    assert "Save register" not in page
    assert "Select whether the session happened" in browser.post(url, {"asked": "happened"}).content.decode()
    answer = browser.post(url, {"asked": "happened", "happened": "yes"})
    assert answer["Location"] == f"{url}?happened=yes"
    assert "Save register" in browser.get(answer["Location"]).content.decode()


def test_one_that_did_not_happen_is_cancelled_after_the_fact_and_everybody_is_to_be_booked(
    booking, session, url, browser
):
    answer = browser.post(url, {"asked": "happened", "happened": "no"}, follow=True)
    assert answer.redirect_chain == [(reverse("workshops:cancel_session", args=[session.pk]), 302)]
    assert "did not take place" in answer.content.decode()
    browser.post(answer.redirect_chain[0][0], {"reason": "weather", "people_go": "to_book"})
    assert Session.objects.get().status == "cancelled"
    assert Booking.objects.get().status == "cancelled"


def test_once_somebody_is_recorded_it_is_asked_no_more(officer, provider, session, url, browser, facilitator):
    one, _two = make_group(officer, provider, session, 2)
    operations.record_attendance(one, outcome=outcome("absent_medical"), by=facilitator)
    assert "Save register" in browser.get(url).content.decode()


# --- what an outcome means ------------------------------------------------------------------------------------------


def test_beside_each_person_it_says_what_their_outcome_means(booking, url, browser):
    means = "“Absent: medical” means: Ill, or a medical appointment"
    assert means not in browser.get(url, {"happened": "yes"}).content.decode()
    browser.post(url, of(booking, "absent_medical"))
    assert means in browser.get(url).content.decode()


def test_with_a_mistake_on_it_the_page_says_what_the_chosen_one_means(booking, url, browser):
    answer = browser.post(url, of(booking, "failed_to_comply", "soon")).content.decode()
    assert "“Attended, failed to comply” means: Came, but did not do what was asked." in answer


# --- late -----------------------------------------------------------------------------------------------------------


def test_minutes_late_stand_with_who_came(booking, url, browser):
    assert browser.post(url, of(booking, "complied", "15")).status_code == 302
    booking.refresh_from_db()
    assert (booking.status, booking.minutes_late) == ("attended", 15)
    assert 'value="15"' in browser.get(url).content.decode()
    assert Event.objects.get(kind="booking.attended").data["minutes_late"] == 15


@pytest.mark.parametrize(
    ("code", "late", "sentence"),
    [
        ("absent_medical", "15", "Only somebody who attended can be late. Leave the minutes empty."),
        ("complied", "181", "Enter minutes late from 0 to 180, or leave them empty."),
        ("complied", "-1", "Enter minutes late from 0 to 180, or leave them empty."),
        ("complied", "soon", "Enter how many minutes late Jordan Ashe was, in numbers"),
        ("", "15", "Select an outcome for Jordan Ashe, who was late"),
    ],
)
def test_it_refuses_minutes_that_make_no_sense_and_keeps_what_was_typed(code, late, sentence, booking, url, browser):
    answer = browser.post(url, of(booking, code, late))
    assert answer.status_code in (200, 422)
    assert sentence in answer.content.decode()
    assert f'value="{late}"' in answer.content.decode()
    assert Booking.objects.get().status == "booked"


def test_the_database_keeps_minutes_to_those_who_attended(booking):
    with pytest.raises(IntegrityError):
        Booking.objects.update(minutes_late=5)


def test_minutes_alone_are_a_correction_that_the_trail_keeps(booking, url, browser):
    browser.post(url, of(booking, "complied", "15"))
    browser.post(url, of(booking, "complied", "20", "complied", "15"))
    assert Booking.objects.get().minutes_late == 20
    assert Event.objects.get(kind="booking.corrected_to_attended").data["minutes_late"] == 20


def test_corrected_to_absent_nobody_is_late_any_more(booking, url, browser):
    browser.post(url, of(booking, "complied", "15"))
    assert browser.post(url, of(booking, "absent_family", "15", "complied", "15")).status_code == 302
    assert Booking.objects.get().minutes_late is None


# --- recorded late --------------------------------------------------------------------------------------------------


def test_a_register_of_last_week_needs_no_reason(booking, session, url, sign_in, facilitator, clock):
    clock.move_to(session.ends_at + timedelta(days=7), tick=False)
    browser = sign_in(facilitator)
    assert "Why is it recorded so late?" not in browser.get(f"{url}?happened=yes").content.decode()
    assert browser.post(url, of(booking, "complied")).status_code == 302


def test_an_older_one_does(booking, session, url, sign_in, facilitator, clock):
    clock.move_to(session.ends_at + timedelta(days=8), tick=False)
    browser = sign_in(facilitator)
    assert "Why is it recorded so late?" in browser.get(f"{url}?happened=yes").content.decode()
    answer = browser.post(url, of(booking, "complied"))
    assert answer.status_code == 422
    assert "the session was 8 days ago, and 7 days are allowed" in answer.content.decode()
    assert Booking.objects.get().status == "booked"
    assert browser.post(url, {**of(booking, "complied"), "late_because": "The sheet was lost."}).status_code == 302
    assert Booking.objects.get().recorded_late_because == "The sheet was lost."


def test_a_correction_keeps_the_reason_of_the_first_record(booking, session, facilitator, clock):
    clock.move_to(session.ends_at + timedelta(days=8), tick=False)
    operations.record_attendance(booking, outcome=outcome("complied"), by=facilitator, late_because="Lost.")
    operations.record_attendance(booking, outcome=outcome("absent_medical"), by=facilitator)
    assert Booking.objects.get().recorded_late_because == "Lost."


# --- what follows ---------------------------------------------------------------------------------------------------


def test_an_absence_without_reason_raises_compliance_and_its_correction_lets_it_lapse(booking, facilitator, after):
    after()
    operations.record_attendance(booking, outcome=outcome("unacceptable_absence"), by=facilitator)
    event = ComplianceEvent.objects.get()
    assert (event.about, event.stage, event.lapsed_at) == (booking.pk, "workshop", None)
    operations.record_attendance(booking, outcome=outcome("absent_medical"), by=facilitator)
    event.refresh_from_db()
    assert event.lapsed_at


def test_a_refusal_in_one_line_records_nobody(officer, provider, session, facilitator, after):
    one, two = make_group(officer, provider, session, 2)
    after()
    lines = [operations.Line(one, outcome("complied"), ""), operations.Line(two, outcome("complied"), "", 999)]
    with pytest.raises(Refusal) as refused:
        operations.record_register(session, by=facilitator, lines=lines)
    assert refused.value.field == f"late_{two.pk}"
    assert set(Booking.objects.values_list("status", flat=True)) == {"booked"}
