"""Recording, correcting and adjusting hours: what the ledger, the account, the milestones and the trail say after."""

from datetime import date

import pytest
from django.db import ProgrammingError, transaction

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from placements import operations
from placements.models import AdjustmentReason, HoursAccount, HoursLine, WorkSession
from tests.factories import NOW
from tests.placements.factories import (
    at,
    make_credit,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
    outcome,
)

pytestmark = pytest.mark.django_db


def log(session, by, code="complied", **fields):
    return operations.log_work_session(
        session,
        by=by,
        **{
            "version": session.version,
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "outcome": outcome(code),
            **fields,
        },
    )


def correct(session, by, code="complied", **fields):
    session.refresh_from_db()
    return operations.correct_work_session(
        session,
        by=by,
        **{
            "version": session.version,
            "reason": "Misread the sheet.",
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "outcome": outcome(code),
            **fields,
        },
    )


def adjust(case, by, minutes, code="hours_varied", reason="The officer rang."):
    return operations.adjust_hours(
        case, by=by, minutes=minutes, code=AdjustmentReason.objects.get(code=code), reason=reason
    )


def lines(case):
    """What was credited for work, in the order of the entries."""
    return list(case.hours_lines.by_work().values_list("kind", "minutes"))


def parts(session):
    """Account → minutes that stand."""
    return dict(session.lines.standing().values_list("account", "minutes"))


def account(case):
    return HoursAccount.objects.get(case=case)


def milestone(case, kind):
    return case.milestones.filter(kind=kind).values_list("at", flat=True).first()


def assert_the_account_follows_its_lines(case):
    balance = account(case)
    assert balance.minutes_required == case.hours_lines.filter(account="order").total()
    assert balance.minutes_credited == case.hours_lines.filter(account__in=["work", "course"]).total()
    assert balance.minutes_by_courses == case.hours_lines.by_courses().total()
    assert 0 <= balance.minutes_by_courses <= balance.minutes_credited <= balance.minutes_required


def test_an_attended_session_is_credited_by_the_rules(case, session, site, coordinator):
    recorded = log(session, coordinator, break_minutes=15, penalty_minutes=5, quality="good", behaviour="excellent")

    assert (recorded.worth, recorded.credited, recorded.left) == (160, 160, 440)
    assert parts(session) == {"work": 160, "break": 15, "penalty": 5}
    line = session.lines.by_work().get()
    assert (line.kind, line.minutes, line.on.isoformat(), line.site, line.by) == (
        "credit", 160, "2026-06-09", site, coordinator,
    )  # fmt: skip
    session.refresh_from_db()
    assert (session.outcome_id, session.quality, session.recorded_by, session.recorded_at, session.version) == (
        "complied", "good", coordinator, NOW, 2,
    )  # fmt: skip
    assert_the_account_follows_its_lines(case)


def test_the_first_credit_starts_the_placement_and_tells_the_case(case, placement, session, coordinator):
    log(session, coordinator)
    placement.refresh_from_db()
    assert placement.status == "under_way"
    assert milestone(case, "first_work_session") == session.starts_at
    kinds = Event.objects.filter(case=case.pk).values_list("kind", flat=True)
    assert {"work.logged", "placement.started", "referral.milestone"} <= set(kinds)


@pytest.mark.parametrize("code", ["unacceptable_absence", "absent_medical", "rescheduled_service"])
def test_an_absence_credits_nothing(case, placement, session, coordinator, code):
    assert log(session, coordinator, code).credited == 0
    placement.refresh_from_db()
    assert (lines(case), placement.status, milestone(case, "first_work_session")) == ([], "planned", None)


def test_an_acceptable_absence_may_be_recorded_in_advance_and_gives_the_place_free(case, placement, coordinator):
    ahead = make_session(placement, "2026-06-19 09:00")
    log(ahead, coordinator, "absent_employment")
    assert WorkSession.objects.taking_a_place().count() == 0


@pytest.mark.parametrize("code", ["complied", "failed_to_comply", "unacceptable_absence"])
def test_nothing_else_is_recorded_in_advance(case, placement, coordinator, code):
    with pytest.raises(Refusal, match="Friday 19 June 2026"):
        log(make_session(placement, "2026-06-19 09:00"), coordinator, code)
    assert lines(case) == []


def test_no_absence_is_recorded_more_than_a_year_ahead(placement, coordinator):
    """The site's calendar is read day by day up to its last session."""
    times = {"starts_at": at("9999-12-31 09:00"), "ends_at": at("9999-12-31 12:00")}
    with pytest.raises(Refusal, match=r"31 December 9999 is more than a year ahead\. Check the year"):
        operations.log_unplanned_work(placement, by=coordinator, outcome=outcome("absent_medical"), **times)
    assert not WorkSession.objects.exists()


def test_recording_more_than_seven_days_late_needs_a_reason(case, placement, coordinator):
    session = make_session(placement, "2026-06-02 09:00")
    with pytest.raises(Refusal, match="8 days ago, and 7 days are allowed"):
        log(session, coordinator)
    assert log(session, coordinator, late_reason="The sheet was with the site.").credited == 180


def test_work_before_the_agreement_was_signed_is_refused(placement, coordinator):
    session = make_session(placement, "2026-04-30 09:00")
    with pytest.raises(Refusal, match="before the agreement was signed, on 1 May 2026"):
        log(session, coordinator, late_reason="Late.")


def test_crediting_above_the_order_is_refused_with_both_numbers(case, session, coordinator):
    make_credit(session.placement, 540)
    with pytest.raises(Refusal) as refused:
        log(session, coordinator)
    assert "would credit 12 hours, but the order is 10 hours" in refused.value.sentence
    assert "Credited so far: 9 hours; left: 1 hour." in refused.value.sentence
    session.refresh_from_db()
    assert (session.outcome, account(case).minutes_credited) == (None, 540)


def test_work_beyond_the_order_is_recorded_but_not_credited(officer, coordinator, site):
    case = make_ready_case(officer, coordinator, hours=2)
    session = make_session(make_placement(case, site, coordinator))
    recorded = log(session, coordinator, record_beyond=True)
    assert (recorded.worth, recorded.credited, recorded.left) == (180, 120, 0)
    assert parts(session) == {"work": 120, "beyond": 60}

    more = make_session(session.placement, "2026-06-08 09:00")
    assert log(more, coordinator, record_beyond=True).credited == 0
    assert parts(more) == {"beyond": 180}
    assert lines(case) == [("credit", 120)]
    assert_the_account_follows_its_lines(case)


def test_the_last_minute_completes_the_hours_and_the_placement(officer, coordinator, site):
    case = make_ready_case(officer, coordinator, hours=3)
    placement = make_placement(case, site, coordinator)
    session = make_session(placement)
    log(session, coordinator)
    placement.refresh_from_db()
    assert placement.status == "completed"
    assert milestone(case, "hours_completed") == session.ends_at


def test_a_correction_reverses_the_line_and_adds_a_new_one_with_the_reason(case, session, coordinator):
    log(session, coordinator)
    recorded = correct(session, coordinator, ends_at=at("2026-06-09 11:00"))
    assert recorded.credited == 120
    assert lines(case) == [("credit", 180), ("reversal", -180), ("credit", 120)]
    first, reversal, second = case.hours_lines.by_work()
    assert (reversal.reverses, reversal.on, reversal.site) == (first, first.on, first.site)
    assert (reversal.reason, second.reason) == ("Misread the sheet.", "Misread the sheet.")
    assert_the_account_follows_its_lines(case)


def test_a_correction_that_leaves_the_credit_as_it_was_adds_no_lines(case, session, coordinator):
    log(session, coordinator)
    correct(session, coordinator, notes="Swept the paths.", quality="poor")
    session.refresh_from_db()
    assert (lines(case), session.notes, session.version) == ([("credit", 180)], "Swept the paths.", 3)


def test_a_correction_to_another_day_moves_the_credit_there(case, session, coordinator):
    log(session, coordinator)
    correct(session, coordinator, starts_at=at("2026-06-08 09:00"), ends_at=at("2026-06-08 12:00"))
    assert [line.on.day for line in case.hours_lines.by_work()] == [9, 9, 8]
    assert milestone(case, "first_work_session") == at("2026-06-08 09:00")


def test_a_correction_to_an_absence_takes_everything_back(case, placement, session, coordinator):
    log(session, coordinator)
    correct(session, coordinator, "absent_medical")
    assert lines(case) == [("credit", 180), ("reversal", -180)]
    assert milestone(case, "first_work_session") is None
    assert_the_account_follows_its_lines(case)


def test_a_reversal_undoes_the_completion(officer, coordinator, site):
    case = make_ready_case(officer, coordinator, hours=3)
    placement = make_placement(case, site, coordinator)
    session = make_session(placement)
    log(session, coordinator)
    correct(session, coordinator, penalty_minutes=1)
    placement.refresh_from_db()
    assert (milestone(case, "hours_completed"), placement.status) == (None, "under_way")
    correct(session, coordinator)
    placement.refresh_from_db()
    assert (milestone(case, "hours_completed"), placement.status) == (session.ends_at, "completed")


def test_a_correction_never_lifts_the_credit_above_the_order(officer, coordinator, site):
    case = make_ready_case(officer, coordinator, hours=3)
    session = make_session(make_placement(case, site, coordinator))
    log(session, coordinator)
    with pytest.raises(Refusal, match="would credit 3 hours 1 minute, but the order is 3 hours"):
        correct(session, coordinator, ends_at=at("2026-06-09 12:01"))
    assert lines(case) == [("credit", 180)]


def test_a_correction_needs_a_reason_and_something_recorded(session, coordinator):
    with pytest.raises(IllegalMove, match="no outcome yet"):
        correct(session, coordinator)
    log(session, coordinator)
    with pytest.raises(Refusal, match="why the session is corrected"):
        correct(session, coordinator, reason=" ")


def test_the_second_of_two_people_is_told_who_recorded_what_and_when(case, session, coordinator):
    log(session, coordinator)
    with pytest.raises(IllegalMove) as refused:
        log(session, coordinator, "unacceptable_absence", version=1)
    assert "Ellen Marsh recorded this session on 10 June 2026 at 10:00" in refused.value.sentence
    assert "Attended and complied, 3 hours credited" in refused.value.sentence
    assert lines(case) == [("credit", 180)]


def test_a_recorded_session_is_corrected_not_recorded_again(session, coordinator):
    log(session, coordinator)
    session.refresh_from_db()
    with pytest.raises(IllegalMove, match="Correct it instead"):
        log(session, coordinator)


def test_one_person_is_not_at_two_places_at_once(case, session, placement, coordinator, provider):
    elsewhere = make_placement(case, make_site(provider, "Food bank"), coordinator)
    with pytest.raises(IllegalMove, match=r"already planned for Tuesday 9 June 2026, 09:00 to 12:00. Record that one"):
        operations.log_unplanned_work(
            elsewhere,
            by=coordinator,
            starts_at=at("2026-06-09 11:59"),
            ends_at=at("2026-06-09 13:00"),
            outcome=outcome("complied"),
        )
    log(session, coordinator)
    with pytest.raises(IllegalMove, match=r"already recorded .* Correct that one"):
        operations.log_unplanned_work(
            placement,
            by=coordinator,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            outcome=outcome("complied"),
        )


def test_unplanned_work_is_recorded_and_credited(case, placement, coordinator):
    recorded = operations.log_unplanned_work(
        placement,
        by=coordinator,
        starts_at=at("2026-06-09 13:00"),
        ends_at=at("2026-06-09 14:30"),
        outcome=outcome("complied"),
    )
    assert (recorded.credited, recorded.work_session.version) == (90, 1)
    assert_the_account_follows_its_lines(case)


@pytest.mark.parametrize("status", ["completed", "returned", "withdrawn", "declined"])
def test_nothing_is_recorded_in_a_closed_case(case, session, coordinator, status):
    type(case).objects.filter(pk=case.pk).update(status=status, closed_at=NOW)
    with pytest.raises(IllegalMove, match=r"hours can no longer be changed. A manager may reopen it"):
        log(session, coordinator)
    with pytest.raises(IllegalMove, match="can no longer be changed"):
        adjust(case, coordinator, -60)
    assert lines(case) == []


def test_work_that_was_done_is_recorded_while_the_case_is_suspended(case, session, coordinator):
    type(case).objects.filter(pk=case.pk).update(status="suspended")
    assert log(session, coordinator).credited == 180


# --- adjustments ----------------------------------------------------------------------------------------------------


def test_an_adjustment_changes_the_order_by_a_line_with_its_reason(case, placement, coordinator):
    assert adjust(case, coordinator, -60, "travel", "Two buses each way.").minutes_required == 540
    line = case.hours_lines.get(kind="adjustment")
    assert (line.kind, line.minutes, line.adjustment_reason_id, line.reason) == (
        "adjustment", -60, "travel", "Two buses each way.",
    )  # fmt: skip
    assert_the_account_follows_its_lines(case)


def test_travel_is_at_most_180_minutes_a_case(case, placement, coordinator):
    adjust(case, coordinator, -120, "travel")
    with pytest.raises(Refusal, match=r"at most 180 minutes a case. 120 minutes are adjusted already"):
        adjust(case, coordinator, -61, "travel")
    adjust(case, coordinator, -60, "travel")
    assert account(case).minutes_required == 420


def test_an_adjustment_needs_words(case, placement, coordinator):
    with pytest.raises(Refusal, match="reason in a few words"):
        adjust(case, coordinator, -60, reason="  ")


def test_the_order_never_falls_below_what_is_credited(case, session, coordinator):
    log(session, coordinator)
    with pytest.raises(Refusal, match="take off at most 7 hours"):
        adjust(case, coordinator, -421)
    adjust(case, coordinator, -420)
    assert milestone(case, "hours_completed") == session.ends_at
    assert_the_account_follows_its_lines(case)


def test_more_hours_take_the_placement_up_again(case, placement, session, coordinator):
    log(session, coordinator)
    adjust(case, coordinator, -420)
    adjust(case, coordinator, 60)
    placement.refresh_from_db()
    assert (milestone(case, "hours_completed"), placement.status) == (None, "under_way")


def test_hours_begin_with_the_first_placement(case, coordinator):
    with pytest.raises(Refusal, match="begin with its first placement"):
        adjust(case, coordinator, 60)


# --- what the database itself refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda case: HoursLine.objects.filter(case=case).update(minutes=1),
        lambda case: HoursLine.objects.filter(case=case)._raw_delete("default"),
    ],
    ids=["update", "delete"],
)
def test_the_applications_own_role_can_neither_change_nor_delete_a_line(case, session, coordinator, change):
    log(session, coordinator)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        change(case)
    assert lines(case) == [("credit", 180)]


def test_a_session_over_the_autumn_night_is_credited_as_it_was_lived(officer, coordinator, site):
    case = make_ready_case(officer, coordinator)
    placement = make_placement(case, site, coordinator, signed_on=date(2025, 5, 1))
    session = make_session(placement, "2025-10-25 22:00")
    recorded = log(session, coordinator, ends_at=at("2025-10-26 06:00"), late_reason="Found the sheet.")
    assert recorded.credited == 9 * 60
