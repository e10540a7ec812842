"""The pages of what was missed: what they say, who may do what, and how a case goes back to the officer."""

import io
import uuid
from datetime import timedelta

import pypdf
import pytest
import time_machine
from django.urls import reverse

from audit.models import Event
from referrals import operations
from referrals.models import AttendanceOutcome, ComplianceEvent, KeptOpen, Message, Referral
from tests.factories import NOW, make_active_case, make_user
from tests.placements.factories import make_credit, make_placement, make_site
from tests.referrals.factories import make_case, make_missed
from tests.referrals.pages import shown, url
from tests.referrals.test_lifecycle import at_once, refused

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def case(officer, provider, coordinator, triager):
    return make_active_case(officer, provider, triager=triager, caseworker=coordinator)


@pytest.fixture
def twice(case, coordinator):
    """The case, proposed to go back to the officer."""
    make_missed(case, coordinator, on=TODAY - timedelta(days=30), decision="upheld", evidence="The bus did not come.")
    make_missed(case, coordinator, decision="upheld", decision_reason="Said nothing.")
    return case


def lists(client):
    return {worklist.title: worklist for worklist in client.get("/").context["worklists"]}


# --- the page of a case ---------------------------------------------------------------------------------------------


def test_nothing_missed_is_said_in_so_many_words(case, officer, sign_in):
    assert "Nothing was missed" in shown(sign_in(officer), url("compliance", case))


def test_each_thing_missed_shows_its_clock_what_was_said_and_the_decision(case, coordinator, officer, sign_in, clock):
    make_missed(case, coordinator, decision="excused", decision_reason="Showed the letter.", evidence="Was at court.")
    make_missed(case, coordinator)
    page = shown(sign_in(officer), url("compliance", case))
    for said in ("Evidence by the end of Wednesday 17 June", "Waiting for evidence", "Acceptable", "Was at court."):
        assert said in page
    assert "Record what they said" not in page  # an officer reads it
    clock.move_to(NOW + timedelta(days=8))
    page = shown(sign_in(coordinator), url("compliance", case))
    assert "The time for evidence was up at the end of Wednesday 17 June" in page
    assert "To decide" in page
    assert "Record what they said" in page


def test_the_tab_counts_what_is_not_decided(twice, coordinator, sign_in):
    make_missed(twice, coordinator)
    tabs = {tab["text"]: tab.get("count") for tab in sign_in(coordinator).get(url("notes", twice)).context["tabs"]}
    assert tabs["Compliance"] == 1


@pytest.mark.parametrize("who", ["coordinator", "triager"])
def test_whoever_works_on_the_case_records_evidence_and_decides(who, case, coordinator, request, sign_in):
    event, client = make_missed(case, coordinator), sign_in(user := request.getfixturevalue(who))
    sent = {"text": "The bus did not come.", "once": "a" * 32}
    for _ in range(2):  # a form sent twice is one thing said
        assert client.post(url("record_evidence", case, event), sent)["Location"] == url("compliance", case)
    event.refresh_from_db()
    assert event.evidence == "The bus did not come."
    client.post(url("decide_compliance", case, event), {"decision": "excused", "reason": ""})
    event.refresh_from_db()
    assert (event.decision, event.decided_by) == ("excused", user)


def test_a_decision_that_cannot_be_taken_yet_keeps_what_was_chosen(case, coordinator, sign_in):
    event = make_missed(case, coordinator)
    answer = sign_in(coordinator).post(url("decide_compliance", case, event), {"decision": "upheld", "reason": ""})
    assert answer.status_code == 422
    assert "Evidence may still come until the end of Wednesday 17 June 2026. To decide before, enter why." in (
        answer.content.decode()
    )
    assert answer.context["form"]["decision"].value() == "upheld"


def test_the_second_decision_is_refused_and_names_the_first(case, coordinator, triager, sign_in):
    event = make_missed(case, triager, decision="upheld")
    sent = {"decision": "excused", "reason": "x"}
    answer = sign_in(coordinator).post(url("decide_compliance", case, event), sent)
    assert answer.status_code == 409
    assert f"{triager} already decided this" in answer.content.decode()


def test_an_event_of_another_case_is_not_found(case, officer, provider, coordinator, triager, sign_in):
    other = make_missed(make_active_case(officer, provider, triager=triager), coordinator)
    for name in ("record_evidence", "decide_compliance"):
        assert sign_in(coordinator).get(url(name, case, other)).status_code == 404


def test_a_restricted_case_opens_to_those_named_on_it_only(case, coordinator, triager, sign_in):
    event = make_missed(case, coordinator, evidence_at=NOW)
    Referral.objects.update(restricted=True)
    for name in ("record_evidence", "decide_compliance"):
        assert sign_in(triager).get(url(name, case, event)).status_code == 404
    titles = [row.text for row in lists(sign_in(triager))["Evidence in or time up: to decide"].rows]
    assert titles == [f"Restricted, {case.reference}"]


# --- the home page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "triager"])
def test_home_asks_for_a_decision_once_evidence_is_in_or_the_time_is_up(
    who, case, coordinator, request, sign_in, clock
):
    event, client = make_missed(case, coordinator), sign_in(request.getfixturevalue(who))
    title = "Evidence in or time up: to decide"
    assert lists(client)[title].rows == []
    clock.move_to(NOW + timedelta(days=7))
    assert lists(sign_in(request.getfixturevalue(who)))[title].count == 0
    clock.move_to(NOW + timedelta(days=8))
    client = sign_in(request.getfixturevalue(who))
    (row,) = lists(client)[title].rows
    assert row.href == url("compliance", case)
    type(event).objects.update(evidence_at=NOW, evidence_by=TODAY + timedelta(days=30))
    assert lists(client)[title].count == 1


def test_a_colleagues_case_is_not_in_a_coordinators_list(case, coordinator, provider, sign_in):
    make_missed(case, coordinator, evidence_at=NOW)
    colleague = make_user("Gita Rao", provider, "coordinator")
    assert lists(sign_in(colleague))["Evidence in or time up: to decide"].count == 0


def test_home_proposes_the_return_to_triagers(twice, triager, sign_in):
    (row,) = lists(sign_in(triager))["Proposed to return to the officer"].rows
    assert row.detail == f"{twice.reference}: 2 missed without a good reason"
    assert row.href == url("compliance", twice)


# --- back to the officer, or kept open ------------------------------------------------------------------------------


def test_a_triager_sees_the_proposal_on_the_case_and_nobody_else_decides(twice, officer, coordinator, triager, sign_in):
    assert "Keep the case open" in shown(sign_in(triager), url("detail", twice))
    for reader in (officer, coordinator):
        assert "Keep the case open" not in shown(sign_in(reader), url("detail", twice))
        page = shown(sign_in(reader), url("compliance", twice))
        assert "Proposed to go back to the officer." in page
        assert "A triager decides." in page
        for name in ("keep_open", "return"):
            assert sign_in(reader).get(url(name, twice)).status_code == 403


def test_the_statement_is_made_from_what_is_on_record(twice, coordinator, triager, sign_in):
    make_credit(make_placement(twice, make_site(coordinator.organisation), coordinator), 270)
    page = sign_in(triager).get(url("return", twice))
    form = page.context["form"]
    assert form["reason"].value() == "non_compliance"
    assert form["statement"].value() == (
        f"{twice.reference} goes back to the officer because the participant did not do what they agreed to.\n\n"
        "Monday 11 May 2026: Absent, no acceptable reason.\nThey said: The bus did not come.\n"
        "Decision: not acceptable.\n\n"
        "Wednesday 10 June 2026: Absent, no acceptable reason.\nThey gave no reason.\n"
        "Decision: not acceptable. Said nothing.\n\n"
        "4 hours 30 minutes of 10 hours of community work were done."
    )


def test_a_conditional_caution_speaks_of_prosecution(officer, provider, coordinator, triager, sign_in):
    case = make_active_case(officer, provider, triager=triager, disposal_id="conditional_caution")
    for _ in range(2):
        make_missed(case, coordinator, decision="upheld")
    client = sign_in(triager)
    said = "This is a conditional caution: when its conditions are not complied with, it goes back to the officer"
    for name in ("detail", "compliance", "return"):
        assert said in shown(client, url(name, case))
    assert said in client.get(url("return", case)).context["form"]["statement"].value()


def test_a_case_that_nothing_proposes_to_return_has_an_empty_statement(case, triager, sign_in):
    assert not sign_in(triager).get(url("return", case)).context["form"]["statement"].value()


def test_the_officer_reads_the_statement_on_the_case_the_summary_and_as_a_pdf(twice, officer, triager, sign_in):
    sent = {"reason": "non_compliance", "statement": "Missed twice.\r\n\r\nHe was told each time."}
    assert sign_in(triager).post(url("return", twice), sent)["Location"] == url("detail", twice)
    twice.refresh_from_db()
    assert (twice.status, twice.return_reason_id) == ("returned", "non_compliance")
    client = sign_in(officer)
    for name in ("detail", "summary"):
        assert "He was told each time." in shown(client, url(name, twice))
    pdf = client.get(url("return_statement", twice))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"].startswith("attachment;")
    assert "no-store" in pdf["Cache-Control"]
    said = " ".join(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(pdf.content)).pages).split())
    for part in ("Missed twice.", "He was told each time.", twice.reference, "Jordan Ashe", officer.full_name):
        assert part in said
    assert Event.objects.filter(kind="statement.disclosed", actor=officer.pk, case=twice.pk).count() == 1


def test_without_a_statement_there_is_no_pdf(officer, triager, provider, sign_in):
    assert (
        sign_in(officer).get(url("return_statement", make_case("returned", officer, triager, provider))).status_code
        == 404
    )


def test_keeping_it_open_takes_a_reason_and_ends_the_proposal(twice, triager, sign_in):
    client = sign_in(triager)
    assert client.post(url("keep_open", twice), {"reason": ""}).context["form"].errors == {
        "reason": ["Enter why the case goes on"]
    }
    assert client.post(url("keep_open", twice), {"reason": "Started treatment."})["Location"] == url(
        "compliance", twice
    )
    page = shown(client, url("compliance", twice))
    assert "Started treatment." in page
    assert "Proposed to go back" not in page
    assert lists(client)["Proposed to return to the officer"].count == 0


def test_a_manager_who_reopens_the_case_settles_what_proposed_its_return(twice, triager, manager, sign_in):
    sign_in(triager).post(url("return", twice), {"reason": "non_compliance", "statement": "x"})
    asked = twice.override_requests.create(kind="reopen", reason="Found a job.", asked_by=triager, asked_at=NOW)
    sign_in(manager).post(url("decide_override", asked), {"agreed": "yes", "reason": "One more chance."})
    kept = KeptOpen.objects.get()
    assert (kept.by, kept.reason) == (manager, "One more chance.")
    client = sign_in(triager)
    assert lists(client)["Proposed to return to the officer"].count == 0
    assert "Statement for the officer" not in shown(client, url("detail", twice))


@pytest.mark.django_db(transaction=True)
def test_of_two_triagers_who_keep_it_open_at_once_one_is_heard(twice, triager, force):
    other = make_user("Dora Moss", force, "triager")
    outcomes = at_once(
        lambda: operations.keep_open(twice, by=triager, reason="Started treatment."),
        lambda: operations.keep_open(twice, by=other, reason="Other."),
    )
    assert len(refused(outcomes)) == KeptOpen.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_heard(case, coordinator, triager):
    event = make_missed(case, coordinator, evidence_at=NOW)
    outcomes = at_once(
        lambda: operations.decide_compliance(event, by=coordinator, decision="upheld"),
        lambda: operations.decide_compliance(event, by=triager, decision="excused"),
    )
    (loser,) = refused(outcomes)
    assert "already decided this" in str(loser)


@pytest.mark.django_db(transaction=True)
def test_one_outcome_recorded_twice_at_once_raises_one_event_and_one_letter(case, coordinator, triager):
    about, outcome = uuid.uuid4(), AttendanceOutcome.objects.get(code="unacceptable_absence")
    raised = at_once(
        *(
            lambda: operations.follow_outcome(
                case, stage="workshop", about=about, outcome=outcome, happened_on=TODAY, by=coordinator
            )
            for _ in range(2)
        )
    )
    assert raised[0] == raised[1]
    assert ComplianceEvent.objects.count() == Message.objects.count() == 1


def test_whoever_decides_sees_whether_the_participant_was_asked_at_all(case, coordinator, client):
    """A letter that nobody printed is no notice."""
    client.force_login(coordinator)
    outcome = AttendanceOutcome.objects.get(pk="unacceptable_absence")
    event = operations.follow_outcome(
        case, stage="workshop", about=uuid.uuid4(), outcome=outcome, happened_on=NOW.date(), by=coordinator
    )
    address = reverse("referrals:decide_compliance", args=[case.pk, event.pk])

    def said():
        return client.get(address).context["facts"]["They were asked why"]

    assert said() == "Letter: to print. Print it, and hand it over or post it."
    operations.mark_printed(Message.objects.get(), by=coordinator)
    assert said() == "Letter: printed."
    Message.objects.update(sent_at=None, printed_by=None, not_sent_because="Told by telephone.")
    assert said() == "Letter: not sent. Told by telephone."
    Message.objects.all().delete()
    assert said() == "Nobody wrote to them"
