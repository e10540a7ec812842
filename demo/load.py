"""All of the demonstration's rows, made in memory."""

from collections import Counter
from datetime import date

from demo import cast, suggested, undelivered, written
from demo.aftercare import Aftercare
from demo.book import Book
from demo.clock import at
from demo.history import History
from demo.hosts import Hosts
from demo.learning import Learning
from demo.missed import Missed
from demo.present import Present
from demo.sessions import Diary
from demo.story import Labels
from referrals.models import ReferenceNumber, Referral
from workshops.models import Programme

PROGRAMME = "asb_awareness"


def make(today: date, labels: Labels) -> Book:
    """Every row, as things stand at the beginning of the day. The same day gives the same rows."""
    book, now = Book(), at(today, 0)
    derbyshire, northshire = cast.assemble(book, now)
    programme = Programme(code=PROGRAMME, label=labels.programmes[PROGRAMME].label)  # of no database, as all rows here
    diary, hosts = Diary(book, derbyshire, programme, now), Hosts(book, derbyshire, today)
    history = History(book, derbyshire, labels, diary, hosts, now)
    history.plan()
    history.tell()
    Present(history, northshire).tell()
    Aftercare(history).tell()
    Missed(history).tell()
    Learning(history).tell()
    _number(book)
    undelivered.tell(book, derbyshire.force)
    written.tell(book, derbyshire.force, now)
    written.tell_of_work(book, derbyshire.force, now)
    suggested.tell(book, derbyshire, today)
    return book


def _number(book: Book):
    """References in the order in which the cases were begun, without gaps in a year."""
    last = Counter()
    for case in sorted(book.rows[Referral], key=lambda case: (case.created_at, case.pk)):
        last[case.created_at.year] += 1
        case.reference = f"IJ/{case.created_at.year}/{last[case.created_at.year]:06}"
    for year, number in sorted(last.items()):
        book.add(ReferenceNumber(year=year, last=number))
