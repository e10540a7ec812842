"""Everything that has happened: the courses of all quarters, chosen so that they add up to the plan, and then told."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random

from accounts.roles import Role
from demo import people
from demo.book import Book
from demo.cast import Side
from demo.clock import at, during, working
from demo.courses import Course, add_up_hours, lay_out
from demo.hosts import Hosts
from demo.meetings import Meeting
from demo.plan import PUBLISHED, PlanError, agreeing, dice, quarters_until
from demo.sessions import HORIZON, Diary
from demo.story import Labels, NotYet, Story
from demo.work import Work
from referrals.time_limits import add_months

STATEMENTS = tuple(PUBLISHED.percent_agree)
COMMENTS = (
    "I did not know how it felt for the people next door.", "The facilitator listened to everybody.",
    "Too early in the morning, but worth it.", "I would tell my mates to think first.", "Good talk, bad coffee.",
)  # fmt: skip
LARGE_REASON = "Repeated nuisance over months; the neighbourhood asked for a longer piece of work."
CHECKS_WAITING = 3  # those whose first three months were up last have not been checked yet
BUSY_OFFICER_SHARE = 0.1  # of all referrals, from the officer whose sign-in is printed
NOT_MET = {
    "not_eligible": "", "redirected_to_yjs": "Derbyshire Youth Justice Service", "too_serious": "", "evidence": "",
    "redirected_elsewhere": "Neighbourhood mediation", "unsafe": "", "consent": "", "incomplete": "",
}  # fmt: skip


class History:
    def __init__(self, book: Book, side: Side, labels: Labels, diary: Diary, hosts: Hosts, now: datetime):
        self.book, self.side, self.labels, self.now = book, side, labels, now
        self.diary, self.hosts = diary, hosts
        self.quarters = quarters_until((now + HORIZON).date())
        self.courses: list[Course] = []
        self.stories: list[Story] = []

    # --- planning ---------------------------------------------------------------------------------------------------

    def plan(self):
        for quarter in self.quarters:
            for slot in self.diary.open_quarter(quarter):
                for _ in range(slot.people):
                    course = lay_out(len(self.courses), slot, self.diary, large_order=quarter.large_orders)
                    self.courses.append(course)
        add_up_hours(self.courses, self.hosts)
        self.hosts.leave_past_sites()
        self._plan_meetings()
        self._plan_checks()
        self._plan_feedback()

    def _plan_meetings(self):
        """Exactly so many meetings in each quarter that is over, and about as many processes that never came to one."""
        taken = set()
        for quarter in self.quarters:
            rng = dice(f"meetings:{quarter.start}")
            fitting = []
            for course in self.courses:
                if not course.completed or course.express or course in taken:
                    continue
                accepted = course.times["accept"].date()
                first = max(accepted + timedelta(days=20), quarter.start)
                last = min(accepted + timedelta(days=48), quarter.end, course.closed_at.date() - timedelta(days=1))
                meeting_on = working(first + timedelta(days=course.number % max((last - first).days + 1, 1)))
                if meeting_on <= last:
                    fitting.append((course, meeting_on))
            wanted = quarter.rj_facilitated
            if len(fitting) < wanted and quarter.end < self.now.date():
                raise PlanError(f"{len(fitting)} cases could meet in the quarter from {quarter.start}, not {wanted}.")
            rng.shuffle(fitting)
            for course, meeting_on in fitting[:wanted]:
                course.rj = {"meeting_on": meeting_on}
                taken.add(course)
            for course, _ in fitting[wanted : wanted * 2]:
                course.rj = {"ends": rng.choice(["decline", "decline", "no_response", "not_willing", "stop"])}
                taken.add(course)

    def _plan_checks(self):
        """Who was recorded for another offence, and by when: in the published half-year, the published share."""
        rng = dice("checks")
        completed = [course for course in self.courses if course.completed]
        counted = [course for course in completed if PUBLISHED.covers(course.closed_at.date())]
        for course in completed:
            luck = course.rng.random()
            course.reoffended_by = 3 if luck < 0.22 else 6 if luck < 0.26 else 12 if luck < 0.31 else None
            course.checked = course.rng.random() < 0.975
        rng.shuffle(counted)
        unchecked = counted[:6]
        checked = counted[6:]
        none = agreeing(PUBLISHED.percent_no_further_offence, len(checked))
        for course in unchecked:
            course.checked = False
        for number, course in enumerate(checked):
            course.checked = True
            course.reoffended_by = 3 if number >= none else 6 if number % 20 == 0 else 12 if number % 17 == 0 else None
        due = [course for course in completed if add_months(course.closed_at.date(), 3) <= self.now.date()]
        for course in sorted(due, key=lambda course: course.closed_at)[-CHECKS_WAITING:]:
            course.checked = False

    def _plan_feedback(self):
        """Who answered what: by chance, but in the published half-year so that the shares are the published ones."""
        for course in self.courses:
            if course.rng.random() < 0.87:
                course.feedback = {
                    statement: None if course.rng.random() < 0.03 else course.rng.random() < 0.92
                    for statement in STATEMENTS
                }
        answering = [c for c in self.courses if PUBLISHED.covers(c.slot.day) and c.feedback]
        for statement, percent in PUBLISHED.percent_agree.items():
            answers = [course for course in answering if course.feedback[statement] is not None]
            agree = agreeing(percent, len(answers))
            dice(f"feedback:{statement}").shuffle(answers)
            for number, course in enumerate(answers):
                course.feedback[statement] = number < agree

    # --- telling ----------------------------------------------------------------------------------------------------

    def tell(self):
        for course in sorted(self.courses, key=lambda c: (c.times["book"], c.number)):
            self._story(course.rng, lambda story, course=course: self._tell(story, course))
        self._tell_those_who_never_came()

    def _story(self, rng: Random, telling):
        story = Story(self.book, self.side, self.labels, self.now, rng)
        with suppress(NotYet):  # then the case stands where it has got to
            telling(story)
        if story.case:
            self.stories.append(story)

    def officer(self, rng: Random):
        officers = self.side.of(Role.REFERRER)
        return officers[0] if rng.random() < BUSY_OFFICER_SHARE else rng.choice(officers[1:])

    def _open(self, story: Story, times: dict, **fields):
        """From the first draft to the submission."""
        rng, hours = story.rng, fields.pop("hours")
        story.draft(
            times["draft"],
            self.officer(rng),
            disposal_at=times["disposal"],
            hours=hours,
            hours_reason=LARGE_REASON if hours > 20 else "",
            **fields,
        )
        if rng.random() < 0.12:
            mates = [u for u in self.side.of(Role.REFERRER) if u.team == story.case.referred_by.team]
            story.name_colleague(next(u for u in mates if u != story.case.referred_by))
        story.submit(times["submit"])

    def _accept(self, story: Story, times: dict, **plan):
        triager = story.some(Role.TRIAGER)
        if "ask" in times:
            query = story.ask(times["ask"], triager, "Has the victim been told what the community work would be?")
            story.answer(query, times["answer"], "Yes, by phone this morning. They are content with it.")
        story.accept(times["accept"], triager, **plan)
        story.take_on(times["take_on"], story.some(Role.COORDINATOR))
        story.contact(times["contact"])

    def _tell(self, story: Story, course: Course):
        times = course.times
        self._open(
            story, times, young=course.young, code=course.district, hours=course.hours, needs_victim=bool(course.rj)
        )
        self._accept(story, times, rj=bool(course.rj))
        work = Work(story)
        if course.rj:
            self._meet(story, course)
        work.assess(times["assess"], days=course.host.site.days_open if course.host else ())
        if course.attempt:
            slot, how = course.attempt
            story.book_on(slot, times["book_first"])
            if how == "cancelled":
                story.cancel_booking(slot, times["cancel"], story.case.caseworker)
            else:
                story.stayed_away(slot, how)
        story.book_on(course.slot, times["book"])
        story.came(course.slot)
        if course.feedback:
            story.says(course.slot, course.feedback, course.rng.choice(COMMENTS) if course.rng.random() < 0.3 else "")
        if course.shifts:
            work.place(course.host, course.placed_at)
            work.do(course.shifts)
        self._close(story, course, work)

    def _meet(self, story: Story, course: Course):
        """Restorative justice runs beside the rest: wherever it has got to, the case goes on."""
        meeting, accepted_at, triager = Meeting(story), course.times["accept"], story.some(Role.TRIAGER)
        with suppress(NotYet):
            if "meeting_on" in course.rj:
                meeting.whole(accepted_at, triager, course.rj["meeting_on"])
            else:
                meeting.ends_early(accepted_at, triager, course.rj["ends"])

    def _close(self, story: Story, course: Course, work: Work):
        rng, triager, closed_at = course.rng, story.some(Role.TRIAGER), course.closed_at
        if course.ending == "completed":
            story.complete(closed_at, triager)
            self._check(story, course)
        elif course.ending == "withdrawn":
            story.withdraw(closed_at, triager, rng.choice(["charged", "no_further_action", "consent_withdrawn"]))
        else:
            work.end(closed_at - timedelta(hours=1), "returned", "The case went back to the officer")
            reasons = ["non_compliance"] * 6 + ["consent_withdrawn", "further_offence", "moved_away"]
            story.return_to_officer(closed_at, triager, rng.choice(reasons))

    def _check(self, story: Story, course: Course):
        if not course.checked:
            return
        for months in (3, 6, 12):
            due = add_months(course.closed_at.date(), months)
            offence = course.reoffended_by is not None and course.reoffended_by <= months
            done = during(working(due + timedelta(days=course.rng.randint(0, 12))), course.rng)
            story.check(done, story.some(Role.TRIAGER), months, "offence" if offence else "none")

    # --- those who never came to a workshop -------------------------------------------------------------------------

    def _tell_those_who_never_came(self):
        for quarter in self.quarters:
            size = quarter.adults + quarter.young_people
            kinds = {"declined": 0.12, "withdrawn": 0.03, "dropped": 0.01, "returned": 0.05, "gave_up": 0.03}
            for kind, share in kinds.items():
                for number in range(round(size * share)):
                    one = dice(f"others:{quarter.start}:{kind}:{number}")
                    day = quarter.start + timedelta(days=one.randrange((quarter.end - quarter.start).days))
                    self._story(one, lambda story, kind=kind, day=day: self._tell_other(story, kind, day))

    def _tell_other(self, story: Story, kind: str, day: date):
        rng, young = story.rng, story.rng.random() < 0.34
        submitted = during(day, rng, 7, 21)
        first = working(day, 1)
        times = {
            "disposal": submitted - timedelta(hours=rng.randint(1, 30)),
            "draft": submitted - timedelta(minutes=40),
            "submit": submitted,
            "accept": during(first, rng),
            "take_on": at(first, 17),
            "contact": during(working(first, 2), rng),
        }
        fields = {"young": young, "code": people.district(rng), "hours": rng.choice((8, 10, 12, 15, 20))}
        officer = self.officer(rng)
        if kind == "dropped":
            story.draft(times["draft"], officer, disposal_at=times["disposal"], **fields)
            story.withdraw(submitted + timedelta(days=2), officer, rng.choice(["entered_in_error", "duplicate"]))
            return
        if kind == "declined":
            fields.update(hours=rng.choice((10, 20)))
        self._open(story, times, **fields)
        triager = story.some(Role.TRIAGER)
        if kind == "declined":
            reason = rng.choice([r for r in NOT_MET if young or r != "redirected_to_yjs"])
            story.decline(times["accept"], triager, reason, NOT_MET[reason])
        elif kind == "withdrawn":
            reason = rng.choice(["charged", "duplicate"])
            story.withdraw(submitted + timedelta(hours=14), story.case.referred_by, reason)
        elif kind == "gave_up":
            story.accept(times["accept"], triager)
            story.take_on(times["take_on"], story.some(Role.COORDINATOR))
            story.withdraw(during(working(first, 12), rng), triager, "cannot_be_found")
        else:
            self._accept(story, times)
            Work(story).assess(during(working(first, 4), rng, 9, 15))
            reason = rng.choice(["unsuitable", "unsuitable", "consent_withdrawn", "moved_away"])
            story.return_to_officer(during(working(first, 8), rng), triager, reason)
