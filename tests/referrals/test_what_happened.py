"""What has happened in a case, in pages and by kind; and who has to do with it."""

import pytest
import time_machine

from audit.trail import KINDS, record
from referrals import lifecycle, operations
from referrals.lifecycle import CLOSED
from referrals.models import Referral, WithdrawReason
from referrals.views.happened import GROUPS, group_of
from tests.factories import NOW, make_active_case, make_referral, make_victim
from tests.referrals.factories import make_case
from tests.referrals.pages import STATUSES, shown, url
from tests.restorative.factories import make_process
from tests.workshops.factories import make_booking, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, provider, coordinator, triager):
    return make_active_case(officer, provider, triager=triager, caseworker=coordinator)


def titles(client, case, **query):
    return [event["title"] for event in client.get(url("happened", case), query).context["events"]]


# --- what happened --------------------------------------------------------------------------------------------------


def test_each_filter_shows_its_kind_and_no_other(case, officer, triager, sign_in):
    record(lifecycle.ACCEPT.kind, by=triager, case=case, hours=10, provider="Remedi")
    record(lifecycle.QUERY.kind, by=triager, case=case)
    record(lifecycle.CONTACTED, by=officer, case=case)
    record(lifecycle.NOTE_WRITTEN, by=officer, case=case)
    record(lifecycle.TAKEN_ON, by=officer, case=case, caseworker="Ellen Marsh")
    client = sign_in(officer)
    assert len(titles(client, case)) == 5
    assert {name: titles(client, case, show=name) for name in GROUPS} == {
        "decisions": ["Accepted: 10 hours with Remedi"],
        "questions": ["Question to the officer; the clock stopped"],
        "work": ["First contact with the participant"],
        "papers": ["Note written"],
        "people": ["Caseworker: Ellen Marsh"],
    }
    assert len(titles(client, case, show="nonsense")) == 5


def test_every_kind_that_a_filter_names_exists():
    """So that a kind that is renamed does not fall to the others unseen."""
    for _, names in GROUPS.values():
        for name in names:
            known = [kind for kind in KINDS if kind == name or (name.endswith(".") and kind.startswith(name))]
            assert known, name
    assert group_of("booking.made") == "work"


@pytest.mark.parametrize("show", ["", "papers"])
def test_pages_follow_each_other_there_and_back_and_keep_the_filter(show, case, officer, sign_in):
    for number in range(60):
        record(lifecycle.DOCUMENT_ADDED, by=officer, case=case, document=f"No {number}")
    client, address, pages = sign_in(officer), f"{url('happened', case)}?show={show}", []
    while address:
        page = client.get(address)
        pages.append([event["title"] for event in page.context["events"]])
        back = page.context["previous"]
        address = page.context["next"] and url("happened", case) + page.context["next"]
        assert f"show={show}" in (address or f"show={show}")
    assert [len(page) for page in pages] == [25, 25, 10]
    assert pages[0][0] == "Document added: No 59"
    assert len({title for page in pages for title in page}) == 60
    page = client.get(url("happened", case) + back)
    assert [event["title"] for event in page.context["events"]] == pages[1]


@pytest.mark.parametrize(
    "cursor", ["x", "2026-06-10T09:00:00+00:00,x", "2026-06-10T09:00:00,1", f"2026-06-10T09:00:00+00:00,{'9' * 5000}"]
)
def test_a_page_that_does_not_exist_is_not_found(cursor, case, officer, sign_in):
    assert sign_in(officer).get(url("happened", case), {"after": cursor}).status_code == 404


def test_the_case_page_shows_the_latest_and_leads_to_all(case, officer, sign_in):
    for number in range(12):
        record(lifecycle.DOCUMENT_ADDED, by=officer, case=case, document=f"No {number}")
    page = sign_in(officer).get(url("detail", case))
    assert [event["title"] for event in page.context["events"]] == [
        f"Document added: No {number}" for number in range(11, 1, -1)
    ]
    assert f'href="{url("happened", case)}"' in page.content.decode()


def test_nothing_of_a_kind_says_so(case, officer, sign_in):
    assert "Nothing of this kind has happened yet." in shown(
        sign_in(officer), f"{url('happened', case)}?show=questions"
    )
    assert "Nothing has happened yet." in shown(sign_in(officer), url("happened", case))


def test_a_provider_reads_nothing_of_what_is_not_theirs_to_know(case, officer, coordinator, sign_in):
    record(lifecycle.VICTIM_UPDATED, by=officer, case=case)
    record(lifecycle.SENSITIVE_NOTE_WRITTEN, by=officer, case=case)
    assert titles(sign_in(officer), case) == ["Victim told what has happened"]
    assert titles(sign_in(coordinator), case) == []
    assert titles(sign_in(coordinator), case, show="people") == []


# --- people ---------------------------------------------------------------------------------------------------------


def people(client, case):
    return [(one.role, one.name, one.reach) for one in client.get(url("detail", case)).context["people"]]


@pytest.mark.parametrize("status", STATUSES)
def test_everybody_on_the_case_stands_there_with_how_to_reach_them(
    status, officer, other_officer, triager, provider, coordinator, facilitator, practitioner, sign_in
):
    case = make_case(status, officer, triager, provider, supervisor="Sgt Lou Dale", assigned_to=triager)
    case.named_officers.add(other_officer)
    decided = {"declined": "Declined", **dict.fromkeys(["active", "suspended", "completed", "returned"], "Accepted")}
    expected = [
        ("Officer", "Amir Khan", "2214, Ilkeston SNT, amir.khan@derbyshire-police.example"),
        ("Also named", "Beth Lowe", "3301, Buxton SNT, beth.lowe@derbyshire-police.example"),
        ("Supervisor", "Sgt Lou Dale", ""),
        ("Triage", "Carol Finch", "carol.finch@derbyshire-police.example"),
    ]
    if status in decided:
        expected.append((f"{decided[status]} by", "Carol Finch", "carol.finch@derbyshire-police.example"))
    if case.provider_id:
        Referral.objects.filter(pk=case.pk).update(caseworker=coordinator)
        make_booking(case, make_session(facilitator), "booked")
        make_process(case, practitioner, victim=make_victim(case))
        expected += [
            ("Caseworker", "Ellen Marsh", "Remedi, ellen.marsh@remedi.example"),
            ("Workshop facilitator", "Dev Patel", "dev.patel@derbyshire-police.example"),
            ("Restorative justice", "Femi Ade", "femi.ade@remedi.example"),
        ]
    assert people(sign_in(triager), case) == expected


def test_of_a_case_that_nobody_has_the_page_says_so(officer, provider, triager, sign_in):
    waiting = make_referral(officer, status="submitted")
    assert ("Triage", "Nobody in particular", "") in people(sign_in(triager), waiting)
    active = make_active_case(officer, provider, triager=triager)
    assert ("Caseworker", "Nobody yet", "Remedi") in people(sign_in(triager), active)


def test_somebody_who_left_is_named_without_an_address(case, officer, triager, sign_in):
    officer.is_active = False
    officer.save()
    assert people(sign_in(triager), case)[0] == ("Officer", "Amir Khan", "2214, Ilkeston SNT, no longer here")


def test_a_provider_sees_the_officers_and_its_own_people(case, coordinator, sign_in):
    Referral.objects.filter(pk=case.pk).update(supervisor="Sgt Lou Dale")
    assert [role for role, *_ in people(sign_in(coordinator), case)] == ["Officer", "Caseworker"]


@pytest.mark.parametrize("status", ["submitted", "queried", *CLOSED])
def test_what_is_not_there_yet_is_said_in_a_sentence(status, officer, triager, provider, sign_in):
    case = make_case(status, officer, triager, provider, milestones=())
    page = sign_in(triager).get(url("detail", case))
    if case.provider_id:
        assert all(worklist.rows or worklist.empty or worklist.locked for worklist in page.context["stages"])
    else:
        said = (
            "The plan is made when the referral is accepted" if status in ("submitted", "queried") else "There is none"
        )
        assert said in page.content.decode()


def test_what_to_know_before_meeting_the_person_stands_at_the_top(case, coordinator, officer, sign_in):
    person = case.participant
    person.needs, person.language, person.interpreter_needed = "Uses a wheelchair.", "Polish", True
    person.save()
    Referral.objects.filter(pk=case.pk).update(risks="Has a dog.", restricted=True)
    client = sign_in(coordinator)
    client.post(url("detail", case), {"reason_to_open": "My case."})
    top = shown(client, url("detail", case)).split("app-columns")[0]
    for said in ("Has a dog.", "Interpreter needed", "Polish", "Uses a wheelchair.", "Restricted"):
        assert said in top


def test_no_known_risk_is_said_only_where_somebody_asked(case, officer, sign_in):
    Referral.objects.filter(pk=case.pk).update(risks="", risks_considered=False)
    assert "No risks are known." not in shown(sign_in(officer), url("detail", case))
    Referral.objects.filter(pk=case.pk).update(risks_considered=True)
    assert "No risks are known." in shown(sign_in(officer), url("detail", case))


def test_a_withdrawn_referral_keeps_its_people(officer, triager, sign_in):
    case = make_referral(officer, status="submitted")
    operations.withdraw(case, by=officer, reason=WithdrawReason.objects.get(code="duplicate"))
    assert people(sign_in(triager), case) == [
        ("Officer", "Amir Khan", "2214, Ilkeston SNT, amir.khan@derbyshire-police.example")
    ]
