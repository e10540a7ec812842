"""Messages to the people of a case: written in the transaction of what they tell, sent by referrals/sending.py or
printed, stopped and wanted again. Who is written to and by which way: referrals/contacting.py."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from notices.outbox import queue_soon
from notices.transports import may_text
from referrals import contacting, facts, lifecycle
from referrals.letters import letter_pdf
from referrals.likeness import same_person
from referrals.models import Message, Person
from referrals.truth import no_longer_true

STOP = "messages.stop"  # the salt of the links by which people stop messages
STOP_LASTS = 365 * 24 * 60 * 60
DIED = "died"  # the reason for which a case was returned
Channel = Message.Channel


@transaction.atomic
def write_message(
    case, *, purpose: str, about: str, day: date, subject: str, words: Callable[[contacting.Addressee, str], str],
    by=None, due_at=None, letters=True,
) -> Message | None:  # fmt: skip
    """The participant (of a child, as of `day`: the parent or carer) gets this message by the first way that is safe,
    once: the same `about` and purpose again change nothing. words(addressee, channel) says it; `letters`: whether a
    letter does where there is no other way. The message, or None where none was made: also where they died."""
    if case.return_reason_id == DIED:
        return None
    to = contacting.addressee(case.participant, case.parent_or_carer, day)
    stopped = facts.no_messages_since(to.person) is not None
    channel = contacting.way(to, texts=may_text(), stopped=stopped, short=purpose == Message.Purpose.REMINDER)
    if channel == Channel.LETTER and not letters:
        return None
    now = timezone.now()
    message = Message(
        case=case,
        person=to.person,
        channel=channel,
        purpose=purpose,
        about=about,
        subject=subject,
        text=words(to, channel),
        made_by=by,
        made_at=now,
        due_at=due_at or now,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    if channel != Channel.LETTER and message.due_at <= now:
        send_soon()
    return Message.objects.filter(pk=message.pk).first()


def drop_unsent(case, about: str, because: str) -> bool:
    """What of this (the beginning of an `about`) nobody has yet is not sent any more; whether there was any."""
    found = Message.objects.open().filter(case=case, about__startswith=about, claimed_at__isnull=True)
    return bool(found.update(not_sent_because=because, failed_at=None))


def was_told(case, about: str) -> bool:
    """Whether a message about this was sent, printed, or is on its way."""
    return Message.objects.filter(case=case, about__startswith=about, not_sent_because="").exists()


def send_soon() -> None:
    """What is due is sent as soon as the transaction commits."""
    from referrals.tasks import send_messages

    queue_soon(send_messages)


def as_letter(message, because: str) -> None:
    """The message is not sent by its way; a letter with the same words is to be printed, unless there is one."""
    Message.objects.filter(pk=message.pk).update(
        not_sent_because=because, claimed_at=None, failed_at=None, next_try_at=None
    )
    letter = Message(
        case_id=message.case_id,
        person_id=message.person_id,
        channel=Channel.LETTER,
        purpose=message.purpose,
        about=message.about,
        subject=message.subject,
        text=message.text,
        made_by_id=message.made_by_id,
        made_at=timezone.now(),
        due_at=message.due_at,
    )
    Message.objects.bulk_create([letter], ignore_conflicts=True)


@transaction.atomic
def send_message_again(message, *, by) -> None:
    """The message is sent at once and has all its tries again. Refused for a letter, for what was sent or given up,
    while a worker has it in its hands, and when it is not true any more."""
    current = _to_be_settled(message)
    _refuse_letter(current)
    _refuse_untrue(current)
    current.claimed_at = current.failed_at = current.next_try_at = None
    current.attempts, current.error, current.due_at = 0, "", min(current.due_at, timezone.now())
    current.save(update_fields=["claimed_at", "failed_at", "next_try_at", "attempts", "error", "due_at"])
    record(lifecycle.MESSAGE_SENT_AGAIN, by=by, case=current.case, ids=[current.pk], **_told(current))
    send_soon()


@transaction.atomic
def write_letter_instead(message, *, by) -> None:
    """A letter with the same words is to be printed instead. Refused as sending again is."""
    current = _to_be_settled(message)
    _refuse_letter(current)
    _refuse_untrue(current)
    as_letter(current, f"A letter instead, as {by} chose."[:200])
    record(lifecycle.MESSAGE_GIVEN_UP, by=by, case=current.case, ids=[current.pk], **_told(current))


@transaction.atomic
def give_up_message(message, *, by, reason: str) -> None:
    """The message is not sent or printed any more, and says who decided that and why. Refused without a reason, for
    what was sent or given up, and while a worker has it in its hands."""
    if not reason.strip():
        raise Refusal("Enter why it is not sent, for example that you rang them.", "reason")
    current = _to_be_settled(message)
    current.claimed_at = current.failed_at = None
    current.not_sent_because = f"{by}: {reason.strip()}"[:200]
    current.save(update_fields=["claimed_at", "failed_at", "not_sent_because"])
    record(lifecycle.MESSAGE_GIVEN_UP, by=by, case=current.case, ids=[current.pk], **_told(current))


# --- letters --------------------------------------------------------------------------------------------------------


def letter_of(message, *, by) -> bytes:
    """The PDF of a letter; that it leaves the system is in the trail before it does. Refused for what is no letter, and
    for one that is to be printed and is not true any more."""
    if message.channel != Channel.LETTER:
        raise Refusal("This message is not a letter.")
    if message.is_a_letter_to_print:
        _refuse_untrue(message)
    record(lifecycle.LETTER_DISCLOSED, by=by, case=message.case, ids=[message.pk], **_told(message))
    person, case = message.person, message.case
    for_the_unnamed = person.pk == case.participant_id and contacting.UNNAMED in message.text.partition("\n")[0]
    name = f"The {contacting.UNNAMED} of {person.name}" if for_the_unnamed else person.name
    context = {
        "title": message.subject,
        "force": case.force,
        "to": [name, *(line.strip() for line in person.address.split(",") if line.strip())],
        "reference": case.reference,
        "day": timezone.localdate(message.made_at),
        "blocks": [block.split("\n") for block in message.text.strip().split("\n\n")],
    }
    return letter_pdf("letters/message.html", context)


@transaction.atomic
def mark_printed(message, *, by) -> None:
    """The letter was printed, and handed over or posted. Refused for what is no letter, a second time, and for one that
    is given up or not true any more."""
    current = _to_be_settled(message)
    if current.channel != Channel.LETTER:
        raise Refusal("This message is not a letter.")
    _refuse_untrue(current)
    current.sent_at, current.printed_by = timezone.now(), by
    current.save(update_fields=["sent_at", "printed_by"])
    record(lifecycle.MESSAGE_SENT, by=by, case=current.case, ids=[current.pk], **_told(current))


def drop_untrue_letters(now) -> int:
    """Letters that nobody printed in time, and that are not true any more, are not to be printed; how many."""
    dropped = 0
    for letter in Message.objects.letters_to_print().filter(due_at__lte=now).select_related("case"):
        if because := no_longer_true(letter, now):
            dropped += Message.objects.open().filter(pk=letter.pk).update(not_sent_because=because)
    return dropped


# --- stopping, and wanting them again -------------------------------------------------------------------------------


def stop_link(message) -> str:
    """The address, without the site, at which whoever got this message stops emails and texts. It holds the number of
    the message, signed, and lasts a year."""
    return settings.SITE_URL + reverse("referrals:stop_messages", args=[signing.dumps(message.pk.hex, salt=STOP)])


def message_of(token: str) -> Message | None:
    """The message whose link this is; None for one that was made up or is a year old."""
    try:
        pk = signing.loads(token, salt=STOP, max_age=STOP_LASTS)
    except signing.BadSignature:
        return None
    return Message.objects.select_related("case", "person").filter(pk=pk).first()


@transaction.atomic
def stop_messages(message) -> None:
    """The person who got this message gets no emails and texts any more, but letters; whichever record of theirs is
    written to (facts.no_messages_since). A second time changes nothing."""
    stopped = Person.objects.filter(pk=message.person_id, no_messages_since__isnull=True)
    if stopped.update(no_messages_since=timezone.now()):
        record(lifecycle.MESSAGES_STOPPED, case=message.case, ids=[message.person_id])


@transaction.atomic
def want_messages(person, case, *, by) -> None:
    """The person told `by` that they want emails and texts again, on whichever record of theirs they stopped them.
    Refused for somebody who never did."""
    stopped = Person.objects.filter(pk__in=same_person(person.pk), no_messages_since__isnull=False)
    if not stopped.update(no_messages_since=None):
        raise IllegalMove("They get emails and texts already, where those are marked as safe.")
    record(lifecycle.MESSAGES_WANTED, by=by, case=case, ids=[person.pk])


def _told(message) -> dict:
    return {"what": message.get_purpose_display(), "way": message.get_channel_display().lower()}


def _refuse_letter(message) -> None:
    if message.channel == Channel.LETTER:
        raise Refusal("A letter is printed, not sent.")


def _refuse_untrue(message) -> None:
    if because := no_longer_true(message, timezone.now()):
        raise IllegalMove(f"This message is not true any more, so it is not sent. {because}")


def _to_be_settled(message) -> Message:
    """The row, locked, if it is still somebody's to settle."""
    current = Message.objects.select_for_update(of=("self",)).select_related("case").get(pk=message.pk)
    if current.sent_at:
        done = "printed" if current.channel == Channel.LETTER else "sent"
        when = timezone.localtime(current.sent_at)
        raise IllegalMove(f"This message was {done} on {when:%-d %B %Y at %H:%M}.")
    if current.not_sent_because:
        raise IllegalMove(f"This message is not sent any more. {current.not_sent_because}")
    if current.claimed_at and not current.is_interrupted(timezone.now()):
        raise IllegalMove("This message is being sent at this moment. Look again in 15 minutes.")
    return current
