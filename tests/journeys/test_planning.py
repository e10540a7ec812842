"""A coordinator plans the work of a case as a pattern, and moves a session of it; with and without JavaScript."""

import pytest
from django.urls import reverse

from placements.models import WorkSession
from tests.placements.factories import at, make_placement, make_ready_case, make_session, make_site


@pytest.mark.parametrize("javascript", [True, False])
def test_work_is_planned_as_a_pattern_and_moved(
    at_a_browser, inspector, clock, officer, coordinator, provider, javascript
):
    site = make_site(provider, capacity=1)
    make_session(make_placement(make_ready_case(officer, coordinator), site, coordinator), "2026-06-19 11:00")
    placement = make_placement(make_ready_case(officer, coordinator), site, coordinator)
    ellen = at_a_browser(coordinator, javascript=javascript, inspector=inspector)
    ellen.open(reverse("placements:plan_work", args=[placement.pk]))
    ellen.types("Day", "12")
    ellen.types("Month", "6")
    ellen.types("Year", "2026")
    ellen.types("Start", "9:00")
    ellen.types("End", "12:00")
    ellen.chooses("How often?", "Several times")
    ellen.ticks("Friday")
    ellen.types("How many sessions?", "3")
    ellen.presses("Continue")
    assert "1 of 1 places are taken at 11:00" in ellen.page.locator("main").inner_text()
    ellen.presses("Plan these sessions")
    ellen.is_refused("leave out the days that cannot be planned")
    ellen.ticks("Leave out the days that cannot be planned")
    ellen.presses("Plan these sessions")
    ellen.is_told("2 sessions planned, from Friday 12 June 2026 to Friday 26 June 2026. 1 day was left out.")
    ellen.page.get_by_role("link", name="Move the session of 26 June 2026").click()
    ellen.has_arrived()
    ellen.types("Day", "25")
    ellen.presses("Move the session")
    ellen.is_told("The session is now on Thursday 25 June 2026, 09:00 to 12:00")
    moved = placement.work_sessions.order_by("starts_at").last()
    assert (moved.starts_at, WorkSession.objects.count()) == (at("2026-06-25 09:00"), 3)
