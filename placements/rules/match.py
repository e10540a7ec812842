"""Which site suits a person: what each needs, the places that are left, and who is nearest."""

from collections import deque
from datetime import date, timedelta

from django.conf import settings

from audit.trail import Refusal
from placements.rules.sites import Finding, opening_in_words, site_findings, suits_age
from placements.rules.words import days_in_words


def days_ahead(today: date) -> list[date]:
    """From tomorrow, as many days as the scheme looks ahead for a free place."""
    return [today + timedelta(days=n) for n in range(1, settings.SCHEME["LOOK_AHEAD_DAYS"] + 1)]


def places_left(site, days_available, taken: dict[date, int], today: date) -> int:
    """Free places on the days ahead that both can do. `taken`: day → the most people at once at the site that day."""
    both = set(site.days_open) & set(days_available)
    return sum(max(0, site.capacity - taken.get(day, 0)) for day in days_ahead(today) if day.weekday() in both)


def matching(site, assessment, age: int | None, day: date, places_left: int) -> list[Finding]:
    """How a site suits a person on a day, one finding a requirement. `places_left`: free places on the days that both
    can do, within settings.SCHEME["LOOK_AHEAD_DAYS"]. What a person must judge, and days and places, may be overridden:
    nothing that protects a child, and no paper that ran out."""
    ahead = settings.SCHEME["LOOK_AHEAD_DAYS"]
    both = set(site.days_open) & set(assessment.days_available)
    no_day = f"{site} is open on {days_in_words(site.days_open)}, and the person cannot come then."
    full = f"{site} has no free place within {ahead} days on a day that both can do."
    findings = [
        *site_findings(site, day),
        suits_age(site, age),
        Finding(
            "days",
            "A day that both can do",
            days_in_words(assessment.days_available),
            opening_in_words(site),
            bool(both),
            no_day,
            may_be_overridden=True,
        ),
    ]
    if both:
        places = f"{places_left} free" if places_left else "Full"
        findings.append(
            Finding(
                "places",
                f"A free place within {ahead} days",
                "",
                places,
                places_left > 0,
                full,
                may_be_overridden=True,
            )
        )
    if not assessment.may_work_alone:
        advice = f"Ask {site}: is there always a second member of staff? The person may never be alone with one."
        findings.append(
            Finding(
                "alone",
                "A second member of staff",
                "Never alone with one",
                "Ask the site",
                None,
                advice=advice,
                may_be_overridden=True,
            )
        )
    avoid = assessment.activities_to_avoid.strip()
    if avoid:
        advice = f"Check the work with {site}. To avoid: {avoid}"
        findings.append(
            Finding(
                "activities",
                "No work that must be avoided",
                avoid,
                str(site.activity),
                None,
                advice=advice,
                may_be_overridden=True,
            )
        )
    return findings


def check_override(findings, reason: str) -> str:
    """The reason that is kept with a placement: needed where something that may be overridden is not met or has to be
    checked, and nothing otherwise. Refused where something blocks, or no reason is given."""
    blocking = [finding for finding in findings if finding.blocks]
    if blocking:
        raise Refusal(" ".join(finding.refusal for finding in blocking))
    unmet = [finding for finding in findings if finding.needs_a_reason]
    if unmet and not reason.strip():
        raise Refusal(
            f"{' '.join(finding.sentence for finding in unmet)} Enter why this site is right all the same.",
            "override_reason",
        )
    return reason.strip() if unmet else ""


# Which districts of Derbyshire share a border. Sites in the same district come first, then those
# over one border, and so on.
BORDERS = {
    "amber_valley": ("bolsover", "derby", "derbyshire_dales", "erewash", "ne_derbyshire", "south_derbyshire"),
    "bolsover": ("amber_valley", "chesterfield", "ne_derbyshire"),
    "chesterfield": ("bolsover", "ne_derbyshire"),
    "derby": ("amber_valley", "erewash", "south_derbyshire"),
    "derbyshire_dales": ("amber_valley", "high_peak", "ne_derbyshire", "south_derbyshire"),
    "erewash": ("amber_valley", "derby", "south_derbyshire"),
    "high_peak": ("derbyshire_dales",),
    "ne_derbyshire": ("amber_valley", "bolsover", "chesterfield", "derbyshire_dales"),
    "south_derbyshire": ("amber_valley", "derby", "derbyshire_dales", "erewash"),
}


def borders_from(district: str | None) -> dict[str, int]:
    """District → how many borders lie between it and the one given. Districts that are not on the map are left out."""
    away = {district: 0} if district else {}
    queue = deque(away)
    while queue:
        here = queue.popleft()
        for there in BORDERS.get(here, ()):
            if there not in away:
                away[there] = away[here] + 1
                queue.append(there)
    return away
