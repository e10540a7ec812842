"""What is decided on suggestions of work, and how those who made them hear of it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.urls import reverse

from audit.models import Change, Event
from audit.trail import IllegalMove
from placements import operations, sending
from placements.models import Nomination, NominationDeclineReason, Site
from placements.operations.nominations import erase_contacts
from tests.factories import NOW, make_provider, make_user
from tests.placements.factories import make_nomination
from tests.placements.pages import text_of, url
from tests.placements.test_site_pages import SITE

pytestmark = pytest.mark.django_db


@pytest.fixture
def time_at():
    """time_at(moment): from now on it is then."""
    with ExitStack() as stack:
        yield lambda moment: stack.enter_context(time_machine.travel(moment, tick=False))


@pytest.fixture
def suggested(force):
    return make_nomination(force, district_id="erewash", activity_id="clean_up")


@pytest.fixture
def nameless(force):
    return make_nomination(force, from_name="", from_email="", what="Paint the benches.", where="Market Square, Derby")


# --- who sees them --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("coordinator", 200),
        ("officer", 403),
        ("triager", 403),
        ("manager", 403),
        ("practitioner", 403),
        ("outsider", 404),
    ],
)
def test_only_coordinators_who_work_for_the_force_see_suggestions(who, status, suggested, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    for page in ("nomination", "accept_nomination", "decline_nomination", "mark_nomination"):
        assert client.get(url(page, suggested)).status_code == status
    assert client.post(url("send_answer_again", suggested)).status_code == (302 if status == 200 else status)
    listed = client.get(url("nominations"))
    assert listed.status_code == (403 if status == 403 else 200)
    assert ("Church Lane" in text_of(listed)) == (status == 200)


def test_another_provider_of_the_same_force_sees_them_too(suggested, force, sign_in):
    other = make_user("Nina Cole", make_provider("Another provider", [force]), "coordinator")
    assert sign_in(other).get(url("nomination", suggested)).status_code == 200


def test_the_newest_stand_first_with_counts_and_what_is_alike(suggested, nameless, force, coordinator, sign_in):
    same = make_nomination(force, what="Overgrown path behind the village hall", sent_at=NOW)
    client = sign_in(coordinator)
    page = client.get(url("nominations"))
    assert page.context["nominations"][0] == same
    assert [tab["count"] for tab in page.context["tabs"]] == [3, 0, 0, 0]
    detail = text_of(client.get(url("nomination", same)))
    assert "Perhaps the same The path behind the village hall is overgrown." in detail
    assert "benches" not in detail


# --- decided --------------------------------------------------------------------------------------------------------


def test_an_accepted_suggestion_is_a_proposed_site_with_what_it_said(suggested, coordinator, sign_in):
    client = sign_in(coordinator)
    form = client.get(url("accept_nomination", suggested)).context["form"]
    assert form["address"].value() == "Church Lane, Ilkeston"
    assert form["district"].value() == suggested.district_id or form["district"].value() == suggested.district
    assert "We would like to do this work" in form["answer"].value()

    refused = client.post(url("accept_nomination", suggested), {**SITE, "capacity": "0", "answer": "Yes, thank you."})
    assert "1 or more" in text_of(refused)
    assert "Yes, thank you." in text_of(refused)
    done = client.post(
        url("accept_nomination", suggested), {**SITE, "answer": "Yes, thank you.", "note": "Ask Jo."}, follow=True
    )

    assert "Accepted: Heanor Foodbank is added to the sites. The answer is on its way." in text_of(done)
    site = Site.objects.get()
    suggested.refresh_from_db()
    assert (site.status, site.provider) == ("proposed", coordinator.organisation)
    assert (suggested.status, suggested.site, suggested.note) == ("accepted", site, "Ask Jo.")
    assert "Heanor Foodbank" in text_of(client.get(url("nomination", suggested)))
    event = Event.objects.get(kind="nomination.accepted")
    assert event.actor == coordinator.pk


def test_a_declined_one_has_a_reason_from_which_the_answer_is_written(suggested, coordinator, sign_in):
    client = sign_in(coordinator)
    page = client.get(url("decline_nomination", suggested))
    assert "It cannot be done safely" in text_of(page)
    answer = client.get(url("decline_nomination", suggested) + "?reason=not_safe").context["form"]["answer"].value()
    assert "The reason is: it cannot be done safely." in answer
    client.post(url("decline_nomination", suggested) + "?reason=not_safe", {"answer": answer})
    suggested.refresh_from_db()
    assert (suggested.status, suggested.decline_reason_id) == ("declined", "not_safe")
    assert Event.objects.get(kind="nomination.declined").data["reason"] == "not_safe"


def test_to_go_on_without_a_reason_asks_for_one(suggested, coordinator, sign_in):
    page = sign_in(coordinator).get(url("decline_nomination", suggested), {"step": "answer"})
    assert "There is a problem Select why it is declined" in text_of(page)


def test_a_reason_that_is_none_is_asked_again(suggested, coordinator, sign_in):
    page = sign_in(coordinator).post(url("decline_nomination", suggested) + "?reason=nothing", {"answer": "No."})
    assert "Select one of the choices" in text_of(page)
    suggested.refresh_from_db()
    assert suggested.status == "new"


def test_whoever_left_no_address_is_not_answered(nameless, coordinator, sign_in):
    client = sign_in(coordinator)
    assert 'name="answer"' not in client.get(url("mark_nomination", nameless)).content.decode()
    client.post(url("mark_nomination", nameless), {"answer": "Forged."})
    nameless.refresh_from_db()
    assert (nameless.status, nameless.answer) == ("duplicate", "")
    assert sending.send_due() == 0


def test_a_second_decision_is_refused_and_makes_no_site(suggested, coordinator):
    operations.mark_nomination(suggested, by=coordinator)
    with pytest.raises(IllegalMove, match="“suggested before” already"):
        operations.accept_nomination(suggested, by=coordinator, name="Hall", capacity=1, days_open=[1])
    with pytest.raises(IllegalMove, match="cannot be declined"):
        operations.decline_nomination(suggested, by=coordinator, reason=NominationDeclineReason.objects.first())
    assert not Site.objects.exists()


def test_a_note_is_for_colleagues(suggested, coordinator, sign_in):
    client = sign_in(coordinator)
    client.post(url("nomination", suggested), {"note": "Rang the parish council."})
    assert "Rang the parish council." in client.get(url("nomination", suggested)).content.decode()


# --- told -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def decided(suggested, coordinator):
    operations.mark_nomination(suggested, by=coordinator, answer="It is on our list.\nThank you.")
    suggested.refresh_from_db()
    return suggested


def test_the_answer_is_sent_once_and_says_how_long_the_address_is_kept(decided):
    assert sending.send_due() == 1
    assert sending.send_due() == 0
    (message,) = mail.outbox
    assert message.to == ["priya@example.org"]
    assert message.subject == "What became of your suggestion"
    assert message.body.startswith("Hello Priya Nettleford,\n\nIt is on our list.\nThank you.\n\n")
    assert "30 days after" in message.body
    decided.refresh_from_db()
    assert decided.answered_at == NOW
    assert Event.objects.get(kind="nomination.answered").ids == [str(decided.pk)]


def test_an_empty_answer_is_not_sent(suggested, coordinator):
    operations.mark_nomination(suggested, by=coordinator, answer="  ")
    assert sending.send_due() == 0


def test_a_worker_that_was_killed_in_between_never_sends_twice(decided, coordinator, sign_in, time_at):
    """It was claimed, and the claim committed; what came of it nobody knows, so somebody says what to do."""
    assert sending.claim(NOW) is not None
    assert sending.send_due() == 0
    client = sign_in(coordinator)
    assert client.post(url("send_answer_again", decided), follow=True).status_code == 200
    assert sending.send_due() == 0  # it may still be in that worker's hands
    time_at(NOW + timedelta(minutes=12))
    assert sending.send_due() == 0
    listed = text_of(client.get(url("nominations")))
    assert "1 answer could not be sent: see Suggested before" in listed
    assert "Perhaps not sent" in text_of(client.get(url("nominations") + "?show=duplicate"))
    assert "Send the answer again" in text_of(client.get(url("nomination", decided)))
    client.post(url("send_answer_again", decided))
    assert sending.send_due() == 1
    assert len(mail.outbox) == 1


def test_what_the_server_refuses_for_good_has_failed_and_is_shown(decided, coordinator, sign_in, monkeypatch):
    from notices.transports import Refused

    def refuses(*args, **given):
        raise Refused("550 5.1.1 no such mailbox", "550", for_good=True)

    with monkeypatch.context() as patched:
        patched.setattr("notices.transports.ByMail.send", refuses)
        assert sending.send_due() == 0
    client = sign_in(coordinator)
    page = text_of(client.get(url("nomination", decided)))
    assert "Not sent" in page
    assert "550 5.1.1 no such mailbox" in page
    client.post(url("send_answer_again", decided))
    assert sending.send_due() == 1


def test_while_the_mail_server_is_away_the_answer_waits_and_is_tried_again(decided, monkeypatch, time_at):
    from notices.transports import Unreachable

    def away(self):
        raise Unreachable("The mail server cannot be reached.", "ConnectionRefusedError")

    with monkeypatch.context() as patched:
        patched.setattr("notices.transports.ByMail.open", away)
        assert sending.send_due() == 0
    decided.refresh_from_db()
    assert (decided.attempts, decided.next_try_at, decided.claimed_at) == (1, NOW + timedelta(minutes=1), None)
    assert sending.send_due() == 0
    time_at(NOW + timedelta(minutes=1))
    assert sending.send_due() == 1


# --- forgotten ------------------------------------------------------------------------------------------------------


def test_thirty_days_after_the_answer_who_suggested_it_is_erased_everywhere(decided, coordinator):
    sending.send_due()
    assert erase_contacts(NOW + timedelta(days=29)) == 0
    assert erase_contacts(NOW + timedelta(days=30)) == 1
    assert erase_contacts(NOW + timedelta(days=31)) == 0
    decided.refresh_from_db()
    assert (decided.from_name, decided.from_email, decided.answer, decided.error) == ("", "", "", "")
    assert decided.what == "The path behind the village hall is overgrown."
    assert Event.objects.get(kind="nomination.contact_erased").act == "erasure"
    trail = str(list(Change.objects.values("old", "new"))) + str(list(Event.objects.values("data", "ids")))
    for word in ("Nettleford", "priya", "on our list"):
        assert word not in trail
    with pytest.raises(IllegalMove, match="no answer that could be sent"):
        operations.send_answer_again(decided, by=coordinator)


def test_an_address_is_kept_while_nobody_has_decided_but_not_for_ever(suggested):
    assert erase_contacts(NOW + timedelta(days=363)) == 0
    assert erase_contacts(NOW + timedelta(days=364)) == 1  # it was sent the day before NOW


def test_where_no_answer_could_be_sent_the_address_goes_30_days_after_the_decision(decided):
    Nomination.objects.update(failed_at=NOW, error="550 priya@example.org unknown")
    assert erase_contacts(NOW + timedelta(days=30)) == 1
    assert sending.send_due() == 0


def test_pages_of_the_list_go_on_by_key(force, coordinator, sign_in):
    for number in range(30):
        make_nomination(force, what=f"Bench {number}", sent_at=NOW - timedelta(minutes=number))
    client = sign_in(coordinator)
    first = client.get(reverse("placements:nominations"))
    assert len(first.context["nominations"]) == 25
    second = client.get(reverse("placements:nominations") + first.context["after"])
    assert [each.what for each in second.context["nominations"]] == [f"Bench {n}" for n in range(25, 30)]


def test_the_list_and_a_suggestion_cost_the_same_for_3_and_for_30(force, coordinator, sign_in, connection_queries):
    client = sign_in(coordinator)
    numbers = iter(range(100))

    def costs(more):
        for _ in range(more):
            found = make_nomination(force, what=f"Bench {next(numbers)}", district_id="derby", activity_id="clean_up")
        pages = (reverse("placements:nominations"), url("nomination", found))
        return [connection_queries(lambda page=page: client.get(page)) for page in pages]

    few = costs(3)
    assert costs(27) == few
    assert max(few) <= 10


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_makes_a_site(force, coordinator):
    suggested = make_nomination(force)

    def accept(number):
        try:
            operations.accept_nomination(
                suggested, by=coordinator, name=f"Hall {number}", address="Church Lane", district_id="derby",
                activity_id="clean_up", capacity=1, days_open=[1],
            )  # fmt: skip
        except IllegalMove:
            return "late"
        finally:
            connections.close_all()
        return "made"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, range(2))) == ["late", "made"]
    assert Site.objects.count() == 1
