"""The main job with JavaScript switched off: every page works, only less comfortably."""

from tests.journeys import steps
from tests.journeys.steps import at


def test_an_officer_refers_and_the_triage_team_decides(at_a_browser, officer, triager, provider):
    amir = at_a_browser(officer, javascript=False)
    steps.start_a_referral(amir)
    steps.fill_in_every_section(amir)
    steps.check_and_submit(amir)
    carol = at_a_browser(triager, javascript=False)
    steps.ask_the_officer(carol)
    steps.answer_the_question(amir)
    steps.accept_with_a_plan(carol)


def test_a_manager_waits_for_a_report_and_downloads_it(at_a_browser, clock, working, manager):
    clock.move_to(at(steps.REPORTED, "09:00"))
    grace = at_a_browser(manager, javascript=False)
    steps.request_the_report(grace)
    steps.watch_the_progress(grace)
    with working(at(steps.REPORTED, "09:01")):
        text, _ = steps.read_and_download(grace)
    assert "Derbyshire Police" in text
