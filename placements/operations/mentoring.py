"""Mentoring: each time that somebody of the provider spoke with a participant as their mentor."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.trail import IllegalMove, Refusal, record
from placements import lifecycle, rules
from placements.models import MentoringContact
from placements.operations.locking import lock_case
from placements.rules import learning

Outcome = MentoringContact.Outcome


@dataclass(frozen=True)
class Said:
    """What is recorded of a contact. `starts_at` is aware; `minutes` are 0 unless it took place."""

    mentor: User
    starts_at: datetime
    way: str
    outcome: str
    minutes: int = 0
    about: str = ""
    next_step: str = ""


_NAMES = [field.name for field in fields(Said)]


def mentors_for(case, contact=None):
    """Who may have been the mentor in this case: the coordinators of its provider; of a contact on record, whoever it
    names too, who may have left since."""
    coordinators = User.objects.with_role(Role.COORDINATOR).filter(organisation=case.provider_id)
    return coordinators | User.objects.filter(pk=contact.mentor_id) if contact else coordinators


@transaction.atomic
def record_mentoring(case, *, by, **said) -> MentoringContact:
    """The contact is on record (fields of Said). Refused in the future, before the case was accepted, in a closed case,
    for a mentor of another provider, and while another contact of the case took place."""
    said = Said(**said)
    current = lock_case(case, so="no mentoring can be recorded in it")
    now = timezone.now()
    _check(current, said, now)
    contact = MentoringContact.objects.create(case=current, recorded_by=by, recorded_at=now, **_fields(said))
    record(lifecycle.MENTORED, by=by, case=current, ids=[contact.pk], when=_day(contact))
    return contact


@transaction.atomic
def change_mentoring(contact, *, by, version: int, **said) -> MentoringContact:
    """The contact says what is given. Refused as record_mentoring() refuses, and where somebody changed it since it was
    read (`version`)."""
    said = Said(**said)
    case = lock_case(contact.case, so="its mentoring can no longer be changed")
    current = MentoringContact.objects.select_related("recorded_by").get(pk=contact.pk)
    if current.version != version:
        raise IllegalMove(
            f"{current.recorded_by} changed this on {timezone.localtime(current.recorded_at):%-d %B %Y at %H:%M}, "
            "after you opened it. Nothing was changed: open it again."
        )
    now = timezone.now()
    _check(case, said, now, but=current)
    for name, value in _fields(said).items():
        setattr(current, name, value)
    current.recorded_by, current.recorded_at, current.version = by, now, current.version + 1
    current.save()
    record(lifecycle.MENTORING_CHANGED, by=by, case=case, ids=[current.pk], when=_day(current))
    return current


def _fields(said) -> dict:
    """As the row has them; asdict() would copy the account of the mentor."""
    return {name: getattr(said, name) for name in _NAMES}


def _day(contact) -> str:
    return rules.date_in_words(rules.local(contact.starts_at).date())


def _check(case, said, now, but=None):
    took_place = said.outcome == Outcome.TOOK_PLACE
    since = rules.local(case.decided_at).date() if case.decided_at else None
    learning.check_mentoring(now, said.starts_at, said.minutes, took_place, since)
    if not mentors_for(case, but).filter(pk=said.mentor.pk).exists():
        raise Refusal(f"{said.mentor} is not a coordinator of the provider of this case.", "mentor")
    starts_at, ends_at = learning.until(said.starts_at, 0), learning.until(said.starts_at, max(said.minutes, 1))
    others = case.mentoring_contacts.exclude(pk=but.pk if but else None)
    near = others.filter(starts_at__gt=starts_at - timedelta(days=1), starts_at__lt=ends_at)
    for other in near.select_related("mentor"):
        over = learning.until(other.starts_at, other.minutes)
        if other.starts_at == starts_at or (took_place and over > starts_at):
            when = f"{rules.date_in_words(rules.local(other.starts_at).date())} at {rules.clock(other.starts_at)}"
            raise Refusal(
                f"Mentoring with {other.mentor} on {when} is on record already"
                + (f", until {rules.clock(over)}" if other.minutes else "")
                + ". Enter another time, or change that one.",
                "starts_at",
            )
