"""Who reads what in the timeline of a case."""

import pytest

from audit.trail import record
from restorative.lifecycle import DECLINE
from tests.factories import make_active_case, make_user

pytestmark = pytest.mark.django_db


def test_restorative_justice_is_told_to_those_who_open_the_case_for_it(
    sign_in, officer, triager, provider, practitioner
):
    """A coordinator who is a practitioner as well opened the case as a coordinator: the process is a colleague's."""
    both = make_user("Pat Both", provider, "coordinator", "practitioner")
    case = make_active_case(officer, provider)
    record(DECLINE.kind, by=practitioner, case=case)
    said = "The victim declined restorative justice"
    assert said in sign_in(triager).get(f"/referrals/{case.pk}/").content.decode()
    assert said not in sign_in(both).get(f"/referrals/{case.pk}/").content.decode()
