"""Charts as inline SVG, one drawing for screen and paper: columns, stacked where there is more than one series.

No style attributes and no scripts, so that a strict content security policy lets them through; a title and a
description for people who do not see them. The numbers stand in a table beside every chart (sections.py).
"""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 420, 250
LEFT, RIGHT, TOP, BOTTOM = 40, 4, 34, 28
COLOURS = ("#14506b", "#f0a05a")  # dark and light: they differ without colour too
INK, LINE = "#0b0c0c", "#c5cdd3"
ROOM_FOR_VALUES = 14  # columns; above that the numbers would touch


@dataclass(frozen=True)
class Chart:
    """`series` is [(name, a number for each category)]; `name` is an identifier, unique on the page."""

    name: str
    title: str
    category: str  # what the categories are: "Quarter"
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    note: str = ""

    @property
    def totals(self) -> list[float]:
        return [sum(values) for values in zip(*(values for _, values in self.series), strict=True)]

    @property
    def description(self) -> str:
        """What a reader who does not see the chart is told first."""
        totals = self.totals
        if not any(totals):
            return "There is nothing to show."
        most = max(range(len(totals)), key=totals.__getitem__)
        return (
            f"Columns from {self.categories[0]} to {self.categories[-1]}. The highest is {self.categories[most]} with "
            f"{totals[most]:,.0f}. All numbers are in the table."
        )

    def svg(self) -> SafeString:
        top = nice_maximum(max(self.totals, default=0))
        height = HEIGHT - TOP - BOTTOM
        return format_html(
            '<svg class="app-chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" '
            'aria-labelledby="{}-title {}-description" '
            'font-family="Liberation Sans, Helvetica Neue, Arial, sans-serif" '
            'font-size="12"><title id="{}-title">{}</title><desc id="{}-description">{}</desc>{}{}{}</svg>',
            WIDTH, HEIGHT, self.name, self.name, self.name, self.title, self.name, self.description,
            self._legend(), self._scale(top, height), self._columns(top, height),
        )  # fmt: skip

    def _legend(self) -> SafeString:
        if len(self.series) == 1:
            return SafeString("")
        return format_html_join(
            "",
            '<rect x="{}" y="4" width="12" height="12" fill="{}"/><text x="{}" y="14" fill="{}">{}</text>',
            (
                (LEFT + 110 * number, COLOURS[number], LEFT + 18 + 110 * number, INK, name)
                for number, (name, _) in enumerate(self.series)
            ),
        )

    def _scale(self, top: int, height: int) -> SafeString:
        steps = [(top * step // 4, TOP + height * (4 - step) / 4) for step in range(5)]
        return format_html_join(
            "",
            '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>'
            '<text x="{}" y="{}" text-anchor="end" fill="{}">{}</text>',
            (
                (LEFT, f"{y:.1f}", WIDTH - RIGHT, f"{y:.1f}", LINE, LEFT - 6, f"{y + 4:.1f}", INK, f"{value:,}")
                for value, y in steps
            ),
        )

    def _columns(self, top: int, height: int) -> SafeString:
        slot = (WIDTH - LEFT - RIGHT) / max(len(self.categories), 1)
        width, every = min(slot * 0.66, 44), -(-len(self.categories) // 12)
        parts = []
        for number, (category, total) in enumerate(zip(self.categories, self.totals, strict=True)):
            middle, y = LEFT + slot * (number + 0.5), float(TOP + height)
            for colour, (_, values) in zip(COLOURS, self.series, strict=False):
                tall = height * values[number] / top
                y -= tall
                if tall:
                    parts.append(
                        format_html(
                            '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>',
                            f"{middle - width / 2:.1f}",
                            f"{y:.1f}",
                            f"{width:.1f}",
                            f"{tall:.1f}",
                            colour,
                        )
                    )
            if len(self.categories) <= ROOM_FOR_VALUES:
                parts.append(_text(middle, y - 5, f"{total:,.0f}"))
            if number % every == 0:
                parts.append(_text(middle, HEIGHT - BOTTOM + 18, category))
        return format_html_join("", "{}", ((part,) for part in parts))


def _text(x: float, y: float, text: str) -> SafeString:
    return format_html(
        '<text x="{}" y="{}" text-anchor="middle" fill="{}">{}</text>', f"{x:.1f}", f"{y:.1f}", INK, text
    )


def nice_maximum(most: float) -> int:
    """The top of the scale: the first of 4, 8, 12, 16, 20, 28, 40, 80 … that reaches the highest column, so that four
    equal steps are whole numbers."""
    size = 1
    while True:
        for step in (4, 8, 12, 16, 20, 28):
            if step * size >= most:
                return step * size
        size *= 10
