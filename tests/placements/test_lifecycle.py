"""Every status of a site and of a placement against every step."""

import pytest

from audit.models import Event
from audit.trail import IllegalMove, move
from placements import lifecycle, operations
from placements.lifecycle import PLACEMENT_TRANSITIONS, SITE_TRANSITIONS, PlacementStatus, SiteStatus
from placements.models import Placement, PlacementEndReason, Site
from placements.querysets import to_be_placed
from placements.stages import placement_locked
from referrals.models import Referral
from tests.factories import NOW
from tests.placements.factories import make_ready_case, make_site

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("step", SITE_TRANSITIONS, ids=lambda step: step.verb)
@pytest.mark.parametrize("status", SiteStatus.values)
def test_a_site_takes_a_step_from_the_statuses_that_name_it_and_from_no_other(site, coordinator, status, step):
    Site.objects.update(status=status)
    site.refresh_from_db()
    if status in step.sources:
        move(site, step, by=coordinator, case=None)
        assert Site.objects.get().status == step.target
    else:
        with pytest.raises(IllegalMove, match=f"while it is “{SiteStatus(status).label.lower()}”"):
            move(site, step, by=coordinator, case=None)
        assert Site.objects.get().status == status
    assert Event.objects.filter(kind=step.kind.name).exists() == (status in step.sources)


@pytest.mark.parametrize("step", PLACEMENT_TRANSITIONS, ids=lambda step: step.verb)
@pytest.mark.parametrize("status", PlacementStatus.values)
def test_a_placement_takes_a_step_from_the_statuses_that_name_it_and_from_no_other(
    placement, case, coordinator, status, step
):
    reason = PlacementEndReason.objects.first()
    Placement.objects.update(status=status, end_reason=reason)
    placement.refresh_from_db()
    if status in step.sources:
        move(placement, step, by=coordinator, case=case)
        assert Placement.objects.get().status == step.target
    else:
        with pytest.raises(IllegalMove, match=f"while it is “{PlacementStatus(status).label.lower()}”"):
            move(placement, step, by=coordinator, case=case)
        assert Placement.objects.get().status == status


def test_an_ended_placement_has_a_reason_and_ends_once(placement, coordinator):
    reason = PlacementEndReason.objects.get(code="unsuitable")
    operations.end_placement(placement, by=coordinator, reason=reason)
    with pytest.raises(IllegalMove, match="cannot be ended while it is “ended early”"):
        operations.end_placement(placement, by=coordinator, reason=reason)


def test_a_closed_site_is_neither_changed_nor_assessed(provider, coordinator):
    site = make_site(provider, status="closed")
    dates = {"risk_assessed_on": NOW.date(), "risk_review_on": NOW.date().replace(year=2027)}
    with pytest.raises(IllegalMove, match="cannot be assessed while it is “closed”"):
        operations.record_risk_assessment(site, by=coordinator, **dates)
    with pytest.raises(IllegalMove, match="can no longer be changed"):
        operations.edit_site(site, by=coordinator, capacity=1, days_open=[1])


def test_renewing_the_papers_keeps_the_status(site, coordinator):
    dates = {"risk_assessed_on": NOW.date(), "risk_review_on": NOW.date().replace(year=2028)}
    operations.record_risk_assessment(site, by=coordinator, **dates)
    site.refresh_from_db()
    assert (site.status, site.risk_review_on.year) == ("active", 2028)
    assert Event.objects.filter(kind=lifecycle.SITE_RENEWED.name).count() == 1


@pytest.mark.parametrize("assessed", [True, False])
@pytest.mark.parametrize("attended", [True, False])
@pytest.mark.parametrize("workshop_needed", [True, False])
@pytest.mark.parametrize("agreed", [True, False, None])
def test_the_list_of_those_to_be_placed_says_what_the_rules_say(
    officer, coordinator, manager, assessed, attended, workshop_needed, agreed
):
    reached = [kind for kind, is_reached in (("assessed", assessed), ("workshop_attended", attended)) if is_reached]
    case = make_ready_case(officer, coordinator, milestones=reached, workshop_needed=workshop_needed)
    if agreed is not None:
        case.override_requests.create(
            kind="place_before_workshop", reason="Job", asked_by=coordinator, asked_at=NOW, agreed=agreed,
            decided_by=manager, decided_at=NOW,
        )  # fmt: skip
    assert to_be_placed(Referral.objects.all()).exists() == (placement_locked(case) is None)
