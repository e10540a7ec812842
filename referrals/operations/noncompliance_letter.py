"""The letter that follows something missed: what was missed, until when they may say why, and to whom."""

from django.utils import timezone

from referrals import compliance
from referrals.contacting import UNNAMED
from referrals.lifecycle import CLOSED, Status
from referrals.models import ComplianceEvent, Message
from referrals.operations.messages import drop_unsent, write_message

ABOUT = "compliance"  # the first word of what such a message is about
GIVEN_UP = "The outcome was corrected, so there is nothing to answer."
DECIDED = "It was decided, so there is nothing to answer any more."
TOO_LATE = "The time to say why was over before this was sent."
WHERE = {"workshop": "the workshop", "placement": "community work"}


def write_letter(event, *, by) -> None:
    """The participant, or for a child the parent or carer, is written to once per event."""
    write_message(
        event.case,
        purpose=Message.Purpose.NON_COMPLIANCE,
        about=_about(event),
        day=timezone.localdate(),
        subject="Something was missed: please tell us why",
        words=lambda to, channel: _text(event) if channel == Message.Channel.SMS else letter_text(event, to),
        by=by,
    )


def give_up_letter(event) -> None:
    """What nobody has yet is not to be sent any more."""
    drop_unsent(event.case, _about(event), GIVEN_UP)


def no_longer(message, now) -> str:
    """Why such a message is not true any more (referrals/truth.py)."""
    event = ComplianceEvent.objects.select_related("case").filter(pk=message.about.partition(":")[2]).first()
    if event is None or event.lapsed_at:
        return GIVEN_UP
    if event.case.status in CLOSED:
        return f"The case is {Status(event.case.status).label.lower()}, so there is nothing to answer any more."
    if event.decision:
        return DECIDED
    return TOO_LATE if timezone.localdate(now) > event.evidence_by else ""


def written_about(event) -> Message | None:
    """The latest message about this event, one that stands before one that was dropped: whoever decides wants to know
    whether the participant was asked at all."""
    written = Message.objects.filter(case=event.case_id, about=_about(event))
    return written.order_by("not_sent_because", "-made_at").first()


def _about(event) -> str:
    return f"{ABOUT}:{event.pk}"


def letter_text(event, to) -> str:
    """The words of the letter, paragraph by paragraph. `to`: contacting.Addressee."""
    case = event.case
    name = case.participant.given_names if to.for_child else "you"
    greeting = f"Dear {UNNAMED}" if to.unnamed else f"Dear {to.person.given_names} {to.person.family_name}"
    day, where = compliance.day_in_words(event.happened_on), WHERE.get(event.stage, "an appointment")
    if event.outcome.attended:
        missed = f"On {day} {name} came to {where}, but did not do what was asked."
    else:
        missed = f"On {day} {name} did not come to {where}, and we know of no good reason."
    follows = (
        "on prosecution for the original offence" if case.disposal_id in compliance.CONDITIONAL else "what follows"
    )
    return "\n\n".join(
        [
            greeting,
            missed,
            f"Please tell us why by the end of {compliance.day_in_words(event.evidence_by)}.\n{_contact(case)}\n"
            "If you have something to show, such as an appointment card or a note from an employer, send it or bring "
            "it.",
            f"If there was a good reason, it does not count against {name}. If there was not, we tell the police "
            f"officer who referred {name}. After a second time within 12 months the case may go back to the officer, "
            f"who decides {follows}.",
            f"If anything makes it hard for {name} to take part, tell us: we can look at times and places again.",
        ]
    )


def _text(event) -> str:
    """The same in a text message, which somebody else may read: nothing about anybody."""
    return (
        "Immediate Justice: an appointment was missed. Please tell us why by the end of "
        f"{compliance.day_in_words(event.evidence_by)}. {_contact(event.case)}"
    )


def _contact(case) -> str:
    if case.caseworker_id:
        return f"Speak or write to {case.caseworker} at {case.provider}, {case.caseworker.email}."
    return f"Speak or write to {case.provider}."
