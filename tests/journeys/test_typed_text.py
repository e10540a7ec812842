"""What an officer typed survives a session that ends under their hands, a form that another saved first, and time."""

import re

from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import KeptText
from referrals.models import Referral
from tests import factories

TOLD = "Sprayed paint on the shelter, then on the gate beside it; two others ran off towards the canal."
MORE = " One of them left a bag."


def section(case):
    return reverse("referrals:edit_incident", args=[case.pk])


def sign_in_again(colleague, user):
    """On the page to which somebody was sent; not by way of the home page."""
    colleague.sees("Sign in")
    colleague.types("Email address", user.email)
    colleague.types("Password", factories.PASSWORD)
    colleague.presses("Sign in")


def finds_it_and_saves(colleague, case, text):
    colleague.sees("You typed this on 10 June 2026", "and did not save it.")
    box = colleague.field("What happened?")
    assert box.input_value() == text
    colleague.chooses("Did it involve any of these?", "None of these")
    colleague.presses("Save and continue")
    colleague.sees("Disposal and hours")
    case.refresh_from_db()
    assert case.circumstances == text
    assert not KeptText.objects.exists()


def test_text_is_kept_while_it_is_typed_and_found_again_after_the_session_has_ended(at_a_browser, officer, inspector):
    case = factories.make_referral(officer)
    amir = at_a_browser(officer, inspector=inspector)
    amir.open(section(case))
    amir.types("What happened?", TOLD)
    said = amir.page.locator("form[data-module=app-keep] [role=status]")
    expect(said).to_have_text(re.compile(r"Kept at 10:\d\d"))
    assert KeptText.objects.get().typed["circumstances"] == [TOLD]

    Session.objects.all().delete()
    amir.types("What happened?", TOLD + MORE)
    expect(said).to_have_text(
        "You have been signed out. Press “Save and continue”: what you typed is kept while you sign in."
    )
    amir.presses("Save and continue")
    sign_in_again(amir, officer)
    finds_it_and_saves(amir, case, TOLD + MORE)


def test_text_survives_without_javascript_too(at_a_browser, officer):
    case = factories.make_referral(officer)
    amir = at_a_browser(officer, javascript=False)
    amir.open(section(case))
    amir.types("What happened?", TOLD)
    Session.objects.all().delete()
    amir.presses("Save and continue")
    sign_in_again(amir, officer)
    finds_it_and_saves(amir, case, TOLD)


def test_whoever_signs_in_on_the_same_browser_does_not_see_it(at_a_browser, officer, other_officer):
    case = factories.make_referral(officer)
    case.named_officers.add(other_officer)
    amir = at_a_browser(officer)
    amir.open(section(case))
    amir.types("What happened?", TOLD)
    Session.objects.all().delete()
    amir.presses("Save and continue")
    sign_in_again(amir, other_officer)
    amir.sees("What happened")
    amir.does_not_see("You typed this")
    assert amir.field("What happened?").input_value() == case.circumstances


def test_text_left_behind_is_found_again_and_can_be_discarded(at_a_browser, officer):
    case = factories.make_referral(officer)
    amir = at_a_browser(officer)
    amir.open(section(case))
    amir.types("What happened?", TOLD)
    amir.home()  # at once: what was typed is sent as the page is left
    amir.open(section(case))
    amir.sees("You typed this on")
    assert amir.field("What happened?").input_value() == TOLD
    amir.presses("Use what is saved instead")
    amir.does_not_see("You typed this on")
    assert amir.field("What happened?").input_value() == case.circumstances


def test_the_second_of_two_officers_compares_and_saves_again(at_a_browser, officer, other_officer, inspector):
    case = factories.make_referral(officer)
    case.named_officers.add(other_officer)
    amir, beth = at_a_browser(officer, inspector=inspector), at_a_browser(other_officer)
    for colleague, place in ((amir, "Outside the library"), (beth, "Market Place, Ilkeston")):
        colleague.open(section(case))
        colleague.types("Where did it happen?", place)
    beth.presses("Save and continue")
    beth.sees("Disposal and hours")
    amir.presses("Save and continue")
    amir.is_refused("Beth Lowe changed this on")
    amir.sees("Saved meanwhile", "Market Place, Ilkeston")
    assert amir.field("Where did it happen?").input_value() == "Outside the library"
    amir.presses("Save and continue")
    amir.sees("Disposal and hours")
    assert Referral.objects.get().place == "Outside the library"
