"""Notes and tasks over the API: the same operations, permissions and rows as the pages."""

import pytest
import time_machine

from audit.models import Event
from referrals import operations
from referrals.models import Note, Task
from tests.factories import NOW, make_active_case, make_victim

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, provider, coordinator, triager):
    return make_active_case(officer, provider, triager=triager, caseworker=coordinator)


def address(case, path):
    return f"/api/referrals/{case.pk}/{path}"


# --- notes ----------------------------------------------------------------------------------------------------------


def test_a_note_is_written_and_read(api_as, case, officer, coordinator):
    made = api_as(officer).post(address(case, "notes/"), {"text": "Works nights."}, format="json")
    assert made.status_code == 201, made.content
    assert made.json() == {
        "id": Note.objects.get().pk, "text": "Works nights.", "sensitive": False, "by": "Amir Khan",
        "at": "2026-06-10T10:00:00+01:00",
    }  # fmt: skip
    assert api_as(coordinator).get(address(case, "notes/")).json()["results"] == [made.json()]
    assert Event.objects.filter(kind="referral.read", actor=coordinator.pk).count() == 1


def test_a_note_sent_twice_with_one_key_is_written_once(api_as, case, officer):
    client, sent = api_as(officer), {"text": "Works nights."}
    answers = [
        client.post(address(case, "notes/"), sent, format="json", headers={"Idempotency-Key": "n1"}) for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert Note.objects.count() == 1
    other = client.post(address(case, "notes/"), {"text": "Else."}, format="json", headers={"Idempotency-Key": "n1"})
    assert other.status_code == 422


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001])
def test_a_note_without_words_or_with_too_many_is_refused(text, api_as, case, officer):
    answer = api_as(officer).post(address(case, "notes/"), {"text": text}, format="json")
    assert answer.status_code == 400
    assert "text" in answer.json()
    assert not Note.objects.exists()


def test_a_sensitive_note_is_not_in_the_providers_list(api_as, case, officer, coordinator, triager):
    note = case.notes.create(text="She lives next door.", by=officer, at=NOW)
    marking = address(case, f"notes/{note.pk}/mark-sensitive/")
    assert api_as(officer).post(marking).status_code == 204
    assert api_as(officer).post(marking).status_code == 409
    assert api_as(coordinator).get(address(case, "notes/")).json()["results"] == []
    assert api_as(coordinator).post(marking).status_code == 404
    assert len(api_as(triager).get(address(case, "notes/")).json()["results"]) == 1


# --- tasks ----------------------------------------------------------------------------------------------------------


def test_a_task_is_added_given_away_and_done(api_as, case, officer, triager):
    client, sent = api_as(officer), {"what": "Ring the school", "due_on": "2026-06-12", "team": "officers"}
    made = client.post(address(case, "tasks/"), sent, format="json", headers={"Idempotency-Key": "t1"})
    assert made.status_code == 201, made.content
    again = client.post(address(case, "tasks/"), sent, format="json", headers={"Idempotency-Key": "t1"})
    assert again.json() == made.json()
    task = Task.objects.get()
    given = client.post(address(case, f"tasks/{task.pk}/reassign/"), {"assigned_to": triager.email}, format="json")
    assert (given.status_code, given.json()["assigned_to"]) == (200, "Carol Finch")
    done = client.post(address(case, f"tasks/{task.pk}/done/"), {"outcome": "They ring back."}, format="json")
    assert (done.status_code, done.json()["done_by"], done.json()["outcome"]) == (200, "Amir Khan", "They ring back.")
    twice = client.post(address(case, f"tasks/{task.pk}/done/"), {"outcome": "Again."}, format="json")
    assert twice.status_code == 409
    assert "Amir Khan already did this on" in twice.json()["detail"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"due_on": "2026-06-09"}, 422, "due_on"),
        ({"due_on": "soon"}, 400, "due_on"),
        ({"team": "police"}, 400, "team"),
        ({"what": ""}, 400, "what"),
        ({"assigned_to": "amir.khan@derbyshire-police.example"}, 400, "team"),
    ],
)
def test_a_faulty_task_is_refused_and_the_field_is_named(change, code, field, api_as, case, officer):
    sent = {"what": "Ring the school", "due_on": "2026-06-12", "team": "officers", **change}
    answer = api_as(officer).post(address(case, "tasks/"), sent, format="json")
    assert answer.status_code == code
    assert field in (answer.json().get("field"), *answer.json())
    assert not Task.objects.exists()


def test_somebody_who_may_not_open_the_case_is_not_given_its_tasks(api_as, case, officer, other_officer, outsider):
    for person in (other_officer, outsider):
        sent = {"what": "x", "due_on": "2026-06-12", "assigned_to": person.email}
        assert api_as(officer).post(address(case, "tasks/"), sent, format="json").status_code == 400
    assert not Task.objects.exists()


def test_a_task_is_given_across_organisations_to_who_works_on_the_case(api_as, case, officer, coordinator):
    sent = {"what": "x", "due_on": "2026-06-12", "assigned_to": coordinator.email.upper()}
    assert api_as(officer).post(address(case, "tasks/"), sent, format="json").status_code == 201
    assert (Task.objects.get().team, Task.objects.get().assigned_to) == ("provider", coordinator)


def test_each_side_lists_its_own(api_as, case, officer, coordinator, triager):
    for team in ("officers", "provider"):
        operations.add_task(case, by=triager, what=f"For {team}", due_on=TODAY, team=team)
    assert [row["what"] for row in api_as(coordinator).get(address(case, "tasks/")).json()["results"]] == [
        "For provider"
    ]
    assert len(api_as(triager).get(address(case, "tasks/")).json()["results"]) == 2
    foreign = Task.objects.get(team="officers")
    refused = api_as(coordinator).post(address(case, f"tasks/{foreign.pk}/done/"), {"outcome": "x"}, format="json")
    assert refused.status_code == 404


def test_the_day_on_which_a_victim_was_told_is_recorded(api_as, case, officer, coordinator):
    victim = make_victim(case)
    told = address(case, f"victims/{victim.pk}/told/")
    assert api_as(coordinator).post(told, {"on": "2026-06-09"}, format="json").status_code == 403
    assert api_as(officer).post(told, {"on": "2026-06-11"}, format="json").status_code == 422
    assert api_as(officer).post(told, {"on": "2026-06-09"}, format="json").status_code == 204
    victim.refresh_from_db()
    assert victim.told_about_rj_on.isoformat() == "2026-06-09"
