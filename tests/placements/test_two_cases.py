"""Somebody with two cases is at one place at a time, and works an hour for one order, unless it counts for both."""

import pytest

from audit.trail import IllegalMove
from placements import facts, operations
from placements.models import WorkSession
from referrals.models import PersonLink
from referrals.operations import link
from tests.factories import make_person
from tests.placements.factories import at, make_placement, make_ready_case, make_session, make_site, outcome

NINE, TWELVE = at("2026-06-09 09:00"), at("2026-06-09 12:00")


@pytest.fixture
def two(officer, coordinator, provider, force, request):
    """The placements of two cases of one person, at two sites; of two linked records where the test asks for it."""
    one = make_ready_case(officer, coordinator)
    person = one.participant
    if getattr(request, "param", "") == "linked":
        person = make_person(force, "Jordan", "Ash")
    other = make_ready_case(officer, coordinator, participant=person)
    if person != one.participant:
        link(one.participant, person, by=request.getfixturevalue("triager"), reason="The same phone.")
        assert PersonLink.objects.exists()
    return [
        make_placement(case, make_site(provider, name), coordinator)
        for case, name in ((one, "Garden"), (other, "Foodbank"))
    ]


def work(placement, by, code="complied"):
    report = {"starts_at": NINE, "ends_at": TWELVE, "outcome": outcome(code)}
    return operations.log_unplanned_work(placement, by=by, **report)


@pytest.mark.django_db
@pytest.mark.parametrize("two", ["one record", "linked"], indirect=True)
def test_the_same_hours_are_not_credited_in_both_cases(two, coordinator):
    work(two[0], coordinator)
    with pytest.raises(IllegalMove) as refused:
        work(two[1], coordinator)
    said = refused.value.sentence
    assert "In another of their cases work is recorded for Tuesday 9 June 2026, 09:00 to 12:00." in said
    assert "Garden" not in said
    assert WorkSession.objects.count() == 1


@pytest.mark.django_db
def test_hours_that_are_recorded_as_served_for_both_orders_count_in_both(two, coordinator):
    assert work(two[0], coordinator).credited == 180
    assert work(two[1], coordinator, "concurrent_hours").credited == 180


@pytest.mark.django_db
@pytest.mark.parametrize("two", ["one record", "linked"], indirect=True)
def test_nothing_is_planned_or_moved_to_a_time_at_which_another_case_has_them(two, coordinator):
    make_session(two[0], "2026-06-12 10:00")
    times = [(at("2026-06-12 09:00"), at("2026-06-12 11:00"))]
    with pytest.raises(IllegalMove, match="In another of their cases work is planned for Friday 12 June 2026"):
        operations.plan_work_sessions(two[1], by=coordinator, times=times)
    shown = facts.proposed(two[1], [times[0][0].date()], times[0][0].time(), times[0][1].time())
    assert "In another of their cases" in shown[0].problem
    later = make_session(two[1], "2026-06-15 09:00")
    with pytest.raises(IllegalMove, match="In another of their cases"):
        operations.move_work_session(
            later, by=coordinator, version=1, starts_at=times[0][0], ends_at=times[0][1], placement=None
        )
