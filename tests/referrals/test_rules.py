"""The rules of eligibility and of order: facts in, findings out; no database."""

from dataclasses import replace

import pytest

from referrals.rules import (
    NEEDED_TO_SUBMIT,
    Facts,
    Outcome,
    Override,
    eligibility,
    incomplete,
    missing_for,
    missing_to_complete,
)

ADULT = Facts(
    age=28,
    disposal="community_resolution",
    disposal_label="Community resolution",
    needs_admission=True,
    responsibility="accepted",
    sufficient_evidence=True,
    agrees=True,
    victims=1,
    victims_consulted=1,
    rationale="First time.",
    hours=10,
)
CHILD = replace(ADULT, age=15, appropriate_adult="Ann Stone, mother", parent_or_carer=True, gravity_score=2)
AUTHORISED = {"inspector": "Insp. Gray", "inspector_reason": "A single thrown stone; no injury."}


def blocking(facts):
    """Rule → its finding, for those that block."""
    return {finding.rule: finding for finding in eligibility(facts) if finding.blocks}


@pytest.mark.parametrize("facts", [ADULT, CHILD])
def test_a_first_time_low_level_offender_is_eligible(facts):
    assert blocking(facts) == {}


@pytest.mark.parametrize("facts", [ADULT, CHILD])
def test_every_finding_says_what_is_required_and_how_it_is(facts):
    for finding in eligibility(facts):
        assert finding.requirement
        assert finding.fact


@pytest.mark.parametrize(
    ("base", "change", "rule", "field"),
    [
        (ADULT, {"age": None}, "age", "date_of_birth"),
        (CHILD, {"age": 9}, "age", "date_of_birth"),
        (ADULT, {"domestic_abuse": True}, "domestic_abuse", "domestic_abuse"),
        (ADULT, {"disposal": None}, "disposal", "disposal"),
        (ADULT, {"children_only": True}, "disposal_age", "disposal"),
        (CHILD, {"adults_only": True}, "disposal_age", "disposal"),
        (ADULT, {"responsibility": "not_accepted"}, "responsibility", "responsibility"),
        (ADULT, {"responsibility": ""}, "responsibility", "responsibility"),
        (ADULT, {"sufficient_evidence": False}, "evidence", "sufficient_evidence"),
        (ADULT, {"rationale": "  "}, "rationale", "rationale"),
        (ADULT, {"victims": 2}, "victim", "victim"),
        (ADULT, {"agrees": False}, "agrees", "consent"),
        (CHILD, {"appropriate_adult": " "}, "appropriate_adult", "appropriate_adult"),
        (CHILD, {"parent_or_carer": False}, "parent_or_carer", "parent_given_names"),
        (CHILD, {"gravity_score": None}, "gravity", "gravity_score"),
        (ADULT, {"hours": None}, "hours", "hours_set"),
        (ADULT, {"hours": 4}, "hours", "hours_reason"),
        (ADULT, {"hours": 21}, "hours", "hours_reason"),
    ],
)
def test_a_rule_that_is_not_met_says_what_to_do_and_where(base, change, rule, field):
    found = blocking(replace(base, **change))
    assert list(found) == [rule]
    assert found[rule].outcome == Outcome.NOT_MET
    assert found[rule].field == field
    assert found[rule].do.endswith((".", "?"))


@pytest.mark.parametrize(
    ("base", "change"),
    [
        (ADULT, {"hours": 5}),
        (ADULT, {"hours": 20}),
        (ADULT, {"hours": 40, "hours_reason": "Damage to six shelters."}),
        (ADULT, {"victims": 0, "victims_consulted": 0}),
        (CHILD, {"age": 12}),
        (CHILD, {"children_only": True}),
        (ADULT, {"adults_only": True}),
        (ADULT, {"age": 18}),
        (CHILD, {"gravity_score": 3}),  # there is a rationale
        # outcome 22 needs neither admission, evidence, rationale nor the victim's view
        (
            ADULT,
            {
                "disposal": "outcome_22", "needs_admission": False, "responsibility": "", "sufficient_evidence": False,
                "rationale": "", "victims_consulted": 0,
            },
        ),
    ],
)  # fmt: skip
def test_what_the_rules_allow(base, change):
    assert blocking(replace(base, **change)) == {}


def test_a_childs_gravity_score_outside_the_natural_band_needs_a_rationale():
    facts = replace(CHILD, disposal="outcome_22", needs_admission=False, gravity_score=3, rationale="")
    found = blocking(facts)
    assert list(found) == ["gravity"]
    assert "the score is 3" in found["gravity"].do


def test_a_disposals_age_is_not_judged_while_the_age_is_unknown():
    assert list(blocking(replace(ADULT, age=None, children_only=True, adults_only=True))) == ["age"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"age": 11}, "age"),
        ({"hate": True}, "hate"),
        ({"sexual": True}, "sexual"),
        ({"weapon": True}, "weapon"),
        ({"serious_violence": True}, "serious_violence"),
        ({"open_case": "IJ/2026/000007"}, "open_case"),
        ({"previous_cases": 1}, "previous"),
    ],
)
def test_outside_the_usual_rules_an_inspector_may_allow_it_with_a_reason(change, rule):
    facts = replace(CHILD, **change)
    found = blocking(facts)
    assert list(found) == [rule]
    assert found[rule].outcome == Outcome.AUTHORITY_NEEDED
    assert found[rule].field == "inspector"

    for half in AUTHORISED:
        assert list(blocking(replace(facts, **{half: AUTHORISED[half]}))) == [rule]

    allowed = next(finding for finding in eligibility(replace(facts, **AUTHORISED)) if finding.rule == rule)
    assert allowed.outcome == Outcome.AUTHORISED
    assert not allowed.blocks
    assert "Insp. Gray" in allowed.do


def test_no_inspector_can_allow_a_child_under_10_or_domestic_abuse():
    facts = replace(CHILD, age=9, domestic_abuse=True, **AUTHORISED)
    assert list(blocking(facts)) == ["age", "domestic_abuse"]
    assert "cannot be referred" in blocking(facts)["age"].do


def test_the_facts_are_quoted():
    facts = replace(ADULT, open_case="IJ/2026/000007", previous_cases=2, hours=1)
    said = {finding.rule: finding.fact for finding in eligibility(facts)}
    assert said["open_case"] == "IJ/2026/000007 is open"
    assert said["previous"] == "2 cases"
    assert said["hours"] == "1 hour"
    assert {f.rule: f.fact for f in eligibility(replace(ADULT, previous_cases=1))}["previous"] == "1 case"


def test_what_a_triager_cannot_decide_without_is_asked_for():
    whole = dict.fromkeys(NEEDED_TO_SUBMIT, "given")
    assert incomplete(whole) == []
    for field in NEEDED_TO_SUBMIT:
        for nothing in ("", None):
            (finding,) = incomplete({**whole, field: nothing})
            assert finding.field == field
            assert finding.blocks


# --- order ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "milestones", "workshop_needed", "overrides", "missing"),
    [
        ("workshop", [], True, [], ["assessed"]),
        ("workshop", ["assessed"], True, [], []),
        ("placement", [], True, [], ["assessed", "workshop_attended"]),
        ("placement", ["assessed"], True, [], ["workshop_attended"]),
        ("placement", ["assessed"], False, [], []),
        ("placement", ["assessed"], True, ["place_before_workshop"], []),
        ("placement", [], True, ["place_before_workshop"], ["assessed"]),
        ("placement", ["assessed"], True, ["reopen"], ["workshop_attended"]),
        ("placement", ["assessed", "workshop_attended"], True, [], []),
    ],
)
def test_what_must_come_before_a_stage(stage, milestones, workshop_needed, overrides, missing):
    assert (
        missing_for(stage, milestones=milestones, workshop_needed=workshop_needed, agreed_overrides=overrides)
        == missing
    )


@pytest.mark.parametrize(
    ("milestones", "workshop_needed", "minutes", "missing"),
    [
        ([], True, 600, ["workshop_attended", "hours_completed"]),
        (["workshop_attended"], True, 600, ["hours_completed"]),
        (["hours_completed"], False, 600, []),
        (["workshop_attended"], True, 0, []),
        (["workshop_attended", "hours_completed"], True, 600, []),
        ([], False, 0, []),
    ],
)
def test_what_a_case_needs_to_be_completed(milestones, workshop_needed, minutes, missing):
    assert (
        missing_to_complete(milestones=milestones, workshop_needed=workshop_needed, minutes_required=minutes) == missing
    )


@pytest.mark.parametrize(
    ("base", "change", "rule", "override"),
    [
        (ADULT, {"hate": True}, "hate", Override.INSPECTOR),
        (ADULT, {"hate": True, **AUTHORISED}, "hate", Override.INSPECTOR),
        (ADULT, {"open_case": "IJ/2026/000001"}, "open_case", Override.INSPECTOR),
        (ADULT, {"previous_cases": 1}, "previous", Override.INSPECTOR),
        (CHILD, {"age": 11}, "age", Override.INSPECTOR),
        (CHILD, {"age": 9}, "age", Override.NOBODY),
        (ADULT, {"domestic_abuse": True}, "domestic_abuse", Override.NOBODY),
        (ADULT, {"agrees": False}, "agrees", Override.NOBODY),
        (ADULT, {"hours": 40}, "hours", Override.OFFICER),
        (CHILD, {"gravity_score": 4, "rationale": ""}, "gravity", Override.OFFICER),
    ],
)
def test_each_rule_says_who_may_allow_what_does_not_meet_it(base, change, rule, override):
    (finding,) = [finding for finding in eligibility(replace(base, **change)) if finding.rule == rule]
    assert finding.override == override
    assert finding.override_in_words


def test_a_rule_says_so_whether_it_is_met_or_not():
    met = {finding.rule: finding.override for finding in eligibility(ADULT)}
    hated = {finding.rule: finding.override for finding in eligibility(replace(ADULT, hate=True, hours=40))}
    assert met == hated
