"""The rows of the demonstration: collected in memory, then written in one transaction, in the order of their keys."""

import hashlib
import json
from collections import defaultdict
from contextlib import contextmanager
from datetime import datetime
from random import Random
from uuid import UUID

from django.db import connections, models

from accounts.models import Organisation, User
from audit.models import Event
from notices.models import Notice
from placements.models import (
    Assessment,
    Course,
    CourseSession,
    Enrolment,
    HoursLine,
    MentoringContact,
    Nomination,
    Placement,
    Site,
    WorkSession,
)
from referrals.models import (
    ComplianceEvent,
    Consent,
    Decision,
    FurtherOffenceCheck,
    Message,
    Milestone,
    Note,
    OverrideRequest,
    Person,
    PersonLink,
    Plan,
    Query,
    ReferenceNumber,
    Referral,
    SavedFilter,
    Task,
    Victim,
)
from restorative.models import AgreementItem, Contact, Process
from workshops.models import Booking, FeedbackResponse, Session

Serves = Organisation.serves.through
NamedOfficer = Referral.named_officers.through
Admitted = Referral.admitted.through
NeverWith = Assessment.never_with.through

ORDER = (
    Organisation, Serves, User, ReferenceNumber, Person, PersonLink, SavedFilter, Referral, NamedOfficer, Admitted,
    Victim, Consent, Query, Decision, Plan, OverrideRequest, FurtherOffenceCheck, Milestone, Note, Task,
    ComplianceEvent, Session, Booking, FeedbackResponse, Message, Assessment, NeverWith, Site, Nomination, Placement,
    WorkSession,
    MentoringContact, Course, Enrolment, CourseSession, HoursLine, Process, Contact, AgreementItem, Event,
    Notice,
)  # fmt: skip
BATCH = 1000


def uuid_from(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)


class Book:
    """Unsaved rows by model. A row may refer to another that is not saved yet: it is written first."""

    def __init__(self):
        self.rows = defaultdict(list)

    def add(self, row):
        self.rows[type(row)].append(row)
        return row

    def event(self, kind, at: datetime, by, /, case=None, ids=(), **data):
        """What audit.trail.record() would have written at that time."""
        self.add(
            Event(
                at=at,
                act=kind.act,
                kind=kind.name,
                actor=by.pk if by else None,
                actor_name=str(by) if by else "",
                case=case.pk if case else None,
                ids=[str(pk) for pk in ids],
                data=json.loads(json.dumps(data, default=str)),
            )
        )

    def save(self, using: str, say=lambda text: None) -> int:
        """Write every row through the ordinary constraints; the caller holds the transaction. Returns how many."""
        if unknown := set(self.rows) - set(ORDER):
            raise AssertionError(f"no order for {unknown}")
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            (txid,) = cursor.fetchone()
        events = self.rows[Event]
        events.sort(key=lambda event: event.at)
        for event in events:
            event.txid = txid
        written = 0
        with times_as_given():
            for model in ORDER:
                for row in self.rows[model]:
                    row._state.db = using
                    if model is Notice:
                        row.event = row.of.pk
                for group in _groups(self.rows[model]):
                    model._base_manager.using(using).bulk_create(group, batch_size=BATCH)
                    written += len(group)
                if self.rows[model]:
                    say(f"  {len(self.rows[model]):>6,} {model._meta.verbose_name_plural}")
        return written

    def checksum(self) -> str:
        """SHA-256 over every row's content, keys that the database numbers and salted passwords left out."""
        digest = hashlib.sha256()
        for model in ORDER:
            names = _content(model)
            for row in self.rows[model]:
                digest.update(f"{model._meta.label}{[str(getattr(row, name)) for name in names]}".encode())
        return digest.hexdigest()


def _content(model) -> list[str]:
    """The attributes that say what a row holds; of a row whose key the database numbers, its name stands in for it."""
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]
    return [
        field.name if field.is_relation and isinstance(field.target_field, models.AutoField) else field.attname
        for field in fields
        if field.name not in ("txid", "password")
    ]


def _groups(rows):
    """A line of the ledger that reverses another is written after it: a higher `rank` comes in a later group."""
    groups = defaultdict(list)
    for row in rows:
        groups[getattr(row, "rank", 0)].append(row)
    return [groups[rank] for rank in sorted(groups)]


@contextmanager
def times_as_given():
    """Rows of the past keep the times they say: `created_at` and `updated_at` are not set to now while this lasts."""
    fields = [
        field
        for model in ORDER
        for field in model._meta.concrete_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    kept = [(field, field.auto_now, field.auto_now_add) for field in fields]
    try:
        for field in fields:
            field.auto_now = field.auto_now_add = False
        yield
    finally:
        for field, auto_now, auto_now_add in kept:
            field.auto_now, field.auto_now_add = auto_now, auto_now_add
