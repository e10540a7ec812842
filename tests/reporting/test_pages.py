"""The pages and files of reporting, as the people who use them meet them."""

import csv
import io
from datetime import date

import pytest

from audit.models import Event
from reporting import operations, tasks
from reporting.models import Report
from reporting.periods import Period
from tests.factories import make_referral, make_user
from tests.reporting.conftest import NOW
from tests.reporting.factories import at, make_booking, make_case, make_issued, make_report, make_session

FIGURES = "/reporting/figures/"
REPORTS = "/reporting/reports/"


@pytest.fixture
def issued(manager, officer, provider, facilitator):
    make_booking(make_case(officer, provider), make_session(facilitator))
    return make_issued(make_report(manager))


def _paths(report):
    there = f"{REPORTS}{report.pk}/"
    return [there, f"{there}progress/", f"{there}new-version/", f"{there}report.pdf", f"{there}report.csv"]


# --- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["officer", "triager", "facilitator", "coordinator", "practitioner", "auditor", "administrator"]
)
def test_only_managers_see_figures_and_reports(request, sign_in, issued, who):
    client = sign_in(request.getfixturevalue(who))
    for path in [FIGURES, REPORTS, f"{REPORTS}request/", *_paths(issued)]:
        assert client.get(path).status_code == 403, path
    assert client.post(f"{REPORTS}{issued.pk}/retry/").status_code == 403


def test_another_forces_manager_does_not_find_them(sign_in, outsider, issued):
    client = sign_in(outsider)
    for path in _paths(issued):
        assert client.get(path).status_code == 404, path
    assert client.post(f"{REPORTS}{issued.pk}/retry/").status_code == 404
    assert str(issued.pk) not in client.get(REPORTS).text
    assert Event.objects.filter(kind__in=["report.read", "report.downloaded"]).count() == 0


# --- figures ----------------------------------------------------------------------------------------------------------


def test_the_figures_of_this_quarter_come_first_with_their_definitions(sign_in, manager, officer):
    make_referral(officer, status="submitted", at=at("2024-10-01 00:00"))
    page = sign_in(manager).get(FIGURES)
    assert "Quarter 3 2024-25" in page.text
    assert "This period is not over" in page.text
    assert "People who attended at least one workshop in the period." in page.text
    assert page.context["content"].referrals.submitted == 1
    assert Event.objects.get(kind="figures.read").data == {"start": "2024-10-01", "end": "2024-12-31"}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("kind=quarter&quarter=2024-04-01", "Quarter 1 2024-25"),
        ("kind=half&half=2024-04-01", "First half of 2024-25"),
        ("kind=year&year=2023-04-01", "Year 2023-24"),
        ("kind=month&month=2024-09-01", "September 2024"),
        (
            "kind=dates&start_on_day=3&start_on_month=4&start_on_year=2024"
            "&end_on_day=5&end_on_month=june&end_on_year=2024",
            "3 April to 5 June 2024",
        ),
    ],
)
def test_any_period_can_be_chosen(sign_in, manager, query, name):
    page = sign_in(manager).get(f"{FIGURES}?{query}")
    assert page.status_code == 200
    assert page.context["period"].name == name


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("kind=", "Select a month, a quarter, half a year, a year, or other dates"),
        ("kind=quarter&quarter=1824-04-01", "Select one of the choices listed for"),
        ("kind=quarter&quarter=x", "Select one of the choices listed for"),
        ("kind=dates", "Enter the first day"),
        (
            "kind=dates&start_on_day=31&start_on_month=6&start_on_year=2024",
            "The first day must be a real date, like 1 4 2024",
        ),
        (
            "kind=dates&start_on_day=3&start_on_month=4&start_on_year=2025"
            "&end_on_day=5&end_on_month=4&end_on_year=2025",
            "The first day must be today or in the past",
        ),
        (
            "kind=dates&start_on_day=3&start_on_month=4&start_on_year=2024"
            "&end_on_day=2&end_on_month=4&end_on_year=2024",
            "The last day must be 3 April 2024 or later",
        ),
        (
            "kind=dates&start_on_day=1&start_on_month=1&start_on_year=1900"
            "&end_on_day=2&end_on_month=4&end_on_year=2024",
            "The period covers 1492 months. Choose 24 months or fewer.",
        ),
    ],
)
def test_a_period_that_is_none_is_explained_and_nothing_is_read(sign_in, manager, query, error):
    page = sign_in(manager).get(f"{FIGURES}?{query}")
    assert error in page.text
    assert "There is a problem" in page.text
    assert page.context["period"] is None
    assert not Event.objects.filter(kind="figures.read").exists()


def test_what_was_typed_is_still_there(sign_in, manager):
    page = sign_in(manager).get(f"{FIGURES}?kind=dates&start_on_day=31&start_on_month=6&start_on_year=2024")
    assert 'name="start_on_day" type="text" value="31"' in page.text


def test_the_number_of_queries_does_not_grow_with_the_cases(
    sign_in, manager, officer, provider, facilitator, django_assert_max_num_queries
):
    client = sign_in(manager)
    for _ in range(6):
        make_booking(make_case(officer, provider, submitted="2024-10-01 09:00"), make_session(facilitator))
    with django_assert_max_num_queries(100):
        client.get(FIGURES)


# --- asking for a report ----------------------------------------------------------------------------------------------


def test_a_manager_asks_for_a_report_and_follows_it(sign_in, manager):
    client = sign_in(manager)
    answer = client.post(f"{REPORTS}request/", {"kind": "half", "half": "2024-04-01"})
    report = Report.objects.get()
    assert answer.url == f"{REPORTS}{report.pk}/"
    page = client.get(answer.url)
    assert "Making the report" in page.text
    assert f'data-poll="{answer.url}progress/"' in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    progress = client.get(f"{answer.url}progress/").json()
    assert progress == {
        "state": "running", "value": 0, "max": 100, "text": "Waiting for a worker.", "url": answer.url,
    }  # fmt: skip
    tasks.make_report(str(report.pk))
    assert client.get(f"{answer.url}progress/").json()["state"] == "done"
    assert "Download PDF" in client.get(answer.url).text


def test_only_periods_that_are_over_are_offered(sign_in, manager):
    client = sign_in(manager)
    form = client.get(f"{REPORTS}request/").context["form"]
    assert form.fields["quarter"].choices[0] == ("2024-07-01", "Quarter 2 2024-25 (1 July to 30 September 2024)")
    page = client.post(f"{REPORTS}request/", {"kind": "quarter", "quarter": "2024-10-01"})
    assert "Select one of the choices listed" in page.text
    page = client.post(
        f"{REPORTS}request/",
        {
            "kind": "dates", "start_on_day": "1", "start_on_month": "10", "start_on_year": "2024",
            "end_on_day": "2", "end_on_month": "10", "end_on_year": "2024",
        },
    )  # fmt: skip
    assert page.status_code == 422
    assert "The period ends on 2 October 2024, which is not over. Make the report after that day." in page.text
    assert not Report.objects.exists()


def test_the_second_to_ask_is_told_who_was_first(sign_in, manager):
    operations.request_report(Period.quarter(2024, 1), by=manager)
    other = make_user("Hugh Lane", manager.organisation, "manager")
    page = sign_in(other).post(f"{REPORTS}request/", {"kind": "quarter", "quarter": "2024-04-01"})
    assert page.status_code == 409
    assert "Version 1 of this report is being made: Grace Hill asked for it on 2 October 2024 at 10:00." in page.text


def test_a_report_that_failed_says_why_and_can_be_tried_again(sign_in, manager):
    report = make_report(manager, status="failed", error=tasks.FAILED_SENTENCE, attempts=3)
    client = sign_in(manager)
    assert "could not be made in 3 attempts" in client.get(f"{REPORTS}{report.pk}/").text
    assert client.get(f"{REPORTS}{report.pk}/progress/").json()["state"] == "failed"
    answer = client.post(f"{REPORTS}{report.pk}/retry/", follow=True)
    assert "Making the report" in answer.text
    answer = client.post(f"{REPORTS}{report.pk}/retry/", follow=True)
    assert "Only a report that failed can be tried again" in answer.text


def test_a_report_cannot_be_tried_again_by_a_link(sign_in, manager):
    report = make_report(manager, status="failed", attempts=3)
    assert sign_in(manager).get(f"{REPORTS}{report.pk}/retry/").status_code == 405


def test_a_corrected_version_says_what_it_corrects(sign_in, manager, issued):
    client = sign_in(manager)
    address = f"{REPORTS}{issued.pk}/new-version/"
    assert "Enter what the new version corrects" in client.post(address, {"corrects": " "}).text
    client.post(address, {"corrects": "Two workshops of May were recorded late."})
    second = Report.objects.get(version=2)
    tasks.make_report(str(second.pk))
    assert "Two workshops of May were recorded late." in client.get(f"{REPORTS}{second.pk}/").text
    assert f'href="{REPORTS}{second.pk}/"' in client.get(f"{REPORTS}{issued.pk}/").text


# --- an issued report -------------------------------------------------------------------------------------------------


def test_an_issued_report_shows_what_was_stored_whatever_happened_since(sign_in, manager, officer, issued):
    client = sign_in(manager)
    before = client.get(f"{REPORTS}{issued.pk}/").context["content"]
    make_referral(officer, status="submitted", at=at("2024-05-01 09:00"))
    page = client.get(f"{REPORTS}{issued.pk}/")
    assert page.context["content"] == before
    assert issued.checksum in page.text
    assert Event.objects.filter(kind="report.read", ids=[str(issued.pk)]).count() == 2


def test_downloads_are_recorded_as_disclosures(sign_in, manager, issued):
    client = sign_in(manager)
    pdf = client.get(f"{REPORTS}{issued.pk}/report.pdf")
    assert pdf["Content-Disposition"] == (
        'attachment; filename="immediate-justice-2024-04-01-to-2024-09-30-version-1.pdf"'
    )
    assert pdf.content == issued.pdf.read()
    client.get(f"{REPORTS}{issued.pk}/report.csv")
    events = Event.objects.filter(kind="report.downloaded").order_by("id")
    assert [(event.act, event.data["file"], event.ids) for event in events] == [
        ("disclosure", "pdf", [str(issued.pk)]),
        ("disclosure", "csv", [str(issued.pk)]),
    ]


@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_a_file_that_is_lost_or_changed_is_drawn_again_from_the_stored_figures(sign_in, manager, issued, harm):
    with issued.pdf.open() as stored:
        original = stored.read()
    name = issued.pdf.name
    issued.pdf.storage.delete(name)
    if harm == "changed":
        with issued.pdf.storage.open(name, "wb") as forged:
            forged.write(b"%PDF-1.7 forged")
    assert sign_in(manager).get(f"{REPORTS}{issued.pk}/report.pdf").content == original


def test_what_is_not_issued_cannot_be_downloaded(sign_in, manager):
    report = make_report(manager)
    client = sign_in(manager)
    assert client.get(f"{REPORTS}{report.pk}/report.pdf").status_code == 404
    assert client.get(f"{REPORTS}{report.pk}/report.csv").status_code == 404
    assert not Event.objects.filter(kind="report.downloaded").exists()


def _csv(client, report):
    data = client.get(f"{REPORTS}{report.pk}/report.csv").content
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_csv_has_one_line_for_each_number_of_the_page(sign_in, manager, issued):
    lines = _csv(sign_in(manager), issued)
    assert lines[0] == ["Section", "Table", "Row", "Measure", "Value"]
    assert ["Participants", "Participants by quarter", "Q1 24-25", "Adults", "1"] in lines
    assert ["At a glance", "", "Participants", "", "1"] in lines
    assert ["About this report", "", "Marking", "", "OFFICIAL-SENSITIVE"] in lines
    assert ["About this report", "", "Checksum of the figures (SHA-256)", "", issued.checksum] in lines
    assert any(line[2] == "What is counted" and line[4].startswith("People who attended") for line in lines)


def test_no_cell_of_the_csv_is_a_formula(sign_in, manager):
    officer = make_user("Mallory Green", manager.organisation, "referrer", team='=HYPERLINK("//evil")')
    make_referral(officer, status="submitted", at=at("2024-05-01 09:00"))
    report = make_report(manager, corrects="+1 case", version=2)
    tasks.make_report(str(report.pk))
    cells = [cell for line in _csv(sign_in(manager), report) for cell in line]
    assert '\'=HYPERLINK("//evil")' in cells
    assert "'+1 case" in cells
    assert not any(cell.startswith(("=", "+", "@", "-")) for cell in cells)


# --- lists and home ---------------------------------------------------------------------------------------------------


def test_the_list_shows_every_state(sign_in, manager, issued):
    make_report(manager, Period.quarter(2024, 1), status="failed", error="It failed.")
    make_report(manager, Period.quarter(2024, 2))
    text = sign_in(manager).get(REPORTS).text
    for words in ("First half of 2024-25", "Quarter 1 2024-25", "Ready", "Failed", "Waiting for a worker"):
        assert words in text


def test_a_list_of_none_says_what_would_be_there(sign_in, manager):
    assert "No reports yet" in sign_in(manager).get(REPORTS).text


def test_the_home_page_of_a_manager_shows_this_quarter_and_the_latest_reports(
    manager, officer, provider, facilitator, issued, django_assert_num_queries
):
    from reporting.home import worklists

    make_booking(make_case(officer, provider), make_session(facilitator, "2024-10-01 18:00"))
    manager.organisation  # noqa: B018 - the request has it already
    with django_assert_num_queries(4):
        quarter, latest = worklists(manager, NOW)
    assert quarter.title == "Quarter 3 2024-25 so far"
    assert quarter.rows[0].text == "Participants: 1"
    assert [(row.text, row.tag) for row in latest.rows] == [("First half of 2024-25", ("Ready", "green"))]
    assert worklists(officer, NOW) == []


def test_a_date_that_no_calendar_has_does_not_break_the_page(sign_in, manager):
    query = "kind=dates&start_on_day=1&start_on_month=1&start_on_year=1000&end_on_day=1&end_on_month=1&end_on_year=1001"
    page = sign_in(manager).get(f"{FIGURES}?{query}")
    assert page.status_code in (200, 422)
    assert page.context["period"] is None or page.context["period"].start_on == date(1000, 1, 1)
