"""The list of cases: what is looked for, filtered, ordered and paged."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from audit.models import Event
from referrals import operations
from referrals.models import Referral
from tests.factories import NOW, make_child, make_person, make_referral, make_user

pytestmark = pytest.mark.django_db


def test_a_search_with_a_character_that_no_database_keeps_finds_what_the_rest_says(sign_in, officer):
    make_referral(officer, participant=make_person(officer.organisation, "Kit", "Quillfeather"))
    client = sign_in(officer)
    client.post("/referrals/look-for/", {"looked_for": "Quill\x00feather"})
    assert "Quillfeather" in client.get("/referrals/?tab=drafts").content.decode()


@pytest.mark.parametrize(
    "cursor", ["abc", "2026-01-01T00:00:00+20:00,6ad87fcf-9363-4e82-a84f-7c072ed5e190", "2026-01-01T00:00:00,x"]
)
def test_a_page_that_cannot_be_is_not_found(sign_in, triager, cursor):
    assert sign_in(triager).get("/referrals/", {"after": cursor}).status_code == 404


@pytest.mark.parametrize(("day", "young"), [("2026-02-28", True), ("2026-03-01", False)])
def test_somebody_born_on_29_february_comes_of_age_on_1_march(officer, day, young):
    at = datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=UTC)
    born = make_person(officer.organisation, date_of_birth=date(2008, 2, 29))
    case = make_referral(officer, participant=born, status="submitted", at=at)
    assert list(Referral.objects.of_young_people(True)) == ([case] if young else [])
    assert list(Referral.objects.of_young_people(False)) == ([] if young else [case])


# --- filters and order ----------------------------------------------------------------------------------------------


def listed(client, query=""):
    """The cases that the list shows, in its order."""
    page = client.get(f"/referrals/?{query}")
    assert page.status_code == 200
    return [row["case"] for row in page.context["rows"]]


@pytest.fixture
def queue(officer, triager, force):
    """Four that wait: late, due today at 17:00, due at the end of today, and due tomorrow."""
    second = make_user("Joan Reeve", force, "triager")
    due = {
        "late": datetime(2026, 6, 9, 12, tzinfo=UTC),
        "today": datetime(2026, 6, 10, 16, tzinfo=UTC),
        "tonight": datetime(2026, 6, 10, 23, tzinfo=UTC),  # midnight in Derbyshire
        "tomorrow": datetime(2026, 6, 11, 9, tzinfo=UTC),
    }
    fields = {
        "late": {"assigned_to": triager, "district_id": "high_peak"},
        "today": {"assigned_to": second, "offence_id": "shop_theft"},
        "tonight": {"participant": make_child(force), "disposal_id": "youth_caution"},
        "tomorrow": {},
    }
    made = {}
    for number, name in enumerate(due):
        at = NOW - timedelta(hours=number)
        made[name] = make_referral(officer, status="submitted", at=at, decision_due_at=due[name], **fields[name])
    return made, second


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["late", "today", "tonight", "tomorrow"]),
        ("sort=due", ["late", "today", "tonight", "tomorrow"]),
        ("sort=oldest", ["tomorrow", "tonight", "today", "late"]),
        ("sort=newest", ["late", "today", "tonight", "tomorrow"]),
        ("clock=overdue", ["late"]),
        ("clock=today", ["today", "tonight"]),
        ("clock=later", ["tomorrow"]),
        ("district=high_peak", ["late"]),
        ("offence=shop_theft", ["today"]),
        ("disposal=youth_caution", ["tonight"]),
        ("age=young", ["tonight"]),
        ("assigned=me", ["late"]),
        ("assigned=nobody", ["tonight", "tomorrow"]),
        ("assigned=nobody&clock=today&age=young", ["tonight"]),
    ],
)
def test_filters_leave_what_answers_in_the_order_that_is_asked_for(sign_in, triager, queue, query, names):
    made, _ = queue
    assert listed(sign_in(triager), f"tab=waiting&{query}") == [made[name] for name in names]


def test_a_colleagues_cases_are_found_by_the_colleague(sign_in, triager, queue):
    made, second = queue
    assert listed(sign_in(triager), f"tab=waiting&assigned={second.pk}") == [made["today"]]


@time_machine.travel(NOW, tick=False)
def test_a_row_says_when_the_decision_is_due(sign_in, triager, queue):
    rows = sign_in(triager).get("/referrals/?tab=waiting").context["rows"]
    assert [(row["clock"].state, row["clock"].words) for row in rows] == [
        ("overdue", "Was due Tuesday 9 June at 13:00"),
        ("running", "Due Wednesday 10 June at 17:00"),
        ("running", "Due at the end of Wednesday 10 June"),
        ("running", "Due Thursday 11 June at 10:00"),
    ]


def test_the_clock_in_a_row_is_the_clock_on_the_page_of_the_case(sign_in, officer, triager):
    with time_machine.travel(NOW - timedelta(days=6), tick=False) as clock:
        case = make_referral(officer)
        operations.submit(case, by=officer)
        clock.shift(timedelta(hours=5))
        operations.ask(case, by=triager, question="Was the shop asked?")
        clock.shift(timedelta(days=4))
        operations.answer(case, by=officer, text="Yes.")
        clock.shift(timedelta(hours=1))
        client = sign_in(triager)
        (row,) = client.get("/referrals/?tab=waiting").context["rows"]
        assert row["clock"] == client.get(f"/referrals/{case.pk}/").context["clock"]


def test_the_page_says_how_many_it_found_and_how_many_filters_are_on(sign_in, triager, queue):
    client = sign_in(triager)
    page = client.get("/referrals/?tab=waiting&assigned=me&district=high_peak").content.decode()
    assert "<strong>1 case</strong> with 2 filters on." in page
    assert "Filters and order (2 on)" in page
    assert 'href="?tab=waiting">Clear the filters' in page
    page = client.get("/referrals/?tab=waiting&district=derby").content.decode()
    assert "<strong>No cases</strong> with 1 filter on." in page
    assert "No case here with these filters" in page


def test_a_filter_that_cannot_be_read_filters_nothing_and_says_so(sign_in, triager, queue):
    page = sign_in(triager).get("/referrals/?tab=waiting&district=narnia&assigned=me")
    assert len(page.context["rows"]) == 4
    assert "Select one of the choices listed for ‘District’" in page.content.decode()
    assert "Error: Cases" in page.content.decode()


def test_each_tab_offers_what_it_can_be_asked(sign_in, officer, triager):
    client = sign_in(triager)
    offered = {tab: set(client.get(f"/referrals/?tab={tab}").context["form"].fields) for tab in ("waiting", "closed")}
    assert offered["waiting"] - offered["closed"] == {"clock"}
    assert "assigned" not in sign_in(officer).get("/referrals/?tab=active").context["form"].fields
    assert "due" not in dict(sign_in(triager).get("/referrals/?tab=closed").context["form"].fields["sort"].choices)


# --- restricted -----------------------------------------------------------------------------------------------------


def test_a_restricted_case_is_counted_and_says_nothing_but_its_reference(sign_in, officer, triager):
    case = make_referral(
        officer, status="submitted", restricted=True, participant=make_person(officer.organisation, "Kit", "Lark")
    )
    page = sign_in(triager).get("/referrals/?tab=waiting").content.decode()
    assert "<strong>1 case</strong>" in page
    assert case.reference in page
    assert "Only those who are named on this case can open it." in page
    for secret in ("Lark", "Erewash</span>", "Amir Khan", str(case.pk)):
        assert secret not in page, secret
    assert Event.objects.get(kind="referral.listed").ids == []


@pytest.mark.parametrize("query", ["district=erewash", "offence=criminal_damage", "age=adult", "assigned=nobody"])
def test_no_filter_tells_what_is_in_a_restricted_case(sign_in, officer, triager, query):
    make_referral(officer, status="submitted", restricted=True)
    assert listed(sign_in(triager), f"tab=waiting&{query}") == []


def test_no_name_finds_a_restricted_case_but_its_reference_does(sign_in, officer, triager):
    case = make_referral(officer, status="submitted", restricted=True)
    client = sign_in(triager)
    client.post("/referrals/look-for/", {"looked_for": "Ashe"})
    assert listed(client, "tab=waiting") == []
    assert client.get("/referrals/?tab=waiting").context["tabs"][0]["count"] == 0
    client.post("/referrals/look-for/", {"looked_for": case.reference})
    assert listed(client, "tab=waiting") == [case]


def test_those_named_on_a_restricted_case_see_it_as_any_other(sign_in, officer, triager):
    make_referral(officer, status="submitted", restricted=True, assigned_to=triager)
    assert "Jordan Ashe" in sign_in(triager).get("/referrals/?tab=waiting").content.decode()


# --- pages while rows move ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["due", "oldest", "newest"])
@pytest.mark.parametrize("step", [1, 7])
def test_pages_show_no_case_twice_and_miss_none_that_stayed_while_others_come_and_go(
    sign_in, officer, triager, sort, step
):
    """Between any two pages somebody submits new referrals, above and below, and decides some of both pages."""
    made = [make_referral(officer, status="submitted", at=NOW - timedelta(minutes=7 * n)) for n in range(80)]
    client, address, seen, gone, turn = sign_in(triager), f"?tab=waiting&sort={sort}", [], set(), 0
    while address:
        page = client.get(f"/referrals/{address}")
        shown = [row["case"] for row in page.context["rows"]]
        seen += shown
        turn += 1
        for case in [*shown[::step], *[case for case in made if case not in seen][:: step * 3]]:
            gone.add(case)
            Referral.objects.filter(pk=case.pk).update(status="withdrawn", closed_at=NOW)
        for minutes in (-turn, 3 + turn * 11, 10_000 + turn):
            make_referral(officer, status="submitted", at=NOW - timedelta(minutes=minutes))
        address = page.context["next"]
    assert turn >= 3
    assert len(seen) == len(set(seen))
    assert set(made) - gone <= set(seen)


def test_going_back_shows_the_pages_in_the_same_order(sign_in, officer, triager):
    for number in range(60):
        make_referral(officer, status="submitted", at=NOW - timedelta(minutes=number // 3))  # many of one moment
    client = sign_in(triager)
    pages, address = [], "?tab=waiting&sort=newest"
    while address:
        page = client.get(f"/referrals/{address}")
        pages.append([row["case"].pk for row in page.context["rows"]])
        back, address = page.context["previous"], page.context["next"]
    assert [len(page) for page in pages] == [25, 25, 10]
    for expected in (pages[1], pages[0]):
        page = client.get(f"/referrals/{back}")
        assert [row["case"].pk for row in page.context["rows"]] == expected
        back = page.context["previous"]
    assert back == ""
