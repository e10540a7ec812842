"""From the first draft to submission: what the officer does."""

from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.models import Event
from audit.trail import IllegalMove, Refusal, move, record
from referrals import lifecycle
from referrals.facts import blocking, limits
from referrals.lifecycle import Status
from referrals.models import Consent, Person, Referral, Victim
from referrals.rules import working_days_clock

IDENTITY = {"given_names", "family_name", "date_of_birth", "sex"}  # of a person: other cases rely on them
NOT_IN_THE_FUTURE = {
    "date_of_birth": "The date of birth",
    "offence_at": "The time of the offence",
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


class Stale(Refusal):
    """What somebody read before they wrote is out of date."""

    status = 412


def unchanged_since(referral, version: int) -> Referral:
    """The row, locked until the transaction ends, if it still has the version that was read. Refused (Stale), with who
    changed it and when, if not."""
    current = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if current.version != version:
        last = Event.objects.filter(case=current.pk).exclude(act="consultation").order_by("-at", "-id").first()
        by, at = (last.actor_name, timezone.localtime(last.at)) if last else ("Somebody", current.updated_at)
        raise Stale(
            f"{by} changed {current.reference} on {at:%-d %B %Y at %H:%M}, after you opened it. Nothing of yours was "
            "saved: look at it as it is now, and make your change again if it is still needed.",
            details=[{"version": current.version, "by": by, "at": at.isoformat()}],
        )
    return current


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
    _not_in_the_future(**person, **fields)
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
    current = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if current.status != Status.DRAFT:
        raise IllegalMove(
            f"{current.reference} was already submitted: what it says can no longer be changed here. "
            "Tell the triage team by answering their question."
        )
    return current


@transaction.atomic
def edit_draft(referral, *, by, person: dict | None = None, **fields) -> Referral:
    """The draft says what is given. `person` changes the participant's own record. Refused once submitted, for a
    date in the future, and for a new name, sex or date of birth of somebody who is in another case."""
    _not_in_the_future(**(person or {}), **fields)
    current = _locked_draft(referral)
    if person:
        _change_participant(current, person)
    for name, value in fields.items():
        setattr(current, name, value)
    current.save(update_fields=[*fields, "updated_at"])
    record(lifecycle.EDITED, by=by, case=current, fields=sorted([*(person or {}), *fields]))
    return current


def _change_participant(draft, person):
    known = Person.objects.select_for_update(of=("self",)).get(pk=draft.participant_id)
    changed = {name: value for name, value in person.items() if getattr(known, name) != value}
    elsewhere = (
        known.referrals.exclude(pk=draft.pk).exists()
        or known.cares_in.exclude(pk=draft.pk).exists()
        or known.harmed_in.exclude(case=draft).exists()
    )
    if elsewhere and IDENTITY & set(changed):
        raise Refusal(
            f"{known.name} is in another case, so the name, sex and date of birth on record stay as they are. If this "
            "is somebody else, start the referral again as a new person.",
            next(name for name in person if name in IDENTITY & set(changed)),
        )
    for name, value in changed.items():
        setattr(known, name, value)
    known.save(update_fields=list(changed))


def _not_in_the_future(**fields):
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
    current.save(update_fields=["parent_or_carer", "relationship", "updated_at"])
    record(lifecycle.EDITED, by=by, case=current, fields=["parent_or_carer"])
    return current


@transaction.atomic
def record_adults(referral, *, by, parent: dict | None, appropriate_adult: str) -> Referral:
    """The draft says who was the appropriate adult of a child and, where `parent` is given, who is the parent or carer
    (the fields of record_parent_or_carer)."""
    current = edit_draft(referral, by=by, appropriate_adult=appropriate_adult)
    return record_parent_or_carer(current, by=by, **parent) if parent else current


@transaction.atomic
def record_victim(referral, *, by, victim=None, person: dict | None = None, **fields) -> Victim:
    """The draft has one more victim, or `victim` says what is given. Refused for a date in the future."""
    _not_in_the_future(**fields)
    current = _locked_draft(referral)
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
    current.save(update_fields=["updated_at"])  # a new version of the case
    record(lifecycle.EDITED, by=by, case=current, ids=[victim.pk], fields=["victim"])
    return victim


@transaction.atomic
def remove_victim(victim, *, by) -> None:
    """The draft no longer names this victim, nor is their record kept where nothing else needs it. What the rows were
    stays in the trail."""
    current = _locked_draft(victim.case)
    record(lifecycle.EDITED, by=by, case=current, ids=[victim.pk], fields=["victim"])
    victim.delete()
    current.save(update_fields=["updated_at"])
    unneeded = {"harmed_in": None, "referrals": None, "cares_in": None}
    Person.objects.filter(pk=victim.person_id, **unneeded).delete()


@transaction.atomic
def record_consents(referral, *, by, kinds, given_by: str, relationship: str, given_on) -> None:
    """Exactly these kinds of consent are in force, signed as given. One no longer given is withdrawn, not deleted.
    Refused for a date in the future."""
    _not_in_the_future(given_on=given_on)
    current = _locked_draft(referral)
    now = timezone.now()
    version = settings.SCHEME["CONSENT_FORM_VERSION"]
    current.consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)
    Consent.objects.bulk_create(
        Consent(
            case=current,
            kind=kind,
            given_by=given_by,
            relationship=relationship,
            given_on=given_on,
            form_version=version,
        )
        for kind in sorted(set(kinds))
    )
    current.save(update_fields=["updated_at"])
    record(lifecycle.EDITED, by=by, case=current, fields=["consent"])


@transaction.atomic
def submit(referral, *, by) -> None:
    """The referral waits for the triage team, and its clock runs. Refused while a rule blocks it (NotEligible), and
    when it is not a draft."""
    now = timezone.now()
    Referral.objects.select_for_update(of=("self",)).only("pk").get(pk=referral.pk)
    current = Referral.objects.with_people().prefetch_related("victims").get(pk=referral.pk)  # as it is under the lock
    if current.status != Status.DRAFT:
        raise IllegalMove(current.refuse(lifecycle.SUBMIT))
    if findings := blocking(current, now):
        raise NotEligible(findings)
    due = working_days_clock(now, limits()["triage"], now).due_at
    move(referral, lifecycle.SUBMIT, by=by, case=referral, submitted_at=now, decision_due_at=due)
