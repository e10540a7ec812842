"""What becomes of placements, planned work and the order when a case is closed, or accepted again."""

import pytest

from audit.models import Event
from audit.trail import Refusal
from placements import operations
from placements.models import AdjustmentReason, HoursAccount, PlacementEndReason, WorkSession
from referrals import operations as cases
from referrals.models import Referral, ReturnReason, WithdrawReason
from tests.factories import NOW, make_provider
from tests.placements.factories import (
    make_coordinator,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
    outcome,
)

pytestmark = pytest.mark.django_db
AHEAD = "2026-06-12 09:00"


def withdraw(case, by):
    cases.withdraw(case, by=by, reason=WithdrawReason.objects.get(code="duplicate"))


def send_back(case, by):
    cases.return_to_officer(case, by=by, reason=ReturnReason.objects.get(code="moved_away"))


def complete(case, by):
    case.milestones.get_or_create(kind="hours_completed", defaults={"at": NOW})
    cases.complete(case, by=by)


def log(session, by):
    return operations.log_work_session(
        session, by=by, version=1, starts_at=session.starts_at, ends_at=session.ends_at, outcome=outcome("complied")
    )


@pytest.mark.parametrize(
    ("close", "reason"), [(withdraw, "case_closed"), (send_back, "returned"), (complete, "case_closed")]
)
@pytest.mark.parametrize("status", ["planned", "under_way"])
def test_a_closed_case_has_no_open_placement_and_no_work_ahead(close, reason, status, placement, site, triager):
    type(placement).objects.update(status=status)
    make_session(placement, AHEAD)
    close(placement.case, triager)
    placement.refresh_from_db()
    assert (placement.status, placement.end_reason_id) == ("ended", reason)
    assert not WorkSession.objects.exists()
    assert Event.objects.filter(kind="work.cancelled", case=placement.case_id).count() == 1
    operations.close_site(site, by=make_coordinator(site.provider), because="They moved.")


def test_a_case_is_not_completed_before_past_sessions_have_their_outcome(placement, session, triager):
    with pytest.raises(Refusal, match="Record the outcome of the session of 9 June 2026 first"):
        complete(placement.case, triager)
    assert Referral.objects.get(pk=placement.case_id).status == "active"


@pytest.mark.parametrize("close", [withdraw, send_back])
def test_a_session_that_has_begun_stays_and_waits_for_its_outcome_when_the_case_is_reopened(
    close, placement, session, triager
):
    close(placement.case, triager)
    assert not WorkSession.objects.waiting_for_outcome(NOW).exists()
    Referral.objects.update(status="active", closed_at=None, withdraw_reason=None, return_reason=None)
    assert list(WorkSession.objects.waiting_for_outcome(NOW)) == [session]


# --- accepted again -------------------------------------------------------------------------------------------------


@pytest.fixture
def again(triager):
    """again(case, hours, provider): withdrawn, reopened for a decision, and accepted again."""

    def accept(case, hours, provider):
        withdraw(case, triager)
        Referral.objects.filter(pk=case.pk).update(
            status="submitted", closed_at=None, withdraw_reason=None, decided_at=None, decision_due_at=NOW
        )
        cases.accept(
            Referral.objects.get(pk=case.pk), by=triager, provider=provider, hours=hours, workshop_needed=True,
            rj_to_explore=False, rationale="Again.",
        )  # fmt: skip
        return HoursAccount.objects.get(case=case)

    return accept


def test_the_order_follows_the_plan_of_a_second_decision_and_keeps_the_adjustments(
    case, session, provider, coordinator, again, sign_in
):
    log(session, coordinator)
    code = AdjustmentReason.objects.get(code="travel")
    operations.adjust_hours(case, by=coordinator, minutes=-60, code=code, reason="Two buses.")
    account = again(case, 12, provider)
    assert (account.minutes_required, account.minutes_credited) == (11 * 60, 180)
    page = sign_in(coordinator).get(f"/placements/cases/{case.pk}/hours/")
    assert page.context["account"].minutes_left == 8 * 60


def test_a_second_decision_below_what_is_credited_is_refused_with_both_numbers(
    case, session, provider, coordinator, again
):
    log(session, coordinator)
    with pytest.raises(Refusal, match=r"an order of 2 hours, .* 3 hours are already credited") as refused:
        again(case, 2, provider)
    assert refused.value.field == "hours"
    assert HoursAccount.objects.get(case=case).minutes_required == 600


def test_with_more_hours_the_case_goes_on_but_not_at_the_site_of_an_earlier_provider(
    officer, coordinator, site, force, again
):
    case = make_ready_case(officer, coordinator, hours=5)
    placement = make_placement(case, site, coordinator)
    log(make_session(placement, hours=5), coordinator)
    assert case.milestones.filter(kind="hours_completed").exists()
    again(case, 7, make_provider("Another", serves=[force]))
    placement.refresh_from_db()
    assert not case.milestones.filter(kind="hours_completed").exists()
    assert placement.status == "completed"


# --- the last hours -------------------------------------------------------------------------------------------------


def test_the_last_hours_cancel_the_sessions_that_are_planned_after_them(officer, coordinator, site, provider, sign_in):
    case = make_ready_case(officer, coordinator, hours=3)
    placement, other = (make_placement(case, where, coordinator) for where in (site, make_site(provider, "Old Mill")))
    session = make_session(placement)
    make_session(placement, AHEAD)
    make_session(other, "2026-06-15 09:00")
    form = {
        "on_day": 9, "on_month": 6, "on_year": 2026, "starts_at": "09:00", "ends_at": "12:00", "outcome": "complied",
        "version": "1",
    }  # fmt: skip
    page = sign_in(coordinator).post(f"/placements/work/{session.pk}/record/", form, follow=True).content.decode()
    assert "All hours are done. 2 planned sessions are cancelled." in page
    assert list(case.work_sessions.all()) == [session]
    assert Event.objects.filter(kind="work.cancelled").count() == 2


def test_an_adjustment_that_leaves_nothing_to_do_cancels_what_is_planned(case, session, coordinator):
    log(session, coordinator)
    make_session(session.placement, AHEAD)
    code = AdjustmentReason.objects.get(code="hours_varied")
    adjusted = operations.adjust_hours(case, by=coordinator, minutes=-420, code=code, reason="The officer rang.")
    assert (adjusted.minutes_left, adjusted.cancelled) == (0, 1)
    assert list(case.work_sessions.all()) == [session]


def test_hours_that_are_left_cancel_nothing(session, coordinator):
    make_session(session.placement, AHEAD)
    assert log(session, coordinator).cancelled == 0
    assert WorkSession.objects.count() == 2


@pytest.mark.parametrize("close", [withdraw, send_back])
def test_a_session_to_which_somebody_has_come_already_waits_for_its_outcome(close, placement, triager):
    there = make_session(placement, "2026-06-10 10:30", arrived_at=NOW)
    make_session(placement, AHEAD)
    close(placement.case, triager)
    assert list(WorkSession.objects.all()) == [there]


def test_nor_does_the_case_or_the_placement_end_over_it(placement, coordinator, triager):
    make_session(placement, "2026-06-10 10:30", arrived_at=NOW)
    first = "Record the outcome of the session of 10 June 2026 first"
    with pytest.raises(Refusal, match=first):
        complete(placement.case, triager)
    reason = PlacementEndReason.objects.get(code="person_left")
    with pytest.raises(Refusal, match=first):
        operations.end_placement(placement, by=coordinator, reason=reason)
