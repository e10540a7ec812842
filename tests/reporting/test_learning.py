"""Mentoring, courses and qualifications in the figures: counted as defined, shown everywhere, and absent from reports
that were issued before they were counted."""

import io
import json
from datetime import date

import pypdf
import pytest

from reporting import figures, pdf, reports, sections
from reporting.downloads import csv_of
from reporting.reports import Content
from tests.factories import make_outsider, make_person
from tests.placements import learning
from tests.reporting.conftest import NOW
from tests.reporting.factories import FIRST_HALF, make_case, make_report
from tests.reporting.test_figures import BORDERS, DAYS


@pytest.fixture
def case(officer, provider):
    return make_case(officer, provider)


@pytest.fixture
def course(provider):
    return learning.make_course(provider)


def day(text):
    return date.fromisoformat(text)


def enrol(case, course, by, on="2024-05-01", **fields):
    return learning.make_enrolment(case, course, by, enrolled_on=day(on), **fields)


def passed(case, course, by, on="2024-06-01", **fields):
    return learning.make_passed(case, course, by, on=day(on), **{"enrolled_on": day("2024-01-10"), **fields})


@pytest.fixture
def elsewhere(provider):
    """A case of another force that the same provider serves, and its coordinator."""
    outsider = make_outsider()
    provider.serves.add(outsider.organisation)
    return make_case(outsider, provider), outsider


# --- mentoring ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("moment", "counted"), BORDERS)
def test_mentoring_is_counted_by_the_moment_it_began(case, coordinator, moment, counted):
    learning.make_contact(case, coordinator, moment)
    learning.make_contact(case, coordinator, moment.replace(":59", ":58").replace(":00", ":01"), minutes=0,
                          outcome="did_not_come")  # fmt: skip
    found = figures.mentoring(case.force, FIRST_HALF)
    assert found == figures.Mentoring(counted, counted, 30 * counted, counted)


def test_people_are_mentored_once_and_what_was_cancelled_or_another_forces_is_left_out(
    case, coordinator, officer, provider, elsewhere
):
    again = make_case(officer, provider, participant=case.participant)
    for of, when in ((case, "2024-05-01 09:00"), (case, "2024-05-08 09:00"), (again, "2024-06-01 09:00")):
        learning.make_contact(of, coordinator, when)
    learning.make_contact(case, coordinator, "2024-05-15 09:00", minutes=0, outcome="cancelled")
    learning.make_contact(elsewhere[0], coordinator, "2024-05-15 09:00")
    assert figures.mentoring(case.force, FIRST_HALF) == figures.Mentoring(3, 1, 90, 0)


# --- courses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "counted"), DAYS)
def test_enrolments_and_results_are_counted_by_their_own_days(case, course, provider, coordinator, on, counted):
    enrol(case, course, coordinator, on)
    enrol(case, learning.make_course(provider, "Left"), coordinator, on, status="left", leave_reason_id="stopped")
    passed(case, learning.make_course(provider, "First aid"), coordinator, on)
    for result in ("attended", "not_passed"):
        other = learning.make_course(provider, result)
        passed(case, other, coordinator, on, result=result, qualification="")
    found = figures.courses(case.force, FIRST_HALF)
    assert (found.enrolments, found.people, found.left) == (2 * counted, counted, counted)
    assert (found.passed, found.attended, found.not_passed) == (counted, counted, counted)


def test_a_result_may_be_of_an_enrolment_of_an_earlier_period(case, course, coordinator):
    passed(case, course, coordinator, "2024-04-01", enrolled_on=day("2024-03-31"))
    found = figures.courses(case.force, FIRST_HALF)
    assert (found.enrolments, found.people, found.passed) == (0, 0, 1)


def test_courses_of_another_force_are_left_out(case, course, coordinator, elsewhere):
    enrol(elsewhere[0], course, coordinator)
    passed(elsewhere[0], course, coordinator)
    assert figures.courses(case.force, FIRST_HALF) == figures.Courses(0, 0, 0, 0, 0, 0, 0)
    assert figures.qualifications(case.force, FIRST_HALF).gained == 0


# --- qualifications -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "counted"), DAYS)
def test_qualifications_are_counted_by_the_day_of_the_result(case, course, coordinator, on, counted):
    passed(case, course, coordinator, on)
    found = figures.qualifications(case.force, FIRST_HALF)
    assert (found.gained, found.people) == (counted, counted)


def test_qualifications_by_level_awarding_body_and_name_add_up(case, coordinator, officer, provider):
    other = make_case(officer, provider, participant=make_person(officer.organisation))
    safety, aid, none = (
        learning.make_course(provider, "Food safety"),
        learning.make_course(provider, "First aid", level="3", awarding_body="Southern Awards"),
        learning.make_course(provider, "Budgeting", level="none", awarding_body=""),
    )
    passed(case, safety, coordinator)
    passed(other, safety, coordinator)
    passed(case, aid, coordinator)
    passed(case, none, coordinator)  # it leads to no qualification
    found = figures.qualifications(case.force, FIRST_HALF)
    rows = {name: [(row.label, row.counts[0]) for row in getattr(found, name)] for name in ("by_level", "by_name")}
    assert (found.gained, found.people) == (3, 2)
    assert rows == {
        "by_level": [("Level 2", 2), ("Level 3", 1)],
        "by_name": [("Food safety", 2), ("First aid", 1)],
    }
    assert [(row.label, row.counts) for row in found.by_awarding_body] == [
        ("Northern Awards", (2,)), ("Southern Awards", (1,)),
    ]  # fmt: skip


# --- in reports -----------------------------------------------------------------------------------------------------


@pytest.fixture
def content(case, course, coordinator):
    """One contact and one qualification in the period; another of each in the period before, and a year before."""
    for when, on in (
        ("2024-05-01 09:00", "2024-06-01"),
        ("2024-01-09 09:00", "2024-01-10"),
        ("2023-05-01 09:00", "2023-06-01"),
    ):
        learning.make_contact(case, coordinator, when)
        passed(case, learning.make_course(course.provider, f"Course of {on}"), coordinator, on)
    return reports.read(case.force, FIRST_HALF, NOW)


def test_they_stand_beside_the_periods_before_with_their_definitions(content):
    rows = {row[0]: row[1:] for row in sections.comparison(content).rows}
    assert rows["Mentoring contacts"] == rows["Qualifications gained"] == (1, 1, 1)
    shown = {section.name: section for section in sections.sections(content)}
    assert shown["mentoring"].definition.startswith("Times that a mentor of the provider and a participant spoke")
    assert shown["qualifications"].facts[0].text == "1"
    assert shown["qualifications"].facts[0].note == "by 1 person"
    assert ("Passed", 1) in shown["courses"].tables[0].rows


def test_pdf_csv_and_json_say_the_same(content, manager):
    report = make_report(manager)
    document = pypdf.PdfReader(io.BytesIO(pdf.render(report, content)))
    text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    for words in (
        "Qualifications by awarding body",
        "Northern Awards 1",
        "Mentoring contacts 1 1 1",
        "Course hours credited",
    ):
        assert words in text
    csv = csv_of(report, content).decode()
    assert "Qualifications,Qualifications by awarding body,Northern Awards,Gained,1" in csv
    assert json.loads(content.to_json())["now"]["learning"]["qualifications"]["gained"] == 1


def test_a_report_issued_before_still_reads_and_keeps_its_bytes(content, manager):
    """As it was stored by the release before: no learning, no definitions of it."""
    plain = content.to_plain()
    for headline in ("now", "previous", "year_before"):
        del plain[headline]["learning"]
    for name in ("mentoring", "courses", "qualifications"):
        del plain["definitions"][name]
    stored = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    old = Content.from_json(stored)
    assert old.to_json() == stored
    names = {section.name for section in sections.sections(old)}
    assert "work" in names
    assert not names & {"mentoring", "courses", "qualifications"}
    assert "Mentoring contacts" not in [row[0] for row in sections.comparison(old).rows]
    assert b"Qualifications gained" not in csv_of(make_report(manager), old)
    assert pdf.render(make_report(manager, version=2), old).startswith(b"%PDF")
