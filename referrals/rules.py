"""The rules of the scheme, as pure functions: facts and the clock in, findings out. Nothing here touches the database.

Source of each rule: docs/scheme.md, section of the same name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from referrals.lifecycle import OVERRIDES, UNLOCKS
from referrals.time_limits import (
    LONDON,
    Clock,
    ClockState,
    add_months,
    after_working_time,
    age_on,
    is_working_day,
    within_hours,
    working_days_clock,
    working_time,
)

__all__ = [
    "ADULT", "AGE_OF_CRIMINAL_RESPONSIBILITY", "CHECKED_AFTER_MONTHS", "LONDON", "NEEDED_TO_SUBMIT", "NEEDS", "Clock",
    "ClockState", "Facts", "Finding", "Outcome", "Override", "Verdict", "add_months", "after_working_time", "age_on",
    "check_first", "eligibility", "incomplete", "is_working_day", "missing_for", "missing_to_complete", "verdict",
    "within_hours", "working_days_clock", "working_time",
]  # fmt: skip

AGE_OF_CRIMINAL_RESPONSIBILITY = 10  # Children and Young Persons Act 1933, s.50
ADULT = 18
CHECKED_AFTER_MONTHS = (3, 6, 12)  # of completing: a further offence


# --- eligibility ----------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    MET = "met"
    AUTHORITY_NEEDED = "authority_needed"  # an inspector may allow it, with a reason
    AUTHORISED = "authorised"  # and did
    NOT_MET = "not_met"


class Override(StrEnum):
    """Who may let a referral through that does not meet a rule."""

    INSPECTOR = "inspector"
    OFFICER = "officer"
    NOBODY = "nobody"


IN_WORDS = {
    Override.INSPECTOR: "An inspector may allow this, with a reason",
    Override.OFFICER: "The officer may do this, with a reason",
    Override.NOBODY: "Nobody may allow this",
}


@dataclass(frozen=True)
class Facts:
    """What the eligibility rules ask about a referral. None: not answered yet."""

    age: int | None
    disposal: str | None
    disposal_label: str = ""
    needs_admission: bool = False
    children_only: bool = False
    adults_only: bool = False
    responsibility: str = ""
    sufficient_evidence: bool = False
    agrees: bool = False
    appropriate_adult: str = ""
    parent_or_carer: bool = False
    victims: int = 0
    victims_consulted: int = 0
    rationale: str = ""
    gravity_score: int | None = None
    hours: int | None = None
    hours_reason: str = ""
    domestic_abuse: bool = False
    hate: bool = False
    sexual: bool = False
    weapon: bool = False
    serious_violence: bool = False
    open_case: str = ""  # the reference of another open case
    previous_cases: int = 0  # accepted within the look-back time
    inspector: str = ""
    inspector_reason: str = ""


@dataclass(frozen=True)
class Finding:
    """One rule applied to one referral: requirement | this person's facts | met?, what to do if not, and who may allow
    it all the same."""

    rule: str
    requirement: str
    fact: str
    outcome: Outcome
    do: str = ""
    field: str | None = None
    override: Override = Override.NOBODY

    @property
    def blocks(self) -> bool:
        return self.outcome in (Outcome.NOT_MET, Outcome.AUTHORITY_NEEDED)

    @property
    def override_in_words(self) -> str:
        return IN_WORDS[self.override]


def eligibility(facts: Facts) -> list[Finding]:
    """Every rule that applies, in the order that an officer would ask. A referral is eligible when none blocks."""
    return [finding for rule in RULES for finding in rule(facts)]


# Without these a triager cannot decide: field → what it is called.
NEEDED_TO_SUBMIT = {
    "offence": "the offence or type of ASB",
    "incident_number": "the incident number",
    "offence_at": "when it happened",
    "place": "where it happened",
    "district": "the district",
    "circumstances": "what happened",
    "disposal_at": "when the disposal was given",
    "risks": "the risks to know about, or that none are known",
}


def incomplete(given: Mapping[str, object]) -> list[Finding]:
    """What a draft still lacks, whatever the rules of eligibility say. `given`: field → its value."""
    return [
        Finding(field, noun[:1].upper() + noun[1:], "Not given", Outcome.NOT_MET, f"Enter {noun}.", field)
        for field, noun in NEEDED_TO_SUBMIT.items()
        if given[field] in (None, "")
    ]


def _met_if(condition, rule, requirement, fact, do, field, override=Override.NOBODY):
    outcome = Outcome.MET if condition else Outcome.NOT_MET
    return Finding(rule, requirement, fact, outcome, "" if condition else do, field, override)


def _usual(rule, requirement, fact):
    """Within the usual rules; outside them an inspector could allow it (_authority)."""
    return Finding(rule, requirement, fact, Outcome.MET, override=Override.INSPECTOR)


def _authority(facts, rule, requirement, fact):
    """Outside the usual rules: an inspector's name and reason allow it."""
    if facts.inspector and facts.inspector_reason:
        said = f"Authorised by {facts.inspector}: {facts.inspector_reason}"
        return Finding(rule, requirement, fact, Outcome.AUTHORISED, said, override=Override.INSPECTOR)
    return Finding(
        rule,
        requirement,
        fact,
        Outcome.AUTHORITY_NEEDED,
        "Enter the name of the inspector who authorised this, and their reason.",
        "inspector",
        Override.INSPECTOR,
    )


def _age(facts):
    usual = settings.SCHEME["USUAL_LOWEST_AGE"]
    requirement = f"Aged {usual} or over"
    if facts.age is None:
        yield _met_if(False, "age", requirement, "Date of birth not given", "Enter the date of birth.", "date_of_birth")
    elif facts.age < AGE_OF_CRIMINAL_RESPONSIBILITY:
        yield Finding(
            "age",
            requirement,
            f"Aged {facts.age}",
            Outcome.NOT_MET,
            f"A child under {AGE_OF_CRIMINAL_RESPONSIBILITY} cannot be referred. Speak to the Youth Justice Service or "
            "children’s social care instead.",
            "date_of_birth",
        )
    elif facts.age < usual:
        yield _authority(facts, "age", requirement, f"Aged {facts.age}")
    else:
        yield _usual("age", requirement, f"Aged {facts.age}")


def _domestic_abuse(facts):
    yield _met_if(
        not facts.domestic_abuse,
        "domestic_abuse",
        "Not domestic abuse between intimate partners",
        "Domestic abuse" if facts.domestic_abuse else "No",
        "Domestic abuse between intimate partners cannot come to this scheme. Follow the force’s domestic abuse "
        "procedure.",
        "domestic_abuse",
    )


def _serious(facts):
    for field, label in (
        ("hate", "hate crime"),
        ("sexual", "sexual element"),
        ("weapon", "weapon"),
        ("serious_violence", "serious violence"),
    ):
        requirement = f"No {label}"
        if getattr(facts, field):
            yield _authority(facts, field, requirement, "Yes")
        else:
            yield _usual(field, requirement, "No")


def _history(facts):
    months = settings.SCHEME["PREVIOUS_MONTHS"]
    if facts.open_case:
        yield _authority(facts, "open_case", "No other open case", f"{facts.open_case} is open")
    else:
        yield _usual("open_case", "No other open case", "None found")
    requirement = f"No Immediate Justice in the last {months} months"
    if facts.previous_cases:
        fact = f"{facts.previous_cases} case{'s' if facts.previous_cases != 1 else ''}"
        yield _authority(facts, "previous", requirement, fact)
    else:
        yield _usual("previous", requirement, "None found")


def _disposal(facts):
    if facts.disposal is None:
        yield _met_if(
            False, "disposal", "A disposal", "Not given", "Choose how the police dealt with the matter.", "disposal"
        )
        return
    if facts.age is not None and facts.children_only:
        yield _met_if(
            facts.age < ADULT,
            "disposal_age",
            f"{facts.disposal_label} is for under 18s",
            f"Aged {facts.age}",
            "Choose a disposal for an adult.",
            "disposal",
        )
    if facts.age is not None and facts.adults_only:
        yield _met_if(
            facts.age >= ADULT,
            "disposal_age",
            f"{facts.disposal_label} is for people aged 18 or over",
            f"Aged {facts.age}",
            "Choose a disposal for a young person, such as a youth conditional caution.",
            "disposal",
        )
    if facts.needs_admission:
        yield _met_if(
            facts.responsibility == "accepted",
            "responsibility",
            f"{facts.disposal_label}: responsibility accepted",
            "Accepted" if facts.responsibility == "accepted" else "Not accepted",
            "Choose a disposal that needs no admission, such as outcome 22, or record that responsibility is accepted.",
            "responsibility",
        )
    if facts.disposal == "community_resolution":
        yield _met_if(
            facts.sufficient_evidence,
            "evidence",
            "Community resolution: sufficient evidence",
            "Yes" if facts.sufficient_evidence else "Not confirmed",
            "Confirm that there is sufficient evidence.",
            "sufficient_evidence",
        )
        yield _met_if(
            bool(facts.rationale.strip()),
            "rationale",
            "Community resolution: rationale recorded",
            "Recorded" if facts.rationale.strip() else "Not recorded",
            "Enter why this disposal is right.",
            "rationale",
        )
        if facts.victims:
            yield _met_if(
                facts.victims_consulted == facts.victims,
                "victim",
                "Community resolution: victim consulted and their view recorded",
                f"{facts.victims_consulted} of {facts.victims} consulted",
                "Enter when the victim was consulted, and what they said.",
                "victim",
            )


def _agreement(facts):
    yield _met_if(
        facts.agrees,
        "agrees",
        "Agrees to take part",
        "Consent recorded" if facts.agrees else "No consent recorded",
        "Record the person’s consent to take part.",
        "consent",
    )


def _child(facts):
    if facts.age is None or facts.age >= ADULT:
        return
    natural = settings.SCHEME["NATURAL_GRAVITY"]
    yield _met_if(
        bool(facts.appropriate_adult.strip()),
        "appropriate_adult",
        "Under 18: an appropriate adult was present",
        facts.appropriate_adult or "Nobody named",
        "Enter the name of the appropriate adult.",
        "appropriate_adult",
    )
    yield _met_if(
        facts.parent_or_carer,
        "parent_or_carer",
        "Under 18: a parent or carer is on record",
        "On record" if facts.parent_or_carer else "Nobody named",
        "Enter the parent or carer’s name.",
        "parent_given_names",
    )
    if facts.gravity_score is None:
        yield _met_if(
            False,
            "gravity",
            "Under 18: gravity score recorded",
            "Not given",
            "Enter the gravity score, 1 to 5.",
            "gravity_score",
        )
    else:
        yield _met_if(
            facts.gravity_score == natural or bool(facts.rationale.strip()),
            "gravity",
            f"Under 18: gravity score {natural}, or a rationale",
            f"Score {facts.gravity_score}",
            f"Enter a rationale: the score is {facts.gravity_score}, and the scheme is meant for {natural}.",
            "rationale",
            Override.OFFICER,
        )


def _hours(facts):
    low, high = settings.SCHEME["USUAL_HOURS"]
    requirement = f"{low} to {high} hours, or a reason"
    if facts.hours is None:
        yield _met_if(
            False, "hours", requirement, "Not given", f"Enter the hours, usually {low} to {high}.", "hours_set"
        )
    else:
        yield _met_if(
            low <= facts.hours <= high or bool(facts.hours_reason.strip()),
            "hours",
            requirement,
            f"{facts.hours} hours" if facts.hours != 1 else "1 hour",
            f"Enter why {facts.hours} hours are set: the usual range is {low} to {high}.",
            "hours_reason",
            Override.OFFICER,
        )


RULES = (_age, _domestic_abuse, _serious, _history, _disposal, _agreement, _child, _hours)


# --- the check before a referral ------------------------------------------------------------------------------------

# What an officer can answer on the spot decides these rules; the others wait for the referral.
DECIDED_FIRST = {
    "age", "domestic_abuse", "hate", "sexual", "weapon", "serious_violence", "disposal", "disposal_age",
    "responsibility", "hours",
}  # fmt: skip


class Verdict(StrEnum):
    CAN = "can"
    WITH_AUTHORITY = "with_authority"  # an inspector's
    CANNOT = "cannot"


def check_first(facts: Facts) -> tuple[list[Finding], list[Finding]]:
    """The rules that the answers given before a referral decide, and those that wait for the referral. Hours not
    given yet wait too."""
    findings = eligibility(facts)
    decided = {f.rule for f in findings if f.rule in DECIDED_FIRST and (f.rule != "hours" or facts.hours is not None)}
    return [f for f in findings if f.rule in decided], [f for f in findings if f.rule not in decided]


def verdict(findings: Sequence[Finding]) -> Verdict:
    """Whether somebody can be referred, by the rules decided first. Hours outside the usual range stop nobody: the
    referral asks for the reason."""
    outcomes = {finding.outcome for finding in findings if finding.rule != "hours"}
    if Outcome.NOT_MET in outcomes:
        return Verdict.CANNOT
    return Verdict.WITH_AUTHORITY if Outcome.AUTHORITY_NEEDED in outcomes else Verdict.CAN


# --- what unlocks a stage, and what completes a case ----------------------------------------------------------------

NEEDS = {
    "assessed": "the assessment must be completed",
    "workshop_attended": "the workshop must be attended",
    "hours_completed": "the hours must be completed",
}


def missing_for(
    stage: str, *, milestones: Sequence[str], workshop_needed: bool, agreed_overrides: Sequence[str] = ()
) -> list[str]:
    """The milestones that a case still needs before the stage may start. A manager's agreed override stands in for the
    workshop, never for the assessment."""
    missing = []
    for milestone in UNLOCKS[stage]:
        if milestone in milestones:
            continue
        if milestone == "workshop_attended" and (not workshop_needed or OVERRIDES.get(stage) in agreed_overrides):
            continue
        missing.append(milestone)
    return missing


def missing_to_complete(*, milestones: Sequence[str], workshop_needed: bool, minutes_required: int) -> list[str]:
    """The milestones without which a case is not completed. Restorative justice never blocks completion."""
    wanted = ["workshop_attended"] if workshop_needed else []
    if minutes_required:
        wanted.append("hours_completed")
    return [milestone for milestone in wanted if milestone not in milestones]
