"""What workshops shows on the home page and on the page of a case."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from referrals.models import Plan
from tests.factories import make_active_case, make_user
from tests.workshops.factories import TOMORROW, make_booking, make_group, make_ready_case, make_session
from workshops import operations, rules
from workshops.home import worklists
from workshops.stage import stage


def shown(user):
    return {worklist.title: worklist for worklist in worklists(user, timezone.now())}


def test_a_facilitator_sees_today_and_next_what_is_overdue_and_whose_feedback_is_owed(
    officer, provider, facilitator, force
):
    make_session(facilitator, starts_at=TOMORROW - timedelta(hours=20))
    make_session(facilitator)
    due = make_session(facilitator, starts_at=TOMORROW - timedelta(days=3))
    make_group(officer, provider, due, 2)
    done = make_session(facilitator, starts_at=TOMORROW - timedelta(days=8))
    one, _ = make_group(officer, provider, done, 2, status="attended")
    operations.record_feedback(one, by=facilitator, answers=dict.fromkeys(rules.STATEMENTS, True))
    make_session(make_user("Nina Brook", force, "facilitator"))
    lists = shown(facilitator)
    upcoming = lists["Your next workshops"]
    assert upcoming.count == 2
    assert [row.tag for row in upcoming.rows] == [("Today", "blue"), None]
    registers = lists["Registers to fill in"]
    assert registers.rows[0].tag == ("2 days overdue", "red")
    assert "2 people not recorded yet" in registers.rows[0].detail
    assert registers.rows[0].href == reverse("workshops:record_register", args=[due.pk])
    assert "1 of 2 who attended gave none yet" in lists["Feedback to collect"].rows[0].detail


def test_feedback_is_not_asked_for_ever(officer, provider, facilitator):
    old = make_session(facilitator, starts_at=TOMORROW - timedelta(days=40))
    make_group(officer, provider, old, 1, status="attended")
    assert shown(facilitator)["Feedback to collect"].count == 0


def test_triagers_and_coordinators_see_who_is_to_be_booked(case, officer, provider, session, triager, coordinator):
    make_booking(make_ready_case(officer, provider), session)
    for user in (triager, coordinator):
        worklist = shown(user)["To book on a workshop"]
        assert worklist.count == 1
        assert worklist.rows[0].text == case.reference
        assert "Jordan" not in str(worklist)


def test_others_see_nothing_of_workshops(officer, practitioner, manager, auditor, administrator, session):
    for user in (officer, practitioner, manager, auditor, administrator):
        assert worklists(user, timezone.now()) == []


# --- the case page --------------------------------------------------------------------------------------------------


def at(case, user):
    return stage(case, user, timezone.now())


def test_before_the_assessment_the_stage_is_locked(officer, provider, triager):
    worklist = at(make_active_case(officer, provider), triager)
    assert worklist.locked == "Before a workshop, the assessment must be completed."
    assert not worklist.actions


def test_a_ready_case_offers_to_book_to_those_who_may(case, officer, triager, coordinator):
    for user in (triager, coordinator):
        assert [action.href for action in at(case, user).actions] == [reverse("workshops:book_case", args=[case.pk])]
    assert at(case, officer).actions == []


def test_bookings_stand_on_the_case_and_link_for_those_who_see_the_session(case, session, officer, triager):
    make_booking(case, session)
    assert at(case, triager).rows[0].href == reverse("workshops:session", args=[session.pk])
    row = at(case, officer).rows[0]
    assert (row.href, row.tag) == ("", ("Booked", "blue"))
    assert at(case, triager).actions == []


def test_what_nobody_recorded_is_not_called_absent(case, session, triager, after):
    make_booking(case, session)
    after()
    assert at(case, triager).rows[0].tag == ("Not recorded yet", "orange")


def test_after_missing_a_workshop_the_case_may_be_booked_again(case, facilitator, triager):
    make_booking(case, make_session(facilitator, starts_at=TOMORROW - timedelta(days=7)), status="did_not_attend")
    worklist = at(case, triager)
    assert worklist.rows[0].tag == ("Did not attend", "red")
    assert [action.text for action in worklist.actions] == ["Book a workshop"]


def test_an_attended_workshop_closes_the_stage(case, session, triager):
    make_booking(case, session, status="attended")
    worklist = at(case, triager)
    assert worklist.tag == ("Attended", "green")
    assert [action.text for action in worklist.actions] == ["Certificate of attendance (PDF)"]


def test_a_plan_without_a_workshop_says_so(case, triager):
    Plan.objects.update(workshop_needed=False)
    case.refresh_from_db()
    worklist = at(case, triager)
    assert worklist.empty == "The plan does not ask for a workshop."
    assert not worklist.actions
