"""The workshop sessions of every quarter: how many, for whom, when, where, and how many new people each has."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from accounts.roles import Role
from demo.book import Book, uuid_from
from demo.cast import BEGAN, Side
from demo.clock import at, teaching_days
from demo.names import DISTRICTS, ROOMS
from demo.plan import Quarter, dice
from workshops import lifecycle
from workshops.models import Programme, Session

HORIZON = timedelta(days=28)  # how far ahead sessions are in the diary
CANCELLED_SHARE = 0.04
SPARE_PLACES = 3
SPARE_START = (8, 0)  # on a day when all others are taken


@dataclass(eq=False)
class Slot:
    """A session in the diary, and what the plan wants of it."""

    session: Session
    people: int  # who attend here
    others: int = 0  # who are booked here and attend elsewhere

    @property
    def day(self) -> date:
        return self.session.starts_at.date()

    @property
    def young(self) -> bool:
        return self.session.audience == Session.Audience.YOUNG_PEOPLE

    @property
    def register_at(self) -> datetime:
        """When the facilitator has recorded who came."""
        return self.session.ends_at + timedelta(minutes=20)

    @property
    def has_room(self) -> bool:
        return self.session.places_taken < self.session.capacity


def spread(total: int, parts: int, rng: Random) -> list[int]:
    """The total as so many whole numbers of at least 1."""
    sizes = [1] * parts
    for _ in range(total - parts):
        sizes[rng.randrange(parts)] += 1
    return sizes


class Diary:
    """Makes the sessions, and finds one for somebody."""

    def __init__(self, book: Book, side: Side, programme: Programme, now: datetime):
        self.book, self.side, self.programme, self.now = book, side, programme, now
        self.slots: list[Slot] = []
        self.busy = set()  # (day, facilitator, start)

    def open_quarter(self, quarter: Quarter) -> list[Slot]:
        """Put the quarter's sessions into the diary, as far ahead as a diary goes."""
        rng = dice(f"sessions:{quarter.start}")
        days, slots = teaching_days(quarter.start, quarter.end), []
        for young, people in ((False, quarter.adults), (True, quarter.young_people)):
            count = quarter.sessions_for(young)
            for number, size in enumerate(spread(people, count, rng)):
                day = days[int((number + rng.random()) * len(days) / count)]
                slots.append(self.schedule(day, young, size, rng))
            for _ in range(round(count * CANCELLED_SHARE)):
                self._cancelled(rng.choice(days), young, rng)
        wanted = [slot for slot in slots if slot.session.starts_at < self.now + HORIZON]
        self.slots += wanted
        self.slots.sort(key=lambda slot: (slot.session.starts_at, slot.session.id))
        return sorted(wanted, key=lambda slot: (slot.session.starts_at, slot.session.id))

    def schedule(self, day: date, young: bool, people: int, rng: Random, facilitator=None, **fields) -> Slot:
        """One session with a free facilitator; it becomes a row if it is near enough to be in the diary."""
        starts = [(10, 0), (16, 30)] if young else [(10, 0), (13, 30), (18, 0)]
        people_free = [facilitator] if facilitator else self.side.of(Role.FACILITATOR)
        ways = [(who, when) for who in people_free for when in starts]
        free = [way for way in ways if (day, *way) not in self.busy] or [(who, SPARE_START) for who in people_free]
        facilitator, start = rng.choice(free)
        self.busy.add((day, facilitator, start))
        district = rng.choices(list(DISTRICTS), [weight for weight, _ in DISTRICTS.values()])[0]
        starts_at, scheduled_at = at(day, *start), max(BEGAN, at(day - HORIZON, 9, 30))
        session = Session(
            id=uuid_from(rng),
            programme=self.programme,
            force=self.side.force,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90 if young else 120),
            place=f"{rng.choice(ROOMS)}, {rng.choice(DISTRICTS[district][1])}",
            district_id=district,
            audience=Session.Audience.YOUNG_PEOPLE if young else Session.Audience.ADULTS,
            capacity=people + SPARE_PLACES + rng.randint(0, 4),
            facilitator=facilitator,
            changed_at=scheduled_at,
        )
        for name, value in fields.items():
            setattr(session, name, value)
        if starts_at < self.now + HORIZON:
            self.book.add(session)
            self.book.event(
                lifecycle.SCHEDULED,
                scheduled_at,
                facilitator,
                session=session.pk,
                starts_at=starts_at,
                audience=session.audience,
                capacity=session.capacity,
            )
        return Slot(session, people)

    def _cancelled(self, day, young, rng):
        slot = self.schedule(day, young, 2, rng)
        reason = rng.choice(["facilitator", "place", "too_few", "weather"])
        cancelled_at = at(day - timedelta(days=2), 15)
        if cancelled_at < self.now:
            slot.session.status, slot.session.cancel_reason_id = lifecycle.SessionStatus.CANCELLED, reason
            self.book.event(
                lifecycle.CANCEL_SESSION.kind, cancelled_at, slot.session.facilitator, session=slot.session.pk
            )

    def between(self, first: date, last: date, young: bool) -> list[Slot]:
        """Sessions of those days with a place to spare, earliest first."""
        return [
            slot
            for slot in self.slots
            if first <= slot.day <= last and slot.young == young and slot.others < SPARE_PLACES
        ]
