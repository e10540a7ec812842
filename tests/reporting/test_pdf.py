"""The PDF is accessible, marked, and says what the page says."""

import io

import page as page_validation
import pypdf
import pytest

from govuk.pdf import NOTHING
from reporting import pdf, reports, sections
from reporting.charts import Chart, nice_maximum
from tests.reporting.conftest import NOW
from tests.reporting.factories import (
    FIRST_HALF,
    make_booking,
    make_case,
    make_credit,
    make_feedback,
    make_report,
    make_session,
    make_site,
)


@pytest.fixture
def content(officer, provider, facilitator, coordinator):
    case = make_case(officer, provider)
    make_feedback(make_booking(case, make_session(facilitator)), True, True, False, None, True)
    site = make_site(provider)
    make_credit(case, site, coordinator, minutes=300)
    make_credit(case, site, coordinator, day="2024-06-11", minutes=30)
    return reports.read(officer.organisation, FIRST_HALF, NOW)


@pytest.fixture
def document(manager, content):
    report = make_report(manager, version=2, corrects="One workshop of May <was> recorded late.")
    return pdf.render(report, content)


def test_it_passes_every_check_of_pdf_ua_1(document, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(document)
    result = page_validation.validate_pdf(str(path), profile=page_validation.ValidationProfile.PDF_UA_1)
    assert result.is_compliant, result.failures


def test_it_says_the_figures_with_their_definitions(document, content):
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages]
    text = " ".join(" ".join(pages).split())
    assert "First half of 2024-25" in text
    assert "6 hours" in text
    assert "Community work by 1 person" in text
    assert "One workshop of May <was> recorded late." in text
    assert "I understand anti-social behaviour better 100 1 1" in text
    assert content.checksum in text
    for name in ("participants", "work_minutes", "further_offences"):
        assert content.definitions[name][:60] in text


def test_every_sheet_is_marked_and_numbered(document):
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    for number, sheet in enumerate(pages, 1):
        text = sheet.extract_text()
        assert text.count("OFFICIAL-SENSITIVE") >= 2
        assert f"Page {number} of {len(pages)}" in text


def test_its_language_title_and_charts_are_told_to_screen_readers(document):
    reader = pypdf.PdfReader(io.BytesIO(document))
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert reader.metadata.title == "Immediate Justice: First half of 2024-25, Derbyshire Police"
    figures = [one for one in map(_resolved, _objects(reader)) if isinstance(one, dict) and one.get("/S") == "/Figure"]
    assert {str(figure["/Alt"]) for figure in figures} == {
        "Participants by quarter",
        "Hours of community work by month",
    }


def _objects(reader):
    return (reader.get_object(number) for number in range(1, reader.trailer["/Size"]))


def _resolved(thing):
    return thing.get_object() if thing is not None else None


def test_the_same_report_is_the_same_bytes(manager, content):
    report = make_report(manager)
    assert pdf.render(report, content) == pdf.render(report, content)


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/", "data:text/plain,x"])
def test_it_fetches_nothing(address):
    with pytest.raises(ValueError, match=r"protocol"):
        NOTHING.fetch(address)


# --- charts ---------------------------------------------------------------------------------------------------------


def _chart(*values, name="chart-x"):
    return Chart(name, "Hours", "Month", tuple(f"M{n}" for n in range(len(values))), (("Hours", values),))


def test_a_chart_escapes_its_words_and_has_no_style():
    chart = Chart("chart-x", "<b>", "Team", ("A & B",), (("Adults", (3,)), ("Young people", (4,))))
    svg = chart.svg()
    assert "&lt;b&gt;" in svg
    assert "A &amp; B" in svg
    assert "style=" not in svg
    assert 'aria-labelledby="chart-x-title chart-x-description"' in svg
    assert (
        chart.description == "Columns from A & B to A & B. The highest is A & B with 7. All numbers are in the table."
    )


def test_a_chart_of_nothing_says_so():
    assert _chart(0, 0).description == "There is nothing to show."
    assert "<rect" not in _chart(0, 0).svg()


def test_columns_are_as_high_as_their_numbers():
    import re

    heights = [float(height) for height in re.findall(r'height="([\d.]+)" fill', _chart(10, 20, 40).svg())]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.1)
    assert heights[2] == pytest.approx(4 * heights[0], abs=0.1)


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (4, 4), (5, 8), (13, 16), (21, 28), (29, 40), (177, 200), (770, 800), (2148, 2800)]
)
def test_the_scale_ends_at_a_round_number(most, top):
    assert nice_maximum(most) == top


@pytest.mark.parametrize(("minutes", "expected"), [(0, 0), (29, 0), (30, 1), (773_280, 12_888), (773_309, 12_888)])
def test_hours_round_halves_up(minutes, expected):
    assert sections.hours(minutes) == expected


@pytest.mark.parametrize(("value", "text"), [(1204, "1,204"), (2.0, "2.0"), (None, "–"), ("words", "words"), (0, "0")])
def test_values_are_shown_as_people_write_them(value, text):
    assert sections.shown(value) == text
