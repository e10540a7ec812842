"""Mentoring: recorded and changed by coordinators, read by the triage team, counted for the officers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from audit.models import Event
from audit.trail import IllegalMove, Refusal
from placements import operations
from placements.models import MentoringContact
from referrals import stages
from referrals.models import Referral
from tests.factories import NOW, make_provider
from tests.placements.factories import at, make_coordinator, make_ready_case
from tests.placements.learning import make_contact
from tests.placements.pages import day, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(officer, coordinator):
    return make_ready_case(officer, coordinator, at=at("2026-06-01 12:00"))


def answers(mentor, **more):
    return {
        **day("on", date(2026, 6, 9)),
        "mentor": mentor.pk,
        "starts_at": "14:00",
        "way": "phone",
        "outcome": "took_place",
        "minutes": "45",
        "about": "How the work goes, and a bus pass.",
        "next_step": "Ring the college.",
        **more,
    }


def said(mentor, when="2026-06-09 14:00", **more):
    return {"mentor": mentor, "starts_at": at(when), "minutes": 45, "way": "phone", "outcome": "took_place", **more}


def test_a_contact_is_recorded_and_read(case, coordinator, triager, sign_in):
    client = sign_in(coordinator)
    page = text_of(client.post(url("add_mentoring", case), answers(coordinator), follow=True))
    assert "Mentoring recorded." in page
    assert "It took place 1 time, 45 minutes together." in page
    assert "9 June 2026, 14:00" in page
    contact = MentoringContact.objects.get()
    assert (contact.starts_at, contact.minutes, contact.mentor, contact.version) == (
        at("2026-06-09 14:00"), 45, coordinator, 1,
    )  # fmt: skip
    event = Event.objects.get(kind="mentoring.recorded")
    assert event.data == {"when": "9 June 2026"}  # and not what it was about
    read = text_of(sign_in(triager).get(url("mentoring", case)))
    assert "a bus pass" in read
    assert "Next: Ring the college." in read
    assert "Record mentoring" not in read


def test_officers_see_how_often_and_when_and_not_what_it_was_about(case, coordinator, officer, sign_in):
    make_contact(case, coordinator, "2026-06-08 09:00", about="A matter of trust.")
    make_contact(case, coordinator, "2026-06-09 09:00", about="A matter of trust.")
    make_contact(case, coordinator, "2026-06-09 15:00", minutes=0, outcome="did_not_come")
    page = text_of(sign_in(officer).get(reverse("referrals:detail", args=[case.pk])))
    assert "Mentoring, 2 times" in page
    assert "The last time on 9 June 2026" in page
    assert "trust" not in page
    assert "Mentoring took place 2 times, the last time on 9 June 2026." in stages.what_was_done(case)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"minutes": ""}, "Enter how many minutes it took"),
        ({"minutes": "601"}, "Enter how many minutes it took, 600 or fewer"),
        ({**day("on", date(2026, 6, 11))}, "Enter a time that is not in the future"),
        ({**day("on", date(2026, 5, 31))}, "The case was accepted on 1 June 2026."),
        ({**day("on", date(2026, 6, 10)), "starts_at": "09:30"}, "It would end at 10:15, which is still to come."),
        ({"starts_at": "25:00"}, "Enter the time in 24-hour form, like 14:30"),
        ({"outcome": ""}, "Select whether it took place"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(case, coordinator, sign_in, wrong, sentence):
    response = sign_in(coordinator).post(url("add_mentoring", case), answers(coordinator, **wrong))
    assert response.status_code in (200, 422)
    assert sentence in text_of(response)
    assert "How the work goes, and a bus pass." in response.content.decode()
    assert not MentoringContact.objects.exists()


def test_what_did_not_take_place_took_no_time(case, coordinator, sign_in):
    """The minutes stand under “It took place”: with another answer they are not kept."""
    sign_in(coordinator).post(url("add_mentoring", case), answers(coordinator, outcome="did_not_come"))
    assert MentoringContact.objects.values_list("outcome", "minutes").get() == ("did_not_come", 0)


def test_the_same_form_sent_twice_makes_one_contact(case, coordinator, sign_in):
    client = sign_in(coordinator)
    for _ in range(2):
        client.post(url("add_mentoring", case), answers(coordinator, once="a" * 32))
    assert MentoringContact.objects.count() == 1


def test_no_two_are_at_one_time(case, coordinator):
    operations.record_mentoring(case, by=coordinator, **said(coordinator))
    for when, minutes, outcome in (
        ("2026-06-09 14:44", 45, "took_place"),
        ("2026-06-09 13:16", 45, "took_place"),
        ("2026-06-09 14:00", 0, "cancelled"),
    ):
        with pytest.raises(Refusal, match="on 9 June 2026 at 14:00 is on record already, until 14:45"):
            operations.record_mentoring(
                case, by=coordinator, **said(coordinator, when, minutes=minutes, outcome=outcome)
            )
    operations.record_mentoring(case, by=coordinator, **said(coordinator, "2026-06-09 14:45"))
    operations.record_mentoring(case, by=coordinator, **said(coordinator, "2026-06-09 13:15"))
    assert MentoringContact.objects.count() == 3


def test_a_mentor_is_of_the_provider_of_the_case(case, coordinator, force):
    stranger = make_coordinator(make_provider("Another provider", [force]), "Nina Cole")
    with pytest.raises(Refusal, match="Nina Cole is not a coordinator of the provider of this case"):
        operations.record_mentoring(case, by=coordinator, **said(stranger))


def test_nothing_is_recorded_or_changed_in_a_closed_case(case, coordinator, sign_in):
    contact = make_contact(case, coordinator)
    Referral.objects.filter(pk=case.pk).update(status="completed", closed_at=NOW)
    with pytest.raises(IllegalMove, match="is completed, so no mentoring can be recorded in it"):
        operations.record_mentoring(case, by=coordinator, **said(coordinator))
    with pytest.raises(IllegalMove, match="is completed, so its mentoring can no longer be changed"):
        operations.change_mentoring(contact, by=coordinator, version=1, **said(coordinator))
    assert "Record mentoring" not in text_of(sign_in(coordinator).get(url("mentoring", case)))


def test_a_contact_is_changed_and_the_second_of_two_people_is_told(case, coordinator, provider, sign_in):
    contact, colleague = make_contact(case, coordinator), make_coordinator(provider)
    client = sign_in(colleague)
    shown = client.get(url("change_mentoring", contact)).content.decode()
    assert "Spoke of the job centre." in shown
    operations.change_mentoring(contact, by=coordinator, version=1, **said(coordinator, about="Spoke of college."))
    late = client.post(url("change_mentoring", contact), answers(colleague, version="1"))
    assert late.status_code == 409
    assert f"{coordinator} changed this on 10 June 2026 at 10:00, after you opened it." in text_of(late)
    assert "a bus pass" in late.content.decode()
    contact.refresh_from_db()
    assert (contact.about, contact.version) == ("Spoke of college.", 2)
    assert Event.objects.filter(kind="mentoring.changed").count() == 1
    client.post(url("change_mentoring", contact), answers(colleague, version="2"))
    contact.refresh_from_db()
    assert (contact.mentor, contact.minutes, contact.recorded_by, contact.version) == (colleague, 45, colleague, 3)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_one_time_at_once_one_is_refused(officer, coordinator):
    case = make_ready_case(officer, coordinator, at=at("2026-06-01 12:00"))

    def record(minute):
        try:
            by = User.objects.get(pk=coordinator.pk)
            operations.record_mentoring(case, by=by, **said(by, f"2026-06-09 14:{minute:02}"))
        except Refusal:
            return "refused"
        finally:
            connection.close()
        return "recorded"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(record, (0, 10))) == ["recorded", "refused"]
    assert MentoringContact.objects.count() == 1


def test_a_list_of_contacts_costs_the_same_however_long(case, coordinator, sign_in, connection_queries):
    client = sign_in(coordinator)
    make_contact(case, coordinator)
    few = connection_queries(lambda: client.get(url("mentoring", case)))
    for hour in range(10, 20):
        make_contact(case, coordinator, f"2026-06-08 {hour}:00")
    assert connection_queries(lambda: client.get(url("mentoring", case))) == few <= 10


@pytest.mark.parametrize("went", ["left", "case went to another provider"])
def test_who_changes_a_contact_need_not_name_somebody_else_because_its_mentor_is_gone(
    went, case, force, coordinator, sign_in
):
    contact, gita = make_contact(case, coordinator), make_coordinator(case.provider)
    if went == "left":
        User.objects.filter(pk=coordinator.pk).update(is_active=False)
    else:
        gita = make_coordinator(make_provider("Another charity", [force]), "Hanna Voss")
        Referral.objects.filter(pk=case.pk).update(provider=gita.organisation, caseworker=None)
    typed = answers(coordinator, version=1, minutes="35")
    page = sign_in(gita).post(url("change_mentoring", contact), typed, follow=True)
    assert "Mentoring changed." in text_of(page)
    sent = {"starts_at": "2026-06-09T14:00", "minutes": 40, "way": "phone", "outcome": "took_place", "version": 2}
    api = APIClient()
    api.force_authenticate(gita)
    answer = api.post(f"/api/mentoring/{contact.pk}/change/", sent, format="json")
    assert answer.status_code == 200, answer.content
    contact.refresh_from_db()
    assert (contact.mentor, contact.minutes, contact.recorded_by) == (coordinator, 40, gita)
    assert "Select" in text_of(sign_in(gita).post(url("add_mentoring", case), answers(coordinator)))
