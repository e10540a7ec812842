"""Two officers in one draft, and one who sends the same form twice: nobody's words are lost, nothing is made twice."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client

from audit.models import Event
from referrals import operations
from referrals.models import Consent, Person, Referral, Victim
from tests.factories import NOW, make_child, make_person, make_referral, make_victim
from tests.referrals.pages import row_of, url
from tests.referrals.test_drafting_pages import CONSENT, INCIDENT, PERSON, RISKS, VICTIM

pytestmark = pytest.mark.django_db
ADULTS = {
    "parent_given_names": "Ann",
    "parent_family_name": "Stone",
    "relationship": "mother",
    "appropriate_adult": "Ann Stone, mother",
}
SENTENCE = re.compile(
    r"Beth Lowe changed this on \d+ \w+ \d{4} at \d\d:\d\d, after you opened the page\. "
    r"Nothing that you entered is saved yet: compare, then save again\."
)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, other_officer):
    case = make_referral(officer)
    case.named_officers.add(other_officer)
    return case


@pytest.fixture
def amir(officer):
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def beth(other_officer):
    client = Client()
    client.force_login(other_officer)
    return client


def opened(client, address):
    """The hidden fields of the form as it is opened: the version, and the key of the page."""
    shown = client.get(address).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(version|once)" value="([^"]*)"', shown))


# --- two people -----------------------------------------------------------------------------------------------------


def test_what_another_saved_meanwhile_is_not_overwritten_unseen(amir, beth, case):
    address = url("edit_incident", case)
    seen = opened(amir, address)
    assert beth.post(address, {**INCIDENT, "place": "Market Place", **opened(beth, address)}).status_code == 302
    saved = row_of(case)

    page = amir.post(address, {**INCIDENT, "place": "Outside the library", **seen})
    shown = page.content.decode()
    assert page.status_code == 412
    assert SENTENCE.search(shown)
    assert 'value="Outside the library"' in shown  # what was typed is still there
    assert "Saved meanwhile" in shown
    assert "Market Place" in shown  # to compare with
    assert row_of(case) == saved

    # the page shown again carries the new version: saving again wins
    now_seen = {"version": re.search(r'name="version" value="(\d+)"', shown)[1]}
    assert int(now_seen["version"]) == saved["version"]
    assert amir.post(address, {**INCIDENT, "place": "Outside the library", **now_seen}).status_code == 302
    assert Referral.objects.get().place == "Outside the library"


def test_changes_of_other_fields_do_not_get_in_the_way(amir, beth, case):
    seen = opened(amir, url("edit_incident", case))
    beth.post(url("edit_risks", case), {**RISKS, **opened(beth, url("edit_risks", case))})
    assert amir.post(url("edit_incident", case), {**INCIDENT, **seen}).status_code == 302


def test_saving_without_a_change_gets_in_nobodys_way(amir, beth, case):
    amir.post(url("edit_incident", case), INCIDENT)
    seen = opened(amir, url("edit_incident", case))
    beth.post(url("edit_incident", case), {**INCIDENT, **opened(beth, url("edit_incident", case))})
    assert amir.post(url("edit_incident", case), {**INCIDENT, "place": "Here", **seen}).status_code == 302


def test_what_both_entered_alike_is_no_conflict(amir, beth, case):
    seen = opened(amir, url("edit_incident", case))
    beth.post(url("edit_incident", case), {**INCIDENT, "place": "Here", **opened(beth, url("edit_incident", case))})
    assert amir.post(url("edit_incident", case), {**INCIDENT, "place": "Here", **seen}).status_code == 302


def test_ones_own_changes_in_another_window_are_no_conflict(amir, case):
    seen = opened(amir, url("edit_incident", case))
    amir.post(url("edit_incident", case), {**INCIDENT, "place": "Here", **seen})
    assert amir.post(url("edit_incident", case), {**INCIDENT, "place": "There", **seen}).status_code == 302


@pytest.mark.parametrize(
    ("section", "first", "second"),
    [
        ("edit_person", {**PERSON, "phone": "07700 900222"}, PERSON),
        ("edit_risks", {**RISKS, "needs": "Deaf."}, RISKS),
        ("edit_consent", {**CONSENT, "given_by": "Another"}, CONSENT),
        ("edit_parent", {**ADULTS, "parent_given_names": "Anna"}, ADULTS),
        ("edit_victim", {**VICTIM, "view": "Nothing."}, VICTIM),
    ],
)
def test_every_section_is_guarded(section, first, second, amir, beth, officer, case):
    if section == "edit_parent":
        Referral.objects.update(participant=make_child(officer.organisation))
    keys = [case, make_victim(case)] if section == "edit_victim" else [case]
    address = url(section, *keys)
    seen = opened(amir, address)
    assert beth.post(address, {**first, **opened(beth, address)}).status_code == 302
    before = row_of(case), list(Person.objects.order_by("pk").values()), list(Consent.objects.order_by("pk").values())
    page = amir.post(address, {**second, **seen})
    assert page.status_code == 412
    assert SENTENCE.search(page.content.decode())
    after = row_of(case), list(Person.objects.order_by("pk").values()), list(Consent.objects.order_by("pk").values())
    assert after == before
    again = re.search(r'name="version" value="(\d+)"', page.content.decode())[1]
    assert amir.post(address, {**second, "version": again}).status_code == 302


def test_of_two_victims_each_is_guarded_by_itself(amir, beth, case):
    one, other = make_victim(case), make_victim(case, person=make_person(case.force, "Nell", "Poole"))
    seen = opened(amir, url("edit_victim", case, one))
    beth.post(url("edit_victim", case, other), {**VICTIM, **opened(beth, url("edit_victim", case, other))})
    assert amir.post(url("edit_victim", case, one), {**VICTIM, **seen}).status_code == 302


@pytest.mark.parametrize("version", ["", "x", "٣", "-1", "99999999999999999999"])
def test_a_version_that_is_none_stops_nobody(version, amir, case):
    assert amir.post(url("edit_incident", case), {**INCIDENT, "version": version}).status_code == 302


def test_restored_text_carries_the_version_it_was_typed_at(amir, beth, case):
    address = url("edit_incident", case)
    typed = {**INCIDENT, "place": "Outside the library", **opened(amir, address)}
    amir.post("/account/keep/", {**typed, "kept_path": address})
    beth.post(address, {**INCIDENT, "place": "Market Place", **opened(beth, address)})
    assert amir.post(address, {**typed, **opened(amir, address)}).status_code == 412


def test_the_trail_says_what_was_changed_at_which_version(officer, case):
    operations.edit_draft(case, by=officer, place="Here", rationale=case.rationale)
    assert Event.objects.get(kind="referral.edited").data == {"fields": ["place"], "version": 1}
    case.refresh_from_db()
    assert case.version == 2


def test_the_strict_check_refuses_whoever_changed_it(officer, case):
    assert operations.unchanged_since(case, 1).pk == case.pk
    operations.edit_draft(case, by=officer, place="Here")
    with pytest.raises(operations.Stale) as refused:
        operations.unchanged_since(case, 1)
    assert refused.value.status == 412


# --- one form, sent twice -------------------------------------------------------------------------------------------


def test_the_start_of_a_draft_sent_twice_makes_one(amir):
    sent = {"given_names": "Sam", "family_name": "Lowe", **opened(amir, url("start"))}
    first, second = amir.post(url("start"), sent), amir.post(url("start"), sent)
    case = Referral.objects.get()
    assert first["Location"] == second["Location"] == url("edit_person", case)
    assert Person.objects.count() == 1
    # gone back and written for somebody else: another draft
    amir.post(url("start"), {**sent, "given_names": "Alex"})
    assert Referral.objects.count() == 2


def test_a_match_chosen_twice_makes_one_draft(amir, officer):
    known = make_person(officer.organisation, "Jonathan", "Ashworth")
    make_referral(officer, participant=known, status="submitted")
    looked_for = {"given_names": "Jonathan", "family_name": "Ashworth", **opened(amir, url("start"))}
    shown = amir.post(url("start"), looked_for).content.decode()
    assert f'name="once" value="{looked_for["once"]}"' in shown
    chosen = {**looked_for, "looked": "1", "participant": str(known.pk)}
    assert amir.post(url("start"), chosen)["Location"] == amir.post(url("start"), chosen)["Location"]
    assert Referral.objects.filter(participant=known).count() == 2


def test_a_victim_sent_twice_is_one_victim(amir, case):
    sent = {**VICTIM, **opened(amir, url("add_victim", case))}
    for _ in range(2):
        assert amir.post(url("add_victim", case), sent)["Location"] == url("edit_victims", case)
    assert Victim.objects.get().person.name == "Mary Poole"
    amir.post(url("add_victim", case), {**VICTIM, **opened(amir, url("add_victim", case))})
    assert Victim.objects.count() == 2  # on another page it may be said again


def test_a_victim_that_was_refused_can_be_sent_again_from_the_same_page(amir, case):
    key = opened(amir, url("add_victim", case))
    refused = amir.post(url("add_victim", case), {**VICTIM, "family_name": "", **key})
    assert f'name="once" value="{key["once"]}"' in refused.content.decode()
    assert amir.post(url("add_victim", case), {**VICTIM, **key}).status_code == 302
    assert Victim.objects.count() == 1


# --- until when the victim is to be told ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reported_on", "fields", "words"),
    [
        (date(2026, 6, 9), {}, "Tell them by the end of Tuesday 16 June"),
        (None, {}, "Tell them by the end of Friday 12 June"),  # from the offence, on Sunday the 7th
        (date(2026, 6, 9), {"enhanced_rights": True}, "Tell them by the end of Wednesday 10 June"),
        (date(2026, 6, 1), {}, "Overdue: they should have been told by the end of Monday 8 June"),
        (date(2026, 6, 9), {"told_about_rj_on": date(2026, 6, 10)}, "Told on 10 June 2026"),
    ],
)
def test_until_when_a_victim_is_to_be_told_is_said_on_the_list_and_the_page(reported_on, fields, words, amir, case):
    Referral.objects.update(reported_on=reported_on)
    victim = make_victim(case, **fields)
    for address in (url("edit_victims", case), url("edit_victim", case, victim), url("check", case)):
        assert words in amir.get(address).content.decode()
