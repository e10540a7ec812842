"""make_process: a process as it stands at a stage, with what the steps before it left."""

from datetime import date

from restorative.lifecycle import FACILITATED_OR_LATER, OVER, Stage
from restorative.models import AgreementItem, Process
from tests.factories import NOW, make_victim

WAY = (
    Stage.IDENTIFIED, Stage.OFFERED, Stage.ACCEPTED, Stage.PARTICIPANT_WILLING, Stage.RISK_ASSESSED, Stage.PREPARING,
    Stage.FACILITATED, Stage.AGREED, Stage.FOLLOW_UP,
)  # fmt: skip
OFFERED, ANSWERED, MET, DUE = date(2026, 6, 1), date(2026, 6, 3), date(2026, 6, 8), date(2026, 6, 20)


def make_process(case, practitioner, status=Stage.IDENTIFIED, victim=None, **fields):
    reached = WAY.index(status) if status in WAY else 2
    told = {
        1: {"offered_on": OFFERED},
        2: {"answered_on": ANSWERED},
        3: {"harm_acknowledged": True},
        4: {"risk_assessment": "They live in one street. Meet at the library."},
        5: {"preparation": "Both know what to expect."},
        6: {"facilitated_on": MET, "kind_id": "direct_conference"},
    }
    left = {name: value for place in range(1, reached + 1) for name, value in told.get(place, {}).items()}
    if status in OVER:
        left["closed_on"] = ANSWERED
    return Process.objects.create(
        **{
            "case": case,
            "victim": victim or make_victim(case),
            "practitioner": practitioner,
            "status": status,
            "identified_at": NOW,
            **left,
            **fields,
        }
    )


def make_item(process, **fields):
    assert process.status in FACILITATED_OR_LATER
    return AgreementItem.objects.create(
        **{
            "process": process,
            "case": process.case,
            "kind": "apology",
            "description": "Says sorry in a letter",
            "responsible": "Jordan Ashe",
            "due_on": DUE,
            **fields,
        }
    )
