"""What the rules of planning are held against, read from the database: the sites that a person could work at, who is
at a site over a time, and what stops each session of a plan."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from django.utils import timezone

from audit.trail import Refusal
from placements import rules
from placements.lifecycle import SiteStatus
from placements.models import Site, WorkSession
from placements.operations.assessing import age_today
from referrals.likeness import same_person
from referrals.stages import kept_apart, school_holidays


def options(case, user) -> list[Site]:
    """The open sites of the case's provider, each with its findings: those that suit first, nearest district first."""
    today = timezone.localdate()
    visible = Site.objects.visible_to(user, "placements.place").with_details()
    sites = list(visible.filter(provider=case.provider_id, status=SiteStatus.ACTIVE))
    ahead = rules.days_ahead(today)
    taken = WorkSession.objects.filter(placement__site__in=sites).places_taken(ahead[0], ahead[-1])
    here = set(case.placements.open().values_list("site", flat=True))
    away, age = rules.borders_from(home_district(case)), age_today(case)
    for site in sites:
        booked = {day: people for (pk, day), people in taken.items() if pk == site.pk}
        site.free = rules.places_left(site, case.assessment.days_available, booked, today)
        site.findings = rules.matching(site, case.assessment, age, today, site.free)
        site.blocked = [finding for finding in site.findings if finding.blocks]
        site.to_justify = [finding for finding in site.findings if finding.needs_a_reason]
        site.unmet = any(finding.met is False for finding in site.to_justify)
        site.away = away.get(site.district_id)
        site.placed_here = site.pk in here
    return sorted(sites, key=lambda s: (bool(s.blocked), s.unmet, 99 if s.away is None else s.away, s.name))


def home_district(case) -> str | None:
    """Where the person lives; where that is not known, where it happened."""
    return case.participant.district_id or case.district_id


def findings(case, site) -> list[rules.Finding]:
    """How one site suits the person of a case today."""
    today = timezone.localdate()
    ahead = rules.days_ahead(today)
    taken = WorkSession.objects.filter(placement__site=site).places_taken(ahead[0], ahead[-1])
    left = rules.places_left(site, case.assessment.days_available, {day: n for (_, day), n in taken.items()}, today)
    return rules.matching(site, case.assessment, age_today(case), today, left)


def places_ahead(site) -> list[tuple[date, int]]:
    """The days ahead on which the site is open, with the places that are left at its fullest moment."""
    ahead = rules.days_ahead(timezone.localdate())
    taken = WorkSession.objects.filter(placement__site=site).places_taken(ahead[0], ahead[-1])
    return [
        (day, max(0, site.capacity - taken.get((site.pk, day), 0))) for day in ahead if day.weekday() in site.days_open
    ]


def sessions_of(case):
    """The work of the participant of a case, in whichever case and record of theirs."""
    return WorkSession.objects.filter(case__participant__in=same_person(case.participant_id))


def company(case, site, times, *, but=None) -> rules.Company:
    """Whoever a plan of these times is held against: three queries, and those of kept_apart(), however many there are.
    `but`: a session that is moved, which is in nobody's way."""
    first, last = min(start for start, _ in times), max(end for _, end in times)
    own = sessions_of(case).overlapping(first, last).select_related("placement__site", "outcome")
    apart = kept_apart([case.participant_id])
    others = WorkSession.objects.filter(placement__site=site).exclude(case=case).taking_a_place()
    beside = others.overlapping(first, last).values_list(
        "starts_at", "ends_at", "case__participant", "case__participant__date_of_birth"
    )
    return rules.Company(
        born=case.participant.date_of_birth,
        own=list(own.exclude(pk=but.pk) if but else own),
        beside=[rules.Beside(start, end, born, person in apart) for start, end, person, born in beside],
    )


@dataclass(frozen=True)
class Pattern:
    """A plan of several days: on these weekdays (0 is Monday), from a day, so many sessions of the same hours; without
    a number, until the hours left are planned."""

    weekdays: Collection[int]
    first: date
    starts: time
    ends: time
    number: int | None = None
    bank_holidays_out: bool = True
    school_holidays_out: bool = False


class Proposed(NamedTuple):
    """A session as it would be planned, and what stops it; nothing if it can be."""

    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    problem: str


def proposed(placement, days, starts, ends) -> list[Proposed]:
    """What would become of a plan of these days and hours, if it were made now."""
    found, times = {}, {}
    for day in days:
        try:
            times[day] = rules.times_on(day, starts, ends)
        except Refusal as refusal:
            found[day] = Proposed(day, None, None, refusal.sentence)
    if times:
        held, now = company(placement.case, placement.site, list(times.values())), timezone.now()
        for day, (start, end) in times.items():
            problem = ""
            try:
                rules.check_session(start, end, now=now, placement=placement, site=placement.site, company=held)
            except Refusal as refusal:
                problem = refusal.sentence
            found[day] = Proposed(day, start, end, problem)
    return [found[day] for day in days]


def times_to_plan(proposed: list[Proposed], leave_out: bool) -> list[tuple[datetime, datetime]]:
    """The times of what is to be planned. Refused where a day cannot be planned and is not to be left out."""
    stopped = next((each.problem for each in proposed if each.problem), "")
    if stopped and not leave_out:
        raise Refusal(f"{stopped} Change the plan, or leave out the days that cannot be planned.", "leave_out")
    return possible(proposed)


def possible(proposed: list[Proposed]) -> list[tuple[datetime, datetime]]:
    """The times of what can be planned."""
    return [(each.starts_at, each.ends_at) for each in proposed if each.starts_at and each.ends_at and not each.problem]


def minutes_planned(case) -> int:
    """The minutes of the sessions that have no outcome yet."""
    waiting = case.work_sessions.filter(outcome__isnull=True).values_list("starts_at", "ends_at")
    return sum(rules.elapsed_minutes(start, end) for start, end in waiting)


def days_of(case, asked: Pattern) -> rules.Days:
    """The days of a pattern. Refused once all hours are done, where it begins more than a year ahead, and where no day
    comes of it."""
    if not case.hours_account.minutes_left:
        raise Refusal(f"All hours of {case.reference} are done: {rules.in_words(case.hours_account.minutes_required)}.")
    rules.check_not_far(asked.first, timezone.localdate())
    number = asked.number
    if number is None:
        left = case.hours_account.minutes_left - minutes_planned(case)
        number = rules.sessions_for(left, asked.starts, asked.ends)
        if number < 1:
            raise Refusal("All the hours that are left are planned already. Enter how many sessions to plan.", "number")
    days = rules.days_of(
        asked.weekdays,
        asked.first,
        number,
        bank_holidays_out=asked.bank_holidays_out,
        closed=school_holidays() if asked.school_holidays_out else [],
    )
    if not days.wanted:
        raise Refusal("No day is left on these days of the week. Choose other days.", "weekdays")
    return days
