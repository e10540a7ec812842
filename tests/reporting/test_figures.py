"""Each figure counts what its definition says: no row more, no row less, on the right day."""

from datetime import date, timedelta

import pytest

from placements.models import HoursLine
from referrals.models import Milestone
from reporting import figures
from reporting.figures import Share
from tests.factories import make_outsider, make_person, make_referral
from tests.reporting.conftest import NOW
from tests.reporting.factories import (
    FIRST_HALF,
    at,
    make_booking,
    make_case,
    make_check,
    make_credit,
    make_decision,
    make_feedback,
    make_process,
    make_reversal,
    make_session,
    make_site,
    make_work,
)

# The first and the last minute of 1 April to 30 September 2024 in London, and those just outside. In both nights the
# clocks are on summer time, so in UTC the period starts and ends an hour earlier.
INSIDE = ("2024-04-01 00:00", "2024-09-30 23:59")
OUTSIDE = ("2024-03-31 23:59", "2024-10-01 00:00")
BORDERS = [*((moment, 1) for moment in INSIDE), *((moment, 0) for moment in OUTSIDE)]
DAYS = [("2024-04-01", 1), ("2024-09-30", 1), ("2024-03-31", 0), ("2024-10-01", 0)]


@pytest.fixture
def case(officer, provider):
    return make_case(officer, provider)


@pytest.fixture
def site(provider):
    return make_site(provider)


# --- referrals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("moment", "counted"), BORDERS)
def test_referrals_are_counted_by_the_time_they_were_submitted(officer, moment, counted):
    make_referral(officer, status="submitted", at=at(moment))
    make_referral(officer, at=at("2024-05-01 09:00"))  # a draft
    assert figures.referrals(officer.organisation, FIRST_HALF).submitted == counted


@pytest.mark.parametrize(("moment", "counted"), BORDERS)
def test_decisions_are_counted_by_their_own_time(case, triager, moment, counted):
    make_decision(case, triager, "decline", moment, reason="too_serious")
    make_decision(case, triager, "accept", moment)
    found = figures.referrals(case.force, FIRST_HALF)
    assert (found.accepted, found.declined) == (counted, counted)
    assert [(row.label, row.counts) for row in found.declined_because] == (
        [("Too serious for the scheme", (1,))] if counted else []
    )


def test_breakdowns_add_up_to_the_whole(officer, other_officer, triager):
    adult = make_referral(officer, status="submitted", at=at("2024-05-01 09:00"), offence_id="cannabis")
    child = make_person(officer.organisation, date_of_birth=date(2010, 1, 1))
    make_referral(
        other_officer, status="submitted", at=at("2024-05-01 09:00"), participant=child, district_id="high_peak"
    )
    make_decision(adult, triager, "accept")
    found = {one.by: {row.label: row.counts for row in one.rows} for one in figures.referral_breakdowns(
        officer.organisation, FIRST_HALF
    )}  # fmt: skip
    assert found["Age group"] == {"Adults": (1, 1, 0), "Young people": (1, 0, 0)}
    assert found["Offence"] == {"Possession of cannabis": (1, 1, 0), "Criminal damage": (1, 0, 0)}
    assert found["Disposal"] == {"Community resolution (outcome 8)": (2, 1, 0)}
    assert found["District"] == {"Erewash": (1, 1, 0), "High Peak": (1, 0, 0)}
    assert found["Referring team"] == {"Ilkeston SNT": (1, 1, 0), "Buxton SNT": (1, 0, 0)}


# --- participants and programmes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("moment", "counted"), BORDERS)
def test_a_participant_is_counted_by_the_start_of_the_workshop(case, facilitator, moment, counted):
    make_booking(case, make_session(facilitator, moment))
    assert figures.participants(case.force, FIRST_HALF).all == counted
    assert figures.programmes(case.force, FIRST_HALF) == counted


def test_a_person_with_two_cases_and_three_workshops_is_counted_once(officer, provider, facilitator):
    person = make_person(officer.organisation)
    first, second = (make_case(officer, provider, participant=person) for _ in range(2))
    for case, moment in ((first, "2024-05-03 18:00"), (first, "2024-05-10 18:00"), (second, "2024-06-03 18:00")):
        make_booking(case, make_session(facilitator, moment))
    assert figures.participants(officer.organisation, FIRST_HALF) == figures.Participants(1, 0, 0)
    assert figures.programmes(officer.organisation, FIRST_HALF) == 3


@pytest.mark.parametrize(
    ("born", "submitted", "young"),
    [
        (date(2006, 5, 2), "2024-05-01 09:00", True),  # 18 tomorrow
        (date(2006, 5, 1), "2024-05-01 09:00", False),  # 18 today
        (date(2004, 2, 29), "2022-02-28 09:00", True),  # the birthday of a leap day is 1 March
        (date(2004, 2, 29), "2022-03-01 09:00", False),
        (date(2006, 5, 2), "2024-05-02 00:30", False),  # still 1 May in UTC, already 2 May in London
    ],
)
def test_a_young_person_was_under_18_on_the_day_of_the_referral(officer, provider, facilitator, born, submitted, young):
    person = make_person(officer.organisation, date_of_birth=born)
    make_booking(make_case(officer, provider, participant=person, submitted=submitted), make_session(facilitator))
    expected = figures.Participants(0, 1, 0) if young else figures.Participants(1, 0, 0)
    assert figures.participants(officer.organisation, FIRST_HALF) == expected


def test_a_person_without_a_date_of_birth_is_counted_apart(officer, provider, facilitator):
    person = make_person(officer.organisation, date_of_birth=None)
    make_booking(make_case(officer, provider, participant=person), make_session(facilitator))
    assert figures.participants(officer.organisation, FIRST_HALF) == figures.Participants(0, 0, 1)


def test_somebody_who_did_not_come_is_no_participant_and_a_session_without_anybody_no_programme(case, facilitator):
    booking = make_booking(case, make_session(facilitator), status="did_not_attend")
    assert figures.participants(case.force, FIRST_HALF).all == 0
    assert figures.programmes(case.force, FIRST_HALF) == 0
    booking.status, booking.outcome_id = "attended", "complied"
    booking.save()
    assert figures.participants(case.force, FIRST_HALF).all == 1
    assert figures.programmes(case.force, FIRST_HALF) == 1


# --- community work -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "counted"), DAYS)
def test_hours_and_sites_are_counted_by_the_day_of_the_work(case, site, coordinator, day, counted):
    make_credit(case, site, coordinator, day, minutes=300)
    assert figures.work_minutes(case.force, FIRST_HALF) == 300 * counted
    assert figures.placements(case.force, FIRST_HALF) == figures.Placements(counted, counted)


def test_reversed_time_counts_neither_as_hours_nor_as_a_site(case, site, coordinator):
    make_credit(case, site, coordinator, "2024-06-10", minutes=300)
    wrong = make_credit(case, make_site(case.provider, "Charity shop"), coordinator, "2024-06-17", minutes=240)
    assert figures.placements(case.force, FIRST_HALF) == figures.Placements(sites=2, people=1)
    make_reversal(wrong)
    assert figures.work_minutes(case.force, FIRST_HALF) == 300
    assert figures.placements(case.force, FIRST_HALF) == figures.Placements(sites=1, people=1)


def test_adjustments_are_no_hours_worked(case, coordinator):
    HoursLine.objects.create(
        case=case, kind="adjustment", account="order", against="adjusted", on=date(2024, 6, 10), minutes=120,
        adjustment_reason_id="travel", reason="Two buses.", by=coordinator, at=NOW,
    )  # fmt: skip
    assert figures.work_minutes(case.force, FIRST_HALF) == 0


# --- restorative justice --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "counted"), DAYS)
def test_restorative_justice_is_counted_by_the_day_it_was_facilitated(case, practitioner, day, counted):
    make_process(
        case, practitioner, status="closed", kind_id="direct_conference", harm_acknowledged=True,
        offered_on=date(2023, 1, 1), answered_on=date(2023, 1, 9), facilitated_on=date.fromisoformat(day),
        victim_satisfied=True,
    )  # fmt: skip
    found = figures.restorative_justice(case.force, FIRST_HALF)
    assert found == figures.RestorativeJustice(0, 0, 0, 0, counted, counted, Share(counted, counted))


def test_offers_and_answers_are_counted_by_their_own_days(case, practitioner):
    inside, before = date(2024, 7, 1), date(2024, 3, 1)
    for status, offered, answered in (
        ("accepted", before, inside),
        ("closed", inside, inside),
        ("declined", inside, inside),
        ("declined", before, before),
        ("offered", inside, None),
        ("no_response", inside, None),
        ("identified", None, None),
    ):
        make_process(case, practitioner, status=status, offered_on=offered, answered_on=answered)
    found = figures.restorative_justice(case.force, FIRST_HALF)
    assert (found.offered, found.accepted, found.declined, found.no_answer, found.facilitated) == (4, 2, 1, 1, 0)


def test_satisfaction_is_of_the_victims_who_said(case, practitioner):
    for satisfied, kind in ((True, "letter"), (False, "letter"), (None, "direct_conference")):
        make_process(
            case, practitioner, status="agreed", kind_id=kind, harm_acknowledged=True,
            facilitated_on=date(2024, 7, 1), victim_satisfied=satisfied,
        )  # fmt: skip
    found = figures.restorative_justice(case.force, FIRST_HALF)
    assert (found.facilitated, found.direct, found.satisfied_victims) == (3, 1, Share(1, 2))


# --- feedback -------------------------------------------------------------------------------------------------------


def test_feedback_is_agreement_of_those_who_answered_that_statement(officer, provider, facilitator):
    answers = (
        (True, True, True, None, False),
        (True, False, None, None, False),
        (True, True, True, None, True),
    )
    for given in (*answers, None):
        booking = make_booking(make_case(officer, provider), make_session(facilitator))
        if given:
            make_feedback(booking, *given)
    found = figures.feedback(officer.organisation, FIRST_HALF)
    assert found.responses == Share(3, 4)
    assert [one.agree for one in found.statements] == [Share(3, 3), Share(2, 3), Share(2, 2), Share(0, 0), Share(1, 3)]


@pytest.mark.parametrize(("moment", "counted"), BORDERS)
def test_feedback_belongs_to_the_day_of_the_workshop(case, facilitator, moment, counted):
    booking = make_booking(case, make_session(facilitator, moment))
    feedback = make_feedback(booking, True, True, True, True, True)
    feedback.given_at = at("2024-06-01 09:00")
    feedback.save()
    assert figures.feedback(case.force, FIRST_HALF).responses == Share(counted, counted)


# --- further offences -----------------------------------------------------------------------------------------------


def _completed(officer, provider, closed, **fields):
    return make_case(officer, provider, submitted="2024-02-01 09:00", status="completed", closed=closed, **fields)


def _windows(force, read="2024-10-02 10:00"):
    found = figures.further_offences(force, FIRST_HALF, at(read))
    return {w.months: (w.not_yet_due, w.unchecked, w.no_further_offence) for w in found.windows}


@pytest.mark.parametrize(("moment", "counted"), BORDERS)
def test_people_who_completed_are_counted_by_the_time_of_completing(officer, provider, moment, counted):
    _completed(officer, provider, moment)
    assert figures.further_offences(officer.organisation, FIRST_HALF, NOW).people == counted


def test_a_window_counts_once_it_has_wholly_passed(officer, provider, triager):
    case = _completed(officer, provider, "2024-04-30 12:00")
    make_check(case, triager, 3, "2024-07-30")
    assert _windows(case.force, "2024-07-29 23:59")[3] == (1, 0, Share(0, 0))
    assert _windows(case.force, "2024-07-30 00:00")[3] == (0, 0, Share(1, 1))
    assert _windows(case.force, "2024-07-30 00:00")[6] == (1, 0, Share(0, 0))


def test_a_check_before_the_window_passed_is_no_check(officer, provider, triager):
    case = _completed(officer, provider, "2024-05-31 12:00")
    make_check(case, triager, 3, "2024-08-30")  # three months end on 31 August
    assert _windows(case.force)[3] == (0, 1, Share(0, 0))


def test_the_share_is_of_those_checked_and_the_others_are_shown(officer, provider, triager):
    for day, result in (("2024-04-10", "none"), ("2024-04-11", "offence"), ("2024-04-12", None), ("2024-09-20", None)):
        case = _completed(officer, provider, f"{day} 12:00")
        if result:
            make_check(case, triager, 3, "2024-08-01", result)
    assert _windows(officer.organisation)[3] == (1, 1, Share(1, 2))


def test_a_person_who_completed_twice_is_followed_from_the_first(officer, provider, triager):
    person = make_person(officer.organisation)
    first = _completed(officer, provider, "2024-04-10 12:00", participant=person)
    second = _completed(officer, provider, "2024-06-10 12:00", participant=person)
    make_check(first, triager, 3, "2024-07-20", "none")
    make_check(second, triager, 3, "2024-09-20", "offence")
    assert figures.further_offences(officer.organisation, FIRST_HALF, NOW).people == 1
    assert _windows(officer.organisation)[3] == (0, 0, Share(1, 1))


@pytest.mark.parametrize(
    ("share", "percent", "low", "high"),
    [
        (Share(77, 100), 77, 67.85, 84.16),
        (Share(0, 10), 0, 0.0, 27.75),
        (Share(10, 10), 100, 72.25, 100.0),
        (Share(1, 2), 50, 9.45, 90.55),
        (Share(1, 200), 1, 0.09, 2.78),
    ],
)
def test_the_interval_is_wilsons(share, percent, low, high):
    assert share.percent == percent
    assert share.interval == pytest.approx((low, high), abs=0.005)


def test_nothing_has_no_percentage():
    assert (Share(0, 0).percent, Share(0, 0).interval) == (None, None)


# --- completion and timeliness --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("moment", "counted"), BORDERS)
def test_completion_is_by_the_time_of_closing(officer, provider, moment, counted):
    _completed(officer, provider, moment)
    assert figures.completion(officer.organisation, FIRST_HALF).completed == Share(counted, counted)


def test_cases_that_were_not_completed_are_shown_by_reason(officer, provider):
    closed = {"submitted": "2024-04-02 09:00", "closed": "2024-06-01 09:00"}
    make_case(officer, provider, status="completed", **closed)
    make_case(officer, provider, status="returned", return_reason_id="non_compliance", **closed)
    make_case(officer, provider, status="returned", return_reason_id="non_compliance", **closed)
    make_case(officer, provider, status="withdrawn", withdraw_reason_id="charged", **closed)
    make_referral(officer, status="declined", at=at("2024-05-01 09:00"), closed_at=at("2024-06-01 09:00"))
    found = figures.completion(officer.organisation, FIRST_HALF)
    assert found.completed == Share(1, 4)
    assert [(row.label, row.counts) for row in found.not_completed_because] == [
        ("Did not comply", (2,)),
        ("Charged or dealt with in another way", (1,)),
    ]


def _milestone(case, kind, moment):
    return Milestone.objects.create(case=case, kind=kind, at=moment)


def test_in_time_is_within_48_hours_of_the_disposal(officer, provider):
    disposal = at("2024-05-03 17:00")  # a Friday: hours run over the weekend
    for hours in (48, 48.02, None):
        case = make_case(officer, provider, disposal_at=disposal)
        if hours:
            _milestone(case, "first_work_session", disposal + timedelta(hours=hours))
    make_case(officer, provider, disposal_at=at("2024-09-30 23:00"))
    found = figures.timeliness(officer.organisation, FIRST_HALF, at("2024-10-02 22:59"))
    assert (found.in_time, found.not_yet_due) == (Share(1, 3), 1)
    found = figures.timeliness(officer.organisation, FIRST_HALF, at("2024-10-02 23:01"))
    assert (found.in_time, found.not_yet_due) == (Share(1, 4), 0)


def test_the_median_is_the_middle_case(officer, provider):
    for days in (1, 3, 20):
        case = make_case(officer, provider, disposal_at=at("2024-05-01 09:00") - timedelta(days=1))
        _milestone(case, "workshop_attended", case.submitted_at + timedelta(days=days))
    outside = make_case(officer, provider)
    _milestone(outside, "workshop_attended", at("2024-10-01 00:00"))
    first_contact, workshop, first_work = figures.timeliness(officer.organisation, FIRST_HALF, NOW).medians
    assert workshop == figures.Median("Workshop attended", 3, from_disposal=4.0, from_referral=3.0)
    assert first_contact == figures.Median("First contact", 0, None, None)
    assert first_work == figures.Median("First work session", 0, None, None)


# --- equality and data quality --------------------------------------------------------------------------------------


def test_equality_shows_those_not_stated(officer, provider, triager):
    people = (
        make_person(officer.organisation, ethnicity_id="A2", sex="female", disability="yes"),
        make_person(officer.organisation, ethnicity_id="NS", date_of_birth=date(2010, 5, 1)),
        make_person(officer.organisation),
    )
    for person in people:
        case = make_case(
            officer, provider, submitted="2024-05-01 09:00", status="completed", closed="2024-08-01 09:00",
            participant=person,
        )  # fmt: skip
        if person.sex == "female":
            make_decision(case, triager)
    found = {one.by: {row.label: row.counts for row in one.rows} for one in figures.equality(
        officer.organisation, FIRST_HALF
    )}  # fmt: skip
    assert found["Ethnic group"] == {"Asian": (1, 1, 1), "Not stated": (2, 0, 2)}
    assert found["Sex"] == {"Female": (1, 1, 1), "Not stated": (2, 0, 2)}
    assert found["Age at referral"] == {"Under 15": (1, 0, 1), "25 to 34": (2, 1, 2)}
    assert found["Disability"] == {"Yes": (1, 1, 1), "Not stated": (2, 0, 2)}


def test_data_quality_counts_what_is_missing(officer, provider, facilitator, coordinator, site):
    case = make_case(officer, provider)
    make_booking(case, make_session(facilitator, status="planned"), status="booked")
    make_work(case, site, coordinator, outcome=None)
    unknown = make_person(officer.organisation, date_of_birth=None, ethnicity_id="W1")
    make_case(officer, provider, participant=unknown, disposal_at=None, offence_at=None)
    found = {row.label: row.counts for row in figures.data_quality(officer.organisation, FIRST_HALF, NOW)}
    assert found == {
        "Workshop bookings without an outcome": (1,),
        "Work sessions without an outcome": (1,),
        "Referrals without the time of the disposal": (1,),
        "Referrals without the time of the offence": (1,),
        "Referrals without a date of birth": (1,),
        "Referrals without self-defined ethnicity": (1,),
    }


# --- whose ----------------------------------------------------------------------------------------------------------


def test_another_forces_rows_are_never_counted(case, facilitator, site, coordinator, practitioner, triager):
    make_feedback(make_booking(case, make_session(facilitator)), True, True, True, True, True)
    make_credit(case, site, coordinator)
    make_process(case, practitioner, offered_on=date(2024, 7, 1), status="offered")
    make_decision(case, triager)
    other = make_outsider().organisation
    assert figures.referrals(other, FIRST_HALF).submitted == 0
    assert figures.referrals(other, FIRST_HALF).accepted == 0
    assert figures.participants(other, FIRST_HALF).all == 0
    assert figures.programmes(other, FIRST_HALF) == 0
    assert figures.placements(other, FIRST_HALF) == figures.Placements(0, 0)
    assert figures.work_minutes(other, FIRST_HALF) == 0
    assert figures.restorative_justice(other, FIRST_HALF).offered == 0
    assert figures.feedback(other, FIRST_HALF).responses == Share(0, 0)
    assert all(not one.rows for one in figures.equality(other, FIRST_HALF))
