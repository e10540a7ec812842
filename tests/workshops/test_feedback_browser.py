"""The pages for people without an account, in a browser: narrow, by keyboard, read aloud, without JavaScript."""

import pytest
import time_machine
from django.urls import reverse

from tests import browser
from tests.workshops.factories import TOMORROW, make_group, make_session
from workshops import operations
from workshops.models import FeedbackResponse

# What a screen reader has of one statement.
STATEMENT = """
- group "The workshop was beneficial":
  - text: The workshop was beneficial It was good for me.
  - radio "Agree"
  - text: Agree
  - radio "Disagree"
  - text: Disagree
  - radio "Rather not say"
  - text: Rather not say
"""


@pytest.fixture(autouse=True)
def clock():
    """After the session, with a clock that goes on, as a browser needs."""
    with time_machine.travel(TOMORROW.replace(hour=12), tick=True):
        yield


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as started:
        yield started


@pytest.fixture
def group(transactional_db, officer, provider, facilitator):
    session = make_session(facilitator)
    return make_group(officer, provider, session, 3, status="attended")


@pytest.fixture
def phone(chromium, live_server):
    """phone(width=320, javascript=True) → a page without a sign-in."""
    contexts, said = [], []

    def take(width=320, javascript=True):
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 640}, java_script_enabled=javascript
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        return page

    yield take
    for context in contexts:
        context.close()
    assert said == []


def link(group, facilitator):
    return reverse("workshops:say", args=[operations.make_link(group[0], by=facilitator)])


def is_fit(page):
    assert browser.findings(page) == []
    assert not browser.runs_over_the_edge(page)
    small = page.evaluate(
        "[...document.querySelectorAll('main button, main .govuk-button, main .govuk-radios__input')]"
        ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    )
    assert small == []


def test_the_statements_fit_a_small_phone_and_are_read_aloud(group, facilitator, phone):
    page = phone()
    page.goto(link(group, facilitator))
    is_fit(page)
    from playwright.sync_api import expect

    expect(page.get_by_role("main")).to_match_aria_snapshot(STATEMENT)
    expect(page.get_by_role("main")).to_match_aria_snapshot('- heading "What did you think of the workshop?" [level=1]')
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("alert")).to_match_aria_snapshot(
        """
        - heading "There is a problem" [level=2]
        - list:
          - listitem:
            - link "Select an answer to ‘I have a better understanding of anti-social behaviour’"
        """
    )
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    is_fit(page)


def test_it_is_answered_with_the_keyboard_alone(group, facilitator, phone):
    page = phone(width=1280)
    page.goto(link(group, facilitator))
    for _ in range(40):
        page.keyboard.press("Tab")
        on = page.evaluate("document.activeElement.type + ' ' + document.activeElement.name")
        if on.startswith("radio"):
            page.keyboard.press("Space")
            page.keyboard.press("ArrowDown")
        elif on.startswith("submit"):
            page.keyboard.press("Enter")
            break
    page.wait_for_url("**/thank-you/")
    response = FeedbackResponse.objects.get()
    assert response.workshop_beneficial is False
    is_fit(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_people_answer_on_the_screen_one_after_the_other(javascript, group, facilitator, phone):
    page = phone(width=320, javascript=javascript)
    page.goto(reverse("workshops:screen", args=[operations.open_screen(group[0].session, by=facilitator)]))
    for left in (3, 2, 1):
        people = page.locator(".app-names a")
        assert people.count() == left
        if javascript:
            is_fit(page)
        people.first.click()
        if left == 3:
            page.get_by_role("link", name="That is not me").click()
            people.first.click()
        page.get_by_role("heading", name="What did you think of the workshop?").wait_for()
        for label in page.get_by_label("Agree", exact=True).all():
            label.check()
        page.get_by_role("button", name="Send my answers").click()
        page.get_by_text("Thank you. Your answers are saved.").wait_for()
    page.get_by_role("heading", name="Everybody has answered").wait_for()
    assert FeedbackResponse.objects.filter(how="kiosk").count() == 3


def test_a_page_that_nobody_touches_goes_back_to_the_names(group, facilitator, phone):
    page = phone()
    page.clock.install()
    page.goto(reverse("workshops:screen", args=[operations.open_screen(group[0].session, by=facilitator)]))
    page.locator(".app-names a").first.click()
    page.get_by_label("Is there anything else you want to say?").fill("Half a thought")
    page.clock.run_for(170_000)
    assert page.get_by_role("heading", name="What did you think of the workshop?").is_visible()
    page.clock.run_for(20_000)
    page.get_by_role("heading", name="Who are you?").wait_for()
    assert "Half a thought" not in page.content()
    page.go_back()
    assert "Half a thought" not in page.content()
