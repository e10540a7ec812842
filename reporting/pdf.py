"""The report as a PDF. The only module that knows WeasyPrint."""

import logging

from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

from reporting import sections

NOTHING = URLFetcher(allowed_protocols=[])  # the page brings all it needs; nothing is fetched, from wherever

logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # eight lines a page


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
    css = CSS(string=render_to_string("reporting/pdf/report.css"), url_fetcher=NOTHING)
    return HTML(string=html, url_fetcher=NOTHING).write_pdf(stylesheets=[css], pdf_variant="pdf/ua-1")
