"""How long a case stood in each status, from its steps in the trail."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from referrals import operations
from referrals.lifecycle import Status
from referrals.models import DeclineReason
from referrals.time_in_status import in_words, stints
from tests.factories import NOW, make_referral
from tests.referrals.pages import shown, url

MONDAY = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 6, 5, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told(steps, now=NOW):
    return [(stint.status, stint.elapsed, stint.working) for stint in stints(steps, now)]


def test_the_time_of_the_decision_counts_working_days_only():
    steps = [("referral.drafted", FRIDAY - HOUR), ("referral.submitted", FRIDAY), ("referral.accepted", MONDAY)]
    assert told(steps) == [
        (Status.DRAFT, HOUR, None),
        (Status.SUBMITTED, timedelta(days=2, hours=17), timedelta(hours=17)),  # Friday from 17:00, Monday until 10:00
        (Status.ACTIVE, timedelta(days=2), None),
    ]


def test_a_question_is_a_stint_of_its_own_and_does_not_count_as_time_of_the_decision():
    steps = [
        ("referral.submitted", MONDAY),
        ("referral.queried", MONDAY + HOUR),
        ("referral.answered", MONDAY + 24 * HOUR),
    ]
    assert told(steps) == [
        (Status.SUBMITTED, HOUR, HOUR),
        (Status.QUERIED, 23 * HOUR, None),
        (Status.SUBMITTED, 24 * HOUR, 24 * HOUR),
    ]


def test_a_closed_case_waits_for_nothing_until_it_is_reopened():
    steps = [("referral.submitted", MONDAY), ("referral.declined", MONDAY + HOUR)]
    assert told(steps)[-1] == (Status.DECLINED, None, None)
    reopened = [*steps, ("referral.reopened_for_decision", MONDAY + 3 * HOUR)]
    assert told(reopened)[-2:] == [(Status.DECLINED, 2 * HOUR, None), (Status.SUBMITTED, 45 * HOUR, 45 * HOUR)]


def test_what_is_no_step_makes_no_stint():
    steps = [("referral.submitted", MONDAY), ("referral.assigned", MONDAY + HOUR), ("rj.started", MONDAY + HOUR)]
    assert [stint.status for stint in stints(steps, NOW)] == [Status.SUBMITTED]
    assert stints([], NOW) == []


@pytest.mark.parametrize(
    ("elapsed", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=2, minutes=5, seconds=50), "2 hours 5 minutes"),
        (timedelta(days=1, minutes=40), "1 day"),
        (timedelta(days=3, hours=4), "3 days 4 hours"),
    ],
)
def test_a_length_of_time_is_said_in_its_two_largest_parts(elapsed, words):
    assert in_words(elapsed) == words


@pytest.mark.django_db
def test_a_page_of_the_case_says_how_long_it_stood_where(sign_in, officer, triager):
    case = make_referral(officer)
    operations.submit(case, by=officer)
    operations.ask(case, by=triager, question="Was the shop asked?")
    operations.decline(
        case, by=triager, reason=DeclineReason.objects.get(code="evidence"), rationale="Weak.", redirected_to=""
    )
    page = shown(sign_in(triager), url("happened", case))
    table = page[page.index("Time in each status") :].split("</table>")[0]
    assert [
        table.index(label) for label in ("Waiting for a decision", "Question to the officer", "Declined")
    ] == sorted(table.index(label) for label in ("Waiting for a decision", "Question to the officer", "Declined"))
    assert table.count("less than a minute") == 3  # two stints, and the first one's working time
    assert "Closed" in table


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_a_case_of_which_the_trail_tells_nothing_has_no_such_table(sign_in, officer, triager):
    case = make_referral(officer, status="submitted")
    assert "Time in each status" not in shown(sign_in(triager), url("happened", case))
