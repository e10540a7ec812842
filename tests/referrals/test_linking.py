"""Records of one person: found by name, sound, birthday and phone; linked with a reason, and unlinked."""

from datetime import date, timedelta

import pytest
import time_machine

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from referrals import facts, operations, rules
from referrals.likeness import LookedFor, look_for, numbers_like
from referrals.models import Person, PersonLink, Referral
from tests.factories import NOW, make_active_case, make_force, make_person, make_referral, make_user
from tests.referrals.pages import shown, url

pytestmark = pytest.mark.django_db
BORN = date(1998, 3, 4)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def person(force, given_names, family_name, born=None, **fields):
    return make_person(force, given_names, family_name, born, **fields)


def found(force, **wanted):
    return list(Person.objects.of_force(force).like(**wanted))


# --- who is like whom -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "typed"),
    [(("Steven", "Smyth"), ("Steven", "Smith")), (("Stephen", "Phillips"), ("Stephen", "Filips"))],
)
def test_a_name_that_sounds_alike_is_found(known, typed, force):
    them = person(force, *known)
    person(force, known[0], "Nakamura")
    assert found(force, given_names=typed[0], family_name=typed[1]) == [them]


def test_a_name_that_only_sounds_alike_needs_the_first_name_or_the_birthday(force):
    them = person(force, "Oliver", "Knight", BORN)
    assert found(force, given_names="Zachary", family_name="Nite") == []
    assert found(force, given_names="Zachary", family_name="Nite", date_of_birth=BORN) == [them]


@pytest.mark.parametrize("typed", ["07700 900123", "(07700) 900-123", "+44 7700 900123", "0044 7700 900 123"])
def test_a_phone_number_is_found_however_it_was_typed(typed, force):
    them = person(force, "Jordan", "Ashe", phone="07700 900123")
    person(force, "Kit", "Lowe", phone="07700 900124")
    person(force, "No", "Phone")
    assert found(force, phone=typed) == [them]


def test_too_short_a_number_finds_nobody(force):
    person(force, "Jordan", "Ashe", phone="1234")
    assert numbers_like("12 34") == []
    assert found(force, phone="1234") == []


def test_a_name_in_letters_that_have_no_sound_is_not_like_every_other(force):
    person(force, "明", "王")
    assert found(force, given_names="伟", family_name="李") == []


def test_the_most_alike_come_first_and_say_in_what(officer, force):
    exact = person(force, "Jordan", "Ashworth", BORN)
    phone = person(force, "Jordan", "Nakamura", phone="07700 900123")
    mother = person(force, "Ji", "Nakamura", phone="07700 900123")
    spelt = person(force, "Jordan", "Ashwerth")
    swapped = person(force, "Ashworth", "Jordan")
    for each in (exact, phone, mother, spelt, swapped):
        make_referral(officer, participant=each)
    wanted = LookedFor("Jordan", "Ashworth", BORN, "+447700900123")
    known = look_for(wanted, by=officer).known
    assert known[0] == exact
    assert {each.pk: each.why for each in known} == {
        exact.pk: ["Same date of birth", "Same name"],
        phone.pk: ["Same phone number"],
        spelt.pk: ["Name spelt nearly the same", "Last name sounds alike"],
        swapped.pk: ["First and last name the other way round"],
    }


def test_people_of_others_are_only_said_to_be_there(officer, other_officer, force):
    make_referral(other_officer, participant=person(force, "Jordan", "Ashworth"), status="submitted")
    answer = look_for(LookedFor("Jordan", "Ashworth"), by=officer)
    assert (answer.known, answer.unseen) == ([], True)


def test_people_of_restricted_cases_are_only_said_to_be_there(officer, triager, force):
    make_referral(officer, participant=person(force, "Jordan", "Ashworth"), status="submitted", restricted=True)
    answer = look_for(LookedFor("Jordan", "Ashworth"), by=triager)
    assert (answer.known, answer.unseen) == ([], True)


def test_the_start_page_says_why_somebody_may_be_the_person(officer, force, sign_in):
    make_referral(officer, participant=person(force, "Jordan", "Smyth", BORN, phone="07700 900123"))
    sent = {"given_names": "Jordan", "family_name": "Smith", "phone": "07700900123", "once": "a" * 32}
    page = sign_in(officer).post(url("start"), sent).content.decode()
    assert "Born 4 March 1998. Same phone number" in page


# --- linking --------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(force):
    return person(force, "Jordan", "Ashe", BORN), person(force, "Jordan", "Lowe", BORN)


def test_a_link_keeps_who_when_and_why_and_says_so_in_the_trail(two, triager):
    link = operations.link(*two, by=triager, reason="Married since.")
    assert (link.linked_by, link.linked_at, link.reason) == (triager, NOW, "Married since.")
    event = Event.objects.get(kind="person.linked")
    assert event.act == "combination"
    assert set(event.ids) == {str(each.pk) for each in two}
    assert "Married" not in str(event.data)


def test_it_refuses_to_link_a_record_with_itself_or_with_another_force(two, triager):
    with pytest.raises(Refusal, match="same record"):
        operations.link(two[0], two[0], by=triager, reason="x")
    elsewhere = person(make_force("Northshire"), "Jordan", "Ashe")
    for pair in ((two[0], elsewhere), (elsewhere, two[0])):
        with pytest.raises(Refusal, match="Only records of Derbyshire"):
            operations.link(*pair, by=triager, reason="x")


def test_it_refuses_a_second_link_whichever_way_round(two, triager):
    operations.link(*two, by=triager, reason="x")
    with pytest.raises(IllegalMove, match="Carol Finch already linked these two on 10 June 2026"):
        operations.link(two[1], two[0], by=triager, reason="x")


def test_a_link_that_was_taken_back_is_kept_and_can_be_made_again(two, triager):
    link = operations.link(*two, by=triager, reason="One address.")
    operations.unlink(link, by=triager, reason="Brothers.")
    link.refresh_from_db()
    assert (link.unlinked_by, link.unlink_reason, link.reason) == (triager, "Brothers.", "One address.")
    with pytest.raises(IllegalMove, match="already took this link back"):
        operations.unlink(link, by=triager, reason="Again.")
    operations.link(*two, by=triager, reason="After all.")
    assert PersonLink.objects.count() == 2


def test_another_forces_link_cannot_be_taken_back(two, triager, outsider):
    link = operations.link(*two, by=triager, reason="x")
    with pytest.raises(Refusal, match="Only links of Neighbouring"):
        operations.unlink(link, by=outsider, reason="x")


# --- the rules ------------------------------------------------------------------------------------------------------


def test_the_12_month_rule_counts_the_cases_of_linked_records_also_through_a_third(officer, triager, provider, force):
    first, second, third = (person(force, "Jordan", name, BORN) for name in ("Ashe", "Lowe", "Moss"))
    make_active_case(officer, provider, participant=third, at=NOW - timedelta(days=90))
    case = make_referral(officer, participant=first, status="submitted")
    assert facts.facts_of(case, NOW).previous_cases == 0
    operations.link(first, second, by=triager, reason="x")
    link = operations.link(third, second, by=triager, reason="x")
    assert facts.facts_of(case, NOW).previous_cases == 1
    operations.unlink(link, by=triager, reason="x")
    assert facts.facts_of(case, NOW).previous_cases == 0


def test_an_open_case_on_a_linked_record_blocks_a_referral(officer, triager, two):
    other = make_referral(officer, participant=two[1], status="submitted")
    case = make_referral(officer, participant=two[0])
    operations.link(*two, by=triager, reason="x")
    finding = next(f for f in rules.eligibility(facts.facts_of(case, NOW)) if f.rule == "open_case")
    assert finding.fact == f"{other.reference} is open"
    Referral.objects.filter(pk=other.pk).update(restricted=True)
    finding = next(f for f in rules.eligibility(facts.facts_of(case, NOW)) if f.rule == "open_case")
    assert finding.fact == "Another case is open"


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def cases(officer, two):
    """A case of each of the two."""
    return [make_referral(officer, participant=each, status="submitted") for each in two]


def test_a_triager_links_from_the_decision_and_takes_it_back(cases, two, triager, sign_in):
    client = sign_in(triager)
    decision = shown(client, url("accept", cases[0]))
    assert "May be the same person" in decision
    assert "Same date of birth" in decision
    assert url("link", cases[0], two[1]) in decision
    page = client.post(url("link", cases[0], two[1]), {"reason": ""}).content.decode()
    assert "Enter why you think that they are the same person" in page
    client.post(url("link", cases[0], two[1]), {"reason": "Same address."})
    assert Event.objects.get(kind="person.linked").case == cases[0].pk
    decision = shown(client, url("accept", cases[0]))
    assert "Earlier cases of this person" in decision
    assert "Linked record" in decision
    records = shown(client, url("same_person", cases[0]))
    assert "Same address." in records
    assert "Linked by Carol Finch on 10 June 2026" in records
    link = PersonLink.objects.get()
    client.post(url("unlink", cases[0], link), {"reason": "Brothers."})
    assert "Same address." not in shown(client, url("same_person", cases[0]))


def test_a_record_under_another_name_is_found_and_linked_from_the_case(cases, officer, triager, force, sign_in):
    married = person(force, "Alexandra", "Nakamura")
    make_referral(officer, participant=married, status="submitted")
    page = (
        sign_in(triager)
        .post(url("same_person", cases[0]), {"family_name": "Nakamura", "given_names": "Alexandra"})
        .content.decode()
    )
    assert url("link", cases[0], married) in page


def test_the_search_page_lists_people_with_their_cases(cases, triager, sign_in):
    client = sign_in(triager)
    page = client.post(url("find_person"), {"family_name": "Ash", "given_names": "Jordan"}).content.decode()
    assert cases[0].reference in page
    assert url("same_person", cases[0]) in page
    assert "Nobody in the cases" in client.post(url("find_person"), {"phone": "01332 4960000"}).content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Enter a last name, or a phone number"),
        ({"family_name": "Ashe"}, "Enter first names or a date of birth besides the last name"),
        ({"phone": "12"}, "Enter the whole phone number"),
        ({"family_name": "A\x00"}, "Null characters are not allowed"),
    ],
)
def test_the_search_page_says_what_to_enter(sent, said, triager, sign_in):
    assert said in sign_in(triager).post(url("find_person"), sent).content.decode()


def test_nobody_links_whom_they_may_not_see(cases, officer, triager, force, sign_in):
    famous = person(force, "Jordan", "Ashe", BORN)
    make_referral(officer, participant=famous, status="submitted", restricted=True)
    client = sign_in(triager)
    assert client.get(url("link", cases[0], famous)).status_code == 404
    assert client.post(url("link", cases[0], famous), {"reason": "x"}).status_code == 404
    assert "There may be another record of this person" in shown(client, url("accept", cases[0]))


def test_a_linked_record_of_a_restricted_case_is_not_named(cases, two, officer, triager, force, sign_in):
    famous = person(force, "Kim", "Famous")
    made = make_referral(officer, participant=famous, status="submitted")
    operations.link(two[0], famous, by=triager, reason="x")
    Referral.objects.filter(pk=made.pk).update(restricted=True)
    client = sign_in(make_user("Sam Second", force, "triager"))
    for page in (url("same_person", cases[0]), url("accept", cases[0]), url("detail", cases[0])):
        said = shown(client, page)
        assert "Famous" not in said
        assert made.reference not in said
    assert "A record that you may not see" in shown(client, url("same_person", cases[0]))
