"""The check before a referral: which rules it decides, what it says, and how its answers get into a referral."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine

from audit.models import Change, Event
from referrals.models import Disposal, Person, Referral
from referrals.rules import DECIDED_FIRST, Facts, Outcome, Verdict, check_first, eligibility, verdict
from tests.factories import NOW, make_person, make_referral
from tests.referrals.pages import shown, url

# --- the rules ------------------------------------------------------------------------------------------------------

ANSWERS = Facts(
    age=28, disposal="community_resolution", disposal_label="CR", needs_admission=True, responsibility="accepted"
)
CHILD = replace(ANSWERS, age=15)
FLAGS = ("hate", "sexual", "weapon", "serious_violence")


def judged(facts):
    return verdict(check_first(facts)[0])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (ANSWERS, Verdict.CAN),
        (CHILD, Verdict.CAN),
        (replace(ANSWERS, age=9), Verdict.CANNOT),
        (replace(ANSWERS, age=10), Verdict.WITH_AUTHORITY),
        (replace(ANSWERS, age=11), Verdict.WITH_AUTHORITY),
        (replace(ANSWERS, age=12), Verdict.CAN),
        (replace(ANSWERS, age=18, children_only=True), Verdict.CANNOT),
        (replace(ANSWERS, age=17, children_only=True), Verdict.CAN),
        (replace(ANSWERS, age=17, adults_only=True), Verdict.CANNOT),
        (replace(ANSWERS, age=18, adults_only=True), Verdict.CAN),
        (replace(ANSWERS, responsibility="not_accepted"), Verdict.CANNOT),
        (replace(ANSWERS, responsibility="not_required"), Verdict.CANNOT),
        (replace(ANSWERS, responsibility="not_accepted", needs_admission=False), Verdict.CAN),
        (replace(ANSWERS, domestic_abuse=True), Verdict.CANNOT),
        *[(replace(ANSWERS, **{flag: True}), Verdict.WITH_AUTHORITY) for flag in FLAGS],
        (replace(ANSWERS, age=11, **dict.fromkeys(FLAGS, True)), Verdict.WITH_AUTHORITY),
        (replace(ANSWERS, domestic_abuse=True, weapon=True), Verdict.CANNOT),
        (replace(ANSWERS, hours=12), Verdict.CAN),
        (replace(ANSWERS, hours=4), Verdict.CAN),
        (replace(ANSWERS, hours=40, weapon=True), Verdict.WITH_AUTHORITY),
    ],
)
def test_the_answers_decide_whether_somebody_can_be_referred(facts, expected):
    assert judged(facts) == expected


@pytest.mark.parametrize("facts", [ANSWERS, CHILD, replace(CHILD, hours=10, weapon=True, adults_only=True)])
def test_each_rule_that_applies_is_decided_now_or_waits_for_the_referral(facts):
    decided, later = check_first(facts)
    assert sorted(f.rule for f in decided + later) == sorted(f.rule for f in eligibility(facts))
    assert {f.rule for f in decided} <= DECIDED_FIRST


def test_nothing_is_held_against_somebody_that_was_not_asked():
    """No consent, no evidence, no rationale, no appropriate adult are known yet: they wait."""
    decided, later = check_first(CHILD)
    assert not [f for f in decided if f.blocks]
    assert {"agrees", "evidence", "rationale", "appropriate_adult", "parent_or_carer", "gravity", "open_case"} <= {
        f.rule for f in later
    }


def test_hours_are_judged_only_where_they_are_given():
    assert "hours" in {f.rule for f in check_first(ANSWERS)[1]}
    (hours,) = [f for f in check_first(replace(ANSWERS, hours=40))[0] if f.rule == "hours"]
    assert hours.outcome == Outcome.NOT_MET


# --- the page -------------------------------------------------------------------------------------------------------

SENT = {
    "age": "28", "date_of_birth_day": "", "date_of_birth_month": "", "date_of_birth_year": "", "offence": "shop_theft",
    "disposal": "community_resolution", "responsibility": "accepted", "flags": ["none"], "hours": "",
}  # fmt: skip
BORN = {"age": "", "date_of_birth_day": "6", "date_of_birth_month": "5", "date_of_birth_year": "2011"}


@pytest.fixture
def asked(officer, sign_in):
    """asked(**changes) → the page that answers the check."""
    with time_machine.travel(NOW, tick=False):
        client = sign_in(officer)
        yield lambda **changes: client.post(url("check_eligibility"), {**SENT, **changes})


def said(page):
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, ["This person can be referred</h1>", "Start the referral with these answers"]),
        ({"age": "9"}, ["cannot be referred</h1>", "Speak to the Youth Justice Service"]),
        ({"age": "11"}, ["with an inspector’s authority</h1>", "ask an inspector", "Start the referral"]),
        ({"flags": ["weapon", "hate"]}, ["with an inspector’s authority</h1>", "No weapon", "No hate crime"]),
        ({"flags": ["domestic_abuse"]}, ["cannot be referred</h1>", "domestic abuse procedure"]),
        ({"responsibility": "not_accepted"}, ["cannot be referred</h1>", "outcome 22"]),
        ({"responsibility": "not_accepted", "disposal": "outcome_22"}, ["can be referred</h1>"]),
        ({"disposal": "youth_caution"}, ["cannot be referred</h1>", "Choose a disposal for an adult"]),
        ({"disposal": "conditional_caution", **BORN}, ["cannot be referred</h1>", "Aged 15"]),
        ({"hours": "40"}, ["can be referred</h1>", "Reason needed", "usual range is 5 to 20"]),
        ({"age": "15"}, ["can be referred</h1>", "an appropriate adult was present"]),
        ({**BORN, "age": "15"}, ["can be referred</h1>"]),
    ],
)
def test_the_page_says_the_verdict_and_what_to_do_instead(asked, changes, sentences):
    page = said(asked(**changes))
    assert [sentence for sentence in sentences if sentence not in page] == []
    assert ("Start the referral" in page) == ("cannot be referred</h1>" not in page)


def test_where_somebody_cannot_be_referred_only_what_rules_them_out_is_to_do(asked):
    page = asked(age="9", flags=["weapon"], hours="40")
    (only,) = page.context["to_do"]
    assert "A child under 10 cannot be referred" in only


@pytest.mark.parametrize("code", ["community_resolution", "outcome_22", "conditional_caution", "youth_caution"])
@pytest.mark.parametrize("age", [9, 11, 17, 18])
def test_a_draft_of_the_same_answers_breaks_the_same_rules(officer, asked, code, age):
    """What the check decides is what the submission decides."""
    from referrals.facts import facts_of

    born = date(2026 - age, 6, 10)
    case = make_referral(
        officer, participant=make_person(officer.organisation, date_of_birth=born), disposal_id=code, weapon=True
    )
    page = asked(age=str(age), disposal=code, flags=["weapon"], hours="10")
    of_draft = {f.rule: f.outcome for f in eligibility(facts_of(case, NOW)) if f.rule in DECIDED_FIRST}
    assert {f.rule: f.outcome for f in page.context["decided"]} == of_draft


def test_nothing_is_stored_by_a_check(asked, client):
    before = Event.objects.count(), Change.objects.count(), dict(client.session)
    said(asked(**BORN))
    assert (Event.objects.count(), Change.objects.count(), dict(client.session)) == before
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"age": ""}, "Enter their age or their date of birth"),
        ({"age": "old"}, "Enter the age in whole years, like 15"),
        ({"age": "-1"}, "must be 0 or more"),
        ({"age": "1e3"}, "Enter the age in whole years, like 15"),
        ({**BORN, "age": "16"}, "Somebody born on that day is 15"),
        ({**BORN, "date_of_birth_year": "2027"}, "Enter a date that is not in the future."),
        ({**BORN, "date_of_birth_month": "13"}, "must be a real date"),
        ({"offence": ""}, "Select the offence or type of ASB"),
        ({"offence": "murder"}, "Select one of the choices"),
        ({"disposal": ""}, "Select how it is being dealt with"),
        ({"responsibility": ""}, "Select whether they accept responsibility"),
        ({"flags": []}, "Select what it involved"),
        ({"flags": ["none", "weapon"]}, "not both"),
        ({"flags": ["inspector"]}, "Select one of the choices"),
        ({"hours": "0"}, "must be 1 or more"),
        ({"hours": "301"}, "must be 300 or less"),
    ],
)
def test_a_wrong_answer_is_explained_and_nothing_typed_is_lost(asked, changes, message):
    page = said(asked(**{"hours": "17", **changes}))
    assert message in page
    assert "<title>Error: " in page
    assert "can be referred</h1>" not in page
    for name, value in ({"age": "28", "hours": "17"} | changes).items():
        if isinstance(value, str) and value and name not in ("offence", "flags"):
            assert f'value="{value}"' in page


def test_a_disposal_that_is_no_longer_used_is_not_offered(asked):
    Disposal.objects.filter(pk="outcome_22").update(valid_to=date(2026, 1, 1))
    assert "Select one of the choices" in said(asked(disposal="outcome_22"))


# --- into a referral ------------------------------------------------------------------------------------------------

WHO = {"given_names": "Sam", "family_name": "Lowe"}


def test_the_answers_stand_in_the_new_draft_and_need_not_be_typed_again(asked, client):
    page = asked(flags=["weapon"], hours="12", start="1", **BORN)
    start = page["Location"]
    assert start.startswith(url("start"))
    assert not any(word in start for word in ("2011", "weapon", "shop", "12"))
    page = shown(client, start)
    assert "Theft from a shop; Community resolution (outcome 8); responsibility accepted; a weapon; 12 hours" in page
    assert 'value="2011"' in page
    born = {name: value for name, value in BORN.items() if name != "age"}
    client.post(start, {**WHO, **born})
    case = Referral.objects.get()
    assert (case.offence_id, case.disposal_id, case.responsibility) == (
        "shop_theft",
        "community_resolution",
        "accepted",
    )
    assert (case.weapon, case.hate, case.hours_set) == (True, False, 12)
    assert case.participant.date_of_birth == date(2011, 5, 6)
    assert 'value="weapon" checked' in shown(client, url("edit_incident", case))
    assert 'value="12"' in shown(client, url("edit_disposal", case))


def test_the_answers_survive_the_choice_among_records_alike(asked, client, officer):
    known = make_person(officer.organisation, "Samuel", "Lowe")
    make_referral(officer, participant=known)
    start = asked(start="1")["Location"]
    assert "We found records like" in client.post(start, WHO).content.decode()
    client.post(start, {**WHO, "looked": "1", "participant": str(known.pk)})
    assert Referral.objects.get(offence_id="shop_theft").participant == known


def test_a_referral_started_without_a_check_takes_no_answers_of_another(asked, client):
    asked(start="1")
    assert "From your check" not in shown(client, url("start"))
    client.post(url("start"), WHO)
    assert Referral.objects.get().offence is None


def test_two_checks_side_by_side_keep_their_own_answers(asked, client):
    first = asked(start="1")["Location"]
    second = asked(start="1", offence="cannabis", hours="6")["Location"]
    client.post(first, WHO)
    client.post(second, {"given_names": "Kim", "family_name": "Ngata"})
    by_name = {case.participant.family_name: case for case in Referral.objects.all()}
    assert (by_name["Lowe"].offence_id, by_name["Lowe"].hours_set) == ("shop_theft", None)
    assert (by_name["Ngata"].offence_id, by_name["Ngata"].hours_set) == ("cannabis", 6)


def test_pressing_start_twice_loses_nothing(asked, client):
    asked(start="1")
    assert "Theft from a shop" in shown(client, asked(start="1")["Location"])


def test_answers_kept_no_longer_are_said_to_be_gone(asked, client):
    start = asked(start="1")["Location"]
    for _ in range(5):
        asked(start="1")
    assert "no longer kept" in shown(client, start)
    client.post(start, WHO)
    assert Referral.objects.get().offence is None


@pytest.mark.parametrize("changes", [{"flags": ["domestic_abuse"]}, {"age": "9"}, {"age": ""}])
def test_no_referral_is_started_with_answers_that_rule_it_out(asked, client, changes):
    page = said(asked(start="1", **changes))
    assert "Start the referral" not in page
    assert "eligibility_checked" not in client.session
    assert not Person.objects.exists()


def test_another_officer_does_not_get_the_answers(asked, other_officer):
    from django.test import Client

    start = asked(start="1")["Location"]
    client = Client()
    client.force_login(other_officer)
    assert "Theft from a shop" not in shown(client, start)


def test_the_check_is_one_step_from_the_home_page_and_from_the_start(officer, sign_in):
    client = sign_in(officer)
    for page in ("/", url("start")):
        assert f'href="{url("check_eligibility")}"' in shown(client, page)
