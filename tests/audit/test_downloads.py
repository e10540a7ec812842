"""A list as a file: who may have it, what it says, what it leaves in the trail, and that nothing in it can run."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import downloads
from audit.models import Event
from audit.sheets import cell, lines
from tests.factories import NOW, make_person, make_referral, make_user, make_victim
from tests.placements import factories as placing
from tests.reporting.factories import make_report
from tests.restorative.factories import make_process
from tests.workshops import factories as teaching

pytestmark = pytest.mark.django_db
CASES = "/referrals/download/"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def rows_of(response):
    """The file's rows, as a spreadsheet reads them: {column: cell}."""
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    body = response.getvalue()
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def fetched(client, address, reason="Monthly review of the queue"):
    return rows_of(client.post(address, {"reason": reason}))


# --- cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start):
    assert cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (-3, -3),
        (1.5, 1.5),
        (True, "yes"),
        (False, "no"),
        (date(2026, 6, 1), "2026-06-01"),
        (datetime(2026, 6, 1, 9, 5, tzinfo=UTC), "2026-06-01T10:05+01:00"),
        ("O’Neill, Seán", "O’Neill, Seán"),
        ("a=b", "a=b"),
    ],
)
def test_other_values_are_written_as_they_are(value, written):
    assert cell(value) == written


def test_lines_are_made_one_by_one():
    def endless():
        while True:
            yield ("a", 'say "b"')

    made = lines(endless())
    assert next(made) == b'\xef\xbb\xbfa,"say ""b"""\r\n'
    assert next(made) == b'a,"say ""b"""\r\n'


# --- the page -------------------------------------------------------------------------------------------------------


def test_it_asks_why_and_gives_no_file_until_it_knows(sign_in, officer, triager):
    make_referral(officer, status="submitted")
    client = sign_in(triager)
    asked = client.get(f"{CASES}?tab=waiting")
    assert "1 row," in asked.content.decode()
    for reason in ("", "   "):
        refused = client.post(f"{CASES}?tab=waiting", {"reason": reason})
        assert "Enter why you need it as a file" in refused.content.decode()
    long = client.post(f"{CASES}?tab=waiting", {"reason": "x" * 201}).content.decode()
    assert "must be 200 characters or fewer" in long
    assert "x" * 201 in long
    assert not Event.objects.filter(act="disclosure").exists()


def test_the_trail_keeps_the_reason_and_whose_rows_the_file_holds(sign_in, officer, triager):
    case = make_referral(officer, status="submitted")
    make_referral(officer, status="queried")
    fetched(sign_in(triager), f"{CASES}?tab=waiting", "For the weekly meeting")
    event = Event.objects.get(act="disclosure")
    assert event.actor == triager.pk
    assert event.ids == [str(case.pk)]
    assert event.data == {"list": "cases", "rows": 1, "reason": "For the weekly meeting"}


def test_the_trace_is_written_before_the_first_line(sign_in, officer, triager):
    make_referral(officer, status="submitted")
    response = sign_in(triager).post(f"{CASES}?tab=waiting", {"reason": "Review"})
    assert response.streaming
    assert Event.objects.filter(kind="list.downloaded").count() == 1


# --- what a file says -----------------------------------------------------------------------------------------------


def test_the_file_of_cases_has_the_rows_of_the_list_in_its_order(sign_in, officer, triager):
    later, sooner = (
        make_referral(officer, status="submitted", at=NOW - timedelta(days=days), district_id="erewash")
        for days in (1, 5)
    )
    make_referral(officer, status="submitted", district_id="high_peak")
    client = sign_in(triager)
    assert [row["Reference"] for row in fetched(client, f"{CASES}?tab=waiting&district=erewash")] == [
        sooner.reference,
        later.reference,
    ]
    newest = fetched(client, f"{CASES}?tab=waiting&district=erewash&sort=newest")
    assert [row["Reference"] for row in newest] == [later.reference, sooner.reference]
    assert newest[0]["Participant"] == "Jordan Ashe"
    assert newest[0]["Submitted"] == "2026-06-09T10:00+01:00"


def test_what_is_looked_for_narrows_the_file_too(sign_in, officer, triager):
    make_referral(officer, status="submitted")
    named = make_referral(officer, status="submitted", participant=make_person(officer.organisation, "Kit", "Lark"))
    client = sign_in(triager)
    client.post("/referrals/look-for/", {"looked_for": "Lark", "tab": "waiting"})
    assert [row["Reference"] for row in fetched(client, f"{CASES}?tab=waiting")] == [named.reference]


def test_a_name_that_is_a_formula_is_text(sign_in, officer, triager):
    make_referral(officer, status="submitted", participant=make_person(officer.organisation, "=1+1", "Lark"))
    assert fetched(sign_in(triager), f"{CASES}?tab=waiting")[0]["Participant"] == "'=1+1 Lark"


def test_a_restricted_case_is_a_reference_and_nothing_else(sign_in, officer, triager):
    case = make_referral(officer, status="submitted", restricted=True, restricted_because="Known to staff")
    (row,) = fetched(sign_in(triager), f"{CASES}?tab=waiting")
    assert {name: text for name, text in row.items() if text} == {"Reference": case.reference, "Status": "Restricted"}


def test_a_file_never_holds_more_than_its_most_rows_and_says_so(sign_in, officer, triager, monkeypatch):
    monkeypatch.setattr(downloads, "AT_MOST", 2)
    for days in range(3):
        make_referral(officer, status="submitted", at=NOW - timedelta(days=days))
    client = sign_in(triager)
    assert "The file holds the first 2" in client.get(f"{CASES}?tab=waiting").content.decode()
    response = client.post(f"{CASES}?tab=waiting", {"reason": "Review"})
    assert "-first-2.csv" in response["Content-Disposition"]
    assert len(rows_of(response)) == 2
    assert Event.objects.get(kind="list.downloaded").data["rows"] == 2


def test_a_long_file_is_read_in_pieces(sign_in, officer, triager, monkeypatch):
    monkeypatch.setattr(downloads, "AT_ONCE", 2)
    made = [make_referral(officer, status="submitted", at=NOW - timedelta(days=days)).reference for days in range(5)]
    with CaptureQueriesContext(connection) as captured:
        found = fetched(sign_in(triager), f"{CASES}?tab=waiting&sort=newest")
    assert [row["Reference"] for row in found] == made
    assert sum('JOIN "referrals_person"' in query["sql"] for query in captured) == 3


# --- every list -----------------------------------------------------------------------------------------------------


@pytest.fixture
def world(officer, triager, coordinator, facilitator, practitioner, manager, administrator, auditor, provider):
    case = placing.make_ready_case(officer, coordinator, triager=triager)
    placement = placing.make_placement(case, placing.make_site(provider), coordinator)
    placing.make_session(placement)
    make_process(case, practitioner, victim=make_victim(case))
    teaching.make_session(facilitator, starts_at=NOW + timedelta(days=1))
    make_report(manager)
    return locals()


LISTS = [
    ("referrals:download", "tab=active", "triager", "Participant", "Jordan Ashe"),
    ("workshops:download", "tab=list", "facilitator", "Facilitator", "Dev Patel"),
    ("placements:download_sites", "", "coordinator", "Suitable for under 18s", "yes"),
    ("placements:download_work", "everybody", "coordinator", "Participant", "Jordan Ashe"),
    ("restorative:download", "tab=open", "practitioner", "Victim", "Mary Poole"),
    ("reporting:download", "", "manager", "Asked for by", "Grace Hill"),
    ("accounts:download", "words=Carol", "administrator", "Name", "Carol Finch"),
    ("audit:download", "kind=referral.listed", "auditor", "Who", "Carol Finch"),
]


@pytest.mark.parametrize(("name", "query", "who", "column", "text"), LISTS)
def test_every_list_can_be_had_as_a_file(world, sign_in, name, query, who, column, text):
    sign_in(world["triager"]).get("/referrals/")  # so that the trail has something to tell
    client = sign_in(world[who])
    address = f"{reverse(name)}?{query}"
    assert "Why do you need it as a file?" in client.get(address).content.decode()
    rows = fetched(client, address)
    assert rows
    assert {row[column] for row in rows} == {text}
    assert Event.objects.filter(kind="list.downloaded", actor=world[who].pk).count() == 1


@pytest.mark.parametrize("name", [name for name, *_ in LISTS])
def test_nobody_of_another_force_gets_a_row_of_ours(world, sign_in, outsider, name):
    rows = fetched(sign_in(outsider), reverse(name))
    assert "Derbyshire" not in str(rows)
    assert "Jordan" not in str(rows)


def test_a_file_of_work_sessions_names_nobody_of_a_restricted_case(world, sign_in):
    case = world["case"]
    type(case).objects.filter(pk=case.pk).update(restricted=True, caseworker=None)
    other = make_user("Nia Bell", world["provider"], "coordinator")
    (row,) = fetched(sign_in(other), f"{reverse('placements:download_work')}?everybody")
    assert row["Participant"] == f"Restricted, {case.reference}"


def test_the_page_links_to_the_file_with_its_filters(world, sign_in):
    page = sign_in(world["triager"]).get("/referrals/?tab=active&age=adult").content.decode()
    assert f"{CASES}?tab=active&amp;age=adult" in page
