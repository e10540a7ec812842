"""Mentoring and courses since the provider began to offer them: what people did beside the work, and gained by it."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

from django.conf import settings

from accounts.roles import Role
from demo.book import Book, uuid_from
from demo.clock import at, during, working
from demo.history import History
from demo.plan import dice
from demo.story import Story
from placements import lifecycle, rules
from placements.lifecycle import EnrolmentStatus
from placements.models import Course, CourseSession, Enrolment, HoursLine, MentoringContact
from referrals.lifecycle import CLOSED, Status

LAST = 1000  # lines of courses are written when the lines of work are there
SINCE = date(2024, 11, 1)  # when the provider began to offer both
# title, awarding body, level, online, sessions, minutes of each: awarding bodies are invented
COURSES = (
    ("Food safety in catering", "Peak Awards", "2", True, 3, 90),
    ("Emergency first aid at work", "Peak Awards", "3", False, 2, 180),
    ("Health and safety in construction", "Dove Valley Certification", "1", False, 5, 120),
    ("Customer service", "Dove Valley Certification", "1", True, 4, 60),
    ("Employability skills", "Peak Awards", "entry", False, 6, 90),
    ("Thinking about alcohol and drugs", "", "none", True, 2, 60),
    ("Managing anger", "", "none", False, 4, 60),
)
ABOUT = (
    ("How the work is going, and what is hard about it.", "Ring on Friday to hear how it went."),
    ("Applications for college, and who can write a reference.", "Look at the prospectus together."),
    ("Friends who drink in the park, and what to say to them.", ""),
    ("Money: a bank account and a bus pass.", "Bring two letters with the address."),
    ("Sleep, and getting up for the early sessions.", "Try setting two alarms."),
    ("What happened that night, and how the people there may have felt.", ""),
    ("A job in a warehouse: what the interview will ask.", "Practise it next week."),
)


class Learning:
    def __init__(self, history: History):
        self.history, self.book, self.now = history, history.book, history.now

    def tell(self):
        self.orders, self.credited, self.by_courses = {}, Counter(), Counter()
        for line in self.book.rows[HoursLine]:
            if line.account == HoursLine.Account.ORDER:
                self.orders.setdefault(line.case, []).append(line)
            elif line.account == HoursLine.Account.WORK:
                self.credited[line.case] += line.minutes
        providers = {story.side.provider.name: story.side.provider for story in self.history.stories}
        self.offered = {name: offer(self.book, provider) for name, provider in providers.items()}
        printed = self.history.side.of(Role.COORDINATOR)[0]
        for story in self.history.stories:
            case, assessed = story.case, story.milestones.get("assessed")
            if assessed is None or assessed.at.date() < SINCE or not case.caseworker:
                continue
            rng, until = dice(f"learning:{case.pk}"), case.closed_at or self.now
            mine = case.caseworker == printed and case.status == Status.ACTIVE and not case.restricted
            if rng.random() < (0.7 if mine else 0.2):
                self.mentor(story, rng, assessed.at, until)
            if rng.random() < (0.7 if mine else 0.2):
                self.send_on_a_course(story, rng, assessed.at, until)

    def did(self, story, kind, moment, **data):
        self.book.event(kind, moment, story.case.caseworker, case=story.case, **data)
        story.case.updated_at = max(story.case.updated_at, moment)

    def mentor(self, story: Story, rng: Random, since: datetime, until: datetime):
        """Once a week, at the same time of day; somebody misses one now and then."""
        case, hour = story.case, rng.randint(10, 16)
        day = working((since + timedelta(days=rng.randint(3, 8))).date())
        for number in range(rng.randint(2, 5)):
            starts_at = at(working(day + timedelta(weeks=number)), hour, rng.choice((0, 15, 30)))
            outcome = "did_not_come" if rng.random() < 0.12 else "took_place"
            minutes = rng.choice((30, 40, 45, 60)) if outcome == "took_place" else 0
            recorded = starts_at + timedelta(minutes=minutes + rng.randint(5, 55))
            if recorded >= until:
                return
            about, next_step = rng.choice(ABOUT) if minutes else ("", "Ring to find another time.")
            self.book.add(
                MentoringContact(
                    id=uuid_from(rng), case=case, mentor=case.caseworker, starts_at=starts_at, minutes=minutes,
                    way=rng.choice(("in_person", "in_person", "phone", "video")), outcome=outcome, about=about,
                    next_step=next_step, recorded_by=case.caseworker, recorded_at=recorded,
                )
            )  # fmt: skip
            self.did(story, lifecycle.MENTORED, recorded, when=rules.date_in_words(starts_at.date()))

    def send_on_a_course(self, story: Story, rng: Random, since: datetime, until: datetime):
        case = story.case
        left = sum(line.minutes for line in self.orders.get(case, ())) - self.credited[case]
        soon = left <= settings.SCHEME["NEARLY_DONE_MINUTES"]
        if case.status == Status.ACTIVE and case in self.orders and soon:
            return None  # the work ends, or has ended, before a course would
        course, minutes = rng.choice(self.offered[case.provider.name])
        begins = during(working((since + timedelta(days=rng.randint(2, 9))).date()), rng)
        if begins >= until:
            return None
        enrolment = self.book.add(
            Enrolment(
                id=uuid_from(rng), case=case, course=course, enrolled_on=begins.date(), enrolled_by=case.caseworker
            )
        )
        self.did(story, lifecycle.ENROLLED, begins, course=course.title)
        order = self.orders.get(case)
        if order is None:  # their hours have not begun
            return None
        gives_up = rng.random() < 0.12
        begins = moment = max(begins, order[0].at)
        days = []
        for _ in range(1 if gives_up else course.sessions):
            moment = at(working(moment.date() + timedelta(days=rng.choice((1, 1, 2, 3)))), 17, rng.randrange(60))
            days.append(moment)
        over = at(working(moment.date() + timedelta(days=rng.randint(1, 6))), 11, rng.randrange(60))
        reached = [day for day in days if day < until]
        if reached and case.status == Status.COMPLETED:
            self.lengthen(story, order, len(reached) * minutes, begins + timedelta(minutes=20))
        for day in reached:
            self.learn(story, enrolment, day, minutes)
        if over >= until:
            return self.leave(story, enrolment, until, "case_closed") if case.status in CLOSED else None
        if gives_up:
            return self.leave(story, enrolment, over, "stopped")
        return self.finish(story, enrolment, rng, over)

    def learn(self, story, enrolment, moment, minutes):
        course = enrolment.course
        by = story.case.caseworker
        session = CourseSession(
            id=uuid_from(dice(f"learnt:{enrolment.pk}:{moment}")), case=story.case, enrolment=enrolment,
            on=moment.date(), minutes=minutes, online=course.online, recorded_by=by, recorded_at=moment,
        )  # fmt: skip
        self.book.add(session)
        counted = self.credit(story, session)
        self.did(
            story, lifecycle.COURSE_CREDITED, moment, course=course.title, when=rules.date_in_words(session.on),
            credited=counted, minutes=minutes,
        )  # fmt: skip

    def lengthen(self, story, order, minutes, moment):
        """Whoever completed had worked all hours of the order, so that the course was asked for besides: the police set
        as many minutes more, as far as courses may count for them."""
        before = sum(line.minutes for line in order)
        share = settings.SCHEME["COURSE_SHARE_PERCENT"]
        more = min(minutes, before * share // (100 - share))
        triager = story.accepted[1]
        line = HoursLine(
            case=story.case, kind=HoursLine.Kind.ORDER, account=HoursLine.Account.ORDER,
            against=HoursLine.Against.POLICE, on=moment.date(), minutes=more, decided_by=str(triager),
            reason="A course is asked for besides the work", by=triager, at=moment,
        )  # fmt: skip
        line.rank = order[-1].rank
        order.append(self.book.add(line))
        hours, were = rules.in_words(before + more), rules.in_words(before)
        self.book.event(lifecycle.ORDER_CHANGED, moment, triager, case=story.case, hours=hours, before=were)

    def credit(self, story, session) -> int:
        """The lines of a session, as operations.credit_course() would enter them."""
        case, required = story.case, sum(line.minutes for line in self.orders[story.case])
        learnt = self.by_courses[case]
        counted = max(0, rules.course_credit(session.minutes, required, self.credited[case] + learnt, learnt))
        self.by_courses[case] += counted
        for account, minutes in (("course", counted), ("beyond", session.minutes - counted)):
            if minutes:
                line = HoursLine(
                    case=case, kind=HoursLine.Kind.COURSE, account=account, against=HoursLine.Against.REPORTED,
                    on=session.on, minutes=minutes, course_session=session, by=session.recorded_by,
                    at=session.recorded_at,
                )  # fmt: skip
                line.rank = LAST
                self.book.add(line)
        return counted

    def finish(self, story, enrolment, rng, moment):
        course = enrolment.course
        result = rng.choices(("passed", "not_passed"), (7, 1))[0] if course.awarding_body else "attended"
        enrolment.status, enrolment.result, enrolment.result_on = EnrolmentStatus.FINISHED, result, moment.date()
        enrolment.awarding_body, enrolment.level, enrolment.version = course.awarding_body, course.level, 2
        if result == "passed":
            enrolment.qualification = course.title
            enrolment.certificate_number = f"{course.awarding_body[:2].upper()}-{rng.randint(100_000, 999_999)}"
        self.did(
            story, lifecycle.FINISH_COURSE.kind, moment, course=course.title,
            result=Enrolment.Result(result).label.lower(),
        )  # fmt: skip

    def leave(self, story, enrolment, moment, reason):
        enrolment.status, enrolment.leave_reason_id, enrolment.version = EnrolmentStatus.LEFT, reason, 2
        label = {"stopped": "they stopped coming", "case_closed": "the case was closed"}[reason]
        self.did(story, lifecycle.LEAVE_COURSE.kind, moment, course=enrolment.course.title, reason=label)


def offer(book: Book, provider) -> list[tuple[Course, int]]:
    """The catalogue of a provider, with the minutes of a session; the last course is not offered any more."""
    rng, offered = dice(f"courses:{provider.name}"), []
    for title, body, level, online, sessions, minutes in COURSES:
        course = Course(
            id=uuid_from(rng), provider=provider, title=title, awarding_body=body, level=level, online=online,
            sessions=sessions,
        )  # fmt: skip
        offered.append((book.add(course), minutes))
    gone = Course(id=uuid_from(rng), provider=provider, title="Computers for beginners", sessions=4, offered=False)
    book.add(gone)
    return offered
