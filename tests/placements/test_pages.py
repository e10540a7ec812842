"""Every page: what it shows, what it does, what it refuses without losing what was typed."""

import re
from datetime import date

import pytest
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from placements import operations
from placements.models import Assessment, HoursAccount, Placement, Site, WorkSession
from referrals.models import Milestone
from tests.factories import make_active_case, make_child
from tests.placements.factories import (
    at,
    make_assessment,
    make_coordinator,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
    outcome,
)

pytestmark = pytest.mark.django_db


def text_of(response):
    """The page as words."""
    page = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("&#x27;", "'")


def day(prefix, when):
    return {f"{prefix}_day": when.day, f"{prefix}_month": when.month, f"{prefix}_year": when.year}


def url(name, *args):
    return reverse(f"placements:{name}", args=[getattr(arg, "pk", arg) for arg in args])


# --- the assessment -------------------------------------------------------------------------------------------------

ANSWERS = {
    "needs": "Reads slowly.",
    "may_work_alone": "False",
    "activities_to_avoid": "Ladders",
    "days_available": ["0", "2"],
    "emergency_contact_name": "Sam Ashe",
    "emergency_contact_phone": "07700 900456",
    "photos_allowed": "true",
}


def test_an_assessment_unlocks_what_comes_next(officer, provider, coordinator, sign_in):
    case = make_active_case(officer, provider)
    response = sign_in(coordinator).post(url("assess", case), ANSWERS, follow=True)
    assert "Assessment of Jordan Ashe completed." in text_of(response)
    found = Assessment.objects.get(case=case)
    assert (found.days_available, found.may_work_alone, found.completed_by) == ([0, 2], False, coordinator)
    assert case.milestones.filter(kind=Milestone.Kind.ASSESSED).exists()
    assert case.consents.filter(kind="photo", withdrawn_at__isnull=True).get().given_by == "Jordan Ashe"


def test_an_assessment_may_be_changed_later(case, coordinator, sign_in):
    response = sign_in(coordinator).post(url("assess", case), {**ANSWERS, "medical": "Asthma"}, follow=True)
    assert "Assessment changed." in text_of(response)
    assert "Asthma" in text_of(response)
    assert Event.objects.filter(case=case.pk, kind="assessment.edited").count() == 1


def test_a_second_assessment_is_refused_with_who_did_the_first(case, coordinator):
    with pytest.raises(IllegalMove, match="Ellen Marsh completed this assessment on 10 June 2026"):
        operations.complete_assessment(
            case, by=coordinator, emergency_contact_name="A", emergency_contact_phone="1", days_available=[0]
        )


def test_an_assessment_without_a_contact_keeps_what_was_typed(officer, provider, coordinator, sign_in):
    case = make_active_case(officer, provider)
    response = sign_in(coordinator).post(url("assess", case), {**ANSWERS, "emergency_contact_name": ""})
    assert "Enter the name of an emergency contact" in text_of(response)
    assert "Reads slowly." in text_of(response)
    assert not Assessment.objects.exists()


def test_a_childs_assessment_needs_the_consent_of_a_parent_or_carer(officer, provider, coordinator, sign_in):
    case = make_active_case(officer, provider, participant=make_child(officer.organisation))
    client = sign_in(coordinator)
    assert "Enter the name of the parent or carer who consents" in text_of(client.post(url("assess", case), ANSWERS))
    given = {**ANSWERS, "parent_consent_by": "Pat Stone", **day("parent_consent_on", date(2026, 6, 9))}
    client.post(url("assess", case), given)
    assert Assessment.objects.get(case=case).parent_consent_by == "Pat Stone"
    assert case.consents.get(kind="photo").given_by == "Pat Stone"


def test_people_kept_apart_are_named_by_the_reference_of_a_case_that_one_may_see(
    case, officer, coordinator, outsider, sign_in
):
    other = make_ready_case(officer, coordinator)
    foreign = make_ready_case(outsider, make_coordinator(outsider.organisation, "Olga Kent"))
    client = sign_in(coordinator)
    response = client.post(url("assess", case), {**ANSWERS, "never_with": f"{other.reference}\n{foreign.reference}"})
    assert f"You have no case {foreign.reference}" in text_of(response)
    client.post(url("assess", case), {**ANSWERS, "never_with": other.reference.lower()})
    assert list(case.assessment.never_with.all()) == [other]


# --- sites ----------------------------------------------------------------------------------------------------------

SITE = {
    "name": "Heanor Foodbank",
    "address": "1 High Street, Heanor",
    "district": "amber_valley",
    "activity": "foodbank",
    "description": "Sorting and packing",
    "capacity": "2",
    "days_open": ["1", "3"],
    "suitable_under_18": "true",
}


def test_a_site_goes_from_proposed_to_open(coordinator, sign_in):
    client = sign_in(coordinator)
    client.post(url("add_site"), SITE)
    site = Site.objects.get()
    assert (site.status, site.provider, site.days_open) == ("proposed", coordinator.organisation, [1, 3])

    refused = client.post(url("open_site", site))
    assert refused.status_code == 409
    assert "cannot be opened for work while it is “proposed”" in text_of(refused)

    papers = {
        **day("risk_assessed_on", date(2026, 6, 1)),
        **day("risk_review_on", date(2027, 6, 1)),
        **day("insured_until", date(2026, 12, 31)),
    }
    client.post(url("assess_site", site), papers)
    assert "Heanor Foodbank opened." in text_of(client.post(url("open_site", site), follow=True))
    site.refresh_from_db()
    assert site.status == "active"


def test_a_site_whose_insurance_ran_out_is_not_opened_and_the_page_quotes_the_day(provider, coordinator, sign_in):
    site = make_site(provider, status="suspended", insured_until=date(2026, 5, 3))
    response = sign_in(coordinator).post(url("open_site", site))
    assert "ran out on 3 May 2026" in text_of(response)
    site.refresh_from_db()
    assert site.status == "suspended"


@pytest.mark.parametrize(
    ("field", "when", "sentence"),
    [
        ("risk_assessed_on", date(2026, 6, 11), "must not be in the future"),
        ("risk_review_on", date(2026, 6, 10), "you entered 10 June 2026"),
        ("insured_until", date(2026, 6, 9), "ran out on 9 June 2026"),
    ],
)
def test_papers_with_impossible_dates_are_refused(site, coordinator, sign_in, field, when, sentence):
    dates = {
        "risk_assessed_on": date(2026, 6, 1),
        "risk_review_on": date(2027, 6, 1),
        "insured_until": date(2027, 1, 1),
    }
    data = {key: value for name, value in {**dates, field: when}.items() for key, value in day(name, value).items()}
    response = sign_in(coordinator).post(url("assess_site", site), data)
    assert response.status_code == 422
    assert sentence in text_of(response)
    site.refresh_from_db()
    assert site.insured_until == date(2027, 3, 31)


def test_the_same_site_is_not_added_twice(provider, coordinator, sign_in):
    make_site(provider, SITE["name"], address=SITE["address"])
    response = sign_in(coordinator).post(url("add_site"), SITE)
    assert "Heanor Foodbank at 1 High Street, Heanor is already on the list of sites." in text_of(response)
    assert "Sorting and packing" in text_of(response)


def test_a_site_is_not_closed_while_somebody_is_placed_there(site, placement, coordinator, sign_in):
    response = sign_in(coordinator).post(url("close_site", site))
    assert "1 person has an open placement at Ilkeston Community Garden. End it first." in text_of(response)


def test_places_are_not_cut_below_what_is_planned(site, placement, officer, coordinator, sign_in):
    for number in range(2):
        other = placement if not number else make_placement(make_ready_case(officer, coordinator), site, coordinator)
        make_session(other, "2026-06-12 09:00")
    data = {**SITE, "name": site.name, "capacity": "1"}
    response = sign_in(coordinator).post(url("edit_site", site), data)
    assert "2 people are already planned on Friday 12 June 2026" in text_of(response)


def test_the_list_warns_in_words_before_papers_expire(provider, coordinator, sign_in):
    make_site(provider, insured_until=date(2026, 6, 19))
    make_site(provider, "Old Mill", risk_review_on=date(2026, 6, 1))
    page = text_of(sign_in(coordinator).get(url("sites")))
    assert "Insurance expires in 9 days, on 19 June 2026" in page
    assert "Risk assessment expired 9 days ago, on 1 June 2026" in page


# --- matching and placing -------------------------------------------------------------------------------------------

AGREEMENT = {"hours_agreed": "10", "signed_by": "Jordan Ashe", **day("signed_on", date(2026, 6, 10))}


def test_the_nearest_site_that_suits_stands_first_and_each_says_why(case, provider, coordinator, sign_in):
    make_site(provider, "Far", district_id="high_peak")
    make_site(provider, "Near", district_id="erewash")
    make_site(provider, "Uninsured", insured_until=date(2026, 5, 3))
    response = sign_in(coordinator).get(url("match", case))
    assert [site.name for site in response.context["sites"]] == ["Near", "Far", "Uninsured"]
    assert "public liability insurance ran out on 3 May 2026" in text_of(response)
    assert response.content.count(b"Choose<span") == 2


def test_a_placement_opens_the_account_with_the_hours_of_the_plan(case, site, coordinator, sign_in):
    response = sign_in(coordinator).post(url("plan_placement", case, site), AGREEMENT, follow=True)
    assert "Placement at Ilkeston Community Garden planned: 10 hours." in text_of(response)
    assert HoursAccount.objects.get(case=case).minutes_required == 600
    assert Placement.objects.get().planned_by == coordinator


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"insured_until": date(2026, 6, 9)}, "ran out on 9 June 2026"),
        ({"risk_review_on": date(2026, 6, 9)}, "risk assessment ran out on 9 June 2026"),
        ({"status": "suspended"}, "is “suspended”, so nobody can work there"),
        ({"days_open": [5]}, "is open on Saturday, and the person cannot come then"),
    ],
)
def test_a_site_that_may_take_nobody_is_refused_quoting_the_facts(case, site, coordinator, sign_in, change, sentence):
    Site.objects.update(**change)
    response = sign_in(coordinator).post(url("plan_placement", case, site), {**AGREEMENT, "signed_by": "J. Ashe"})
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert b"J. Ashe" in response.content
    assert not Placement.objects.exists()
    assert not HoursAccount.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hours_agreed": "10.25"}, "10 hours are left to do"),
        ({"hours_agreed": "0"}, "agree between 1 minute and 10 hours"),
        ({"hours_agreed": "ten"}, "must be a number"),
        (day("signed_on", date(2026, 6, 11)), "must not be in the future"),
        (day("signed_on", date(2026, 6, 9)), "it was accepted on 10 June 2026"),
    ],
)
def test_an_agreement_that_cannot_be_is_refused(case, site, coordinator, sign_in, change, sentence):
    response = sign_in(coordinator).post(url("plan_placement", case, site), {**AGREEMENT, **change})
    assert sentence in text_of(response)
    assert not Placement.objects.exists()


def test_a_childs_agreement_needs_the_signature_of_a_parent_or_carer(officer, coordinator, site, sign_in):
    case = make_ready_case(officer, coordinator, participant=make_child(officer.organisation))
    client = sign_in(coordinator)
    response = client.post(url("plan_placement", case, site), AGREEMENT)
    assert "Enter the name of the parent or carer who signed the agreement" in text_of(response)
    assert not Placement.objects.exists()
    with pytest.raises(Refusal, match="parent or carer who signed the agreement: the person is 15"):
        operations.plan_placement(
            case, by=coordinator, site=site, minutes_agreed=60, signed_by="Riley", signed_on=date(2026, 6, 10)
        )
    client.post(url("plan_placement", case, site), {**AGREEMENT, "parent_signed_by": "Pat Stone"})
    assert Placement.objects.get().parent_signed_by == "Pat Stone"


def test_a_child_is_not_placed_where_only_adults_work(officer, coordinator, provider, sign_in):
    case = make_ready_case(officer, coordinator, participant=make_child(officer.organisation))
    site = make_site(provider, suitable_under_18=False)
    response = sign_in(coordinator).post(url("plan_placement", case, site), {**AGREEMENT, "parent_signed_by": "Pat"})
    assert "is not suitable for under 18s (aged 15)" in text_of(response)


def test_before_the_workshop_nobody_is_placed_unless_a_manager_allowed_it(officer, coordinator, manager, site, sign_in):
    case = make_ready_case(officer, coordinator, milestones=["assessed"])
    with pytest.raises(Refusal, match="the workshop must be attended"):
        operations.plan_placement(
            case, by=coordinator, site=site, minutes_agreed=60, signed_by="J", signed_on=date(2026, 6, 10)
        )
    case.override_requests.create(
        kind="place_before_workshop", reason="Job", asked_by=coordinator, asked_at=at("2026-06-09 09:00"),
        agreed=True, decided_by=manager, decided_at=at("2026-06-09 10:00"),
    )  # fmt: skip
    sign_in(coordinator).post(url("plan_placement", case, site), AGREEMENT)
    assert Placement.objects.filter(case=case).exists()


def test_a_placement_that_ends_early_cancels_what_is_planned(placement, coordinator, sign_in):
    make_session(placement, "2026-06-12 09:00")
    sign_in(coordinator).post(url("end_placement", placement), {"reason": "unsuitable"})
    placement.refresh_from_db()
    assert (placement.status, placement.end_reason_id, WorkSession.objects.count()) == ("ended", "unsuitable", 0)


def test_a_placement_does_not_end_before_past_sessions_have_their_outcome(placement, session, coordinator, sign_in):
    response = sign_in(coordinator).post(url("end_placement", placement), {"reason": "unsuitable"})
    assert "Record the outcome of the session of 9 June 2026 first." in text_of(response)


# --- planning work --------------------------------------------------------------------------------------------------

FRIDAY = {**day("on", date(2026, 6, 12)), "starts_at": "9:00", "ends_at": "12:00", "weeks": "1"}


def test_a_weekly_pattern_is_planned_in_one_go(placement, coordinator, sign_in):
    response = sign_in(coordinator).post(url("plan_work", placement), {**FRIDAY, "weeks": "3"}, follow=True)
    assert "3 sessions planned, from Friday 12 June 2026 to Friday 26 June 2026." in text_of(response)
    assert [session.starts_at for session in WorkSession.objects.all()] == [
        at(f"2026-06-{number} 09:00") for number in (12, 19, 26)
    ]


@pytest.mark.parametrize(
    ("change", "site_change", "sentence"),
    [
        (day("on", date(2026, 6, 9)), {}, "Tuesday 9 June 2026, 09:00, has passed"),
        (day("on", date(2026, 6, 13)), {}, "Saturday 13 June 2026: Ilkeston Community Garden takes people on Monday"),
        ({"ends_at": "9:00"}, {}, "The end, 09:00, must be after the start, 09:00"),
        ({"ends_at": "22:00"}, {}, "A session is at most 12 hours, and this one would be 13 hours"),
        ({"weeks": "2"}, {"insured_until": date(2026, 6, 18)}, "ran out on 18 June 2026, before 19 June 2026"),
        ({"starts_at": "soon"}, {}, "Enter the time in 24-hour form"),
        ({"weeks": "27"}, {}, "must be 26 or less"),
        ({"on_month": "13"}, {}, "must be a real date"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_whole(placement, coordinator, sign_in, change, site_change, sentence):
    if site_change:
        Site.objects.update(**site_change)
    response = sign_in(coordinator).post(url("plan_work", placement), {**FRIDAY, **change})
    assert sentence in text_of(response)
    assert not WorkSession.objects.exists()


def other_placement(officer, coordinator, site, **fields):
    return make_placement(make_ready_case(officer, coordinator, **fields), site, coordinator)


def test_a_full_day_is_refused_and_a_place_given_free_is_taken(placement, site, officer, coordinator, sign_in):
    Site.objects.update(capacity=1)
    theirs = make_session(other_placement(officer, coordinator, site), "2026-06-12 13:00")
    client = sign_in(coordinator)
    response = client.post(url("plan_work", placement), FRIDAY)
    assert "Friday 12 June 2026 is full at Ilkeston Community Garden: 1 of 1 places are taken." in text_of(response)
    operations.log_work_session(
        theirs, by=coordinator, version=1, starts_at=theirs.starts_at, ends_at=theirs.ends_at,
        outcome=outcome("absent_medical"),
    )  # fmt: skip
    client.post(url("plan_work", placement), FRIDAY)
    assert placement.work_sessions.count() == 1


def test_adults_and_young_people_never_share_a_session(placement, site, officer, coordinator, sign_in):
    child = make_child(officer.organisation)
    make_session(other_placement(officer, coordinator, site, participant=child), "2026-06-12 11:00")
    response = sign_in(coordinator).post(url("plan_work", placement), FRIDAY)
    assert "adults and young people never share a session" in text_of(response)


@pytest.mark.parametrize("said_by", ["mine", "theirs"])
def test_people_kept_apart_never_work_at_one_time(placement, case, site, officer, coordinator, sign_in, said_by):
    other = other_placement(officer, coordinator, site)
    make_session(other, "2026-06-12 11:00")
    one, two = (case, other.case) if said_by == "mine" else (other.case, case)
    one.assessment.never_with.add(two)
    response = sign_in(coordinator).post(url("plan_work", placement), FRIDAY)
    assert "must never work beside this person" in text_of(response)
    assert other.case.reference not in text_of(response)


def test_nothing_new_is_planned_while_the_case_is_suspended(placement, case, coordinator, sign_in):
    type(case).objects.update(status="suspended")
    response = sign_in(coordinator).post(url("plan_work", placement), FRIDAY)
    assert "suspended, so nothing new can start" in text_of(response)


def test_a_planned_session_is_cancelled_before_it_begins(placement, coordinator, sign_in):
    ahead = make_session(placement, "2026-06-12 09:00")
    assert "Session cancelled." in text_of(sign_in(coordinator).post(url("cancel_work", ahead), follow=True))
    assert not WorkSession.objects.exists()


def test_a_session_that_has_begun_is_not_cancelled(session, coordinator, sign_in):
    assert "has begun: record its outcome instead" in text_of(sign_in(coordinator).post(url("cancel_work", session)))


# --- recording ------------------------------------------------------------------------------------------------------

RECORD = {
    **day("on", date(2026, 6, 9)), "starts_at": "09:00", "ends_at": "12:00", "outcome": "complied",
    "break_minutes": "15", "quality": "good", "behaviour": "excellent", "notes": "Dug two beds.", "version": "1",
}  # fmt: skip


def test_a_session_is_recorded_with_what_was_planned_filled_in(session, coordinator, sign_in):
    client = sign_in(coordinator)
    page = client.get(url("record_work", session)).content.decode()
    assert 'name="starts_at"' in page
    assert 'value="09:00"' in page
    response = client.post(url("record_work", session), RECORD, follow=True)
    assert "Session recorded: 2 hours 45 minutes credited, 7 hours 15 minutes left." in text_of(response)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"outcome": ""}, "Select what happened"),
        ({"outcome": "made_up"}, "Select"),
        ({"break_minutes": "-5"}, "must be 0 or more"),
        ({"break_minutes": "200"}, "The break of 3 hours 20 minutes is longer than the session, 3 hours."),
        ({"penalty_minutes": "166"}, "above the 2 hours 45 minutes that were worked"),
        ({"ends_at": "08:00"}, "The end, 08:00, must be after the start, 09:00."),
        ({**day("on", date(2026, 6, 19))}, "is not over yet"),
        ({**day("on", date(2026, 6, 1))}, "9 days ago, and 7 days are allowed"),
        ({"on_year": "26"}, "The year must be four numbers"),
    ],
)
def test_a_report_that_cannot_be_is_refused_and_keeps_the_notes(session, coordinator, sign_in, change, sentence):
    response = sign_in(coordinator).post(url("record_work", session), {**RECORD, **change})
    assert sentence in text_of(response)
    assert "Dug two beds." in text_of(response)
    session.refresh_from_db()
    assert (session.outcome, session.version, session.lines.count()) == (None, 1, 0)


def test_work_beyond_the_order_is_refused_then_recorded_when_confirmed(session, case, coordinator, sign_in):
    HoursAccount.objects.update(minutes_required=120)
    client = sign_in(coordinator)
    response = client.post(url("record_work", session), RECORD)
    assert response.status_code == 422
    assert "would credit 2 hours 45 minutes, but the order is 2 hours" in text_of(response)
    assert "Record the work, and credit only 2 hours" in text_of(response)
    response = client.post(url("record_work", session), {**RECORD, "record_beyond": "true"}, follow=True)
    assert "45 minutes beyond the order are recorded but not credited. All hours are done." in text_of(response)


def test_the_second_person_keeps_their_words_and_sees_what_the_first_wrote(session, provider, coordinator, sign_in):
    first = make_coordinator(provider)
    operations.log_work_session(
        session, by=first, version=1, starts_at=session.starts_at, ends_at=session.ends_at,
        outcome=outcome("failed_to_comply"), notes="Left the beds.",
    )  # fmt: skip
    client = sign_in(coordinator)
    response = client.post(url("record_work", session), RECORD)
    page = text_of(response)
    assert response.status_code == 409
    assert "Gita Rao recorded this session on 10 June 2026 at 10:00, after you opened it" in page
    assert "Left the beds." in page
    assert "Dug two beds." in page
    assert 'name="version" value="2"' in response.content.decode()

    data = {**RECORD, "version": "2", "reason": "I was there."}
    assert "Session recorded: 2 hours 45 minutes" in text_of(
        client.post(url("record_work", session), data, follow=True)
    )
    assert list(session.lines.values_list("minutes", flat=True)) == [180, -180, 165]


def test_work_that_was_not_planned_is_recorded(placement, coordinator, sign_in):
    data = {**RECORD, "version": ""}
    response = sign_in(coordinator).post(url("log_unplanned_work", placement), data, follow=True)
    assert "Session recorded: 2 hours 45 minutes credited" in text_of(response)


def test_the_hours_page_shows_what_is_set_credited_and_left_and_each_line(case, session, coordinator, sign_in):
    client = sign_in(coordinator)
    client.post(url("record_work", session), RECORD)
    client.post(
        url("adjust_hours", case), {"direction": "off", "minutes": "60", "code": "travel", "reason": "Two buses."}
    )
    page = text_of(client.get(url("hours", case)))
    for words in ("9 hours set", "2 hours 45 minutes credited", "6 hours 15 minutes left", "Two buses.", "-60", "+165"):
        assert words in page


def test_an_adjustment_beyond_its_cap_keeps_what_was_typed(case, placement, coordinator, sign_in):
    data = {"direction": "off", "minutes": "181", "code": "travel", "reason": "Two buses."}
    response = sign_in(coordinator).post(url("adjust_hours", case), data)
    assert "at most 180 minutes a case" in text_of(response)
    assert b"Two buses." in response.content
    assert not case.hours_lines.exists()


# --- the day's work, home, the trail --------------------------------------------------------------------------------


def test_the_work_list_says_how_many_days_an_outcome_is_overdue(session, placement, coordinator, sign_in):
    make_session(placement, "2026-06-10 13:00")
    make_session(placement, "2026-06-12 09:00")
    page = text_of(sign_in(coordinator).get(url("work")))
    assert re.search(r"Waiting for an outcome .*1 day overdue.* Today .*Planned.* In the next 14 days .*Friday", page)


def test_my_list_leaves_out_the_cases_of_colleagues(session, case, provider, coordinator, sign_in):
    type(case).objects.update(caseworker=make_coordinator(provider))
    client = sign_in(coordinator)
    assert "Jordan Ashe" not in text_of(client.get(url("work")))
    assert "Jordan Ashe" in text_of(client.get(url("work") + "?everybody"))


def test_a_restricted_case_is_named_to_its_caseworker_only(session, case, provider, coordinator, sign_in):
    type(case).objects.update(restricted=True)
    assert "Jordan Ashe" in text_of(sign_in(coordinator).get(url("work")))
    page = text_of(sign_in(make_coordinator(provider)).get(url("work") + "?everybody"))
    assert "Jordan Ashe" not in page
    assert "Restricted" in page


def test_reading_a_case_and_listing_people_is_in_the_trail(session, case, coordinator, sign_in):
    client = sign_in(coordinator)
    client.get(url("hours", case))
    client.get(url("work"))
    assert Event.objects.filter(kind="referral.read", case=case.pk, actor=coordinator.pk).count() == 1
    assert Event.objects.get(kind="referral.listed").ids == [str(case.pk)]


def test_the_home_page_has_each_list_of_the_coordinator(officer, provider, coordinator, session, case):
    from placements.home import worklists
    from tests.factories import NOW

    make_active_case(officer, provider)
    make_ready_case(officer, coordinator)
    HoursAccount.objects.update(minutes_credited=540)
    counts = {worklist.title: worklist.count for worklist in worklists(coordinator, NOW)}
    assert counts == {
        "Waiting for an outcome": 1, "Today’s work": 0, "Assessments to do": 1, "To be placed": 1,
        "Hours nearly done": 1,
    }  # fmt: skip
    assert worklists(officer, NOW) == []


@pytest.mark.parametrize("page", ["work", "match", "sites", "hours", "site"])
def test_the_number_of_queries_does_not_grow(
    page, case, placement, site, officer, coordinator, provider, sign_in, connection_queries
):
    client = sign_in(coordinator)
    address = {"match": url("match", case), "hours": url("hours", case), "site": url("site", site)}.get(page) or url(
        page
    )
    make_session(placement, "2026-06-09 09:00")
    few = connection_queries(lambda: client.get(address))
    for number in range(5):
        more = make_site(provider, f"Site {number}")
        make_session(make_placement(make_ready_case(officer, coordinator), site, coordinator), "2026-06-08 09:00")
        make_session(placement, f"2026-06-{12 + number} 09:00")
        make_placement(case, more, coordinator)
    assert connection_queries(lambda: client.get(address)) <= few


def test_an_assessment_of_another_case_is_not_touched(case, officer, coordinator, sign_in):
    other = make_active_case(officer, coordinator.organisation)
    make_assessment(other, coordinator)
    sign_in(coordinator).post(url("assess", case), {**ANSWERS, "medical": "Asthma"})
    assert Assessment.objects.get(case=other).medical == ""
