"""A facilitator, who sees no cases, books somebody whose reference they were given."""

import pytest
from django.urls import reverse

from audit.models import Event
from referrals.models import Referral
from tests.factories import make_person, make_user
from tests.workshops.factories import make_booking, make_ready_case
from workshops.models import Booking


@pytest.fixture
def url(session):
    return reverse("workshops:book_by_reference", args=[session.pk])


@pytest.fixture
def browser(sign_in, facilitator):
    return sign_in(facilitator)


def test_the_reference_finds_a_first_name_and_an_age_and_no_more(case, browser, url, session):
    page = browser.post(url, {"reference": f" {case.reference.lower()} "}).content.decode()
    assert "Is this the person?" in page
    assert "Jordan" in page
    assert "25 to 34" in page
    assert "Ashe" not in page
    assert "1998" not in page
    assert Event.objects.filter(kind="booking.ready_listed", case=case.pk).exists()
    assert not Booking.objects.exists()


def test_confirmed_they_are_booked(case, browser, url, session):
    done = browser.post(url, {"reference": case.reference, "confirmed": "yes"}, follow=True).content.decode()
    assert "Jordan is booked on ASB awareness workshop" in done
    assert Booking.objects.get().status == "booked"


@pytest.mark.parametrize("why", ["unknown", "part", "suspended", "restricted", "booked", "foreign"])
def test_one_sentence_for_every_case_that_is_not_to_be_had(why, case, browser, url, session, outsider):
    reference = case.reference
    match why:
        case "unknown":
            reference = "IJ/2026/00001"
        case "part":
            reference = case.reference[:-1]
        case "suspended":
            Referral.objects.filter(pk=case.pk).update(status="suspended")
        case "restricted":
            Referral.objects.filter(pk=case.pk).update(restricted=True)
        case "booked":
            make_booking(case, session)
        case "foreign":
            Referral.objects.filter(pk=case.pk).update(force=outsider.organisation)
    answer = browser.post(url, {"reference": reference, "confirmed": "yes"})
    page = answer.content.decode()
    assert f"{reference} cannot be booked on this session. Check the reference, or ask the triage team." in page
    assert "Jordan" not in page
    assert f'value="{reference}"' in page
    assert not Booking.objects.exclude(case=case.pk, session=session.pk).exists()


def test_what_they_need_is_asked_here_too(browser, url, officer, provider, force):
    case = make_ready_case(officer, provider, participant=make_person(force, "Ola", "Nowak", needs="Wheelchair"))
    page = browser.post(url, {"reference": case.reference}).content.decode()
    assert "The person needs: Wheelchair. This place is not known to be step-free." in page
    sent = {"reference": case.reference, "confirmed": "yes"}
    assert browser.post(url, sent).status_code == 422
    assert browser.post(url, {**sent, "arrangements": "There is a ramp."}).status_code == 302
    assert Booking.objects.get().arrangements == "There is a ramp."


def test_only_on_a_session_of_their_own(url, sign_in, force, case):
    other = sign_in(make_user("Nina Brook", force, "facilitator"))
    assert other.post(url, {"reference": case.reference}).status_code == 404


def test_who_sees_cases_books_through_them(url, sign_in, triager):
    assert sign_in(triager).get(url).status_code == 403


def test_of_a_restricted_case_whoever_is_named_on_it_is_asked_why_first(case, browser, url, facilitator):
    Referral.objects.filter(pk=case.pk).update(restricted=True, restricted_because="A colleague’s son.")
    case.admitted.add(facilitator)
    asked = browser.post(url, {"reference": case.reference}).content.decode()
    assert "Why do you need to open it?" in asked
    assert "Jordan" not in asked
    why = {"reference": case.reference, "reason_to_open": "He is in my group."}
    assert "Jordan" in browser.post(url, why).content.decode()
    event = Event.objects.get(kind="booking.ready_listed", case=case.pk)
    assert event.data["reason"] == "He is in my group."


def test_whoever_books_somebody_of_a_restricted_case_from_the_session_is_asked_why_first(
    case, sign_in, triager, session
):
    Referral.objects.filter(pk=case.pk).update(
        restricted=True, restricted_because="A colleague’s son.", assigned_to=triager
    )
    client, address = sign_in(triager), reverse("workshops:book_person", args=[session.pk])
    assert "Why do you need to open it?" in client.post(address, {"case": case.pk}).content.decode()
    assert not Booking.objects.exists()
    assert client.post(address, {"case": case.pk, "reason_to_open": "The family asked."}).status_code == 302
    assert Event.objects.filter(case=case.pk, data__reason="The family asked.").exists()
    assert Booking.objects.get().case == case
