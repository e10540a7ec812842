"""How the database is asked: moments of a period, ages, groups and medians, as parts of queries."""

from collections import defaultdict

from django.db.models import Aggregate, Case, CharField, Count, F, FloatField, Q, Value, When
from django.db.models.functions import Coalesce, Substr

from referrals.querysets import age_at_referral
from referrals.rules import ADULT
from reporting.figures.shapes import Breakdown, Row
from reporting.periods import Period

NOT_KNOWN = "Not known"
NOT_STATED = "Not stated"
AGE_BANDS = ((15, "Under 15"), (18, "15 to 17"), (25, "18 to 24"), (35, "25 to 34"), (50, "35 to 49"))
OLDEST_BAND = "50 and over"


class MedianOf(Aggregate):
    """The value in the middle (of two, half-way between them)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def of_day(field: str, period: Period) -> Q:
    """A date of the period."""
    return Q(**{f"{field}__range": (period.start_on, period.end_on)})


def of_moment(field: str, period: Period) -> Q:
    """A moment on a day of the period, as days go by in London."""
    return Q(**{f"{field}__gte": period.starts_at, f"{field}__lt": period.ends_at})


def age_group(case: str = ""):
    return Case(
        When(**{f"{case}participant__date_of_birth": None}, then=Value(NOT_KNOWN)),
        When(Q(age__lt=ADULT), then=Value("Young people")),
        default=Value("Adults"),
    )


def age_band(case: str = ""):
    return Case(
        When(**{f"{case}participant__date_of_birth": None}, then=Value(NOT_KNOWN)),
        *(When(Q(age__lt=limit), then=Value(label)) for limit, label in AGE_BANDS),
        default=Value(OLDEST_BAND),
    )


def ethnic_group(case: str = ""):
    """The broad group is the first letter of the self-defined code: W1, M2, A9 …"""
    groups = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "O": "Other ethnic group"}
    return Case(
        *(When(Q(letter=letter), then=Value(label)) for letter, label in groups.items()), default=Value(NOT_STATED)
    )


def label_of(field: str, choices):
    def expression(case: str = ""):
        whens = (When(**{case + field: value}, then=Value(label)) for value, label in choices)
        return Case(*whens, default=Value(NOT_STATED))

    return expression


def text_of(field: str):
    def expression(case: str = ""):
        return Coalesce(F(case + field), Value(""), output_field=CharField())

    return expression


def counted_by(rows, expression, case="", **counts) -> dict:
    """Group label → its counts, in the order of `counts`."""
    grouped = (
        rows.annotate(age=age_at_referral(case), letter=Substr(f"{case}participant__ethnicity_id", 1, 1))
        .annotate(group=expression(case))
        .values("group")
        .annotate(**counts)
        .order_by("group")
    )
    none = (0,) * len(counts)
    return defaultdict(lambda: none, {row["group"]: tuple(row[name] for name in counts) for row in grouped})


def side_by_side(by: str, *columns: dict) -> Breakdown:
    """Put the counts of several questions side by side; the most frequent group first, but ages in their own
    order, and those not known last."""
    groups = {group for column in columns for group in column}
    rows = [Row(group or NOT_STATED, tuple(n for column in columns for n in column[group])) for group in groups]
    ages = [label for _, label in AGE_BANDS] + [OLDEST_BAND]

    def order(row):
        place = ages.index(row.label) if row.label in ages else 0
        return row.label in (NOT_KNOWN, NOT_STATED), place, [-count for count in row.counts], row.label

    return Breakdown(by, tuple(sorted(rows, key=order)))


def counted_reasons(rows, *labels) -> tuple[Row, ...]:
    """Counts by the reason that each row names, the most frequent first."""
    counted = rows.values(why=Coalesce(*labels, Value(NOT_STATED))).annotate(n=Count("pk")).order_by("-n", "why")
    return tuple(Row(row["why"], (row["n"],)) for row in counted)
