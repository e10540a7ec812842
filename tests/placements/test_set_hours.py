"""The police change the hours after the start: by the page, by the API, and what the ledger shows of it."""

import pytest

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from notices.models import Notice
from placements import operations
from placements.entries import entries, lines_of
from placements.models import AdjustmentReason, HoursAccount
from referrals import operations as cases
from referrals.models import Plan
from tests.placements import learning
from tests.placements.factories import make_credit, make_placement, make_ready_case, make_session, outcome
from tests.placements.pages import text_of, url

pytestmark = pytest.mark.django_db
WHY = {"decided_by": "Sgt Lea Moss", "reason": "He helped at the site without being asked."}


def account(case):
    return HoursAccount.objects.get(case=case)


def change(case, by, minutes, **fields):
    return operations.change_order(case, by=by, minutes_required=minutes, **{**WHY, **fields})


def test_an_officer_shortens_the_order_and_what_is_credited_stays(case, placement, officer, coordinator, sign_in):
    make_credit(placement, 300)
    client = sign_in(officer)
    page = client.get(url("set_hours", case))
    assert "The order is 10 hours now, adjustments included. 5 hours are credited, and stay." in text_of(page)
    assert page.context["form"]["decided_by"].value() == "Amir Khan"
    done = client.post(url("set_hours", case), {"hours": "8", "minutes": "30", **WHY}, follow=True)
    assert "Hours changed: the order is now 8 hours 30 minutes, 3 hours 30 minutes left." in text_of(done)

    balance, line = account(case), case.hours_lines.last()
    assert (balance.minutes_required, balance.minutes_credited) == (510, 300)
    assert (line.kind, line.minutes, line.decided_by, line.reason, line.by) == ("order", -90, *WHY.values(), officer)
    assert case.plan.minutes_required == 600
    told = Notice.objects.filter(sentence__contains="has an order of 8 hours 30 minutes now. It was 10 hours.")
    assert {notice.user for notice in told} == {coordinator}
    assert Event.objects.get(kind="hours.set").data == {"hours": "8 hours 30 minutes", "before": "10 hours"}


@pytest.mark.parametrize(
    ("minutes", "fields", "sentence"),
    [
        (299, {}, "an order of 4 hours 59 minutes, but 5 hours are already credited"),
        (600, {}, "The order is 10 hours already"),
        (18_001, {}, "300 hours 1 minute. The most is 300 hours"),
        (-1, {}, "0 hours or more"),
        (540, {"decided_by": " "}, "who of the police decided"),
        (540, {"reason": " "}, "the reason in a few words"),
    ],
)
def test_what_cannot_be_is_refused_with_the_numbers(case, placement, triager, minutes, fields, sentence):
    make_credit(placement, 300)
    with pytest.raises(Refusal, match=sentence):
        change(case, triager, minutes, **fields)
    assert (account(case).minutes_required, case.hours_lines.filter(kind="order").count()) == (600, 1)


def test_a_refusal_keeps_what_was_typed(case, placement, triager, sign_in):
    make_credit(placement, 300)
    page = sign_in(triager).post(url("set_hours", case), {"hours": "4", "minutes": "", **WHY})
    assert page.status_code == 422
    assert "Enter 5 hours or more." in text_of(page)
    assert page.context["form"]["reason"].value() == WHY["reason"]


def test_whoever_opened_the_page_before_a_colleague_saved_is_told_and_may_save_all_the_same(
    case, placement, officer, triager, sign_in
):
    client = sign_in(triager)
    seen = client.get(url("set_hours", case)).context["form"]["seen"].value()
    change(case, officer, 720)
    sent = {"hours": "8", "minutes": "", "seen": seen, **WHY}
    page = client.post(url("set_hours", case), sent)
    assert page.status_code == 409
    assert "Amir Khan changed the order on" in text_of(page)
    assert "it was 10 hours and is 12 hours now. Nothing that you entered is saved yet." in text_of(page)
    assert "The order is 12 hours now, adjustments included." in text_of(page)
    assert page.context["form"]["hours"].value() == "8"
    assert account(case).minutes_required == 720
    again = client.post(url("set_hours", case), {**sent, "seen": page.context["form"]["seen"].value()}, follow=True)
    assert "the order is now 8 hours" in text_of(again)


def test_as_many_as_are_credited_is_enough_and_completes_the_placement(case, placement, triager, sign_in):
    make_credit(placement, 300)
    placement.status = "under_way"
    placement.save()
    make_session(placement, "2026-06-15 09:00")
    changed = change(case, triager, 300)
    placement.refresh_from_db()
    assert (changed.minutes_left, changed.cancelled, placement.status) == (0, 1, "completed")
    assert case.milestones.filter(kind="hours_completed").exists()
    change(case, triager, 301, reason="One more.")
    placement.refresh_from_db()
    assert (placement.status, case.milestones.filter(kind="hours_completed").exists()) == ("under_way", False)


def test_before_the_placement_the_account_begins_with_the_plan_and_is_changed(case, coordinator, site, triager):
    change(case, triager, 720)
    assert [(line.minutes, line.reason) for line in case.hours_lines.all()] == [
        (600, "What the plan asks for"), (120, WHY["reason"]),
    ]  # fmt: skip
    make_placement(case, site, coordinator)
    assert account(case).minutes_required == 720


def test_hours_may_be_set_where_the_plan_has_none(officer, coordinator, triager):
    case = make_ready_case(officer, coordinator)
    Plan.objects.filter(case=case).update(minutes_required=0)
    assert change(case, triager, 300).minutes_required == 300
    assert case.hours_lines.get().minutes == 300
    with pytest.raises(Refusal, match="cannot be closed as completed yet: 5 hours of 5 hours are left to do"):
        cases.complete(case, by=triager)
    case.refresh_from_db()
    assert case.status == "active"


def test_the_hours_of_a_closed_case_stay(case, placement, triager):
    type(case).objects.filter(pk=case.pk).update(status="withdrawn", closed_at=case.submitted_at)
    with pytest.raises(IllegalMove, match="can no longer be changed"):
        change(case, triager, 540)


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 200), ("triager", 200), ("other_officer", 404), ("coordinator", 403), ("manager", 403),
     ("facilitator", 403), ("outsider", 404)],
)  # fmt: skip
def test_only_the_police_of_the_case_set_hours(case, placement, who, status, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(url("set_hours", case)).status_code == status
    if status != 200:
        assert client.post(url("set_hours", case), {"hours": "9", **WHY}).status_code == status
        assert account(case).minutes_required == 600


# --- what the page shows -----------------------------------------------------------------------------------


@pytest.fixture
def told(case, placement, session, coordinator, triager):
    """Set, worked with a break and a penalty, corrected, adjusted, a course of which a part counts, changed."""
    report = {"by": coordinator, "starts_at": session.starts_at, "ends_at": session.ends_at, "break_minutes": 15}
    operations.log_work_session(session, version=1, outcome=outcome("complied"), **report)
    operations.correct_work_session(
        session, version=2, outcome=outcome("complied"), penalty_minutes=5, reason="Came late.", **report
    )
    code = AdjustmentReason.objects.get(code="travel")
    operations.adjust_hours(case, by=coordinator, minutes=-60, code=code, reason="Two buses.")
    enrolment = learning.make_enrolment(case, learning.make_course(coordinator.organisation), coordinator)
    operations.credit_course(case, learning.make_learnt(enrolment, coordinator, minutes=200), by=coordinator)
    change(case, triager, 480)
    return case


def test_the_entries_tell_the_story_with_what_is_left_after_each(told):
    shown = [(e.what, e.order, e.credited, e.not_credited, e.left, e.takes_back) for e in entries(lines_of(told))]
    work = "ork on 9 June 2026, Ilkeston Community Garden"
    assert shown == [
        ("Hours set", 600, 0, [], 600, None),
        (f"W{work}", 0, 165, ["15 minutes break"], 435, None),
        (f"Taken back: w{work}", 0, -165, [], 600, 2),
        (f"W{work}", 0, 160, ["5 minutes penalty"], 440, None),
        ("Hours adjusted: Travel time", -60, 0, [], 380, None),
        ("Course on 8 June 2026, Food safety", 0, 162, ["38 minutes beyond what can be credited"], 218, None),
        ("Hours changed", -60, 0, [], 158, None),
    ]


def test_the_page_shows_what_is_set_credited_and_left_and_every_entry(told, coordinator, sign_in):
    page = sign_in(coordinator).get(url("hours", told))
    text = text_of(page)
    for said in (
        "8 hours set", "2 hours 40 minutes credited for work", "2 hours 42 minutes credited for courses",
        "2 hours 38 minutes left", "Decided by Sgt Lea Moss on 10 June 2026", "Came late.", "Two buses.",
        "15 minutes break", "38 minutes beyond what can be credited", "minus 2 hours 45 minutes",
    ):  # fmt: skip
        assert said in text, said
    html = page.content.decode()
    assert 'href="#entry-2"' in html  # of the reversal
    assert 'href="#entry-3"' in html  # of what it takes back
    assert html.index('id="entry-7"') < html.index('id="entry-1"')
