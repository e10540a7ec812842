"""The certificate, the screen, comments and quotes over the API: the same verbs as the pages, and the same refusals."""

import pytest
import time_machine
from django.test import Client

from accounts.models import SentOnce
from audit.models import Event
from referrals.models import Referral
from tests.factories import make_person, make_victim
from tests.workshops.factories import (
    TOMORROW,
    make_booking,
    make_group,
    make_ready_case,
    make_ready_child,
    make_session,
)
from workshops import operations, rules
from workshops.models import FeedbackLink, Kiosk

pytestmark = pytest.mark.django_db
WHY = {"X-Reason": "The family asked"}


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(TOMORROW.replace(hour=12), tick=False):
        yield


@pytest.fixture
def came(officer, provider, facilitator):
    return make_booking(make_ready_case(officer, provider), make_session(facilitator), status="attended")


@pytest.fixture
def child(officer, provider, triager, coordinator):
    """A child's case, with a parent and a victim, at work with Ellen Marsh."""
    mother = make_person(officer.organisation, "Rita", "Ashe")
    case = make_ready_child(officer, provider, triager=triager, caseworker=coordinator, parent_or_carer=mother)
    make_victim(case)
    return case


def restrict(case):
    Referral.objects.filter(pk=case.pk).update(restricted=True, restricted_because="A colleague’s son.")


# --- the certificate -----------------------------------------------------------------------------------------------


def certificate(client, booking, **headers):
    return client.get(f"/api/workshops/bookings/{booking.pk}/certificate/", headers=headers)


@pytest.mark.parametrize("who", ["officer", "triager", "coordinator", "facilitator"])
def test_the_certificate_comes_as_a_file_and_leaves_a_disclosure(who, came, request, api_as):
    user = request.getfixturevalue(who)
    answer = certificate(api_as(user), came, Accept="application/pdf")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "application/pdf", "no-store")
    assert answer["Content-Disposition"] == 'attachment; filename="certificate-of-attendance.pdf"'
    assert answer.content.startswith(b"%PDF-")
    event = Event.objects.get(kind="certificate.made")
    assert (event.act, event.case, event.actor, event.ids) == ("disclosure", came.case_id, user.pk, [str(came.pk)])


def test_nobody_is_certified_who_did_not_attend(officer, provider, facilitator, api_as):
    [absent] = make_group(officer, provider, make_session(facilitator), 1, status="did_not_attend")
    answer = certificate(api_as(facilitator), absent, Accept="application/pdf")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/json")
    assert "recorded as attended" in answer.json()["detail"]
    assert not Event.objects.filter(kind="certificate.made").exists()


def test_a_certificate_is_not_there_for_others_and_refused_to_a_manager(came, other_officer, outsider, manager, api_as):
    codes = [certificate(api_as(user), came).status_code for user in (other_officer, outsider, manager)]
    assert codes == [404, 404, 403]


def test_that_of_a_restricted_case_is_made_for_a_reason_by_those_named_on_it(came, officer, facilitator, api_as):
    restrict(came.case)
    assert certificate(api_as(facilitator), came, **WHY).status_code == 404
    client = api_as(officer)
    assert "X-Reason" in certificate(client, came).json()["detail"]
    assert not Event.objects.filter(kind="certificate.made").exists()
    assert certificate(client, came, **WHY).status_code == 200
    assert Event.objects.get(kind="certificate.made").data["reason"] == "The family asked"


# --- the screen ----------------------------------------------------------------------------------------------------


def screen(session):
    return f"/api/workshops/sessions/{session.pk}/screen/"


def test_a_screen_is_opened_at_an_address_told_once_and_closed(came, facilitator, api_as):
    client = api_as(facilitator)
    made = client.post(screen(came.session))
    assert made.status_code == 201
    address = made.json()["address"]
    assert "Jordan A." in Client().get(address).content.decode()
    assert Kiosk.objects.get().digest not in address
    assert [client.delete(screen(came.session)).status_code for _ in range(2)] == [204, 204]
    assert Client().get(address).status_code == 404
    kinds = Event.objects.filter(kind__startswith="feedback.screen").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["feedback.screen_opened", "feedback.screen_closed"]


def test_a_second_screen_closes_the_first(came, facilitator, api_as):
    client = api_as(facilitator)
    first, second = (client.post(screen(came.session)).json()["address"] for _ in range(2))
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]


def test_no_screen_is_opened_where_nobody_is_left_to_ask(facilitator, api_as):
    answer = api_as(facilitator).post(screen(make_session(facilitator)))
    assert (answer.status_code, answer.json()["detail"]) == (422, "Nobody of this session is left to ask.")
    assert not Kiosk.objects.exists()


def test_only_whoever_runs_the_session_has_its_screen(came, facilitator, outsider, triager, api_as):
    operations.open_screen(came.session, by=facilitator)
    for user, code in ((outsider, 404), (triager, 403)):
        client = api_as(user)
        answers = client.post(screen(came.session)), client.delete(screen(came.session))
        assert [answer.status_code for answer in answers] == [code, code]
    assert Kiosk.objects.get().closes_at > TOMORROW.replace(hour=12)


# --- parents, carers and victims -----------------------------------------------------------------------------------


def comments(client, case, **headers):
    return client.get(f"/api/referrals/{case.pk}/comments/", headers=headers)


def ask(client, case, who, **headers):
    return client.post(f"/api/referrals/{case.pk}/comment-link/", {"who": who}, format="json", headers=headers)


def say(child, officer, who, text, **given):
    operations.leave_comment(operations.make_comment_link(child, who, by=officer), text=text, **given)


def test_a_parent_is_asked_and_heard(child, officer, api_as):
    client = api_as(officer)
    made = ask(client, child, "parent")
    assert made.status_code == 201
    phone = Client(enforce_csrf_checks=True)
    assert phone.post(made.json()["address"], {"text": "He talks to us again."}).status_code == 302
    [told] = comments(client, child).json()
    assert told["given_at"]
    assert (told["who"], told["text"], told["may_be_quoted"]) == ("parent", "He talks to us again.", False)
    assert Event.objects.filter(kind="referral.read", case=child.pk, actor=officer.pk).count() == 1


def test_a_victim_is_asked_and_heard_by_officer_and_triager_only(child, officer, triager, coordinator, api_as):
    for user, heard in ((officer, 1), (triager, 2)):
        client = api_as(user)
        assert ask(client, child, "victim").status_code == 201
        say(child, user, "victim", "Nobody rang me.")
        assert len(comments(client, child).json()) == heard
    say(child, officer, "parent", "He talks to us again.")
    client = api_as(coordinator)
    assert [told["who"] for told in comments(client, child).json()] == ["parent"]
    links = FeedbackLink.objects.count()
    assert ask(client, child, "victim").status_code == 404
    assert FeedbackLink.objects.count() == links
    assert ask(client, child, "parent").status_code == 201


@pytest.mark.parametrize(("who", "code"), [("participant", 404), ("anybody", 400), ("", 400)])
def test_nobody_else_is_asked_this_way(who, code, child, officer, api_as):
    assert ask(api_as(officer), child, who).status_code == code
    assert not FeedbackLink.objects.exists()


def test_nobody_is_asked_whom_the_case_does_not_name(officer, provider, api_as):
    answer = ask(api_as(officer), make_ready_case(officer, provider), "parent")
    assert (answer.status_code, answer.json()["detail"]) == (422, "This case names no parent or carer.")


def test_comments_are_not_there_for_others_and_refused_to_a_facilitator(
    child, other_officer, outsider, facilitator, api_as
):
    for user, code in ((other_officer, 404), (outsider, 404), (facilitator, 403)):
        client = api_as(user)
        assert [comments(client, child).status_code, ask(client, child, "parent").status_code] == [code, code]
    assert not FeedbackLink.objects.exists()


def test_a_restricted_case_asks_why_before_its_comments(child, officer, other_officer, api_as):
    restrict(child)
    assert comments(api_as(other_officer), child, **WHY).status_code == 404
    client = api_as(officer)
    assert [comments(client, child).status_code, ask(client, child, "parent").status_code] == [422, 422]
    assert not FeedbackLink.objects.exists()
    assert [comments(client, child, **WHY).status_code, ask(client, child, "parent", **WHY).status_code] == [200, 201]
    reasons = [event.data for event in Event.objects.filter(kind="referral.read")]
    assert reasons == [{"reason": "The family asked"}] * 2


# --- quotes --------------------------------------------------------------------------------------------------------


def test_managers_read_what_may_be_quoted_without_names(child, came, officer, facilitator, manager, api_as):
    answers = dict.fromkeys(rules.STATEMENTS, True)
    operations.record_feedback(came, by=facilitator, answers=answers, comment="Made me think.", may_be_quoted=True)
    say(child, officer, "parent", "A fresh start.", may_be_quoted=True)
    say(child, officer, "victim", "Keep this to yourselves.")
    told = api_as(manager).get("/api/workshops/quotes/").json()
    assert told == {
        "count": 2,
        "next": None,
        "previous": None,
        "results": [{"said": "A fresh start.", "by": "parent"}, {"said": "Made me think.", "by": "participant"}],
    }
    assert Event.objects.get(kind="comment.quotes_read").data == {"page": 1}


def test_quotes_come_25_at_a_time(child, officer, manager, api_as):
    for number in range(26):
        say(child, officer, "parent", f"Quote {number:02}.", may_be_quoted=True)
    client = api_as(manager)
    first = client.get("/api/workshops/quotes/").json()
    assert (first["count"], len(first["results"])) == (26, 25)
    assert [quote["said"] for quote in client.get(first["next"]).json()["results"]] == ["Quote 25."]
    assert client.get("/api/workshops/quotes/?page=3").status_code == 404


def test_quotes_are_ones_own_forces_and_for_those_who_read_figures(child, officer, outsider, facilitator, api_as):
    say(child, officer, "parent", "Ours.", may_be_quoted=True)
    assert api_as(outsider).get("/api/workshops/quotes/").json()["results"] == []
    assert api_as(facilitator).get("/api/workshops/quotes/").status_code == 403


# --- a request that comes twice -------------------------------------------------------------------------------------


def test_the_same_request_twice_is_told_one_address_and_makes_one_secret(came, child, facilitator, triager, api_as):
    make_victim(child)  # of two victims each has a link of their own
    workshops, links = "/api/workshops/", FeedbackLink.objects
    for number, (user, address, body, rows) in enumerate(
        [
            (facilitator, f"{workshops}bookings/{came.pk}/feedback-link/", {}, links.filter(booking=came)),
            (facilitator, f"{workshops}sessions/{came.session_id}/screen/", {}, Kiosk.objects.all()),
            (triager, f"/api/referrals/{child.pk}/comment-link/", {"who": "victim"}, links.filter(case=child)),
        ]
    ):
        client, key = api_as(user), {"Idempotency-Key": f"key {number}"}
        first, second = (client.post(address, body, format="json", headers=key) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201), first.content
        assert first.json() == second.json()
        assert rows.count() == 1
        assert Client().get(first.json()["address"]).status_code == 200
        assert client.post(address, body, format="json").json() != first.json()
        token = first.json()["address"].split("/")[-2]
        assert token not in str(list(SentOnce.objects.values()))


def test_a_repeated_request_brings_no_dead_link_back(came, facilitator, api_as):
    client, address = api_as(facilitator), f"/api/workshops/bookings/{came.pk}/feedback-link/"
    first = client.post(address, headers={"Idempotency-Key": "one"}).json()["address"]
    assert Client().post(first, dict.fromkeys(rules.STATEMENTS, "agree")).status_code == 302
    again = client.post(address, headers={"Idempotency-Key": "one"}).json()["address"]
    assert again == first
    assert Client().get(again).status_code == 404
