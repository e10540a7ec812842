"""Two people whose work meets in several rows at once: each waits for the other, and nobody is stuck."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from audit.trail import Refusal
from placements import operations
from placements.models import Assessment
from placements.operations.locking import lock_case
from referrals import operations as cases
from referrals.lifecycle import Status
from referrals.models import Person, Referral, ReturnReason
from restorative import operations as restorative
from restorative.models import Contact, Process
from tests.factories import NOW
from tests.placements.factories import (
    at,
    make_coordinator,
    make_nomination,
    make_placement,
    make_ready_case,
    make_session,
)
from tests.restorative.factories import make_process
from tests.waiting import while_another_waits
from tests.workshops.factories import make_ready_case as make_case_to_book
from tests.workshops.factories import make_session as make_workshop
from workshops import operations as workshops

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_is_answered_while_old_suggestions_are_erased_is_not_forgotten_before_the_answer(force, coordinator):
    suggested = make_nomination(force, sent_at=NOW - timedelta(days=400))
    decided = []

    def decide_first(execute, sql, *args):
        if "FOR UPDATE" in sql and not decided:
            answer = partial(operations.mark_nomination, suggested, by=coordinator, answer="We know of it. Thank you.")
            decided.append(answer)
            with ThreadPoolExecutor() as colleague:
                colleague.submit(in_a_connection_of_its_own, answer).result()
        return execute(sql, *args)

    with connection.execute_wrapper(decide_first):
        assert operations.erase_contacts(NOW) == 0
    suggested.refresh_from_db()
    assert (suggested.from_email, suggested.answer) == ("priya@example.org", "We know of it. Thank you.")


def in_a_connection_of_its_own(verb):
    try:
        return verb()
    finally:
        connection.close()


def test_hand_over_while_the_assessment_of_one_names_the_other(officer, coordinator, provider):
    first, second = sorted((make_ready_case(officer, coordinator) for _ in range(2)), key=lambda case: case.pk)
    told = while_another_waits(
        lambda: lock_case(second),
        lambda: cases.hand_over([first, second], by=coordinator, of=coordinator, to=make_coordinator(provider)),
        lambda: operations.answer_section(second, "apart", by=coordinator, never_with=[first]),
    )
    assert isinstance(told, list), told
    assert list(Assessment.objects.get(case=second).never_with.all()) == [first]


def test_assign_while_the_assessment_of_one_names_the_other(officer, coordinator, triager):
    first, second = sorted((make_ready_case(officer, coordinator) for _ in range(2)), key=lambda case: case.pk)
    told = while_another_waits(
        lambda: lock_case(second),
        lambda: cases.assign_many([first, second], by=triager, to=triager),
        lambda: operations.answer_section(second, "apart", by=coordinator, never_with=[first]),
    )
    assert len(told.refused) == 2, told


def test_a_contact_is_written_down_while_the_consent_to_it_is_withdrawn(officer, coordinator, practitioner, triager):
    case = make_ready_case(officer, coordinator)
    process, given = make_process(case, practitioner, "offered"), []
    signed = {"kinds": ["rj"], "given_by": "Jordan Ashe", "relationship": "self", "given_on": NOW.date()}
    told = while_another_waits(
        lambda: given.extend(cases.give_consents(case, by=triager, **signed)),
        lambda: restorative.record_contact(
            process, by=practitioner, party="victim", how="phone", at=NOW, notes="Rang."
        ),
        lambda: cases.withdraw_consent(given[0], by=triager, withdrawn_by="Jordan Ashe"),
    )
    assert isinstance(told, Contact), told
    assert Process.objects.get().status == "closed"


def test_a_booking_is_cancelled_while_the_consent_to_take_part_is_withdrawn(officer, provider, facilitator, triager):
    case, given = make_case_to_book(officer, provider), []
    Person.objects.filter(pk=case.participant_id).update(email="jordan@example.com", email_is_safe=True)
    booking = workshops.book(case, make_workshop(facilitator), by=facilitator)
    case.messages.update(claimed_at=NOW, sent_at=NOW)  # so that they are told that it is cancelled
    signed = {"kinds": ["take_part"], "given_by": "Jordan Ashe", "relationship": "self", "given_on": NOW.date()}
    told = while_another_waits(
        lambda: given.extend(cases.give_consents(case, by=triager, **signed)),
        lambda: workshops.cancel_booking(booking, by=facilitator),
        lambda: cases.withdraw_consent(given[0], by=triager, withdrawn_by="Jordan Ashe"),
    )
    assert told is None
    booking.refresh_from_db()
    assert booking.status == "cancelled"


def test_a_manager_agrees_to_reopen_a_case_while_somebody_asks_for_it_again(officer, coordinator, triager, manager):
    case = make_ready_case(officer, coordinator)
    cases.return_to_officer(case, by=triager, reason=ReturnReason.objects.get(code="moved_away"))
    asked = cases.ask_override(case, by=triager, kind="reopen", reason="They are back.")

    def ask_again():
        with pytest.raises(Refusal, match="A manager was already asked by Carol Finch"):
            cases.ask_override(case, by=coordinator, kind="reopen", reason="They are back.")

    told = while_another_waits(
        lambda: lock_case(case, Status),
        lambda: cases.decide_override(asked, by=manager, agreed=True, reason="Yes."),
        ask_again,
    )
    assert told is None
    assert Referral.objects.get(pk=case.pk).status == "active"


def test_nobody_is_reminded_of_what_is_moved_at_this_moment(officer, coordinator, site):
    case = make_ready_case(officer, coordinator)
    Person.objects.filter(pk=case.participant_id).update(email="jordan@example.com", email_is_safe=True)
    session = make_session(make_placement(case, site, coordinator), "2026-06-11 09:00")
    start, end = at("2026-06-11 13:00"), at("2026-06-11 15:00")
    made = while_another_waits(
        lambda: operations.move_work_session(session, by=coordinator, version=1, starts_at=start, ends_at=end),
        lambda: operations.remind_of_work(at("2026-06-10 11:00")),
    )
    assert made == 0
    assert list(case.messages.values_list("purpose", flat=True)) == ["moved"]
