"""The bar of a statement: agree, disagree, rather not say, as parts of a hundred. The numbers stand beside it in a
table, so it is drawn for the eye alone."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

PARTS = ("agree", "disagree", "not_said")


def bar_of(statement: dict) -> SafeString:
    """Inline SVG without a style of its own; the colours are the style sheet's."""
    whole = sum(statement[part] for part in PARTS) or 1
    pieces, x = [], 0.0
    for part in PARTS:
        width = 100 * statement[part] / whole
        if width:
            pieces.append((part.replace("_", "-"), f"{x:.2f}", f"{width:.2f}"))
        x += width
    drawn = format_html_join("", '<rect class="app-bar__{}" x="{}" y="0" width="{}" height="12"/>', pieces)
    return format_html(
        '<svg class="app-bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" '
        'focusable="false">{}</svg>',
        drawn,
    )
