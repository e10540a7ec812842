"""The sites that host community work, and the shifts that are worked there: never over capacity, never mixed ages."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from accounts.roles import Role
from demo import people
from demo.book import Book, uuid_from
from demo.cast import BEGAN, Side
from demo.clock import at, is_quiet, is_school_day, working
from demo.names import DISTRICTS, HOST_NAMES, HOSTS
from demo.plan import PUBLISHED, dice
from placements import lifecycle
from placements.lifecycle import SiteStatus
from placements.models import Site

LATER_SITES = 12  # opened after the published half-year
LATER = date(2024, 10, 7)
PAST_SITES = 7  # of the first ones: took people on in the half-year, and nobody since
PAST = date(2024, 11, 29)  # the last day on which they took somebody on
LEFT = date(2025, 3, 31)  # they were given up on this day, or when the last person was done there
SUSPENDED, CLOSED = "The building is being repaired.", "The charity has moved away."
PENALTY = timedelta(minutes=15)


@dataclass(frozen=True)
class Shift:
    """One planned day of work and what came of it."""

    starts_at: datetime
    ends_at: datetime
    break_minutes: int
    penalty_minutes: int
    outcome: str
    credited: int
    corrected_from: int = 0  # the minutes first credited, where somebody mistyped them

    @property
    def day(self) -> date:
        return self.starts_at.date()


class Host:
    """A site with the days that are taken. It takes people on from the first to the last day, and keeps them until they
    are done."""

    def __init__(self, site: Site, first: date, last: date):
        self.site, self.first, self.last = site, first, last
        self.taken = defaultdict(set)  # day → cases
        self.ages = {}  # day → young?
        self.people = 0

    def open_on(self, day: date, young: bool) -> bool:
        return (
            day.weekday() in self.site.days_open
            and not is_quiet(day)
            and self.ages.get(day, young) == young
            and len(self.taken[day]) < self.site.capacity
        )

    def take(self, day: date, young: bool, case):
        self.taken[day].add(case)
        self.ages[day] = young

    @property
    def last_taken(self) -> date:
        return max(self.ages, default=self.first)


class Hosts:
    def __init__(self, book: Book, side: Side, today: date):
        self.book, self.side, self.today = book, side, today
        self.rng = dice("hosts")
        self.all: list[Host] = []
        self.names = [(activity, name) for name in HOST_NAMES for activity in HOSTS]
        self.rng.shuffle(self.names)
        districts = list(DISTRICTS)
        for number in range(PUBLISHED.placements):
            past = number >= PUBLISHED.placements - PAST_SITES
            self.add(
                districts[number % len(districts)], BEGAN.date(), PAST if past else date.max, young=number % 3 != 0
            )
        for number in range(LATER_SITES):
            self.add(districts[number % len(districts)], LATER, date.max, young=number % 2 == 0)
        self._states_of_current_sites()
        self._not_yet_open()

    def add(self, district: str, first: date, last: date, *, young: bool, **fields) -> Host:
        rng = self.rng
        activity, name = self.names.pop()
        # Every open site takes people at weekends or in the week; those for young people always on Saturdays.
        days = sorted(set(rng.sample(range(5), rng.randint(3, 5))) | ({5} if young else set()))
        site = Site(
            id=uuid_from(rng),
            provider=self.side.provider,
            name=rng.choice(HOSTS[activity]).format(name=name),
            address=people.address(rng, district)[0],
            district_id=district,
            activity_id=activity,
            description="Tools and gloves are there; ask for the warden on arrival.",
            capacity=rng.randint(3, 6),
            days_open=days,
            suitable_under_18=young,
            hi_vis_needed=activity in ("clean_up", "repair"),
            insured_until=self.today + timedelta(days=rng.randint(60, 340)),
            risk_assessed_on=self.today - timedelta(days=rng.randint(40, 300)),
            risk_review_on=self.today + timedelta(days=rng.randint(60, 330)),
            contact_name=f"{rng.choice(people.GIVEN_OLDER)} {rng.choice(people.FAMILY)}",
            contact_phone=people.phone(rng),
            status=SiteStatus.ACTIVE,
        )
        for field, value in fields.items():
            setattr(site, field, value)
        self.book.add(site)
        by, proposed = self.side.of(Role.COORDINATOR)[0], at(first, 9) - timedelta(days=21)
        steps = {
            SiteStatus.PROPOSED: (),
            SiteStatus.ASSESSED: (lifecycle.ASSESS_SITE,),
        }.get(site.status, (lifecycle.ASSESS_SITE, lifecycle.OPEN_SITE))
        self.book.event(lifecycle.SITE_PROPOSED, proposed, by, ids=[site.pk])
        for number, step in enumerate(steps, 1):
            self.book.event(step.kind, proposed + timedelta(days=7 * number), by, site=str(site.pk))
        host = Host(site, first, last)
        if site.status == SiteStatus.ACTIVE:
            self.all.append(host)
        return host

    def leave_past_sites(self):
        """Those that take nobody on any more, once everybody's work is laid out: two are suspended, three closed, one
        is uninsured, one due for assessment."""
        by = self.side.of(Role.COORDINATOR)[0]
        past = [host for host in self.all if host.last == PAST]
        for number, host in enumerate(past[:5]):
            left, site = max(LEFT, host.last_taken + timedelta(days=1)), host.site
            if number < 2:
                site.status = SiteStatus.SUSPENDED
                self.book.event(lifecycle.SUSPEND_SITE.kind, at(left, 12), by, site=str(site.pk), because=SUSPENDED)
            else:
                site.status = SiteStatus.CLOSED
                closed_at = at(left + timedelta(days=200), 12)
                self.book.event(lifecycle.CLOSE_SITE.kind, closed_at, by, site=str(site.pk), because=CLOSED)
        past[5].site.insured_until = self.today - timedelta(days=9)
        past[6].site.risk_review_on = self.today - timedelta(days=3)

    def _states_of_current_sites(self):
        current = [host.site for host in self.all if host.last == date.max]
        current[0].insured_until = self.today + timedelta(days=12)
        current[1].risk_review_on = self.today + timedelta(days=20)

    def _not_yet_open(self):
        for district, status in (
            ("derby", SiteStatus.PROPOSED), ("high_peak", SiteStatus.PROPOSED), ("erewash", SiteStatus.ASSESSED),
        ):  # fmt: skip
            bare = {} if status == SiteStatus.ASSESSED else {
                "insured_until": None, "risk_assessed_on": None, "risk_review_on": None,
            }  # fmt: skip
            self.add(district, self.today - timedelta(days=30), date.max, young=True, status=status, **bare)

    def choose(
        self, district: str, young: bool, first: date, *, at_once: bool = False, rather: Collection[Host] = ()
    ) -> tuple[Host, date]:
        """(host, day) for somebody who starts on the first day: the host with the fewest people so far; one of `rather`
        if it can, else in the district if that has one. `at_once`: the host must have room on the day itself, and the
        start moves on to the first day on which one has."""
        while not (fitting := self._fitting(young, first, at_once)):
            first += timedelta(days=1)
        near = [host for host in fitting if host in rather]
        near = near or [host for host in fitting if host.site.district_id == district] or fitting
        # A site for adults only is left to adults, so that those for young people are not full of them.
        best = min(near, key=lambda host: host.people + (8 if not young and host.site.suitable_under_18 else 0))
        best.people += 1
        return best, first

    def _fitting(self, young: bool, first: date, at_once: bool) -> list[Host]:
        return [
            host
            for host in self.all
            if host.first <= first <= host.last
            and (host.site.suitable_under_18 or not young)
            and (host.open_on(first, young) or not at_once)
        ]


def shifts(host: Host, rng: Random, case, *, minutes: int, first: date, young: bool, brisk: bool) -> list[Shift]:
    """Days of work from the first day on until so many minutes are credited."""
    found, left, day = [], minutes, first
    gaps = (1, 2, 2, 3) if brisk else (2, 3, 4, 7)
    while left:
        while not host.open_on(day, young):
            day += timedelta(days=1)
        host.take(day, young, case)
        shift = _shift(rng, day, left, young)
        found.append(shift)
        left -= shift.credited
        day += timedelta(days=rng.choice(gaps))
    return found


def _shift(rng: Random, day: date, left: int, young: bool) -> Shift:
    after_school = young and is_school_day(day)
    start = at(day, 16) if after_school else at(day, 10) if young else at(day, 9, 30)
    lengths = (120, 150) if after_school else (240, 270) if young else (240, 300, 330, 360)
    length = min(left, rng.choice(lengths))
    pause = 30 if length >= 240 else 0
    planned_end = start + timedelta(minutes=length + pause)
    luck = rng.random()
    if luck < 0.04:
        return Shift(start, planned_end, 0, 0, "unacceptable_absence", 0)
    if luck < 0.09:
        outcome = rng.choice(("absent_medical", "absent_employment", "absent_family", "rescheduled_person"))
        return Shift(start, planned_end, 0, 0, outcome, 0)
    if luck < 0.105 and length > 120:
        return Shift(start, start + timedelta(minutes=90), 0, 0, "sent_home_behaviour", 90)
    if luck < 0.12 and length > 120:
        return Shift(start, start + timedelta(minutes=120), 0, 0, "sent_home_service", 120)
    penalty = 15 if luck < 0.16 and length >= 120 else 0
    wrong = length + 60 if luck > 0.985 and length < left - 60 else 0
    end = start + timedelta(minutes=length + pause + penalty)
    return Shift(start, end, pause, penalty, "complied", length, wrong)


def absences(host: Host, case, *, first: date, young: bool, count: int = 2) -> list[Shift]:
    """So many days on which somebody did not come and gave no reason."""
    found, day = [], first
    while len(found) < count:
        day += timedelta(days=1)
        if host.open_on(day, young):
            host.take(day, young, case)
            start = at(day, 10)
            found.append(Shift(start, start + timedelta(hours=4), 0, 0, "unacceptable_absence", 0))
            day += timedelta(days=4)
    return found


def after(day: date, days: int) -> date:
    return working(day + timedelta(days=days))
