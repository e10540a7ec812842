"""Every status with every step, of a session and of a booking."""

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from audit.trail import IllegalMove, move
from referrals.models import AttendanceOutcome
from tests.factories import NOW
from tests.workshops.factories import make_booking, make_ready_case, make_session
from workshops import lifecycle
from workshops.lifecycle import BOOKING_TRANSITIONS, SESSION_TRANSITIONS, BookingStatus, SessionStatus
from workshops.models import Booking, Session, SessionCancelReason


@pytest.mark.parametrize("transition", SESSION_TRANSITIONS, ids=lambda t: t.kind.name)
@pytest.mark.parametrize("status", SessionStatus.values)
def test_a_session_takes_only_the_steps_of_its_status(status, transition, facilitator):
    reason = SessionCancelReason.objects.first()
    session = make_session(facilitator, status=status, cancel_reason=reason if status == "cancelled" else None)
    fields = {"cancel_reason": reason} if transition.target == "cancelled" else {}
    if status in transition.sources:
        move(session, transition, by=facilitator, case=None, **fields)
        assert Session.objects.get().status == transition.target
        assert Event.objects.filter(kind=transition.kind.name).count() == 1
    else:
        with pytest.raises(IllegalMove) as refused:
            move(session, transition, by=facilitator, case=None, **fields)
        assert SessionStatus(status).label.lower() in refused.value.sentence
        assert Session.objects.get().status == status
        assert not Event.objects.filter(kind=transition.kind.name).exists()


@pytest.mark.parametrize("transition", BOOKING_TRANSITIONS, ids=lambda t: t.kind.name)
@pytest.mark.parametrize("status", BookingStatus.values)
def test_a_booking_takes_only_the_steps_of_its_status(status, transition, facilitator, case, session):
    booking = make_booking(case, session, status=status)
    code = {"attended": "complied", "did_not_attend": "unacceptable_absence"}.get(transition.target)
    fields = {"outcome": AttendanceOutcome.objects.get(pk=code), "recorded_at": NOW} if code else {}
    if status in transition.sources:
        move(booking, transition, by=facilitator, case=case, **fields)
        assert Booking.objects.get().status == transition.target
        assert Event.objects.get(kind=transition.kind.name).case == case.pk
    else:
        with pytest.raises(IllegalMove) as refused:
            move(booking, transition, by=facilitator, case=case, **fields)
        assert BookingStatus(status).label.lower() in refused.value.sentence
        assert Booking.objects.get().status == status
        assert not Event.objects.filter(kind=transition.kind.name).exists()


def test_every_status_can_be_reached_and_every_step_has_a_sentence_for_its_refusal(case, session):
    reached = {transition.target for transition in BOOKING_TRANSITIONS} | {"booked", "waitlisted"}
    assert reached == set(BookingStatus.values)
    assert {t.target for t in SESSION_TRANSITIONS} == set(SessionStatus.values)
    booking = make_booking(case, session)
    for transition in SESSION_TRANSITIONS:
        assert session.refuse(transition).endswith(".")
    for transition in BOOKING_TRANSITIONS:
        assert booking.refuse(transition).endswith(".")


def test_what_happens_to_a_booking_stands_in_the_timeline_of_its_case():
    told = [*BOOKING_TRANSITIONS, lifecycle.BOOKED, lifecycle.WAITLISTED]
    for step in told:
        assert getattr(step, "kind", step).sentence


def test_the_database_takes_no_second_open_booking_of_a_case(officer, provider, facilitator):
    case = make_ready_case(officer, provider)
    make_booking(case, make_session(facilitator))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_booking(case, make_session(facilitator), status="waitlisted")
