"""What people learnt: mentoring, courses, and the qualifications that they gained."""

from collections import Counter

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from placements.lifecycle import EnrolmentStatus
from placements.models import Course, Enrolment, HoursLine, MentoringContact
from reporting.figures.asking import of_day, of_moment
from reporting.figures.shapes import Courses, Mentoring, Qualifications, Row
from reporting.periods import Period

Outcome, Result = MentoringContact.Outcome, Enrolment.Result


def mentoring(force, period: Period) -> Mentoring:
    """Times that a mentor of the provider and a participant spoke with each other, by the day on which they began:
    in person, by phone or by video. People are counted once, however often. Beside them the times at which the
    participant did not come or did not answer; what was cancelled is left out."""
    took_place = Q(outcome=Outcome.TOOK_PLACE)
    contacts = MentoringContact.objects.filter(of_moment("starts_at", period), case__force=force)
    counts = contacts.aggregate(
        contacts=Count("pk", filter=took_place),
        people=Count("case__participant", distinct=True, filter=took_place),
        minutes=Coalesce(Sum("minutes"), 0),
        did_not_come=Count("pk", filter=Q(outcome=Outcome.DID_NOT_COME)),
    )
    return Mentoring(**counts)


def courses(force, period: Period) -> Courses:
    """Enrolments on courses in the period, by the day of the enrolment; results by the day of the result, so a result
    may be of an enrolment of an earlier period. People are those enrolled, each counted once. Hours are those that
    were credited towards orders for learning done in the period, less what was reversed later; courses count for a
    limited share of an order, and what was learnt beyond it is left out. They stand apart from the hours of community
    work."""
    enrolled, result = of_day("enrolled_on", period), of_day("result_on", period)
    counts = (
        Enrolment.objects.filter(case__force=force)
        .filter(enrolled | result)
        .aggregate(
            enrolments=Count("pk", filter=enrolled),
            people=Count("case__participant", distinct=True, filter=enrolled),
            left=Count("pk", filter=enrolled & Q(status=EnrolmentStatus.LEFT)),
            **{value: Count("pk", filter=result & Q(result=value)) for value in Result.values},
        )
    )
    return Courses(minutes_credited=course_minutes(force, period), **counts)


def course_minutes(force, period) -> int:
    """What of the courses of a period was credited, in minutes."""
    return HoursLine.objects.by_courses().filter(of_day("on", period), case__force=force).total()


def qualifications(force, period: Period) -> Qualifications:
    """Qualifications gained in the period, by the day of the result: courses passed that an awarding body certifies,
    under the name, awarding body and level that the course had on the day of the result. People are counted once,
    however many they gained."""
    gained = Enrolment.objects.filter(of_day("result_on", period), case__force=force).exclude(qualification="")
    by = ("level", "awarding_body", "qualification")
    rows = list(gained.values_list(*by).annotate(n=Count("pk")).order_by(*by))
    levels = [
        Row(label, (sum(n for level, _, _, n in rows if level == value),))
        for value, label in Course.Level.choices
        if any(level == value for level, *_ in rows)
    ]
    return Qualifications(
        gained=sum(n for *_, n in rows),
        people=gained.aggregate(people=Count("case__participant", distinct=True))["people"],
        by_level=tuple(levels),
        by_awarding_body=_most_first((body, n) for _, body, _, n in rows),
        by_name=_most_first((name, n) for _, _, name, n in rows),
    )


def _most_first(counted) -> tuple[Row, ...]:
    totals: Counter[str] = Counter()
    for label, n in counted:
        totals[label] += n
    return tuple(Row(label, (n,)) for label, n in sorted(totals.items(), key=lambda item: (-item[1], item[0])))
