"""The lifecycle of a restorative justice process.

IDENTIFIED → OFFERED → ACCEPTED | DECLINED | NO_RESPONSE
ACCEPTED → PARTICIPANT_WILLING | NOT_WILLING
PARTICIPANT_WILLING → RISK_ASSESSED → PREPARING → FACILITATED → AGREED → FOLLOW_UP → CLOSED
any open stage → CLOSED: any party may stop at any time
"""

from django.db import models

from audit.trail import Kind, Transition
from referrals.lifecycle import Status


class Stage(models.TextChoices):
    IDENTIFIED = "identified", "To be offered"
    OFFERED = "offered", "Offered to the victim"
    ACCEPTED = "accepted", "Victim wants to go ahead"
    DECLINED = "declined", "Victim declined"
    NO_RESPONSE = "no_response", "No answer from the victim"
    PARTICIPANT_WILLING = "participant_willing", "Participant is willing"
    NOT_WILLING = "not_willing", "Participant is not willing"
    RISK_ASSESSED = "risk_assessed", "Risk assessed"
    PREPARING = "preparing", "Preparing"
    FACILITATED = "facilitated", "Facilitated"
    AGREED = "agreed", "Outcome agreed"
    FOLLOW_UP = "follow_up", "Following up"
    CLOSED = "closed", "Closed"


T = Stage
OVER = (T.DECLINED, T.NO_RESPONSE, T.NOT_WILLING, T.CLOSED)
FACILITATED_OR_LATER = (T.FACILITATED, T.AGREED, T.FOLLOW_UP)
IN_WORK = (T.IDENTIFIED, T.OFFERED, T.ACCEPTED, T.PARTICIPANT_WILLING, T.RISK_ASSESSED, T.PREPARING)

RECORD = "restorative.record"


def _step(verb, sources, target, sentence, permission=RECORD):
    """A step whose trace is for those who may see restorative justice: a victim's choice is theirs to tell."""
    return Transition(verb, sources, target, permission, Kind(f"rj.{verb}", sentence, permission="restorative.read"))


OFFER = _step("offer", (T.IDENTIFIED,), T.OFFERED, "Restorative justice offered to the victim")
ACCEPT = _step("accept", (T.OFFERED,), T.ACCEPTED, "The victim wants restorative justice")
DECLINE = _step("decline", (T.OFFERED,), T.DECLINED, "The victim declined restorative justice")
NO_RESPONSE = _step("no_response", (T.OFFERED,), T.NO_RESPONSE, "The victim did not answer the offer")
WILLING = _step("willing", (T.ACCEPTED,), T.PARTICIPANT_WILLING, "The participant is willing and acknowledges the harm")
NOT_WILLING = _step("not_willing", (T.ACCEPTED,), T.NOT_WILLING, "The participant is not willing")
ASSESS_RISK = _step("assess_risk", (T.PARTICIPANT_WILLING,), T.RISK_ASSESSED, "Restorative justice risk assessed")
PREPARE = _step("prepare", (T.RISK_ASSESSED,), T.PREPARING, "Preparing for restorative justice")
FACILITATE = _step("facilitate", (T.PREPARING,), T.FACILITATED, "Restorative justice facilitated on {on}")
AGREE = _step("agree", (T.FACILITATED,), T.AGREED, "Outcome agreed. Things to do: {items}")
FOLLOW = _step("follow_up", (T.FACILITATED, T.AGREED), T.FOLLOW_UP, "Following up restorative justice")
FINISH = _step("finish", FACILITATED_OR_LATER, T.CLOSED, "Restorative justice finished")
STOP = _step("stop", IN_WORK, T.CLOSED, "Restorative justice stopped: {reason}")

TRANSITIONS = (
    OFFER, ACCEPT, DECLINE, NO_RESPONSE, WILLING, NOT_WILLING, ASSESS_RISK, PREPARE, FACILITATE, AGREE, FOLLOW, FINISH,
    STOP,
)  # fmt: skip

STARTED = Kind("rj.started", "Restorative justice to be offered by {practitioner}", permission="restorative.read")
CONTACTED = Kind("rj.contacted", permission="restorative.read")
HANDED_OVER = Kind("rj.handed_over", "Restorative justice now with {practitioner}", permission="restorative.read")
ITEM_DONE = Kind("rj.item_done", "Agreement: {what} done", permission="restorative.read")
READ = Kind("rj.read", act="consultation")
LISTED = Kind("rj.listed", act="consultation")


def steps_for(process, user):
    """The transitions that this user may take now."""
    return [t for t in TRANSITIONS if process.status in t.sources and user.may(t.permission)]


def refusal(process, transition) -> str:
    return (
        f"This step cannot be taken now: the process is at “{Stage(process.status).label.lower()}”, and it needs "
        f"“{' or '.join(Stage(source).label.lower() for source in transition.sources)}”."
    )


def start_refusal(case) -> str:
    """Why no process may start in a case; "" if one may. One that has started goes on when its case is closed."""
    if case.status == Status.ACTIVE:
        return ""
    return f"{case.reference} is {Status(case.status).label.lower()}, so restorative justice cannot start in it."
