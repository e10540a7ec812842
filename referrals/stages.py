"""How the stages of a case come to stand on its page, and hear of what becomes of it, without the case knowing them.

A stage's app registers, when Django starts:
- a function stage(case, user, now) → govuk.worklists.Worklist or None (when this person may not see the stage). The
  case page shows them in the order of their position, and fetches with the case the one-to-one rows that they name;
- functions follow(case, by=user) for when a case is accepted and for when it is closed. They run in the transaction of
  the step, with the case's row locked; a Refusal undoes the step;
- a function tell() → when the county's schools are closed. Whoever plans work asks school_holidays();
- a function follow(case, kind, by=user) → sentences, for when a consent of this kind is withdrawn: it stops what
  depends on it, in the same transaction, and says what that was;
- a function kept_apart(people) → the people (their primary keys) who must never be beside one of these. Whoever puts
  people together asks kept_apart() first.
"""

from dataclasses import dataclass, field
from datetime import datetime

from referrals.likeness import same_people


@dataclass(frozen=True)
class Ahead:
    """Where a participant goes next, in words for themselves: nothing of why, and nobody else's name."""

    what: str
    starts_at: datetime
    ends_at: datetime
    where: str
    bring: list[str] = field(default_factory=list)


_STAGES: dict = {}
_JOINED: list[str] = []
_WHEN_ACCEPTED: list = []
_WHEN_CLOSED: list = []
_DONE: list = []
_AHEAD: list = []
_SCHOOLS_CLOSED: list = []
_KEEP_APART: list = []
_WHEN_CONSENT_WITHDRAWN: list = []


def register(position: int, stage, *, joined=()) -> None:
    _STAGES[position] = stage
    _JOINED.extend(joined)


def joined() -> list[str]:
    """What to select_related() with a case whose stages are shown."""
    return _JOINED


def of_case(case, user, now) -> list:
    """What each stage has to show of this case to this person."""
    shown = (_STAGES[position](case, user, now) for position in sorted(_STAGES))
    return [worklist for worklist in shown if worklist is not None]


def when_accepted(follow) -> None:
    _WHEN_ACCEPTED.append(follow)


def when_closed(follow) -> None:
    _WHEN_CLOSED.append(follow)


def when_consent_withdrawn(follow) -> None:
    _WHEN_CONSENT_WITHDRAWN.append(follow)


def keep_apart(tell) -> None:
    _KEEP_APART.append(tell)


def kept_apart(people) -> set:
    """Who must never be beside one of these people, as the stages know it, whichever records of them are linked; all by
    their primary keys."""
    known = same_people(people)
    return same_people({person for tell in _KEEP_APART for person in tell(known)})


def accepted(case, *, by) -> None:
    """The stages follow a decision: the case is active, with the plan and the provider that it names."""
    for follow in _WHEN_ACCEPTED:
        follow(case, by=by)


def closed(case, *, by) -> None:
    """The stages let go of what they had planned in a case that was completed, returned, withdrawn or declined."""
    for follow in _WHEN_CLOSED:
        follow(case, by=by)


def tells_school_holidays(tell) -> None:
    """tell() → when the county's schools are closed: rows with first, last and why."""
    _SCHOOLS_CLOSED.append(tell)


def school_holidays() -> list:
    """When the county's schools are closed, as far as it is known."""
    return [closed for tell in _SCHOOLS_CLOSED for closed in tell()]


def consent_withdrawn(case, kind: str, *, by) -> list[str]:
    """The stages stop what this consent allowed; what they stopped, in sentences."""
    return [sentence for follow in _WHEN_CONSENT_WITHDRAWN for sentence in follow(case, kind, by=by)]


def tells_what_was_done(tell) -> None:
    """tell(case) → sentences on what the participant did in the stage."""
    _DONE.append(tell)


def what_was_done(case) -> list[str]:
    """What the participant did so far, in sentences."""
    return [sentence for tell in _DONE for sentence in tell(case)]


def tells_what_is_ahead(tell) -> None:
    """tell(case, now) → Ahead, each where the participant goes next in the stage."""
    _AHEAD.append(tell)


def ahead_of(case, now) -> list[Ahead]:
    """Where the participant goes next, soonest first."""
    return sorted((one for tell in _AHEAD for one in tell(case, now)), key=lambda one: one.starts_at)
