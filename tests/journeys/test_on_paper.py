"""The summary of a referral as a printer gets it."""

import io

from django.urls import reverse
from pypdf import PdfReader

from tests import factories


def test_every_sheet_of_the_summary_carries_the_marking_at_its_top_and_bottom(at_a_browser, officer):
    case = factories.make_referral(officer, status="submitted")
    for number in range(6):
        factories.make_victim(case, person=factories.make_person(case.force, "Mary", f"Poole the {number}th"))
    amir = at_a_browser(officer)
    amir.open(reverse("referrals:summary", args=[case.pk]))
    sheets = [
        page.extract_text(extraction_mode="layout")
        for page in PdfReader(io.BytesIO(amir.page.pdf(prefer_css_page_size=True))).pages
    ]
    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, 1):
        foot = f"Page {number} of {len(sheets)}"
        assert foot in sheet
        lines = [line.strip() for line in sheet.splitlines() if line.strip() not in ("", foot)]
        marked = [place for place, line in enumerate(lines) if line == "OFFICIAL-SENSITIVE"]
        assert marked == [0, len(lines) - 1], number
    everything = " ".join(sheets)
    for text in (case.reference, "Jordan Ashe", "Sprayed paint", "Poole the 5th", "read by Amir Khan"):
        assert text in everything
    for text in ("Sign out", "Back to the case", "Print this page"):
        assert text not in everything
