"""Pages of a long list by key: the last page costs what the first one does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404

from referrals.querysets import IsIn

SIZE = 25
WIDEST_ZONE = timedelta(hours=15)  # a wider one PostgreSQL refuses to read


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the cursors (texts for the address) of the pages beside it; empty where none is."""

    rows: list
    before: str
    after: str


def page(rows, dress, *, key: str, newest_first: bool, after: str = "", before: str = "") -> Page:
    """One page of a QuerySet in the order of (key, id), where key is a time that is never null.

    `dress` adds to a QuerySet what each row is shown with: it is joined to the rows of the page, not to all of them.
    Give a cursor of another page as `after` or `before`. One that cannot be read is a page that does not exist (404).
    """
    backwards = bool(before)
    downwards = newest_first != backwards
    if cursor := before or after:
        rows = rows.filter(_beyond(rows.model, key, cursor, "lt" if downwards else "gt"))
    sign = "-" if downwards else ""
    order = (f"{sign}{key}", f"{sign}id")
    keys = rows.order_by(*order).values("pk")[: SIZE + 1]
    found = list(dress(rows.model.objects.filter(IsIn("pk", ArraySubquery(keys)))).order_by(*order))
    more, found = len(found) > SIZE, found[:SIZE]
    if backwards:
        found.reverse()
    first, last = (_cursor(row, key) for row in (found[0], found[-1])) if found else ("", "")
    return Page(
        found, before=first if (more if backwards else after) else "", after=last if (backwards or more) else ""
    )


def _cursor(row, key):
    return f"{getattr(row, key).isoformat()},{row.pk}"


def _beyond(model, key, cursor, side):
    try:
        moment, pk = cursor.split(",")
        moment, pk = datetime.fromisoformat(moment), model._meta.pk.to_python(pk)
    except (ValueError, ValidationError):
        raise Http404 from None
    if moment.utcoffset() is None or abs(moment.utcoffset()) > WIDEST_ZONE:
        raise Http404
    within = Q(**{f"{key}__{side}e": moment})
    return within & (Q(**{f"{key}__{side}": moment}) | Q(**{f"id__{side}": pk}))
