"""What a page costs: few queries, and the same number whatever is in it. The session, the user and the audit of the
read are counted."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.trail import record
from immediatejustice.navigation import ITEMS
from placements.models import Nomination
from referrals.lifecycle import TAKEN_ON, Status
from referrals.listing import TABS
from referrals.models import Plan, Referral
from restorative.lifecycle import Stage
from tests.conftest import empty_tables
from tests.factories import (
    NOW,
    make_active_case,
    make_document,
    make_notice,
    make_person,
    make_referral,
    make_user,
    make_victim,
)
from tests.messages.factories import make_message
from tests.placements import factories as placing
from tests.referrals.factories import MILESTONES, make_case, make_missed
from tests.reporting.factories import make_report
from tests.restorative.factories import make_item, make_process
from tests.workshops import factories as teaching

pytestmark = pytest.mark.django_db
HOME, LIST, CASE, SUBMIT = 12, 10, 16, 20  # queries at most
DAY = timedelta(days=1)
WHO = ("officer", "triager", "facilitator", "coordinator", "practitioner", "manager", "administrator")


@pytest.fixture(scope="module", autouse=True)
def new_tables(django_db_setup, django_db_blocker):
    """Where what earlier tests took back was swept up, PostgreSQL takes a table for empty and plans as for one row,
    which takes minutes with as many as these. Of new tables it takes nothing for granted."""
    with django_db_blocker.unblock():
        empty_tables(None)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cast(officer, triager, facilitator, coordinator, practitioner, manager, auditor, administrator, provider):
    return dict(locals())


def queries_of(client, address, method="get"):
    """The statements of one request, without the savepoints that only tests have."""
    with CaptureQueriesContext(connection) as captured:
        page = getattr(client, method)(address)
    assert page.status_code in (200, 302), page.status_code
    noise = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return [query["sql"] for query in captured if not query["sql"].startswith(noise)]


def fill(numbers, cast):
    """So many rows for each list of each role."""
    officer, triager, provider = cast["officer"], cast["triager"], cast["provider"]
    facilitator, coordinator, practitioner = cast["facilitator"], cast["coordinator"], cast["practitioner"]
    for number in numbers:
        at = NOW - timedelta(hours=number)
        for status in Status:
            make_case(status, officer, triager, provider, at=at - 100 * DAY)
        make_referral(officer, status="submitted", at=at, assigned_to=triager)
        make_active_case(officer, provider, triager=triager, at=at)  # nobody's yet
        asked = make_active_case(officer, provider, triager=triager, at=at, caseworker=coordinator)
        asked.override_requests.create(kind="place_before_workshop", reason="Full.", asked_by=coordinator, asked_at=at)
        teaching.make_ready_case(officer, provider, triager=triager)
        make_tasks(asked, number, officer)
        for decision in ("", "upheld", "upheld"):
            make_missed(asked, coordinator, decision=decision, evidence_at=at)
        # community work: to be placed; at work today; waiting for an outcome; nearly done
        placing.make_ready_case(officer, coordinator, triager=triager)
        site = placing.make_site(provider, f"Garden {number}", insured_until=NOW.date() + 20 * DAY)
        Nomination.objects.create(force=officer.organisation, what="Paint it.", where=f"Hall {number}", sent_at=at)
        placement = placing.make_placement(
            placing.make_ready_case(officer, coordinator, triager=triager), site, coordinator
        )
        placing.make_session(placement)
        placing.make_session(placement, f"2026-06-10 {12 + number % 6}:00")
        placing.make_credit(placement, 540)
        # workshops: to come; a register to fill in; feedback to collect
        for when, status in ((DAY, "booked"), (-DAY, "booked"), (-2 * DAY, "attended")):
            session = teaching.make_session(facilitator, starts_at=NOW + when - timedelta(minutes=number))
            written = teaching.make_ready_case(officer, provider, triager=triager)
            booking = teaching.make_booking(written, session, status)
            make_message(written, booking, channel="letter")
            make_message(written, booking, failed_at=NOW)
        # restorative justice: to start; to offer; agreed; over
        explored = make_active_case(officer, provider, triager=triager)
        Plan.objects.filter(case=explored).update(rj_to_explore=True)
        make_victim(explored)
        for stage in (Stage.IDENTIFIED, Stage.OFFERED, Stage.PREPARING, Stage.AGREED, Stage.DECLINED):
            process = make_process(make_active_case(officer, provider, triager=triager), practitioner, stage)
            if stage == Stage.AGREED:
                make_item(process)
        make_report(cast["manager"], version=number + 1)
        make_notice(officer, asked, failed_at=NOW)
        make_user(f"New Person{number}", officer.organisation, "referrer")
        make_user(f"Gone Person{number}", officer.organisation, "referrer", last_login=NOW - 100 * DAY)


def make_tasks(case, number, officer):
    """One task of each team, and one that the officer has."""
    for team, person in (("officers", None), ("triage", None), ("provider", None), ("officers", officer)):
        case.tasks.create(
            kind="by_hand",
            what=f"Ring {number}",
            due_on=NOW,
            team=team,
            assigned_to=person,
            made_by=officer,
            made_at=NOW,
        )


def pages_of(user):
    """Every list that the navigation and the tabs of its pages lead this person to."""
    names = [name for _, name, permission, under in ITEMS if under and user.may(permission)]
    pages = [reverse(name) for name in names if name != "reporting:figures"]  # the figures are not a list
    if user.may("referrals.read"):
        cases = reverse("referrals:list")
        pages += [f"{cases}?tab={name}" for name, tab in TABS.items() if user.may(tab.permission)]
        pages += [f"{cases}?tab=active&age=adult&district=erewash&sort=oldest", f"{cases}?tab=closed&offence=theft"]
    if user.may("referrals.triage"):
        pages += [
            f"{cases}?tab=waiting&{asked}" for asked in ("clock=overdue&assigned=nobody", "sort=newest&clock=later")
        ]
        pages += [f"{cases}?tab=queried&assigned=nobody&disposal=community_resolution", reverse("referrals:filters")]
    if user.may("accounts.manage"):
        pages.append(reverse("notices:in_trouble"))
    if user.may("workshops.read"):
        pages += [reverse("workshops:register_due"), reverse("workshops:past")]
        pages += [reverse(f"workshops:{name}") for name in ("calendar", "calendar_week", "calendar_month")]
    if user.may("workshops.book"):
        pages.append(reverse("workshops:to_book"))
    if user.may("placements.assess"):
        pages.append(f"{reverse('placements:caseload')}?whose=everybody")
    if user.may("restorative.read"):
        pages.append(f"{reverse('restorative:list')}?tab=over")
    return pages


def fill_case(case, numbers, cast):
    """So many of everything that a case can have more than one of."""
    for number in numbers:
        make_process(case, cast["practitioner"], victim=make_victim(case, person=make_person(case.force, f"V{number}")))
        case.queries.create(
            question="?", asked_by=cast["triager"], asked_at=NOW, answered_by=cast["officer"], answered_at=NOW
        )
        case.override_requests.create(kind="reopen", reason="x", asked_by=cast["triager"], asked_at=NOW, agreed=False,
                                      decided_by=cast["manager"], decided_at=NOW)  # fmt: skip
        missed = teaching.make_session(cast["facilitator"], starts_at=NOW - (number + 1) * DAY)
        teaching.make_booking(case, missed, "did_not_attend")
        site = placing.make_site(cast["provider"], f"Park {number}")
        placement = placing.make_placement(case, site, cast["coordinator"], status="completed")
        placing.make_session(placement)
        make_tasks(case, number, cast["officer"])
        make_missed(case, cast["coordinator"])
        make_missed(case, cast["coordinator"], decision="upheld")
        case.kept_open.create(reason="x", by=cast["triager"], at=NOW - DAY)
        case.notes.create(text="x", by=cast["officer"], at=NOW, sensitive=number % 2)
        make_document(case, cast["officer"], for_provider=number % 2)
        record(TAKEN_ON, by=cast["triager"], case=case, caseworker="Ellen Marsh")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("those", [WHO, ["auditor"]], ids=["at work", "auditor"])
def test_home_and_every_list_cost_the_same_for_3_rows_of_each_kind_and_30(those, cast):
    """(The auditor is alone: what the others do is a row of the auditor's list.)"""
    clients, few = {who: signed_in(cast[who]) for who in those}, {}
    fill(range(3), cast)
    for who, client in clients.items():
        home = client.get("/").context["worklists"]
        assert who == "auditor" or all(worklist.rows for worklist in home)  # an auditor's are of faults: none here
        few |= {(who, page): queries_of(client, page) for page in ["/", *pages_of(cast[who])]}
    fill(range(3, 30), cast)
    for (who, page), before in few.items():
        found = queries_of(clients[who], page)
        said = "\n".join([who, page, *found])
        assert len(found) == len(before), said
        assert len(found) <= (HOME if page == "/" else LIST), said


@pytest.mark.parametrize(
    ("status", "reached"), [("active", ["assessed"]), ("active", MILESTONES), ("completed", MILESTONES)]
)
def test_a_case_page_costs_the_same_for_3_rows_of_each_kind_and_30(status, reached, cast):
    case = make_case(status, cast["officer"], cast["triager"], cast["provider"], milestones=reached)
    placing.make_assessment(case, cast["coordinator"])
    case.override_requests.create(kind="place_before_workshop", reason="x", asked_by=cast["coordinator"], asked_at=NOW)
    page = reverse("referrals:detail", args=[case.pk])
    clients = {who: signed_in(cast[who]) for who in ("officer", "triager", "coordinator", "manager")}
    fill_case(case, range(3), cast)
    few = {who: queries_of(client, page) for who, client in clients.items()}
    fill_case(case, range(3, 30), cast)
    for who, client in clients.items():
        many = queries_of(client, page)
        said = "\n".join([who, *many])
        assert len(many) == len(few[who]), said
        assert len(many) <= CASE, said


def test_the_other_tabs_of_a_case_cost_the_same_for_3_rows_of_each_kind_and_30(cast):
    case = make_case("active", cast["officer"], cast["triager"], cast["provider"])
    clients = {who: signed_in(cast[who]) for who in ("officer", "triager", "coordinator")}
    asked = [
        (who, reverse(f"referrals:{name}", args=[case.pk]))
        for who in clients
        for name in ("notes", "tasks", "documents", "compliance", "happened")
    ]
    fill_case(case, range(3), cast)
    few = {(who, page): len(queries_of(clients[who], page)) for who, page in asked}
    fill_case(case, range(3, 30), cast)
    assert {(who, page): len(queries_of(clients[who], page)) for who, page in asked} == few
    assert max(few.values()) <= LIST


def test_submission_costs_the_same_for_one_victim_and_ten_and_for_any_number_of_triagers(officer, triager, sign_in):
    client, costs = sign_in(officer), []
    for victims in (1, 10):
        case = make_referral(officer)
        for number in range(victims):
            make_user(f"Tess Right{victims}{number}", officer.organisation, "triager")
        for _ in range(victims):
            make_victim(case)
        costs.append(len(queries_of(client, reverse("referrals:check", args=[case.pk]), "post")))
        assert Referral.objects.get(pk=case.pk).status == "submitted"
    assert costs[0] == costs[1] <= SUBMIT
