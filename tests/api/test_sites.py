"""Sites and suggestions of work over the API: as a provider's own system keeps them."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from placements.models import Nomination, Site, WorkSession
from tests.factories import NOW
from tests.placements.factories import (
    make_coordinator,
    make_nomination,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
)
from tests.referrals.uploads import PDF

pytestmark = pytest.mark.django_db
SITE = {
    "name": "Heanor Foodbank", "address": "1 High Street", "district": "amber_valley", "activity": "foodbank",
    "capacity": 2, "days_open": [1, 3], "opens_at": "09:30", "closes_at": "16:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(api_as, coordinator):
    return api_as(coordinator)


def test_a_site_goes_from_proposed_to_closed(api, coordinator):
    key = {"HTTP_IDEMPOTENCY_KEY": "one"}
    made = api.post("/api/sites/", SITE, format="json", **key)
    assert made.status_code == 201
    assert api.post("/api/sites/", SITE, format="json", **key).json()["id"] == made.json()["id"]
    assert Site.objects.count() == 1
    site = f"/api/sites/{made.json()['id']}/"
    assert api.post(f"{site}open/").status_code == 409
    dates = {"risk_assessed_on": "2026-06-01", "risk_review_on": "2027-06-01"}
    assert api.post(f"{site}risk-assessment/", dates, format="json").json()["status"] == "proposed"
    file = SimpleUploadedFile("insurance.pdf", PDF, "application/pdf")
    insured = api.post(f"{site}insurance/", {"insured_until": "2027-01-01", "file": file}, format="multipart")
    assert insured.json()["status"] == "assessed"
    (paper,) = api.get(f"{site}papers/").json()
    assert (paper["kind"], paper["valid_until"], paper["added_by"]) == ("insurance", "2027-01-01", "Ellen Marsh")
    assert api.get(f"{site}papers/{paper['id']}/file/").getvalue() == PDF
    assert api.post(f"{site}open/").json()["status"] == "active"
    assert api.post(f"{site}suspend/", {}, format="json").status_code == 400
    assert api.post(f"{site}suspend/", {"because": "Repairs."}, format="json").json()["status"] == "suspended"
    assert api.post(f"{site}close/", {"because": "Moved."}, format="json").json()["status"] == "closed"
    assert [row["name"] for row in api.get("/api/sites/?status=closed").json()["results"]] == ["Heanor Foodbank"]
    assert api.get("/api/sites/?status=active").json()["results"] == []


def test_a_change_says_what_it_was_written_for(api, provider):
    site = make_site(provider)
    address = f"/api/sites/{site.pk}/"
    read = api.get(address).json()
    assert "version" in api.patch(address, {"capacity": 5}, format="json").json()
    changed = api.patch(address, {"capacity": 5, "version": read["version"]}, format="json").json()
    assert (changed["capacity"], changed["name"]) == (5, site.name)
    stale = api.patch(address, {"capacity": 9, "version": read["version"]}, format="json")
    assert stale.status_code == 409
    assert "Ellen Marsh changed this site" in stale.json()["detail"]
    hours = {"opens_at": "16:00", "closes_at": "09:00", "version": changed["version"]}
    assert api.patch(address, hours, format="json").status_code == 422


@pytest.mark.parametrize(
    "said", [{"days_open": [7]}, {"days_open": "x"}, {"capacity": 0}, {"district": "x\x00"}, {"name": ""}]
)
def test_bad_input_is_refused_and_makes_nothing(api, said):
    assert api.post("/api/sites/", {**SITE, **said}, format="json").status_code in (400, 422)
    assert not Site.objects.exists()


def test_sessions_that_cannot_take_place_are_listed_and_cancelled(api, provider, officer, coordinator):
    site = make_site(provider, insured_until=date(2026, 6, 11))
    make_session(make_placement(make_ready_case(officer, coordinator), site, coordinator), "2026-06-12 09:00")
    hidden = make_ready_case(officer, make_coordinator(provider), restricted=True)
    make_session(make_placement(hidden, site, coordinator), "2026-06-13 09:00")
    address = f"/api/sites/{site.pk}/"
    assert api.get(address).json()["to_move"] == 2
    assert [row["participant"] for row in api.get(f"{address}sessions/").json()] == ["Jordan Ashe", "Restricted"]
    done = api.post(f"{address}sessions/cancel/", {"because": "Not insured."}, format="json")
    assert done.json() == {"cancelled": 1}
    assert WorkSession.objects.get().case == hidden
    assert api.post(f"{address}sessions/cancel/", {"because": "Not insured."}, format="json").status_code == 409


def test_suggestions_are_listed_decided_and_answered(api, force):
    first, second, third = (make_nomination(force, what=f"Bench {number}") for number in range(3))
    assert api.get("/api/nominations/?status=new").json()["results"][0]["from_name"] == "Priya Nettleford"
    said = {"site": SITE, "answer": "Yes.", "note": "Ask Jo."}
    accepted = api.post(f"/api/nominations/{first.pk}/accept/", said, format="json").json()
    assert (accepted["status"], accepted["answer"]) == ("accepted", "Yes.")
    assert Site.objects.get().status == "proposed"
    declined = api.post(f"/api/nominations/{second.pk}/decline/", {"reason": "not_safe"}, format="json").json()
    assert (declined["decline_reason"], declined["answer"]) == ("not_safe", "")
    assert api.post(f"/api/nominations/{third.pk}/decline/", {"reason": "none"}, format="json").status_code == 400
    assert api.post(f"/api/nominations/{third.pk}/mark/", {}, format="json").json()["status"] == "duplicate"
    assert api.post(f"/api/nominations/{third.pk}/mark/", {}, format="json").status_code == 409
    assert api.post(f"/api/nominations/{first.pk}/send-again/").status_code == 409
    assert Nomination.objects.filter(status="new").count() == 0
