"""Counts and first rows of several lists at once, in one query and without counting to the end of any."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Subquery

from referrals.models import Deadline


class CappedCount(Subquery):
    """How many rows a QuerySet has, counting no further than `cap`."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = models.IntegerField()

    def __init__(self, queryset, cap=1000):
        super().__init__(queryset.order_by().values("pk")[:cap])


def survey(sets: dict, first: int, told: dict | None = None) -> dict:
    """For each named QuerySet how many rows it has (up to 1,000) and the keys of its first few, all in one query:
    {name: (count, [pk, …])}. `told`: for some of them what to tell of each row instead of its key (JSONObject)."""
    if not sets:
        return {}
    columns: dict[str, Any] = {}
    for name, rows in sets.items():
        columns[f"{name}_count"] = CappedCount(rows)
        shown = rows.values(told=told[name]).values("told") if told and name in told else rows.values("pk")
        columns[f"{name}_first"] = ArraySubquery(shown[:first])
    # Hung on one row of a code list, since the ORM has no SELECT without FROM.
    found: Any = Deadline.objects.filter(code="triage").values(**columns).get()
    return {name: (found[f"{name}_count"], found[f"{name}_first"]) for name in sets}


def first_of(rows, first: int) -> tuple[list, int]:
    """The first few rows of one QuerySet and how many it has (up to 1,000), in one query."""
    shown = list(rows.annotate(counted=CappedCount(rows))[:first])
    return shown, shown[0].counted if shown else 0
