"""The rules of community work, as pure functions: facts and the clock in, minutes and findings out. No database.

Times are aware datetimes, amounts are whole minutes. A rule that refuses raises audit.trail.Refusal, with a sentence
that quotes the numbers and the name of the field at fault. Numbers that no law fixes are in settings.SCHEME.
"""

from placements.rules.hours import (
    check_adjustment,
    check_late_reason,
    check_outcome,
    check_times,
    credit_within,
    credited_minutes,
    elapsed_minutes,
    is_late,
)
from placements.rules.match import (
    BORDERS,
    borders_from,
    days_ahead,
    matching,
    places_left,
)
from placements.rules.planning import (
    on_the_wall,
    weekly,
)
from placements.rules.sites import (
    LARGEST_SITE,
    Finding,
    age_in_words,
    expiry_warnings,
    is_child,
    site_findings,
    suits_age,
)
from placements.rules.words import (
    DAY_NAMES,
    clock,
    date_in_words,
    day_in_words,
    days_in_words,
    in_words,
    local,
)

__all__ = [
    "BORDERS",
    "DAY_NAMES",
    "LARGEST_SITE",
    "Finding",
    "age_in_words",
    "borders_from",
    "check_adjustment",
    "check_late_reason",
    "check_outcome",
    "check_times",
    "clock",
    "credit_within",
    "credited_minutes",
    "date_in_words",
    "day_in_words",
    "days_ahead",
    "days_in_words",
    "elapsed_minutes",
    "expiry_warnings",
    "in_words",
    "is_child",
    "is_late",
    "local",
    "matching",
    "on_the_wall",
    "places_left",
    "site_findings",
    "suits_age",
    "weekly",
]
