"""What somebody learnt, as the pages, the API and the statement to the officer say it."""

from django.db.models import Count, F, Max, Value
from django.db.models.functions import Coalesce, TruncDate

from placements.lifecycle import EnrolmentStatus
from placements.models import Course, Enrolment
from placements.rules.learning import qualification_in_words
from placements.rules.words import date_in_words
from referrals.time_limits import LONDON

COLUMNS = ("what", "title", "status", "result", "qualification", "awarding_body", "level", "on", "times")


def learnt_in(case):
    """One row of COLUMNS for each course of a case, and one for its mentoring where it took place: how often, and the
    last day. One query."""
    courses = case.enrolments.order_by().annotate(
        what=Value("course"),
        title=F("course__title"),
        on=Coalesce("result_on", "enrolled_on"),
        times=Value(0),
    )
    said = dict.fromkeys(("title", "status", "result", "qualification", "awarding_body", "level"), Value(""))
    mentoring = (
        case.mentoring_contacts.filter(outcome="took_place")
        .order_by()
        .values("case")
        .annotate(what=Value("mentoring"), **said, on=TruncDate(Max("starts_at"), tzinfo=LONDON), times=Count("pk"))
    )
    rows = courses.values_list(*COLUMNS, named=True).union(mentoring.values_list(*COLUMNS, named=True), all=True)
    return sorted(rows, key=lambda row: (row.what, row.on, row.title))


def gained(row) -> str:
    """The qualification of an enrolment, or of a row of learnt_in(), in words."""
    level = "" if row.level in ("", Course.Level.NONE) else Course.Level(row.level).label
    return qualification_in_words(row.qualification, row.awarding_body, level)


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def in_sentences(case) -> list[str]:
    """For the statement that goes to the officer with a case."""
    said = []
    for row in learnt_in(case):
        day = date_in_words(row.on)
        if row.what == "mentoring":
            said.append(f"Mentoring took place {times(row.times)}, the last time on {day}.")
        elif row.qualification:
            said.append(f"A qualification was gained on {day}: {gained(row)}.")
        elif row.status == EnrolmentStatus.FINISHED:
            said.append(f"The course {row.title} was finished on {day}: {Enrolment.Result(row.result).label.lower()}.")
        elif row.status == EnrolmentStatus.ENROLLED:
            said.append(f"The course {row.title} is under way, since {day}.")
    return said
