"""Work sessions over the API: what a provider's own system reports."""

from datetime import timedelta

import pytest
import time_machine

from placements.models import HoursAccount
from tests.factories import NOW, make_active_case, make_provider, make_user
from tests.placements.factories import make_credit, make_placement, make_session, make_site

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2, hours=8)


@pytest.fixture
def session(officer, provider, coordinator):
    """A planned session of four hours, in an order of ten."""
    case = make_active_case(officer, provider, hours=10, milestones=["assessed", "workshop_attended"])
    placement = make_placement(case, make_site(provider), coordinator)
    return make_session(placement, NOW + timedelta(days=2), hours=4)


def report(session, **fields):
    return {
        "version": session.version,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "outcome": "complied",
        "break_minutes": 30,
        **fields,
    }


@time_machine.travel(LATER, tick=False)
def test_a_coordinator_logs_a_session(api_as, coordinator, session):
    answer = api_as(coordinator).post(f"/api/work-sessions/{session.pk}/log/", report(session), format="json")
    assert answer.status_code == 200, answer.content
    worth = (session.ends_at - session.starts_at) // timedelta(minutes=1) - 30
    assert answer.json()["credited"] == worth
    assert HoursAccount.objects.get().minutes_credited == worth


@time_machine.travel(LATER, tick=False)
def test_crediting_above_the_order_is_refused_with_both_numbers(api_as, coordinator, session):
    make_credit(session.placement, HoursAccount.objects.get(case=session.case).minutes_left - 60)
    answer = api_as(coordinator).post(f"/api/work-sessions/{session.pk}/log/", report(session), format="json")
    assert answer.status_code == 422
    assert "1 hour" in answer.json()["detail"]
    assert not session.lines.exists()


@time_machine.travel(LATER, tick=False)
def test_reporting_twice_credits_once(api_as, coordinator, session):
    client = api_as(coordinator)
    assert client.post(f"/api/work-sessions/{session.pk}/log/", report(session), format="json").status_code == 200
    again = client.post(f"/api/work-sessions/{session.pk}/log/", report(session), format="json")
    assert again.status_code == 409
    assert "Ellen Marsh" in again.json()["detail"]
    assert session.lines.by_work().count() == 1


@time_machine.travel(LATER, tick=False)
def test_another_provider_finds_nothing(api_as, force, session):
    rival = make_user("Rita Voss", make_provider("Another charity", serves=[force]), "coordinator")
    client = api_as(rival)
    assert client.get("/api/work-sessions/").json()["results"] == []
    assert client.post(f"/api/work-sessions/{session.pk}/log/", report(session), format="json").status_code == 404


@time_machine.travel(LATER, tick=False)
def test_a_triager_reads_but_does_not_log(api_as, triager, session):
    client = api_as(triager)
    assert client.get("/api/work-sessions/?missing=true").json()["results"][0]["id"] == str(session.pk)
    assert client.post(f"/api/work-sessions/{session.pk}/log/", report(session), format="json").status_code == 403
