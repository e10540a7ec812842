"""The published half-year follows from the rows, and from nothing else."""

from datetime import date, timedelta

import pytest
from django.db.models import F

from demo.plan import PUBLISHED, PlanError, agreeing
from placements.models import HoursLine, WorkSession
from referrals.models import FurtherOffenceCheck, Person
from reporting import figures
from reporting.periods import Period
from restorative.models import Process
from tests.demo.conftest import NOW
from workshops.models import Booking, FeedbackResponse, Session

HALF_YEAR = Period(date(2024, 4, 1), date(2024, 9, 30))


def percentages(force):
    return [statement.agree.percent for statement in figures.feedback(force, HALF_YEAR).statements]


def three_months(force):
    return figures.further_offences(force, HALF_YEAR, NOW).windows[0]


def test_238_adults_and_121_young_people_took_part(derbyshire):
    people = figures.participants(derbyshire, HALF_YEAR)
    assert (people.adults, people.young_people, people.age_not_known) == (238, 121, 0)


def test_211_programmes_were_delivered(derbyshire):
    assert figures.programmes(derbyshire, HALF_YEAR) == 211


def test_12888_hours_were_worked(derbyshire):
    assert figures.work_minutes(derbyshire, HALF_YEAR) == 12_888 * 60


def test_64_sites_had_somebody_at_work(derbyshire):
    assert figures.placements(derbyshire, HALF_YEAR).sites == 64


def test_43_restorative_justice_processes_were_facilitated(derbyshire):
    assert figures.restorative_justice(derbyshire, HALF_YEAR).facilitated == 43


def test_the_feedback_is_97_94_92_94_and_91_per_cent(derbyshire):
    assert percentages(derbyshire) == [97, 94, 92, 94, 91]


def test_77_per_cent_of_those_who_completed_had_no_further_offence(derbyshire):
    window = three_months(derbyshire)
    assert (window.months, window.no_further_offence.percent, window.not_yet_due) == (3, 77, 0)
    assert window.no_further_offence.base > 250
    assert window.unchecked > 0


def test_later_windows_are_lower_and_somebody_who_offended_stays_counted(derbyshire):
    rates = [w.no_further_offence.percent for w in figures.further_offences(derbyshire, HALF_YEAR, NOW).windows]
    assert rates == sorted(rates, reverse=True)
    assert len(set(rates)) == 3
    offended = FurtherOffenceCheck.objects.filter(months=3, result="offence").values("case")
    later = FurtherOffenceCheck.objects.filter(case__in=offended)
    assert not later.filter(result="none").exists()


# --- changing one row changes the figure ----------------------------------------------------------------------------


def in_half_year(prefix=""):
    return {f"{prefix}starts_at__date__range": (HALF_YEAR.start_on, HALF_YEAR.end_on)}


def test_one_person_less_at_a_workshop_is_one_participant_less(derbyshire):
    booking = Booking.objects.filter(status="attended", session__audience="adults", **in_half_year("session__")).first()
    Booking.objects.filter(pk=booking.pk).update(status="did_not_attend", outcome="absent_medical")
    assert figures.participants(derbyshire, HALF_YEAR).adults == 237


def test_one_birthday_moves_a_person_from_one_group_to_the_other(derbyshire):
    booking = Booking.objects.filter(
        status="attended", session__audience="young_people", **in_half_year("session__")
    ).first()
    Person.objects.filter(pk=booking.case.participant_id).update(date_of_birth=date(2000, 1, 1))
    people = figures.participants(derbyshire, HALF_YEAR)
    assert (people.adults, people.young_people) == (239, 120)


def test_one_session_less_is_one_programme_less(derbyshire):
    session = Session.objects.filter(status="delivered", **in_half_year()).first()
    Session.objects.filter(pk=session.pk).update(status="planned")
    assert figures.programmes(derbyshire, HALF_YEAR) == 210


def test_one_line_of_60_minutes_is_one_hour_more(derbyshire):
    line = HoursLine.objects.filter(account="work", on=date(2024, 6, 3)).first()
    starts_at = line.work_session.starts_at.replace(hour=5)
    HoursLine.objects.create(
        case=line.case, kind="order", account="order", against="police", on=line.on, minutes=60, decided_by="PC Khan",
        by=line.by, at=line.at,
    )  # fmt: skip
    session = WorkSession.objects.create(
        case=line.case, placement=line.work_session.placement, starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1), outcome_id="complied", recorded_by=line.by, recorded_at=line.at,
    )  # fmt: skip
    HoursLine.objects.create(
        case=line.case, kind="credit", account="work", against="reported", on=line.on, minutes=60, work_session=session,
        site=line.site, by=line.by, at=line.at,
    )  # fmt: skip
    assert figures.work_minutes(derbyshire, HALF_YEAR) == 12_889 * 60


def test_one_meeting_less_is_one_process_less(derbyshire):
    process = Process.objects.filter(facilitated_on__range=(HALF_YEAR.start_on, HALF_YEAR.end_on)).first()
    Process.objects.filter(pk=process.pk).update(facilitated_on=F("facilitated_on") + 400)
    assert figures.restorative_justice(derbyshire, HALF_YEAR).facilitated == 42


def test_other_answers_are_another_percentage(derbyshire):
    asked = FeedbackResponse.objects.filter(better_understanding_of_asb=True, **in_half_year("booking__session__"))
    FeedbackResponse.objects.filter(pk__in=asked.values("pk")[:10]).update(better_understanding_of_asb=False)
    assert percentages(derbyshire)[0] < 97


def test_another_result_of_a_check_is_another_share(derbyshire):
    before = three_months(derbyshire).no_further_offence.part
    check = FurtherOffenceCheck.objects.filter(
        months=3, result="none", case__closed_at__date__range=(HALF_YEAR.start_on, HALF_YEAR.end_on)
    ).first()
    FurtherOffenceCheck.objects.filter(pk=check.pk).update(result="offence")
    assert three_months(derbyshire).no_further_offence.part == before - 1


# --- the plan -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answered", [300, 311, 97])
def test_the_plan_finds_how_many_must_agree(answered):
    agree = agreeing(94, answered)
    assert (200 * agree + answered) // (2 * answered) == 94


def test_the_plan_refuses_a_share_that_so_few_cannot_have():
    with pytest.raises(PlanError, match="No share of 10 answers rounds to 94 %"):
        agreeing(94, 10)


def test_the_plan_covers_the_days_of_the_half_year():
    assert (PUBLISHED.start, PUBLISHED.end) == (HALF_YEAR.start_on, HALF_YEAR.end_on)
