"""Two triagers at once: one link is made, one case is restricted, and the other is told."""

import pytest

from audit.models import Event
from referrals import operations
from referrals.models import PersonLink
from tests.factories import make_person, make_referral, make_user
from tests.placements.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_link_the_same_records_one_is_told_who_was_first(force, triager):
    first, second = make_person(force, "Jordan", "Ashe"), make_person(force, "Jordan", "Lowe")
    other = make_user("Sam Second", force, "triager")
    said = at_once(
        lambda: operations.link(first, second, by=triager, reason="x"),
        lambda: operations.link(second, first, by=other, reason="y"),
    )
    assert PersonLink.objects.count() == Event.objects.filter(kind="person.linked").count() == 1
    [refusal] = [each for each in said if each]
    assert refusal.sentence.startswith(f"{PersonLink.objects.get().linked_by} already linked these two")


def test_of_two_who_take_a_link_back_one_is_told(force, triager):
    pair = make_person(force, "Jordan", "Ashe"), make_person(force, "Jordan", "Lowe")
    link = operations.link(*pair, by=triager, reason="x")
    said = at_once(*[lambda reason=reason: operations.unlink(link, by=triager, reason=reason) for reason in "ab"])
    assert sum(1 for each in said if each) == 1
    assert Event.objects.filter(kind="person.unlinked").count() == 1


def test_of_two_who_restrict_a_case_one_is_told_and_the_other_is_on_it(officer, force, triager):
    case, other = make_referral(officer, status="submitted"), make_user("Sam Second", force, "triager")
    said = at_once(
        lambda: operations.restrict(case, by=triager, reason="x"),
        lambda: operations.restrict(case, by=other, reason="y"),
    )
    assert [str(each) for each in said if each] == [f"{case.reference} is already restricted."]
    assert case.admitted.count() == 1


def test_two_who_take_each_other_off_leave_one(officer, force, triager):
    case, other = make_referral(officer, status="submitted"), make_user("Sam Second", force, "triager")
    operations.restrict(case, by=triager, reason="x")
    operations.admit(case, by=triager, person=other)
    at_once(
        lambda: operations.dismiss(case, by=triager, person=other),
        lambda: operations.dismiss(case, by=other, person=triager),
    )
    assert case.admitted.count() == 1
