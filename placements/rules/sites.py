"""Whether a site may take somebody: its status, its papers, and the person's age."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from placements.lifecycle import SiteStatus
from placements.rules.words import date_in_words, days_in_words
from referrals.rules import ADULT

LARGEST_SITE = 500  # people: a slip of the finger, not a policy


@dataclass(frozen=True)
class Finding:
    """One requirement held against a person and a site. `refusal` is the sentence with which an unmet requirement stops
    a placement. `met` is None where only a person can judge; `advice` then says what to check. `may_be_overridden`: who
    gives a reason may choose the site all the same."""

    rule: str
    requirement: str
    person: str
    site: str
    met: bool | None
    refusal: str = ""
    advice: str = ""
    may_be_overridden: bool = False

    @property
    def blocks(self) -> bool:
        return self.met is False and bool(self.refusal) and not self.may_be_overridden

    @property
    def needs_a_reason(self) -> bool:
        return self.may_be_overridden and not self.met

    @property
    def sentence(self) -> str:
        """What stands against the site, or is to be checked with it."""
        return self.refusal or self.advice


def site_findings(site, day: date) -> list[Finding]:
    """Whether a site may take anybody on a day: active, insured, and with a risk assessment that is not due."""
    status = SiteStatus(site.status).label
    return [
        Finding(
            "status",
            "Open for work",
            "",
            status,
            site.status == SiteStatus.ACTIVE,
            f"{site} is “{status.lower()}”, so nobody can work there.",
        ),
        _in_date(
            "insured", "Public liability insurance in date", site.insured_until, day,
            f"{site}’s public liability insurance", "Record the new insurance first.",
        ),
        _in_date(
            "risk_assessed", "Risk assessment in date", site.risk_review_on, day,
            f"{site}’s risk assessment", "Assess the site again first.",
        ),
    ]  # fmt: skip


def _in_date(rule, requirement, until, day, what, do) -> Finding:
    if until is None:
        return Finding(rule, requirement, "", "Not recorded", False, f"{what} is not recorded. {do}")
    in_date = until >= day
    return Finding(
        rule,
        requirement,
        date_in_words(day),
        f"{'Until' if in_date else 'Expired on'} {date_in_words(until)}",
        in_date,
        f"{what} ran out on {date_in_words(until)}, before {date_in_words(day)}. {do}",
    )


def opening_in_words(site) -> str:
    """ "Monday, Wednesday, 09:00 to 16:00"; the days alone where the site takes people at any hour."""
    days = days_in_words(site.days_open)
    return f"{days}, {site.opens_at:%H:%M} to {site.closes_at:%H:%M}" if site.opens_at else days


def is_child(age: int | None) -> bool:
    """Under 18 on the day. Somebody of unknown age is protected as a child."""
    return age is None or age < ADULT


def age_in_words(age: int | None) -> str:
    return "the date of birth is not given" if age is None else f"the person is {age}"


def suits_age(site, age: int | None) -> Finding:
    """A child may only work at a site that is suitable for under 18s. An unknown age counts as a child's."""
    child = is_child(age)
    person = "Date of birth not given" if age is None else f"Aged {age}"
    return Finding(
        "under_18",
        "Suitable for under 18s" if child else "Aged 18 or over, or suitable for under 18s",
        person,
        "Suitable for under 18s" if site.suitable_under_18 else "Adults only",
        site.suitable_under_18 or not child,
        f"{site} is not suitable for under 18s ({person.lower()}).",
    )


def expiry_warnings(site, today: date) -> list[tuple[str, bool]]:
    """What a list of sites says of the site's papers: (sentence, already expired?), nothing while all is well."""
    warnings = []
    for what, until in (("Insurance", site.insured_until), ("Risk assessment", site.risk_review_on)):
        if until is None:
            continue
        days = (until - today).days
        count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
        if days < 0:
            warnings.append((f"{what} expired {count} ago, on {date_in_words(until)}", True))
        elif days == 0:
            warnings.append((f"{what} expires today", False))
        elif days <= settings.SCHEME["EXPIRY_WARNING_DAYS"]:
            warnings.append((f"{what} expires in {count}, on {date_in_words(until)}", False))
    return warnings
