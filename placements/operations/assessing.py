"""The assessment of a participant: a task list, each section answered by itself, complete when all are."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from audit.models import Event
from audit.trail import IllegalMove, Refusal, record
from placements import lifecycle, rules
from placements.models import Assessment
from placements.operations.locking import RUNNING, lock_case
from placements.operations.seen import digest, refuse_unless_seen
from referrals.facts import consents_of
from referrals.lifecycle import Status
from referrals.models import Milestone
from referrals.operations import Stale, give_consents, reach
from referrals.operations.running import StageLocked
from referrals.time_limits import age_on

# Section → the fields of Assessment that it answers. Consents are rows of the case.
FIELDS = {
    "needs": ("needs",),
    "risks": ("risk_to_self", "risk_to_others"),
    "medical": ("medical",),
    "emergency": ("emergency_contact_name", "emergency_contact_phone", "emergency_contact_relationship"),
    "lone_working": ("may_work_alone",),
    "activities": ("activities_to_avoid",),
    "apart": ("never_with",),
    "days": ("days_available",),
    "consents": (),
}

EMERGENCY = {
    "emergency_contact_name": "Enter the name of an emergency contact.",
    "emergency_contact_phone": "Enter the phone number of the emergency contact.",
    "emergency_contact_relationship": "Enter who the emergency contact is to the person, like mother.",
}


@dataclass(frozen=True)
class Signed:
    """Consents that somebody signed: their kinds, who, what they are to the person, and when."""

    kinds: tuple[str, ...] = ()
    given_by: str = ""
    relationship: str = ""
    given_on: date | None = None


def age_today(case) -> int | None:
    """The participant's age today, which decides what a child needs; None where it is not known."""
    born = case.participant.date_of_birth
    return age_on(born, timezone.localdate()) if born else None


def consents_in_force(case) -> list:
    """Those that the assessment asks for, in the order in which it asks."""
    asked = rules.asked_of(rules.is_child(age_today(case)))
    found = {row.kind: row for row in case.consents.filter(kind__in=asked, withdrawn_at__isnull=True)}
    return [found[kind] for kind in asked if kind in found]


def refuse_without_consents(case) -> None:
    """Refused where the participant is a child and a parent or carer has not consented to community work and to medical
    treatment."""
    child = rules.is_child(age_today(case))
    if missing := rules.consents_lacking(child, consents_of(case) if child else ()):
        raise StageLocked(
            f"A parent or carer must consent {' and '.join(missing)} first: {rules.age_in_words(age_today(case))}. "
            f"Record it on the consents page of {case.reference}."
        )


def still_lacking(case, assessment) -> dict[str, str]:
    """Section → what it still needs before the assessment may be completed."""
    child = rules.is_child(age_today(case))
    done = assessment.sections_done if assessment else []
    return rules.lacking(done, child=child, in_force=consents_of(case) if child else ())


def _said(case, assessment, section) -> dict:
    """What the section says now, whether or not anybody has begun."""
    if section == "consents":
        rows = consents_in_force(case)
        said = {row.kind: [row.given_by, row.relationship, row.given_on, row.pk] for row in rows}
    elif section == "apart":
        apart = assessment.never_with.values_list("reference", flat=True) if assessment and assessment.pk else ()
        said = {"never_with": sorted(apart)}
    else:
        said = {name: getattr(assessment or Assessment(), name) for name in FIELDS[section]}
    return {**said, "done": bool(assessment and section in assessment.sections_done)}


def section_as_seen(case, assessment, section: str) -> str:
    """What answer_section() compares: the digest of what the section says."""
    return digest(_said(case, assessment, section))


def _check(section, answers):
    if section == "emergency":
        for name, sentence in EMERGENCY.items():
            if not answers[name].strip():
                raise Refusal(sentence, name)
    elif section == "days" and not answers["days_available"]:
        raise Refusal("Select at least one day on which the person can work.", "days_available")
    elif section == "consents" and not set(answers.get("kinds", ())) <= {"work", "medical", "photo"}:
        raise Refusal("The assessment asks for the consents to work, to medical treatment and to photographs.", "kinds")


@transaction.atomic
def answer_section(
    case, section: str, *, by, seen: str | None = None, version: int | None = None, **answers
) -> Assessment:
    """The section says what is given, and is done; the assessment is begun with the first. `answers`: the fields of
    FIELDS; of the consents, those of Signed: what is signed is given (give_consents), and one not signed and not in
    force was asked for and refused.

    Refused without an emergency contact or a day where the section asks for them; once the case is closed, and in a
    suspended case unless the assessment is complete; and where somebody answered this section since it was `seen`
    (section_as_seen()), or anything in the assessment since it had this `version` (Stale).
    """
    case = lock_case(case, RUNNING, so="its assessment cannot be changed")
    found = Assessment.objects.filter(case=case).first()
    if case.status != Status.ACTIVE and not (found and found.completed_at):
        raise IllegalMove(f"{case.reference} is {Status(case.status).label.lower()}, so it cannot be assessed.")
    _refuse_stale(case, found, version)
    here = Event.objects.filter(case=case.pk, kind__in=CHANGES, data__section=section)
    refuse_unless_seen(seen, _said(case, found, section), f"“{rules.SECTIONS[section]}”", here)
    _check(section, answers)
    now = timezone.now()
    assessment = found or Assessment(case=case, started_by=by, started_at=now, version=0)
    for name in FIELDS[section]:
        if name != "never_with":
            setattr(assessment, name, answers[name])
    assessment.sections_done = [name for name in rules.SECTIONS if name in {*assessment.sections_done, section}]
    assessment.version += 1
    assessment.save()
    if section == "apart":
        if case in answers["never_with"]:
            raise Refusal(f"{case.reference} is this case. Enter the references of other people.", "never_with")
        assessment.never_with.set(answers["never_with"])
    if section == "consents" and (signed := Signed(**answers)).kinds:
        give_consents(
            case,
            by=by,
            kinds=signed.kinds,
            given_by=signed.given_by,
            relationship=signed.relationship,
            given_on=signed.given_on,
        )
    kind = lifecycle.ASSESSMENT_STARTED if found is None else lifecycle.ASSESSMENT_ANSWERED
    if assessment.completed_at:
        kind = lifecycle.ASSESSMENT_EDITED
    record(kind, by=by, case=case, section=section)
    return assessment


CHANGES = [
    kind.name for kind in (lifecycle.ASSESSMENT_STARTED, lifecycle.ASSESSMENT_ANSWERED, lifecycle.ASSESSMENT_EDITED)
]


def _refuse_stale(case, assessment, version):
    stands = assessment.version if assessment else 0
    if version is not None and version != stands:
        last = Event.objects.filter(case=case.pk, kind__in=[*CHANGES, lifecycle.ASSESSED.name]).order_by("-id").first()
        who = f"{last.actor_name} changed" if last else "Somebody changed"
        raise Stale(
            f"{who} the assessment of {case.reference} since you read it. Nothing of yours was saved.",
            details=[{"version": stands}],
        )


@transaction.atomic
def complete_assessment(case, *, by, version: int | None = None) -> Assessment:
    """The assessment is complete, and the case has reached the milestone that unlocks workshop and placement.

    Refused while a section is not answered or, for a child, a parent or carer has not consented to work and to medical
    treatment; unless the case is active; a second time; and where it has not this `version` any more (Stale).
    """
    case = lock_case(case, (Status.ACTIVE,), so="it cannot be assessed")
    found = Assessment.objects.filter(case=case).first()
    _refuse_stale(case, found, version)
    if found and found.completed_at:
        raise IllegalMove(
            f"{found.completed_by} completed this assessment on "
            f"{timezone.localtime(found.completed_at):%-d %B %Y at %H:%M}. Read it, and change it there."
        )
    lacks = still_lacking(case, found)
    if lacks or found is None:
        raise Refusal(f"The assessment is not complete. {' '.join(lacks.values())}")
    now = timezone.now()
    found.completed_by, found.completed_at, found.version = by, now, found.version + 1
    found.save(update_fields=["completed_by", "completed_at", "version"])
    record(lifecycle.ASSESSED, by=by, case=case)
    reach(case, Milestone.Kind.ASSESSED, at=now, by=by)
    return found
