"""The pages of restorative justice: who may open them, what they show, and that bad input loses nothing."""

import pytest
from django.urls import reverse

from audit.models import Event
from restorative.lifecycle import Stage
from restorative.models import Process
from tests.factories import make_person, make_user, make_victim
from tests.restorative.factories import make_item, make_process

LIST = reverse("restorative:list")
NEXT = {
    "identified": "offer", "offered": "answer", "accepted": "participant", "participant_willing": "assess_risk",
    "risk_assessed": "prepare", "preparing": "facilitate", "facilitated": "agree", "agreed": "follow_up",
    "follow_up": "finish",
}  # fmt: skip
GIVEN = {
    "offer": {"on_day": "10", "on_month": "6", "on_year": "2026"},
    "answer": {"answer": "accept", "on_day": "10", "on_month": "6", "on_year": "2026"},
    "participant": {"answer": "willing", "harm_acknowledged": "true"},
    "assess_risk": {"risk_assessment": "Meet at the library."},
    "prepare": {"preparation": "Both know what to expect."},
    "facilitate": {"kind": "letter", "on_day": "10", "on_month": "6", "on_year": "2026"},
    "agree": {
        "form-TOTAL_FORMS": "3",
        "form-INITIAL_FORMS": "0",
        "form-1-kind": "apology",
        "form-1-description": "Says sorry",
        "form-1-responsible": "Jordan Ashe",
        "form-1-due_on_day": "20",
        "form-1-due_on_month": "6",
        "form-1-due_on_year": "2026",
    },
    "follow_up": {},
    "finish": {"victim_satisfied": "yes", "participant_satisfied": "unknown"},
}


def page(process, verb=None):
    if verb:
        return reverse("restorative:step", args=[process.pk, verb])
    return reverse("restorative:detail", args=[process.pk])


def text(response):
    return response.content.decode()


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["officer", "facilitator", "coordinator", "manager", "auditor", "administrator"])
def test_other_roles_may_not_open_them(who, request, sign_in, process_at):
    process = process_at()
    client = sign_in(request.getfixturevalue(who))
    for address in (LIST, page(process), page(process, "offer"), reverse("restorative:start", args=[process.case_id])):
        assert client.get(address).status_code == 403


def test_signed_out_leads_to_the_sign_in_page(client, process_at):
    response = client.get(page(process_at()))
    assert (response.status_code, response.url.split("?")[0]) == (302, "/account/login/")


def test_for_an_outsider_with_every_role_it_does_not_exist(sign_in, outsider, process_at):
    process = process_at("agreed")
    item = make_item(process)
    client = sign_in(outsider)
    assert process.case.reference not in text(client.get(LIST))
    for address in (
        page(process),
        page(process, "stop"),
        reverse("restorative:hand_over", args=[process.pk]),
        reverse("restorative:mark_done", args=[process.pk, item.pk]),
        reverse("restorative:start", args=[process.case_id]),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    assert not Event.objects.filter(kind="rj.read").exists()


def test_a_practitioner_sees_only_what_was_given_to_them(sign_in, case, practitioner, provider):
    theirs = make_process(case, make_user("Gil Rao", provider, "practitioner"))
    client = sign_in(practitioner)
    assert "Gil Rao" not in text(client.get(LIST))
    assert client.get(page(theirs)).status_code == 404
    assert client.post(page(theirs, "offer"), GIVEN["offer"]).status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == "identified"


def test_a_practitioner_may_neither_start_nor_hand_over(sign_in, practitioner, process_at):
    process = process_at()
    client = sign_in(practitioner)
    for name, key in (("start", process.case_id), ("hand_over", process.pk)):
        assert client.get(reverse(f"restorative:{name}", args=[key])).status_code == 403


def test_a_triager_reads_a_process_and_takes_no_step(sign_in, triager, process_at):
    process = process_at()
    client = sign_in(triager)
    shown = text(client.get(page(process)))
    assert "Mary Poole" in shown  # the victim
    assert "Femi Ade is to offer restorative justice to the victim" in shown
    assert "Record the offer" not in shown
    assert client.post(page(process, "offer"), GIVEN["offer"]).status_code == 403


def test_a_process_of_an_item_of_another_process_does_not_exist(sign_in, practitioner, process_at):
    item = make_item(process_at("agreed"))
    other = process_at("agreed", victim=make_victim(item.case, person=make_person(item.case.force, "Al", "Bo")))
    address = reverse("restorative:mark_done", args=[other.pk, item.pk])
    assert sign_in(practitioner).get(address).status_code == 404


# --- the page of a process ------------------------------------------------------------------------------------------


def test_opening_a_process_is_recorded_before_the_page_is_made(sign_in, practitioner, process_at):
    process = process_at()
    sign_in(practitioner).get(page(process))
    event = Event.objects.get(kind="rj.read")
    assert (event.act, event.actor, event.case, event.ids) == (
        "consultation",
        practitioner.pk,
        process.case_id,
        [str(process.pk)],
    )


def test_the_list_records_whose_details_it_showed(sign_in, practitioner, process_at):
    process = process_at()
    sign_in(practitioner).get(LIST)
    assert Event.objects.get(kind="rj.listed").ids == [str(process.pk)]


@pytest.mark.parametrize("status", Stage.values)
def test_it_shows_one_thing_to_do_next_with_its_form(status, sign_in, practitioner, process_at):
    process = process_at(status)
    shown = text(sign_in(practitioner).get(page(process)))
    for verb in NEXT.values():
        assert (f'action="{page(process, verb)}"' in shown) == (NEXT.get(status) == verb)
    assert ("Any party may stop at any time" in shown) == (
        status in ("identified", "offered", "accepted", "participant_willing", "risk_assessed", "preparing")
    )
    assert shown.count("What to do next") == (status in NEXT)


def test_a_practitioner_takes_a_process_all_the_way(sign_in, practitioner, process_at):
    process, client = process_at(), sign_in(practitioner)
    for verb in NEXT.values():
        response = client.post(page(process, verb), GIVEN[verb], follow=True)
        assert response.redirect_chain == [(page(process), 302)], text(response)
    process.refresh_from_db()
    assert (process.status, process.victim_satisfied, process.participant_satisfied) == ("closed", True, None)
    assert process.agreement_items.get().description == "Says sorry"
    assert "Carried through, and closed on 10 June 2026" in text(response)


def test_it_says_how_a_process_ended(sign_in, practitioner, process_at):
    process, client = process_at("preparing"), sign_in(practitioner)
    client.post(page(process, "stop"), {"reason": "unsafe"})
    assert "Stopped on 10 June 2026: not safe to go ahead." in text(client.get(page(process)))


def test_a_step_left_out_is_shown_as_left_out(sign_in, practitioner, process_at):
    client = sign_in(practitioner)
    assert "Left out" in text(client.get(page(process_at("follow_up"))))


def test_it_shows_a_phone_number_of_the_participant_only_if_it_is_safe(sign_in, practitioner, process_at):
    process, client = process_at(), sign_in(practitioner)
    person = process.case.participant
    person.phone, person.phone_is_safe = "07700 900777", False
    person.save()
    assert "07700 900777" not in text(client.get(page(process)))
    person.phone_is_safe = True
    person.save()
    assert "07700 900777" in text(client.get(page(process)))


def test_what_people_typed_is_shown_as_text(sign_in, practitioner, process_at):
    process = process_at("agreed", risk_assessment="<script>alert(1)</script>")
    make_item(process, description="<b>bold</b>")
    shown = text(sign_in(practitioner).get(page(process)))
    assert "<script>alert(1)" not in shown
    assert "<b>bold" not in shown


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "verb", "given", "says"),
    [
        ("identified", "offer", {}, "Enter the day of the offer"),
        ("identified", "offer", {"on_day": "31", "on_month": "2", "on_year": "2026"}, "must be a real date"),
        ("identified", "offer", {"on_day": "11", "on_month": "6", "on_year": "2026"}, "not in the future"),
        ("offered", "answer", {"on_day": "10", "on_month": "6", "on_year": "2026"}, "Select what the victim said"),
        ("offered", "answer", {"answer": "perhaps"}, "Select one of the choices"),
        ("accepted", "participant", {"answer": "willing"}, "must not proceed without acknowledgement of harm"),
        ("accepted", "participant", {}, "Select whether the participant is willing"),
        ("participant_willing", "assess_risk", {"risk_assessment": " "}, "Enter the risks"),
        ("participant_willing", "assess_risk", {"risk_assessment": "x" * 4001}, "4000 characters or fewer"),
        ("preparing", "facilitate", {"kind": "duel"}, "Select one of the choices"),
        ("facilitated", "agree", {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0"}, "at least one thing that was"),
        ("facilitated", "agree", {"form-TOTAL_FORMS": "x"}, "ManagementForm"),
        ("follow_up", "finish", {"victim_satisfied": "yes"}, "Select whether the participant is satisfied"),
        ("preparing", "stop", {}, "Select why the process stops"),
        (
            "preparing",
            "contact",
            {"party": "victim", "how": "phone", "notes": "Rang."},
            "Enter the day and time of the contact",
        ),
    ],
)
def test_bad_input_is_explained_and_changes_nothing(status, verb, given, says, sign_in, practitioner, process_at):
    process = process_at(status)
    before = Process.objects.values().get(pk=process.pk)
    response = sign_in(practitioner).post(page(process, verb), given)
    assert response.status_code in (200, 422)
    assert says in text(response)
    assert "There is a problem" in text(response)
    assert Process.objects.values().get(pk=process.pk) == before


def test_what_was_typed_is_still_there_after_a_refusal(sign_in, practitioner, process_at):
    process = process_at("facilitated")
    given = {**GIVEN["agree"], "form-1-due_on_day": "1"}
    response = sign_in(practitioner).post(page(process, "agree"), given)
    assert response.status_code == 422
    assert "due before the meeting of 8 June 2026" in text(response)
    assert 'value="Says sorry"' in text(response)


def test_a_step_that_somebody_took_first_is_refused_with_what_was_typed(sign_in, practitioner, process_at):
    process = process_at("risk_assessed")
    response = sign_in(practitioner).post(page(process, "assess_risk"), {"risk_assessment": "Typed at length"})
    assert response.status_code == 409
    assert "This step cannot be taken now" in text(response)
    assert "Typed at length" in text(response)


def test_the_page_of_a_step_that_is_not_next_leads_back(sign_in, practitioner, process_at):
    process = process_at("offered")
    response = sign_in(practitioner).get(page(process, "facilitate"), follow=True)
    assert response.redirect_chain == [(page(process), 302)]
    assert "this step is not the next one" in text(response)
    assert sign_in(practitioner).get(page(process, "fly")).status_code == 404


# --- from the case --------------------------------------------------------------------------------------------------


def test_a_triager_starts_a_process_from_the_case(sign_in, triager, case, practitioner, coordinator):
    victim = make_victim(case)
    client, address = sign_in(triager), reverse("restorative:start", args=[case.pk])
    shown = text(client.get(address))
    assert "Mary Poole" in shown
    assert str(practitioner.pk) in shown
    assert str(coordinator.pk) not in shown
    response = client.post(address, {"victim": victim.pk, "practitioner": practitioner.pk})
    assert response.url == page(Process.objects.get())


def test_the_start_page_explains_why_it_cannot_start(sign_in, triager, case):
    client, address = sign_in(triager), reverse("restorative:start", args=[case.pk])
    assert "nobody to offer it to" in text(client.get(address))
    type(case).objects.filter(pk=case.pk).update(status="suspended")
    assert "is suspended, so restorative justice cannot start" in text(client.get(address))


def test_starting_with_the_victim_of_another_case_is_refused(sign_in, triager, case, officer, provider, practitioner):
    from tests.factories import make_active_case

    other = make_victim(make_active_case(officer, provider))
    make_victim(case)
    address = reverse("restorative:start", args=[case.pk])
    response = sign_in(triager).post(address, {"victim": other.pk, "practitioner": practitioner.pk})
    assert "Select one of the choices" in text(response)
    assert not Process.objects.exists()


# --- lists ----------------------------------------------------------------------------------------------------------


def test_the_list_has_a_tab_for_what_is_over(sign_in, practitioner, process_at, case):
    process_at("offered")
    process_at("declined", victim=make_victim(case, person=make_person(case.force, "Al", "Bo")))
    client = sign_in(practitioner)
    first, second = text(client.get(LIST)), text(client.get(LIST, {"tab": "over"}))
    assert ("Mary Poole" in first, "Al Bo" in first) == (True, False)
    assert ("Mary Poole" in second, "Al Bo" in second) == (False, True)


@pytest.mark.parametrize("number", [1, 9])
def test_a_process_takes_as_many_queries_for_one_contact_as_for_many(
    number, sign_in, practitioner, process_at, django_assert_max_num_queries
):
    from tests.factories import NOW

    process = process_at("agreed")
    for place in range(number):
        make_item(process, description=f"Thing {place}")
        process.contacts.create(case=process.case, party="victim", how="phone", at=NOW, notes="Rang.", by=practitioner)
    client = sign_in(practitioner)
    with django_assert_max_num_queries(11):
        assert text(client.get(page(process))).count("Rang.") == number
