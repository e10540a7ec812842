"""manage.py load_demo: the same every time, all or nothing, and only into an empty database."""

import os
import subprocess
import sys
from datetime import date
from io import StringIO
from urllib.parse import urlsplit, urlunsplit

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections

from accounts.models import Organisation, User
from demo import cast, load
from demo.book import Book
from demo.clock import at
from demo.management.commands.demo_signins import Command as SignIns
from demo.plan import STEADY, quarters_until
from demo.story import Labels
from placements.models import Site
from referrals.models import Referral
from reporting.models import Report
from tests.demo.conftest import NOW, TODAY, load_demo, own_queue
from tests.factories import make_referral

PRINT_CHECKSUM = """
import django; django.setup()
from datetime import date
from demo import load
from demo.story import Labels
print(load.make(date.fromisoformat("{today}"), Labels("default")).checksum())
"""


def accounts_only(today, labels) -> Book:
    """In place of load.make: no cases."""
    book = Book()
    cast.assemble(book, at(today, 0))
    return book


def test_another_process_makes_the_same_rows(demonstration, loaded):
    """In another process, sets and dictionaries of strings fall otherwise."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    done = subprocess.run(
        [sys.executable, "-c", PRINT_CHECKSUM.format(today=TODAY)],
        env={**os.environ, "DATABASE_URL": urlunsplit(address), "PYTHONHASHSEED": "1"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"Checksum of the content: {done.stdout.strip()}\n" in loaded


def test_on_another_day_the_past_is_the_same(demonstration):
    """On a Sunday between the years, too, nothing lies after the day but what is in the diary."""
    day = date(2028, 1, 2)
    book = load.make(day, Labels("default"))
    assert {row.status for row in book.rows[Referral]} >= {"draft", "submitted", "queried", "active", "suspended"}
    assert all(row.updated_at.date() < day for row in book.rows[Referral])
    past = Referral.objects.filter(created_at__year=2024, force__name="Derbyshire Police")
    assert {row.pk: row.reference for row in book.rows[Referral] if row.created_at.year == 2024} == dict(
        past.values_list("pk", "reference")
    )


def test_quarters_go_on_until_the_day():
    assert quarters_until(date(2027, 8, 1))[-1].start == date(2027, 7, 1)
    assert quarters_until(date(2027, 8, 1))[-1].adults == STEADY.adults


# --- into which database --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2024, 9, 30), date(2031, 1, 1)])
def test_it_refuses_a_day_that_it_has_no_plan_for(day):
    with pytest.raises(CommandError, match="Give a day from 2026-01-01 to 2030-12-31"):
        load_demo(today=day)


def test_it_needs_the_owner_of_the_database(monkeypatch):
    monkeypatch.delitem(settings.DATABASES, "owner")
    with pytest.raises(CommandError, match="Set DATABASE_OWNER_URL"):
        load_demo()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_it_refuses_a_database_with_cases(empty_database, officer):
    make_referral(officer)
    with pytest.raises(CommandError, match="has cases already"):
        load_demo()
    assert Referral.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_it_changes_nothing_where_it_is_loaded_already(empty_database, force):
    User.objects.create_user(cast.MARK, "x", full_name="Nadia Thornsett", organisation=force)
    assert load_demo() == "The demonstration is already loaded. Nothing was changed.\n"
    assert not Referral.objects.exists()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_row_that_breaks_a_rule_of_the_database_leaves_nothing_behind(empty_database, monkeypatch):
    def with_a_wrong_row(today, labels):
        book = accounts_only(today, labels)
        book.add(
            Site(
                provider=book.rows[Organisation][1],
                name="Nowhere",
                capacity=0,
                district_id="derby",
                activity_id="other",
            )
        )
        return book

    monkeypatch.setattr(load, "make", with_a_wrong_row)
    with pytest.raises(IntegrityError, match="placements_site_has_places"):
        load_demo()
    assert not User.objects.exists()
    assert not Site.objects.exists()


# --- the reports ----------------------------------------------------------------------------------------------------


def test_it_asks_for_two_reports_that_workers_make(demonstration, first_load):
    printed, waiting = first_load
    reports = Report.objects.order_by("start_on")
    assert [(report.start_on, report.end_on) for report in reports] == [
        (date(2024, 4, 1), date(2024, 9, 30)),
        (date(2026, 7, 1), date(2026, 9, 30)),
    ]
    assert {(report.status, report.version, report.requested_by.email) for report in reports} == {
        ("queued", 1, cast.MANAGER)
    }
    assert "3 reports on community work made. A participant’s own page: /placements/yours/" in printed
    assert waiting == 2 + 3  # besides the two reports: officers are told by email of three on community work
    assert printed.count("Asked for the report of") == 2


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_on_a_later_day_than_now_it_asks_for_a_quarter_that_is_over(empty_database, monkeypatch):
    monkeypatch.setattr(load, "make", accounts_only)
    with own_queue() as waiting, time_machine.travel(NOW):
        load_demo(today=date(2030, 12, 31))
        assert waiting() == 2
    assert set(Report.objects.values_list("end_on", "status")) == {
        (date(2024, 9, 30), "queued"),
        (date(2026, 9, 30), "queued"),
    }


# --- who can sign in ------------------------------------------------------------------------------------------------


def test_the_sign_ins_are_printed():
    out = StringIO()
    call_command(SignIns(), stdout=out)
    printed = out.getvalue()
    assert cast.PASSWORD in printed
    assert "officer@derbyshire.example" in printed
    assert len([line for line in printed.splitlines() if ".example" in line]) == 9


def test_the_password_is_one_that_the_system_would_accept():
    validate_password(cast.PASSWORD)
    assert len(cast.PASSWORD) >= 12


def test_it_says_what_it_wrote(demonstration, loaded):
    assert not connections["owner"].in_atomic_block
    assert "rows written" in loaded
