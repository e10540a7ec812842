"""Invitations to the workshops to come: most arrived, one email did not, and letters wait to be printed. And what work
is planned: whoever has some ahead was told."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string

from demo.book import Book, uuid_from
from demo.plan import dice
from placements.models import WorkSession
from placements.operations import telling as work
from referrals import lifecycle
from referrals.contacting import Addressee
from referrals.models import Message
from workshops.lifecycle import BookingStatus
from workshops.models import Booking
from workshops.operations.telling import ABOUT, SUBJECTS

Channel, Purpose = Message.Channel, Message.Purpose
WAITING = 2  # letters that nobody has printed yet


def tell(book: Book, force, now: datetime) -> None:
    """Whoever has a place on a session to come was written to when it was booked. The cases have their references."""
    booked = [
        row
        for row in book.rows[Booking]
        if row.status == BookingStatus.BOOKED and row.session.starts_at > now and row.case.force == force
    ]
    booked.sort(key=lambda row: (row.booked_at, row.pk), reverse=True)
    letters = emails = 0
    for row in booked:
        to = row.case.parent_or_carer or row.case.participant
        by_email = to.email and to.email_is_safe
        message = _invitation(row, to, Channel.EMAIL if by_email else Channel.LETTER)
        book.add(message)
        if by_email and emails == 0:
            message.attempts, message.failed_at = 1, message.made_at + timedelta(minutes=1)
            message.error = "550 5.1.1 mailbox unavailable"
        elif by_email:
            message.claimed_at = message.sent_at = message.made_at + timedelta(minutes=1)
        elif letters >= WAITING:
            message.sent_at, message.printed_by = message.made_at + timedelta(minutes=30), row.booked_by
        emails, letters = emails + bool(by_email), letters + (not by_email)
        _note(book, message, now)


def _note(book, message, now):
    if message.sent_at and message.sent_at < now:
        what, way = message.get_purpose_display(), message.get_channel_display().lower()
        book.event(lifecycle.MESSAGE_SENT, message.sent_at, message.made_by, case=message.case, what=what, way=way)


def _invitation(row, to, channel) -> Message:
    session = row.session
    child = row.case.participant.given_names if to != row.case.participant else ""
    context = {
        "session": session,
        "purpose": Purpose.INVITATION.value,
        "hello": f"Hello {to.given_names},",
        "child": child,
        "phone": settings.CONTACT_PHONE,
        "reference": row.case.reference,
    }
    return Message(
        id=uuid_from(dice(f"written:{row.pk}")),
        case=row.case,
        person=to,
        channel=channel,
        purpose=Purpose.INVITATION,
        about=f"{ABOUT}:{row.pk}:{session.version}",
        subject=SUBJECTS["invitation"],
        text=render_to_string("workshops/messages/invitation.txt", context).strip(),
        made_by=row.booked_by,
        made_at=row.booked_at,
        due_at=row.booked_at,
    )


def tell_of_work(book: Book, force, now: datetime) -> None:
    """Whoever has work ahead was told of it when it was planned. The cases have their references."""
    ahead = defaultdict(list)
    for row in book.rows[WorkSession]:
        if row.outcome_id is None and row.starts_at > now and row.case.force == force:
            ahead[row.case].append(row)
    for case, sessions in ahead.items():
        sessions.sort(key=lambda row: row.starts_at)
        planned = max((row.placement for row in sessions), key=lambda placement: placement.planned_at)
        to = Addressee(case.parent_or_carer or case.participant, for_child=case.parent_or_carer is not None)
        channel = Channel.EMAIL if to.person.email and to.person.email_is_safe else Channel.LETTER
        message = Message(
            id=uuid_from(dice(f"planned:{case.pk}")),
            case=case,
            person=to.person,
            channel=channel,
            purpose=Purpose.INVITATION,
            about=f"{work.of_case(case)}{planned.pk.hex}",
            subject=work.SUBJECTS["invitation"],
            text=work.text_of(case, Purpose.INVITATION, sessions, to, channel),
            made_by=planned.planned_by,
            made_at=planned.planned_at,
            due_at=planned.planned_at + work.SETTLES,
        )
        message.sent_at = message.due_at + timedelta(minutes=20)
        if channel == Channel.EMAIL:
            message.claimed_at = message.sent_at
        else:
            message.printed_by = planned.planned_by
        book.add(message)
        _note(book, message, now)
