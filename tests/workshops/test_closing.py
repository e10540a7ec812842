"""What a case that is closed leaves behind in the workshops, and what a closed case still takes."""

import pytest

from audit.models import Event
from audit.trail import IllegalMove
from referrals import operations as cases
from referrals.models import AttendanceOutcome, Referral, ReturnReason, WithdrawReason
from tests.waiting import while_another_waits
from tests.workshops.factories import TOMORROW, make_booking, make_group, make_ready_case, make_session
from workshops import operations
from workshops.models import Booking, Session


def withdraw(case, by):
    cases.withdraw(case, by=by, reason=WithdrawReason.objects.get(code="duplicate"))


def send_back(case, by):
    cases.return_to_officer(case, by=by, reason=ReturnReason.objects.get(code="moved_away"))


def complete(case, by):
    for kind in ("workshop_attended", "hours_completed"):
        case.milestones.get_or_create(kind=kind, defaults={"at": TOMORROW})
    cases.complete(case, by=by)


@pytest.mark.parametrize("close", [withdraw, send_back, complete])
def test_a_closed_case_gives_its_place_to_the_next_who_waits(close, officer, provider, facilitator, triager):
    session = make_session(facilitator, capacity=1)
    (booking,) = make_group(officer, provider, session, 1)
    (waiting,) = make_group(officer, provider, session, 1, status="waitlisted")
    close(booking.case, triager)
    booking.refresh_from_db()
    waiting.refresh_from_db()
    assert (booking.status, waiting.status) == ("cancelled", "booked")
    assert Session.objects.get().places_taken == 1
    assert Event.objects.get(kind="booking.cancelled").case == booking.case_id


def test_a_closed_case_leaves_the_waiting_list(officer, provider, facilitator, triager):
    session = make_session(facilitator, capacity=1)
    make_group(officer, provider, session, 1)
    (waiting,) = make_group(officer, provider, session, 1, status="waitlisted")
    withdraw(waiting.case, officer)
    waiting.refresh_from_db()
    assert waiting.status == "cancelled"
    assert Session.objects.get().places_taken == 1


def test_a_first_outcome_is_still_recorded_once_the_case_is_closed(case, session, facilitator, officer, after):
    booking = make_booking(case, session)
    after()
    withdraw(case, officer)
    operations.record_attendance(booking, outcome=AttendanceOutcome.objects.get(code="complied"), by=facilitator)
    assert Booking.objects.get().status == "attended"


def test_a_register_is_not_corrected_once_the_case_is_closed(case, session, facilitator, triager, after):
    booking = make_booking(case, session, status="attended")
    after()
    complete(case, triager)
    absent = AttendanceOutcome.objects.get(code="absent_medical")
    with pytest.raises(IllegalMove, match=r"is completed, so .* A manager may reopen it") as refused:
        operations.record_attendance(booking, outcome=absent, by=facilitator)
    assert refused.value.field == str(booking.pk)
    assert Booking.objects.get().status == "attended"
    assert case.milestones.filter(kind="workshop_attended").exists()


def test_a_newcomer_never_passes_those_who_wait(officer, provider, facilitator, triager):
    session = make_session(facilitator, capacity=2)
    place, _ = make_group(officer, provider, session, 2)
    first, second = make_group(officer, provider, session, 2, status="waitlisted")
    type(first.case).objects.filter(pk=first.case_id).update(status="suspended")
    type(second.case).objects.filter(pk=second.case_id).update(status="suspended")
    operations.cancel_booking(place, by=triager)
    assert Session.objects.get().places_taken == 1  # nobody could move up
    type(second.case).objects.filter(pk=second.case_id).update(status="active")

    newcomer = operations.book(make_ready_case(officer, provider), session, by=triager)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, newcomer.status) == ("waitlisted", "booked", "waitlisted")


def test_a_newcomer_has_the_place_that_nobody_on_the_list_may_take(officer, provider, facilitator, triager):
    session = make_session(facilitator, capacity=1)
    (waiting,) = make_group(officer, provider, session, 1, status="waitlisted")
    type(waiting.case).objects.filter(pk=waiting.case_id).update(status="suspended")
    assert operations.book(make_ready_case(officer, provider), session, by=triager).status == "booked"


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_a_place_from_the_waiting_list_do_not_wait_for_each_other(
    officer, provider, facilitator, triager
):
    session = make_session(facilitator, capacity=1)
    (booking,) = make_group(officer, provider, session, 1)
    (waiting,) = make_group(officer, provider, session, 1, status="waitlisted")
    told = while_another_waits(
        lambda: Referral.objects.select_for_update().get(pk=waiting.case_id),  # as the withdrawal begins
        lambda: operations.cancel_booking(booking, by=triager),
        then=lambda: withdraw(waiting.case, officer),
    )
    waiting.refresh_from_db()
    assert told is None
    assert waiting.status == "cancelled"
    assert Session.objects.get().places_taken == 0
