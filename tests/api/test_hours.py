"""The hours of a case over the API: the account and every line; set and adjusted once, however often it is sent."""

import pytest
import time_machine

from audit.models import Event
from placements import operations
from placements.models import AdjustmentReason, HoursAccount
from tests.factories import NOW
from tests.placements import learning
from tests.placements.factories import make_placement, make_ready_case, make_session, make_site, outcome

pytestmark = pytest.mark.django_db
WHY = {"decided_by": "Sgt Lea Moss", "reason": "He helped at the site without being asked."}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, coordinator):
    case = make_ready_case(officer, coordinator)
    make_placement(case, make_site(coordinator.organisation), coordinator)
    return case


@pytest.fixture
def told(case, coordinator, triager):
    """Set, worked with a break and a penalty, corrected, adjusted, a course of which a part counts, changed."""
    session = make_session(case.placements.get())
    report = {"by": coordinator, "starts_at": session.starts_at, "ends_at": session.ends_at, "break_minutes": 15}
    operations.log_work_session(session, version=1, outcome=outcome("complied"), **report)
    operations.correct_work_session(
        session, version=2, outcome=outcome("complied"), penalty_minutes=5, reason="Came late.", **report
    )
    code = AdjustmentReason.objects.get(code="travel")
    operations.adjust_hours(case, by=coordinator, minutes=-60, code=code, reason="Two buses.")
    enrolment = learning.make_enrolment(case, learning.make_course(coordinator.organisation), coordinator)
    operations.credit_course(case, learning.make_learnt(enrolment, coordinator, minutes=200), by=coordinator)
    operations.change_order(case, by=triager, minutes_required=480, **WHY)
    return case


def test_the_api_gives_the_account_and_every_line(told, api_as, coordinator, officer):
    address = f"/api/placements/cases/{told.pk}/hours/"
    said = api_as(coordinator).get(address).json()
    assert said["account"] == {
        "minutes_required": 480, "minutes_credited": 322, "minutes_by_courses": 162, "minutes_left": 158,
    }  # fmt: skip
    assert [(line["kind"], line["account"], line["minutes"]) for line in said["lines"]] == [
        ("order", "order", 600), ("credit", "work", 165), ("credit", "break", 15), ("reversal", "work", -165),
        ("credit", "work", 160), ("credit", "penalty", 5), ("adjustment", "order", -60), ("course", "course", 162),
        ("course", "beyond", 38), ("order", "order", -60),
    ]  # fmt: skip
    assert Event.objects.filter(kind="referral.read", case=told.pk, actor=coordinator.pk).exists()
    assert api_as(officer).get(address).status_code == 403


def test_over_the_api_a_request_sent_twice_changes_the_hours_once(case, api_as, triager, coordinator):
    for who, verb, sent, now in (
        (triager, "set", {"minutes_required": 660, **WHY}, 660),
        (coordinator, "adjust", {"minutes": -30, "code": "travel", "reason": "Bus."}, 630),
    ):
        api, address = api_as(who), f"/api/placements/cases/{case.pk}/hours/{verb}/"
        answers = [api.post(address, sent, format="json", headers={"Idempotency-Key": "k1"}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201], answers[0].content
        assert answers[0].json() == answers[1].json()
        assert answers[0].json()["account"]["minutes_required"] == now
        assert HoursAccount.objects.get(case=case).minutes_required == now
    low = api_as(triager).post(
        f"/api/placements/cases/{case.pk}/hours/set/", {"minutes_required": 630, **WHY}, format="json"
    )
    assert low.status_code == 422
    assert "The order is 10 hours 30 minutes already" in low.json()["detail"]
