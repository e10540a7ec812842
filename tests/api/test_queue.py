"""The list of cases over the API: filtered, ordered, assigned from; saved filters."""

from datetime import timedelta

import pytest
import time_machine

from audit.models import Event
from referrals.models import SavedFilter
from tests.factories import NOW, make_referral, make_user
from tests.referrals.factories import make_case

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def listed(client, **asked):
    answer = client.get("/api/referrals/", asked)
    assert answer.status_code == 200, answer.content
    return [row["reference"] for row in answer.json()["results"]]


def test_the_list_takes_the_filters_of_the_page(api_as, officer, triager, provider):
    late = make_referral(officer, status="submitted", at=NOW - 72 * HOUR, district_id="high_peak")
    soon = make_referral(officer, status="submitted", at=NOW - HOUR, assigned_to=triager, offence_id="shop_theft")
    active = make_case("active", officer, triager, provider)
    client = api_as(triager)
    assert set(listed(client, status="submitted")) == {late.reference, soon.reference}
    assert listed(client, order="due") == [late.reference, soon.reference]
    assert listed(client, clock="overdue") == [late.reference]
    assert listed(client, clock="later") == [soon.reference]
    assert listed(client, district="high_peak") == [late.reference]
    assert listed(client, offence="shop_theft") == [soon.reference]
    assert listed(client, assigned="me") == listed(client, assigned=triager.email) == [soon.reference]
    assert set(listed(client, assigned="nobody")) == {late.reference, active.reference}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"status": "lost"}, "status"),
        ({"district": "narnia"}, "district"),
        ({"order": "random"}, "order"),
        ({"assigned": "somebody@else.example"}, "assigned"),
        ({"clock": "tomorrow"}, "clock"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_and_named(api_as, triager, asked, field):
    answer = api_as(triager).get("/api/referrals/", asked)
    assert answer.status_code == 400
    assert field in answer.json()


def test_pages_in_the_order_of_what_is_due_leave_nothing_out(api_as, officer, triager):
    made = [make_referral(officer, status="submitted", at=NOW - number * HOUR) for number in range(60)]
    made.sort(key=lambda case: (case.decision_due_at, case.pk))
    client = api_as(triager)
    first = client.get("/api/referrals/", {"order": "due"}).json()
    second = client.get(first["next"]).json()
    assert [row["reference"] for row in first["results"] + second["results"]] == [case.reference for case in made]
    assert second["next"] is None


def test_a_case_is_assigned_and_given_back(api_as, officer, triager):
    case = make_referral(officer, status="submitted")
    client = api_as(triager)
    assert client.post(f"/api/referrals/{case.pk}/assign/", {"to": triager.email}, format="json").status_code == 200
    case.refresh_from_db()
    assert case.assigned_to == triager
    assert client.post(f"/api/referrals/{case.pk}/assign/", {"to": None}, format="json").status_code == 200
    case.refresh_from_db()
    assert case.assigned_to is None


def test_an_officer_may_not_be_given_a_case_to_decide(api_as, officer, triager):
    case = make_referral(officer, status="submitted")
    answer = api_as(triager).post(f"/api/referrals/{case.pk}/assign/", {"to": officer.email}, format="json")
    assert answer.status_code == 422
    assert answer.json()["field"] == "to"


def test_assigning_many_assigns_those_that_can_be_and_names_the_others(api_as, officer, triager, provider, outsider):
    free, asked = make_referral(officer, status="submitted"), make_case("queried", officer, triager, provider)
    active = make_case("active", officer, triager, provider)
    elsewhere = make_referral(make_user("Pat Lee", outsider.organisation, "referrer"), status="submitted")
    cases = [str(case.pk) for case in (free, asked, active, elsewhere)]
    answer = api_as(triager).post(
        "/api/referrals/assign-many/", {"cases": [*cases, cases[0]], "to": triager.email}, format="json"
    )
    assert answer.status_code == 200, answer.content
    assert set(answer.json()["assigned"]) == {str(free.pk), str(asked.pk)}
    why = {refused["id"]: refused["why"] for refused in answer.json()["refused"]}
    assert why[str(active.pk)].startswith(f"{active.reference} waits for no decision: Carol Finch accepted it")
    assert why[str(elsewhere.pk)] == "There is no such case."
    assert Event.objects.filter(kind="referral.assigned").count() == 2


def test_more_than_a_hundred_at_a_time_are_refused(api_as, officer, triager):
    case = make_referral(officer, status="submitted")
    body = {"cases": [str(case.pk)] * 101, "to": None}
    assert api_as(triager).post("/api/referrals/assign-many/", body, format="json").status_code == 400


def test_saved_filters_are_made_renamed_and_deleted_by_their_owner_alone(api_as, officer, triager):
    client = api_as(triager)
    query = {"tab": "waiting", "district": "erewash"}
    made = client.post("/api/saved-filters/", {"name": "Ilkeston", "query": query}, format="json")
    assert made.status_code == 201, made.content
    address = f"/api/saved-filters/{made.json()['id']}/"
    assert [saved["query"] for saved in client.get("/api/saved-filters/").json()] == [query]
    assert client.patch(address, {"name": "Erewash"}, format="json").json()["name"] == "Erewash"
    other = api_as(officer)
    assert other.get("/api/saved-filters/").json() == []
    assert other.delete(address).status_code == 404
    assert client.delete(address).status_code == 204
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        {"tab": "waiting"},
        {"district": "erewash"},
        {"tab": "waiting", "looked_for": "Smith"},
        {"tab": "waiting", "district": "Jordan Ashe"},
        {"tab": "active", "sort": "due"},
    ],
)
def test_a_filter_holds_codes_of_the_lists_own_filters_and_nothing_else(api_as, triager, query):
    answer = api_as(triager).post("/api/saved-filters/", {"name": "Mine", "query": query}, format="json")
    assert answer.status_code == 422, answer.content
    assert not SavedFilter.objects.exists()
