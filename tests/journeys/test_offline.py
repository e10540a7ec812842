"""Today's work on a phone without a signal: nothing is lost, and everything is sent once."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from placements import operations
from placements.models import HoursLine, WorkSession
from referrals.models import Referral
from tests import browser
from tests.factories import NOW, PASSWORD
from tests.placements import factories as placing

READY = "navigator.serviceWorker.ready.then(there => there.active.state === 'activated')"

# The rows of both stores, those of the second as text: what is locked in them is bytes.
ALL_THAT_IS_KEPT = """() => new Promise((resolve) => {
    const opening = indexedDB.open("today");
    opening.onsuccess = () => {
        const asked = opening.result.transaction(["kept", "entries"]);
        const [kept, entries] = ["kept", "entries"].map((name) => asked.objectStore(name).getAll());
        const text = (name, value) => (value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value);
        asked.oncomplete = () => resolve([kept.result, JSON.stringify(entries.result, text)]);
    };
})"""


@pytest.fixture
def placement(officer, coordinator, provider):
    case = placing.make_ready_case(officer, coordinator)
    return placing.make_placement(case, placing.make_site(provider), coordinator)


@pytest.fixture
def sessions(placement):
    """Of the two days before: nothing is recorded of them."""
    return [placing.make_session(placement, f"2026-06-0{day} 09:00") for day in (8, 9)]


@pytest.fixture
def with_a_phone(at_a_browser):
    """with_a_phone(user) → a Colleague on today's page, which the phone has kept by now."""

    def take(user):
        colleague = at_a_browser(user)
        colleague.page.set_viewport_size({"width": 360, "height": 740})
        colleague.page.clock.install(time=NOW)
        open_today(colleague)
        return colleague

    return take


def open_today(colleague):
    colleague.open("/placements/today/")
    colleague.page.wait_for_function(READY)
    expect(colleague.page.locator("[data-today=phone] h2").first).to_be_visible()


def card(colleague, day):
    return colleague.page.locator("[data-today=phone] .govuk-summary-card", has_text=day)


def says(colleague, text):
    expect(colleague.page.locator("[data-today=status]")).to_contain_text(text)


def is_sound(colleague):
    page = colleague.page
    assert browser.findings(page, ("serious", "critical")) == []
    assert not browser.runs_over_the_edge(page)
    small = page.locator(".app-today :is(.govuk-button, .govuk-input, .govuk-select):visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 40).map(one => one.outerHTML)"
    )
    assert small == []


def presses(colleague, text):
    colleague.page.get_by_role("button", name=text, exact=True).click()


def records(colleague, day, notes):
    """From the card to the last page, each looked at."""
    page = colleague.page
    card(colleague, day).get_by_role("button", name="Record work").click()
    colleague.types("Start", "9.30")
    is_sound(colleague)
    presses(colleague, "Continue")
    presses(colleague, "Continue")  # nothing is chosen yet
    expect(page.locator(".govuk-error-summary")).to_contain_text("Select what happened")
    is_sound(colleague)
    page.get_by_label("Attended and complied").check()
    presses(colleague, "Continue")
    page.get_by_label("Behaviour", exact=True).select_option(label="Good")
    colleague.types("Notes", notes)
    is_sound(colleague)
    page.go_back()  # and forth again: what was typed is still there
    expect(page.get_by_label("Attended and complied")).to_be_checked()
    presses(colleague, "Continue")
    expect(page.get_by_label("Notes", exact=True)).to_have_value(notes)
    presses(colleague, "Continue")
    expect(page.locator("main")).to_contain_text("09:30 to 12:00")
    is_sound(colleague)
    presses(colleague, "Save")


def forgets_that_there_was_no_signal(colleague):
    colleague.said[:] = [line for line in colleague.said if "ERR_INTERNET_DISCONNECTED" not in line]


def test_a_day_without_a_signal_is_sent_once_and_a_conflict_is_shown_side_by_side(
    with_a_phone, sessions, coordinator, provider
):
    ellen = with_a_phone(coordinator)
    is_sound(ellen)
    ellen.context.set_offline(True)
    ellen.page.reload()
    says(ellen, "You are offline: what you record is kept on this phone.")
    is_sound(ellen)
    records(ellen, "Monday 8 June", "Dug two beds.")
    says(ellen, "1 entry not sent yet.")
    card(ellen, "Tuesday 9 June").get_by_role("button", name="Did not attend").click()
    ellen.page.get_by_label("Absent: medical").check()
    presses(ellen, "Continue")
    ellen.types("Notes", "Rang at nine.")
    presses(ellen, "Continue")
    presses(ellen, "Save")
    says(ellen, "2 entries not sent yet.")
    ellen.page.reload()
    expect(card(ellen, "Monday 8 June")).to_contain_text("Not sent yet")
    is_sound(ellen)
    monday, tuesday = sessions
    gita = placing.make_coordinator(provider)
    operations.log_work_session(
        tuesday, by=gita, version=1, starts_at=tuesday.starts_at, ends_at=tuesday.ends_at,
        outcome=placing.outcome("complied"), notes="Was here.",
    )  # fmt: skip

    ellen.context.set_offline(False)
    expect(card(ellen, "Monday 8 June")).to_contain_text("Sent at 10:0")
    expect(card(ellen, "Monday 8 June")).to_contain_text("2 hours 30 minutes credited, 4 hours 30 minutes left.")
    expect(card(ellen, "Tuesday 9 June")).to_contain_text("Somebody else recorded this")
    says(ellen, "1 entry needs you: look below.")
    is_sound(ellen)
    card(ellen, "Tuesday 9 June").get_by_role("button", name="Compare").click()
    ellen.sees("Gita Rao recorded this session on", "What you entered", "Rang at nine.")
    ellen.sees("What Gita Rao recorded", "Was here.")
    is_sound(ellen)
    ellen.page.get_by_label("What I entered", exact=True).check()
    presses(ellen, "Continue")
    expect(ellen.page.locator(".govuk-error-summary")).to_contain_text("Enter why it is corrected")
    ellen.types("Why is it corrected?", "He rang me.")
    presses(ellen, "Continue")
    expect(card(ellen, "Tuesday 9 June")).to_contain_text("Sent at")
    forgets_that_there_was_no_signal(ellen)
    monday.refresh_from_db()
    tuesday.refresh_from_db()
    assert (monday.outcome_id, monday.notes, monday.behaviour) == ("complied", "Dug two beds.", "good")
    assert (tuesday.outcome_id, tuesday.notes) == ("absent_medical", "Rang at nine.")
    assert sum(HoursLine.objects.filter(work_session=tuesday).values_list("minutes", flat=True)) == 0
    assert HoursLine.objects.filter(work_session=monday, kind="credit").count() == 1


def test_an_answer_that_is_lost_and_a_phone_that_is_handed_on(with_a_phone, sessions, coordinator, provider):
    ellen, lost = with_a_phone(coordinator), []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort("internetdisconnected")

    ellen.context.route("**/log/", lose)
    records(ellen, "Monday 8 June", "Dug two beds.")
    says(ellen, "The server cannot be reached: what you record is kept on this phone.")
    says(ellen, "1 entry not sent yet.")
    assert lost == [200]
    assert WorkSession.objects.filter(outcome="complied").count() == 1

    presses(ellen, "Sign out")
    ellen.sees("1 entry on this phone is not sent yet.", "Send them first")
    presses(ellen, "Sign out")
    ellen.sees("Sign in")
    kept, entries = ellen.page.evaluate(ALL_THAT_IS_KEPT)
    assert kept == []
    assert entries.startswith('[{"key"')
    assert "Dug" not in entries
    assert "Jordan" not in entries

    gita = placing.make_coordinator(provider)
    for user, told in ((gita, "Entries of another person on this device: 1."), (coordinator, "")):
        ellen.types("Email address", user.email)
        ellen.types("Password", PASSWORD)
        presses(ellen, "Sign in")
        ellen.has_arrived()
        if user == coordinator:
            ellen.context.unroute("**/log/")
        open_today(ellen)
        if told:
            says(ellen, told)
            ellen.does_not_see("Dug two beds.")
            is_sound(ellen)
            presses(ellen, "Sign out")  # what waits is not hers, so she is not held up
    expect(card(ellen, "Monday 8 June")).to_contain_text("Sent at")
    forgets_that_there_was_no_signal(ellen)
    assert HoursLine.objects.filter(kind="credit").count() == 1


def test_a_colleague_who_signs_in_beside_and_a_case_that_is_restricted_meanwhile(
    with_a_phone, sessions, coordinator, provider, live_server
):
    """What Ellen types is locked with her key or not kept; what cannot be sent any more is shown, to be discarded."""
    ellen, gita = with_a_phone(coordinator), placing.make_coordinator(provider)

    def signs_in_beside(user):
        client = Client()
        client.force_login(user)
        kept = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
        ellen.context.add_cookies([{**kept, "url": live_server.url}])

    card(ellen, "Monday 8 June").get_by_role("button", name="Record work").click()
    ellen.types("Start", "9.30")
    presses(ellen, "Continue")
    ellen.page.get_by_label("Attended and complied").check()
    presses(ellen, "Continue")
    signs_in_beside(gita)
    window = ellen.context.new_page()
    window.goto(f"{live_server.url}/placements/today/")
    expect(window.locator("[data-today=status]")).to_contain_text("Entries of another person on this device: 1.")
    ellen.types("Notes", "Rude to Gita.")
    says(ellen, "What you type is not kept")
    window.close()
    signs_in_beside(coordinator)
    open_today(ellen)
    expect(card(ellen, "Monday 8 June")).to_contain_text("Started, not saved")
    ellen.does_not_see("cannot be opened here")
    card(ellen, "Monday 8 June").get_by_role("button", name="Continue").click()
    ellen.types("Notes", "Dug two beds.")
    presses(ellen, "Continue")
    expect(ellen.page.locator("main")).to_contain_text("09:30 to 12:00")

    Referral.objects.update(restricted=True, restricted_because="Known to all.")
    presses(ellen, "Save")
    says(ellen, "1 entry needs you: look below.")
    monday = card(ellen, "Monday 8 June")
    expect(monday).to_contain_text("Restricted")
    expect(monday).to_contain_text("This case is restricted now")
    expect(monday.get_by_role("button", name="Record on its own page")).to_be_visible()
    ellen.does_not_see("X-Reason")
    monday.get_by_role("button", name="What you entered").click()
    ellen.sees("Dug two beds.")
    is_sound(ellen)
    presses(ellen, "Discard")
    expect(monday).not_to_contain_text("This case is restricted now")
    expect(ellen.page.locator("[data-today=status]")).to_have_text("")
    assert not WorkSession.objects.filter(outcome__isnull=False).exists()
