"""What a row of the list says of what happened last, and whether it changed since this person last looked."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.trail import record
from referrals import lifecycle, operations
from referrals.models import Referral
from referrals.recent import recent
from tests.factories import NOW, make_active_case, make_referral, make_user
from tests.referrals.pages import url

pytestmark = pytest.mark.django_db
CHANGED = "Changed since you last looked"


@pytest.fixture
def case(officer):
    case = make_referral(officer)
    operations.submit(case, by=officer)
    return case


def told(case, user):
    """What the list tells this user of the case."""
    rows = Referral.objects.filter(pk=case.pk).with_permissions_of(user)
    return recent(rows, user).get(case.pk)


def titles(case, user):
    return [event["title"] for event in told(case, user).latest]


def test_a_row_says_the_two_latest_actions_with_who_and_when(sign_in, officer, triager, case):
    operations.assign(case, by=triager, to=triager)
    operations.ask(case, by=triager, question="Was the shop asked?")
    page = sign_in(triager).get("/referrals/?tab=queried")
    (row,) = page.context["rows"]
    assert [(event["title"], event["by"]) for event in row["told"].latest] == [
        ("Question to the officer; the clock stopped", "Carol Finch"),
        ("Assigned to Carol Finch", "Carol Finch"),
    ]
    assert "Question to the officer; the clock stopped<br>" in page.content.decode()
    assert "Referral submitted" not in page.content.decode()


def test_a_case_has_changed_when_somebody_else_did_something_after_my_last_look(sign_in, officer, triager, case):
    client = sign_in(triager)
    assert CHANGED not in client.get("/referrals/?tab=waiting").content.decode()  # never looked
    client.get(url("detail", case))
    assert CHANGED not in client.get("/referrals/?tab=waiting").content.decode()
    operations.ask(case, by=triager, question="Was the shop asked?")
    assert CHANGED not in client.get("/referrals/?tab=queried").content.decode()  # their own doing
    operations.answer(case, by=officer, text="Yes.")
    assert CHANGED in client.get("/referrals/?tab=waiting").content.decode()
    client.get(url("detail", case))
    assert CHANGED not in client.get("/referrals/?tab=waiting").content.decode()


def test_that_somebody_else_reads_a_case_is_no_change(sign_in, officer, triager, case):
    sign_in(triager).get(url("detail", case))
    sign_in(officer).get(url("detail", case))
    assert not told(case, triager).changed


def test_what_the_system_does_is_a_change(sign_in, triager, case):
    sign_in(triager).get(url("detail", case))
    record(lifecycle.CONTACTED, by=None, case=case)
    assert told(case, triager).changed


def test_a_list_tells_no_event_that_the_page_of_the_case_would_not_tell(officer, triager, coordinator, provider):
    case = make_active_case(officer, provider, triager=triager, caseworker=coordinator)
    record(lifecycle.TAKEN_ON, by=coordinator, case=case, caseworker="Ellen Marsh")
    record(lifecycle.FURTHER_OFFENCE_CHECKED, by=triager, case=case, months=3, result="none")
    record(lifecycle.SENSITIVE_NOTE_WRITTEN, by=triager, case=case)
    assert titles(case, coordinator) == ["Caseworker: Ellen Marsh"]
    assert len(titles(case, triager)) == 2
    assert titles(case, triager)[0] == "Sensitive note written"


def test_what_may_not_be_told_is_no_change_either(sign_in, officer, triager, coordinator, provider):
    case = make_active_case(officer, provider, triager=triager, caseworker=coordinator)
    sign_in(coordinator).get(url("detail", case))
    record(lifecycle.SENSITIVE_NOTE_WRITTEN, by=triager, case=case)
    assert not told(case, coordinator).changed


def test_a_role_that_opens_one_case_tells_nothing_of_another(force, officer, provider):
    """Somebody who triages and refers sees in each case what the roles that open it may see."""
    both = make_user("Sam Both", force, "referrer", "triager")
    own, others = make_referral(both, status="draft"), make_referral(officer, status="submitted")
    for case in (own, others):
        record(lifecycle.FURTHER_OFFENCE_CHECKED, by=officer, case=case, months=3, result="none")
    rows = Referral.objects.filter(pk__in=[own.pk, others.pk]).with_permissions_of(both)
    found = recent(rows, both)
    assert found[own.pk].latest == []  # a draft opens to its officer, not to the triage team
    assert len(found[others.pk].latest) == 1


def test_nothing_is_told_of_a_case_that_is_hidden(officer, triager):
    case = make_referral(officer, status="submitted", restricted=True)
    record(lifecycle.ASSIGNED, by=officer, case=case, to="nobody")
    assert told(case, triager) is None


@time_machine.travel(NOW, tick=False)
def test_it_is_one_query_however_many_cases(officer, triager):
    costs = []
    for number in (2, 20):
        for minute in range(number):
            case = make_referral(officer, status="submitted", at=NOW - timedelta(minutes=minute))
            record(lifecycle.ASSIGNED, by=officer, case=case, to="nobody")
        rows = list(Referral.objects.with_permissions_of(triager))
        with CaptureQueriesContext(connection) as captured:
            assert len(recent(rows, triager)) == len(rows)
        costs.append(len(captured))
    assert costs == [1, 1]
