"""Planning, moving and cancelling work: what the pages do and what they refuse."""

from datetime import date, time

import pytest

from audit.models import Event
from audit.trail import Refusal
from placements import operations
from placements.models import Site, WorkSession
from referrals.models import PersonLink, Referral
from referrals.operations import Stale
from tests.factories import make_child, make_person
from tests.placements.factories import at, make_coordinator, make_placement, make_ready_case, make_session, make_site
from tests.placements.factories import outcome as an_outcome
from tests.placements.pages import day, text_of, url
from workshops.models import SchoolHoliday

pytestmark = pytest.mark.django_db
FRIDAY = {**day("on", date(2026, 6, 12)), "starts_at": "9:00", "ends_at": "12:00", "repeat": "one"}
FRIDAYS = {**FRIDAY, "repeat": "several", "weekdays": ["4"], "number": "3"}


@pytest.fixture
def plan(placement, coordinator, sign_in):
    """plan(**changes): the answer to a plan that is sent for the placement of these tests."""
    client = sign_in(coordinator)
    return lambda data=FRIDAY, follow=False, **changes: client.post(
        url("plan_work", placement), {**data, **changes}, follow=follow
    )


def other_placement(officer, coordinator, site, **fields):
    return make_placement(make_ready_case(officer, coordinator, **fields), site, coordinator)


def problems(response):
    return [each.problem for each in response.context["proposed"]]


# --- one session ----------------------------------------------------------------------------------------------------


def test_a_single_session_is_planned_at_once(plan):
    assert "Session planned for Friday 12 June 2026." in text_of(plan(follow=True))
    session = WorkSession.objects.get()
    assert (session.starts_at, session.ends_at, session.series) == (
        at("2026-06-12 09:00"), at("2026-06-12 12:00"), None
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "site_change", "sentence"),
    [
        (day("on", date(2026, 6, 9)), {}, "Tuesday 9 June 2026, 09:00, has passed"),
        (day("on", date(2026, 6, 13)), {}, "Saturday 13 June 2026: Ilkeston Community Garden takes people on Monday"),
        ({"ends_at": "9:00"}, {}, "The end, 09:00, must be after the start, 09:00"),
        ({"ends_at": "22:00"}, {}, "A session is at most 12 hours, and this one would be 13 hours"),
        ({}, {"insured_until": date(2026, 6, 11)}, "ran out on 11 June 2026, before 12 June 2026"),
        ({}, {"opens_at": time(10), "closes_at": time(16)},
         "takes people from 10:00 to 16:00, and this session would be from 09:00 to 12:00"),
        ({"starts_at": "soon"}, {}, "Enter the time in 24-hour form"),
        ({"on_month": "13"}, {}, "must be a real date"),
        ({"repeat": ""}, {}, "Select how often"),
        ({"repeat": "several"}, {}, "Select at least one day of the week"),
        ({"repeat": "several", "weekdays": ["4"], "number": "61"}, {}, "Enter how many sessions, 60 or fewer"),
        ({"repeat": "several", "weekdays": ["4"], "ends_at": "8:00"}, {}, "08:00, must be after the start, 09:00"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused_whole(plan, change, site_change, sentence):
    if site_change:
        Site.objects.update(**site_change)
    response = plan(**change)
    assert sentence in text_of(response)
    assert not WorkSession.objects.exists()


def test_a_full_moment_is_refused_and_a_place_given_free_is_taken(plan, placement, site, officer, coordinator):
    Site.objects.update(capacity=1)
    theirs = make_session(other_placement(officer, coordinator, site), "2026-06-12 11:00")
    refused = plan()
    assert refused.status_code == 422
    assert "is full at Ilkeston Community Garden: 1 of 1 places are taken at 11:00" in text_of(refused)
    operations.log_work_session(
        theirs, by=coordinator, version=1, starts_at=theirs.starts_at, ends_at=theirs.ends_at,
        outcome=an_outcome("absent_medical"),
    )  # fmt: skip
    plan()
    assert placement.work_sessions.count() == 1


def test_whoever_comes_after_another_has_left_takes_the_same_place(plan, placement, site, officer, coordinator):
    Site.objects.update(capacity=1)
    make_session(other_placement(officer, coordinator, site), "2026-06-12 12:00")
    plan()
    assert placement.work_sessions.count() == 1


def test_adults_and_young_people_never_share_a_session(plan, site, officer, coordinator):
    child = make_child(officer.organisation)
    make_session(other_placement(officer, coordinator, site, participant=child), "2026-06-12 11:00")
    assert "adults and young people never share a session" in text_of(plan())


@pytest.mark.parametrize("said_by", ["mine", "theirs"])
def test_people_kept_apart_never_work_at_one_time(plan, case, site, officer, coordinator, said_by):
    other = other_placement(officer, coordinator, site)
    make_session(other, "2026-06-12 11:00")
    one, two = (case, other.case) if said_by == "mine" else (other.case, case)
    one.assessment.never_with.add(two)
    response = plan()
    assert "must never work beside this person" in text_of(response)
    assert other.case.reference not in text_of(response)


def test_people_are_kept_apart_by_what_is_said_of_another_record_of_theirs(plan, case, site, officer, coordinator):
    """The assessment names an earlier case of theirs, under another record of the same person."""
    other = other_placement(officer, coordinator, site)
    make_session(other, "2026-06-12 11:00")
    earlier = make_ready_case(officer, coordinator, participant=make_person(officer.organisation, "Jordan"))
    link(earlier.participant, other.case.participant, officer)
    case.assessment.never_with.add(earlier)
    assert "must never work beside this person" in text_of(plan())


def link(one, other, by):
    person, other = sorted((one, other), key=lambda each: each.pk)
    PersonLink.objects.create(
        person=person, other=other, reason="Same person", linked_by=by, linked_at=at("2026-06-01 09:00")
    )


def test_nothing_new_is_planned_while_the_case_is_suspended(plan, case):
    Referral.objects.update(status="suspended")
    assert "suspended, so nothing new can start" in text_of(plan())
    assert "suspended, so no placement can start" in text_of(plan(FRIDAYS))  # before any day is shown


# --- several sessions -----------------------------------------------------------------------------------------------


def test_a_pattern_is_shown_first_and_then_planned_whole(plan):
    seen = plan(FRIDAYS, step="see")
    assert "3 sessions can be planned: 9 hours. Left of the order: 10 hours." in text_of(seen)
    assert not WorkSession.objects.exists()
    made = plan(FRIDAYS, step="make", shown=shown(seen), follow=True)
    assert "3 sessions planned, from Friday 12 June 2026 to Friday 26 June 2026." in text_of(made)
    sessions = WorkSession.objects.all()
    assert [session.starts_at for session in sessions] == [at(f"2026-06-{n} 09:00") for n in (12, 19, 26)]
    assert len({session.series for session in sessions} - {None}) == 1


def shown(response):
    return response.context["form"].initial["shown"]


def test_without_a_number_the_hours_that_are_left_are_planned(plan, placement):
    make_session(placement, "2026-06-11 09:00", hours=2)
    response = plan(FRIDAYS, weekdays=["0", "4"], number="")
    assert [str(each.day) for each in response.context["proposed"]] == ["2026-06-12", "2026-06-15", "2026-06-19"]
    assert "9 hours. Left of the order: 10 hours; planned already: 2 hours." in text_of(response)
    assert "that is 1 hour more than the 10 hours that are left" in text_of(response)


def test_where_all_hours_are_planned_a_number_is_asked_for(plan, placement):
    make_session(placement, "2026-06-11 09:00", hours=10)
    response = plan(FRIDAYS, number="")
    assert response.status_code == 422
    assert "All the hours that are left are planned already. Enter how many sessions to plan." in text_of(response)


def test_once_all_hours_are_done_no_day_is_shown(plan, case, placement, coordinator):
    operations.log_unplanned_work(
        placement, by=coordinator, starts_at=at("2026-06-09 08:00"), ends_at=at("2026-06-09 18:00"),
        outcome=an_outcome("complied"),
    )  # fmt: skip
    refused = plan(FRIDAYS)
    assert refused.status_code == 422
    assert f"All hours of {case.reference} are done" in text_of(refused)


def test_the_preview_says_of_each_day_what_stops_it(plan, placement, site, officer, coordinator):
    Site.objects.update(capacity=1, insured_until=date(2026, 7, 2))
    make_session(other_placement(officer, coordinator, site), "2026-06-19 11:00")
    make_session(placement, "2026-06-26 10:00")
    response = plan(FRIDAYS, number="4")
    free, full, mine, expired = problems(response)
    assert free == ""
    assert "1 of 1 places are taken at 11:00" in full
    assert "A session at Ilkeston Community Garden is already planned for Friday 26 June 2026" in mine
    assert "ran out on 2 July 2026, before 3 July 2026" in expired
    assert "1 session can be planned, 3 cannot: 3 hours." in text_of(response)


def test_days_that_fail_are_left_out_only_where_it_is_ticked(plan, placement, site, officer, coordinator):
    Site.objects.update(capacity=1)
    make_session(other_placement(officer, coordinator, site), "2026-06-19 11:00")
    seen = plan(FRIDAYS)
    refused = plan(FRIDAYS, step="make", shown=shown(seen))
    assert refused.status_code == 422
    assert "Change the plan, or leave out the days that cannot be planned." in text_of(refused)
    assert not placement.work_sessions.exists()
    made = plan(FRIDAYS, step="make", shown=shown(seen), leave_out="true", follow=True)
    assert "2 sessions planned, from Friday 12 June 2026 to Friday 26 June 2026. 1 day was left out." in text_of(made)
    assert placement.work_sessions.count() == 2


def test_days_that_nobody_saw_are_not_planned(plan, placement):
    seen = plan(FRIDAYS, number="")
    make_session(placement, "2026-06-11 09:00")  # a colleague plans meanwhile, so fewer are needed
    refused = plan(FRIDAYS, number="", step="make", shown=shown(seen))
    assert refused.status_code == 409
    assert "The plan of this case was changed meanwhile" in text_of(refused)
    assert placement.work_sessions.count() == 1


def test_holidays_are_left_out_where_it_is_asked(plan):
    SchoolHoliday.objects.create(
        code="inset", label="Inset days", valid_from=date(2026, 8, 24), valid_to=date(2026, 8, 25)
    )
    mondays = {**FRIDAYS, **day("on", date(2026, 8, 24)), "weekdays": ["0"], "number": "2"}
    everything = plan(mondays)
    assert [each.day.day for each in everything.context["proposed"]] == [24, 31]
    without = plan(mondays, bank_holidays_out="true", school_holidays_out="true")
    assert [why for _, why in without.context["left_out"]][-1].startswith("Bank holiday: ")
    assert all(each.day >= date(2026, 9, 7) for each in without.context["proposed"])


def test_what_was_asked_is_there_again_to_be_changed(plan):
    page = plan(FRIDAYS, step="change")
    assert page.status_code == 200
    assert b'value="9:00"' in page.content or b'value="09:00"' in page.content
    assert page.context["form"]["number"].value() == 3
    assert not WorkSession.objects.exists()


def test_a_preview_costs_the_same_for_three_days_and_for_forty(plan, connection_queries):
    plan(FRIDAYS)
    few = connection_queries(lambda: plan(FRIDAYS))
    many = connection_queries(lambda: plan(FRIDAYS, weekdays=["0", "1", "2", "3", "4"], number="40"))
    assert many == few


def test_matching_costs_the_same_for_two_sites_and_for_nine(
    case, site, provider, coordinator, sign_in, connection_queries
):
    client = sign_in(coordinator)
    client.get(url("match", case))
    make_site(provider, "Number 1")
    few = connection_queries(lambda: client.get(url("match", case)))
    for number in range(2, 9):
        make_site(provider, f"Number {number}")
    assert connection_queries(lambda: client.get(url("match", case))) == few


def test_by_the_operation_too_a_plan_is_made_whole_or_not_at_all(placement, coordinator):
    times = [(at(f"2026-06-{n} 09:00"), at(f"2026-06-{n} 12:00")) for n in (12, 13, 19)]  # the 13th is a Saturday
    with pytest.raises(Refusal, match="Saturday 13 June 2026"):
        operations.plan_work_sessions(placement, by=coordinator, times=times)
    assert not WorkSession.objects.exists()
    assert len(operations.plan_work_sessions(placement, by=coordinator, times=times, leave_out=True)) == 2
    with pytest.raises(Refusal, match="Plan between 1 and 60 sessions at a time, not 0"):
        operations.plan_work_sessions(placement, by=coordinator, times=[])
    twice = [(at("2026-06-22 09:00"), at("2026-06-22 12:00")), (at("2026-06-22 11:00"), at("2026-06-22 13:00"))]
    with pytest.raises(Refusal, match="already planned for Monday 22 June 2026, 09:00 to 12:00"):
        operations.plan_work_sessions(placement, by=coordinator, times=twice)


# --- moving ---------------------------------------------------------------------------------------------------------

MOVED = {**day("on", date(2026, 6, 15)), "starts_at": "10:00", "ends_at": "13:00", "seen": "1"}


@pytest.fixture
def ahead(placement):
    return make_session(placement, "2026-06-12 09:00")


@pytest.fixture
def move(ahead, coordinator, sign_in):
    client = sign_in(coordinator)
    return lambda follow=False, **changes: client.post(
        url("move_work", ahead), {**MOVED, "placement": ahead.placement_id, **changes}, follow=follow
    )


def test_a_planned_session_is_moved_and_the_trail_says_from_where(move, ahead, case):
    moved = move(follow=True)
    assert "The session is now on Monday 15 June 2026, 10:00 to 13:00, at Ilkeston" in text_of(moved)
    ahead.refresh_from_db()
    assert (ahead.starts_at, ahead.ends_at, ahead.version) == (at("2026-06-15 10:00"), at("2026-06-15 13:00"), 2)
    event = Event.objects.get(kind="work.moved")
    assert (event.case, event.data["when"], event.data["to"]) == (case.pk, "12 June 2026, 09:00", "15 June 2026, 10:00")


def test_a_session_is_moved_to_another_open_site_of_the_case_only(move, ahead, case, provider, officer, coordinator):
    mill = make_placement(case, make_site(provider, "The mill"), coordinator, minutes_agreed=60)
    theirs = other_placement(officer, coordinator, ahead.placement.site)
    assert move(placement=theirs.pk).context["form"].errors["placement"]
    with pytest.raises(Refusal, match="only be moved to another site of the same case"):
        operations.move_work_session(
            ahead, by=coordinator, version=1, starts_at=ahead.starts_at, ends_at=ahead.ends_at, placement=theirs
        )
    move(placement=mill.pk)
    ahead.refresh_from_db()
    assert ahead.placement == mill


def test_a_site_that_expired_is_left_for_another(move, ahead, case, provider, coordinator):
    Site.objects.update(insured_until=date(2026, 6, 11))
    mill = make_placement(case, make_site(provider, "The mill"), coordinator, minutes_agreed=60)
    assert "ran out on 11 June 2026" in text_of(move())
    assert move(placement=mill.pk).status_code == 302


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        (day("on", date(2026, 6, 13)), 422, "takes people on Monday, Tuesday, Wednesday, Thursday, Friday only"),
        (day("on", date(2026, 6, 9)), 422, "has passed"),
        ({**day("on", date(2026, 6, 12)), "starts_at": "9:00", "ends_at": "12:00"}, 422, "already: enter another time"),
        ({"ends_at": "9:00"}, 422, "must be after the start"),
    ],
)
def test_a_move_that_cannot_be_leaves_everything_as_it_was(move, ahead, changes, status, sentence):
    response = move(**changes)
    assert (response.status_code, sentence in text_of(response)) == (status, True)
    assert WorkSession.objects.get().starts_at == ahead.starts_at


def test_a_session_is_in_its_own_way_nowhere(move, ahead):
    Site.objects.update(capacity=1)
    assert move(**day("on", date(2026, 6, 12))).status_code == 302  # overlaps with where it was


def test_who_moves_what_a_colleague_moved_is_told_who_and_where_it_is_now(move, ahead, provider):
    other = make_coordinator(provider)
    operations.move_work_session(
        ahead, by=other, version=1, starts_at=at("2026-06-16 09:00"), ends_at=at("2026-06-16 12:00")
    )
    told = move()
    assert told.status_code == 412
    assert "Gita Rao moved this session on " in text_of(told)  # at a time that the database says
    assert "Tuesday 16 June 2026" in text_of(told)
    assert b'value="10:00"' in told.content
    assert move(seen=told.context["form"]["seen"].value()).status_code == 302


def test_what_has_begun_is_recorded_or_cancelled_is_not_moved(move, ahead, coordinator):
    with pytest.raises(Stale):
        operations.move_work_session(ahead, by=coordinator, version=7, starts_at=at("2026-06-15 09:00"), ends_at=at(
            "2026-06-15 12:00"))  # fmt: skip
    WorkSession.objects.update(arrived_at=at("2026-06-10 09:55"))
    assert "has begun: record its outcome instead" in text_of(move())
    WorkSession.objects.update(
        arrived_at=None,
        outcome=an_outcome("absent_medical"),
        recorded_by=coordinator,
        recorded_at=at("2026-06-10 09:00"),
    )
    assert "is already recorded" in text_of(move())


def test_after_a_move_one_is_back_where_one_came_from(ahead, coordinator, sign_in, placement):
    client = sign_in(coordinator)
    site_page = url("site", placement.site)
    data = {**MOVED, "placement": placement.pk}
    assert client.post(f"{url('move_work', ahead)}?to={site_page}", data)["Location"] == site_page
    outside = client.get(f"{url('move_work', ahead)}?to=https://example.org/")
    assert b"example.org" not in outside.content


# --- cancelling -----------------------------------------------------------------------------------------------------


def test_a_planned_session_is_cancelled_before_it_begins(ahead, coordinator, sign_in):
    client = sign_in(coordinator)
    answer = client.post(url("cancel_work", ahead), {"seen": "1", "reason": "The garden is flooded."}, follow=True)
    assert "Session cancelled." in text_of(answer)
    assert not WorkSession.objects.exists()
    assert Event.objects.get(kind="work.cancelled").data["reason"] == "The garden is flooded."


def test_the_rest_of_a_series_is_cancelled_with_it(plan, placement, coordinator, sign_in):
    plan(FRIDAYS, step="make", shown=shown(plan(FRIDAYS)))
    apart = make_session(placement, "2026-06-22 09:00")
    second = WorkSession.objects.get(starts_at=at("2026-06-19 09:00"))
    client = sign_in(coordinator)
    assert "This one and the 1 after it" in text_of(client.get(url("cancel_work", second)))
    assert "Select which sessions" in text_of(client.post(url("cancel_work", second), {"seen": "1"}))
    client.post(url("cancel_work", second), {"seen": "1", "which": "rest"})
    assert [s.starts_at for s in WorkSession.objects.all()] == [at("2026-06-12 09:00"), apart.starts_at]


def test_a_session_that_was_moved_meanwhile_is_not_cancelled(ahead, coordinator, provider, sign_in):
    operations.move_work_session(
        ahead,
        by=make_coordinator(provider),
        version=1,
        starts_at=at("2026-06-16 09:00"),
        ends_at=at("2026-06-16 12:00"),
    )
    refused = sign_in(coordinator).post(url("cancel_work", ahead), {"seen": "1"})
    assert refused.status_code == 412
    assert "Gita Rao moved this session" in text_of(refused)
    assert WorkSession.objects.exists()


def test_a_session_that_has_begun_is_not_cancelled(session, coordinator, sign_in):
    refused = sign_in(coordinator).post(url("cancel_work", session), {"seen": "1"})
    assert "has begun: record its outcome instead" in text_of(refused)
