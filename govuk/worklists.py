"""A worklist: what the home page and the case page show of a person's work, in one shape for every app.

Rendered by templates/govuk/worklist.html.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One line: its text (a link where `href` is given), a detail in grey, and a tag as (text, colour)."""

    text: str
    href: str = ""
    detail: str = ""
    tag: tuple[str, str] | None = None


@dataclass(frozen=True)
class Action:
    """A button or link under the list; a secondary one unless `primary`."""

    text: str
    href: str
    primary: bool = False


@dataclass(frozen=True)
class Worklist:
    """`count` of all there is (rows may be fewer), what to say when there is nothing, and where the rest is.

    On a case page `locked` says what must come first, `tag` where the stage has got to, and `people` who does its work,
    each as (role, account).
    """

    title: str
    rows: list[Row] = field(default_factory=list)
    count: int | None = None
    empty: str = ""
    locked: str = ""
    tag: tuple[str, str] | None = None
    actions: list[Action] = field(default_factory=list)
    more: Action | None = None
    anchor: str = ""
    people: list[tuple] = field(default_factory=list)
