"""What planning, moving and cancelling work tells the people of a case, and the reminder of the day before."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from audit.trail import Refusal
from placements import operations
from placements.models import PlacementEndReason
from placements.operations.telling import remind_of_work, who_is_told
from referrals import operations as cases
from referrals.models import Message, Person, ReturnReason
from referrals.truth import no_longer_true
from tests.factories import NOW, make_child, make_person
from tests.placements.factories import at, make_placement, make_ready_case, make_session, make_site, outcome
from tests.placements.pages import day, text_of, url

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
THURSDAY, FRIDAY, NEXT_FRIDAY = "2026-06-11 09:00", "2026-06-12 09:00", "2026-06-19 09:00"
ELEVEN = datetime(2026, 6, 10, 10, 0, tzinfo=UTC)  # 11:00 of Wednesday on the clocks of Derbyshire


@pytest.fixture(autouse=True)
def jordan(case):
    """Has an email address that is safe."""
    Person.objects.filter(pk=case.participant_id).update(email="jordan@example.com", email_is_safe=True)
    case.refresh_from_db()
    return case.participant


def plan(placement, by, *starts, hours=3):
    times = [(at(start), at(start) + hours * HOUR) for start in starts]
    return operations.plan_work_sessions(placement, by=by, times=times)


def move(session, by, start):
    session.refresh_from_db()
    return operations.move_work_session(
        session, by=by, version=session.version, starts_at=at(start), ends_at=at(start) + 3 * HOUR
    )


def sent(case):
    """As if everything had been sent."""
    open_ = Message.objects.filter(case=case, not_sent_because="", sent_at=None)
    open_.update(claimed_at=NOW, sent_at=NOW)


def to_be_sent(case):
    return case.messages.filter(not_sent_because="", sent_at=None)


# --- planned --------------------------------------------------------------------------------------------------------


def test_who_is_planned_hears_when_and_where(placement, coordinator):
    plan(placement, coordinator, FRIDAY, NEXT_FRIDAY)
    message = placement.case.messages.get()
    assert (message.purpose, message.channel, message.subject) == ("invitation", "email", "What is planned")
    assert message.due_at == NOW + timedelta(minutes=10)
    assert message.text == (
        "Hello Jordan,\n\n"
        "This community work is planned for you. It is part of what was agreed.\n\n"
        "- Friday 12 June 2026, 09:00 to 12:00: Ilkeston Community Garden, Bath Street, Ilkeston\n"
        "- Friday 19 June 2026, 09:00 to 12:00: Ilkeston Community Garden, Bath Street, Ilkeston\n\n"
        "If you cannot come, ring us before that day, on 101. If you do not come and there is no good reason, the "
        "police are told.\n\n"
        f"Questions? Ring 101 and say {placement.case.reference}."
    )
    assert no_longer_true(message, NOW) == ""


def test_a_plan_made_in_steps_is_told_once_and_whole(placement, coordinator):
    plan(placement, coordinator, FRIDAY)
    plan(placement, coordinator, NEXT_FRIDAY)
    message = to_be_sent(placement.case).get()
    assert message.purpose == "invitation"
    assert "12 June" in message.text
    assert "19 June" in message.text
    assert placement.case.messages.count() == 2  # the first says why it was not sent


def test_a_long_plan_names_twelve_days_and_says_how_many_more(placement, coordinator):
    days = [f"2026-06-{day} {hour}:00" for day in (15, 16, 17, 18, 19, 22, 23) for hour in ("09", "13")]
    plan(placement, coordinator, *days)
    assert "- and 2 more days after these\n" in placement.case.messages.get().text


def test_their_caseworker_is_whom_they_ring_and_a_vest_is_said(placement, site, coordinator):
    coordinator.work_phone = "01629 555 0100"
    coordinator.save()
    site.hi_vis_needed = True
    site.save()
    plan(placement, coordinator, FRIDAY)
    text = placement.case.messages.get().text
    assert "Bring a hi-vis vest. Ask us if you have none." in text
    assert "If you cannot come, ring Ellen before that day, on 01629 555 0100." in text


def test_of_a_child_the_parent_or_carer_is_told(officer, coordinator, site):
    child = make_child(officer.organisation, email="riley@example.com", email_is_safe=True)
    parent = make_person(officer.organisation, "Sam", "Stone", email="sam@example.com", email_is_safe=True)
    case = make_ready_case(officer, coordinator, participant=child, parent_or_carer=parent)
    plan(make_placement(case, site, coordinator), coordinator, FRIDAY)
    message = case.messages.get()
    assert message.person == parent
    assert message.text.startswith("Hello Sam,\n\nThis community work is planned for Riley.")
    assert "If Riley does not come and there is no good reason" in message.text


def test_who_has_no_safe_contact_gets_a_letter(placement, jordan, coordinator):
    Person.objects.filter(pk=jordan.pk).update(email_is_safe=False)
    plan(placement, coordinator, FRIDAY)
    assert placement.case.messages.get().channel == "letter"


def test_what_is_refused_tells_nobody(placement, coordinator):
    with pytest.raises(Refusal):
        plan(placement, coordinator, FRIDAY, "2026-06-13 09:00")  # a Saturday
    assert not placement.case.messages.exists()


def test_whoever_plans_sees_how_the_person_hears_of_it(placement, jordan, coordinator, sign_in):
    said = {**day("on", date(2026, 6, 12)), "starts_at": "09:00", "ends_at": "12:00", "repeat": "one"}
    page = sign_in(coordinator).post(url("plan_work", placement), said, follow=True)
    assert "Session planned for Friday 12 June 2026. Jordan Ashe is told by email in 10 minutes." in text_of(page)
    Person.objects.filter(pk=jordan.pk).update(email_is_safe=False)
    moved = operations.cancel_work_session(placement.work_sessions.get(), by=coordinator)
    assert moved == 1
    plan(placement, coordinator, FRIDAY)
    assert who_is_told(placement.case) == "There is a letter to Jordan Ashe to print, among the messages of the case."


# --- changed --------------------------------------------------------------------------------------------------------


def test_who_was_told_hears_of_a_move_with_all_that_is_planned_now(placement, coordinator):
    first, _ = plan(placement, coordinator, FRIDAY, NEXT_FRIDAY)
    sent(placement.case)
    move(first, coordinator, "2026-06-15 09:00")
    message = to_be_sent(placement.case).get()
    assert (message.purpose, message.subject) == ("moved", "What is planned has changed")
    assert (
        "has changed. What we told you before does not hold any more. This is planned now:\n\n- Monday" in message.text
    )
    assert "- Friday 19 June 2026" in message.text
    assert "12 June" not in message.text


def test_who_was_not_told_yet_hears_of_the_plan_as_it_is_now(placement, coordinator):
    first, _ = plan(placement, coordinator, FRIDAY, NEXT_FRIDAY)
    move(first, coordinator, "2026-06-15 09:00")
    message = to_be_sent(placement.case).get()
    assert message.purpose == "invitation"
    assert "12 June" not in message.text


def test_a_session_that_was_planned_before_anybody_was_told_is_a_change(placement, coordinator):
    session = make_session(placement, FRIDAY)
    move(session, coordinator, NEXT_FRIDAY)
    assert to_be_sent(placement.case).get().purpose == "moved"


def test_there_and_back_again_is_told_each_time(placement, coordinator):
    session, _ = plan(placement, coordinator, FRIDAY, "2026-06-26 09:00")
    for start in (NEXT_FRIDAY, FRIDAY, NEXT_FRIDAY):
        sent(placement.case)
        move(session, coordinator, start)
        assert "19 June" in to_be_sent(placement.case).get().text if start == NEXT_FRIDAY else True
    assert placement.case.messages.filter(purpose="moved").count() == 3


def test_one_of_two_that_is_cancelled_is_a_change_and_the_last_means_not_to_come(placement, coordinator):
    first, second = plan(placement, coordinator, FRIDAY, NEXT_FRIDAY)
    sent(placement.case)
    operations.cancel_work_session(first, by=coordinator)
    message = to_be_sent(placement.case).get()
    assert message.purpose == "moved"
    assert "12 June" not in message.text
    operations.cancel_work_session(second, by=coordinator)
    message = to_be_sent(placement.case).get()
    assert (message.purpose, message.subject) == ("cancelled", "What was planned is cancelled")
    assert message.text.startswith("Hello Jordan,\n\nYou do not have to come to any community work for now.")
    assert "police" not in message.text


def test_who_never_heard_of_a_day_does_not_hear_that_it_is_gone(placement, coordinator):
    (session,) = plan(placement, coordinator, FRIDAY)
    operations.cancel_work_session(session, by=coordinator)
    assert not to_be_sent(placement.case).exists()


def test_an_absence_that_is_known_before_changes_what_is_planned(placement, coordinator):
    first, _ = plan(placement, coordinator, FRIDAY, NEXT_FRIDAY)
    sent(placement.case)
    operations.log_work_session(
        first, by=coordinator, version=first.version, starts_at=first.starts_at, ends_at=first.ends_at,
        outcome=outcome("absent_medical"),
    )  # fmt: skip
    message = to_be_sent(placement.case).get()
    assert message.purpose == "moved"
    assert "12 June" not in message.text


def test_a_day_that_was_worked_changes_nothing_ahead(placement, coordinator):
    plan(placement, coordinator, FRIDAY)
    sent(placement.case)
    session = make_session(placement)
    operations.log_work_session(
        session, by=coordinator, version=session.version, starts_at=session.starts_at, ends_at=session.ends_at,
        outcome=outcome("complied"),
    )  # fmt: skip
    assert not to_be_sent(placement.case).exists()


def test_where_the_placement_ends_they_need_not_come(placement, coordinator):
    plan(placement, coordinator, FRIDAY)
    sent(placement.case)
    operations.end_placement(placement, by=coordinator, reason=PlacementEndReason.objects.get(code="person_left"))
    assert to_be_sent(placement.case).get().purpose == "cancelled"


def send_back(case, triager, reason):
    cases.return_to_officer(case, by=triager, reason=ReturnReason.objects.get(code=reason))


def test_where_the_case_is_closed_they_need_not_come(placement, coordinator, triager):
    plan(placement, coordinator, FRIDAY)
    sent(placement.case)
    send_back(placement.case, triager, "moved_away")
    message = to_be_sent(placement.case).get()
    assert message.purpose == "cancelled"
    assert no_longer_true(message, NOW) == ""


def test_nobody_writes_to_who_has_died(placement, coordinator, triager):
    plan(placement, coordinator, FRIDAY)
    sent(placement.case)
    send_back(placement.case, triager, "died")
    assert not to_be_sent(placement.case).exists()


def test_a_plan_after_what_they_heard_of_is_over_is_no_change(placement, coordinator):
    (session,) = plan(placement, coordinator, FRIDAY)
    sent(placement.case)
    operations.cancel_work_session(session, by=coordinator)
    sent(placement.case)
    plan(placement, coordinator, NEXT_FRIDAY)
    assert to_be_sent(placement.case).get().purpose == "invitation"


def test_but_it_is_one_while_they_still_hold_what_is_gone_for_true(placement, coordinator):
    (session,) = plan(placement, coordinator, FRIDAY)
    sent(placement.case)
    operations.cancel_work_session(session, by=coordinator)
    plan(placement, coordinator, NEXT_FRIDAY)
    assert to_be_sent(placement.case).get().purpose == "moved"


def test_a_day_at_a_site_that_takes_nobody_now_is_not_told(placement, site, provider, coordinator):
    plan(placement, coordinator, FRIDAY)
    sent(placement.case)
    type(site).objects.filter(pk=site.pk).update(status="suspended")
    plan(make_placement(placement.case, make_site(provider, "Foodbank"), coordinator), coordinator, NEXT_FRIDAY)
    message = to_be_sent(placement.case).get()
    assert message.purpose == "moved"
    assert "Foodbank" in message.text
    assert "12 June" not in message.text


# --- true when it is sent -------------------------------------------------------------------------------------------


def test_nothing_of_a_plan_is_sent_once_the_case_is_suspended_or_the_days_are_past(placement, coordinator):
    plan(placement, coordinator, FRIDAY)
    message = placement.case.messages.get()
    assert no_longer_true(message, NOW + timedelta(days=3)) == "No work is ahead any more."
    type(placement.case).objects.filter(pk=placement.case.pk).update(status="suspended", suspend_reason="ill_health")
    assert no_longer_true(message, NOW) == "The case is suspended."


def test_nobody_is_told_not_to_come_once_work_is_planned_again(placement, coordinator):
    (session,) = plan(placement, coordinator, FRIDAY)
    sent(placement.case)
    operations.cancel_work_session(session, by=coordinator)
    gone = to_be_sent(placement.case).get()
    make_session(placement, NEXT_FRIDAY)
    assert no_longer_true(gone, NOW) == "Work is planned again."


# --- the day before -------------------------------------------------------------------------------------------------


def test_who_works_tomorrow_is_reminded_once_from_ten(placement):
    make_session(placement, THURSDAY)
    make_session(placement, FRIDAY)
    assert remind_of_work(NOW - timedelta(minutes=1)) == 0
    with time_machine.travel(ELEVEN, tick=False):
        assert [remind_of_work(ELEVEN), remind_of_work(ELEVEN + HOUR)] == [1, 0]
    message = placement.case.messages.get()
    assert (message.purpose, message.subject) == ("reminder", "Please remember: tomorrow")
    assert (
        "Please remember the community work that you have tomorrow:\n\n- Thursday 11 June 2026, 09:00" in message.text
    )
    assert "12 June" not in message.text


def test_who_was_told_since_ten_is_not_reminded_as_well(placement, coordinator):
    plan(placement, coordinator, THURSDAY)  # at ten
    assert remind_of_work(ELEVEN) == 0


@pytest.mark.parametrize("status", ["suspended", "returned"])
def test_nobody_is_reminded_in_a_case_that_does_not_run(placement, status):
    make_session(placement, THURSDAY)
    fields = {
        "suspended": {"suspend_reason": "ill_health"},
        "returned": {"return_reason": "moved_away", "closed_at": NOW},
    }
    type(placement.case).objects.filter(pk=placement.case.pk).update(status=status, **fields[status])
    assert remind_of_work(ELEVEN) == 0


def test_a_reminder_is_no_letter(placement, jordan):
    Person.objects.filter(pk=jordan.pk).update(email_is_safe=False)
    make_session(placement, THURSDAY)
    assert remind_of_work(ELEVEN) == 0


def test_a_reminder_of_a_day_on_which_they_do_not_work_any_more_is_not_sent(placement):
    session = make_session(placement, THURSDAY)
    make_session(placement, FRIDAY)
    with time_machine.travel(ELEVEN, tick=False):
        remind_of_work(ELEVEN)
    reminder = placement.case.messages.get()
    assert no_longer_true(reminder, ELEVEN) == ""
    type(session).objects.filter(pk=session.pk).update(
        outcome="absent_medical", recorded_by=placement.planned_by, recorded_at=NOW
    )
    assert no_longer_true(reminder, ELEVEN) == "They do not work on that day any more."


def test_one_who_cannot_be_written_to_does_not_hold_up_the_others(placement, officer, coordinator, site, monkeypatch):
    other = make_ready_case(
        officer, coordinator,
        participant=make_person(officer.organisation, "Kim", "Wells", email="kim@example.com", email_is_safe=True),
    )  # fmt: skip
    for each in (placement, make_placement(other, site, coordinator)):
        make_session(each, THURSDAY)
    from placements.operations import telling

    write = telling.write_message

    def breaks(case, **said):
        if case.pk == min(placement.case.pk, other.pk):
            raise RuntimeError("no disk")
        return write(case, **said)

    monkeypatch.setattr(telling, "write_message", breaks)
    assert remind_of_work(ELEVEN) == 1


def test_a_text_message_is_short_and_names_two_days(placement, jordan, coordinator, settings):
    settings.MESSAGES_VIA, settings.NOTIFY_SMS_TEMPLATE = "notify", "1"
    Person.objects.filter(pk=jordan.pk).update(email="", phone="07700 900123", phone_is_safe=True)
    plan(placement, coordinator, FRIDAY, NEXT_FRIDAY, "2026-06-26 09:00")
    message = placement.case.messages.get()
    assert message.channel == "sms"
    assert message.text == (
        "Immediate Justice: planned for you: "
        "Friday 12 June 2026, 09:00 to 12:00: Ilkeston Community Garden, Bath Street, Ilkeston; "
        "Friday 19 June 2026, 09:00 to 12:00: Ilkeston Community Garden, Bath Street, Ilkeston; and 1 more day. "
        "Questions? Ring 101."
    )


def test_another_site_of_the_same_case_is_in_the_same_message(placement, provider, coordinator):
    other = make_placement(placement.case, make_site(provider, "Foodbank"), coordinator)
    plan(placement, coordinator, FRIDAY)
    plan(other, coordinator, NEXT_FRIDAY)
    text = to_be_sent(placement.case).get().text
    assert "Ilkeston Community Garden" in text
    assert "Foodbank" in text
