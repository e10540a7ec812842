"""Pages as PDF. The only module that knows WeasyPrint."""

import logging

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

NOTHING = URLFetcher(allowed_protocols=[])  # the page brings all it needs; nothing is fetched, from wherever

logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # eight lines a page


def pdf_of(html: str, css: str) -> bytes:
    """A tagged PDF (PDF/UA-1), which a screen reader can read. The same page and style give the same PDF."""
    style = CSS(string=css, url_fetcher=NOTHING)
    return HTML(string=html, url_fetcher=NOTHING).write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
