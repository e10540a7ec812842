"""The papers of a site: until when they hold, and when somebody is told that they run out."""

from datetime import date, timedelta

from django.conf import settings

from audit.trail import Refusal
from placements.rules.words import date_in_words

INSURANCE, RISK_ASSESSMENT = "insurance", "risk_assessment"


def runs_out(site) -> dict[str, date | None]:
    """Each paper and the last day on which it holds; None where it is not recorded."""
    return {INSURANCE: site.insured_until, RISK_ASSESSMENT: site.risk_review_on}


def check_risk_assessment(assessed_on: date, review_on: date, today: date) -> None:
    """An assessment of the past, to be reviewed in the future, and not later than a slip of the pen would say."""
    if assessed_on > today:
        raise Refusal("The day of the risk assessment must not be in the future.", "risk_assessed_on")
    if review_on <= max(assessed_on, today):
        raise Refusal(
            f"The review must be after the risk assessment and after today, {date_in_words(today)}; you entered "
            f"{date_in_words(review_on)}.",
            "risk_review_on",
        )
    _check_not_too_far("The review", review_on, today, "risk_review_on")


def check_insurance(until: date, today: date) -> None:
    """Insurance that still holds today."""
    if until < today:
        raise Refusal(
            f"The insurance ran out on {date_in_words(until)}. Enter the date on the new certificate.", "insured_until"
        )
    _check_not_too_far("The insurance’s end", until, today, "insured_until")


def _check_not_too_far(what, day, today, field):
    years = settings.SCHEME["LONGEST_PAPER_YEARS"]
    if (day - today).days > years * 366:
        raise Refusal(f"{what} must be within {years} years: you entered {date_in_words(day)}. Check the year.", field)


def threshold(until: date, today: date) -> int | None:
    """Of the days before the end on which the coordinators are told, the last that is reached: 30, 7, and 0 from the
    day after. None while the paper holds for longer."""
    if until < today:
        return 0
    left = (until - today).days
    reached = [days for days in settings.SCHEME["EXPIRY_NOTICE_DAYS"] if left <= days]
    return min(reached, default=None)


def told_of(site_name: str, paper: str, until: date, today: date) -> str:
    """What the coordinators are told; the name is cut so that the sentence fits into a notice."""
    name = " ".join(site_name.split())[:80]
    what = {INSURANCE: "public liability insurance", RISK_ASSESSMENT: "risk assessment"}[paper]
    if until < today:
        return f"The {what} of {name} ran out on {date_in_words(until)}: nobody can work there"
    return f"The {what} of {name} runs out on {date_in_words(until)}"


def warned_from(today: date) -> date:
    """Papers that end up to this day are warned of."""
    return today + timedelta(days=settings.SCHEME["EXPIRY_WARNING_DAYS"])
