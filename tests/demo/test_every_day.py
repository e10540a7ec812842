"""Whatever the day and however chance falls, the rows can be laid out, add up, and give everybody something to do.

(In memory. What the database and the pages make of the rows is tested on one day by the other files.)
"""

from datetime import date

import pytest

from demo import load, plan
from demo.book import Book
from demo.clock import at
from demo.story import Labels
from restorative.models import Process
from tests.demo.in_memory import Rows, check_lists, check_published, check_rows

DAY = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("day", "seed"),
    [
        (plan.EARLIEST_TODAY, plan.SEED),  # a bank holiday
        (date(2027, 12, 24), plan.SEED),  # the days on which nobody works have begun
        (DAY, plan.SEED),
        (date(2029, 4, 1), "another"),  # Easter Sunday, the first day of a quarter
        (date(2030, 6, 30), "a third"),  # a Sunday, the last day of a quarter
        (plan.LATEST_TODAY, "a fourth"),
    ],
)
def test_it_holds_on_every_day_and_for_every_chance(day, seed, monkeypatch, db):
    monkeypatch.setattr(plan, "SEED", seed)
    rows = Rows(load.make(day, Labels("default")), at(day, 0))
    check_published(rows)
    check_rows(rows)
    check_lists(rows)


def test_the_check_finds_lists_that_are_empty():
    with pytest.raises(AssertionError, match=r"empty at 1:00: .*'officer: drafts'.*'practitioner: to offer'"):
        check_lists(Rows(Book(), at(DAY, 0)))


def test_the_check_finds_a_state_that_nothing_is_in():
    book = Book()
    book.add(Process(status="closed"))
    with pytest.raises(AssertionError, match="no Referral is"):
        check_rows(Rows(book, at(DAY, 0)))


def test_the_check_finds_figures_that_are_not_the_published_ones():
    with pytest.raises(AssertionError, match="adults: 0, published: 238"):
        check_published(Rows(Book(), at(DAY, 0)))
