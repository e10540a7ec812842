"""What a verb does not do for anybody: change people of other cases, decide about oneself, touch what is over."""

import pytest

from audit.trail import IllegalMove, Refusal
from referrals import operations
from referrals.models import OverrideRequest, Referral, Victim
from tests.factories import NOW, make_active_case, make_person, make_referral, make_user, make_victim

pytestmark = pytest.mark.django_db


def test_a_new_draft_does_not_rename_the_person_of_another_case(officer, provider):
    case = make_active_case(officer, provider)
    draft = operations.draft(by=officer, person={}, participant=case.participant)
    with pytest.raises(Refusal, match="Jordan Ashe is in another case"):
        operations.edit_draft(draft, by=officer, person={"given_names": "Somebody", "phone": "07700 900999"})
    case.participant.refresh_from_db()
    assert (case.participant.given_names, case.participant.phone) == ("Jordan", "")


def test_a_new_draft_does_not_rename_the_parent_of_another_case(officer, provider, force):
    parent = make_person(force, "Dana", "Ashe")
    make_active_case(officer, provider, parent_or_carer=parent)
    draft = operations.draft(by=officer, person={}, participant=parent)
    with pytest.raises(Refusal, match="Dana Ashe is in another case"):
        operations.edit_draft(draft, by=officer, person={"given_names": "Somebody"})


def test_first_contact_is_refused_in_a_case_that_somebody_closed_meanwhile(officer, coordinator, provider):
    opened = make_active_case(officer, provider)
    Referral.objects.filter(pk=opened.pk).update(status="returned", closed_at=NOW)
    with pytest.raises(IllegalMove, match="returned to the officer"):
        operations.record_first_contact(opened, by=coordinator, at=NOW)
    assert not opened.milestones.exists()


def test_a_new_draft_may_say_how_to_reach_a_person_of_another_case(officer, provider):
    case = make_active_case(officer, provider)
    draft = operations.draft(by=officer, person={}, participant=case.participant)
    operations.edit_draft(draft, by=officer, person={"given_names": "Jordan", "phone": "07700 900999"})
    case.participant.refresh_from_db()
    assert case.participant.phone == "07700 900999"


def test_nobody_grants_the_override_that_they_asked_for(officer, provider, force):
    both = make_user("Pat Both", force, "triager", "manager")
    case = make_active_case(officer, provider)
    asked = operations.ask_override(case, by=both, kind="place_before_workshop", reason="Works nights.")
    with pytest.raises(Refusal, match="another manager"):
        operations.decide_override(asked, by=both, agreed=True, reason="Fine.")
    assert OverrideRequest.objects.get().decided_at is None


def test_a_decided_referral_is_assigned_to_nobody(officer, triager, provider):
    case = make_active_case(officer, provider)
    with pytest.raises(IllegalMove, match="waits for no decision"):
        operations.assign(case, by=triager, to=triager)
    case.refresh_from_db()
    assert case.assigned_to is None


def test_pages_of_a_person_who_is_signed_in_are_kept_nowhere(sign_in, officer):
    make_referral(officer, status="submitted", at=NOW)
    answer = sign_in(officer).get("/referrals/")
    assert answer["Cache-Control"] == "no-store"


def test_a_message_that_names_somebody_is_in_no_cookie(sign_in, officer):
    victim = make_victim(make_referral(officer))
    client = sign_in(officer)
    client.post(f"/referrals/{victim.case_id}/victims/{victim.pk}/remove/", {"csrfmiddlewaretoken": "x"})
    assert not Victim.objects.exists()
    assert "messages" not in client.cookies
    assert "Mary Poole" in client.get(f"/referrals/{victim.case_id}/victims/").content.decode()
