"""The rules of community work, as pure functions: facts and the clock in, minutes and findings out. No database.

Times are aware datetimes, amounts are whole minutes. A rule that refuses raises audit.trail.Refusal, with a sentence
that quotes the numbers and the name of the field at fault. Numbers that no law fixes are in settings.SCHEME.
"""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from audit.trail import Refusal
from placements.lifecycle import SiteStatus
from referrals.rules import ADULT
from referrals.time_limits import LONDON

LARGEST_SITE = 500  # people a day: a slip of the finger, not a policy
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


# --- words ----------------------------------------------------------------------------------------------------------


def in_words(minutes: int) -> str:
    """630 → "10 hours 30 minutes"."""
    hours, rest = divmod(abs(minutes), 60)
    parts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((hours, "hour"), (rest, "minute")) if n]
    return ("minus " if minutes < 0 else "") + (" ".join(parts) or "0 minutes")


def day_in_words(day: date) -> str:
    """ "Wednesday 10 June 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def date_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def days_in_words(days) -> str:
    """[0, 2] → "Monday, Wednesday"."""
    return ", ".join(DAY_NAMES[day] for day in sorted(days))


def local(moment: datetime) -> datetime:
    """The clock on the wall in Derbyshire."""
    return moment.astimezone(LONDON)


def _clock(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"


# --- hours: probation's community-payback rules (docs/scheme.md, Hours) ---------------------------------------------


def elapsed_minutes(start: datetime, end: datetime) -> int:
    """Whole minutes that really went by. (Subtracting two local times would count the wall clock, which jumps by an
    hour in the nights when the clocks change.)"""
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() // 60)


def credited_minutes(
    start: datetime, end: datetime, break_minutes: int = 0, penalty_minutes: int = 0, attended: bool = True
) -> int:
    """(end − start) − break − penalty for an attended session, 0 for any other.

    Refused: an end that is not after the start, a session longer than the scheme allows, a break longer than the
    session, and a penalty above what the break leaves; so the credit is never negative.
    """
    check_times(start, end)
    elapsed = elapsed_minutes(start, end)
    if break_minutes < 0:
        raise Refusal(f"The break must be 0 minutes or more, not {break_minutes}.", "break_minutes")
    if penalty_minutes < 0:
        raise Refusal(f"The penalty must be 0 minutes or more, not {penalty_minutes}.", "penalty_minutes")
    if break_minutes > elapsed:
        raise Refusal(
            f"The break of {in_words(break_minutes)} is longer than the session, {in_words(elapsed)}.", "break_minutes"
        )
    rest = elapsed - break_minutes
    if penalty_minutes > rest:
        raise Refusal(
            f"The penalty of {in_words(penalty_minutes)} is above the {in_words(rest)} that were worked.",
            "penalty_minutes",
        )
    return rest - penalty_minutes if attended else 0


def check_times(start: datetime, end: datetime) -> None:
    """Refuses an end that is not after the start, and a session longer than the scheme allows."""
    if end.astimezone(UTC) <= start.astimezone(UTC):
        raise Refusal(f"The end, {_clock(end)}, must be after the start, {_clock(start)}.", "ends_at")
    longest = settings.SCHEME["LONGEST_SESSION_MINUTES"]
    if elapsed_minutes(start, end) > longest:
        raise Refusal(
            f"A session is at most {in_words(longest)}, and this one would be "
            f"{in_words(elapsed_minutes(start, end))}. Check the times.",
            "ends_at",
        )


def check_outcome(now: datetime, start: datetime, end: datetime, attended: bool, enforceable: bool) -> None:
    """Nothing is future-dated: an attended outcome waits for the end of the session, an unacceptable absence for its
    start. Only an acceptable absence may be recorded in advance."""
    when = f"{day_in_words(local(start).date())}, {_clock(start)} to {_clock(end)}"
    if attended and end > now:
        raise Refusal(
            f"The session of {when} is not over yet. Until then only an acceptable absence can be recorded.", "outcome"
        )
    if enforceable and not attended and start > now:
        raise Refusal(
            f"The session of {when} has not begun yet. Until then only an acceptable absence can be recorded.",
            "outcome",
        )


def is_late(session_day: date, today: date) -> bool:
    """Whether recording today is later than the scheme allows without a reason."""
    return (today - session_day).days > settings.SCHEME["LATE_RECORDING_DAYS"]


def check_late_reason(session_day: date, today: date, reason: str) -> None:
    """Recording a session later than the scheme's limit needs a reason."""
    if is_late(session_day, today) and not reason.strip():
        raise Refusal(
            f"Enter why this is recorded late: the session was {(today - session_day).days} days ago, and "
            f"{settings.SCHEME['LATE_RECORDING_DAYS']} days are allowed.",
            "late_reason",
        )


def credit_within(minutes: int, required: int, credited: int, *, record_beyond: bool = False) -> int:
    """What of a session's minutes may be credited: all of them, or, where more was worked than the order has left,
    what is left, if the person who records it says so (`record_beyond`). Otherwise refused, quoting both numbers."""
    left = required - credited
    if minutes > left and not record_beyond:
        raise Refusal(
            f"This would credit {in_words(credited + minutes)}, but the order is {in_words(required)}. Credited so "
            f"far: {in_words(credited)}; left: {in_words(left)}. The work can be recorded all the same, with "
            f"{f'only {in_words(left)}' if left else 'nothing'} credited.",
            "record_beyond",
        )
    return min(minutes, left)


def check_adjustment(minutes: int, *, label: str, cap: int | None, already: int, required: int, credited: int) -> None:
    """An adjustment of so many minutes to the order; negative takes off. `already`: the sum of the case's adjustments
    for the same reason, which may not go beyond the reason's cap in either direction. Refused as well: nothing, below
    what is already credited, and above the longest order."""
    if minutes == 0:
        raise Refusal("Enter how many minutes to add or take off.", "minutes")
    if cap is not None and abs(already + minutes) > cap:
        raise Refusal(
            f"{label}: at most {cap} minutes a case. {abs(already)} minutes are adjusted already, so this would make "
            f"{abs(already + minutes)}.",
            "minutes",
        )
    if required + minutes < credited:
        raise Refusal(
            f"This would leave an order of {in_words(required + minutes)}, but {in_words(credited)} are already "
            f"credited: take off at most {in_words(required - credited)}.",
            "minutes",
        )
    most = settings.SCHEME["MOST_MINUTES"]
    if required + minutes > most:
        raise Refusal(
            f"This would make an order of {in_words(required + minutes)}. The most is {in_words(most)}.", "minutes"
        )


# --- sites and matching ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One requirement held against a person and a site. `refusal` is the sentence with which an unmet requirement stops
    a placement. `met` is None where only a person can judge; `advice` then says what to check."""

    rule: str
    requirement: str
    person: str
    site: str
    met: bool | None
    refusal: str = ""
    advice: str = ""

    @property
    def blocks(self) -> bool:
        return self.met is False and bool(self.refusal)


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


def days_ahead(today: date) -> list[date]:
    """From tomorrow, as many days as the scheme looks ahead for a free place."""
    return [today + timedelta(days=n) for n in range(1, settings.SCHEME["LOOK_AHEAD_DAYS"] + 1)]


def places_left(site, days_available, taken: dict[date, int], today: date) -> int:
    """Free places on the days ahead that both can do. `taken`: day → people who have a place at the site."""
    both = set(site.days_open) & set(days_available)
    return sum(max(0, site.capacity - taken.get(day, 0)) for day in days_ahead(today) if day.weekday() in both)


def matching(site, assessment, age: int | None, day: date, places_left: int) -> list[Finding]:
    """How a site suits a person on a day, one finding a requirement. `places_left`: free places on the days that both
    can do, within settings.SCHEME["LOOK_AHEAD_DAYS"]."""
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
            days_in_words(site.days_open),
            bool(both),
            no_day,
        ),
    ]
    if both:
        places = f"{places_left} free" if places_left else "Full"
        findings.append(Finding("places", f"A free place within {ahead} days", "", places, places_left > 0, full))
    if not assessment.may_work_alone:
        advice = f"Ask {site}: is there always a second member of staff? The person may never be alone with one."
        findings.append(
            Finding("alone", "A second member of staff", "Never alone with one", "Ask the site", None, advice=advice)
        )
    avoid = assessment.activities_to_avoid.strip()
    if avoid:
        advice = f"Check the work with {site}. To avoid: {avoid}"
        findings.append(
            Finding("activities", "No work that must be avoided", avoid, str(site.activity), None, advice=advice)
        )
    return findings


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


def weekly(first: date, start, end, count: int) -> list[tuple[datetime, datetime]]:
    """The same hours on the wall clock on so many days, a week apart; hours that do not exist, or exist twice, in a
    night when the clocks change are refused."""
    times = []
    for week in range(count):
        day = first + timedelta(weeks=week)
        times.append((on_the_wall(day, start, "starts_at"), on_the_wall(day, end, "ends_at")))
    return times


def on_the_wall(day: date, clock, field: str) -> datetime:
    """The moment at which the clock on the wall shows this time of this day. Refused where there are two or none."""
    first, second = (datetime.combine(day, clock, LONDON).replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise Refusal(
            f"The clocks change in the night of {date_in_words(day)}, and {clock:%H:%M} is not one time. "
            "Enter another time.",
            field,
        )
    return first
