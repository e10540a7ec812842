"""Matching, placing and planning work: what the pages do and what they refuse."""

from datetime import date

import pytest

from audit.trail import Refusal
from placements import operations
from placements.models import HoursAccount, Placement, Site, WorkSession
from tests.factories import make_child
from tests.placements.factories import (
    at,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
    outcome,
)
from tests.placements.pages import day, text_of, url

pytestmark = pytest.mark.django_db


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
