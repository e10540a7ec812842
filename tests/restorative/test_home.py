"""What restorative justice shows on the home page and on the page of a case."""

from datetime import UTC, date, datetime

import pytest

from referrals.models import Plan
from restorative import home
from tests.factories import NOW, make_active_case, make_person, make_user, make_victim
from tests.restorative.factories import make_item, make_process


def rows(worklist):
    return [(row.text, row.detail, row.tag) for row in worklist.rows]


def by_title(user):
    return {worklist.title: worklist for worklist in home.worklists(user, NOW)}


@pytest.mark.parametrize("who", ["officer", "facilitator", "coordinator", "manager", "auditor", "administrator"])
def test_other_roles_have_no_lists_of_it(who, request, case):
    user = request.getfixturevalue(who)
    assert home.worklists(user, NOW) == []
    assert home.stage(case, user, NOW) is None


def test_a_practitioner_sees_what_to_do_next_with_each_process(practitioner, officer, provider):
    for status in ("identified", "offered", "accepted", "preparing", "facilitated", "closed"):
        case = make_active_case(officer, provider, reference=f"IJ/2026/{status}")
        make_process(case, practitioner, status)
    lists = by_title(practitioner)
    assert {title: [row.text for row in worklist.rows] for title, worklist in lists.items()} == {
        "To offer to a victim": ["IJ/2026/identified"],
        "Waiting for the victim’s answer": ["IJ/2026/offered"],
        "In preparation": ["IJ/2026/accepted", "IJ/2026/preparing"],
        "After the meeting": ["IJ/2026/facilitated"],
        "Agreed and not done yet": [],
    }
    assert lists["In preparation"].rows[1].detail == "Next: bring the parties together"


def test_an_offer_is_overdue_after_the_time_that_the_law_gives(practitioner, officer, provider):
    at = datetime(2026, 6, 5, 9, 0, tzinfo=UTC)  # a Friday; five working days later is the 12th, one is the 8th
    cases = [make_active_case(officer, provider, at=at, reference=f"IJ/2026/{number}") for number in "12"]
    make_process(cases[0], practitioner)
    make_process(cases[1], practitioner, victim=make_victim(cases[1], enhanced_rights=True))
    assert rows(by_title(practitioner)["To offer to a victim"]) == [
        ("IJ/2026/2", "Was due Monday 8 June at 10:00", ("Overdue", "red")),
        ("IJ/2026/1", "Due Friday 12 June at 10:00", None),
    ]


def test_what_was_agreed_is_listed_until_it_is_done(practitioner, case):
    process = make_process(case, practitioner, "agreed")
    make_item(process)
    make_item(process, kind="repair", due_on=date(2026, 6, 9))
    make_item(process, done_on=date(2026, 6, 9))
    assert rows(by_title(practitioner)["Agreed and not done yet"]) == [
        (f"{case.reference}: repair", "Due 9 June 2026", ("Overdue", "red")),
        (f"{case.reference}: apology", "Due 20 June 2026", None),
    ]


def test_a_list_shows_ten_and_counts_all(practitioner, case):
    for place in range(12):
        make_process(case, practitioner, victim=make_victim(case, person=make_person(case.force, f"V{place}", "X")))
    worklist = by_title(practitioner)["To offer to a victim"]
    assert (len(worklist.rows), worklist.count, worklist.more.text) == (10, 12, "All processes")


def test_a_triager_sees_the_cases_to_explore_that_have_a_victim_and_no_process(
    triager, practitioner, officer, provider
):
    to_explore, without_victim, started, not_planned = (
        make_active_case(officer, provider, triager=triager, reference=f"IJ/2026/{number}") for number in "1234"
    )
    Plan.objects.filter(case__in=[to_explore, without_victim, started]).update(rj_to_explore=True)
    for case in (to_explore, started, not_planned):
        make_victim(case)
    make_process(started, practitioner)
    (worklist,) = home.worklists(triager, NOW)
    assert rows(worklist) == [("IJ/2026/1", "Accepted on 10 June 2026", None)]
    assert worklist.count == 1


def test_the_lists_take_as_many_queries_for_one_as_for_many(practitioner, officer, provider, django_assert_num_queries):
    for number in range(8):
        case = make_active_case(officer, provider, reference=f"IJ/2026/{number}")
        make_item(make_process(case, practitioner, "agreed"))
        make_process(case, practitioner)
    with django_assert_num_queries(3):
        home.worklists(practitioner, NOW)


def test_no_list_and_no_case_page_names_a_victim(practitioner, triager, case):
    make_process(case, practitioner, "offered")
    shown = repr([*home.worklists(practitioner, NOW), *home.worklists(triager, NOW), home.stage(case, triager, NOW)])
    assert "Poole" not in shown
    assert "Jordan" not in shown


def test_the_case_page_offers_to_start_while_a_victim_has_no_open_process(triager, practitioner, case):
    assert home.stage(case, triager, NOW).empty.startswith("No victim is recorded")
    assert home.stage(case, triager, NOW).actions == []
    victim = make_victim(case)
    assert [action.text for action in home.stage(case, triager, NOW).actions] == ["Start restorative justice"]
    make_process(case, practitioner, "offered", victim=victim)
    assert home.stage(case, triager, NOW).actions == []
    assert rows(home.stage(case, triager, NOW)) == [("With Femi Ade", "", ("Offered to the victim", "blue"))]


def test_the_case_page_offers_nothing_when_the_case_is_not_active(triager, case):
    make_victim(case)
    case.status = "suspended"
    assert home.stage(case, triager, NOW).actions == []


def test_the_case_page_shows_a_practitioner_only_their_own(practitioner, provider, case):
    make_process(case, make_user("Gil Rao", provider, "practitioner"))
    assert home.stage(case, practitioner, NOW).rows == []
