"""What follows when somebody misses what they agreed to: raised once, corrected, answered, decided once."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from notices.models import Notice
from referrals import operations, truth
from referrals.models import AttendanceOutcome, ComplianceEvent, KeptOpen, Message, WithdrawReason
from tests.factories import NOW, make_active_case, make_child, make_person
from tests.referrals.factories import make_case

pytestmark = pytest.mark.django_db
YESTERDAY = NOW.date() - timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def case(officer, provider, coordinator, triager):
    return make_active_case(officer, provider, triager=triager, caseworker=coordinator, assigned_to=triager)


def follow(case, by, code="unacceptable_absence", *, about=None, on=YESTERDAY, stage="workshop"):
    outcome = AttendanceOutcome.objects.get(pk=code)
    return operations.follow_outcome(
        case, stage=stage, about=about or uuid.uuid4(), outcome=outcome, happened_on=on, by=by
    )


def uphold(case, by, on=YESTERDAY):
    event = follow(case, by, on=on)
    operations.decide_compliance(event, by=by, decision="upheld", reason="Nothing was shown.")
    return event


def kinds(case):
    return list(Event.objects.filter(case=case.pk).order_by("pk").values_list("kind", flat=True))


# --- raised, and following corrections ------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["failed_to_comply", "sent_home_behaviour"])
def test_an_enforceable_outcome_raises_an_event_also_when_they_attended(outcome, case, coordinator):
    event = follow(case, coordinator, outcome)
    assert (event.outcome_id, event.happened_on, event.raised_by) == (outcome, YESTERDAY, coordinator)


def test_evidence_may_come_for_seven_days(case, coordinator):
    assert follow(case, coordinator).evidence_by == date(2026, 6, 17)


@pytest.mark.parametrize("outcome", ["complied", "failed_acceptable", "absent_medical", "rescheduled_service"])
def test_no_other_outcome_raises_one(outcome, case, coordinator):
    assert follow(case, coordinator, outcome) is None
    assert not ComplianceEvent.objects.exists()
    assert not Message.objects.exists()


def test_recording_it_again_raises_nothing_more_and_writes_no_second_letter(case, coordinator):
    about = uuid.uuid4()
    first = follow(case, coordinator, about=about)
    assert follow(case, coordinator, about=about) == first
    assert ComplianceEvent.objects.count() == Message.objects.count() == 1
    assert kinds(case) == ["compliance.raised"]


def test_nothing_is_raised_in_a_case_that_is_closed(officer, triager, provider, coordinator):
    closed = make_case("completed", officer, triager, provider)
    assert follow(closed, coordinator) is None
    assert not ComplianceEvent.objects.exists()


def test_a_correction_to_what_is_acceptable_lets_it_lapse_with_its_letter(case, coordinator):
    about = uuid.uuid4()
    event = follow(case, coordinator, about=about)
    assert follow(case, coordinator, "absent_medical", about=about) is None
    event.refresh_from_db()
    assert event.lapsed_at == NOW
    letter = Message.objects.get()
    assert letter.not_sent_because == truth.no_longer_true(letter, NOW) != ""
    assert kinds(case)[-1] == "compliance.lapsed"


def test_a_correction_lets_it_lapse_also_when_it_was_decided_and_says_so(case, officer, coordinator):
    about = uuid.uuid4()
    event = follow(case, coordinator, about=about)
    operations.decide_compliance(event, by=coordinator, decision="upheld", reason="No reason.")
    follow(case, coordinator, "absent_medical", about=about)
    event.refresh_from_db()
    assert (event.lapsed_at, event.decision) == (NOW, "upheld")
    assert kinds(case)[-1] == "compliance.decision_lapsed"
    assert Notice.objects.filter(user=officer).count() == 2


def test_a_correction_to_another_enforceable_outcome_keeps_what_was_said(case, coordinator):
    about = uuid.uuid4()
    event = follow(case, coordinator, about=about)
    operations.record_evidence(event, by=coordinator, text="The bus did not come.")
    assert follow(case, coordinator, "failed_to_comply", about=about) == event
    event.refresh_from_db()
    assert (event.outcome_id, event.evidence) == ("failed_to_comply", "The bus did not come.")
    assert Message.objects.count() == 1


def test_what_lapsed_may_be_raised_again_with_days_and_a_letter_of_its_own(case, coordinator):
    about = uuid.uuid4()
    first = follow(case, coordinator, about=about)
    follow(case, coordinator, "absent_medical", about=about)
    again = follow(case, coordinator, about=about)
    assert again.pk != first.pk
    assert Message.objects.filter(not_sent_because="").count() == 1


# --- the letter -----------------------------------------------------------------------------------------------------


def test_the_letter_says_what_was_missed_until_when_and_whom_to_tell(case, coordinator):
    follow(case, coordinator)
    letter = Message.objects.get()
    assert (letter.person, letter.channel, letter.purpose) == (case.participant, "letter", "non_compliance")
    assert truth.no_longer_true(letter, NOW) == ""
    for said in (
        "Dear Jordan Ashe",
        "On Tuesday 9 June 2026 you did not come to the workshop",
        "by the end of Wednesday 17 June 2026",
        f"{coordinator} at Remedi, {coordinator.email}",
        "After a second time within 12 months the case may go back to the officer, who decides what follows.",
    ):
        assert said in letter.text
    assert "Jordan" not in letter.subject


def test_a_childs_letter_goes_to_the_parent_or_carer(officer, provider, coordinator, triager, force):
    parent = make_person(force, "Dana", "Stone", date(1985, 1, 1))
    child = make_active_case(
        officer,
        provider,
        triager=triager,
        participant=make_child(force),
        parent_or_carer=parent,
        caseworker=coordinator,
    )
    follow(child, coordinator, "failed_to_comply", stage="placement")
    letter = Message.objects.get()
    assert letter.person == parent
    assert "Dear Dana Stone" in letter.text
    assert "On Tuesday 9 June 2026 Riley came to community work, but did not do what was asked." in letter.text


def test_a_letter_for_a_parent_who_is_not_on_record_speaks_to_them(officer, provider, coordinator, triager, force):
    child = make_active_case(officer, provider, triager=triager, participant=make_child(force))
    follow(child, coordinator)
    letter = Message.objects.get()
    assert letter.channel == "letter"
    assert "Dear parent or carer" in letter.text
    assert "Speak or write to Remedi." in letter.text


def test_a_text_message_says_nothing_about_anybody(case, coordinator, monkeypatch):
    monkeypatch.setattr("referrals.operations.messages.may_text", lambda: True)
    person = case.participant
    person.phone, person.phone_is_safe = "07700 900123", True
    person.save()
    follow(case, coordinator)
    message = Message.objects.get()
    assert message.channel == "sms"
    assert message.text.startswith("Immediate Justice: an appointment was missed. Please tell us why by the end of Wed")
    assert "Jordan" not in message.text


def test_an_email_that_waits_is_not_sent_once_it_is_decided(case, coordinator):
    person = case.participant
    person.email, person.email_is_safe = "jordan@example.org", True
    person.save()
    uphold(case, coordinator)
    message = Message.objects.get()
    assert message.channel == "email"
    assert truth.no_longer_true(message, NOW) == "It was decided, so there is nothing to answer any more."


def test_the_letter_of_a_conditional_caution_speaks_of_prosecution(officer, provider, coordinator, triager):
    case = make_active_case(officer, provider, triager=triager, disposal_id="conditional_caution")
    follow(case, coordinator)
    assert "who decides on prosecution for the original offence" in Message.objects.get().text


# --- evidence and the decision --------------------------------------------------------------------------------------


def test_what_comes_later_is_added_to_what_was_said(case, coordinator, triager, clock):
    event = follow(case, coordinator)
    operations.record_evidence(event, by=coordinator, text=" The bus did not come. ")
    clock.shift(timedelta(days=1))
    operations.record_evidence(event, by=triager, text="Showed a screenshot.")
    event.refresh_from_db()
    assert event.evidence == "The bus did not come.\n\nShowed a screenshot."
    assert event.evidence_at == NOW


def test_evidence_without_words_or_too_long_is_refused(case, coordinator):
    event = follow(case, coordinator)
    for text in ("  ", "x" * 2001):
        with pytest.raises(Refusal):
            operations.record_evidence(event, by=coordinator, text=text)
    event.refresh_from_db()
    assert (event.evidence, event.evidence_at) == ("", None)


def test_a_decision_before_evidence_and_before_the_time_is_up_needs_a_reason(case, coordinator, clock):
    event = follow(case, coordinator)
    clock.move_to(NOW + timedelta(days=7))  # the last day for evidence
    with pytest.raises(Refusal, match="until the end of Wednesday 17 June 2026") as refused:
        operations.decide_compliance(event, by=coordinator, decision="upheld")
    assert refused.value.field == "reason"
    clock.move_to(NOW + timedelta(days=8))
    operations.decide_compliance(event, by=coordinator, decision="upheld")
    event.refresh_from_db()
    assert (event.decision, event.decided_by) == ("upheld", coordinator)


def test_once_evidence_came_it_may_be_decided_at_once(case, coordinator):
    event = follow(case, coordinator)
    operations.record_evidence(event, by=coordinator, text="Was in hospital.")
    operations.decide_compliance(event, by=coordinator, decision="excused")
    event.refresh_from_db()
    assert (event.decision, event.decided_at) == ("excused", NOW)
    assert not Notice.objects.exists()


def test_it_refuses_a_second_decision_and_names_the_first(case, coordinator, triager):
    event = uphold(case, triager)
    with pytest.raises(IllegalMove, match=f"{triager} already decided this on 10 June 2026 at 10:00: not acceptable"):
        operations.decide_compliance(event, by=coordinator, decision="excused", reason="x")
    with pytest.raises(IllegalMove):
        operations.record_evidence(event, by=coordinator, text="Too late.")


def test_nothing_is_decided_on_what_lapsed_or_in_a_closed_case(case, coordinator, triager, officer, provider):
    about = uuid.uuid4()
    event = follow(case, coordinator, about=about)
    follow(case, coordinator, "absent_medical", about=about)
    with pytest.raises(IllegalMove, match="corrected in the meantime"):
        operations.decide_compliance(event, by=triager, decision="upheld", reason="x")
    other = follow(case, coordinator)
    case.status, case.closed_at, case.return_reason_id = "returned", NOW, "moved_away"
    case.save()
    with pytest.raises(IllegalMove, match="returned to the officer"):
        operations.decide_compliance(other, by=triager, decision="upheld", reason="x")
    with pytest.raises(IllegalMove):
        operations.record_evidence(other, by=triager, text="x")


def test_the_officer_is_told_of_what_is_not_acceptable_without_a_word_of_what_it_was(case, officer, coordinator):
    uphold(case, coordinator)
    notice = Notice.objects.get(user=officer)
    assert notice.sentence == f"{case.reference} has something missed without a good reason."


# --- the second within twelve months --------------------------------------------------------------------------------


def test_the_second_proposes_the_return_and_tells_the_triager(case, coordinator, triager):
    uphold(case, coordinator)
    assert "compliance.return_proposed" not in kinds(case)
    uphold(case, coordinator, on=YESTERDAY - timedelta(days=200))
    assert kinds(case)[-1] == "compliance.return_proposed"
    assert (
        Notice.objects.get(user=triager).sentence == f"{case.reference} may go back to the officer: a triager decides."
    )


def test_what_is_excused_or_lapsed_or_a_year_older_does_not_count(case, coordinator):
    uphold(case, coordinator)
    uphold(case, coordinator, on=date(2025, 6, 9))
    event = follow(case, coordinator)
    operations.decide_compliance(event, by=coordinator, decision="excused", reason="x")
    assert "compliance.return_proposed" not in kinds(case)


def test_keeping_the_case_open_settles_it_until_something_more_is_upheld(case, coordinator, triager, clock):
    uphold(case, coordinator)
    uphold(case, coordinator)
    operations.keep_open(case, by=triager, reason="Started treatment.")
    kept = KeptOpen.objects.get()
    assert (kept.by, kept.reason, kept.at) == (triager, "Started treatment.", NOW)
    with pytest.raises(IllegalMove, match=f"{triager} already kept {case.reference} open on 10 June 2026 at 10:00"):
        operations.keep_open(case, by=triager, reason="Again.")
    clock.shift(timedelta(days=3))
    uphold(case, coordinator)
    operations.keep_open(case, by=triager, reason="One last time.")
    assert KeptOpen.objects.count() == 2


def test_nothing_is_kept_open_without_a_reason_or_a_proposal(case, coordinator, triager):
    with pytest.raises(IllegalMove, match="Nothing proposes"):
        operations.keep_open(case, by=triager, reason="x")
    uphold(case, coordinator)
    uphold(case, coordinator)
    with pytest.raises(Refusal, match="Enter why"):
        operations.keep_open(case, by=triager, reason=" ")


def test_a_letter_is_not_printed_once_the_case_is_closed(case, coordinator, triager):
    follow(case, coordinator)
    letter = Message.objects.get(purpose="non_compliance")
    assert truth.no_longer_true(letter, NOW) == ""
    operations.withdraw(case, by=triager, reason=WithdrawReason.objects.first())
    assert truth.no_longer_true(letter, NOW) == "The case is withdrawn, so there is nothing to answer any more."


def test_a_letter_that_nobody_printed_in_time_asks_for_nothing_any_more(case, coordinator, clock):
    event = follow(case, coordinator)
    letter = Message.objects.get(purpose="non_compliance")
    clock.move_to(NOW + timedelta(days=7))
    assert event.evidence_by == date(2026, 6, 17)
    assert truth.no_longer_true(letter, NOW + timedelta(days=7)) == ""
    late = NOW + timedelta(days=8)
    assert truth.no_longer_true(letter, late) == "The time to say why was over before this was sent."
