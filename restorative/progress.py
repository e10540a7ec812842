"""How far a process has got, and what comes next, in words for its page."""

from django.utils.formats import date_format

from govuk.worklists import Row
from restorative.lifecycle import OVER, Stage

COLOURS = {
    Stage.IDENTIFIED: "yellow",
    Stage.DECLINED: "grey",
    Stage.NO_RESPONSE: "grey",
    Stage.NOT_WILLING: "grey",
    Stage.CLOSED: "grey",
    Stage.FACILITATED: "green",
    Stage.AGREED: "green",
    Stage.FOLLOW_UP: "green",
}

# At each stage: the step that takes the process on.
NEXT = {
    Stage.IDENTIFIED: "offer",
    Stage.OFFERED: "answer",
    Stage.ACCEPTED: "participant",
    Stage.PARTICIPANT_WILLING: "assess_risk",
    Stage.RISK_ASSESSED: "prepare",
    Stage.PREPARING: "facilitate",
    Stage.FACILITATED: "agree",
    Stage.AGREED: "follow_up",
    Stage.FOLLOW_UP: "finish",
}

# The same, as a request to the practitioner and as what a reader of the page is told.
TO_DO = {
    "offer": "offer restorative justice to the victim",
    "answer": "record the victim’s answer",
    "participant": "ask the participant",
    "assess_risk": "assess the risks",
    "prepare": "prepare the parties",
    "facilitate": "bring the parties together",
    "agree": "write down what was agreed",
    "follow_up": "follow up with both parties",
    "finish": "close the process",
}


def tag(process) -> tuple[str, str]:
    return process.get_status_display(), COLOURS.get(process.status, "blue")


def steps(process, items) -> list[Row]:
    """Every step of the way: done, left out, at hand, or still to come. `items`: a list of what was agreed."""
    done_items = sum(1 for item in items if item.done_on)
    way = [
        ("Offered to the victim", process.offered_on, _day(process.offered_on)),
        ("The victim wants to go ahead", _went_ahead(process), _day(process.answered_on)),
        ("The participant is willing and acknowledges the harm", process.harm_acknowledged, ""),
        ("Risks assessed", process.risk_assessment, ""),
        ("Parties prepared", process.preparation, ""),
        ("Facilitated", process.facilitated_on, _day(process.facilitated_on)),
        ("Agreement written down", items, f"{done_items} of {len(items)} things done" if items else ""),
        ("Followed up and closed", process.facilitated_on and process.closed_on, _day(process.closed_on)),
    ]
    rows, at_hand = [], process.status not in OVER
    furthest = max((place for place, (_, done, _) in enumerate(way) if done), default=-1)
    if process.status == Stage.FOLLOW_UP:
        furthest = len(way) - 1  # an agreement is not waited for any more
    for place, (text, done, detail) in enumerate(way):
        if done:
            rows.append(Row(text, detail=detail, tag=("Done", "green")))
        elif place < furthest:
            rows.append(Row(text, tag=("Left out", "grey")))
        elif at_hand:
            rows.append(Row(text, tag=("Now", "blue")))
            at_hand = False
        else:
            rows.append(Row(text))
    return rows


def ending(process) -> str:
    """How a process that is over came to its end; "" for one that is not."""
    if process.status not in OVER:
        return ""
    if process.status != Stage.CLOSED:
        return f"{process.get_status_display()}. Over since {_day(process.closed_on)}."
    if process.not_proceeded_reason:
        return f"Stopped on {_day(process.closed_on)}: {process.not_proceeded_reason.label.lower()}."
    return f"Carried through, and closed on {_day(process.closed_on)}."


def _went_ahead(process):
    return process.answered_on and process.status != Stage.DECLINED


def _day(day):
    return date_format(day, "j F Y") if day else ""
