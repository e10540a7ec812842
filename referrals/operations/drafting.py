"""From the first draft to submission: what the officer does."""

from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move, record
from referrals import lifecycle
from referrals.facts import blocking, limits
from referrals.lifecycle import Status
from referrals.models import Consent, Person, Referral, Victim
from referrals.operations import tasks
from referrals.operations.telling import tell, triage_team
from referrals.operations.versions import differing, not_overwriting
from referrals.rules import working_days_clock

IDENTITY = {"given_names", "family_name", "date_of_birth", "sex"}  # of a person: other cases rely on them
NOT_IN_THE_FUTURE = {
    "date_of_birth": "The date of birth",
    "offence_at": "The time of the offence",
    "reported_on": "The day on which it was reported to the police",
    "disposal_at": "The time of the disposal",
    "consulted_on": "The day on which the victim was asked",
    "told_about_rj_on": "The day on which the victim was told about restorative justice",
    "given_on": "The day of the consent",
}


class NotEligible(Refusal):
    """The referral does not meet the rules. `findings` holds those that block it."""

    def __init__(self, findings):
        super().__init__(
            " ".join(f"{finding.requirement}: {finding.do}" for finding in findings),
            findings[0].field,
            [asdict(finding) for finding in findings],
        )
        self.findings = findings


def next_reference(now) -> str:
    """The next reference of the year, such as IJ/2026/000123. Two people asking at once get two."""
    year = timezone.localdate(now).year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO referrals_referencenumber (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = referrals_referencenumber.last + 1 RETURNING last",
            [year],
        )
        return f"IJ/{year}/{cursor.fetchone()[0]:06}"


@transaction.atomic
def draft(*, by, person: dict, participant=None, **fields) -> Referral:
    """A draft exists for a new person (their fields in `person`) or for one already known (`participant`)."""
    now = timezone.now()
    not_in_the_future(**{**person, **fields})
    if participant is None:
        participant = Person.objects.create(force=by.organisation, **person)
    referral = Referral.objects.create(
        reference=next_reference(now), force=by.organisation, referred_by=by, participant=participant, **fields
    )
    record(lifecycle.DRAFTED, by=by, case=referral)
    return referral


def _locked_draft(referral) -> Referral:
    """The row as it stands now, locked; refuses once the referral is submitted.

    Nothing is joined to a row that is locked here or elsewhere: somebody who waited for the lock would get the new row
    beside the old state of what it is joined to."""
    current = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)
    if current.status != Status.DRAFT:
        raise IllegalMove(
            f"{current.reference} was already submitted: what it says can no longer be changed here. "
            "Tell the triage team by answering their question."
        )
    return current


@transaction.atomic
def edit_draft(referral, *, by, person: dict | None = None, version: int | None = None, **fields) -> Referral:
    """The draft says what is given. `person` changes the participant's own record. Refused once submitted, for a
    date in the future, for a new name, sex or date of birth of somebody who is in another case, and for what somebody
    else changed since the draft had this `version` (Stale)."""
    not_in_the_future(**{**(person or {}), **fields})
    current = _locked_draft(referral)
    known = Person.objects.select_for_update(of=("self",)).get(pk=current.participant_id) if person else None
    of_person = differing(known, person) if person else []
    changed = sorted([*of_person, *differing(current, fields)])
    not_overwriting(current, by=by, version=version, names=changed)
    if known and person:
        _change_participant(current, known, {name: person[name] for name in of_person})
    for name, value in fields.items():
        setattr(current, name, value)
    _save_draft(current, fields, by=by, changed=changed)
    return current


def _save_draft(current, fields, *, by, changed, ids=()):
    """Write the row, which counts up its version, and say in the trail what was changed at which version."""
    version = current.version
    current.save(update_fields=[*fields, "updated_at"])
    current.version = version + 1  # as the database's trigger has it
    record(lifecycle.EDITED, by=by, case=current, ids=ids, fields=changed, version=version)


def _change_participant(draft, known, changed):
    elsewhere = (
        known.referrals.exclude(pk=draft.pk).exists()
        or known.cares_in.exclude(pk=draft.pk).exists()
        or known.harmed_in.exclude(case=draft).exists()
    )
    if elsewhere and IDENTITY & set(changed):
        raise Refusal(
            f"{known.name} is in another case, so the name, sex and date of birth on record stay as they are. If this "
            "is somebody else, start the referral again as a new person.",
            next(name for name in changed if name in IDENTITY),
        )
    for name, value in changed.items():
        setattr(known, name, value)
    known.save(update_fields=list(changed))


def not_in_the_future(**fields) -> None:
    """Refuses the first of these dates and times that has not come yet."""
    now = timezone.now()
    for name, words in NOT_IN_THE_FUTURE.items():
        value = fields.get(name)
        if value and value > (now if isinstance(value, datetime) else timezone.localdate(now)):
            raise Refusal(f"{words} must not be in the future.", name)


@transaction.atomic
def record_parent_or_carer(referral, *, by, relationship: str, **person) -> Referral:
    """The draft names a parent or carer; their record is made, or changed if there is one already."""
    current = _locked_draft(referral)
    if current.parent_or_carer:
        Person.objects.filter(pk=current.parent_or_carer.pk).update(**person)
    else:
        current.parent_or_carer = Person.objects.create(force=current.force, **person)
    current.relationship = relationship
    _save_draft(current, ["parent_or_carer", "relationship"], by=by, changed=["parent_or_carer"])
    return current


@transaction.atomic
def record_adults(referral, *, by, parent: dict | None, appropriate_adult: str, version: int | None = None) -> Referral:
    """The draft says who was the appropriate adult of a child and, where `parent` is given, who is the parent or carer
    (the fields of record_parent_or_carer). Refused as edit_draft refuses."""
    if parent:
        not_overwriting(_locked_draft(referral), by=by, version=version, names={"parent_or_carer"})
    current = edit_draft(referral, by=by, version=version, appropriate_adult=appropriate_adult)
    return record_parent_or_carer(current, by=by, **parent) if parent else current


@transaction.atomic
def record_victim(
    referral, *, by, victim=None, person: dict | None = None, version: int | None = None, **fields
) -> Victim:
    """The draft has one more victim, or `victim` says what is given. Refused for a date in the future, and where
    somebody else changed this victim since the draft had this `version` (Stale)."""
    not_in_the_future(**fields)
    current = _locked_draft(referral)
    if victim:
        not_overwriting(current, by=by, version=version, names={"victim"}, row=victim)
    victim = victim or Victim(case=current)
    for name, value in fields.items():
        setattr(victim, name, value)
    if victim.kind == Victim.Kind.PERSON:
        victim.organisation_name = ""
        if victim.person:
            Person.objects.filter(pk=victim.person.pk).update(**(person or {}))
        else:
            victim.person = Person.objects.create(force=current.force, **(person or {}))
    victim.save()
    _save_draft(current, [], by=by, changed=["victim"], ids=[victim.pk])
    return victim


@transaction.atomic
def remove_victim(victim, *, by) -> None:
    """The draft no longer names this victim, nor is their record kept where nothing else needs it. What the rows were
    stays in the trail."""
    current = _locked_draft(victim.case)
    _save_draft(current, [], by=by, changed=["victim"], ids=[victim.pk])
    victim.delete()
    unneeded = {"harmed_in": None, "referrals": None, "cares_in": None}
    Person.objects.filter(pk=victim.person_id, **unneeded).delete()


@transaction.atomic
def record_consents(
    referral, *, by, kinds, given_by: str, relationship: str, given_on, version: int | None = None
) -> None:
    """Exactly these kinds of consent are in force, signed as given. One no longer given is withdrawn, not deleted.
    Refused for a date in the future, and where somebody else changed them since the draft had this `version`."""
    not_in_the_future(given_on=given_on)
    current = _locked_draft(referral)
    not_overwriting(current, by=by, version=version, names={"consent"})
    now = timezone.now()
    form_version = settings.SCHEME["CONSENT_FORM_VERSION"]
    current.consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)
    Consent.objects.bulk_create(
        Consent(
            case=current,
            kind=kind,
            given_by=given_by,
            relationship=relationship,
            given_on=given_on,
            form_version=form_version,
        )
        for kind in sorted(set(kinds))
    )
    _save_draft(current, [], by=by, changed=["consent"])


@transaction.atomic
def submit(referral, *, by) -> None:
    """The referral waits for the triage team, and its clock runs. Refused while a rule blocks it (NotEligible), and
    when it is not a draft."""
    now = timezone.now()
    Referral.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=referral.pk)
    current = Referral.objects.with_people().prefetch_related("victims").get(pk=referral.pk)  # as it is under the lock
    if current.status != Status.DRAFT:
        raise IllegalMove(current.refuse(lifecycle.SUBMIT))
    if findings := blocking(current, now):
        raise NotEligible(findings)
    deadlines = limits()
    due = working_days_clock(now, deadlines["triage"], now).due_at
    event = move(referral, lifecycle.SUBMIT, by=by, case=referral, submitted_at=now, decision_due_at=due)
    tasks.after_submission(current, now, deadlines)
    tell(current, event, "was submitted, and waits for a decision.", triage_team(current), by=by)
