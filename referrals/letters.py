"""Letters: a template that extends letters/letter.html, as a PDF that is printed, and that a screen reader can read."""

from django.template.loader import render_to_string
from django.utils import timezone

from govuk.pdf import pdf_of


def letter_pdf(template: str, context: dict) -> bytes:
    """The letter (PDF/UA-1). `context`: what the template wants, and besides `title` (of the document, with nothing
    about anybody), `force` (who writes), `to` (the lines of the address; none for what is handed over), `reference`,
    and `day`, today if it is left out."""
    html = render_to_string(template, {"day": timezone.localdate(), **context})
    return pdf_of(html, render_to_string("letters/letter.css"))
