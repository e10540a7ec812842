"""Every page of every role's menu, and every form with bad answers in it."""

import pytest

from audit.models import Change
from tests.journeys.colleague import Inspector
from tests.journeys.world import World

ROLES = {
    "referrer": "officer",
    "triager": "triager",
    "facilitator": "facilitator",
    "coordinator": "coordinator",
    "practitioner": "practitioner",
    "manager": "manager",
    "auditor": "auditor",
    "administrator": "administrator",
}


@pytest.fixture
def world(clock, force, provider, officer, triager, facilitator, coordinator, practitioner, manager):
    return World(force, provider, officer, triager, facilitator, coordinator, practitioner, manager)


@pytest.fixture
def somebody(request, at_a_browser, world):
    """somebody(role) → a Colleague in that role, signed in."""
    return lambda role, **options: at_a_browser(request.getfixturevalue(ROLES[role]), **options)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_sound(somebody, auditor, administrator, inspector, world, role):
    colleague = somebody(role, inspector=inspector)
    menu = colleague.page.get_by_role("navigation", name="Menu").get_by_role("link").all_inner_texts()
    for item in menu:
        colleague.goes_to(item)
        tabs = colleague.page.locator(".app-subnav__link")
        for place in range(tabs.count()):
            tabs.nth(place).click()
            colleague.has_arrived()
    for address in world.more_pages(role):
        colleague.open(address)
    assert len(inspector.seen) >= len(menu)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "auditor"])
def test_every_form_keeps_what_was_typed_and_leads_to_its_errors(somebody, world, role):
    inspector, wrong = Inspector(), []
    colleague = somebody(role)
    before = Change.objects.count()
    for bad in world.forms(role):
        colleague.inspector = None
        colleague.open(bad.path)
        typed = colleague.spoils(bad.typed)
        colleague.inspector = inspector
        colleague.presses(bad.button)
        wrong += [(bad.path, finding) for finding in colleague.finds_wrong_with_the_errors(typed)]
    assert [*wrong, *inspector.wrong] == []
    assert Change.objects.count() == before
