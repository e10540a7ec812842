"""The assessment as a task list: what each section asks, what it refuses without losing what was typed, and when it is
complete."""

from datetime import date

import pytest

from accounts.models import KeptText
from audit.models import Event
from audit.trail import IllegalMove, Refusal
from placements import operations, rules
from placements.models import Assessment
from placements.operations.assessing import section_as_seen
from placements.querysets import to_be_assessed
from referrals.models import Milestone, Referral
from referrals.operations import withdraw_consent
from referrals.operations.running import StageLocked
from tests.factories import NOW, make_active_case, make_child
from tests.placements.factories import make_assessment, make_consent, make_coordinator, make_ready_case
from tests.placements.pages import day, text_of, url

pytestmark = pytest.mark.django_db

ANSWERS = {
    "needs": {"any_needs": "yes", "needs": "Reads slowly."},
    "risks": {"any_risk_to_self": "none", "any_risk_to_others": "yes", "risk_to_others": "Argues."},
    "medical": {"any_medical": "none"},
    "emergency": {
        "emergency_contact_name": "Sam Ashe",
        "emergency_contact_phone": "07700 900456",
        "emergency_contact_relationship": "Sister",
    },
    "lone_working": {"may_work_alone": "False"},
    "activities": {"any_activities": "yes", "activities_to_avoid": "Ladders"},
    "apart": {"any_apart": "none"},
    "days": {"days_available": ["0", "2"]},
    "consents": {"medical": "yes", "photo": "no", "given_by": "Jordan Ashe", **day("given_on", date(2026, 6, 10))},
}
OF_A_PARENT = {
    "work": "yes",
    "medical": "yes",
    "photo": "no",
    "given_by": "Pat Stone",
    "relationship": "Mother",
    **day("given_on", date(2026, 6, 9)),
}


def section(case, name):
    return url("assess_section", case, name)


@pytest.fixture
def unassessed(officer, provider):
    return make_active_case(officer, provider)


@pytest.fixture
def child(officer, provider):
    return make_active_case(officer, provider, participant=make_child(officer.organisation))


def test_section_by_section_it_becomes_complete_and_unlocks_what_comes_next(unassessed, coordinator, sign_in):
    client = sign_in(coordinator)
    assert "0 of 9 sections done" in text_of(client.get(url("assess", unassessed)))
    addresses = [section(unassessed, "needs")]
    for name, given in ANSWERS.items():
        assert addresses[-1] == section(unassessed, name)  # “save and continue” leads from one to the next
        response = client.post(addresses[-1], given)
        assert response.status_code == 302, text_of(response)
        addresses.append(response["Location"])
    assert addresses[-1] == url("assess", unassessed)
    found = Assessment.objects.get(case=unassessed)
    assert (found.sections_done, found.version, found.started_by) == (list(rules.SECTIONS), 9, coordinator)
    assert (found.needs, found.medical, found.days_available, found.may_work_alone) == (
        "Reads slowly.", "", [0, 2], False,
    )  # fmt: skip
    assert not unassessed.milestones.exists()
    response = client.post(url("assess", unassessed), follow=True)
    assert "Assessment of Jordan Ashe completed." in text_of(response)
    found.refresh_from_db()
    assert found.completed_by == coordinator
    assert unassessed.milestones.filter(kind=Milestone.Kind.ASSESSED).exists()
    signed = unassessed.consents.get(kind="medical")
    assert (signed.given_by, signed.relationship, signed.given_on, signed.form_version, signed.recorded_by) == (
        "Jordan Ashe", "self", date(2026, 6, 10), "2026-1", coordinator,
    )  # fmt: skip
    page = text_of(client.get(url("assessment", unassessed)))
    assert "Medical None known" in page
    assert "Consent to photographs Not given" in page


def test_half_of_it_is_no_assessment_and_everybody_sees_how_far_it_is(unassessed, coordinator, triager, sign_in):
    client = sign_in(coordinator)
    for name in ("needs", "days", "lone_working"):
        client.post(section(unassessed, name), {**ANSWERS[name], "later": "1"})
    assert list(to_be_assessed(Referral.objects.all())) == [unassessed]
    for who, address in ((coordinator, "Continue the assessment"), (triager, "3 of 9 sections")):
        page = text_of(sign_in(who).get(f"/referrals/{unassessed.pk}/"))
        assert "3 of 9 sections" in page
        assert address in page
    read = text_of(sign_in(triager).get(url("assessment", unassessed)))
    assert "3 of 9 sections done, started by Ellen Marsh" in read
    assert "Medical Not answered yet" in read
    response = sign_in(coordinator).post(url("assess", unassessed))
    assert response.status_code == 422
    assert "“Medical” is not answered yet." in text_of(response)
    assert not Assessment.objects.get().completed_at
    assert not unassessed.milestones.exists()
    with pytest.raises(StageLocked, match="the assessment must be completed"):
        operations.plan_placement(
            unassessed, by=coordinator, site=None, minutes_agreed=60, signed_by="J", signed_on=date(2026, 6, 10)
        )


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("needs", {"needs": "Reads slowly."}, "Select ‘Yes’, or ‘None known’"),
        ("needs", {"any_needs": "yes"}, "Enter what they need"),
        ("risks", {"any_risk_to_self": "none"}, "Could they put others at risk? Select ‘Yes’, or ‘None known’"),
        ("medical", {}, "Select ‘Yes’, or ‘None known’"),
        ("emergency", {**ANSWERS["emergency"], "emergency_contact_phone": "none"}, "Enter a phone number, like"),
        ("emergency", {**ANSWERS["emergency"], "emergency_contact_name": ""}, "Enter the name of an emergency contact"),
        ("lone_working", {}, "Select whether they may be alone with one member of staff"),
        ("activities", {"any_activities": "yes", "activities_to_avoid": " "}, "Enter the work to avoid"),
        ("apart", {"any_apart": "yes"}, "Enter the references of their cases"),
        ("days", {"days_available": []}, "Select at least one day on which they can work"),
        ("consents", {"medical": "yes", "photo": "no"}, "Enter who signed"),
        ("consents", {**ANSWERS["consents"], **day("given_on", date(2026, 6, 11))}, "not in the future"),
    ],
)
def test_a_section_that_is_not_answered_says_so_and_nothing_is_saved(
    unassessed, coordinator, sign_in, name, given, sentence
):
    response = sign_in(coordinator).post(section(unassessed, name), given)
    assert response.status_code == 200
    assert sentence in text_of(response)
    for typed in (value for key, value in given.items() if isinstance(value, str) and len(value) > 4):
        assert typed in text_of(response) or typed in response.content.decode()
    assert not Assessment.objects.exists()
    assert not Event.objects.filter(case=unassessed.pk, kind__startswith="assessment").exists()


def test_none_known_empties_what_stood_there(case, coordinator, sign_in):
    Assessment.objects.filter(case=case).update(medical="Asthma")
    client = sign_in(coordinator)
    assert "Asthma" in client.get(section(case, "medical")).content.decode()
    response = client.post(section(case, "medical"), {"any_medical": "none"}, follow=True)
    assert "Assessment changed: medical." in text_of(response)
    assert Assessment.objects.get(case=case).medical == ""
    assert Event.objects.filter(case=case.pk, kind="assessment.edited").count() == 1


def test_a_section_that_there_is_not_is_no_page(case, coordinator, sign_in):
    assert sign_in(coordinator).get(section(case, "hobbies")).status_code == 404


def test_a_second_completion_is_refused_with_who_did_the_first(case, coordinator):
    with pytest.raises(IllegalMove, match="Ellen Marsh completed this assessment on 10 June 2026"):
        operations.complete_assessment(case, by=coordinator)


@pytest.mark.parametrize("status", ["suspended", "completed"])
def test_it_is_not_begun_in_a_case_that_stands_still_or_is_over(officer, provider, coordinator, status):
    case = make_active_case(officer, provider)
    Referral.objects.filter(pk=case.pk).update(status=status, closed_at=NOW if status == "completed" else None)
    with pytest.raises(IllegalMove, match=status):
        operations.answer_section(case, "needs", by=coordinator, needs="")
    assert not Assessment.objects.exists()


def test_a_complete_one_may_be_changed_while_the_case_is_suspended(case, coordinator):
    Referral.objects.filter(pk=case.pk).update(status="suspended")
    operations.answer_section(case, "medical", by=coordinator, medical="Epilepsy")
    assert Assessment.objects.get().medical == "Epilepsy"


def test_a_childs_is_complete_once_a_parent_consented_to_work_and_to_treatment(child, coordinator, sign_in):
    client = sign_in(coordinator)
    for name in ANSWERS:
        client.post(section(child, name), ANSWERS[name] if name != "consents" else {**OF_A_PARENT, "medical": "no"})
    page = client.get(url("assess", child))
    assert "A parent or carer must consent to medical treatment in an emergency" in text_of(page)
    response = client.post(url("assess", child))
    assert response.status_code == 422
    assert not child.milestones.exists()
    form = client.get(section(child, "consents"))
    assert "Signed by Pat Stone (Mother) on 9 June 2026" in text_of(form)
    assert "work" not in form.context["form"].fields  # is in force already
    client.post(section(child, "consents"), {**OF_A_PARENT, "photo": "no"})
    assert client.post(url("assess", child)).status_code == 302
    signed = child.consents.get(kind="work")
    assert (signed.given_by, signed.relationship, signed.given_on, signed.form_version, signed.recorded_by) == (
        "Pat Stone", "Mother", date(2026, 6, 9), "2026-1", coordinator,
    )  # fmt: skip
    assert not child.consents.filter(kind="photo").exists()


def test_a_child_signs_nothing_of_this_themselves(child, coordinator):
    with pytest.raises(Refusal, match="A parent or carer must consent to community work"):
        operations.answer_section(
            child, "consents", by=coordinator, kinds=["work"], given_by="Riley Stone", relationship="Self",
            given_on=date(2026, 6, 10),
        )  # fmt: skip
    assert not Assessment.objects.exists()
    assert not child.consents.filter(kind="work").exists()


def test_a_child_is_not_placed_once_the_consents_it_takes_are_gone(officer, coordinator, site, sign_in):
    """A case that was assessed before these consents were asked for, too."""
    case = make_ready_case(officer, coordinator, participant=make_child(officer.organisation))
    case.consents.filter(kind="medical").delete()
    wanted = {
        "site": site, "minutes_agreed": 60, "signed_by": "Riley Stone", "signed_on": date(2026, 6, 10),
        "parent_signed_by": "Pat Stone", "risks_told_on": date(2026, 6, 10),
    }  # fmt: skip
    with pytest.raises(StageLocked, match="consent to medical treatment in an emergency first: the person is 15"):
        operations.plan_placement(case, by=coordinator, **wanted)
    page = sign_in(coordinator).get(url("match", case))
    assert page.status_code == 409
    assert "A parent or carer must consent to medical treatment in an emergency first." in text_of(page)
    make_consent(case, "medical")
    assert operations.plan_placement(case, by=coordinator, **wanted).site == site


def test_people_kept_apart_are_named_by_the_reference_of_a_case_that_one_may_see(
    case, officer, coordinator, outsider, sign_in
):
    other = make_ready_case(officer, coordinator)
    foreign = make_ready_case(outsider, make_coordinator(outsider.organisation, "Olga Kent"))
    client = sign_in(coordinator)
    typed = {"any_apart": "yes", "never_with": f"{other.reference}\n{foreign.reference}"}
    response = client.post(section(case, "apart"), typed)
    assert f"You have no case {foreign.reference}" in text_of(response)
    assert other.reference in response.content.decode()
    response = client.post(section(case, "apart"), {**typed, "never_with": case.reference})
    assert f"{case.reference} is this case" in text_of(response)
    client.post(section(case, "apart"), {**typed, "never_with": other.reference.lower()})
    assert list(case.assessment.never_with.all()) == [other]
    with pytest.raises(Refusal, match="is this case"):
        operations.answer_section(case, "apart", by=coordinator, never_with=[case])


def test_who_is_kept_apart_counts_before_the_assessment_is_complete(unassessed, case, coordinator):
    from placements.apart import kept_apart

    operations.answer_section(unassessed, "apart", by=coordinator, never_with=[case])
    assert kept_apart([case.participant_id]) == {unassessed.participant_id}


def test_an_assessment_of_another_case_is_not_touched(case, officer, coordinator, sign_in):
    other = make_active_case(officer, coordinator.organisation)
    make_assessment(other, coordinator)
    sign_in(coordinator).post(section(case, "medical"), {"any_medical": "yes", "medical": "Asthma"})
    assert Assessment.objects.get(case=other).medical == ""


def consents_given(case, by):
    operations.answer_section(
        case, "consents", by=by, kinds=["photo"], given_by="Jordan Ashe", relationship="self",
        given_on=date(2026, 6, 10),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed", "theirs", "stands"),
    [
        ("needs", {"any_needs": "yes", "needs": "Large print."}, {"needs": "An interpreter."}, "An interpreter."),
        ("needs", {"any_needs": "yes", "needs": "Large print."}, {"needs": ""}, "None known"),
        ("days", {"days_available": ["0"]}, {"days_available": [4]}, "Friday"),
        ("apart", {"any_apart": "none"}, "another case", "IJ/2026/"),
        ("consents", {"medical": "yes", "given_by": "J. Ashe", **day("given_on", date(2026, 6, 10))},
         consents_given, "Signed by Jordan Ashe (self)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("begun", [True, False])
def test_the_second_of_two_in_one_section_sees_what_the_first_wrote_and_keeps_their_words(
    officer, provider, coordinator, sign_in, name, typed, theirs, stands, begun
):
    case = make_active_case(officer, provider)
    if begun:
        operations.answer_section(case, "lone_working", by=coordinator, may_work_alone=True)
    client, colleague = sign_in(coordinator), make_coordinator(provider)
    seen = section_as_seen(case, Assessment.objects.filter(case=case).first(), name)
    assert f'name="seen" value="{seen}"' in client.get(section(case, name)).content.decode()
    if callable(theirs):
        theirs(case, colleague)
    else:
        given = {"never_with": [make_ready_case(officer, coordinator)]} if theirs == "another case" else theirs
        operations.answer_section(case, name, by=colleague, **given)
    before = Assessment.objects.values().get(case=case)

    response = client.post(section(case, name), {**typed, "photo": "no", "seen": seen})

    page = text_of(response)
    assert response.status_code == 409
    assert f"Gita Rao changed “{rules.SECTIONS[name]}” on" in page
    assert "What stands there now" in page
    assert stands in page
    if "needs" in typed:
        assert "Large print." in page
    assert Assessment.objects.values().get(case=case) == before
    again = section_as_seen(case, Assessment.objects.get(case=case), name)
    assert f'name="seen" value="{again}"' in response.content.decode()
    assert client.post(section(case, name), {**typed, "photo": "no", "seen": again}).status_code == 302


def test_two_in_two_sections_do_not_meet(unassessed, provider, coordinator, sign_in):
    client = sign_in(coordinator)
    seen = section_as_seen(unassessed, None, "needs")
    operations.answer_section(unassessed, "medical", by=make_coordinator(provider), medical="Asthma")
    assert client.post(section(unassessed, "needs"), {**ANSWERS["needs"], "seen": seen}).status_code == 302
    found = Assessment.objects.get()
    assert (found.needs, found.medical, found.version) == ("Reads slowly.", "Asthma", 2)
    assert found.started_by.full_name == "Gita Rao"


def test_what_is_typed_survives_until_it_is_saved(unassessed, coordinator, sign_in):
    client = sign_in(coordinator)
    path = section(unassessed, "needs")
    page = client.get(path).content.decode()
    assert 'data-module="app-keep"' in page
    KeptText.objects.create(
        owner=coordinator, path=path, typed={"any_needs": ["yes"], "needs": ["Half a sent"]},
        kept_at=unassessed.submitted_at,
    )  # fmt: skip
    assert "Half a sent" in client.get(path).content.decode()
    client.post(path, ANSWERS["needs"])
    assert not KeptText.objects.exists()


def test_a_withdrawn_consent_is_asked_for_again(child, coordinator, sign_in):
    operations.answer_section(
        child, "consents", by=coordinator, kinds=["work", "medical"], given_by="Pat Stone", relationship="Mother",
        given_on=date(2026, 6, 9),
    )  # fmt: skip
    withdraw_consent(child.consents.get(kind="work"), by=coordinator, withdrawn_by="Pat Stone")
    client = sign_in(coordinator)
    assert "A parent or carer must consent to community work" in text_of(client.get(url("assess", child)))
    assert "work" in client.get(section(child, "consents")).context["form"].fields
