"""The assessment of a participant."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.models import Event
from audit.trail import IllegalMove, Refusal, record
from placements import lifecycle, rules
from placements.models import Assessment
from placements.operations.locking import lock_case
from placements.operations.seen import digest, refuse_unless_seen
from referrals.lifecycle import Status
from referrals.models import Consent, Milestone, Referral
from referrals.operations import reach
from referrals.time_limits import age_on


def age_today(case) -> int | None:
    """The participant's age today, which decides what a child needs; None where it is not known."""
    born = case.participant.date_of_birth
    return age_on(born, timezone.localdate()) if born else None


@dataclass(frozen=True)
class Answers:
    """What an assessment says: the fields of Assessment; the cases of people who must never work beside this person;
    and whether photographs are allowed."""

    emergency_contact_name: str
    emergency_contact_phone: str
    days_available: Sequence[int]
    needs: str = ""
    risk_to_self: str = ""
    risk_to_others: str = ""
    medical: str = ""
    may_work_alone: bool = True
    activities_to_avoid: str = ""
    parent_consent_by: str = ""
    parent_consent_on: date | None = None
    never_with: Sequence[Referral] = ()
    photos_allowed: bool = False


_OWN = [field.name for field in fields(Answers) if field.name not in ("never_with", "photos_allowed")]


def _check(case, answers):
    today = timezone.localdate()
    if not answers.emergency_contact_name.strip():
        raise Refusal("Enter the name of an emergency contact.", "emergency_contact_name")
    if not answers.emergency_contact_phone.strip():
        raise Refusal("Enter the phone number of the emergency contact.", "emergency_contact_phone")
    if not answers.days_available:
        raise Refusal("Select at least one day on which the person can work.", "days_available")
    if rules.is_child(age_today(case)):
        if not answers.parent_consent_by.strip():
            raise Refusal(
                "Enter the name of the parent or carer who consents: the person is under 18.", "parent_consent_by"
            )
        if answers.parent_consent_on is None:
            raise Refusal("Enter the day on which the parent or carer gave consent.", "parent_consent_on")
    if answers.parent_consent_on and answers.parent_consent_on > today:
        raise Refusal("The day of the parent or carer’s consent must not be in the future.", "parent_consent_on")


def _write(assessment, answers):
    for name in _OWN:
        setattr(assessment, name, getattr(answers, name))
    assessment.save()
    assessment.never_with.set(answers.never_with)
    case, now = assessment.case, timezone.now()
    in_force = _photo_consents(case)
    if answers.photos_allowed and not in_force.exists():
        parent = answers.parent_consent_by
        Consent.objects.create(
            case=case,
            kind=Consent.Kind.PHOTO,
            given_by=parent or case.participant.name,
            relationship="parent or carer" if parent else "self",
            given_on=answers.parent_consent_on or timezone.localdate(now),
            form_version=settings.SCHEME["CONSENT_FORM_VERSION"],
        )
    elif not answers.photos_allowed:
        in_force.update(withdrawn_at=now)


def photos_allowed(case) -> bool:
    return _photo_consents(case).exists()


def _photo_consents(case):
    return case.consents.filter(kind=Consent.Kind.PHOTO, withdrawn_at__isnull=True)


def _said(assessment) -> dict:
    said = {name: getattr(assessment, name) for name in _OWN}
    apart = sorted(assessment.never_with.values_list("reference", flat=True))
    return {**said, "never_with": apart, "photos_allowed": photos_allowed(assessment.case)}


def assessment_as_seen(assessment) -> str:
    """What edit_assessment() compares: the digest of what the assessment says."""
    return digest(_said(assessment))


@transaction.atomic
def complete_assessment(case, *, by, **answers) -> Assessment:
    """The case has an assessment, and has reached the milestone that unlocks workshop and placement.

    `answers`: the fields of Answers. Refused without an emergency contact and a day to work on, for a child without the
    consent of a parent or carer, unless the case is active, and a second time.
    """
    answers = Answers(**answers)
    current = lock_case(case, (Status.ACTIVE,), so="it cannot be assessed")
    earlier = Assessment.objects.filter(case=current).select_related("completed_by").first()
    if earlier:
        raise IllegalMove(
            f"{earlier.completed_by} completed this assessment on "
            f"{timezone.localtime(earlier.completed_at):%-d %B %Y at %H:%M}. Read it, and change it there."
        )
    _check(current, answers)
    now = timezone.now()
    assessment = Assessment(case=current, completed_by=by, completed_at=now)
    _write(assessment, answers)
    record(lifecycle.ASSESSED, by=by, case=current)
    reach(current, Milestone.Kind.ASSESSED, at=now, by=by)
    return assessment


@transaction.atomic
def edit_assessment(assessment, *, by, seen: str | None = None, **answers) -> None:
    """The assessment says what is given. Refused as complete_assessment() refuses, once the case is closed, and where
    somebody changed it since it was `seen` (assessment_as_seen())."""
    answers = Answers(**answers)
    current = lock_case(assessment.case, so="its assessment cannot be changed")
    assessment = Assessment.objects.select_related("case__participant").get(case=current)
    edits = Event.objects.filter(case=current.pk, kind=lifecycle.ASSESSMENT_EDITED.name)
    refuse_unless_seen(seen, _said(assessment), "this assessment", edits)
    _check(current, answers)
    _write(assessment, answers)
    record(lifecycle.ASSESSMENT_EDITED, by=by, case=current)
