"""Who may see which case, whoever asks by whatever role."""

import pytest

from referrals.models import OverrideRequest, Person, Referral, Victim
from tests import factories
from tests.factories import NOW, make_active_case, make_referral, make_user, make_victim


@pytest.fixture
def cases(officer, other_officer, provider):
    """One case of each kind: the officer's draft, submitted and active one, and another officer's."""
    return {
        "draft": make_referral(officer),
        "submitted": make_referral(officer, status="submitted"),
        "active": make_active_case(officer, provider),
        "of another": make_referral(other_officer, status="submitted"),
        "withdrawn draft": make_referral(officer, status="withdrawn", submitted_at=None, closed_at=NOW),
    }


def seen_by(user, cases, permission="referrals.read"):
    seen = set(Referral.objects.visible_to(user, permission))
    return {name for name, case in cases.items() if case in seen}


def test_an_officer_sees_their_own(officer, cases):
    assert seen_by(officer, cases) == {"draft", "submitted", "active", "withdrawn draft"}


def test_an_officer_sees_what_they_are_named_on(other_officer, cases):
    assert seen_by(other_officer, cases) == {"of another"}
    cases["draft"].named_officers.add(other_officer)
    assert seen_by(other_officer, cases) == {"of another", "draft"}


def test_a_triager_sees_what_was_submitted(triager, cases):
    assert seen_by(triager, cases) == {"submitted", "active", "of another"}


def test_a_coordinator_sees_what_was_allocated(coordinator, cases):
    assert seen_by(coordinator, cases) == {"active"}


def test_a_manager_sees_only_what_they_are_asked(manager, triager, cases):
    assert seen_by(manager, cases) == set()
    OverrideRequest.objects.create(
        case=cases["active"], kind="place_before_workshop", reason="Full", asked_by=triager, asked_at=NOW
    )
    assert seen_by(manager, cases) == {"active"}


@pytest.mark.parametrize("who", ["facilitator", "practitioner", "auditor", "administrator", "outsider"])
def test_nobody_else_sees_any(who, request, cases):
    assert seen_by(request.getfixturevalue(who), cases) == set()


def test_an_account_that_was_closed_sees_nothing(officer, cases):
    officer.is_active = False
    assert seen_by(officer, cases) == set()


def test_the_verb_of_one_role_does_not_reach_the_cases_of_another(force, cases):
    both = make_user("Una Both", force, "referrer", "triager")
    own = make_referral(both, status="submitted")
    cases["own"] = own
    assert seen_by(both, cases, "referrals.refer") == {"own"}
    assert seen_by(both, cases, "referrals.triage") == {"submitted", "active", "of another", "own"}
    as_opened = Referral.objects.visible_to(both).with_permissions_of(both).get(pk=cases["active"].pk)
    assert as_opened.may("referrals.triage")
    assert not as_opened.may("referrals.refer")


@pytest.mark.parametrize(
    ("who", "sees"),
    [("officer", 1), ("triager", 1), ("other_officer", 0), ("coordinator", 0), ("manager", 0), ("outsider", 0)],
)
def test_victims_stand_before_the_officer_and_the_triage_team_only(who, sees, request, cases, triager):
    make_victim(cases["active"])
    OverrideRequest.objects.create(
        case=cases["active"], kind="place_before_workshop", reason="Full", asked_by=triager, asked_at=NOW
    )
    assert Victim.objects.visible_to(request.getfixturevalue(who)).count() == sees


def test_a_manager_who_also_refers_does_not_see_the_victims_of_others(force, cases, triager):
    make_victim(cases["active"])
    OverrideRequest.objects.create(
        case=cases["active"], kind="place_before_workshop", reason="Full", asked_by=triager, asked_at=NOW
    )
    both = make_user("Mo Both", force, "referrer", "manager")
    assert seen_by(both, cases) == {"active"}
    assert not Victim.objects.visible_to(both).exists()


def test_a_person_is_found_by_a_name_spelt_nearly_so(force):
    known = factories.make_person(force, "Jonathan", "Ashworth")
    factories.make_person(force, "Priya", "Kaur")
    assert list(Person.objects.of_force(force).like("Jonathon", "Ashwerth")) == [known]


def test_a_person_is_found_by_birthday_and_one_name(force):
    known = factories.make_person(force, "Bartholomew", "Ashworth")
    assert list(Person.objects.like("Jo", "Ashword", known.date_of_birth)) == [known]
    assert list(Person.objects.like("Bartholomew", "Kaur", known.date_of_birth)) == [known]
    assert list(Person.objects.like("Jo", "Kaur", known.date_of_birth)) == []
    assert list(Person.objects.like("Jo", "Ashword")) == []


def test_a_person_is_found_when_the_names_were_swapped(force):
    known = factories.make_person(force, "Ashworth", "Bailey", None)
    factories.make_person(force, "Ashworth", "Kaur", None)
    assert list(Person.objects.like("Bailey", "Ashworth")) == [known]
