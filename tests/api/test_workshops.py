"""Sessions of workshops over the API: the same verbs as the pages, and the same refusals."""

from datetime import timedelta

import pytest
import time_machine

from audit.models import Event
from tests.factories import NOW, make_user
from tests.workshops.factories import TOMORROW, make_booking, make_group, make_ready_case, make_session
from workshops import operations
from workshops.models import Booking, Session

pytestmark = pytest.mark.django_db
ADDRESS = "/api/workshops/sessions/"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def client(api_as, triager):
    return api_as(triager)


@pytest.fixture
def session(facilitator):
    return make_session(facilitator)


@pytest.fixture
def body(facilitator):
    return {
        "programme": "asb_awareness", "audience": "adults", "capacity": 8, "facilitator": facilitator.email,
        "place": "Ilkeston Library", "district": "erewash", "step_free": True,
    }  # fmt: skip


@pytest.fixture
def one(body):
    return {**body, "starts_at": TOMORROW.isoformat(), "ends_at": (TOMORROW + timedelta(hours=2)).isoformat()}


@pytest.fixture
def series(body):
    return {**body, "weekdays": [3], "first": "2026-06-11", "last": "2026-09-10", "starts": "10:00", "ends": "12:00"}


def post(client, path, body, **headers):
    return client.post(f"{ADDRESS}{path}", body, format="json", headers=headers)


def of(session, verb=""):
    return f"{session.pk}/{verb}"


def test_a_session_is_scheduled_read_and_listed(client, one, force):
    helper = make_user("Nina Brook", force, "facilitator")
    made = post(client, "", {**one, "co_facilitators": [helper.email]})
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (shown["facilitator"], shown["co_facilitators"], shown["step_free"]) == ("Dev Patel", ["Nina Brook"], True)
    assert made["ETag"] == '"0"'
    read = client.get(f"{ADDRESS}{shown['id']}/")
    assert (read.json(), read["ETag"]) == (shown, '"0"')
    assert [row["id"] for row in client.get(ADDRESS).json()["results"]] == [shown["id"]]


def test_the_same_request_twice_makes_one_session(client, one):
    first, second = (post(client, "", one, **{"Idempotency-Key": "a"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Session.objects.count() == 1
    assert post(client, "", {**one, "capacity": 9}, **{"Idempotency-Key": "a"}).status_code == 422


@pytest.mark.parametrize(
    ("changed", "status", "field", "words"),
    [
        ({"starts_at": "2026-06-01T10:00:00+01:00"}, 422, "starts_at", "in the future"),
        ({"capacity": 0}, 422, "capacity", "from 1 to 100"),
        ({"place": "", "joining_link": "http://example.com"}, 422, "joining_link", "https://"),
        ({"place": ""}, 422, "place", "Enter the place"),
        ({"facilitator": "nobody@example.com"}, 400, None, "does not exist"),
        ({"programme": "dancing"}, 400, None, "dancing"),
    ],
)
def test_what_is_refused_says_which_field_and_why(changed, status, field, words, client, one):
    answer = post(client, "", {**one, **changed})
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert answer.json().get("field") == field
    assert not Session.objects.exists()


def test_the_list_takes_filters(client, session, facilitator, force):
    other = make_user("Nina Brook", force, "facilitator")
    make_session(other, starts_at=TOMORROW + timedelta(days=9), audience="young_people", district_id="high_peak")
    for asked in (
        {"until": "2026-06-12T00:00:00+01:00"},
        {"audience": "adults"},
        {"district": "erewash"},
        {"facilitator": facilitator.email},
    ):
        assert [row["id"] for row in client.get(ADDRESS, asked).json()["results"]] == [str(session.pk)]
    assert len(client.get(ADDRESS, {"since": "2026-06-11T00:00:00Z", "status": "planned"}).json()["results"]) == 2
    assert client.get(ADDRESS, {"audience": "everybody"}).status_code == 400
    assert client.get(ADDRESS, {"until": "soon"}).status_code == 400


def test_a_facilitator_lists_their_own_only(api_as, session, facilitator, force):
    other = make_session(make_user("Nina Brook", force, "facilitator"))
    client = api_as(facilitator)
    assert [row["id"] for row in client.get(ADDRESS).json()["results"]] == [str(session.pk)]
    assert client.get(f"{ADDRESS}{other.pk}/").status_code == 404
    assert post(client, of(other, "cancel/"), {"reason": "weather"}).status_code == 404


# --- a series -------------------------------------------------------------------------------------------------------


def test_the_dates_of_a_series_can_be_looked_at_first(client, series, facilitator):
    make_session(facilitator, starts_at=TOMORROW + timedelta(weeks=1))
    answer = post(client, "series/dates/", series).json()
    assert len(answer["dates"]) == 9
    assert [bool(each["clashes"]) for each in answer["dates"]][:3] == [False, True, False]
    assert answer["left_out"][0] == {"day": "2026-07-30", "why": "Summer holidays 2026"}
    assert Session.objects.count() == 1


def test_a_series_is_made_whole_once_or_not_at_all(client, series, facilitator):
    clash = make_session(facilitator, starts_at=TOMORROW + timedelta(weeks=1))
    refused = post(client, "series/", series)
    assert refused.status_code == 422
    assert len(refused.json()["details"]) == 1
    assert Session.objects.count() == 1
    spared = {**series, "leave_out": [f"{clash.starts_at:%Y-%m-%d}"]}
    first, second = (post(client, "series/", spared, **{"Idempotency-Key": "s"}) for _ in range(2))
    assert first.status_code == second.status_code == 201, first.content
    assert first.json() == second.json()
    assert len(first.json()) == 8
    assert Session.objects.filter(series=first.json()[0]["series"]).count() == 8


@pytest.mark.parametrize(
    "changed",
    [{"number": 3}, {"weekdays": []}, {"weekdays": [7]}, {"ends": "09:00"}, {"first": "2026-06-01"},
     {"last": "2036-01-01"}, {"first": "9999-12-01", "last": "9999-12-31"},
     {"leave_out": ["2026-06-11"], "last": "2026-06-12"}],
)  # fmt: skip
def test_no_series_comes_of_this(changed, client, series):
    assert post(client, "series/", {**series, **changed}).status_code == 400
    assert not Session.objects.exists()


# --- change, move, cancel -------------------------------------------------------------------------------------------


def patch(client, session, body, tag=None):
    headers = {"If-Match": tag} if tag else {}
    return client.patch(f"{ADDRESS}{session.pk}/", body, format="json", headers=headers)


def test_a_session_is_changed_in_part_by_whoever_has_read_it(client, session, facilitator):
    assert patch(client, session, {"capacity": 9}).status_code == 428
    changed = patch(client, session, {"capacity": 9, "interpreter": "Polish"}, '"0"')
    assert changed.status_code == 200, changed.content
    assert (changed.json()["capacity"], changed.json()["interpreter"], changed["ETag"]) == (9, "Polish", '"1"')
    assert changed.json()["facilitator"] == "Dev Patel"
    stale = patch(client, session, {"capacity": 10}, '"0"')
    assert stale.status_code == 412
    assert stale.json()["details"][0]["version"] == 1
    assert Session.objects.get().capacity == 9


def test_fewer_places_than_are_taken_are_refused(client, officer, provider, session):
    make_group(officer, provider, session, 2)
    answer = patch(client, session, {"capacity": 1}, '"0"')
    assert (answer.status_code, answer.json()["field"]) == (422, "capacity")
    assert "2 places are taken" in answer.json()["detail"]


def test_a_session_moves_with_everybody_on_it(client, officer, provider, session):
    make_group(officer, provider, session, 2)
    moved = {"starts_at": "2026-06-18T14:00:00+01:00", "ends_at": "2026-06-18T16:00:00+01:00"}
    assert post(client, of(session, "move/"), moved, **{"If-Match": '"7"'}).status_code == 412
    first, second = (
        post(client, of(session, "move/"), moved, **{"If-Match": '"0"', "Idempotency-Key": "m"}) for _ in range(2)
    )
    assert first.status_code == second.status_code == 200, first.content
    assert (first.json()["starts_at"], first.json()["place"]) == (moved["starts_at"], "Ilkeston Library")
    assert first.json()["places_taken"] == 2
    assert Event.objects.filter(kind="session.moved").count() == 1


def test_cancelling_sends_everybody_on_and_says_where_they_went(client, officer, provider, session, force):
    target = make_session(make_user("Nina Brook", force, "facilitator"), capacity=1)
    make_group(officer, provider, session, 2)
    lost = make_booking(make_ready_case(officer, provider), session, status="waitlisted")
    type(lost.case).objects.filter(pk=lost.case_id).update(status="suspended")
    answer = post(client, of(session, "cancel/"), {"reason": "weather", "to": str(target.pk)})
    assert answer.status_code == 200, answer.content
    assert answer.json() == {"sessions": 1, "placed": 1, "waiting": 1, "to_book": 1}
    assert client.get(f"{ADDRESS}{session.pk}/").json()["moved_to"] == str(target.pk)
    assert post(client, of(session, "cancel/"), {"reason": "weather"}).status_code == 409


def test_a_session_of_another_force_is_no_place_to_go(client, session, outsider):
    elsewhere = make_session(outsider)
    answer = post(client, of(session, "cancel/"), {"reason": "weather", "to": str(elsewhere.pk)})
    assert answer.status_code == 400
    assert Session.objects.get(pk=session.pk).status == "planned"


def test_nothing_of_who_is_booked_is_said(client, officer, provider, session):
    [booking] = make_group(officer, provider, session, 1)
    text = client.get(ADDRESS).content.decode() + client.get(f"{ADDRESS}{session.pk}/").content.decode()
    assert "Ashe" not in text
    assert booking.case.reference not in text
    assert Booking.objects.count() == 1


def test_the_list_costs_the_same_for_three_and_thirty(client, session, facilitator, django_assert_max_num_queries):
    for number in range(30):
        operations.schedule(
            by=facilitator, programme=session.programme, audience="adults", capacity=8, place="Hall",
            facilitator=facilitator, starts_at=TOMORROW + timedelta(days=number + 1),
            ends_at=TOMORROW + timedelta(days=number + 1, hours=1),
        )  # fmt: skip
    with django_assert_max_num_queries(10):
        assert len(client.get(ADDRESS).json()["results"]) == 31
