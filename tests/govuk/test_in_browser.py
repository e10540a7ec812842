"""The gallery in a real browser, under the site's content security policy."""

import json

import pytest

from tests.browser import findings

PAGES = ["/components/", "/everything/", "/one-question/", "/stops/"]


def send(page):
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(page, path, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("path", PAGES[1:])
def test_axe_finds_nothing_on_a_page_with_errors(page, path):
    page.goto(path)
    send(page)
    assert page.title().startswith("Error: ")
    assert findings(page) == []


def test_the_error_summary_takes_the_focus_and_each_link_gives_it_to_its_field(page):
    page.goto("/everything/")
    page.get_by_label("Yes, by phone").check()
    send(page)
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    links = page.locator(".govuk-error-summary__list a")
    assert links.count() == 11
    for link in links.all():
        target = link.get_attribute("href")[1:]
        link.click()
        assert page.evaluate("document.activeElement.id") == target


def test_a_choice_shows_its_question_and_hides_it_again(page):
    page.goto("/everything/")
    phone = page.get_by_label("Victim’s phone number")
    assert not phone.is_visible()
    page.get_by_label("Yes, by phone").check()
    assert phone.is_visible()
    page.get_by_label("No", exact=True).check()
    assert not phone.is_visible()


def test_none_of_these_unticks_the_others(page):
    page.goto("/everything/")
    page.get_by_label("Interpreter").check()
    page.get_by_label("No, none of these").check()
    assert not page.get_by_label("Interpreter").is_checked()


def test_without_javascript_every_question_is_open_and_the_form_can_be_sent(chromium, gallery_url):
    context = chromium.new_context(base_url=gallery_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/everything/")
    assert page.get_by_label("Victim’s phone number").is_visible()
    send(page)
    assert page.title().startswith("Error: ")
    context.close()


def test_a_second_press_while_the_first_is_on_its_way_does_nothing(page):
    page.goto("/one-question/")
    page.get_by_role("button", name="Decline referral").wait_for()
    stopped = page.evaluate(
        """() => {
          const stopped = [];
          window.addEventListener("submit", (event) => stopped.push(event.defaultPrevented));
          const button = document.querySelector("main button[type=submit]");
          button.click();
          button.click();
          return stopped;
        }"""
    )
    assert stopped == [False, True]
    page.get_by_text("There is a problem").wait_for()


def test_progress_moves_and_leads_on_when_the_work_is_done(page):
    answers = iter(
        [
            {"state": "running", "value": 40, "max": 80, "text": "Drawing page 1 of 2"},
            {"state": "done", "url": "/components/"},
        ]
    )
    page.route("**/poll/", lambda route: route.fulfill(body=json.dumps(next(answers)), content_type="application/json"))
    page.goto("/progress/")
    page.get_by_text("Drawing page 1 of 2").wait_for()
    assert page.evaluate("document.querySelector('progress').position") == 0.5
    page.wait_for_url("**/components/")


def test_a_lost_line_does_not_end_the_watch(chromium, gallery_url):
    context = chromium.new_context(base_url=gallery_url)
    page = context.new_page()
    tries = []

    def answer(route):
        tries.append(1)
        if len(tries) == 1:
            route.abort()
        else:
            route.fulfill(body='{"state": "done", "url": "/components/"}', content_type="application/json")

    page.route("**/poll/", answer)
    page.goto("/progress/")
    page.wait_for_url("**/components/")
    assert len(tries) == 2
    context.close()


def test_nothing_is_fetched_from_elsewhere_and_no_font(page, gallery_url):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/components/")
    page.wait_for_load_state("networkidle")
    assert all(url.startswith(gallery_url) for url in fetched)
    assert not [url for url in fetched if "font" in url]
