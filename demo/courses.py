"""The course of each case that reaches a workshop: when each step was taken, before anything is written down.

A course is laid out backwards from its place on a session, so that every session has exactly the people it was planned
for; then its work is laid out forwards.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from demo import people
from demo.clock import at, during, working
from demo.hosts import Host, Hosts, Shift, absences, after, shifts
from demo.plan import LARGE_ORDERS, LARGEST_ORDER, PUBLISHED, SMALLEST_ORDER, USUAL_ORDERS, PlanError, dice
from demo.sessions import Diary, Slot
from referrals.time_limits import is_working_day

ENDINGS = {"completed": 86, "returned_in_work": 6, "returned_before_work": 5, "withdrawn": 3}


@dataclass(eq=False)
class Course:
    number: int
    slot: Slot
    rng: Random
    young: bool
    ending: str
    express: bool
    large_order: bool
    district: str
    hours: int = 0
    times: dict[str, datetime] = field(default_factory=dict)
    attempt: tuple[Slot, str] | None = None
    host: Host | None = None
    placed_at: datetime | None = None
    shifts: list[Shift] = field(default_factory=list)
    closed_at: datetime | None = None
    rj: dict = field(default_factory=dict)
    reoffended_by: int | None = None  # months after completing
    checked: bool = True
    feedback: dict | None = None

    @property
    def completed(self) -> bool:
        return self.ending == "completed"

    def minutes_in(self, target) -> int:
        return sum(shift.credited for shift in self.shifts if target.covers(shift.day))


def lay_out(number: int, slot: Slot, diary: Diary, *, large_order: bool) -> Course:
    """One person's way to their place on the session."""
    rng = dice(f"course:{slot.session.pk}:{number}")
    express = not slot.young and slot.session.starts_at.hour >= 13 and slot.day.weekday() < 4 and rng.random() < 0.3
    course = Course(
        number=number,
        slot=slot,
        rng=rng,
        young=slot.young,
        ending="completed" if express else people.pick(rng, ENDINGS),
        express=express,
        large_order=large_order,
        district=slot.session.district_id if rng.random() < 0.7 else people.district(rng),
    )
    course.times = _express(slot.day) if express else _usual(slot.day, rng)
    if not express and rng.random() < 0.1:
        _missed_one_before(course, diary)
    return course


def _express(day: date) -> dict[str, datetime]:
    """Everything on one day, so that work can start within 48 hours of the disposal."""
    clock = {
        "disposal": (8, 5), "draft": (8, 20), "submit": (8, 40), "accept": (9, 35), "take_on": (9, 50),
        "contact": (10, 20), "assess": (11, 30), "book": (11, 50),
    }  # fmt: skip
    return {step: at(day, *when) for step, when in clock.items()}


def _usual(day: date, rng: Random) -> dict[str, datetime]:
    lead = rng.randint(9, 24)
    slow, asked = rng.random() < 0.12, rng.random() < 0.1
    while True:
        times, submitted = {}, at(day - timedelta(days=lead), rng.randint(7, 21), rng.randrange(60))
        times["disposal"] = submitted - timedelta(hours=rng.randint(2, 40))
        times["draft"] = submitted - timedelta(minutes=rng.randint(12, 100))
        times["submit"] = submitted
        same_day = is_working_day(submitted.date()) and submitted.hour < 11
        decided = submitted.date() if same_day else working(submitted.date() + timedelta(days=1))
        if asked:
            times["ask"] = at(decided, 14, rng.randrange(60))
            times["answer"] = at(working(decided + timedelta(days=1)), 9, rng.randrange(60))
            decided = times["answer"].date()
        if slow:
            decided = working(decided, ahead=1)
        times["accept"] = at(decided, 15, rng.randrange(60))
        times["take_on"] = at(decided, 16, 5 + rng.randrange(50))
        contacted = working(decided, ahead=rng.choice((1, 1, 2, 2, 3)))
        times["contact"] = during(contacted, rng)
        times["assess"] = during(working(contacted, ahead=rng.choice((1, 1, 2))), rng, 9, 15)
        times["book"] = times["assess"] + timedelta(minutes=25)
        if times["book"].date() < day:
            return times
        lead += 3


def _missed_one_before(course: Course, diary: Diary):
    """They were booked on an earlier session and did not come, or moved to this one; then booked again."""
    first = course.times["book"].date() + timedelta(days=1)
    earlier = diary.between(first, course.slot.day - timedelta(days=2), course.young)
    if not earlier:
        return
    slot = course.rng.choice(earlier)
    how = course.rng.choice(("unacceptable_absence", "absent_medical", "absent_employment", "cancelled"))
    slot.others += 1
    course.attempt = (slot, how)
    course.times["book_first"] = course.times["book"]
    if how == "cancelled":
        course.times["cancel"] = course.times["book_first"] + timedelta(hours=2)
        course.times["book"] = course.times["cancel"] + timedelta(minutes=5)
    else:
        course.times["book"] = slot.register_at + timedelta(hours=1)


def choose_hours(course: Course) -> int:
    return people.pick(course.rng, LARGE_ORDERS if course.large_order else USUAL_ORDERS)


def lay_out_work(course: Course, hosts: Hosts, hours: int, part: int | None = None, rather: Collection[Host] = ()):
    """The order, and the days on which it is worked off; `part`: the minutes done by somebody who stops; `rather`: the
    hosts that are to have somebody."""
    rng, day = course.rng, course.slot.day
    course.hours = hours
    if course.ending in ("withdrawn", "returned_before_work"):
        course.closed_at = during(after(day, rng.randint(8, 30)), rng)
        return
    if course.express:
        course.host, first = hosts.choose(
            course.district, course.young, day + timedelta(days=1), at_once=True, rather=rather
        )
        course.placed_at = at(first, 8, 15)
    else:
        course.placed_at = during(after(day, rng.randint(1, 6)), rng)
        first = course.placed_at.date() + timedelta(days=rng.randint(2, 7))
        course.host, first = hosts.choose(course.district, course.young, first, rather=rather)
    minutes = hours * 60
    if course.ending == "returned_in_work":
        minutes = part if part is not None else max(120, int(minutes * rng.uniform(0.2, 0.7)) // 30 * 30)
    brisk = course.large_order and hours >= 16
    course.shifts = shifts(
        course.host, rng, course.number, minutes=minutes, first=first, young=course.young, brisk=brisk
    )
    last = course.shifts[-1].day
    if course.ending == "returned_in_work":
        course.shifts += absences(course.host, course.number, first=last, young=course.young)
        last = course.shifts[-1].day
    course.closed_at = during(after(last, rng.randint(2, 9)), rng)


def add_up_hours(courses: list[Course], hosts: Hosts):
    """Lay out everybody's work so that the minutes credited in the published half-year are exactly its hours.

    Those who may reach into the half-year come first; among them, last, a group who start early in it, and whose
    orders take up what is still missing. They also go where nobody else went, so that every site is used.
    """
    before = [c for c in courses if c.slot.day < PUBLISHED.start]
    during_it = [c for c in courses if PUBLISHED.covers(c.slot.day)]
    after_it = [c for c in courses if c.slot.day > PUBLISHED.end]
    safe = [c for c in during_it if c.slot.day <= date(2024, 6, 14)]
    finishers = [c for c in safe if c.completed][::-1]  # those with the most time left come last
    last = next((c for c in safe if c.ending == "returned_in_work"), safe[0])
    last.ending = "returned_in_work"
    levelling = {*finishers, last}
    for course in (*before, *(c for c in during_it if c not in levelling)):
        lay_out_work(course, hosts, choose_hours(course))
    minutes = PUBLISHED.minutes - sum(c.minutes_in(PUBLISHED) for c in courses)
    used = {c.host for c in courses if c.minutes_in(PUBLISHED)}
    rest = 60 * SMALLEST_ORDER  # what is kept for the last one, who stops half-way
    for number, course in enumerate(finishers):
        share = (minutes - rest) / 60 / (len(finishers) - number)
        if not SMALLEST_ORDER <= share <= LARGEST_ORDER:
            raise PlanError(f"{minutes / 60:.0f} hours do not fit into {len(finishers) - number} orders.")
        swing = course.rng.uniform(0.7, 1.3) if number < len(finishers) - 5 else 1
        hours = min(max(int(share * swing), SMALLEST_ORDER), LARGEST_ORDER)
        lay_out_work(course, hosts, hours, rather=[host for host in hosts.all if host not in used])
        used.add(course.host)
        minutes -= course.minutes_in(PUBLISHED)
    lay_out_work(last, hosts, max(LARGEST_ORDER // 2, minutes // 60 + SMALLEST_ORDER), part=minutes)
    for course in after_it:
        lay_out_work(course, hosts, choose_hours(course))
    short = PUBLISHED.minutes - sum(c.minutes_in(PUBLISHED) for c in courses)
    if short:
        raise PlanError(f"The half-year is {short} minutes short of the plan.")
    sites = {c.host for c in courses if c.minutes_in(PUBLISHED)}
    if len(sites) != PUBLISHED.placements:
        raise PlanError(f"{len(sites)} sites have work in the half-year; the plan has {PUBLISHED.placements}.")
