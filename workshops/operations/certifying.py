"""The certificate of attendance."""

from django.db import transaction
from django.utils import timezone

from audit.trail import Refusal, record
from referrals.letters import letter_pdf
from workshops import lifecycle
from workshops.lifecycle import BookingStatus


@transaction.atomic
def certify(booking, *, by, **why) -> bytes:
    """The certificate as a PDF: who attended which programme, when and for how long; nothing of why. That it leaves the
    system is in the trail, of a restricted case with the reason for which it was opened. Refused unless they are
    recorded as attended."""
    if booking.status != BookingStatus.ATTENDED:
        raise Refusal("A certificate is made only for somebody who is recorded as attended.")
    session = booking.session
    minutes = round((session.ends_at - session.starts_at).total_seconds() / 60)
    pdf = letter_pdf(
        "letters/certificate.html",
        {
            "title": "Certificate of attendance",
            "force": session.force.name,
            "name": booking.case.participant.name,
            "programme": session.programme.label,
            "on": timezone.localtime(session.starts_at),
            "length": in_words(minutes),
            "day": timezone.localdate(),
        },
    )
    record(lifecycle.CERTIFIED, by=by, case=booking.case, ids=[booking.pk], session=str(session), **why)
    return pdf


def in_words(minutes: int) -> str:
    """2 hours; 1 hour 30 minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    return " ".join([*parts, *([f"{rest} minutes"] if rest else [])])
