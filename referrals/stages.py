"""How the stages of a case come to stand on its page, without the case knowing them.

A stage's app registers, when Django starts, a function stage(case, user, now) → govuk.worklists.Worklist or None (when
this person may not see the stage). The case page shows them in the order of their position.
"""

_STAGES: dict = {}


def register(position: int, stage) -> None:
    _STAGES[position] = stage


def of_case(case, user, now) -> list:
    """What each stage has to show of this case to this person."""
    shown = (_STAGES[position](case, user, now) for position in sorted(_STAGES))
    return [worklist for worklist in shown if worklist is not None]
