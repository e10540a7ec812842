"""The times of work sessions that are planned: a pattern's days, and what stops a session."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from audit.trail import IllegalMove, Refusal
from placements.rules.hours import check_times, elapsed_minutes
from placements.rules.sites import is_child, site_findings, suits_age
from placements.rules.words import clock, date_in_words, day_in_words, days_in_words, in_words, local
from referrals.time_limits import LONDON, age_on, bank_holiday

MOST = 60  # sessions planned in one go
LONGEST = timedelta(days=366)  # from the first to the last of them, and from today to the first
CONCURRENT = "concurrent_hours"  # the outcome of a session whose hours count for two orders at once


# --- the days of a pattern ------------------------------------------------------------------------------------------


@dataclass
class Days:
    """The days of a pattern, those left out with the reason, and whether it ended before there were enough."""

    wanted: list[date] = field(default_factory=list)
    left_out: list[tuple[date, str]] = field(default_factory=list)
    cut_short: bool = False


def days_of(weekdays, first: date, number: int, *, bank_holidays_out: bool, closed: Iterable = ()) -> Days:
    """So many days from `first` on these weekdays (0 is Monday), without the days on which the schools are closed
    (`closed`: rows with first, last and why) and, where asked, England's bank holidays. Never more than MOST, nor later
    than LONGEST after the first."""
    days, closed, day = Days(), list(closed), first
    while len(days.wanted) < min(number, MOST) and day <= first + LONGEST:
        if day.weekday() in weekdays:
            why = _left_out(day, bank_holidays_out, closed)
            if why:
                days.left_out.append((day, why))
            else:
                days.wanted.append(day)
        day += timedelta(days=1)
    days.cut_short = len(days.wanted) < number
    return days


def _left_out(day, bank_holidays_out, closed) -> str:
    if bank_holidays_out and bank_holiday(day):
        return f"Bank holiday: {bank_holiday(day)}"
    return next((each.why for each in closed if each.first <= day <= each.last), "")


def sessions_for(minutes: int, starts: time, ends: time) -> int:
    """How many sessions of these hours it takes to work so many minutes."""
    length = (ends.hour * 60 + ends.minute) - (starts.hour * 60 + starts.minute)
    return -(-minutes // length) if length > 0 else 0


def on_the_wall(day: date, clock_time, field: str) -> datetime:
    """The moment at which the clock on the wall shows this time of this day. Refused where there are two or none."""
    first, second = (datetime.combine(day, clock_time, LONDON).replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise Refusal(
            f"The clocks change in the night of {date_in_words(day)}, and {clock_time:%H:%M} is not one time. "
            "Enter another time.",
            field,
        )
    return first


def times_on(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    return on_the_wall(day, starts, "starts_at"), on_the_wall(day, ends, "ends_at")


# --- what stops a session -------------------------------------------------------------------------------------------


def busiest(spans: Iterable[tuple[datetime, datetime]]) -> tuple[int, datetime | None]:
    """The most of these spans at one moment, and the first moment at which it is so. One that ends makes room for one
    that starts."""
    steps = sorted((moment, step) for start, end in spans for moment, step in ((start, 1), (end, -1)))
    most, when, now = 0, None, 0
    for moment, step in steps:
        now += step
        if now > most:
            most, when = now, moment
    return most, when


@dataclass(frozen=True)
class Beside:
    """Somebody else who has a place at the site. `kept_apart`: an assessment says never to be beside this person."""

    starts_at: datetime
    ends_at: datetime
    born: date | None
    kept_apart: bool


@dataclass
class Company:
    """What a plan is held against: the person's date of birth, the other sessions they have anywhere, and everybody
    else's at the site."""

    born: date | None
    own: list
    beside: list[Beside]


def check_session(start: datetime, end: datetime, *, now: datetime, placement, site, company: Company) -> None:
    """Refuses a session that cannot be planned, naming the day: a time that has passed or is before the agreement was
    signed; a day or an hour at which the site takes nobody, or no longer; another session of the person; no place free
    at some moment; somebody kept apart or of the other age group at the site at that time."""
    check_times(start, end)
    day = local(start).date()
    named = day_in_words(day)
    if start <= now:
        raise Refusal(f"{named}, {clock(start)}, has passed. Record work that was done instead.", "on")
    check_not_far(day, local(now).date())
    if day < placement.signed_on:
        raise Refusal(f"{named} is before the agreement was signed, on {date_in_words(placement.signed_on)}.", "on")
    age = _age(company.born, day)
    for finding in (*site_findings(site, day), suits_age(site, age)):
        if finding.blocks:
            raise Refusal(finding.refusal, "on")
    _check_opening(start, end, site)
    check_no_overlap(start, end, placement, company.own)
    here = [each for each in company.beside if each.starts_at < end and each.ends_at > start]
    taken, when = busiest((max(each.starts_at, start), min(each.ends_at, end)) for each in here)
    if when and taken >= site.capacity:
        raise Refusal(
            f"{named} is full at {site}: {taken} of {site.capacity} places are taken at {clock(when)}.", "starts_at"
        )
    if any(each.kept_apart for each in here):
        raise Refusal(
            f"{named}: somebody works at {site} then who must never work beside this person (see the assessments).",
            "on",
        )
    child = is_child(age)
    if any(is_child(_age(each.born, day)) != child for each in here):
        raise Refusal(
            f"{named}: {'an adult works' if child else 'a young person works'} at {site} then, and adults and young "
            "people never share a session.",
            "on",
        )


def check_not_far(day: date, today: date):
    """Nothing is planned, and no absence recorded, more than a year ahead: that is a slip of the finger."""
    if day - today > LONGEST:
        raise Refusal(f"{day_in_words(day)} is more than a year ahead. Check the year.", "on")


def _age(born, day) -> int | None:
    return age_on(born, day) if born else None


def _check_opening(start, end, site):
    day, named = local(start).date(), day_in_words(local(start).date())
    if day.weekday() not in site.days_open:
        raise Refusal(f"{named}: {site} takes people on {days_in_words(site.days_open)} only.", "on")
    if site.opens_at is None:
        return
    first, last = (datetime.combine(day, at, LONDON).astimezone(UTC) for at in (site.opens_at, site.closes_at))
    if start.astimezone(UTC) < first or end.astimezone(UTC) > last:
        raise Refusal(
            f"{named}: {site} takes people from {site.opens_at:%H:%M} to {site.closes_at:%H:%M}, and this session "
            f"would be from {clock(start)} to {clock(end)}.",
            "starts_at",
        )


def check_no_overlap(start: datetime, end: datetime, placement, own, *, concurrent: bool = False) -> None:
    """Nobody works, or is planned, at two times at once. `own`: the person's other sessions, of all their cases. One
    that was missed for an acceptable reason is in nobody's way, unless it is of this placement and began at the same
    time; nor is one of another case, where this one or that one is recorded as serving two orders at once
    (`concurrent`)."""
    for other in own:
        if other.starts_at >= end or other.ends_at <= start:
            continue
        outcome = other.outcome
        elsewhere = other.case_id != placement.case_id
        if elsewhere and (concurrent or other.outcome_id == CONCURRENT):
            continue
        missed = outcome and not outcome.attended and not outcome.enforceable
        if missed and (other.placement_id, other.starts_at) != (placement.pk, start):
            continue
        state = "recorded" if outcome else "planned"
        when = f"{day_in_words(local(other.starts_at).date())}, {clock(other.starts_at)} to {clock(other.ends_at)}"
        if elsewhere:  # which may not be theirs to see who reads this
            raise IllegalMove(
                f"In another of their cases work is {state} for {when}. Enter another time, or, where the hours count "
                "for both orders, record that they are served elsewhere too.",
                "starts_at",
            )
        raise IllegalMove(
            f"A session at {other.placement.site} is already {state} for {when}. "
            f"{'Correct' if outcome else 'Record'} that one, or enter another time.",
            "starts_at",
        )


# --- the minutes of a plan ------------------------------------------------------------------------------------------


def beyond_the_order(times, left: int, planned: int) -> str:
    """What a preview says of a plan that goes beyond the hours left, of which so many minutes are planned already;
    nothing while it does not. Such a plan is made all the same: somebody may not come to all of it."""
    more = sum(elapsed_minutes(start, end) for start, end in times)
    if not more or more + planned <= left:
        return ""
    already = f"and with the {in_words(planned)} that are planned already that is " if planned else ""
    return (
        f"This plans {in_words(more)}, {already}{in_words(more + planned - left)} more than the {in_words(left)} that "
        "are left."
    )
