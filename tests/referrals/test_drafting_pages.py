"""The officer's pages, from the search to submission."""

from datetime import date

import pytest
import time_machine

from audit.models import Event
from referrals.lifecycle import Status
from referrals.models import Consent, Person, Referral, Victim
from tests.factories import NOW, make_child, make_person, make_referral, make_victim
from tests.referrals.pages import row_of, url

pytestmark = pytest.mark.django_db

PERSON = {
    "given_names": "Sam", "family_name": "Lowe", "date_of_birth_day": "1", "date_of_birth_month": "2",
    "date_of_birth_year": "1999", "sex": "male", "disability": "no", "phone": "07700 900111", "phone_is_safe": "true",
    "ethnicity": "W1",
}  # fmt: skip
INCIDENT = {
    "offence": "criminal_damage", "asb_qualifier": "environmental", "incident_number": "26000111222",
    "offence_at_day": "8", "offence_at_month": "6", "offence_at_year": "2026", "offence_at_time": "14:30",
    "place": "Bath Street, Ilkeston", "district": "erewash", "circumstances": "Sprayed paint on the bus shelter.",
    "flags": ["none"],
}  # fmt: skip
DISPOSAL = {
    "disposal": "community_resolution", "disposal_at_day": "9", "disposal_at_month": "6", "disposal_at_year": "2026",
    "disposal_at_time": "10:00", "responsibility": "accepted", "sufficient_evidence": "true",
    "rationale": "First time.", "hours_set": "12",
}  # fmt: skip
RISKS = {"any_risks": "yes", "risks": "Has a dog.", "needs": "Reads slowly.", "language": "", "interpreter_needed": ""}
VICTIM = {
    "kind": "person", "given_names": "Mary", "family_name": "Poole", "consulted_on_day": "9",
    "consulted_on_month": "6", "consulted_on_year": "2026", "view": "Clean it up.", "wish": "repair_damage",
}  # fmt: skip
CONSENT = {
    "kinds": ["take_part", "share"], "given_by": "Sam Lowe", "relationship": "self", "given_on_day": "9",
    "given_on_month": "6", "given_on_year": "2026",
}  # fmt: skip


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def test_an_officer_gets_from_the_search_to_submission(officer, sign_in):
    client = sign_in(officer)
    page = client.post(url("start"), {"given_names": "Sam", "family_name": "Lowe"})
    case = Referral.objects.get()
    assert page["Location"] == url("edit_person", case)
    for section, sent, following in (
        ("edit_person", PERSON, "edit_incident"),
        ("edit_incident", INCIDENT, "edit_disposal"),
        ("edit_disposal", DISPOSAL, "edit_victims"),
        ("add_victim", VICTIM, "edit_victims"),
        ("edit_risks", RISKS, "edit_consent"),
        ("edit_consent", CONSENT, "check"),
    ):
        assert client.get(url(section, case)).status_code == 200
        page = client.post(url(section, case), sent)
        assert page.status_code == 302, page.context["form"].errors
        assert page["Location"] == url(following, case)
    page = client.get(url("check", case))
    for text in ("Sam Lowe", "Sprayed paint on the bus shelter.", "Community resolution", "Mary Poole", "To take part"):
        assert text in page.content.decode()
    assert "Before you submit" not in page.content.decode()
    assert client.post(url("check", case))["Location"] == url("detail", case)
    case.refresh_from_db()
    assert case.status == Status.SUBMITTED
    assert case.submitted_at == NOW
    assert case.participant.date_of_birth == date(1999, 2, 1)
    assert case.hours_set == 12
    assert case.victims.get().person.name == "Mary Poole"
    assert Event.objects.filter(kind="referral.submitted", case=case.pk).count() == 1


# --- the search -----------------------------------------------------------------------------------------------------


def test_a_person_whom_the_officer_knows_is_offered_and_linked(officer, sign_in):
    known = make_person(officer.organisation, "Jonathan", "Ashworth")
    make_referral(officer, participant=known, status="submitted")
    client = sign_in(officer)
    looked_for = {"given_names": "Jonathon", "family_name": "Ashwerth"}
    page = client.post(url("start"), looked_for)
    assert "Jonathan Ashworth" in page.content.decode()
    assert "Born 4 March 1998" in page.content.decode()
    assert Referral.objects.count() == 1
    assert Event.objects.get(kind="person.searched").ids == [str(known.pk)]

    page = client.post(url("start"), {**looked_for, "looked": "1"})
    assert "Select the person, or ‘None of these’" in page.content.decode()

    client.post(url("start"), {**looked_for, "looked": "1", "participant": str(known.pk)})
    assert Referral.objects.filter(participant=known).count() == 2
    assert Person.objects.count() == 1


def test_none_of_these_starts_a_new_record(officer, sign_in):
    known = make_person(officer.organisation, "Jonathan", "Ashworth")
    make_referral(officer, participant=known)
    sent = {"given_names": "Jonathan", "family_name": "Ashworth", "looked": "1", "participant": "new"}
    sign_in(officer).post(url("start"), sent)
    assert Person.objects.filter(family_name="Ashworth").count() == 2


def test_of_a_record_that_is_not_theirs_an_officer_learns_only_that_there_may_be_one(officer, other_officer, sign_in):
    hidden = make_person(officer.organisation, "Jonathan", "Ashworth")
    make_referral(other_officer, participant=hidden, status="submitted")
    client = sign_in(officer)
    page = client.post(url("start"), {"given_names": "Jon", "family_name": "Ashworth"}, follow=True)
    shown = page.content.decode()
    assert "There may already be a record of this person: the triage team will check." in shown
    assert "Jonathan" not in shown
    assert str(hidden.pk) not in shown


def test_a_record_of_another_force_is_not_even_hinted_at(officer, outsider, sign_in):
    make_referral(outsider, participant=make_person(outsider.organisation, "Jonathan", "Ashworth"), status="submitted")
    page = sign_in(officer).post(url("start"), {"given_names": "Jonathan", "family_name": "Ashworth"}, follow=True)
    assert "already be a record" not in page.content.decode()


def test_a_person_not_offered_cannot_be_linked(officer, other_officer, sign_in):
    known = make_person(officer.organisation, "Jonathan", "Ashworth")
    make_referral(officer, participant=known)
    hidden = make_person(officer.organisation, "Jonathan", "Ashworth")
    make_referral(other_officer, participant=hidden)
    sent = {"given_names": "Jonathan", "family_name": "Ashworth", "looked": "1", "participant": str(hidden.pk)}
    page = sign_in(officer).post(url("start"), sent)
    assert page.status_code == 200
    assert Referral.objects.filter(participant=hidden).count() == 1


def test_a_search_without_a_name_starts_nothing(officer, sign_in):
    page = sign_in(officer).post(url("start"), {"given_names": "", "family_name": "Ashworth"})
    assert "Enter first names" in page.content.decode()
    assert 'value="Ashworth"' in page.content.decode()
    assert not Referral.objects.exists()


# --- sections -------------------------------------------------------------------------------------------------------


BAD = [
    ("edit_person", {**PERSON, "family_name": ""}, "Enter last name", "07700 900111"),
    ("edit_person", {**PERSON, "date_of_birth_year": "2030"}, "Enter a date that is not in the future.", "Lowe"),
    ("edit_person", {**PERSON, "email": "sam.at.example"}, "Enter an email address", "sam.at.example"),
    ("edit_incident", {**INCIDENT, "flags": []}, "Select what it involved", "Sprayed paint"),
    ("edit_incident", {**INCIDENT, "flags": ["none", "weapon"]}, "not both", "Sprayed paint"),
    ("edit_incident", {**INCIDENT, "offence_at_month": "13"}, "must be a real date", "Sprayed paint"),
    ("edit_incident", {**INCIDENT, "offence_at_year": "2027"}, "Enter a time that is not in the future.", "14:30"),
    ("edit_disposal", {**DISPOSAL, "hours_set": "a dozen"}, "Enter the hours as a whole number, like 12", "a dozen"),
    ("edit_disposal", {**DISPOSAL, "hours_set": "301"}, "must be 300 or less", "First time."),
    ("edit_disposal", {**DISPOSAL, "disposal": "stocks"}, "Select one of the choices", "First time."),
    ("edit_incident", {**INCIDENT, "reported_on_year": "2026"}, "must include a day and month", "Sprayed paint"),
    ("edit_risks", {**RISKS, "risks": ""}, "Enter what the risks are", "Reads slowly."),
    ("edit_risks", {**RISKS, "any_risks": ""}, "Select whether there are risks", "Has a dog."),
    ("add_victim", {**VICTIM, "kind": ""}, "Select who was harmed", "Clean it up."),
    ("add_victim", {**VICTIM, "family_name": ""}, "Enter last name", "Clean it up."),
    ("add_victim", {**VICTIM, "kind": "business"}, "Enter name of the business", "Clean it up."),
    ("edit_consent", {**CONSENT, "given_by": ""}, "Enter who signed", "take_part"),
    ("edit_consent", {**CONSENT, "given_on_day": "31"}, "must be a real date", "Sam Lowe"),
]


@pytest.mark.parametrize(("section", "sent", "sentence", "typed"), BAD)
def test_bad_input_says_what_to_enter_and_loses_nothing(section, sent, sentence, typed, officer, sign_in):
    case = make_referral(officer)
    before, person = row_of(case), Person.objects.values().get()
    page = sign_in(officer).post(url(section, case), sent)
    shown = page.content.decode()
    assert page.status_code == 200
    assert sentence in shown
    assert typed in shown
    assert "There is a problem" in shown
    assert "<title>Error: " in shown
    assert row_of(case) == before
    assert Person.objects.values().get() == person
    assert not Victim.objects.exists()
    assert Consent.objects.filter(withdrawn_at=None).count() == 2


def test_save_and_come_back_later_leads_to_the_sections(officer, sign_in):
    case = make_referral(officer)
    page = sign_in(officer).post(url("edit_incident", case), {**INCIDENT, "place": "", "later": "1"})
    assert page["Location"] == url("draft", case)
    assert Referral.objects.get().place == ""


def test_the_sections_say_how_far_they_have_got(officer, sign_in):
    case = make_referral(officer, place="", disposal_id=None, hours_set=None)
    shown = sign_in(officer).get(url("draft", case)).content.decode()
    assert "Not finished" in shown
    assert "Enter where it happened." in shown
    assert "Not started" in shown  # the disposal
    assert "2 sections still need something" in shown


def test_a_child_is_asked_for_the_adults_and_a_gravity_score(officer, sign_in):
    case = make_referral(officer, participant=make_child(officer.organisation))
    client = sign_in(officer)
    assert "Parent or carer, and appropriate adult" in client.get(url("draft", case)).content.decode()
    assert "Gravity score" in client.get(url("edit_disposal", case)).content.decode()
    assert client.post(url("edit_person", case), {**PERSON, "date_of_birth_year": "2011"})["Location"] == url(
        "edit_parent", case
    )
    sent = {
        "parent_given_names": "Ann",
        "parent_family_name": "Stone",
        "relationship": "mother",
        "appropriate_adult": "Ann Stone, mother",
    }
    page = client.post(url("edit_parent", case), {**sent, "relationship": ""})
    assert "Enter their relationship to the child" in page.content.decode()
    assert client.post(url("edit_parent", case), sent)["Location"] == url("edit_incident", case)
    case = Referral.objects.get()
    assert (case.parent_or_carer.name, case.appropriate_adult) == ("Ann Stone", "Ann Stone, mother")
    assert 'value="Ann"' in client.get(url("edit_parent", case)).content.decode()


def test_an_adult_is_not_asked_what_only_concerns_children(officer, sign_in):
    case = make_referral(officer)
    client = sign_in(officer)
    assert "Parent or carer" not in client.get(url("draft", case)).content.decode()
    shown = client.get(url("edit_disposal", case)).content.decode()
    assert "Gravity score" not in shown
    assert "Youth caution" not in shown
    assert "Conditional caution" in shown


def test_an_inspectors_authority_is_asked_for_only_where_it_is_needed(officer, sign_in):
    case = make_referral(officer)
    client = sign_in(officer)
    assert "inspector" not in client.get(url("draft", case)).content.decode()
    client.post(url("edit_incident", case), {**INCIDENT, "flags": ["weapon"]})
    assert "An inspector’s authority" in client.get(url("draft", case)).content.decode()
    assert client.post(url("check", case)).status_code == 422
    client.post(url("edit_authority", case), {"inspector": "Insp. Gray", "inspector_reason": "A penknife, not drawn."})
    assert client.post(url("check", case)).status_code == 302


def test_victims_are_added_changed_and_removed(officer, sign_in):
    case, client = make_referral(officer), None
    client = sign_in(officer)
    client.post(url("add_victim", case), {"kind": "business", "business_name": "Bath Street Stores"})
    victim = Victim.objects.get()
    assert "Bath Street Stores" in client.get(url("edit_victims", case)).content.decode()
    client.post(
        url("edit_victim", case, victim),
        {"kind": "business", "business_name": "Bath Street Shop", "view": "Pay for it."},
    )
    victim.refresh_from_db()
    assert (victim.organisation_name, victim.view) == ("Bath Street Shop", "Pay for it.")
    assert client.get(url("remove_victim", case, victim)).status_code == 405
    client.post(url("remove_victim", case, victim))
    assert not Victim.objects.exists()


def test_a_victim_is_reached_only_through_its_own_case(officer, sign_in):
    case, other = make_referral(officer), make_referral(officer)
    victim = make_victim(other)
    client = sign_in(officer)
    assert client.get(url("edit_victim", case, victim)).status_code == 404
    assert client.post(url("remove_victim", case, victim)).status_code == 404
    assert Victim.objects.exists()


def test_unticking_every_consent_withdraws_them(officer, sign_in):
    case = make_referral(officer)
    sign_in(officer).post(url("edit_consent", case), {})
    assert not Consent.objects.filter(withdrawn_at=None).exists()


# --- submission -----------------------------------------------------------------------------------------------------


def test_a_referral_that_breaks_the_rules_stays_a_draft_and_each_rule_leads_to_its_page(officer, sign_in):
    case = make_referral(officer, domestic_abuse=True, hours_set=40, place="")
    page = sign_in(officer).post(url("check", case))
    shown = page.content.decode()
    assert page.status_code == 422
    assert "<title>Error: " in shown
    for sentence, section in (
        ("Enter where it happened.", "edit_incident"),
        ("cannot come to this scheme", "edit_incident"),
        ("Enter why 40 hours are set", "edit_disposal"),
    ):
        assert sentence in shown
        assert f'href="{url(section, case)}"' in shown
    assert Referral.objects.get().status == Status.DRAFT


def test_every_finding_leads_to_a_page(officer):
    from referrals.rules import NEEDED_TO_SUBMIT, Facts, eligibility, incomplete
    from referrals.views.sections import page_for

    case = make_referral(officer)
    worst = [
        Facts(age=None, disposal=None, agrees=False, domestic_abuse=True, weapon=True),
        Facts(age=15, disposal="community_resolution", adults_only=True, needs_admission=True, victims=1),
        Facts(age=15, disposal="outcome_22", gravity_score=4, hours=40),
    ]
    found = incomplete(dict.fromkeys(NEEDED_TO_SUBMIT))
    found += [finding for facts in worst for finding in eligibility(facts) if finding.blocks]
    assert len({finding.rule for finding in found}) > 18
    for finding in found:
        assert page_for(case, finding).startswith(f"/referrals/{case.pk}/")


PAGES = [
    "draft", "edit_person", "edit_parent", "edit_incident", "edit_disposal", "edit_victims", "add_victim",
    "edit_risks", "edit_consent", "edit_authority", "check",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_draft_is_its_officers_and_those_named_on_it(page, officer, other_officer, outsider, sign_in):
    case = make_referral(officer)
    assert sign_in(other_officer).get(url(page, case)).status_code == 404
    assert sign_in(outsider).get(url(page, case)).status_code == 404
    case.named_officers.add(other_officer)
    assert sign_in(other_officer).get(url(page, case)).status_code == 200
    assert Event.objects.filter(kind="referral.read", case=case.pk, actor=other_officer.pk).count() == 1


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["triager", "coordinator", "manager", "facilitator"])
def test_nobody_else_opens_the_pages_of_a_draft(page, who, officer, request, sign_in):
    case = make_referral(officer)
    assert sign_in(request.getfixturevalue(who)).get(url(page, case)).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_once_submitted_the_pages_of_the_draft_lead_to_the_case(page, officer, sign_in):
    case = make_referral(officer, status="submitted")
    assert sign_in(officer).get(url(page, case))["Location"] == url("detail", case)


@pytest.mark.parametrize(
    ("page", "sent", "typed"),
    [
        ("edit_person", PERSON, "07700 900111"),
        ("edit_incident", {**INCIDENT, "place": "Elsewhere"}, "Elsewhere"),
        ("edit_disposal", {**DISPOSAL, "rationale": "Another."}, "Another."),
        ("add_victim", VICTIM, "Clean it up."),
        ("edit_risks", RISKS, "Reads slowly."),
        ("edit_consent", CONSENT, "Sam Lowe"),
        ("check", {}, ""),
    ],
)
def test_what_is_sent_after_submission_is_refused_and_not_lost(page, sent, typed, officer, sign_in):
    case = make_referral(officer, status="submitted")
    before = row_of(case)
    answer = sign_in(officer).post(url(page, case), sent)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert case.reference in shown
    assert typed in shown
    assert row_of(case) == before
    assert not Victim.objects.exists()
