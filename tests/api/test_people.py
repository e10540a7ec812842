"""People, links and restricted cases over the API."""

import pytest

from audit.models import Event
from referrals.models import PersonLink, Referral
from tests.factories import make_person, make_referral, make_user
from tests.placements import factories as placements

pytestmark = pytest.mark.django_db
REASON = {"HTTP_X_REASON": "I decide on it."}


@pytest.fixture
def case(officer, force):
    return make_referral(officer, participant=make_person(force, "Jordan", "Ashworth"), status="submitted")


@pytest.fixture
def restricted(officer, triager, force):
    famous = make_person(force, "Kim", "Famous")
    return make_referral(officer, participant=famous, status="submitted", restricted=True, assigned_to=triager)


@pytest.fixture
def second(force):
    return make_user("Sam Second", force, "triager")


def address(case, verb=""):
    return f"/api/restricted/{case.pk}/{verb}/" if verb else f"/api/referrals/{case.pk}/"


def test_a_person_is_found_by_a_name_that_sounds_alike_with_the_reason(api_as, triager, case):
    answer = api_as(triager).post(
        "/api/people/search/", {"family_name": "Ashwurth", "given_names": "Jordan"}, format="json"
    )
    assert answer.status_code == 200
    [person] = answer.json()["people"]
    assert person["why"] == ["Name spelt nearly the same", "Last name sounds alike"]
    assert [each["reference"] for each in person["cases"]] == [case.reference]
    assert answer.json()["unseen"] is False
    assert Event.objects.get(kind="person.searched").ids == [str(case.participant_id)]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "family_name"),
        ({"family_name": "Ashe"}, "given_names"),
        ({"phone": "12"}, "phone"),
        ({"family_name": "Ashe", "date_of_birth": "2999-01-01"}, "date_of_birth"),
    ],
)
def test_a_search_says_what_is_missing(sent, field, api_as, triager):
    answer = api_as(triager).post("/api/people/search/", sent, format="json")
    assert answer.status_code == 400
    assert list(answer.json()) == [field]


def test_who_is_in_a_restricted_case_is_only_said_to_be_there(api_as, second, restricted):
    answer = api_as(second).post("/api/people/search/", {"family_name": "Famous", "given_names": "Kim"}, format="json")
    assert answer.json() == {"people": [], "unseen": True}


def test_records_are_linked_once_listed_and_unlinked(api_as, triager, officer, force, case):
    other = make_referral(officer, participant=make_person(force, "Jordan", "Lowe"), status="submitted").participant
    client, links = api_as(triager), f"/api/people/{case.participant_id}/links/"
    sent = {"other": str(other.pk), "reason": "One address."}
    made = client.post(links, sent, format="json", HTTP_IDEMPOTENCY_KEY="one")
    assert made.status_code == 201, made.content
    assert made.json()["linked_by"] == "Carol Finch"
    assert client.post(links, sent, format="json", HTTP_IDEMPOTENCY_KEY="one").status_code == 201
    assert client.post(links, sent, format="json").status_code == 409
    assert {each["name"] for each in client.get(links).json()[0]["people"]} == {"Jordan Ashworth", "Jordan Lowe"}
    unlink = f"{links}{made.json()['id']}/unlink/"
    assert client.post(unlink, {"reason": ""}, format="json").status_code == 400
    assert client.post(unlink, {"reason": "Brothers."}, format="json").status_code == 204
    assert client.get(links).json() == []
    assert PersonLink.objects.get().unlink_reason == "Brothers."


def test_nobody_links_whom_they_may_not_see(api_as, second, case, restricted):
    client = api_as(second)
    sent = {"other": str(restricted.participant_id), "reason": "x"}
    assert client.post(f"/api/people/{case.participant_id}/links/", sent, format="json").status_code == 404
    assert client.get(f"/api/people/{restricted.participant_id}/links/").status_code == 404


def test_a_restricted_case_is_read_with_a_reason_only(api_as, triager, second, restricted):
    client = api_as(triager)
    refused = client.get(address(restricted))
    assert refused.status_code == 422
    assert "X-Reason" in refused.json()["detail"]
    assert client.get(address(restricted), **REASON).status_code == 200
    assert Event.objects.get(kind="referral.read").data["reason"] == "I decide on it."
    assert api_as(second).get(address(restricted), **REASON).status_code == 404


def test_a_step_in_a_restricted_case_leaves_its_reason(api_as, triager, restricted):
    client, ask = api_as(triager), f"/api/referrals/{restricted.pk}/ask/"
    assert client.post(ask, {"question": "Why?"}, format="json").status_code == 422
    assert client.post(ask, {"question": "Why?"}, format="json", **REASON).status_code == 200
    assert Event.objects.filter(kind="referral.read", case=restricted.pk).first().data["reason"] == "I decide on it."


def test_a_case_is_restricted_somebody_admitted_and_dismissed_and_it_is_lifted(api_as, triager, second, case):
    client, person = api_as(triager), {"person": second.email.upper()}
    assert client.post(address(case, "restrict"), {"reason": "Known."}, format="json").json()["restricted"] is True
    assert client.post(address(case, "restrict"), {"reason": "Known."}, format="json", **REASON).status_code == 409
    assert client.post(address(case, "admit-colleague"), person, format="json", **REASON).status_code == 200
    assert Referral.objects.visible_to(second).exists()
    assert client.post(address(case, "dismiss"), person, format="json", **REASON).status_code == 200
    assert not Referral.objects.visible_to(second).exists()
    assert client.post(address(case, "lift"), {"reason": "Not known."}, format="json").status_code == 422
    assert (
        client.post(address(case, "lift"), {"reason": "Not known."}, format="json", **REASON).json()["restricted"]
        is False
    )


def test_a_manager_lists_references_and_admits_unopened(api_as, manager, second, restricted):
    client = api_as(manager)
    [listed] = client.get("/api/restricted/").json()["results"]
    assert listed == {
        "id": str(restricted.pk), "reference": restricted.reference, "status": "submitted", "restricted": True
    }  # fmt: skip
    assert client.post(address(restricted, "admit"), {"person": second.email}, format="json").status_code == 200
    assert Referral.objects.visible_to(second).filter(pk=restricted.pk).exists()
    assert client.post(address(restricted, "admit"), {"person": "nobody@example.com"}, format="json").status_code == 400
    assert client.get(address(restricted), **REASON).status_code == 404


def test_work_sessions_of_a_restricted_case_are_listed_without_the_name(api_as, officer, coordinator, provider, force):
    famous = make_person(force, "Kim", "Famous")
    case = placements.make_ready_case(officer, coordinator, participant=famous, restricted=True)
    work = placements.make_session(placements.make_placement(case, placements.make_site(provider), coordinator))
    other = api_as(make_user("Olive Other", provider, "coordinator"))
    [listed] = other.get("/api/work-sessions/").json()["results"]
    assert (listed["participant"], listed["reference"]) == ("Restricted", case.reference)
    assert other.get(f"/api/work-sessions/{work.pk}/").status_code == 404
    own = api_as(coordinator)
    assert own.get("/api/work-sessions/").json()["results"][0]["participant"] == "Kim Famous"
    assert own.get(f"/api/work-sessions/{work.pk}/").status_code == 422
    assert own.get(f"/api/work-sessions/{work.pk}/", **REASON).status_code == 200


def test_the_list_of_cases_counts_a_restricted_one_and_does_not_name_it(api_as, second, restricted):
    [listed] = api_as(second).get("/api/referrals/").json()["results"]
    assert (listed["participant"], listed["reference"]) == ("Restricted", restricted.reference)
    assert (listed["offence"], listed["district"]) == (None, None)


def test_a_manager_learns_nobodys_name_from_an_address_of_another_force(api_as, manager, outsider, restricted):
    answer = api_as(manager).post(address(restricted, "admit"), {"person": outsider.email}, format="json")
    assert answer.status_code == 400
    assert outsider.full_name not in answer.content.decode()


def test_a_coordinator_of_the_provider_is_found_by_address(api_as, manager, coordinator, provider, restricted):
    Referral.objects.filter(pk=restricted.pk).update(provider=provider)
    answer = api_as(manager).post(address(restricted, "admit"), {"person": coordinator.email}, format="json")
    assert answer.status_code == 200
    assert restricted.admitted.get() == coordinator
