"""The rules of the workshop, as pure functions: facts and the clock in, sentences and numbers out.

Adults and young people never share a session. The age that counts is the age on the day of the session, so that nobody
under 18 ever sits beside an adult; the published figures count people by their age at the referral, which changes
nothing here.
"""

import re
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from audit.trail import Refusal
from referrals.rules import ADULT, add_months, age_on

ADULTS, YOUNG_PEOPLE = "adults", "young_people"
GETTING_ABOUT = re.compile(
    r"wheel|\bsteps\b|step[- ]free|stair|walk|mobil|crutch|\bstick\b|\blift\b|ramp|zimmer|amputee|prosthe",
    re.IGNORECASE,
)
MOST_MINUTES_LATE = 180
LARGEST_SESSION = 100  # a slip of the finger, not a policy: the room sets the capacity
MOST_YEARS_AHEAD = 5  # the same, of a date

# The statements that people are asked about after a workshop, in the order that they are published. A change of the
# words is a version of its own: what was answered stays beside the words that it answers.
WORDINGS = {
    "2024": {
        "better_understanding_of_asb": "I have a better understanding of anti-social behaviour",
        "would_handle_situations_differently": "I would handle similar situations differently",
        "acknowledged_harm_and_took_responsibility": "I acknowledged the harm and took responsibility",
        "workshop_beneficial": "The workshop was beneficial",
        "positive_experience_overall": "It was a positive experience overall",
    },
}
STATEMENTS = WORDINGS["2024"]
# What stands under a statement where people read it themselves.
IN_SIMPLE_WORDS = {
    "2024": {
        "better_understanding_of_asb": "I know more about what it is, and how it makes other people feel.",
        "would_handle_situations_differently": "Next time I would do something else.",
        "acknowledged_harm_and_took_responsibility": "I can say what I did and who it hurt.",
        "workshop_beneficial": "It was good for me.",
        "positive_experience_overall": "All in all, it was OK.",
    },
}
SMALLEST_GROUP = 3  # answers are shown in groups of at least so many, so that nobody can tell who gave which

_BANDS = ((12, "Under 12"), (15, "12 to 14"), (18, "15 to 17"), (25, "18 to 24"), (35, "25 to 34"), (50, "35 to 49"))


def audience_for(born: date, day: date) -> str:
    """The audience that somebody belongs to on a day."""
    return ADULTS if age_on(born, day) >= ADULT else YOUNG_PEOPLE


def wrong_audience(born: date | None, day: date, audience: str) -> str:
    """Why somebody may not go to a session for this audience on this day; empty if they may."""
    if born is None:
        return "Enter the person’s date of birth first: adults and young people never share a session."
    if audience_for(born, day) == audience:
        return ""
    age = age_on(born, day)
    meant = "for adults" if audience == ADULTS else "for young people"
    return f"This session is {meant}, and the person will be {age} on that day."


def born_by_to_be_adult(day: date) -> date:
    """Whoever was born on or before this date is an adult on the day."""
    return add_months(day, -12 * ADULT)


def adult_from(born: date) -> date:
    """The first day on which somebody is an adult; 1 March for the 29th of February."""
    try:
        return born.replace(year=born.year + ADULT)
    except ValueError:
        return date(born.year + ADULT, 3, 1)


def age_band(born: date | None, day: date) -> str:
    """Enough for a facilitator to prepare for a group, less than a date of birth."""
    if born is None:
        return "Age not known"
    age = age_on(born, day)
    return next((band for below, band in _BANDS if age < below), "50 or over")


def too_early_for_an_outcome(starts_at: datetime, now: datetime) -> str:
    """Why no outcome may be recorded yet; empty if it may: a session that has not started has none."""
    if now >= starts_at:
        return ""
    local = timezone.localtime(starts_at)
    return f"Attendance can be recorded from the start of the session, {local:%-d %B %Y at %H:%M}."


def unmet_needs(person, session) -> list[str]:
    """What this person needs and this session is not known to offer, in sentences; empty if nothing. Needs are free
    text: those that speak of getting about ask for a place that is step-free, the others are shown and weighed."""
    unmet = []
    if person.interpreter_needed and not _is_interpreted(person.language, session.interpreter):
        language = f" for {person.language}" if person.language else ""
        unmet.append(f"The person needs an interpreter{language}, and none is arranged for this session.")
    if GETTING_ABOUT.search(person.needs) and not session.step_free and not session.joining_link:
        needs = person.needs.strip().rstrip(".")
        unmet.append(f"The person needs: {needs}. This place is not known to be step-free.")
    return unmet


def why_offered(has_place: bool, here: bool, online: bool) -> str:
    """Why a session with a place stands where it stands among those offered: in the person’s district (`here`), or
    not. Of a full one: nothing."""
    if not has_place:
        return ""
    return "Nearest with a place" if here else "Online, with a place" if online else "Further away, with a place"


def _is_interpreted(needed: str, offered: str) -> bool:
    return bool(offered) and (not needed or needed.strip().casefold() in offered.casefold())


def too_far_ahead(day: date, today: date) -> str:
    """Why nothing is planned on a day; empty if something may be."""
    latest = add_months(today, 12 * MOST_YEARS_AHEAD)
    return "" if day <= latest else f"Enter a date before {latest:%-d %B %Y}, {MOST_YEARS_AHEAD} years from today."


def check_lateness(minutes: int | None, attended: bool, field: str) -> None:
    """Only somebody who came can be late, and by no more than three hours."""
    if minutes is None:
        return
    if not attended:
        raise Refusal("Only somebody who attended can be late. Leave the minutes empty.", field)
    if not 0 <= minutes <= MOST_MINUTES_LATE:
        raise Refusal(f"Enter minutes late from 0 to {MOST_MINUTES_LATE}, or leave them empty.", field)


def is_backdated(starts_at: datetime, now: datetime) -> bool:
    """Whether an outcome that is recorded now comes later than the scheme allows without a reason."""
    return days_overdue(starts_at, now) > settings.SCHEME["LATE_RECORDING_DAYS"]


def days_overdue(ended_at: datetime, now: datetime) -> int:
    """Whole days, by the calendar, since a register could have been filled in."""
    return (timezone.localdate(now) - timezone.localdate(ended_at)).days


def percent(part: int, whole: int) -> int | None:
    """part / whole in whole per cent, rounded half up; None when there is nothing to divide by."""
    return (200 * part + whole) // (2 * whole) if whole else None
