"""Bookings and registers over the API: the same verbs as the pages, and the same refusals."""

from datetime import timedelta

import pytest
import time_machine

from audit.models import Event
from referrals.models import Referral
from tests.factories import NOW, make_person, make_user
from tests.workshops.factories import make_booking, make_group, make_ready_case, make_session
from workshops import rules
from workshops.models import Booking, Session

pytestmark = pytest.mark.django_db
BOOKINGS = "/api/workshops/bookings/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


@pytest.fixture
def session(facilitator):
    return make_session(facilitator)


@pytest.fixture
def case(officer, provider):
    return make_ready_case(officer, provider)


def book(client, case, session, **more):
    headers = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
    body = {"reference": case.reference, "session": str(session.pk), **more}
    return client.post(BOOKINGS, body, format="json", headers=headers)


@pytest.mark.parametrize("role", ["triager", "coordinator", "facilitator"])
def test_each_who_may_books_by_the_reference(role, request, api_as, case, session):
    made = book(api_as(request.getfixturevalue(role)), case, session)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (shown["status"], shown["name"], shown["age_band"]) == ("booked", "Jordan Ashe", "25 to 34")
    assert shown["reference"] == ("" if role == "facilitator" else case.reference)
    assert Booking.objects.get().booked_by == request.getfixturevalue(role)


def test_the_same_request_twice_books_once(api_as, triager, case, session):
    client = api_as(triager)
    first, second = (book(client, case, session, key="b") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert Booking.objects.count() == 1
    assert book(client, case, session).status_code == 409


def test_what_the_rules_refuse_says_which_field(api_as, triager, officer, provider, force, session):
    needy = make_ready_case(officer, provider, participant=make_person(force, "Ola", "Nowak", needs="Wheelchair"))
    client = api_as(triager)
    refused = book(client, needy, session)
    assert (refused.status_code, refused.json()["field"]) == (422, "arrangements")
    assert book(client, needy, session, arrangements="There is a ramp.").json()["arrangements"] == "There is a ramp."


@pytest.mark.parametrize("role", ["triager", "facilitator"])
def test_a_case_that_is_not_theirs_is_not_there(role, request, api_as, case, session, outsider):
    Referral.objects.filter(pk=case.pk).update(restricted=True)
    answer = book(api_as(request.getfixturevalue(role)), case, session)
    assert answer.status_code == 400
    assert "cannot be booked on this session" in answer.content.decode()
    Referral.objects.filter(pk=case.pk).update(restricted=False)
    assert book(api_as(request.getfixturevalue(role)), case, make_session(outsider)).status_code == 400
    assert not Booking.objects.exists()


def test_everybody_on_a_session_is_listed_as_its_page_shows_them(api_as, triager, facilitator, case, session):
    booking = make_booking(case, session)
    Referral.objects.filter(pk=case.pk).update(restricted=True)
    client = api_as(facilitator)
    [row] = client.get(BOOKINGS, {"session": session.pk}).json()
    assert (row["id"], row["name"], row["age_band"]) == (str(booking.pk), f"Restricted, {case.reference}", "")
    assert client.get(BOOKINGS).status_code == 400
    other = make_user("Nina Brook", facilitator.organisation, "facilitator")
    assert api_as(other).get(BOOKINGS, {"session": session.pk}).json() == []


def test_who_waits_is_given_a_place_and_a_booking_is_cancelled(api_as, facilitator, officer, provider):
    session = make_session(facilitator, capacity=2)
    one = make_booking(make_ready_case(officer, provider), session)
    waits = make_booking(make_ready_case(officer, provider), session, status="waitlisted")
    client = api_as(facilitator)
    assert client.post(f"{BOOKINGS}{waits.pk}/give-place/").json()["status"] == "booked"
    assert client.post(f"{BOOKINGS}{waits.pk}/give-place/").status_code == 422  # all places are taken
    assert client.post(f"{BOOKINGS}{one.pk}/cancel/").json()["status"] == "cancelled"
    assert client.post(f"{BOOKINGS}{one.pk}/cancel/").status_code == 409
    assert Session.objects.get().places_taken == 1


def test_who_is_to_be_booked_is_listed_and_restricted_ones_by_reference(
    api_as, coordinator, officer, provider, case, django_assert_max_num_queries
):
    hidden = make_ready_case(officer, provider)
    Referral.objects.filter(pk=hidden.pk).update(restricted=True)
    for _ in range(8):
        make_ready_case(officer, provider)
    client = api_as(coordinator)
    with django_assert_max_num_queries(10):
        rows = {row["reference"]: row for row in client.get(f"{BOOKINGS}to-book/").json()["results"]}
    assert len(rows) == 10
    assert (rows[case.reference]["name"], rows[case.reference]["age_band"]) == ("Jordan Ashe", "25 to 34")
    assert (rows[hidden.reference]["name"], rows[hidden.reference]["age_band"]) == (
        f"Restricted, {hidden.reference}",
        "",
    )
    assert Event.objects.filter(kind="booking.ready_listed").exists()


# --- the register ---------------------------------------------------------------------------------------------------


@pytest.fixture
def group(officer, provider, session):
    return make_group(officer, provider, session, 2)


def register(client, session, lines, **more):
    body = {"lines": lines, **more}
    return client.put(f"/api/workshops/registers/{session.pk}/", body, format="json")


def line(booking, outcome="complied", **more):
    return {"booking": str(booking.pk), "outcome": outcome, **more}


def test_a_register_is_recorded_whole_and_again_without_effect(api_as, facilitator, session, group, clock):
    clock.move_to(session.ends_at)
    client = api_as(facilitator)
    lines = [line(group[0], minutes_late=10, seen=""), line(group[1], "absent_medical", seen="")]
    answer = register(client, session, lines)
    assert answer.status_code == 200, answer.content
    assert {row["outcome"] for row in answer.json()} == {"complied", "absent_medical"}
    assert {row["minutes_late"] for row in answer.json()} == {10, None}
    assert register(client, session, lines).status_code == 200
    assert Event.objects.filter(kind="booking.attended").count() == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"minutes_late": 999}, 422),
        ({"outcome": "absent_medical", "minutes_late": 5}, 422),
        ({"outcome": "invented"}, 400),
        ({"booking": "11111111-1111-4111-8111-111111111111"}, 400),
    ],
)
def test_one_wrong_line_records_nobody(wrong, status, api_as, facilitator, session, group, clock):
    clock.move_to(session.ends_at)
    answer = register(api_as(facilitator), session, [line(group[0]), {**line(group[1]), **wrong}])
    assert answer.status_code == status, answer.content
    assert set(Booking.objects.values_list("status", flat=True)) == {"booked"}


def test_what_somebody_else_recorded_since_is_kept(api_as, facilitator, session, group, clock):
    clock.move_to(session.ends_at)
    client = api_as(facilitator)
    register(client, session, [line(group[0], "absent_medical")])
    assert register(client, session, [line(group[0], seen="")]).status_code == 409
    assert Booking.objects.get(pk=group[0].pk).outcome_id == "absent_medical"


def test_a_register_that_comes_late_says_why(api_as, facilitator, session, group, clock):
    clock.move_to(session.ends_at + timedelta(days=9))
    client = api_as(facilitator)
    refused = register(client, session, [line(group[0])])
    assert (refused.status_code, refused.json()["field"]) == (422, "late_because")
    done = register(client, session, [line(group[0])], late_because="The sheet was lost.")
    assert done.status_code == 200
    assert Booking.objects.get(pk=group[0].pk).recorded_late_because == "The sheet was lost."


# --- a restricted case, by somebody who is named on it --------------------------------------------------------------


def test_whatever_is_done_to_a_booking_of_a_restricted_case_says_why(
    api_as, triager, facilitator, officer, provider, clock
):
    session = make_session(facilitator, capacity=2)
    leaves = make_booking(make_ready_case(officer, provider), session)
    waits = make_booking(make_ready_case(officer, provider), session, status="waitlisted")
    Referral.objects.update(restricted=True, restricted_because="A colleague’s son.", assigned_to=triager)
    verbs = [
        (triager, f"{BOOKINGS}{waits.pk}/give-place/", {}),
        (triager, f"{BOOKINGS}{leaves.pk}/cancel/", {}),
        (facilitator, f"{BOOKINGS}{waits.pk}/feedback-link/", {}),
        (facilitator, f"{BOOKINGS}{waits.pk}/feedback/", {"answers": dict.fromkeys(rules.STATEMENTS, True)}),
    ]
    for case in Referral.objects.all():
        case.admitted.add(facilitator)
    for number, (user, address, body) in enumerate(verbs):
        if user is facilitator:
            clock.move_to(session.ends_at)
            Booking.objects.filter(pk=waits.pk).update(
                status="attended", outcome_id="complied", recorded_at=session.ends_at
            )
        client = api_as(user)
        refused = client.post(address, body, format="json")
        assert refused.status_code == 422, address
        assert "say why you open it in the header X-Reason" in refused.json()["detail"]
        done = client.post(address, body, format="json", headers={"X-Reason": f"Asked by the family, {number}"})
        assert done.status_code in (200, 201, 204), done.content
        assert Event.objects.filter(data__reason=f"Asked by the family, {number}", actor=user.pk).exists()


def test_what_is_restricted_to_others_is_known_by_its_reference_and_needs_no_reason(api_as, triager, case, session):
    booking = make_booking(case, session)
    Referral.objects.update(restricted=True, restricted_because="A colleague’s son.")
    done = api_as(triager).post(f"{BOOKINGS}{booking.pk}/cancel/")
    assert (done.status_code, done.json()["name"]) == (200, f"Restricted, {case.reference}")
