"""What the database itself keeps of the ledger, whatever the application does. As the application's own role."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from audit.models import Change
from placements.models import HoursAccount, HoursLine, Placement, WorkSession
from referrals.models import AttendanceOutcome
from tests.factories import NOW
from tests.placements import learning
from tests.placements.factories import (
    at,
    make_credit,
    make_order,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
)

pytestmark = pytest.mark.django_db


def post(placement, session, account, minutes, **fields):
    line = {
        "case": placement.case, "kind": "credit", "account": account, "against": "reported", "minutes": minutes,
        "on": session.starts_at.date(), "work_session": session, "site": placement.site, "by": placement.planned_by,
        "at": NOW, **fields,
    }  # fmt: skip
    return HoursLine.objects.create(**line)


def mirror(line, **fields):
    names = ("case", "account", "against", "on", "work_session", "course_session", "site", "by", "at")
    given = {name: getattr(line, name) for name in names}
    more = {"kind": "reversal", "minutes": -line.minutes, "reverses": line, "reason": "Mistyped."}
    return HoursLine.objects.create(**{**given, **more, **fields})


def ends():
    """What is checked when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def refused(sentence):
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():  # noqa: PT012
        yield
        ends()


@pytest.fixture
def worked(placement):
    """Three hours that somebody attended, with a break of 15 and a penalty of 5 minutes, and no line yet."""
    return make_session(
        placement, outcome_id="complied", recorded_by=placement.planned_by, recorded_at=NOW, break_minutes=15,
        penalty_minutes=5,
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        lambda case: HoursAccount.objects.filter(case=case).update(minutes_credited=60),
        lambda case: HoursAccount.objects.filter(case=case).update(minutes_required=6_000),
        lambda case: HoursAccount.objects.filter(case=case)._raw_delete("default"),
        lambda case: HoursAccount.objects.create(case=make_ready_case(case.referred_by, case.caseworker),
                                                 minutes_required=60),
    ],
    ids=["credit", "order", "delete", "insert"],
)  # fmt: skip
def test_the_applications_own_role_cannot_write_an_account(case, placement, change):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        change(case)
    account = HoursAccount.objects.get(case=case)
    assert (account.minutes_required, account.minutes_credited) == (600, 0)


def test_the_account_follows_each_line_and_the_trail_keeps_what_it_was(case, placement):
    line = make_credit(placement, 180)
    assert HoursAccount.objects.get(case=case).minutes_credited == 180
    mirror(line)
    account = HoursAccount.objects.get(case=case)
    assert (account.minutes_required, account.minutes_credited) == (600, 0)
    changes = Change.objects.filter(table="placements_hoursaccount", row=str(account.pk)).order_by("id")
    assert [(change.op, change.new.get("minutes_credited")) for change in changes] == [
        ("insert", 0), ("update", 180), ("update", 0),
    ]  # fmt: skip


def test_a_line_that_overdraws_the_account_is_refused(case, placement):
    make_credit(placement, 540)
    with refused("never_credited_above_the_order"):
        make_credit(placement, 61, "2026-06-01 09:00")
    with refused("never_credited_above_the_order"):
        make_order(case, placement.planned_by, -61)
    make_credit(placement, 60, "2026-06-01 09:00")
    assert HoursAccount.objects.get(case=case).minutes_left == 0


def test_an_order_below_nothing_is_refused(case, placement):
    with refused("minutes_required"):
        make_order(case, placement.planned_by, -601)


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        ({"work": 160, "break": 15, "penalty": 5}, True),
        ({"work": 100, "break": 15, "penalty": 5, "beyond": 60}, True),
        ({"break": 15, "penalty": 5, "beyond": 160}, True),
        ({}, True),
        ({"work": 160}, False),  # a part is missing
        ({"work": 161, "break": 15, "penalty": 5}, False),  # one minute too many
        ({"work": 159, "break": 15, "penalty": 5}, False),
        ({"work": 160, "break": 20}, False),  # not as the session says
        ({"work": 165, "break": 10, "penalty": 5}, False),
        ({"work": 180}, False),
    ],
)
def test_the_lines_of_a_session_are_its_minutes_or_nothing(placement, worked, lines, whole):
    def enter():
        for account, minutes in lines.items():
            post(placement, worked, account, minutes)
        ends()

    if whole:
        enter()
        return
    with refused("are not its 180 minutes"):
        enter()


def test_neither_an_absence_nor_a_planned_session_is_credited(placement):
    for fields in ({}, {"outcome_id": "absent_medical", "recorded_by": placement.planned_by, "recorded_at": NOW}):
        session = make_session(placement, f"2026-06-0{8 if fields else 5} 09:00", **fields)
        with refused("are not its 180 minutes"):
            post(placement, session, "work", 180)
            ends()


def test_a_credited_session_does_not_change_without_its_lines(placement):
    session = make_credit(placement, 180).work_session
    for change in (
        {"ends_at": session.ends_at + timedelta(minutes=1)},
        {"break_minutes": 1},
        {"penalty_minutes": 1},
        {"outcome_id": "absent_medical"},
        {"starts_at": session.starts_at + timedelta(days=1), "ends_at": session.ends_at + timedelta(days=1)},
    ):
        with refused("Work session"):
            WorkSession.objects.filter(pk=session.pk).update(**change)
            ends()


def test_a_line_is_of_the_case_and_the_day_of_its_session(officer, coordinator, site, placement, worked):
    other = make_placement(make_ready_case(officer, coordinator), site, coordinator)
    for wrong in ({"case": other.case}, {"on": date(2026, 6, 8)}):
        with refused("Work session"):
            for account, minutes in (("work", 160), ("break", 15), ("penalty", 5)):
                post(placement, worked, account, minutes, **wrong)
            ends()


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": -179}, {"minutes": -181}, {"account": "beyond"}, {"on": date(2026, 5, 12)}, {"work_session": None},
        {"site": None}, {"reason": ""}, {"minutes": 180}, {"against": "police"},
    ],
    ids=lambda wrong: "-".join(wrong),
)  # fmt: skip
def test_a_reversal_is_the_mirror_of_its_line(case, placement, wrong):
    line = make_credit(placement, 180)
    with refused(r"mirror|line_is_whole"):
        mirror(line, **wrong)
    mirror(line)
    with refused("reverses_id"):
        mirror(line)


def test_neither_a_reversal_nor_an_order_is_reversed(case, placement):
    taken_back = mirror(make_credit(placement, 180))
    for line in (taken_back, case.hours_lines.get(kind="order")):
        with refused(r"mirror|line_is_whole"):
            mirror(line, minutes=-abs(line.minutes))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "order", "account": "work"},
        {"kind": "order", "decided_by": ""},
        {"kind": "adjustment", "against": "adjusted"},  # without a reason from the list
        {"minutes": 0},
        {"kind": "credit", "account": "work", "against": "reported"},  # of no session
        {"kind": "course", "account": "course", "against": "reported"},
        {"kind": "anything"},
    ],
)
def test_a_line_that_says_too_little_is_refused(case, placement, wrong):
    with refused(r"line_is_whole|moves_something"):
        make_order(case, placement.planned_by, **{"minutes": 60, **wrong})


def test_a_course_is_accounted_for_and_taken_back_whole(case, placement, coordinator):
    enrolment = learning.make_enrolment(case, learning.make_course(coordinator.organisation), coordinator)
    session = learning.make_credited(enrolment, coordinator, 60)
    ends()
    line = session.lines.get()
    with refused("Course session"):
        type(session).objects.filter(pk=session.pk).update(
            taken_back_at=NOW, taken_back_by=coordinator, taken_back_because="Mistake."
        )
    with refused("Course session"):
        HoursLine.objects.create(
            case=case, kind="course", account="beyond", against="reported", on=line.on, minutes=1,
            course_session=session, by=coordinator, at=NOW,
        )  # fmt: skip
    mirror(line)
    ends()
    assert HoursAccount.objects.get(case=case).minutes_by_courses == 0


def test_the_night_when_the_clocks_go_back_is_nine_hours_for_the_database_too(placement):
    starts_at, ends_at = at("2025-10-25 22:00"), at("2025-10-26 06:00")
    session = make_session(
        placement, starts_at, outcome_id="complied", recorded_by=placement.planned_by, recorded_at=NOW,
    )  # fmt: skip
    WorkSession.objects.filter(pk=session.pk).update(ends_at=ends_at)
    post(placement, session, "work", 540)
    ends()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda line, other: WorkSession.objects.filter(pk=line.work_session_id).update(placement=other),
         "has lines in the ledger, so it stays at its site"),
        (lambda line, other: Placement.objects.filter(pk=line.work_session.placement_id).update(site=other.site),
         "stays of its case and at its site"),
        (lambda line, other: AttendanceOutcome.objects.filter(pk="complied").update(attended=False),
         "Work is recorded as “Attended and complied”, so whether that counts as attended stays"),
    ],
    ids=["session", "placement", "outcome"],
)  # fmt: skip
def test_a_line_keeps_its_place_and_its_sense(case, placement, coordinator, provider, change, sentence):
    line = make_credit(placement, 180)
    ends()
    other = make_placement(case, make_site(provider, "Foodbank"), coordinator)
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        change(line, other)


def test_a_line_names_the_site_of_its_work(placement, worked, provider):
    with pytest.raises(IntegrityError, match="names another site than its own"), transaction.atomic():
        post(placement, worked, "work", 160, site=make_site(provider, "Foodbank"))


def test_what_the_ledger_says_nothing_of_may_still_change(case, placement, coordinator, provider):
    planned = make_session(placement, "2026-06-15 09:00")
    other = make_placement(case, make_site(provider, "Foodbank"), coordinator)
    WorkSession.objects.filter(pk=planned.pk).update(placement=other)
    AttendanceOutcome.objects.filter(pk="complied").update(label="Attended", valid_to=date(2030, 1, 1))
    AttendanceOutcome.objects.filter(pk="concurrent_hours").update(attended=False)
