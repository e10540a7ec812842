"""Everybody's own choice, and what administrators see of emails that did not arrive."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import Event
from audit.trail import IllegalMove, Refusal
from notices import operations
from notices.models import Notice
from notices.querysets import CLAIM_LASTS, LATE
from notices.sending import send_due
from tests.factories import NOW, make_notice, make_outsider, make_referral

pytestmark = pytest.mark.django_db
CHOOSE, TROUBLE, API = reverse("notices:choose"), reverse("notices:in_trouble"), reverse("api-notices")
SECOND = timedelta(seconds=1)


@pytest.fixture
def case(officer):
    return make_referral(officer, status="submitted", reference="IJ/2026/000123")


def text(response):
    return response.content.decode()


def chosen(user):
    return User.objects.get(pk=user.pk).notices


# --- one's own choice -----------------------------------------------------------------------------------------------


def test_everybody_signed_in_is_led_to_the_choice(officer, sign_in):
    assert f'href="{CHOOSE}"' in text(sign_in(officer).get("/"))


def test_a_person_chooses_how_often(officer, sign_in):
    client = sign_in(officer)
    assert 'value="at_once" checked' in " ".join(text(client.get(CHOOSE)).split())
    page = client.post(CHOOSE, {"choice": "weekly"}, follow=True)
    assert "Your choice is saved." in text(page)
    assert chosen(officer) == "weekly"
    event = Event.objects.get(kind="account.notices_chosen")
    assert (event.actor, event.data) == (officer.pk, {"before": "at_once", "after": "weekly"})


@pytest.mark.parametrize("sent", [{}, {"choice": "hourly"}])
def test_what_is_no_choice_is_explained_and_changes_nothing(sent, officer, sign_in):
    page = sign_in(officer).post(CHOOSE, sent)
    assert "Error: " in text(page)
    assert chosen(officer) == "at_once"
    assert not Event.objects.filter(kind="account.notices_chosen").exists()


def test_what_waits_follows_the_choice(officer, case, queued, django_capture_on_commit_callbacks):
    waiting = make_notice(officer, case, due_at=NOW)
    operations.choose(by=officer, choice="daily")
    waiting.refresh_from_db()
    assert waiting.due_at == NOW + timedelta(hours=21)
    with django_capture_on_commit_callbacks(execute=True):
        operations.choose(by=officer, choice="at_once")
    waiting.refresh_from_db()
    assert (waiting.due_at, queued) == (NOW, ["send_due"])
    operations.choose(by=officer, choice="off")
    waiting.refresh_from_db()
    assert (waiting.dropped_at, waiting.dropped_because) == (NOW, operations.CHOSE_NONE)


def test_the_choice_by_the_api(officer, sign_in):
    client = sign_in(officer)
    assert client.get(API).json() == {"choice": "at_once"}
    client.raise_request_exception = False
    from rest_framework.test import APIClient

    api = APIClient()
    api.force_authenticate(officer)
    assert api.put(API, {"choice": "daily"}, format="json").json() == {"choice": "daily"}
    assert chosen(officer) == "daily"
    refused = api.put(API, {"choice": "hourly"}, format="json")
    assert refused.status_code == 400
    assert chosen(officer) == "daily"


# --- what did not arrive --------------------------------------------------------------------------------------------


def test_an_administrator_sees_what_failed_was_interrupted_or_waits_long(
    administrator, officer, triager, case, sign_in
):
    make_notice(officer, case, failed_at=NOW, error="550 no such mailbox", attempts=1)
    make_notice(officer, case, claimed_at=NOW - CLAIM_LASTS - SECOND)
    make_notice(officer, case, due_at=NOW - LATE - SECOND, attempts=3, next_try_at=NOW + 10 * SECOND, error="451 later")
    make_notice(triager, case, due_at=NOW - LATE)  # not long yet
    make_notice(triager, case, claimed_at=NOW - CLAIM_LASTS)  # a worker may still have it
    make_notice(triager, case, claimed_at=NOW, sent_at=NOW)
    make_notice(triager, case, dropped_at=NOW)
    page = text(sign_in(administrator).get(TROUBLE))
    assert page.count("Send again") == 3
    for words in ("550 no such mailbox", "It may not have arrived.", "451 later", "Tried 3 times", officer.email):
        assert words in page
    assert "Next try: 10 June 2026, 10:00" in page
    assert "IJ/2026/000123" in page
    assert "assigned to you" not in page  # what happened in a case is not an administrator's to read
    assert triager.email not in page
    home = text(sign_in(administrator).get("/"))
    assert "Emails about cases that did not arrive" in home


def test_it_is_paged_by_key(administrator, officer, case, sign_in):
    made = [make_notice(officer, case, failed_at=NOW, error=f"550 fault {n:02}") for n in range(26)]
    client = sign_in(administrator)
    first = text(client.get(TROUBLE))
    assert "fault 24" in first
    assert "fault 25" not in first
    assert f"?after={made[24].pk}" in first
    second = text(client.get(TROUBLE, {"after": made[24].pk}))
    assert "fault 25" in second
    assert "fault 24" not in second
    assert client.get(TROUBLE, {"after": "²"}).status_code == 200


def test_an_administrator_of_another_force_sees_none_of_it(officer, case, sign_in):
    notice = make_notice(officer, case, failed_at=NOW)
    client = sign_in(make_outsider())
    assert "No such emails" in text(client.get(TROUBLE))
    for name in ("send_again", "give_up"):
        assert client.post(reverse(f"notices:{name}", args=[notice.pk]), {"reason": "x"}).status_code == 404
    notice.refresh_from_db()
    assert notice.failed_at


@pytest.mark.parametrize(
    "state",
    [
        {"failed_at": NOW, "attempts": 20},
        {"claimed_at": NOW - CLAIM_LASTS - SECOND},
        {"claimed_at": NOW, "error": "The connection broke."},
        {"attempts": 3, "next_try_at": NOW + timedelta(hours=6)},
    ],
)
def test_an_administrator_has_it_sent_again(state, administrator, officer, case, sign_in, mail_server, queued):
    notice = make_notice(officer, case, **state)
    page = sign_in(administrator).post(reverse("notices:send_again", args=[notice.pk]), follow=True)
    assert f"The email to {officer} is sent now." in text(page)
    assert send_due() == 1
    assert mail_server.addressed == [officer.email]
    notice.refresh_from_db()
    assert (notice.sent_at, notice.attempts) == (NOW, 1)
    assert Event.objects.get(kind="notice.sent_again").actor == administrator.pk


def test_an_administrator_has_all_that_failed_sent_again(
    administrator, officer, triager, case, sign_in, mail_server, queued
):
    failed = [make_notice(person, case, failed_at=NOW, attempts=1) for person in (officer, triager)]
    interrupted = make_notice(officer, case, claimed_at=NOW, error="The connection broke.")
    elsewhere = make_outsider()
    theirs = make_notice(elsewhere, make_referral(elsewhere, status="submitted"), failed_at=NOW)
    client = sign_in(administrator)
    assert "Send all that failed again" in text(client.get(TROUBLE))
    page = client.post(reverse("notices:send_failed_again"), follow=True)
    assert "Sent again: 2 emails that had failed." in text(page)
    assert send_due() == 2
    assert sorted(mail_server.addressed) == sorted([officer.email, triager.email])
    assert Event.objects.get(kind="notice.sent_again").ids == [str(notice.pk) for notice in failed]
    for untouched in (interrupted, theirs):
        before = (untouched.claimed_at, untouched.failed_at)
        untouched.refresh_from_db()
        assert (untouched.claimed_at, untouched.failed_at) == before
    again = client.post(reverse("notices:send_failed_again"), follow=True)
    assert "No email has failed" in text(again)
    assert Event.objects.filter(kind="notice.sent_again").count() == 1


def test_an_administrator_gives_it_up_with_a_reason(administrator, officer, case, sign_in, mail_server):
    notice = make_notice(officer, case, failed_at=NOW)
    address = reverse("notices:give_up", args=[notice.pk])
    client = sign_in(administrator)
    assert "Enter why the email is not sent" in text(client.post(address, {"reason": " "}))
    notice.refresh_from_db()
    assert notice.dropped_at is None
    page = client.post(address, {"reason": "Told by telephone"}, follow=True)
    assert "is not sent any more" in text(page)
    notice.refresh_from_db()
    assert (notice.dropped_at, notice.dropped_because) == (NOW, f"Given up by {administrator}: Told by telephone")
    assert send_due() == 0


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"claimed_at": NOW, "sent_at": NOW}, "was sent on 10 June 2026 at 10:00"),
        ({"dropped_at": NOW, "dropped_because": "The account is inactive."}, "The account is inactive."),
        ({"claimed_at": NOW - CLAIM_LASTS}, "is being sent at this moment"),
    ],
)
def test_what_is_settled_or_in_a_workers_hands_is_left_alone(state, says, administrator, officer, case, sign_in):
    notice = make_notice(officer, case, **state)
    before = Notice.objects.values().get()
    with pytest.raises(IllegalMove, match=says):
        operations.send_again(notice, by=administrator)
    with pytest.raises(IllegalMove, match=says):
        operations.give_up(notice, by=administrator, reason="x")
    page = sign_in(administrator).post(reverse("notices:send_again", args=[notice.pk]), follow=True)
    assert says in text(page)
    assert Notice.objects.values().get() == before


def test_giving_up_takes_a_reason(administrator, officer, case):
    with pytest.raises(Refusal, match="Enter why"):
        operations.give_up(make_notice(officer, case, failed_at=NOW), by=administrator, reason=" ")
