"""make_*: mentoring and courses, as they stand after the steps before them (no events)."""

from datetime import date

from placements.models import Course, CourseSession, Enrolment, HoursLine, MentoringContact
from tests.factories import NOW
from tests.placements.factories import at


def make_contact(case, mentor, when="2026-06-10 09:00", **fields):
    """Half an hour in person, on the day of these tests, about the job centre."""
    return MentoringContact.objects.create(
        **{
            "case": case,
            "mentor": mentor,
            "starts_at": at(when),
            "minutes": 30,
            "way": "in_person",
            "outcome": "took_place",
            "about": "Spoke of the job centre.",
            "recorded_by": mentor,
            "recorded_at": NOW,
            **fields,
        }
    )


def make_course(provider, title="Food safety", **fields):
    """A course at level 2 that somebody awards, in six sessions."""
    return Course.objects.create(
        **{
            "provider": provider,
            "title": title,
            "awarding_body": "Northern Awards",
            "level": "2",
            "sessions": 6,
            **fields,
        }
    )


def make_enrolment(case, course, by, **fields):
    """Since 1 June 2026."""
    return Enrolment.objects.create(
        **{"case": case, "course": course, "enrolled_on": date(2026, 6, 1), "enrolled_by": by, **fields}
    )


def make_passed(case, course, by, on=date(2026, 6, 9), **fields):
    """Passed, with what the course leads to."""
    result = {
        "status": "finished",
        "result": "passed",
        "result_on": on,
        "qualification": course.title if course.awarding_body else "",
        "awarding_body": course.awarding_body,
        "level": course.level,
    }
    return make_enrolment(case, course, by, **{**result, **fields})


def make_learnt(enrolment, by, on=date(2026, 6, 8), minutes=60, **fields):
    """An hour that counted for nothing: no line of the ledger stands for it."""
    return CourseSession.objects.create(
        **{
            "case": enrolment.case,
            "enrolment": enrolment,
            "on": on,
            "minutes": minutes,
            "recorded_by": by,
            "recorded_at": NOW,
            **fields,
        }
    )


def make_credited(enrolment, by, minutes, on=date(2026, 6, 9)):
    """A session of so many minutes, all of which count towards the order."""
    session = CourseSession.objects.create(
        case=enrolment.case, enrolment=enrolment, on=on, minutes=minutes, recorded_by=by, recorded_at=NOW
    )
    HoursLine.objects.create(
        case=enrolment.case, kind="course", account="course", against="reported", on=on, minutes=minutes,
        course_session=session, by=by, at=NOW,
    )  # fmt: skip
    return session
