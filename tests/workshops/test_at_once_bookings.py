"""Two steps at once on one session: booked while it moves, promoted while it is cancelled, two registers."""

from datetime import date, timedelta

import pytest

from audit.trail import Refusal
from referrals.models import AttendanceOutcome
from tests.factories import make_person
from tests.workshops.factories import TOMORROW, make_booking, make_group, make_ready_case, make_session
from tests.workshops.test_at_once import at_once
from workshops import operations, rules
from workshops.lifecycle import HELD
from workshops.models import Booking, Session

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(4)


def counted(session) -> int:
    session.refresh_from_db()
    held = session.bookings.filter(status__in=HELD).count()
    assert session.places_taken == held <= session.capacity
    return held


def test_somebody_booked_while_the_session_moves_to_their_18th_birthday_does_not_sit_among_children(
    officer, provider, facilitator, triager, coordinator, force
):
    for round_ in ROUNDS:
        start = TOMORROW + timedelta(days=10 * round_)
        session = make_session(facilitator, starts_at=start, audience="young_people")
        birthday = start.date() + timedelta(days=3)
        born = date(birthday.year - 18, birthday.month, birthday.day)
        case = make_ready_case(officer, provider, participant=make_person(force, "Kit", "Ashe", born))
        later = {"starts_at": start + timedelta(days=3), "ends_at": start + timedelta(days=3, hours=2)}
        done = at_once(
            lambda case=case, session=session: operations.book(case, session, by=coordinator),
            lambda session=session, later=later: operations.move_session(
                session, by=triager, version=None, place="Hall", **later
            ),
        )
        assert not isinstance(done[1], Refusal)
        assert counted(session) == 0
        assert rules.wrong_audience(born, session.day, session.audience)


def test_who_is_promoted_and_cancelled_at_once_leaves_no_place_lost_or_taken_twice(
    officer, provider, facilitator, triager, coordinator
):
    for round_ in ROUNDS:
        session = make_session(facilitator, starts_at=TOMORROW + timedelta(days=round_), capacity=2)
        make_booking(make_ready_case(officer, provider), session)
        waits = make_booking(make_ready_case(officer, provider), session, status="waitlisted")
        at_once(
            lambda pk=waits.pk: operations.give_place(Booking.objects.get(pk=pk), by=triager),
            lambda pk=waits.pk: operations.cancel_booking(Booking.objects.get(pk=pk), by=coordinator),
        )
        waits.refresh_from_db()
        assert waits.status == "cancelled"  # whichever came first: a place that was given is given up
        assert counted(session) == 1


def test_of_two_registers_sent_at_once_one_stands_whole(officer, provider, facilitator, clock):
    session = make_session(facilitator)
    bookings = make_group(officer, provider, session, 3)
    clock.move_to(session.ends_at, tick=False)
    outcomes = AttendanceOutcome.objects.in_bulk(["complied", "unacceptable_absence"])
    done = at_once(
        *(
            lambda outcome=outcome: operations.record_register(
                session, by=facilitator, lines=[operations.Line(booking, outcome, "") for booking in bookings]
            )
            for outcome in outcomes.values()
        )
    )
    assert sum(isinstance(result, Refusal) for result in done) == 1
    assert len(set(session.bookings.values_list("outcome", flat=True))) == 1
    came = session.bookings.attended().exists()
    assert Session.objects.get().status == ("delivered" if came else "planned")
    assert counted(session) == 3
