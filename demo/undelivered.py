"""Emails that did not arrive, for the administrator to deal with: one refused for good, one interrupted."""

from datetime import timedelta

from audit.models import Event
from demo.book import Book
from notices.models import Notice
from notices.transports import BROKE
from referrals.lifecycle import ACCEPT
from referrals.models import Referral

MINUTE = timedelta(minutes=1)


def tell(book: Book, force) -> None:
    """Of the two newest acceptances their officers were not told, or perhaps not. The cases have their references."""
    cases = {case.pk: case for case in book.rows[Referral] if case.force == force}
    accepted = [event for event in book.rows[Event] if event.kind == ACCEPT.kind.name and event.case in cases]
    refused, broken = sorted(accepted, key=lambda event: (event.at, event.case))[-2:]
    officer = cases[refused.case].referred_by
    said = f"550 5.1.1 <{officer.email}>: mailbox unavailable"
    _add(book, refused, cases, attempts=1, error=said, failed_at=refused.at + MINUTE)
    _add(book, broken, cases, attempts=1, error=BROKE, claimed_at=broken.at + MINUTE)


def _add(book, event, cases, **became):
    case = cases[event.case]
    notice = Notice(
        user=case.referred_by,
        sentence=f"{case.reference} was accepted.",
        path=f"/referrals/{case.pk}/",
        made_at=event.at,
        due_at=event.at,
        **became,
    )
    notice.of = event  # its number is known once it is written
    book.add(notice)
