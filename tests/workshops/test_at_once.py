"""Two people clicking at once, on a real database with real threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from audit.models import Event
from audit.trail import Refusal
from referrals.models import AttendanceOutcome, Milestone, WithdrawReason
from referrals.operations import withdraw
from tests.factories import make_user, make_victim
from tests.workshops.factories import TOMORROW, make_booking, make_group, make_ready_case, make_session
from workshops import operations, rules
from workshops.models import (
    Booking,
    FeedbackLink,
    FeedbackResponse,
    Kiosk,
    Programme,
    Session,
    SessionCancelReason,
    Who,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls in threads that start together. Returns what each returned or the Refusal it raised."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait(timeout=10)
        try:
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_the_last_place_goes_to_one_person_and_the_other_waits(officer, provider, facilitator, triager, coordinator):
    session = make_session(facilitator, capacity=1)
    cases = [make_ready_case(officer, provider) for _ in range(4)]
    done = at_once(*(lambda case=case: operations.book(case, session, by=triager) for case in cases))
    assert sorted(booking.status for booking in done) == ["booked", "waitlisted", "waitlisted", "waitlisted"]
    assert Session.objects.get().places_taken == 1
    assert Event.objects.filter(kind="booking.made").count() == 1


def test_one_case_booked_from_two_desks_is_booked_once(officer, provider, facilitator, triager, coordinator):
    case = make_ready_case(officer, provider)
    one, two = make_session(facilitator), make_session(facilitator)
    done = at_once(
        lambda: operations.book(case, one, by=triager),
        lambda: operations.book(case, two, by=coordinator),
    )
    assert sum(isinstance(result, Refusal) for result in done) == 1
    assert Booking.objects.count() == 1
    assert sum(Session.objects.values_list("places_taken", flat=True)) == 1


def test_a_place_freed_while_somebody_joins_the_list_is_never_left_empty(officer, provider, facilitator, triager):
    session = make_session(facilitator, capacity=1)
    booked = make_booking(make_ready_case(officer, provider), session)
    case = make_ready_case(officer, provider)
    at_once(
        lambda: operations.cancel_booking(booked, by=triager),
        lambda: operations.book(case, session, by=triager),
    )
    assert Booking.objects.get(case=case).status == "booked"
    assert Session.objects.get().places_taken == 1


def test_two_cancellations_move_two_people_up(officer, provider, facilitator, triager):
    session = make_session(facilitator, capacity=2)
    booked = make_group(officer, provider, session, 2)
    waiting = make_group(officer, provider, session, 3, status="waitlisted")
    at_once(*(lambda booking=booking: operations.cancel_booking(booking, by=triager) for booking in booked))
    statuses = sorted(Booking.objects.filter(pk__in=[b.pk for b in waiting]).values_list("status", flat=True))
    assert statuses == ["booked", "booked", "waitlisted"]
    assert Session.objects.get().places_taken == 2


def test_one_booking_cancelled_by_two_people_frees_one_place(officer, provider, facilitator, triager):
    session = make_session(facilitator, capacity=2)
    one, _ = make_group(officer, provider, session, 2)
    done = at_once(*[lambda: operations.cancel_booking(Booking.objects.get(pk=one.pk), by=triager)] * 2)
    assert sum(isinstance(result, Refusal) for result in done) == 1
    assert Session.objects.get().places_taken == 1


def test_two_registers_at_once_deliver_the_session_once(officer, provider, facilitator, clock):
    session = make_session(facilitator)
    bookings = make_group(officer, provider, session, 2)
    clock.move_to(session.ends_at, tick=False)
    complied = AttendanceOutcome.objects.get(code="complied")
    done = at_once(
        *(
            lambda booking=booking: operations.record_attendance(booking, outcome=complied, by=facilitator)
            for booking in bookings
        )
    )
    assert done == [None, None]
    assert Session.objects.get().status == "delivered"
    assert Event.objects.filter(kind="session.delivered").count() == 1
    assert Milestone.objects.filter(kind="workshop_attended").count() == 2


def test_of_two_outcomes_at_once_the_second_is_told(officer, provider, facilitator, clock):
    session = make_session(facilitator)
    booking = make_booking(make_ready_case(officer, provider), session)
    clock.move_to(session.ends_at, tick=False)
    outcomes = AttendanceOutcome.objects.in_bulk(["complied", "absent_medical"])
    done = at_once(
        *(
            lambda code=code: operations.record_attendance(booking, outcome=outcomes[code], by=facilitator, seen="")
            for code in outcomes
        )
    )
    told = [result for result in done if isinstance(result, Refusal)]
    assert len(told) == 1
    assert "Dev Patel recorded" in told[0].sentence
    assert told[0].field == str(booking.pk)


def test_feedback_sent_twice_is_kept_once(officer, provider, facilitator, clock):
    session = make_session(facilitator)
    booking = make_booking(make_ready_case(officer, provider), session, status="attended")
    answers = dict.fromkeys(rules.STATEMENTS, True)
    done = at_once(*[lambda: operations.record_feedback(booking, by=facilitator, answers=answers)] * 2)
    assert sum(isinstance(result, Refusal) for result in done) == 1
    assert FeedbackResponse.objects.count() == 1


def test_one_facilitator_is_not_given_two_sessions_by_a_form_sent_twice(facilitator, triager):
    taken = make_session(facilitator)
    wanted = {
        "programme": taken.programme,
        "starts_at": taken.ends_at,
        "ends_at": taken.ends_at + timedelta(hours=2),
        "place": "Ilkeston Library",
        "audience": "adults",
        "capacity": 8,
        "facilitator": facilitator,
    }
    done = at_once(*[lambda: operations.schedule(by=triager, **wanted)] * 2)
    assert sum(isinstance(result, Refusal) for result in done) == 1
    assert Session.objects.filter(starts_at=wanted["starts_at"]).count() == 1


def test_people_are_booked_and_a_case_is_closed_while_everybody_goes_to_another_session(
    officer, provider, facilitator, triager, coordinator, force
):
    """Whoever is first, nobody waits for the other for ever, and nobody is lost or seated twice."""
    for round_ in range(4):
        day = timedelta(days=7 * round_)
        old = make_session(facilitator, starts_at=TOMORROW + day, capacity=3)
        new = make_session(facilitator, starts_at=TOMORROW + day + timedelta(days=1), capacity=2)
        booked = make_group(officer, provider, old, 2)
        waits = make_booking(make_ready_case(officer, provider), old, status="waitlisted")
        joins = make_ready_case(officer, provider)
        done = at_once(
            lambda old=old, new=new: operations.cancel_session(
                old, by=facilitator, reason=SessionCancelReason.objects.first(), to=new
            ),
            lambda case=booked[0].case: withdraw(case, by=triager, reason=WithdrawReason.objects.first()),
            lambda case=waits.case: withdraw(case, by=triager, reason=WithdrawReason.objects.first()),
            lambda joins=joins, old=old: operations.book(joins, old, by=triager),
            lambda booking=booked[1], new=new: operations.book(booking.case, new, by=coordinator),
        )
        assert not isinstance(done[0], Refusal), done[0]
        old.refresh_from_db()
        new.refresh_from_db()
        assert (old.status, old.places_taken) == ("cancelled", 0)
        assert not old.bookings.exclude(status="cancelled").exists()
        assert new.places_taken == new.bookings.filter(status="booked").count() <= 2
        assert not new.bookings.filter(case__in=[booked[0].case_id, waits.case_id], status="booked").exists()
        assert new.bookings.filter(case=booked[1].case_id, status="booked").count() == 1
        if not isinstance(done[3], Refusal):  # booked before it was cancelled, and so taken along
            assert new.bookings.exclude(status="cancelled").filter(case=joins).count() == 1


def test_two_sessions_that_swap_their_people_do_not_wait_for_each_other(officer, provider, facilitator, triager):
    one, two = (make_session(facilitator, starts_at=TOMORROW + timedelta(days=day)) for day in (0, 1))
    make_group(officer, provider, one, 3)
    make_group(officer, provider, two, 3)
    reason = SessionCancelReason.objects.first()
    done = at_once(
        lambda: operations.cancel_session(one, by=triager, reason=reason, to=two),
        lambda: operations.cancel_session(two, by=facilitator, reason=reason, to=one),
    )
    assert sum(isinstance(result, Refusal) for result in done) == 1
    assert sorted(Session.objects.values_list("status", "places_taken")) == [("cancelled", 0), ("planned", 6)]


def test_one_facilitator_is_given_one_of_two_sessions_at_one_time(facilitator, triager, force):
    wanted = {
        "programme": Programme.objects.get(), "place": "Hall", "audience": "adults", "capacity": 8,
        "starts_at": TOMORROW, "ends_at": TOMORROW + timedelta(hours=1),
    }  # fmt: skip
    other = make_user("Nina Brook", force, "facilitator")
    done = at_once(
        lambda: operations.schedule(by=triager, facilitator=facilitator, co_facilitators=[other], **wanted),
        lambda: operations.schedule(by=triager, facilitator=other, co_facilitators=[facilitator], **wanted),
    )
    assert sum(isinstance(result, Refusal) for result in done) == 1
    assert Session.objects.count() == 1


def test_of_two_who_change_a_session_one_is_told(facilitator, triager):
    session = make_session(facilitator)
    names = ("programme", "audience", "facilitator", "interpreter")
    says = {name: getattr(session, name) for name in names}
    done = at_once(
        lambda: operations.edit_session(session, by=triager, version=0, capacity=9, **says),
        lambda: operations.edit_session(session, by=facilitator, version=0, capacity=10, **says),
    )
    assert sum(isinstance(result, Refusal) for result in done) == 1
    assert Session.objects.get().version == 1


def test_of_screens_opened_and_links_made_at_once_one_is_alive(officer, provider, facilitator, triager, time_machine):
    session, case = make_session(facilitator), make_ready_case(officer, provider)
    make_booking(case, session)
    make_victim(case)
    time_machine.move_to(session.ends_at, tick=False)
    for _ in range(3):
        at_once(*[lambda: operations.open_screen(session, by=facilitator)] * 3)
        assert Kiosk.objects.filter(closes_at__gt=session.ends_at).count() == 1
        at_once(*[lambda: operations.make_comment_link(case, Who.VICTIM, by=triager)] * 3)
        assert FeedbackLink.objects.count() == 1


def test_two_registers_of_the_same_people_do_not_wait_for_each_other_for_ever(
    officer, provider, facilitator, force, time_machine
):
    colleague = make_user("Nina Brook", force, "facilitator")
    one, two = make_session(facilitator), make_session(colleague, starts_at=TOMORROW + timedelta(days=1))
    cases = [make_ready_case(officer, provider) for _ in range(6)]
    missed = [[make_booking(case, each, status="did_not_attend") for case in cases] for each in (one, two)]
    time_machine.move_to(two.ends_at, tick=False)
    for code in ("absent_medical", "unacceptable_absence") * 2:
        outcome = AttendanceOutcome.objects.get(code=code)
        first = [operations.Line(booking, outcome) for booking in missed[0]]
        second = [operations.Line(booking, outcome) for booking in reversed(missed[1])]
        done = at_once(
            lambda lines=first: operations.record_register(one, by=facilitator, lines=lines),
            lambda lines=second: operations.record_register(two, by=colleague, lines=lines),
        )
        assert done == [None, None]


def test_links_are_printed_while_the_register_is_saved(officer, provider, facilitator, time_machine):
    session = make_session(facilitator)
    people = make_group(officer, provider, session, 8)
    time_machine.move_to(session.ends_at, tick=False)
    for code in ("complied", "sent_home_service") * 2:
        lines = [operations.Line(booking, AttendanceOutcome.objects.get(code=code)) for booking in people]
        recorded, made = at_once(
            lambda lines=lines: operations.record_register(session, by=facilitator, lines=lines),
            lambda: operations.make_links(people, by=facilitator),
        )
        assert (recorded, len(made)) == (None, 8)
