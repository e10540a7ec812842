"""Nobody writes over what they have not seen."""

import pytest
import time_machine

from audit.models import Event
from referrals.models import Person, Referral, Victim
from tests.api.bodies import WHOLE
from tests.factories import NOW, make_referral, make_victim
from tests.referrals.pages import row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(api_as, officer):
    return api_as(officer)


@pytest.fixture
def made(client):
    """A draft, as the API answered."""
    answer = client.post("/api/referrals/", WHOLE, format="json")
    assert answer.status_code == 201, answer.content
    return answer


def change(client, pk, body, tag=None):
    headers = {"If-Match": tag} if tag else {}
    return client.patch(f"/api/referrals/{pk}/", body, format="json", headers=headers)


def test_every_answer_with_a_case_says_its_version(client, made):
    address = f"/api/referrals/{made.json()['id']}/"
    read = client.get(address)
    assert read["ETag"] == made["ETag"] == f'"{read.json()["version"]}"'
    sent = client.post(f"{address}submit/")
    assert sent["ETag"] == f'"{Referral.objects.get().version}"' != read["ETag"]


def test_a_draft_is_changed_in_part(client, made):
    body = {"hours_set": 14, "participant": {"phone": "07700 900321"}}
    answer = change(client, made.json()["id"], body, made["ETag"])
    assert answer.status_code == 200, answer.content
    assert answer.json()["hours_set"] == 14
    assert answer.json()["participant"]["phone"] == "07700 900321"
    assert answer.json()["participant"]["family_name"] == "Lowe"
    assert answer.json()["victims"] == made.json()["victims"]
    assert answer["ETag"] != made["ETag"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("parent_or_carer", {"given_names": "Jo", "family_name": "Lowe", "relationship": "mother"}),
        ("victims", [{"kind": "business", "organisation_name": "Corner shop"}]),
        ("consent", {"kinds": ["take_part"], "given_by": "Sam Lowe", "given_on": "2026-06-02"}),
    ],
)
def test_what_belongs_to_a_draft_is_changed_as_a_whole_and_is_a_new_version(client, made, name, value):
    answer = change(client, made.json()["id"], {name: value}, made["ETag"])
    assert answer.status_code == 200, answer.content
    assert answer["ETag"] != made["ETag"]
    shown = answer.json()
    if name == "parent_or_carer":
        assert shown[name]["family_name"] == "Lowe"
    elif name == "victims":
        assert [victim["organisation_name"] for victim in shown["victims"]] == ["Corner shop"]
        assert not Person.objects.filter(family_name="Poole").exists()
    else:
        assert shown["agreed_to"] == ["take_part"]


def test_a_victim_named_by_its_id_is_changed_and_stays(client, made):
    victim = made.json()["victims"][0]
    body = {
        "victims": [{**victim, "view": "An apology, too."}, {"kind": "community", "organisation_name": "Bath Street"}]
    }
    answer = change(client, made.json()["id"], body, made["ETag"])
    assert answer.status_code == 200, answer.content
    assert {v["view"] for v in answer.json()["victims"] if v["id"] == victim["id"]} == {"An apology, too."}
    assert Victim.objects.count() == 2


def test_the_victim_of_another_case_is_not_taken(client, made, officer):
    stranger = make_victim(make_referral(officer))
    victim = {**made.json()["victims"][0], "id": str(stranger.pk)}
    answer = change(client, made.json()["id"], {"victims": [victim]}, made["ETag"])
    assert answer.status_code == 400
    assert Victim.objects.filter(case=made.json()["id"]).count() == 1
    assert Victim.objects.get(pk=stranger.pk).view == stranger.view


def test_a_change_without_a_version_is_refused(client, made):
    before = row_of(Referral.objects.get())
    for tag in (None, "*"):
        answer = change(client, made.json()["id"], {"hours_set": 14}, tag)
        assert answer.status_code == 428
        assert "If-Match" in answer.json()["detail"]
    assert row_of(Referral.objects.get()) == before


@pytest.mark.parametrize("tag", ['"0"', "1", 'W/"1"', '"x"', '"1", "2"'])
def test_a_tag_that_is_no_version_matches_nothing(client, made, tag):
    assert change(client, made.json()["id"], {"hours_set": 14}, tag).status_code == 412


@time_machine.travel(NOW, tick=False)
def test_a_stale_change_is_refused_with_who_was_first_and_loses_nothing(client, api_as, made, other_officer):
    case = Referral.objects.get()
    case.named_officers.add(other_officer)
    first = change(api_as(other_officer), case.pk, {"place": "Market Place, Ilkeston"}, made["ETag"])
    assert first.status_code == 200, first.content
    before = row_of(case)
    body = {"place": "Station Road", "participant": {"phone": "07700 900321"}, "victims": []}
    answer = change(client, case.pk, body, made["ETag"])
    assert answer.status_code == 412
    assert "Beth Lowe changed" in answer.json()["detail"]
    details = answer.json()["details"][0]
    assert details["by"] == "Beth Lowe"
    assert f'"{details["version"]}"' == first["ETag"]
    assert row_of(case) == before
    assert case.victims.count() == 1
    assert case.participant.phone == ""
    again = change(client, case.pk, body, f'"{details["version"]}"')
    assert again.status_code == 200, again.content


def test_a_change_that_is_refused_half_way_changes_nothing(client, made):
    before, events = row_of(Referral.objects.get()), Event.objects.count()
    body = {"hours_set": 14, "victims": [], "consent": {"kinds": ["rj"], "given_by": "Sam", "given_on": "2999-01-01"}}
    answer = change(client, made.json()["id"], body, made["ETag"])
    assert answer.status_code == 400
    body["consent"]["given_on"] = "2026-06-01"
    answer = change(client, made.json()["id"], {**body, "offence_at": "2999-01-01T00:00:00Z"}, made["ETag"])
    assert answer.status_code == 422
    assert row_of(Referral.objects.get()) == before
    assert Victim.objects.count() == 1
    assert Event.objects.count() == events


def test_a_submitted_referral_is_changed_no_more(client, made):
    sent = client.post(f"/api/referrals/{made.json()['id']}/submit/")
    answer = change(client, made.json()["id"], {"hours_set": 14}, sent["ETag"])
    assert answer.status_code == 409
    assert Referral.objects.get().hours_set == 12


def test_a_step_on_a_case_that_was_changed_since_is_refused(api_as, officer, triager):
    case = make_referral(officer, status="submitted")
    body, address = {"reason": "evidence", "rationale": "No statement."}, f"/api/referrals/{case.pk}/decline/"
    client = api_as(triager)
    stale = client.post(address, body, format="json", headers={"If-Match": f'"{case.version + 1}"'})
    assert stale.status_code == 412
    case.refresh_from_db()
    assert case.status == "submitted"
    assert client.post(address, body, format="json", headers={"If-Match": f'"{case.version}"'}).status_code == 200


def test_only_the_officers_of_a_draft_change_it(api_as, made, other_officer, triager):
    assert change(api_as(other_officer), made.json()["id"], {"hours_set": 14}, made["ETag"]).status_code == 404
    assert change(api_as(triager), made.json()["id"], {"hours_set": 14}, made["ETag"]).status_code == 403
