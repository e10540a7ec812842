"""Who sees which sessions and bookings, and what of a person."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from referrals.models import AttendanceOutcome, Referral
from tests.factories import make_person, make_provider, make_user
from tests.workshops.factories import TOMORROW, make_booking, make_group, make_ready_case, make_session
from workshops import operations, rules
from workshops.models import Booking, Session

SESSION_PAGES = ("session", "book_person", "record_register", "cancel_session")
BOOKING_PAGES = ("cancel_booking", "give_feedback")


@pytest.fixture
def booking(case, session):
    return make_booking(case, session)


def test_a_facilitator_sees_only_the_sessions_they_run(booking, session, force, sign_in):
    other = make_user("Nina Brook", force, "facilitator")
    assert not Session.objects.visible_to(other).exists()
    assert not Booking.objects.visible_to(other).exists()
    client = sign_in(other)
    for page in ("session", "record_register", "cancel_session"):
        assert client.get(reverse(f"workshops:{page}", args=[session.pk])).status_code == 404
    for page in BOOKING_PAGES:
        assert client.get(reverse(f"workshops:{page}", args=[booking.pk])).status_code == 404


def test_somebody_of_another_force_finds_nothing_at_any_address(booking, session, outsider, sign_in):
    client = sign_in(outsider)
    for page in SESSION_PAGES:
        assert client.get(reverse(f"workshops:{page}", args=[session.pk])).status_code == 404
    for page in BOOKING_PAGES:
        assert client.get(reverse(f"workshops:{page}", args=[booking.pk])).status_code == 404
    assert client.post(reverse("workshops:promote_booking", args=[booking.pk])).status_code == 404
    assert client.get(reverse("workshops:book_case", args=[booking.case_id])).status_code == 404
    assert not list(client.get(reverse("workshops:list")).context["page"])


@pytest.mark.parametrize("role", ["officer", "manager", "auditor", "administrator", "practitioner"])
def test_roles_without_workshops_are_refused(role, booking, session, request, sign_in):
    client = sign_in(request.getfixturevalue(role))
    for name in ("list", "register_due", "past", "to_book", "schedule_session"):
        assert client.get(reverse(f"workshops:{name}")).status_code == 403
    for page in SESSION_PAGES:
        assert client.get(reverse(f"workshops:{page}", args=[session.pk])).status_code == 403
    for page in BOOKING_PAGES:
        assert client.get(reverse(f"workshops:{page}", args=[booking.pk])).status_code == 403


def test_signed_out_leads_to_the_sign_in_page(session, client):
    answer = client.get(reverse("workshops:session", args=[session.pk]))
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


def test_only_a_facilitator_records_and_only_force_staff_schedule(booking, session, triager, coordinator, client):
    for user, page, status in (
        (triager, "record_register", 403),
        (coordinator, "record_register", 403),
        (coordinator, "cancel_session", 403),
        (triager, "cancel_session", 200),
    ):
        client.force_login(user)
        assert client.get(reverse(f"workshops:{page}", args=[session.pk])).status_code == status
    client.force_login(triager)
    assert client.get(reverse("workshops:give_feedback", args=[booking.pk])).status_code == 403


def test_a_facilitator_does_not_pick_people_because_they_see_no_cases(case, session, facilitator, sign_in):
    client = sign_in(facilitator)
    assert client.get(reverse("workshops:book_person", args=[session.pk])).status_code == 403
    assert client.get(reverse("workshops:to_book")).status_code == 403
    assert client.get(reverse("workshops:book_case", args=[case.pk])).status_code == 403
    page = client.get(reverse("workshops:session", args=[session.pk])).content.decode()
    assert reverse("workshops:book_person", args=[session.pk]) not in page
    assert reverse("workshops:book_by_reference", args=[session.pk]) in page


def test_a_coordinator_sees_the_people_of_their_own_provider_and_how_many_others(
    officer, booking, session, coordinator, force, sign_in
):
    other = make_provider("Other Provider", serves=[force])
    theirs = make_ready_case(officer, other, participant=make_person(force, "Una", "Known"))
    hidden = make_booking(theirs, session)
    client = sign_in(coordinator)
    page = client.get(reverse("workshops:session", args=[session.pk])).content.decode()
    assert "Jordan Ashe" in page
    assert "Una Known" not in page
    assert "And 1 person of other providers." in page
    assert client.get(reverse("workshops:cancel_booking", args=[hidden.pk])).status_code == 404


def test_a_coordinator_who_also_runs_workshops_sees_both_but_no_more(officer, case, session, force, provider):
    other = make_provider("Other Provider", serves=[force])
    both = make_user("Bea Two", provider, "coordinator", "facilitator")
    own = make_session(both, force=force, starts_at=TOMORROW + timedelta(days=1))
    in_own = make_booking(make_ready_case(officer, other), own)
    of_provider = make_booking(case, session)
    make_booking(make_ready_case(officer, other), session)
    assert set(Booking.objects.visible_to(both)) == {in_own, of_provider}


def test_a_facilitator_learns_name_age_band_and_needs_and_never_the_offence(
    officer, provider, session, facilitator, clock, sign_in
):
    person = make_person(
        officer.organisation, "Kit", "Doe", needs="Large print", interpreter_needed=True, language="Polish"
    )
    case = make_ready_case(officer, provider, participant=person, risks="Carries a knife.")
    booking = make_booking(case, session)
    client = sign_in(facilitator)
    pages = [
        reverse("home"),
        reverse("workshops:list"),
        reverse("workshops:session", args=[session.pk]),
        reverse("workshops:cancel_booking", args=[booking.pk]),
    ]
    html = [client.get(page).content.decode() for page in pages]
    clock.move_to(session.ends_at + timedelta(days=1), tick=False)
    client = sign_in(facilitator)  # nobody stays signed in overnight
    register = reverse("workshops:record_register", args=[session.pk])
    html.append(client.get(f"{register}?happened=yes").content.decode())
    operations.record_attendance(booking, outcome=AttendanceOutcome.objects.get(code="complied"), by=facilitator)
    html.append(client.get(reverse("workshops:give_feedback", args=[booking.pk])).content.decode())
    html.append(client.get(reverse("workshops:session", args=[session.pk])).content.decode())
    secrets = (
        str(case.offence), str(case.disposal), case.circumstances, case.risks, case.incident_number, case.reference,
        "/referrals/", "3 March 1998", "4 March 1998",
    )  # fmt: skip
    for page in html:
        for secret in secrets:
            assert secret not in page
    for page in (html[2], html[4]):
        for told in ("Kit Doe", "25 to 34", "Large print", "Polish"):
            assert told in page


def test_reading_a_session_is_recorded_with_the_cases_that_were_shown(booking, session, facilitator, sign_in):
    sign_in(facilitator).get(reverse("workshops:session", args=[session.pk]))
    event = Event.objects.get(kind="session.read")
    assert (event.act, event.ids, event.data) == ("consultation", [str(booking.case_id)], {"session": str(session.pk)})


def test_somebody_whose_case_was_suspended_stands_out_on_the_session(booking, session, facilitator, sign_in):
    Referral.objects.update(status="suspended")
    page = sign_in(facilitator).get(reverse("workshops:session", args=[session.pk])).content.decode()
    assert "Case suspended" in page


@pytest.mark.parametrize("name", ["session", "record_register"])
def test_a_bigger_group_costs_no_more_queries(name, officer, provider, facilitator, clock, sign_in):
    small, large = make_session(facilitator), make_session(facilitator, starts_at=TOMORROW + timedelta(days=-1))
    make_group(officer, provider, small, 1, status="attended")
    bookings = make_group(officer, provider, large, 8, status="attended")
    for booking in bookings:
        operations.record_feedback(booking, by=facilitator, answers=dict.fromkeys(rules.STATEMENTS, True))
    clock.move_to(TOMORROW + timedelta(days=1), tick=False)
    client = sign_in(facilitator)
    client.get(reverse("workshops:list"))
    counts = [_queries(client, reverse(f"workshops:{name}", args=[session.pk])) for session in (small, large)]
    assert counts[0] == counts[1]


def _queries(client, url):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)
