"""The caseload of a coordinator: its groups, whose it is, what a row says; the file; cases given to somebody."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from placements.caseload import GROUPS
from placements.models import WorkSession
from placements.rules.caseload import Standing, days_overdue, next_step
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.operations import withdraw_consent
from tests.factories import NOW, make_active_case, make_child
from tests.placements.factories import (
    at,
    make_coordinator,
    make_credit,
    make_placement,
    make_ready_case,
    make_session,
    outcome,
)
from tests.placements.pages import text_of, url

# --- what comes next, without a database ------------------------------------------------------------------------------

ALL = frozenset({"first_contact", "assessed", "workshop_attended"})
OVER, NEXT = at("2026-06-09 12:00"), at("2026-06-12 09:00")
BEFORE = Standing("active", ALL - {"workshop_attended"}, workshop_needed=True, minutes_required=600)
READY = Standing("active", ALL, workshop_needed=True, minutes_required=600)
PLACED = Standing("active", ALL, workshop_needed=True, minutes_required=600, minutes_left=600, placed=True)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (Standing("active", frozenset(), True, 600), "Make the first contact"),
        (Standing("active", frozenset({"first_contact"}), True, 600), "Do the assessment"),
        (BEFORE, "Wait for the workshop"),
        (Standing("active", BEFORE.reached, True, 600, early=True), "Find a site"),
        (Standing("active", BEFORE.reached, False, 600), "Find a site"),
        (READY, "Find a site"),
        (PLACED, "Plan the next session"),
        (replace(PLACED, may_work=False), "Ask for the consent that is missing"),
        (replace(READY, may_work=False), "Ask for the consent that is missing"),
        (replace(BEFORE, may_work=False), "Wait for the workshop"),
        (Standing("active", ALL, True, 600, 600, True, next_at=NEXT), "Work on Friday 12 June 2026, 09:00"),
        (Standing("active", ALL, True, 600, 60, True, overdue_since=OVER, next_at=NEXT),
         "Record what came of Tuesday 9 June 2026"),
        (Standing("suspended", ALL, True, 600, 60, True, overdue_since=OVER),
         "Record what came of Tuesday 9 June 2026"),
        (Standing("suspended", ALL, True, 600, 60, True), "Wait until it is resumed"),
        (Standing("active", ALL, True, 600, 0), "Report to the officer"),
        (Standing("active", BEFORE.reached, True, 600, 0), "Wait for the workshop"),
        (Standing("active", ALL, True, 600, 0, reported=True), "Wait for the triage team to close it"),
        (Standing("active", ALL, True, 0), "Report to the officer"),
        (Standing("completed", ALL, True, 600, 0), "Nothing: completed"),
        (Standing("returned", ALL, True, 600, 60, overdue_since=OVER), "Nothing: returned to the officer"),
    ],
)  # fmt: skip
def test_the_most_pressing_step_comes_first(case, expected):
    assert next_step(case) == expected


@pytest.mark.parametrize(
    ("since", "days"),
    [(None, 0), ("2026-06-10 09:30", 0), ("2026-06-09 23:59", 1), ("2026-06-01 12:00", 9)],
)
def test_days_overdue_are_days_on_the_wall(since, days):
    assert days_overdue(since and at(since), NOW) == days


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def cases(officer, triager, provider, coordinator, site):
    """A case of each group, by the group's name; all are Ellen's, but for the one that nobody has."""

    def ready(name, **fields):
        case = make_ready_case(officer, coordinator, triager=triager, **fields)
        return _named(case, name)

    reached = ("first_contact", "assessed", "workshop_attended")
    made = {
        "contact": make_active_case(officer, provider, triager=triager, caseworker=coordinator, milestones=()),
        "nobody": make_active_case(officer, provider, triager=triager, milestones=(), at=NOW - timedelta(days=9)),
        "assess": make_active_case(
            officer, provider, triager=triager, caseworker=coordinator, milestones=("first_contact",)
        ),
        "workshop": ready("workshop", milestones=reached[:2]),
        "match": ready("match", milestones=reached),
        "missing": ready("missing", milestones=reached),
        "nearly": ready("nearly", milestones=reached),
        "done": ready("done", milestones=(*reached, "hours_completed")),
        "suspended": ready("suspended", milestones=reached),
        "finished": ready("finished", milestones=reached),
    }
    for name in ("contact", "nobody", "assess"):
        _named(made[name], name)
    make_session(make_placement(made["missing"], site, coordinator), "2026-06-02 09:00")
    placement = make_placement(made["nearly"], site, coordinator, status="under_way")
    make_session(placement, "2026-06-12 09:00")
    make_credit(placement, 540)
    Referral.objects.filter(pk=made["suspended"].pk).update(status="suspended", suspend_reason="ill_health")
    Referral.objects.filter(pk=made["finished"].pk).update(status="completed", closed_at=NOW)
    return made


def _named(case, name):
    person = case.participant
    person.given_names, person.family_name = f"{name.capitalize()}person", "Ashe"
    person.save()
    return case


def shown(response):
    return set(re.findall(r"(\w+)person Ashe</a>", response.content.decode()))


EXPECTED = {
    "running": {"Contact", "Assess", "Workshop", "Match", "Missing", "Nearly", "Done", "Suspended"},
    "contact": {"Contact"},
    "assess": {"Contact", "Assess"},
    "workshop": {"Workshop"},
    "match": {"Match"},
    "under_way": {"Missing", "Nearly"},
    "missing": {"Missing"},
    "nearly": {"Nearly"},
    "done": {"Done"},
    "suspended": {"Suspended"},
    "finished": {"Finished"},
}


def test_each_group_holds_its_cases_and_counts_them(cases, coordinator, sign_in):
    client = sign_in(coordinator)
    assert set(EXPECTED) == set(GROUPS)
    for name, expected in EXPECTED.items():
        page = client.get(url("caseload"), {"group": name})
        assert shown(page) == expected, name
        tab = next(tab for tab in page.context["tabs"] if tab["current"])
        assert tab["count"] == len(expected), name


def test_a_row_says_what_comes_next_and_how_it_stands(cases, coordinator, sign_in):
    client = sign_in(coordinator)
    page = text_of(client.get(url("caseload")))
    for said in (
        "Record what came of Tuesday 2 June 2026", "8 days overdue", "9 hours of 10 hours", "Fri 12 Jun, 09:00",
        "Ilkeston Community Garden", "First contact due Friday 12 June at 10:00", "Adult", cases["missing"].reference,
    ):  # fmt: skip
        assert said in page, said
    assert "First contact was due" in text_of(client.get(url("caseload"), {"whose": "nobody"}))


def test_whose_cases_are_shown(cases, coordinator, provider, sign_in):
    gita = make_coordinator(provider)
    Referral.objects.filter(pk=cases["match"].pk).update(caseworker=gita)
    client = sign_in(coordinator)
    assert shown(client.get(url("caseload"), {"whose": "nobody"})) == {"Nobody"}
    assert shown(client.get(url("caseload"), {"whose": str(gita.pk)})) == {"Match"}
    everybody = client.get(url("caseload"), {"whose": "everybody"})
    assert shown(everybody) == EXPECTED["running"] | {"Nobody"}
    words = text_of(everybody)
    assert "Mine (7)" in words
    assert "Nobody’s yet (1)" in words
    assert "Gita Rao (1)" in words
    gita.is_active = False
    gita.save()
    assert shown(client.get(url("caseload"), {"whose": str(gita.pk)})) == {"Match"}  # somebody who left still has it


@pytest.mark.parametrize(
    "asked", ["whose=none", "group=all", "whose=00000000-0000-0000-0000-000000000000", "whose=%00"]
)
def test_what_cannot_be_read_shows_ones_own(asked, cases, coordinator, sign_in):
    page = sign_in(coordinator).get(f"{url('caseload')}?{asked}")
    assert shown(page) == EXPECTED["running"]


def test_a_cursor_that_cannot_be_read_is_no_page(cases, coordinator, sign_in):
    assert sign_in(coordinator).get(url("caseload"), {"after": "x"}).status_code == 404


def test_a_long_group_goes_by_pages_that_miss_and_repeat_nobody(officer, triager, coordinator, sign_in):
    made = {
        make_ready_case(officer, coordinator, triager=triager, at=NOW - timedelta(hours=n // 3)).reference
        for n in range(27)
    }
    client = sign_in(coordinator)
    first = client.get(url("caseload"))
    second = client.get(f"{url('caseload')}{first.context['next']}")
    pages = [[row["case"].reference for row in page.context["rows"]] for page in (first, second)]
    assert [len(page) for page in pages] == [25, 2]
    assert set(pages[0]) | set(pages[1]) == made


def test_a_restricted_case_is_shown_by_its_reference_only(cases, coordinator, provider, sign_in):
    Referral.objects.filter(pk=cases["missing"].pk).update(restricted=True)
    client = sign_in(make_coordinator(provider))
    page = client.get(url("caseload"), {"whose": "everybody", "group": "missing"})
    words = text_of(page)
    assert "Missingperson" not in words
    assert "overdue" not in words
    assert f"Restricted {cases['missing'].reference}" in words
    assert next(tab for tab in page.context["tabs"] if tab["current"])["count"] == 1
    assert str(cases["missing"].pk) not in page.content.decode()
    assert shown(sign_in(coordinator).get(url("caseload"), {"group": "missing"})) == {"Missing"}


@pytest.mark.parametrize(
    ("group", "page"),
    [
        ("contact", "referrals:first_contact"),
        ("assess", "placements:assess"),
        ("workshop", None),
        ("match", "placements:match"),
        ("missing", "placements:record_work"),
    ],
)
def test_what_comes_next_leads_to_where_it_is_done(cases, coordinator, sign_in, group, page):
    rows = sign_in(coordinator).get(url("caseload"), {"group": group}).context["rows"]
    (row,) = [row for row in rows if row["case"].pk == cases[group].pk]
    key = WorkSession.objects.get(case=cases[group]).pk if group == "missing" else cases[group].pk
    assert row["next"] == (reverse(page, args=[key]) if page else "")


def test_who_was_listed_is_in_the_trail(cases, coordinator, sign_in):
    sign_in(coordinator).get(url("caseload"), {"group": "missing"})
    assert Event.objects.get(kind="referral.listed").ids == [str(cases["missing"].pk)]


def test_a_young_person_is_called_so(officer, triager, coordinator, force, sign_in):
    make_ready_case(officer, coordinator, triager=triager, participant=make_child(force))
    assert "Young person" in text_of(sign_in(coordinator).get(url("caseload")))


def test_it_costs_the_same_for_few_rows_and_many(cases, officer, triager, coordinator, site, sign_in):
    client, costs = sign_in(coordinator), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(url("caseload"), {"whose": "everybody"})
        costs.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))
        for _ in range(6):
            make_session(make_placement(make_ready_case(officer, coordinator, triager=triager), site, coordinator))
    assert costs[0] == costs[1] <= 10, costs


def test_the_file_has_the_rows_of_the_page_and_asks_why(cases, coordinator, provider, sign_in):
    Referral.objects.filter(pk=cases["match"].pk).update(restricted=True, caseworker=make_coordinator(provider))
    client = sign_in(coordinator)
    address = f"{url('download_caseload')}?whose=everybody&group=running"
    assert "Why do you need it as a file?" in text_of(client.get(address))
    answer = client.post(address, {"reason": "Team meeting"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    by_reference = {row["Case"]: row for row in rows}
    assert len(rows) == 9
    missing = by_reference[cases["missing"].reference]
    assert (missing["Days overdue"], missing["Minutes set"], missing["Caseworker"]) == ("8", "600", "Ellen Marsh")
    hidden = by_reference[cases["match"].reference]
    assert (hidden["Participant"], hidden["Next step"]) == ("Restricted", "")
    assert Event.objects.get(kind="list.downloaded").data["reason"] == "Team meeting"


# --- cases given to somebody ------------------------------------------------------------------------------------------


def test_cases_that_are_ticked_are_given_to_a_colleague(cases, coordinator, provider, sign_in):
    gita = make_coordinator(provider)
    client = sign_in(coordinator)
    sent = {"case": [cases["nobody"].pk], "to": gita.pk, "back": f"{url('caseload')}?whose=nobody"}
    page = client.post(reverse("referrals:allocate_ticked"), sent, follow=True)
    assert f"{cases['nobody'].reference} is with Gita Rao now." in text_of(page)
    assert page.request["QUERY_STRING"] == "whose=nobody"
    cases["nobody"].refresh_from_db()
    assert cases["nobody"].caseworker == gita


def test_one_button_takes_one_on(cases, coordinator, sign_in):
    sign_in(coordinator).post(reverse("referrals:allocate_ticked"), {"only": cases["nobody"].pk})
    cases["nobody"].refresh_from_db()
    assert cases["nobody"].caseworker == coordinator


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"to": "me"}, "Tick the cases"),
        ({"case": "x", "to": "nobody"}, "Choose who should have the cases"),
        ({"case": ["x"] * 26, "to": "x"}, "at most 25"),
    ],
)
def test_a_slip_changes_nothing_and_says_what_to_do(sent, said, cases, coordinator, sign_in):
    page = sign_in(coordinator).post(reverse("referrals:allocate_ticked"), sent, follow=True)
    assert said in text_of(page)
    assert Referral.objects.filter(caseworker__isnull=True, status=Status.ACTIVE).count() == 1


def test_nobody_is_led_to_another_site_afterwards(cases, coordinator, sign_in):
    sent = {"only": cases["nobody"].pk, "back": "https://example.org/"}
    assert sign_in(coordinator).post(reverse("referrals:allocate_ticked"), sent)["Location"] == "/"


def test_the_home_page_leads_to_the_caseload(cases, coordinator, sign_in):
    assert f"{url('caseload')}?group=match" in sign_in(coordinator).get("/").content.decode()


def test_an_outcome_ends_the_overdue(cases, coordinator, sign_in):
    session = cases["missing"].work_sessions.get()
    session.outcome, session.recorded_by, session.recorded_at = outcome("complied"), coordinator, NOW
    session.save()
    assert shown(sign_in(coordinator).get(url("caseload"), {"group": "missing"})) == set()


def test_where_a_consent_was_withdrawn_the_next_step_is_to_ask_for_it(placement, coordinator, sign_in):
    placement.case.milestones.create(kind="first_contact", at=NOW)
    withdraw_consent(placement.case.consents.get(kind="share"), by=coordinator, withdrawn_by="Jordan Ashe")
    response = sign_in(coordinator).get(url("caseload"))
    link = f'href="{reverse("referrals:consents", args=[placement.case_id])}"'
    assert link in response.content.decode()
    assert "Ask for the consent that is missing" in text_of(response)
