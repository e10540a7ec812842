"""What referrals shows on the home page: each role's own work."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories import NOW, make_active_case, make_referral, make_user
from tests.referrals.factories import make_case
from tests.referrals.pages import STATUSES, shown

pytestmark = pytest.mark.django_db
HOME = "/"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def lists(client):
    return {worklist.title: worklist for worklist in client.get(HOME).context["worklists"]}


def test_an_officers_home_says_what_became_of_each_referral(officer, triager, provider, sign_in):
    for status in STATUSES:
        make_case(status, officer, triager, provider)
    make_referral(officer)
    found = lists(sign_in(officer))
    assert [row.detail for row in found["Questions to answer"].rows] == ["Was the shop asked?"]
    assert found["Drafts to finish"].count == 1
    assert found["What became of your referrals"].count == 8
    page = shown(sign_in(officer), HOME)
    assert "Start a referral" in page


@pytest.mark.parametrize(
    ("status", "milestones", "words"),
    [
        ("submitted", (), "With the triage team since 10 June 2026"),
        ("queried", (), "The triage team asked the officer a question"),
        ("declined", (), "Declined on 10 June 2026: not enough evidence"),
        ("withdrawn", (), "Withdrawn on 10 June 2026: already referred"),
        ("suspended", (), "Suspended: away for an agreed time"),
        ("completed", (), "Completed on 10 June 2026"),
        ("returned", (), "Returned to the officer on 10 June 2026: moved away"),
        ("active", (), "Accepted on 10 June 2026. Remedi will get in touch"),
        ("active", ("first_contact",), "Remedi has been in touch. The assessment comes next"),
        ("active", ("assessed",), "Assessed. The workshop comes next"),
        ("active", ("assessed", "workshop_attended"), "Workshop attended. Community work comes next"),
        ("active", ("assessed", "workshop_attended", "first_work_session"), "Doing their community work"),
        ("active", ("workshop_attended", "hours_completed"), "Hours completed. Ready to be closed"),
    ],
)
def test_each_case_is_summed_up_in_plain_words(status, milestones, words, officer, triager, provider, sign_in):
    make_case(status, officer, triager, provider, milestones=milestones)
    assert lists(sign_in(officer))["What became of your referrals"].rows[0].detail == words


def test_a_triagers_home_is_their_queue(officer, triager, provider, sign_in):
    make_referral(officer, status="submitted", at=NOW - timedelta(days=7), assigned_to=triager)
    make_referral(officer, status="submitted")
    make_case("queried", officer, triager, provider)
    make_case("active", officer, triager, provider)
    make_case("active", officer, triager, provider, milestones=["assessed"])
    for days in (60, 100, 200, 800):
        make_case("completed", officer, triager, provider, at=NOW - timedelta(days=days))
    found = lists(sign_in(triager))
    waiting = found["Waiting for a decision"]
    assert waiting.count == 2
    assert waiting.rows[0].tag == ("Overdue", "red")
    assert waiting.rows[1].tag is None
    assert found["Assigned to you"].count == 1
    assert found["Waiting for an officer’s answer"].rows[0].detail == "Amir Khan: Was the shop asked?"
    assert found["Ready to close"].count == 1
    assert found["Further-offence checks due"].count == 2


def test_a_coordinators_home_is_their_caseload(officer, provider, coordinator, sign_in):
    late = NOW - timedelta(days=10)
    make_active_case(officer, provider, at=late)
    make_active_case(officer, provider, caseworker=coordinator)
    make_active_case(officer, provider, caseworker=coordinator, milestones=["first_contact"])
    found = lists(sign_in(coordinator))
    assert found["New cases waiting for a caseworker"].rows[0].tag == ("Overdue", "red")
    assert found["First contact to make"].count == 1


def test_a_managers_home_is_what_they_are_asked(officer, provider, coordinator, manager, sign_in):
    assert "Nobody has asked for your decision." in shown(sign_in(manager), HOME)
    case = make_active_case(officer, provider)
    case.override_requests.create(kind="place_before_workshop", reason="Full", asked_by=coordinator, asked_at=NOW)
    (row,) = lists(sign_in(manager))["Decisions waiting for you"].rows
    assert row.text == "Start community work before the workshop: Jordan Ashe"


def test_a_home_page_without_a_role_says_what_to_do(force, sign_in):
    page = shown(sign_in(make_user("Nora None", force)), HOME)
    assert "Your account has no role" in page
