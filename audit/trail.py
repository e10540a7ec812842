"""The trail's one writer, and the state machine whose every step leaves a trace.

A Kind names what can happen; record() writes that it did. A Transition names a step of a lifecycle; move() takes it.
"""

import json
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

from accounts.roles import SIGNED_IN

KINDS: dict[str, "Kind"] = {}
request_context: ContextVar[dict] = ContextVar("request_context", default={})  # noqa: B039 – it is set whole, never changed


@dataclass(frozen=True)
class Kind:
    """One kind of event: its name ("referral.accepted"), the sentence that the timeline shows, with {fields} of the
    event's data, the act of DPA 2018 s.62, and the permission a person needs to see it in a case's timeline.
    A kind with no sentence stays out of timelines."""

    name: str
    sentence: str = ""
    act: str = "alteration"
    permission: str = SIGNED_IN

    def __post_init__(self):
        if self.name in KINDS:
            raise ValueError(f"two kinds named {self.name}")
        KINDS[self.name] = self


@dataclass(frozen=True)
class Transition:
    """One step of a lifecycle: which statuses it may leave, which it reaches, who may take it, what the trail says."""

    verb: str
    sources: tuple[str, ...]
    target: str
    permission: str
    kind: Kind


class Refusal(Exception):
    """Something the rules do not allow, in a sentence for the person who asked. `field` names the form field at
    fault."""

    status = 422

    def __init__(self, sentence: str, field: str | None = None, details: Sequence[dict] = ()):
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.details = list(details)  # for the API: what exactly was not met


class IllegalMove(Refusal):
    """The record is no longer (or not yet) in a status that the step may leave."""

    status = 409


def record(kind: Kind, /, *, by=None, case=None, ids=(), **data) -> int:
    """Write one event, in the transaction at hand; returns its number. `data` goes to the trail as JSON: codes and
    numbers rather than personal details. Time and transaction are the database's own."""
    context = request_context.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_record(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                kind.act,
                kind.name,
                by.pk if by else None,
                str(by) if by else "",
                case.pk if case else None,
                json.dumps([str(pk) for pk in ids]),
                json.dumps(data, default=str),
                context.get("request_id", ""),
                context.get("ip"),
            ],
        )
        return cursor.fetchone()[0]


def move(obj, transition: Transition, *, by, case, event=None, **fields) -> int:
    """Take one step: a guarded UPDATE that changes nothing unless the row still has a status the step may leave.

    Sets `fields` with the status and writes the event (data: `event`) in the same transaction; returns the number of
    the event. Raises IllegalMove,
    with nothing changed, when somebody was there first; `obj` then holds what they made of it.
    """
    model = type(obj)
    with transaction.atomic():
        changed = model._base_manager.filter(pk=obj.pk, status__in=transition.sources).update(
            status=transition.target, **fields
        )
        if not changed:
            obj.refresh_from_db()
            raise IllegalMove(obj.refuse(transition))
        for name, value in {"status": transition.target, **fields}.items():
            setattr(obj, name, value)
        return record(transition.kind, by=by, case=case, **(event or {}))


def timeline_kinds(case) -> list[str]:
    """Names of the kinds that belong in the timeline of a case, for the person who opened it (case.may)."""
    return [
        kind.name
        for kind in KINDS.values()
        if kind.sentence and (kind.permission == SIGNED_IN or case.may(kind.permission))
    ]


class _Missing(dict):
    def __missing__(self, key):
        return "…"


def sentence(event) -> str:
    """What the timeline says of an event; of one that stays out of timelines, its name in words."""
    kind = KINDS.get(event.kind)
    if kind and kind.sentence:
        return kind.sentence.format_map(_Missing(event.data))
    return in_words(event.kind)


def in_words(name: str) -> str:
    """ "rj.item_done" → "RJ: item done"."""
    subject, _, rest = name.replace("_", " ").partition(".")
    return f"{subject.upper() if len(subject) < 3 else subject.capitalize()}: {rest}"
