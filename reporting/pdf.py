"""The report as a PDF."""

from django.template.loader import render_to_string

from govuk.pdf import pdf_of
from reporting import sections


def render(report, content) -> bytes:
    """A tagged PDF (PDF/UA-1) of a report's content. The same report and content give the same pages."""
    html = render_to_string(
        "reporting/pdf/report.html",
        {
            "report": report,
            "content": content,
            "headlines": sections.headlines(content),
            "comparison": sections.comparison(content),
            "sections": sections.sections(content),
        },
    )
    return pdf_of(html, render_to_string("reporting/pdf/report.css"))
