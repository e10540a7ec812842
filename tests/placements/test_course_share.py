"""What courses count for: at most 30 % of the order and what is left of it; said before and after, and taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from accounts.models import User
from audit.models import Event
from audit.trail import IllegalMove
from placements import operations
from placements.models import CourseSession, HoursAccount, HoursLine
from placements.rules import learning
from referrals.models import Plan
from tests.placements.factories import at, make_credit, make_placement, make_ready_case, make_site
from tests.placements.learning import make_course, make_enrolment
from tests.placements.pages import day, text_of, url

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 9)


@pytest.fixture
def case(officer, coordinator):
    """An order of ten hours: courses may count for three."""
    return make_ready_case(officer, coordinator, at=at("2026-06-01 12:00"))


@pytest.fixture
def enrolment(case, coordinator, provider):
    return make_enrolment(case, make_course(provider), coordinator)


def learn(enrolment, by, minutes, on=ON):
    return operations.record_learnt(enrolment, by=by, on=on, minutes=minutes, online=True)


def account(case):
    return HoursAccount.objects.values_list("minutes_required", "minutes_credited", "minutes_by_courses").get(case=case)


# hours of the order, minutes worked, minutes learnt before, minutes learnt now → minutes that count
@pytest.mark.parametrize(
    ("hours", "worked", "before", "now", "counts"),
    [
        (10, 0, 0, 179, 179),
        (10, 0, 0, 180, 180),
        (10, 0, 0, 181, 180),  # a minute beyond the share
        (10, 0, 150, 90, 30),
        (10, 0, 180, 60, 0),
        (10, 420, 0, 200, 180),  # share and order run out together
        (10, 480, 0, 180, 120),  # the order has less left than the share
        (10, 600, 0, 60, 0),
        (1, 0, 0, 60, 18),
    ],
)
def test_courses_count_for_their_share_and_what_is_left(
    officer, coordinator, provider, hours, worked, before, now, counts
):
    case = make_ready_case(officer, coordinator, hours=hours, at=at("2026-06-01 12:00"))
    enrolment = make_enrolment(case, make_course(provider), coordinator)
    placement = make_placement(case, make_site(provider), coordinator)
    if worked:
        make_credit(placement, worked)
    if before:
        learn(enrolment, coordinator, before, date(2026, 6, 8))
    learnt = learn(enrolment, coordinator, now)
    assert (learnt.worth, learnt.credited) == (now, counts)
    assert account(case) == (hours * 60, worked + before + counts, before + counts)
    entered = dict(learnt.course_session.lines.values_list("account", "minutes"))
    assert entered == {key: n for key, n in (("course", counts), ("beyond", now - counts)) if n}


def test_a_case_of_which_no_hours_are_asked_credits_nothing(case, enrolment, coordinator, sign_in):
    Plan.objects.filter(case=case).update(minutes_required=0)
    client = sign_in(coordinator)
    page = client.post(
        url("record_learnt", enrolment), {**day("on", ON), "minutes": "60", "online": "room"}, follow=True
    )
    assert "1 hour recorded. No hours are asked of this person, so it counts towards none." in text_of(page)
    assert not HoursAccount.objects.filter(case=case).exists()


def test_the_page_says_before_and_after_how_much_counts(case, enrolment, coordinator, sign_in):
    client = sign_in(coordinator)
    address = url("record_learnt", enrolment)
    asked = text_of(client.get(address))
    assert "count for at most 30 % of the order: 3 hours of 10 hours. 3 hours can still count." in asked
    sent = {**day("on", date(2026, 6, 8)), "minutes": "135", "online": "online", "once": "c" * 32}
    for _ in range(2):  # the same form, sent twice
        client.post(address, sent)
    assert CourseSession.objects.count() == 1
    assert "45 minutes can still count." in text_of(client.get(address))
    done = client.post(address, {**day("on", ON), "minutes": "90", "online": "room"}, follow=True)
    said = text_of(done)
    assert (
        "1 hour 30 minutes recorded, 45 minutes counted: courses count for at most 30 % (3 hours of 10 hours)." in said
    )
    assert "They count for 3 hours already, so nothing more of them counts." in said
    assert Event.objects.filter(kind="hours.course").order_by("id").last().data == {
        "course": "Food safety", "when": "9 June 2026", "credited": 45, "minutes": 90,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"minutes": "721"}, 200, "Enter how many minutes they learnt, 720 or fewer"),
        ({"minutes": ""}, 200, "Enter how many minutes they learnt"),
        (day("on", date(2026, 6, 11)), 422, "11 June 2026 has not come yet."),
        (day("on", date(2026, 5, 31)), 422, "They were enrolled on 1 June 2026."),
        (day("on", date(2026, 6, 8)), 409, "recorded 1 hour for 8 June 2026 already."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_credited(case, enrolment, coordinator, sign_in, wrong, status, sentence):
    learn(enrolment, coordinator, 60, date(2026, 6, 8))
    sent = {**day("on", ON), "minutes": "90", "online": "room", **wrong}
    response = sign_in(coordinator).post(url("record_learnt", enrolment), sent)
    assert (response.status_code, sentence in text_of(response)) == (status, True)
    assert account(case)[2] == 60


def test_what_is_taken_back_counts_no_more_and_leaves_room(case, enrolment, coordinator, sign_in):
    first = learn(enrolment, coordinator, 150, date(2026, 6, 8)).course_session
    second = learn(enrolment, coordinator, 90)
    assert second.credited == 30
    client = sign_in(coordinator)
    client.post(url("take_back_learnt", first), {"reason": "Of somebody else."})
    assert account(case) == (600, 30, 30)
    page = text_of(client.get(url("courses_of_case", case)))
    assert "Taken back by" in page
    assert "Of somebody else." in page
    assert "2 hours 30 minutes can still count." in page
    again = client.post(url("take_back_learnt", first), {"reason": "Of somebody else."})
    assert again.status_code == 409
    assert learn(enrolment, coordinator, 200, date(2026, 6, 8)).credited == 150  # the day is free again
    assert account(case) == (600, 180, 180)
    assert HoursLine.objects.filter(kind="reversal").count() == 1
    operations.finish_course(enrolment, by=coordinator, version=1, result="passed", on=ON)
    with pytest.raises(IllegalMove, match="Take the result back first"):
        operations.take_back_learnt(second.course_session, by=coordinator, reason="Wrong.")


def test_the_last_hours_may_be_learnt(case, enrolment, coordinator, provider, sign_in):
    placement = make_placement(case, make_site(provider), coordinator, status="under_way")
    make_credit(placement, 540)
    asked = text_of(sign_in(coordinator).get(url("record_learnt", enrolment)))
    assert "1 hour can still count, and then all hours are done." in asked
    page = sign_in(coordinator).post(
        url("record_learnt", enrolment), {**day("on", ON), "minutes": "90", "online": "online"}, follow=True
    )
    assert "1 hour counted: that was all that the order of 10 hours had left. All hours are done." in text_of(page)
    placement.refresh_from_db()
    assert placement.status == "completed"
    assert case.milestones.filter(kind="hours_completed").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_at_once_neither_overdraws_the_share(officer, coordinator):
    case = make_ready_case(officer, coordinator, at=at("2026-06-01 12:00"))
    enrolments = [
        make_enrolment(case, make_course(coordinator.organisation, title), coordinator) for title in ("One", "Two")
    ]

    def record(enrolment):
        try:
            return learn(enrolment, User.objects.get(pk=coordinator.pk), 120).credited
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(record, enrolments)) == [60, 120]
    assert account(case) == (600, 180, 180)


@pytest.mark.parametrize(
    ("required", "credited", "by_courses", "words"),
    [
        (0, 0, 0, "No hours are asked of this person"),
        (600, 600, 0, "All hours are done, so nothing more counts."),
        (600, 300, 180, "They count for 3 hours already, so nothing more of them counts."),
        (300, 200, 100, "1 hour 30 minutes of 5 hours. They count for 1 hour 40 minutes already"),  # shortened since
        (600, 60, 60, "2 hours can still count."),
        (600, 590, 0, "10 minutes can still count, and then all hours are done."),
    ],
)
def test_the_share_in_words(required, credited, by_courses, words):
    assert words in learning.share_in_words(required, credited, by_courses)
