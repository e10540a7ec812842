"""What is going on around the day: at least one case in every state, so that every list and queue has something in it.

The courses that run across the day give most of it; these cases make sure of the rest, and give the accounts whose
sign-ins are printed something of each kind.
"""

from datetime import date, datetime, timedelta
from itertools import count

from accounts.roles import Role
from demo import people
from demo.cast import Side
from demo.clock import at, working
from demo.history import History
from demo.hosts import LATER, Shift
from demo.meetings import WAY, Meeting
from demo.plan import dice
from demo.sessions import Slot
from demo.story import Story
from demo.work import Work
from referrals.lifecycle import Status
from referrals.models import OverrideRequest, Task
from referrals.time_limits import is_working_day
from restorative import lifecycle as rj

EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]
HALF_DONE = (("needs",), ("needs", "risks", "medical", "lone_working", "activities"), ("needs", "days"))  # sections


class Present:
    def __init__(self, history: History, northshire: Side):
        self.history, self.northshire = history, northshire
        self.side, self.now = history.side, history.now
        self.today = self.now.date()
        self.numbers = count()
        self.officers = self.side.of(Role.REFERRER)
        self.triagers = self.side.of(Role.TRIAGER)
        self.coordinators = self.side.of(Role.COORDINATOR)
        self.practitioner = self.side.of(Role.PRACTITIONER)[0]
        self.facilitator = self.side.of(Role.FACILITATOR)[0]

    def tell(self):
        self.drafts_and_queue()
        self.before_the_workshop()
        self.sessions()
        self.work()
        self.meetings()
        self.managers()
        self.another_force()
        self.consent_withdrawn()

    def back(self, days: int) -> date:
        """The working day so many working days ago."""
        day = self.today
        while days:
            day -= timedelta(days=1)
            days -= is_working_day(day)
        return day

    # --- one case, as far as told -----------------------------------------------------------------------------------

    def case(self, drafted: datetime, officer, *, young=False, hours=10, side=None, **fields) -> Story:
        rng = dice(f"present:{next(self.numbers)}")
        story = Story(self.history.book, side or self.side, self.history.labels, self.now, rng)
        story.draft(
            drafted,
            officer,
            young=young,
            code=people.district(rng),
            disposal_at=drafted - timedelta(hours=3),
            hours=hours,
            **fields,
        )
        self.history.stories.append(story)
        return story

    def submitted(self, when: datetime, officer, **fields) -> Story:
        story = self.case(when - timedelta(minutes=35), officer, **fields)
        story.submit(when)
        return story

    def accepted(self, days_ago: int, number: int, **fields) -> Story:
        """Submitted by one officer or another the working day before, and accepted so many working days ago."""
        plan = {name: fields.pop(name) for name in ("rj", "workshop_needed") if name in fields}
        story = self.submitted(
            at(self.back(days_ago + 1), 11, 10), self.officers[number % len(self.officers)], **fields
        )
        story.accept(at(self.back(days_ago), 10, 5), self.triagers[number % len(self.triagers)], **plan)
        return story

    def with_caseworker(self, days_ago: int, number: int, *, contact=True, assess=True, **fields) -> tuple[Story, Work]:
        story = self.accepted(days_ago, number, **fields)
        story.take_on(at(self.back(days_ago), 11), self.coordinators[0 if number % 2 == 0 else number % 4])
        work = Work(story)
        if contact:
            story.contact(at(self.back(days_ago - 1), 10, 20))
        if assess:
            work.assess(at(self.back(days_ago - 1), 15), days=EVERY_DAY)
        return story, work

    # --- the lists --------------------------------------------------------------------------------------------------

    def drafts_and_queue(self):
        mine, officers = self.officers[0], self.officers
        self.case(at(self.back(1), 22, 40), mine)
        self.case(at(self.back(3), 3, 5), mine, young=True, hours=None, offence_id=None, disposal_id=None, rationale="")
        self.case(at(self.back(2), 14, 15), officers[1])
        self.case(at(self.back(1), 13), officers[4], young=True)
        for number, (when, assigned) in enumerate(
            (
                (at(self.back(1), 15, 20), None),
                (at(self.back(1), 21, 45), None),
                (at(self.back(1), 9, 15), 0),
                (at(self.back(3), 9, 30), 0),
                (at(self.back(4), 16, 10), 1),
                (at(self.back(2), 8, 40), None),
            )
        ):
            story = self.submitted(when, officers[(number * 3) % len(officers)], young=number % 3 == 1)
            if assigned is not None:
                story.assign(at(self.back(1), 16, 30), self.triagers[assigned])
        for number, question in enumerate(
            (
                "Which school does he go to, and who there should know?",
                "Has the shop agreed to this, or only the security company?",
                "Please say what the earlier warning was for.",
            )
        ):
            story = self.submitted(at(self.back(3), 10), officers[number], young=number == 0)
            query = story.ask(at(self.back(2), 11, number), self.triagers[number], question)
            if number == 2:
                story.answer(query, at(self.back(1), 8, 50), "For loud music, in March, by the council.")

    def before_the_workshop(self):
        for number in range(3):
            self.accepted(1, number, young=number == 1)
            self.with_caseworker(2 + number, number, contact=False, assess=False)
            _, work = self.with_caseworker(4, number, assess=False, young=number == 2)
            work.begin(at(self.back(2), 10, 10 + number), *HALF_DONE[number])
            self.with_caseworker(5 + number, number, young=number == 1)
        for number in range(2):  # restorative justice is to be explored, and nobody has begun
            self.accepted(2 + number, number, rj=True, needs_victim=True)
        for number, reason in enumerate(("ill_health", "caring")):
            story, _ = self.with_caseworker(12, number)
            story.suspend(at(self.back(3), 12), self.triagers[number], reason)
        self.with_caseworker(6, 3, known=self.completed_long_ago())

    def completed_long_ago(self):
        """An adult whose case was completed more than a year ago."""
        before = self.now - timedelta(days=400)
        cases = [story.case for story in self.history.stories if not story.young]
        done = [case for case in cases if case.status == Status.COMPLETED and case.closed_at < before]
        return max(done, key=lambda case: case.closed_at).participant

    def sessions(self):
        """A register to fill in, a session today, a full one with a waiting list, and two that are over."""
        diary, rng = self.history.diary, dice("present:sessions")

        def session(day, capacity, **fields) -> Slot:
            return diary.schedule(day, fields.pop("young", False), 1, rng, capacity=capacity, **fields)

        full_day = working(self.today + timedelta(days=8))
        for slot, size in (
            (session(self.back(1), 8, facilitator=self.facilitator), 4),
            (session(self.today, 8, facilitator=self.facilitator), 4),
            (session(full_day, 4, facilitator=self.facilitator), 6),
        ):
            for number in range(size):
                story, _ = self.with_caseworker(7, number)
                story.book_on(slot, at(self.back(5), 9 + number))
        young = session(working(self.today + timedelta(days=5)), 8, young=True, facilitator=self.facilitator)
        for number in range(3):
            story, _ = self.with_caseworker(7, number, young=True)
            story.book_on(young, at(self.back(4), 9 + number))
        self.recent = session(self.back(4), 30, facilitator=self.facilitator)
        self.older = session(self.back(22), 40, facilitator=self.facilitator)

    def attended(self, slot: Slot, number: int, **fields) -> tuple[Story, Work]:
        days_ago = 10 if slot is self.recent else 29
        story, work = self.with_caseworker(days_ago, number, **fields)
        story.book_on(slot, at(self.back(days_ago - 2), 12))
        story.came(slot)
        return story, work

    def shift(self, days_ago: int, minutes: int) -> Shift:
        day = self.today - timedelta(days=days_ago)
        start = at(day, 10)
        return Shift(start, start + timedelta(minutes=minutes), 0, 0, "complied", minutes)

    def work(self):
        host = self.history.hosts.add(
            "derby", LATER, date.max, young=False, days_open=EVERY_DAY, capacity=12, description="Open every day."
        )
        for number in range(3):  # ready for a placement
            self.attended(self.recent, number)
        for number in range(2):  # placed, with a first day ahead
            _, work = self.attended(self.recent, number)
            work.place(host, at(self.back(2), 12))
            work.schedule(self.shift(-3 - number, 240), at(self.back(2), 12, 10))
        for number in range(5):  # at work today, after one day done
            _, work = self._placed(host, number, hours=12)
            work.do([self.shift(8, 240)])
            work.schedule(self.shift(0, 240), at(self.back(3), 9))
            work.case.restricted = number == 1
        for number in range(4):  # nobody has said what came of the last day
            _, work = self._placed(host, number, hours=15)
            work.do([self.shift(12, 240)])
            if number % 2:
                work.adjust(-60, "travel", "Two buses each way to the site.", at(self.back(4), 11))
            work.schedule(self.shift(2 + 3 * number, 240), at(self.back(14), 9))
        for number in range(3):  # nearly done
            _, work = self._placed(host, number)
            work.do([self.shift(11, 240), self.shift(6, 240)])
            work.schedule(self.shift(-2, 120), at(self.back(2), 9))
        for number in range(3):  # done: ready to be closed
            _, work = self._placed(host, number)
            work.do([self.shift(13, 240), self.shift(9, 240), self.shift(4, 120)])
        for number in range(2):  # the plan asks for no workshop
            _, work = self.with_caseworker(8, number, workshop_needed=False)
            if number == 0:
                work.place(host, at(self.back(2), 13))
                work.schedule(self.shift(-6, 240), at(self.back(2), 13, 10))
        apart, _ = self._placed(host, 1)
        _, work = self.with_caseworker(9, 2, assess=False)
        work.assess(at(self.back(7), 14), days=EVERY_DAY, never_with=[apart.case])

    def _placed(self, host, number: int, **fields):
        story, work = self.attended(self.older, number, **fields)
        work.place(host, at(self.back(20), 10, number))
        return story, work

    def meetings(self):
        """A process at every stage, with the practitioner whose sign-in is printed."""
        ends = {rj.DECLINE: rj.OFFER, rj.NO_RESPONSE: rj.OFFER, rj.NOT_WILLING: rj.ACCEPT, rj.STOP: rj.ASSESS_RISK}
        stages = [(None, None), *((step, None) for step, _ in WAY), *((until, end) for end, until in ends.items())]
        for number, (until, end) in enumerate(stages):
            begun = until in (None, rj.OFFER) and end is None
            meeting, started = self._meeting(number, 4 if begun else 27)
            if until:
                meeting.towards(started, self.today if begun else self.back(3), until=until)
            if end:
                reason = ("victim_stopped", "The victim stopped") if end is rj.STOP else None
                meeting.over(end, at(self.back(2), 12), reason)
        for number, last in enumerate((rj.AGREE, rj.FOLLOW)):
            meeting, started = self._meeting(number)
            meeting.towards(started, self.back(12))
            agreed_on = self.back(11)
            meeting.agree(at(agreed_on, 14), due_in=(7, (self.today - agreed_on).days + 6))
            if last is rj.FOLLOW:
                meeting.take(rj.FOLLOW, at(self.back(3), 15))

    def _meeting(self, number: int, days_ago: int = 27) -> tuple[Meeting, date]:
        story, _ = self.attended(self.older, number, rj=True, needs_victim=True)
        meeting = Meeting(story, self.practitioner)
        meeting.identify(at(self.back(days_ago), 9, 30), self.triagers[0])
        return meeting, self.back(days_ago)

    def managers(self):
        """Two requests that wait for a manager, and one that was agreed to."""
        story, _ = self.with_caseworker(8, 2)
        early = OverrideRequest.Kind.PLACE_BEFORE_WORKSHOP
        story.ask_manager(
            at(self.back(1), 10), story.case.caseworker, early, "No workshop has a place before the school holidays."
        )
        story, _ = self.with_caseworker(15, 3)
        story.return_to_officer(at(self.back(6), 14), self.triagers[1], "non_compliance")
        story.ask_manager(
            at(self.back(2), 16), self.triagers[1], OverrideRequest.Kind.REOPEN, "Was in hospital; a letter has come."
        )
        story, _ = self.with_caseworker(9, 4)
        request = story.ask_manager(at(self.back(6), 10), story.case.caseworker, early, "Starts a job on Monday.")
        manager = self.side.of(Role.MANAGER)[0]
        story.manager_agrees(request, at(self.back(5), 9), manager, "Agreed: the garden has a place this week.")

    def another_force(self):
        """A few cases of Northshire, which nobody in Derbyshire sees."""
        side = self.northshire
        (officer,), (triager,) = side.of(Role.REFERRER), side.of(Role.TRIAGER)
        self.case(at(self.back(1), 12), officer, side=side)
        self.submitted(at(self.back(1), 14), officer, side=side)
        story = self.submitted(at(self.back(6), 14), officer, side=side)
        story.decline(at(self.back(5), 10), triager, "evidence")
        story = self.submitted(at(self.back(9), 14), officer, side=side)
        story.accept(at(self.back(8), 10), triager)
        story.take_on(at(self.back(8), 11), side.of(Role.COORDINATOR)[0])

    def consent_withdrawn(self):
        """Somebody who was ready for a placement does not want to go on: the triage team decides."""
        story, work = self.attended(self.recent, 0)
        when, due = at(self.back(1), 14, 30), working(self.today)
        story.withdraw_consent("take_part", when, work.by)
        what = "Decide whether the case goes back: the consent to take part in the scheme was withdrawn"
        story.task(Task.Team.TRIAGE, what, due, when, work.by)
