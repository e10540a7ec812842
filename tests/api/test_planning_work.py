"""Matching, placing and planning over the API."""

import uuid
from datetime import date

import pytest
import time_machine

from placements.models import Placement, Site, WorkSession
from tests.factories import NOW
from tests.placements.factories import (
    at,
    make_coordinator,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def site(provider):
    return make_site(provider)


@pytest.fixture
def case(officer, coordinator):
    return make_ready_case(officer, coordinator, assessment={"may_work_alone": False})


@pytest.fixture
def placement(case, site, coordinator):
    return make_placement(case, site, coordinator)


@pytest.fixture
def send(api_as, coordinator):
    """send(address, body, **headers): the coordinator's own system posts."""
    client = api_as(coordinator)
    return lambda address, body=None, **headers: client.post(f"/api/{address}", body or {}, format="json", **headers)


AGREEMENT = {"minutes_agreed": 600, "signed_by": "Jordan Ashe", "signed_on": "2026-06-10"}
PATTERN = {"weekdays": [4], "first": "2026-06-12", "starts": "09:00", "ends": "12:00", "number": 3}


def test_the_sites_of_a_case_come_with_what_speaks_for_and_against_them(case, site, provider, api_as, coordinator):
    make_site(provider, "Expired", insured_until=date(2026, 6, 1))
    near, expired = api_as(coordinator).get(f"/api/referrals/{case.pk}/sites/").json()
    assert (near["name"], near["places_left"], near["districts_away"]) == (site.name, 30, 0)
    assert (near["may_be_chosen"], near["needs_a_reason"]) == (True, True)
    alone = next(finding for finding in near["findings"] if finding["rule"] == "alone")
    assert (alone["met"], alone["may_be_overridden"]) == (None, True)
    assert alone["sentence"].startswith("Ask Ilkeston Community Garden")
    assert (expired["may_be_chosen"], near["opening"]) == (False, "Monday, Tuesday, Wednesday, Thursday, Friday")


def test_before_a_placement_may_start_the_sites_are_refused(officer, coordinator, api_as):
    case = make_ready_case(officer, coordinator, milestones=["assessed"])
    answer = api_as(coordinator).get(f"/api/referrals/{case.pk}/sites/")
    assert (answer.status_code, "the workshop must be attended" in answer.json()["detail"]) == (422, True)


def test_a_placement_is_planned_once_with_its_reason(case, site, send):
    address = f"referrals/{case.pk}/placements/"
    refused = send(address, {**AGREEMENT, "site": str(site.pk)})
    assert (refused.status_code, refused.json()["field"]) == (422, "override_reason")
    sent = {**AGREEMENT, "site": str(site.pk), "override_reason": "Two leads are always there."}
    first, again = (send(address, sent, HTTP_IDEMPOTENCY_KEY="placing-1") for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert first.json()["override_reason"] == "Two leads are always there."
    assert Placement.objects.count() == 1
    assert send(address, {**AGREEMENT, "site": str(uuid.uuid4())}).json() == {"site": ["This is none of your sites."]}


def test_a_pattern_is_previewed_and_planned_once(placement, send):
    Site.objects.update(insured_until=date(2026, 6, 20))
    preview = send(f"placements/{placement.pk}/preview/", PATTERN).json()
    assert [bool(each["problem"]) for each in preview["sessions"]] == [False, False, True]
    assert (preview["minutes"], preview["minutes_left"], preview["warning"]) == (360, 600, "")
    assert not WorkSession.objects.exists()
    refused = send(f"placements/{placement.pk}/plan/", {"pattern": PATTERN})
    assert (refused.status_code, WorkSession.objects.count()) == (422, 0)
    sent = {"pattern": PATTERN, "leave_out": True}
    first, again = (send(f"placements/{placement.pk}/plan/", sent, HTTP_IDEMPOTENCY_KEY="plan-1") for _ in range(2))
    assert (first.status_code, len(first.json()), first.json()) == (201, 2, again.json())
    assert WorkSession.objects.count() == 2


def test_sessions_are_planned_by_their_times_all_or_none(placement, send):
    times = [{"starts_at": f"2026-06-{n}T09:00:00+01:00", "ends_at": f"2026-06-{n}T12:00:00+01:00"} for n in (12, 13)]
    refused = send(f"placements/{placement.pk}/plan/", {"times": times})
    assert (refused.status_code, WorkSession.objects.count()) == (422, 0)
    assert refused.json()["detail"].startswith("Saturday 13 June 2026")
    assert len(send(f"placements/{placement.pk}/plan/", {"times": times[:1]}).json()) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"times": []},
        {"times": [{}], "pattern": PATTERN},
        {"times": "soon"},
        {"pattern": {**PATTERN, "ends": "08:00"}},
        {"pattern": {**PATTERN, "weekdays": [7]}},
        {"pattern": {**PATTERN, "number": 61}},
        {"pattern": {**PATTERN, "first": "9999-12-31"}},
        {"times": [{"starts_at": "2026-06-12T09:00:00Z", "ends_at": "2026-06-12T12:00:00Z"}] * 61},
    ],
)
def test_a_plan_that_says_nothing_or_too_much_is_refused(placement, send, body):
    assert send(f"placements/{placement.pk}/plan/", body).status_code in (400, 422)
    assert not WorkSession.objects.exists()


def test_a_session_is_moved_by_who_says_which_version_they_read(placement, provider, send):
    session = make_session(placement, "2026-06-12 09:00")
    there = {"starts_at": "2026-06-15T10:00:00+01:00", "ends_at": "2026-06-15T13:00:00+01:00"}
    address = f"work-sessions/{session.pk}/move/"
    assert send(address, there).status_code == 428
    moved = send(address, there, HTTP_IF_MATCH='"1"')
    assert (moved.status_code, moved.json()["version"]) == (200, 2)
    stale = send(address, there, HTTP_IF_MATCH='"1"')
    assert stale.status_code == 412
    assert stale.json()["details"][0]["version"] == 2
    elsewhere = send(address, {**there, "placement": str(uuid.uuid4())}, HTTP_IF_MATCH='"2"')
    assert elsewhere.json() == {"placement": ["This is no placement of the case."]}
    session.refresh_from_db()
    assert session.starts_at == at("2026-06-15 10:00")


def test_the_rest_of_a_series_is_cancelled_and_a_placement_ended(placement, send):
    send(f"placements/{placement.pk}/plan/", {"pattern": PATTERN})
    second = WorkSession.objects.order_by("starts_at")[1]
    address = f"work-sessions/{second.pk}/cancel/"
    assert send(address, {"rest": True}).status_code == 428
    assert send(address, {"rest": True, "reason": "Flooded"}, HTTP_IF_MATCH='"1"').json() == {"cancelled": 2}
    assert send(address, {"rest": True}, HTTP_IF_MATCH='"1"').status_code == 404
    ended = send(f"placements/{placement.pk}/end/", {"reason": "unsuitable"})
    assert (ended.status_code, ended.json()["status"], WorkSession.objects.count()) == (200, "ended", 0)


def test_in_a_restricted_case_each_request_says_why(officer, coordinator, site, send):
    case = make_ready_case(officer, coordinator, restricted=True)
    placement = make_placement(case, site, coordinator)
    session = make_session(placement, "2026-06-12 09:00")
    for address in (f"placements/{placement.pk}/preview/", f"work-sessions/{session.pk}/cancel/"):
        refused = send(address, PATTERN, HTTP_IF_MATCH='"1"')
        assert refused.status_code in (404, 422)
    assert WorkSession.objects.exists()


def test_another_provider_finds_nothing(placement, case, api_as, force):
    from tests.factories import make_provider

    theirs = api_as(make_coordinator(make_provider("Another provider", [force])))
    session = make_session(placement, "2026-06-12 09:00")
    assert theirs.get(f"/api/referrals/{case.pk}/sites/").status_code == 404
    for address in (f"placements/{placement.pk}/plan/", f"work-sessions/{session.pk}/cancel/"):
        assert theirs.post(f"/api/{address}", PATTERN, format="json").status_code == 404
