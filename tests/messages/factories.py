"""make_message: an invitation to a workshop, due now. NOW is that of tests/factories.py."""

from referrals.models import Message
from tests.factories import NOW


def make_message(case, booking, **fields):
    session = booking.session
    return Message.objects.create(
        **{
            "case": case,
            "person": case.participant,
            "channel": "email",
            "purpose": "invitation",
            "about": f"workshop:{booking.pk}:0",
            "subject": "Your place on a workshop",
            "text": f"Hello Jordan,\n\nWhen: {session.when}\nWhere: {session.place}",
            "made_at": NOW,
            "due_at": NOW,
            **fields,
        }
    )


def again(message):
    message.refresh_from_db()
    return message


def link_in(text):
    return next(word for word in text.split() if "/stop/" in word)
