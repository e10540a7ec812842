"""One report's figures as one frozen object, which page, PDF, CSV and API all show, and which is kept when issued.

As JSON it is canonical: the same figures are the same bytes, whose SHA-256 is the report's checksum. What the figures
mean is kept with them: a definition that changes later does not change an issued report.
"""

import dataclasses
import hashlib
import inspect
import json
import types
import typing
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from reporting import figures
from reporting.figures import Share
from reporting.periods import Period

MARKING = "OFFICIAL-SENSITIVE"
QUARTERS = 6
DEFINED = (
    figures.participants, figures.programmes, figures.placements, figures.work_minutes, figures.restorative_justice,
    figures.feedback, figures.further_offences, figures.referrals, figures.referral_breakdowns, figures.completion,
    figures.timeliness, figures.equality, figures.data_quality, figures.mentoring, figures.courses,
    figures.qualifications,
)  # fmt: skip


@dataclass(frozen=True)
class Learning:
    mentoring: figures.Mentoring
    courses: figures.Courses
    qualifications: figures.Qualifications


@dataclass(frozen=True)
class Headlines:
    """The figures that are compared between periods."""

    period: Period
    submitted: int
    participants: figures.Participants
    programmes: int
    placements: figures.Placements
    work_minutes: int
    facilitated: int
    completed: Share
    learning: Learning | None = None  # reports issued before it was counted have none


@dataclass(frozen=True)
class QuarterOfParticipants:
    period: Period
    participants: figures.Participants


@dataclass(frozen=True)
class MonthOfWork:
    period: Period
    minutes: int


@dataclass(frozen=True)
class Content:
    """Every figure of a force and a period, as it stood at read_at."""

    force: str
    period: Period
    read_at: datetime
    marking: str
    now: Headlines
    previous: Headlines
    year_before: Headlines
    quarters: tuple[QuarterOfParticipants, ...]
    months: tuple[MonthOfWork, ...]
    restorative_justice: figures.RestorativeJustice
    feedback: figures.Feedback
    further_offences: figures.FurtherOffences
    referrals: figures.Referrals
    referral_breakdowns: tuple[figures.Breakdown, ...]
    completion: figures.Completion
    timeliness: figures.Timeliness
    equality: tuple[figures.Breakdown, ...]
    data_quality: tuple[figures.Row, ...]
    definitions: dict[str, str]

    def to_json(self) -> bytes:
        """Canonical JSON in UTF-8: keys sorted, no spaces."""
        return json.dumps(self.to_plain(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, data: bytes | str) -> "Content":
        """The object that to_json() wrote."""
        return cls.from_plain(json.loads(data))

    def to_plain(self) -> dict:
        """What to_json() writes, as objects, lists, texts and numbers: for a JSON column of the database."""
        return _plain(self)

    @classmethod
    def from_plain(cls, data: dict) -> "Content":
        """The object that to_plain() wrote, such as the stored figures of an issued report."""
        return _built(cls, data)

    @property
    def checksum(self) -> str:
        """SHA-256 of to_json(), in hexadecimal."""
        return hashlib.sha256(self.to_json()).hexdigest()


@contextmanager
def snapshot():
    """Everything read inside is of one moment, so that the figures agree with each other. Nothing can be written.

    Within a transaction that is already open its own isolation holds, as no transaction can change it half-way.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def read(force, period: Period, at: datetime) -> Content:
    """Read every figure of a force and a period in one snapshot; `at` is the moment of reading."""
    with snapshot():
        now = _headlines(force, period)
        return Content(
            force=force.name,
            period=period,
            read_at=at,
            marking=MARKING,
            now=now,
            previous=_headlines(force, period.previous()),
            year_before=_headlines(force, period.year_before()),
            quarters=tuple(
                QuarterOfParticipants(quarter, figures.participants(force, quarter))
                for quarter in period.quarters_up_to_here(QUARTERS)
            ),
            months=tuple(MonthOfWork(month, figures.work_minutes(force, month)) for month in period.by_month()),
            restorative_justice=figures.restorative_justice(force, period),
            feedback=figures.feedback(force, period),
            further_offences=figures.further_offences(force, period, at),
            referrals=figures.referrals(force, period),
            referral_breakdowns=figures.referral_breakdowns(force, period),
            completion=figures.completion(force, period),
            timeliness=figures.timeliness(force, period, at),
            equality=figures.equality(force, period),
            data_quality=figures.data_quality(force, period, at),
            definitions={figure.__name__: " ".join((inspect.getdoc(figure) or "").split()) for figure in DEFINED},
        )


def _headlines(force, period) -> Headlines:
    return Headlines(
        period=period,
        submitted=figures.referrals(force, period).submitted,
        participants=figures.participants(force, period),
        programmes=figures.programmes(force, period),
        placements=figures.placements(force, period),
        work_minutes=figures.work_minutes(force, period),
        facilitated=figures.restorative_justice(force, period).facilitated,
        completed=figures.completion(force, period).completed,
        learning=Learning(
            figures.mentoring(force, period), figures.courses(force, period), figures.qualifications(force, period)
        ),
    )


def _plain(value):
    """Dataclasses as objects, tuples as lists, dates and times as ISO text (times in UTC). A field that came later and
    has nothing but its default is left out, so that a report issued before it keeps its bytes."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.default is dataclasses.MISSING or getattr(value, field.name) != field.default
        }
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _built(kind, plain):
    """The value of a type from its plain form: what _plain() did, undone by the type's own annotations."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _built(hints[name], value) for name, value in plain.items()})
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return tuple(_built(arguments[0], item) for item in plain)
    if origin is types.UnionType:
        return None if plain is None else _built(arguments[0], plain)
    if kind is datetime or kind is date:
        return kind.fromisoformat(plain)
    return plain
