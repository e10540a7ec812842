"""The list of cases and the page of one case."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls.converters import UUIDConverter

from audit.models import Event
from referrals.models import Milestone, OverrideRequest, Referral
from tests.factories import NOW, make_active_case, make_child, make_person, make_referral, make_victim
from tests.referrals.factories import make_case
from tests.referrals.pages import STATUSES, shown, url

pytestmark = pytest.mark.django_db
LIST, HOME = "/referrals/", "/"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


# --- the list -------------------------------------------------------------------------------------------------------


def test_tabs_count_what_the_person_may_see(officer, other_officer, triager, coordinator, provider, sign_in):
    for status in STATUSES:
        make_case(status, officer, triager, provider)
    make_referral(officer)
    make_referral(other_officer, status="submitted")

    def tabs(user):
        return {tab["text"]: tab["count"] for tab in sign_in(user).get(LIST).context["tabs"]}

    closed = {"Active": 1, "Suspended": 1, "Closed": 4}
    assert tabs(officer) == {"Waiting for a decision": 1, "Question to the officer": 1, "Drafts": 1, **closed}
    assert tabs(triager) == {"Waiting for a decision": 2, "Question to the officer": 1, **closed}
    assert tabs(coordinator) == {"Active": 1, "Suspended": 1, "Closed": 2}


def test_the_oldest_referral_waits_at_the_top_with_its_clock(officer, triager, sign_in):
    late = make_referral(officer, status="submitted", at=NOW - timedelta(days=7))
    new = make_referral(officer, status="submitted")
    page = sign_in(triager).get(LIST)
    assert [row["case"] for row in page.context["rows"]] == [late, new]
    assert "Was due Thursday 4 June at 10:00" in page.content.decode()
    assert "Due Thursday 11 June at 10:00" in page.content.decode()


def test_what_a_list_shows_is_recorded(officer, triager, sign_in):
    case = make_referral(officer, status="submitted")
    sign_in(triager).get(LIST)
    assert Event.objects.get(kind="referral.listed").ids == [str(case.pk)]


@pytest.mark.parametrize("typed", ["ashe", "JORDAN", "jor ash", "{reference}", "{number}", "ij/2026/{number}"])
def test_a_case_is_found_by_name_or_reference_and_the_address_does_not_say_so(typed, officer, triager, sign_in):
    case = make_referral(officer, status="submitted", reference="IJ/2026/000417")
    make_referral(officer, status="submitted", participant=make_person(officer.organisation, "Priya", "Kaur"))
    typed = typed.format(reference=case.reference, number="417" if "ij" not in typed else "000417")
    client = sign_in(triager)
    page = client.post(url("look_for"), {"looked_for": typed, "tab": "waiting"})
    assert page["Location"] == "/referrals/?tab=waiting"
    page = client.get(page["Location"])
    assert [row["case"] for row in page.context["rows"]] == [case]
    assert page.context["tabs"][0]["count"] == 1
    client.post(url("look_for"), {"looked_for": ""})
    assert len(client.get(LIST).context["rows"]) == 2


def test_a_search_that_finds_nothing_says_what_to_try(triager, sign_in):
    client = sign_in(triager)
    client.post(url("look_for"), {"looked_for": "Nobody%_"})
    assert "No case here answers to what you typed" in shown(client, LIST)


def test_a_search_that_finds_nothing_in_a_tab_leads_to_the_tabs_where_it_does(officer, triager, sign_in):
    make_referral(officer, status="queried", participant=make_person(officer.organisation, "Priya", "Kaur"))
    client = sign_in(triager)
    client.post(url("look_for"), {"looked_for": "Kaur"})
    page = client.get(LIST).content.decode()
    assert '<a class="govuk-link" href="?tab=queried">Question to the officer: 1 found</a>' in page
    assert "0 found" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("district=derby", ["Riley Stone"]),
        ("offence=shop_theft", ["Riley Stone"]),
        ("age=young", ["Riley Stone"]),
        ("age=adult", ["Jordan Ashe"]),
        ("district=derby&age=adult", []),
        ("district=atlantis", ["Jordan Ashe", "Riley Stone"]),
    ],
)
def test_filters_narrow_the_list(query, found, officer, triager, sign_in):
    make_referral(officer, status="submitted")
    child = make_child(officer.organisation)
    make_referral(officer, status="submitted", participant=child, district_id="derby", offence_id="shop_theft")
    page = sign_in(triager).get(f"{LIST}?tab=waiting&{query}")
    assert sorted(row["case"].participant.name for row in page.context["rows"]) == found
    if "atlantis" in query:
        assert "Select one of the choices" in page.content.decode()


def test_a_young_person_is_one_on_the_day_of_referral(officer, triager, sign_in):
    almost = make_person(officer.organisation, date_of_birth=date(2008, 6, 11))
    make_referral(officer, status="submitted", participant=almost)
    with time_machine.travel(NOW + timedelta(days=30)):
        assert len(sign_in(triager).get(f"{LIST}?age=young").context["rows"]) == 1


@pytest.mark.parametrize("tab", ["waiting", "active", "closed"])
def test_pages_follow_each_other_there_and_back(tab, officer, triager, provider, sign_in):
    status = {"waiting": "submitted", "active": "active", "closed": "completed"}[tab]
    person = make_person(officer.organisation)
    cases = [
        make_case(status, officer, triager, provider, participant=person, at=NOW - timedelta(hours=number // 2))
        for number in range(60)
    ]
    client, address, seen, pages = sign_in(triager), f"{LIST}?tab={tab}", [], []
    while address:
        page = client.get(address)
        pages.append([row["case"].pk for row in page.context["rows"]])
        seen += pages[-1]
        back = page.context["previous"]
        address = page.context["next"] and LIST + page.context["next"]
    assert [len(page) for page in pages] == [25, 25, 10]
    assert len(set(seen)) == len(seen) == len(cases)
    for expected in reversed(pages[:-1]):
        page = client.get(LIST + back)
        assert [row["case"].pk for row in page.context["rows"]] == expected
        back = page.context["previous"]
    assert back == ""


@pytest.mark.parametrize("cursor", ["tomorrow", "2026-06-10,x", "2026-06-10T09:00:00+00:00", ","])
def test_a_page_that_does_not_exist_is_not_found(cursor, triager, sign_in):
    assert sign_in(triager).get(LIST, {"after": cursor}).status_code == 404


def test_an_unknown_tab_shows_the_first(triager, sign_in):
    assert sign_in(triager).get(f"{LIST}?tab=drafts").context["tab"] == "waiting"


# --- the case -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("who", ["officer", "triager", "coordinator", "manager"])
def test_the_case_page_says_where_the_case_is_and_is_recorded_as_read(
    status, who, officer, triager, provider, request, sign_in
):
    case = make_case(status, officer, triager, provider)
    user = request.getfixturevalue(who)
    if who == "manager":
        OverrideRequest.objects.create(case=case, kind="reopen", reason="New.", asked_by=triager, asked_at=NOW)
    client = sign_in(user)
    if not Referral.objects.visible_to(user).exists():
        assert client.get(url("detail", case)).status_code == 404
        return
    page = shown(client, url("detail", case))
    assert case.reference in page
    assert "Jordan Ashe" in page
    assert Event.objects.filter(kind="referral.read", case=case.pk, actor=user.pk).count() == 1


@pytest.mark.parametrize("who", ["other_officer", "outsider"])
def test_a_case_of_somebody_else_is_not_found(who, officer, request, sign_in):
    case = make_referral(officer, status="submitted")
    assert sign_in(request.getfixturevalue(who)).get(url("detail", case)).status_code == 404
    assert not Event.objects.filter(kind="referral.read").exists()


@pytest.mark.parametrize("who", ["facilitator", "practitioner", "auditor", "administrator"])
def test_other_roles_have_no_case_pages(who, officer, request, sign_in):
    case = make_referral(officer, status="submitted")
    assert sign_in(request.getfixturevalue(who)).get(url("detail", case)).status_code == 403


def buttons(client, case):
    return [action.text for action in client.get(url("detail", case)).context["actions"]]


@pytest.mark.parametrize(
    ("who", "status", "offered"),
    [
        ("officer", "submitted", ["Withdraw"]),
        ("officer", "queried", ["Answer the question", "Withdraw"]),
        ("officer", "declined", []),
        ("triager", "submitted", ["Decide", "Withdraw"]),
        ("triager", "queried", ["Decline", "Withdraw"]),
        ("triager", "active", ["Close as completed", "Suspend", "Return to the officer", "Withdraw"]),
        ("triager", "suspended", ["Resume", "Return to the officer", "Withdraw"]),
        ("triager", "completed", ["Ask to reopen"]),
        ("coordinator", "active", ["Take on this case"]),
        ("coordinator", "completed", ["Ask to reopen"]),
    ],
)
def test_only_what_may_be_done_next_is_offered(who, status, offered, officer, triager, provider, request, sign_in):
    case = make_case(status, officer, triager, provider)
    assert buttons(sign_in(request.getfixturevalue(who)), case) == offered


def test_a_coordinator_is_led_from_taking_on_to_first_contact(officer, provider, coordinator, sign_in):
    case = make_active_case(officer, provider, caseworker=coordinator)
    assert buttons(sign_in(coordinator), case)[:2] == ["Record first contact", "Hand over"]
    Milestone.objects.create(case=case, kind="first_contact", at=NOW)
    assert buttons(sign_in(coordinator), case)[0] == "Hand over"


def test_a_draft_leads_its_officer_to_the_sections(officer, sign_in):
    case = make_referral(officer)
    assert sign_in(officer).get(url("detail", case))["Location"] == url("draft", case)


def test_the_timeline_tells_what_was_done_and_not_who_read(officer, triager, sign_in):
    case = make_referral(officer, status="submitted")
    client = sign_in(triager)
    client.post(url("ask", case), {"question": "Which shop?"})
    page = client.get(url("detail", case))
    assert [(event["title"], event["by"]) for event in page.context["events"]] == [
        ("Question to the officer; the clock stopped", "Carol Finch")
    ]


def test_only_those_who_work_with_the_person_see_how_to_reach_them(officer, provider, coordinator, manager, sign_in):
    person = make_person(officer.organisation, phone="07700 900555", phone_is_safe=True, address="9 Cromford Road")
    case = make_active_case(officer, provider, participant=person, risks="Has a dog.")
    OverrideRequest.objects.create(
        case=case, kind="place_before_workshop", reason="Full", asked_by=coordinator, asked_at=NOW
    )
    for user, sees in ((coordinator, True), (officer, True), (manager, False)):
        page = shown(sign_in(user), url("detail", case))
        for detail in ("07700 900555 (safe to use)", "9 Cromford Road", "Has a dog."):
            assert (detail in page) is sees


# --- victims --------------------------------------------------------------------------------------------------------


@pytest.fixture
def zebedee(officer, triager, provider, coordinator):
    """Zebedee Quill was harmed in an active case; nobody but the officer and the triage team may learn of him."""
    case = make_active_case(
        officer, provider, triager=triager, caseworker=coordinator, circumstances="Broke Zebedee Quill’s window.",
        rationale="Mr Quill agrees.",
    )  # fmt: skip
    victim = make_person(officer.organisation, "Zebedee", "Quill", phone="07700 900777")
    make_victim(case, person=victim, view="Quill wants the window mended.", safe_contact="Mrs Quill, after six")
    case.queries.create(
        question="Is Quill content?",
        answer="Quill is.",
        asked_by=triager,
        asked_at=NOW,
        answered_by=officer,
        answered_at=NOW,
    )
    case.override_requests.create(kind="place_before_workshop", reason="Full", asked_by=coordinator, asked_at=NOW)
    return case


@pytest.mark.parametrize("who", ["coordinator", "manager"])
def test_the_provider_and_managers_never_see_a_victim_on_any_page(who, zebedee, request, sign_in):
    from referrals.urls import urlpatterns

    client, opened = sign_in(request.getfixturevalue(who)), 0
    addresses = [HOME, LIST, f"{LIST}?tab=active"]
    addresses += [
        url(p.name, zebedee)
        for p in urlpatterns
        if p.pattern.converters.keys() == {"pk"} and isinstance(p.pattern.converters["pk"], UUIDConverter)
    ]
    addresses += [url("decide_override", zebedee.override_requests.get())]
    for address in addresses:
        page = client.get(address)
        opened += page.status_code == 200
        for secret in ("Quill", "Zebedee", "07700 900777"):
            assert secret not in page.content.decode(), address
    assert opened >= 5


@pytest.mark.parametrize("who", ["officer", "triager"])
def test_the_officer_and_the_triage_team_see_the_victim(who, zebedee, request, sign_in):
    page = shown(sign_in(request.getfixturevalue(who)), url("detail", zebedee))
    assert "Zebedee Quill" in page
    assert "Mrs Quill, after six" in page
