"""What people meet when a step cannot be taken: they are told why, and nothing that they typed is lost."""

from django.urls import reverse
from playwright.sync_api import expect

from referrals.models import Decision
from tests import factories

WHY = "Suitable, and the victim wants to be heard."


def fill_in_the_plan(triager, case):
    triager.open(reverse("referrals:accept", args=[case.pk]))
    triager.chooses("Do they need the ASB awareness workshop?", "Yes")
    triager.chooses("Should restorative justice be explored?", "No")
    triager.types("Why are you accepting it?", WHY)


def test_the_second_of_two_triagers_is_told_who_was_first(at_a_browser, officer, triager, provider, force):
    case = factories.make_referral(officer, status="submitted")
    carol = at_a_browser(triager)
    uma = at_a_browser(factories.make_user("Uma Bell", force, "triager"))
    fill_in_the_plan(carol, case)
    fill_in_the_plan(uma, case)
    carol.presses("Accept the referral")
    carol.is_told(f"{case.reference} is accepted")
    uma.presses("Accept the referral")
    uma.is_refused("Carol Finch accepted it on 10 June 2026")
    assert uma.field("Why are you accepting it?").input_value() == WHY
    assert list(Decision.objects.values_list("by__full_name", flat=True)) == ["Carol Finch"]


def test_an_unfinished_draft_is_not_submitted_and_each_gap_leads_to_its_page(at_a_browser, officer):
    amir = at_a_browser(officer)
    amir.follows("Start a referral")
    amir.types("First names", "Kai")
    amir.types("Last name", "Mellor")
    amir.presses("Continue")
    draft = amir.page.url
    amir.open(draft.replace("/person/", "/check/"))
    amir.presses("Submit to the triage team")
    amir.is_refused("It cannot be submitted yet")
    gaps = amir.page.locator(".govuk-error-summary__list a")
    pages = [gap.get_attribute("href") for gap in gaps.all()]
    assert len(pages) > 5
    gaps.first.click()
    amir.has_arrived()
    assert amir.page.url.endswith(pages[0])


def tab_to(colleague, element, most=40):
    """By the Tab key alone, from wherever the focus is."""
    for _ in range(most):
        colleague.page.keyboard.press("Tab")
        if element.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{element} cannot be reached with {most} tabs")


def test_a_form_is_filled_in_mended_and_sent_by_the_keyboard_alone(at_a_browser, officer):
    amir = at_a_browser(officer)
    keys = amir.page.keyboard
    tab_to(amir, amir.page.get_by_role("button", name="Start a referral"))
    keys.press("Enter")
    amir.page.wait_for_url("**/referrals/new/")
    tab_to(amir, amir.field("First names"))
    keys.type("Kai")
    keys.press("Enter")  # without a last name
    expect(amir.page.locator(".govuk-error-summary")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")  # the link to the field
    expect(amir.field("Last name")).to_be_focused()
    keys.type("Mellor")
    keys.press("Enter")
    amir.is_told("is started")


def test_a_wrong_password_says_so_and_keeps_the_address(at_a_browser, officer, inspector):
    amir = at_a_browser(officer, signed_in=False, inspector=inspector)
    amir.open("/")
    amir.types("Email address", officer.email)
    amir.types("Password", "wrong horse battery")
    amir.presses("Sign in")
    amir.is_refused("The email address or the password is not right.")
    assert amir.field("Email address").input_value() == officer.email
