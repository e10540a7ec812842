"""Everything that a referral says, on the page where it is checked and on paper."""

from datetime import date

import pytest
import time_machine

from audit.models import Event
from tests.factories import NOW, make_active_case, make_child, make_person, make_referral, make_victim
from tests.referrals.pages import shown, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


PERSON = {
    "given_names": "Riley",
    "family_name": "Stone",
    "date_of_birth": date(2011, 5, 6),
    "sex": "female",
    "gender": "Non-binary",
    "phone": "07700 900111",
    "phone_is_safe": True,
    "email": "riley@home.example",
    "address": "1 High Street",
    "district_id": "amber_valley",
    "school": "Heanor Gate",
    "disability": "yes",
    "ethnicity_id": "W1",
    "officer_perceived_ethnicity_id": "A1",
    "needs": "Reads slowly.",
    "language": "Polish",
    "interpreter_needed": True,
}
CASE = {
    "relationship": "mother",
    "appropriate_adult": "Mr Adult",
    "asb_qualifier": "nuisance",
    "crime_number": "26*123",
    "reported_on": date(2026, 6, 8),
    "weapon": True,
    "risks": "Has a dog.",
    "hours_set": 30,
    "hours_reason": "Third time.",
    "supervisor": "Sgt Super",
    "inspector": "Insp. Gray",
    "inspector_reason": "A penknife, not drawn.",
}
EVERYTHING = [
    "Riley Stone", "6 May 2011", "Female", "Non-binary", "07700 900111 (safe to use)",
    "riley@home.example (not known to be safe)", "1 High Street", "Amber Valley", "Heanor Gate",
    "Ann Stone", "mother", "Mr Adult",
    "Criminal damage", "Nuisance", "26*123", "8 June 2026", "Bath Street, Ilkeston", "Erewash", "Sprayed paint",
    "A weapon",
    "Community resolution", "Accepted", "First time, admits it", "30", "Third time.", "Sgt Super",
    "Mary Poole", "Would like the shelter cleaned.", "Repair the damage", "Tell them by the end of Monday 15 June",
    "07700 900123, after four",
    "Has a dog.", "Reads slowly.", "Polish",
    "To take part in the scheme", "Insp. Gray", "A penknife, not drawn.", "Amir Khan, 2214, Ilkeston SNT", "Beth Lowe",
]  # fmt: skip
OF_THE_VICTIM = ["Mary Poole", "Would like the shelter cleaned.", "07700 900123"]


@pytest.fixture
def whole(officer, other_officer):
    """whole(make) → a case in which every question is answered."""

    def answered(make):
        child, parent = make_child(officer.organisation), make_person(officer.organisation, "Ann", "Stone")
        for name, value in PERSON.items():
            setattr(child, name, value)
        child.save()
        case = make(participant=child, parent_or_carer=parent, **CASE)
        case.named_officers.add(other_officer)
        make_victim(case, safe_contact="07700 900123, after four")
        return case

    return answered


def test_the_check_page_shows_every_answer(officer, sign_in, whole):
    case = whole(lambda **fields: make_referral(officer, **fields))
    page = shown(sign_in(officer), url("check", case))
    assert [text for text in EVERYTHING if text not in page] == []
    assert page.count(f'href="{url("edit_risks", case)}"') >= 4  # each leads to where it is changed


@pytest.mark.parametrize("who", ["officer", "triager"])
def test_the_summary_holds_everything_that_the_officer_entered(who, officer, triager, sign_in, whole, request):
    case = whole(lambda **fields: make_referral(officer, status="submitted", **fields))
    person = request.getfixturevalue(who)
    client = sign_in(person)
    page = shown(client, url("summary", case))
    assert [text for text in [case.reference, "Waiting for a decision", *EVERYTHING] if text not in page] == []
    assert f"read by {person.full_name}" in page
    assert "/incident/" not in page  # nothing can be changed from here
    assert Event.objects.get(kind="referral.read", case=case.pk).actor == person.pk


@pytest.mark.parametrize("who", ["coordinator", "manager"])
def test_who_may_not_know_the_victim_reads_nothing_of_them(
    who, officer, provider, coordinator, sign_in, whole, request
):
    case = whole(lambda hours_set, **fields: make_active_case(officer, provider, hours=hours_set, **fields))
    case.override_requests.create(
        kind="place_before_workshop", reason="Full.", asked_by=coordinator, asked_at=NOW
    )  # for the manager to open it
    page = shown(sign_in(request.getfixturevalue(who)), url("summary", case))
    assert "Riley Stone" in page
    hidden = [*OF_THE_VICTIM, "Sprayed paint", "First time, admits it", "A penknife", "Sgt Super"]
    if who == "manager":
        hidden += ["07700 900111", "1 High Street", "Has a dog.", "Reads slowly."]
    assert [text for text in hidden if text in page] == []


def test_the_page_after_submitting_and_the_case_lead_to_the_summary(officer, sign_in):
    case, client = make_referral(officer), sign_in(officer)
    page = client.post(url("check", case), follow=True).content.decode()
    assert f'href="{url("summary", case)}">Print a summary</a>' in page
    assert f'href="{url("summary", case)}">Summary to print</a>' in page


def test_a_referral_is_not_submitted_before_somebody_thought_of_the_risks(officer, sign_in):
    case, client = make_referral(officer, risks_considered=False), sign_in(officer)
    page = client.post(url("check", case))
    assert page.status_code == 422
    assert "Enter the risks to know about, or that none are known." in page.content.decode()
    sent = {"any_risks": "none", "risks": "", "needs": "", "language": ""}
    client.post(url("edit_risks", case), sent)
    assert "None known" in shown(client, url("check", case))
    assert client.post(url("check", case)).status_code == 302


def test_risks_no_longer_known_are_taken_back(officer, sign_in):
    case, client = make_referral(officer, risks="Has a dog."), sign_in(officer)
    client.post(url("edit_risks", case), {"any_risks": "none", "risks": "Has a dog.", "needs": "", "language": ""})
    case.refresh_from_db()
    assert (case.risks, case.risks_considered) == ("", True)


def test_the_sections_say_how_many_documents_there_are(officer, sign_in):
    case, client = make_referral(officer), sign_in(officer)
    assert "None added" in shown(client, url("draft", case))
    for number in range(2):
        case.documents.create(
            kind="other", title=f"Paper {number}", file="x", filename="x", media_type="application/pdf", size=1,
            sha256="0" * 64, added_by=officer, added_at=NOW,
        )  # fmt: skip
    assert "2 documents" in shown(client, url("draft", case))
    case.documents.update(removed_at=NOW, removed_by=officer, removed_because="Wrong case.")
    assert "None added" in shown(client, url("draft", case))


def test_who_names_the_risks_has_thought_of_them(officer, sign_in):
    case = make_referral(officer, risks="Has a dog.", risks_considered=False)
    assert sign_in(officer).post(url("check", case)).status_code == 302
