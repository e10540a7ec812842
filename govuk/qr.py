"""A link as a QR code."""

import segno
from django.utils.safestring import SafeString


def qr_of(address: str) -> SafeString:
    """The address as inline SVG, without a style of its own, so that a strict content security policy lets it through.
    Its size is the style sheet's."""
    code = segno.make_qr(address, error="m")
    return SafeString(code.svg_inline(omitsize=True, svgclass="app-qr", lineclass=None, title="QR code of the link"))
