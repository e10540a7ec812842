"""The page of an assessment: what it asks, what it refuses without losing what was typed."""

from datetime import date

import pytest

from audit.models import Event
from audit.trail import IllegalMove
from placements import operations
from placements.models import Assessment
from referrals.models import Milestone
from tests.factories import make_active_case, make_child
from tests.placements.factories import (
    make_assessment,
    make_coordinator,
    make_ready_case,
)
from tests.placements.pages import day, text_of, url

pytestmark = pytest.mark.django_db


ANSWERS = {
    "needs": "Reads slowly.",
    "may_work_alone": "False",
    "activities_to_avoid": "Ladders",
    "days_available": ["0", "2"],
    "emergency_contact_name": "Sam Ashe",
    "emergency_contact_phone": "07700 900456",
    "photos_allowed": "true",
}


def test_an_assessment_unlocks_what_comes_next(officer, provider, coordinator, sign_in):
    case = make_active_case(officer, provider)
    response = sign_in(coordinator).post(url("assess", case), ANSWERS, follow=True)
    assert "Assessment of Jordan Ashe completed." in text_of(response)
    found = Assessment.objects.get(case=case)
    assert (found.days_available, found.may_work_alone, found.completed_by) == ([0, 2], False, coordinator)
    assert case.milestones.filter(kind=Milestone.Kind.ASSESSED).exists()
    assert case.consents.filter(kind="photo", withdrawn_at__isnull=True).get().given_by == "Jordan Ashe"


def test_an_assessment_may_be_changed_later(case, coordinator, sign_in):
    response = sign_in(coordinator).post(url("assess", case), {**ANSWERS, "medical": "Asthma"}, follow=True)
    assert "Assessment changed." in text_of(response)
    assert "Asthma" in text_of(response)
    assert Event.objects.filter(case=case.pk, kind="assessment.edited").count() == 1


def test_a_second_assessment_is_refused_with_who_did_the_first(case, coordinator):
    with pytest.raises(IllegalMove, match="Ellen Marsh completed this assessment on 10 June 2026"):
        operations.complete_assessment(
            case, by=coordinator, emergency_contact_name="A", emergency_contact_phone="1", days_available=[0]
        )


def test_an_assessment_without_a_contact_keeps_what_was_typed(officer, provider, coordinator, sign_in):
    case = make_active_case(officer, provider)
    response = sign_in(coordinator).post(url("assess", case), {**ANSWERS, "emergency_contact_name": ""})
    assert "Enter the name of an emergency contact" in text_of(response)
    assert "Reads slowly." in text_of(response)
    assert not Assessment.objects.exists()


def test_a_childs_assessment_needs_the_consent_of_a_parent_or_carer(officer, provider, coordinator, sign_in):
    case = make_active_case(officer, provider, participant=make_child(officer.organisation))
    client = sign_in(coordinator)
    assert "Enter the name of the parent or carer who consents" in text_of(client.post(url("assess", case), ANSWERS))
    given = {**ANSWERS, "parent_consent_by": "Pat Stone", **day("parent_consent_on", date(2026, 6, 9))}
    client.post(url("assess", case), given)
    assert Assessment.objects.get(case=case).parent_consent_by == "Pat Stone"
    assert case.consents.get(kind="photo").given_by == "Pat Stone"


def test_people_kept_apart_are_named_by_the_reference_of_a_case_that_one_may_see(
    case, officer, coordinator, outsider, sign_in
):
    other = make_ready_case(officer, coordinator)
    foreign = make_ready_case(outsider, make_coordinator(outsider.organisation, "Olga Kent"))
    client = sign_in(coordinator)
    response = client.post(url("assess", case), {**ANSWERS, "never_with": f"{other.reference}\n{foreign.reference}"})
    assert f"You have no case {foreign.reference}" in text_of(response)
    client.post(url("assess", case), {**ANSWERS, "never_with": other.reference.lower()})
    assert list(case.assessment.never_with.all()) == [other]


def test_an_assessment_of_another_case_is_not_touched(case, officer, coordinator, sign_in):
    other = make_active_case(officer, coordinator.organisation)
    make_assessment(other, coordinator)
    sign_in(coordinator).post(url("assess", case), {**ANSWERS, "medical": "Asthma"})
    assert Assessment.objects.get(case=other).medical == ""


@pytest.mark.parametrize("change", [{"medical": "Epilepsy"}, {"photos_allowed": False}, {"never_with": True}])
def test_the_second_of_two_who_change_an_assessment_sees_what_the_first_wrote_and_keeps_their_words(
    case, officer, provider, coordinator, sign_in, change
):
    client = sign_in(coordinator)
    client.post(url("assess", case), ANSWERS)
    seen = client.get(url("assess", case)).context["form"]["seen"].value()
    given = {
        "emergency_contact_name": "Sam Ashe", "emergency_contact_phone": "07700 900456", "days_available": [0, 2],
        "photos_allowed": True, "needs": "Reads slowly.", "may_work_alone": False, "activities_to_avoid": "Ladders",
    }  # fmt: skip
    if "never_with" in change:
        change = {"never_with": [make_ready_case(officer, coordinator)]}
    operations.edit_assessment(case.assessment, by=make_coordinator(provider), **{**given, **change})
    before = Assessment.objects.values().get(case=case)

    response = client.post(url("assess", case), {**ANSWERS, "needs": "Large print.", "seen": seen})

    page = text_of(response)
    assert response.status_code == 409
    assert "Gita Rao changed this assessment on" in page
    assert "What stands there now" in page
    assert "Large print." in page
    assert Assessment.objects.values().get(case=case) == before
    again = {**ANSWERS, "needs": "Large print.", "seen": response.context["form"]["seen"].value()}
    assert client.post(url("assess", case), again).status_code == 302
    assert Assessment.objects.get(case=case).needs == "Large print."
