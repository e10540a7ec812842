"""Tasks on the home page: each person's own, and those of their team that nobody has."""

from datetime import timedelta

import pytest
import time_machine

from audit.models import Event
from referrals.models import Referral, Task
from tests.factories import NOW, make_active_case, make_user
from tests.referrals.pages import url

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, provider, coordinator, triager):
    return make_active_case(officer, provider, triager=triager, caseworker=coordinator)


def make_task(case, team, what="Ring the school", **fields):
    given = {"kind": "by_hand", "due_on": TODAY, "made_by": case.referred_by, "made_at": NOW, **fields}
    return Task.objects.create(case=case, team=team, what=what, **given)


def tasks(client):
    return next(worklist for worklist in client.get("/").context["worklists"] if worklist.title == "Tasks")


@pytest.mark.parametrize(("who", "team"), [("officer", "officers"), ("triager", "triage"), ("coordinator", "provider")])
def test_each_role_finds_the_tasks_of_its_team_soonest_first(who, team, case, request, sign_in):
    for other in {"officers", "triage", "provider"} - {team}:
        make_task(case, other, "Not theirs")
    make_task(case, team, "Later", due_on=TODAY + timedelta(days=5))
    make_task(case, team, "Soon")
    make_task(case, team, "Late", due_on=TODAY - timedelta(days=1))
    make_task(case, team, "Done", done_at=NOW)
    found = tasks(sign_in(request.getfixturevalue(who)))
    assert found.count == 3
    assert [(row.text, row.detail, row.tag, row.href) for row in found.rows] == [
        ("Jordan Ashe", "Late. Was due on 9 June 2026", ("Overdue", "red"), url("tasks", case)),
        ("Jordan Ashe", "Soon. Due on 10 June 2026", ("Due today", "orange"), url("tasks", case)),
        ("Jordan Ashe", "Later. Due on 15 June 2026", None, url("tasks", case)),
    ]


def test_a_task_that_somebody_has_is_on_their_home_only(case, officer, other_officer, sign_in):
    case.named_officers.add(other_officer)
    make_task(case, "officers", assigned_to=other_officer)
    assert tasks(sign_in(officer)).count == 0
    assert tasks(sign_in(other_officer)).count == 1


def test_a_first_contact_stands_in_its_own_list_and_not_twice(case, coordinator, sign_in):
    make_task(case, "provider", kind="first_contact", made_by=None)
    worklists = {w.title: w for w in sign_in(coordinator).get("/").context["worklists"]}
    assert worklists["Tasks"].count == 0
    assert worklists["First contact to make"].count == 1


def test_what_is_shown_is_recorded_once(case, officer, sign_in):
    make_task(case, "officers")
    sign_in(officer).get("/")
    assert Event.objects.get(kind="referral.listed").ids == [str(case.pk)]


def test_a_restricted_case_shows_its_tasks_to_those_on_it_only(case, force, triager, sign_in):
    Referral.objects.filter(pk=case.pk).update(restricted=True, assigned_to=triager)
    make_task(case, "triage")
    other = make_user("Dora Moss", force, "triager")
    make_task(case, "triage", assigned_to=other)  # given before the case was restricted
    assert tasks(sign_in(triager)).count == 1
    assert tasks(sign_in(other)).count == 0


def test_an_officer_who_is_no_longer_named_has_no_task_in_the_case(case, other_officer, sign_in):
    make_task(case, "officers", assigned_to=other_officer)
    assert tasks(sign_in(other_officer)).count == 0


def test_another_forces_tasks_are_not_ours(case, outsider, sign_in):
    for team in ("officers", "triage", "provider"):
        make_task(case, team)
    assert tasks(sign_in(outsider)).count == 0


def test_more_than_the_home_page_holds_stands_on_a_page_of_its_own(case, coordinator, sign_in):
    make_task(case, "provider", kind="first_contact", made_by=None)
    for number in range(7):
        make_task(case, "provider", f"Task {number}")
    client = sign_in(coordinator)
    more = tasks(client).more
    assert (more.text, more.href) == ("All your tasks", "/referrals/tasks/")
    page = client.get(more.href)
    assert page.context["worklist"].count == len(page.context["worklist"].rows) == 8  # the first contact, too
    assert page.context["worklist"].more is None
    assert Event.objects.filter(kind="referral.listed").order_by("id").last().ids == [str(case.pk)]


def test_no_tasks_says_so(officer, sign_in):
    assert tasks(sign_in(officer)).empty == "You have no tasks."
