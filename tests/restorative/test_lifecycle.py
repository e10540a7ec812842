"""Every stage against every step, below the doors."""

from datetime import date

import pytest

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from referrals.models import Milestone
from restorative import lifecycle, operations
from restorative.lifecycle import Stage
from restorative.models import NotProceededReason, Process, ProcessKind
from tests.factories import make_user
from tests.restorative.factories import DUE, MET, make_item

TODAY = date(2026, 6, 10)
ITEM = {"kind": "apology", "description": "Says sorry", "responsible": "Jordan Ashe", "due_on": DUE}


def take(process, transition, by):
    """Takes the step with answers that are good enough."""
    given = {
        "offer": {"on": TODAY},
        "accept": {"on": TODAY},
        "decline": {"on": TODAY},
        "no_response": {"on": TODAY},
        "willing": {"harm_acknowledged": True},
        "not_willing": {},
        "assess_risk": {"risk_assessment": "Meet at the library."},
        "prepare": {"preparation": "Both know what to expect."},
        "facilitate": {"kind": ProcessKind.objects.get(code="shuttle"), "on": TODAY},
        "agree": {"items": [ITEM]},
        "follow_up": {},
        "finish": {"victim_satisfied": True, "participant_satisfied": None},
        "stop": {"reason": NotProceededReason.objects.get(code="unsafe")},
    }[transition.verb]
    getattr(operations, transition.verb)(process, by=by, **given)


@pytest.mark.parametrize("transition", lifecycle.TRANSITIONS, ids=lambda transition: transition.verb)
@pytest.mark.parametrize("status", Stage.values)
def test_a_step_is_taken_from_its_stages_and_refused_from_all_others(status, transition, process_at, practitioner):
    process = process_at(status)
    if status in transition.sources:
        take(process, transition, practitioner)
        process.refresh_from_db()
        assert process.status == transition.target
        assert Event.objects.filter(kind=transition.kind.name, case=process.case_id, actor=practitioner.pk).count() == 1
    else:
        before = Process.objects.values().get(pk=process.pk)
        with pytest.raises(IllegalMove, match="This step cannot be taken now"):
            take(process, transition, practitioner)
        assert Process.objects.values().get(pk=process.pk) == before
        assert not Event.objects.filter(kind=transition.kind.name).exists()


@pytest.mark.parametrize("transition", lifecycle.TRANSITIONS, ids=lambda transition: transition.verb)
def test_a_step_is_refused_to_a_practitioner_who_does_not_have_the_process(transition, process_at, provider):
    process = process_at(transition.sources[0])
    other = make_user("Gil Rao", provider, "practitioner")
    with pytest.raises(Refusal, match="This process is with Femi Ade"):
        take(process, transition, other)
    process.refresh_from_db()
    assert process.status == transition.sources[0]


def test_every_step_names_a_permission_of_the_practitioner():
    assert {transition.permission for transition in lifecycle.TRANSITIONS} == {"restorative.record"}


def test_it_does_not_proceed_without_acknowledgement_of_harm(process_at, practitioner):
    process = process_at("accepted")
    with pytest.raises(Refusal, match="must not proceed without acknowledgement of harm") as refused:
        operations.willing(process, by=practitioner, harm_acknowledged=False)
    assert refused.value.field == "harm_acknowledged"
    process.refresh_from_db()
    assert (process.status, process.harm_acknowledged) == ("accepted", False)


def test_facilitating_tells_the_case_its_milestone(process_at, practitioner):
    process = process_at("preparing")
    operations.facilitate(process, by=practitioner, kind=ProcessKind.objects.get(code="letter"), on=MET)
    milestone = Milestone.objects.get(case=process.case)
    assert (milestone.kind, milestone.at.isoformat()) == ("rj_facilitated", "2026-06-07T23:00:00+00:00")


@pytest.mark.parametrize(
    ("status", "verb", "given"),
    [
        ("identified", "offer", {}),
        ("offered", "accept", {}),
        ("offered", "decline", {}),
        ("offered", "no_response", {}),
        ("preparing", "facilitate", {"kind": True}),
    ],
)
def test_it_refuses_a_day_in_the_future(status, verb, given, process_at, practitioner):
    process = process_at(status)
    if given:
        given = {"kind": ProcessKind.objects.get(code="letter")}
    with pytest.raises(Refusal, match="not in the future"):
        getattr(operations, verb)(process, by=practitioner, on=date(2026, 6, 11), **given)


def test_it_refuses_an_answer_before_the_offer(process_at, practitioner):
    with pytest.raises(Refusal, match="on or after the offer of 1 June 2026"):
        operations.accept(process_at("offered"), by=practitioner, on=date(2026, 5, 31))


def test_it_refuses_a_meeting_before_the_answer(process_at, practitioner):
    with pytest.raises(Refusal, match="on or after the victim’s answer of 3 June 2026"):
        operations.facilitate(
            process_at("preparing"),
            by=practitioner,
            kind=ProcessKind.objects.get(code="letter"),
            on=date(2026, 6, 2),
        )


@pytest.mark.parametrize(("status", "verb", "field"), [
    ("participant_willing", "assess_risk", "risk_assessment"), ("risk_assessed", "prepare", "preparation"),
])  # fmt: skip
def test_it_refuses_blank_text(status, verb, field, process_at, practitioner):
    with pytest.raises(Refusal) as refused:
        getattr(operations, verb)(process_at(status), by=practitioner, **{field: "  \n"})
    assert refused.value.field == field


def test_it_refuses_an_agreement_without_an_item(process_at, practitioner):
    with pytest.raises(Refusal, match="at least one thing"):
        operations.agree(process_at("facilitated"), by=practitioner, items=[])


def test_it_refuses_an_agreement_due_before_the_meeting(process_at, practitioner):
    process = process_at("facilitated")
    with pytest.raises(Refusal, match="due before the meeting of 8 June 2026"):
        operations.agree(process, by=practitioner, items=[ITEM, {**ITEM, "due_on": date(2026, 6, 7)}])
    assert not process.agreement_items.exists()


def test_what_was_agreed_is_marked_as_done_once(process_at, practitioner):
    item = make_item(process_at("agreed"))
    operations.mark_done(item, by=practitioner, on=TODAY)
    item.refresh_from_db()
    assert item.done_on == TODAY
    assert Event.objects.get(kind="rj.item_done").data["what"] == "apology"
    with pytest.raises(IllegalMove, match="already marked"):
        operations.mark_done(item, by=practitioner, on=TODAY)
    with pytest.raises(Refusal, match="not in the future"):
        operations.mark_done(make_item(item.process), by=practitioner, on=date(2026, 6, 11))
    with pytest.raises(Refusal, match="on or after the meeting"):
        operations.mark_done(make_item(item.process), by=practitioner, on=date(2026, 6, 7))


def test_nothing_is_marked_as_done_once_the_process_is_closed(process_at, practitioner):
    process = process_at("follow_up")
    item = make_item(process)
    operations.finish(process, by=practitioner, victim_satisfied=True, participant_satisfied=True)
    with pytest.raises(IllegalMove, match="closed"):
        operations.mark_done(item, by=practitioner, on=TODAY)
    assert Event.objects.get(kind="rj.finish").data["undone"] == 1


@pytest.mark.parametrize("status", Stage.values)
def test_a_contact_is_recorded_at_every_stage(status, process_at, practitioner):
    from tests.factories import NOW

    process = process_at(status)
    operations.record_contact(process, by=practitioner, party="victim", how="phone", at=NOW, notes="Rang.")
    assert process.contacts.get().notes == "Rang."
    assert "Rang" not in str(Event.objects.get(kind="rj.contacted").data)


def test_a_process_goes_on_when_its_case_is_closed(process_at, practitioner, case):
    process = process_at("accepted")
    type(case).objects.filter(pk=case.pk).update(status="completed", closed_at="2026-06-09 09:00Z")
    operations.willing(process, by=practitioner, harm_acknowledged=True)
    process.refresh_from_db()
    assert process.status == "participant_willing"
