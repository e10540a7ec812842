"""The participant's own page: what it says and what it never says, and everything that is tried against it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.models import Change, Event
from audit.trail import IllegalMove
from placements import operations
from placements.models import ParticipantLink
from placements.truth import no_longer
from referrals import operations as case_operations
from referrals.models import Message, ReturnReason, WithdrawReason
from referrals.tokens import digest_of
from tests.factories import NOW, make_victim
from tests.placements import learning
from tests.placements.factories import make_coordinator, make_credit, make_session
from tests.placements.pages import text_of, url
from tests.placements.test_at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(case, placement, coordinator):
    return operations.make_participant_link(case, by=coordinator)


def address(token):
    return reverse("placements:own_page", args=[token])


@pytest.fixture
def full(case, placement, coordinator):
    """A case with everything that could leak, and everything that the page may show."""
    make_victim(case)
    case.circumstances = "Sprayed paint on the shelter."
    case.save()
    coordinator.work_phone = "01629 555 0101"
    coordinator.save()
    make_credit(placement, 210)
    placement.site.hi_vis_needed = True
    placement.site.contact_name, placement.site.contact_phone = "Bea Nolan", "01629 555 0199"
    placement.site.save()
    make_session(placement, "2026-06-12 09:00", notes="Was rude to the supervisor.")
    make_session(placement, "2026-06-19 09:00")
    return case


# --- what it says -----------------------------------------------------------------------------------------------------


def test_it_says_what_is_left_where_and_when_next_what_to_bring_and_whom_to_ring(full, token, client):
    page = client.get(address(token))
    said = text_of(page)
    for words in (
        "Hello Jordan", "You have done 3 hours 30 minutes. You have 6 hours 30 minutes left to do.", "Friday 12 June",
        "From 09:00 to 12:00", "Ilkeston Community Garden, Bath Street, Ilkeston", "Bring a hi-vis vest",
        "Friday 19 June", "Ring Ellen as soon as you can", "01629 555 0101", full.reference,
    ):  # fmt: skip
        assert words in said, words
    assert 'href="tel:016295550101"' in page.content.decode()
    assert re.search(r'<progress[^>]*max="600"[^>]*value="210"', page.content.decode())


def test_it_says_nothing_of_why_or_of_anybody_else(full, token, client):
    page = client.get(address(token)).content.decode()
    victim = full.victims.get().person
    for secret in (
        "Ashe", victim.family_name, victim.given_names, "damage", "Sprayed", "shelter", "resolution", "police",
        "Police", "offence", "victim", "Marsh", "Khan", "Nolan", "0199", "rude", full.incident_number, "OFFICIAL",
    ):  # fmt: skip
        assert secret not in page, secret


def test_a_workshop_stands_there_without_its_subject(full, token, facilitator, client):
    from tests.workshops.factories import make_booking
    from tests.workshops.factories import make_session as make_workshop

    make_booking(full, make_workshop(facilitator, starts_at=NOW + timedelta(days=1)))
    page = client.get(address(token))
    said = text_of(page)
    assert "Thursday 11 June" in said
    assert "Workshop" in said
    assert said.index("Thursday 11 June") < said.index("Friday 12 June")
    assert "ASB" not in said
    assert "awareness" not in said


@pytest.mark.parametrize("leaves", [True, False])
def test_without_a_number_of_the_caseworker_it_gives_the_schemes(leaves, case, token, coordinator, client, settings):
    coordinator.work_phone, coordinator.is_active = ("01629 555 0101", False) if leaves else ("", True)
    coordinator.save()
    settings.CONTACT_PHONE = "0300 555 0100"
    said = text_of(client.get(address(token)))
    assert "Ring us as soon as you can" in said
    assert "0300 555 0100" in said
    assert "0101" not in said


def test_it_says_so_when_all_is_done_or_nothing_is_planned(case, placement, token, client):
    said = text_of(client.get(address(token)))
    assert "You have 10 hours of community work to do." in said
    assert "Nothing is planned yet." in said
    make_credit(placement, 600)
    assert "You have done all your hours. Well done." in text_of(client.get(address(token)))


def test_only_the_next_five_are_shown(case, placement, token, client):
    for day in range(11, 19):
        make_session(placement, f"2026-06-{day} 09:00")
    page = client.get(address(token))
    assert page.content.decode().count("From <strong>") == 5
    assert "More days are planned after these." in text_of(page)


@pytest.mark.parametrize("why", ["suspended", "its insurance runs out before"])
def test_nobody_is_sent_to_a_site_that_takes_nobody_any_more(why, case, placement, token, coordinator, client):
    make_session(placement, "2026-06-10 09:00")  # they are there now
    make_session(placement, "2026-06-12 09:00")
    if why == "suspended":
        operations.suspend_site(placement.site, by=coordinator, because="The roof leaks.")
    else:
        type(placement.site).objects.update(insured_until=NOW.date() + timedelta(days=1))
    said = text_of(client.get(address(token)))
    assert "Wednesday 10 June" in said
    assert "12 June" not in said
    before = NOW + timedelta(days=1)
    reminder = Message(case=case, purpose="reminder", made_at=before)
    assert no_longer(reminder, before) == "They do not work on that day any more."


def test_what_was_gained_stands_there(case, token, coordinator, provider, client):
    learning.make_passed(case, learning.make_course(provider), coordinator)
    assert "Food safety" in text_of(client.get(address(token)))


# --- who makes it and ends it -----------------------------------------------------------------------------------------


def test_the_link_is_shown_once_with_its_code_and_kept_as_a_digest_only(case, placement, coordinator, sign_in):
    client = sign_in(coordinator)
    page = client.post(url("share", case)).content.decode()
    token = re.search(r"/placements/yours/([\w-]{43})/", page)[1]
    assert "<svg" in page
    assert token not in client.get(url("share", case)).content.decode()
    link = ParticipantLink.objects.get()
    assert link.digest == digest_of(token)
    assert link.expires_at == NOW + timedelta(days=90)
    assert token not in str(list(Change.objects.values("new")))
    assert token not in str(list(Event.objects.values()))


def test_staff_see_when_it_was_last_opened(case, placement, token, coordinator, client):
    client.force_login(coordinator)
    assert "Not opened yet" in text_of(client.get(url("share", case)))
    client.logout()
    client.get(address(token))
    client.force_login(coordinator)
    assert "10 June 2026, 10:00" in text_of(client.get(url("share", case)))


def test_opening_goes_to_the_trail_once_an_hour(case, token, client):
    client.get(address(token))
    client.get(address(token))
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        client.get(address(token))
    events = list(Event.objects.filter(kind="participant_link.opened"))
    assert [(event.case, event.act, event.actor) for event in events] == [(case.pk, "disclosure", None)] * 2


def test_a_new_link_ends_the_old_one(case, token, coordinator, client):
    newer = operations.make_participant_link(case, by=coordinator)
    assert [client.get(address(each)).status_code for each in (token, newer)] == [404, 200]


def test_revoked_it_opens_nothing_and_is_revoked_once(case, token, coordinator, sign_in):
    client = sign_in(coordinator)
    assert "The link is revoked" in text_of(client.post(url("revoke_share", case), follow=True))
    assert "There is no link to revoke" in text_of(client.post(url("revoke_share", case), follow=True))
    assert client.get(address(token)).status_code == 404
    assert Event.objects.filter(kind="participant_link.revoked").count() == 1


def test_it_expires(token, client):
    with time_machine.travel(NOW + timedelta(days=89, hours=23), tick=False):
        assert client.get(address(token)).status_code == 200
    with time_machine.travel(NOW + timedelta(days=90), tick=False):
        assert client.get(address(token)).status_code == 404


@pytest.mark.parametrize("step", ["withdraw", "return"])
def test_it_dies_with_the_case_and_stays_dead_when_it_is_reopened(step, case, token, triager, manager, client):
    if step == "withdraw":
        case_operations.withdraw(case, by=triager, reason=WithdrawReason.objects.first())
    else:
        case_operations.return_to_officer(case, by=triager, reason=ReturnReason.objects.first())
    assert client.get(address(token)).status_code == 404
    assert ParticipantLink.objects.get().revoked_by == triager
    case.refresh_from_db()
    wanted = case_operations.ask_override(case, by=triager, kind="reopen", reason="A letter came.")
    case_operations.decide_override(wanted, by=manager, agreed=True, reason="Yes.")
    assert client.get(address(token)).status_code == 404


def test_a_closed_case_gets_none(case, coordinator, sign_in):
    type(case).objects.filter(pk=case.pk).update(status="completed", closed_at=NOW)
    client = sign_in(coordinator)
    assert "has no such page" in text_of(client.get(url("share", case)))
    assert "gets no page any more" in text_of(client.post(url("share", case), follow=True))
    assert not ParticipantLink.objects.exists()


def test_of_a_suspended_case_it_still_opens_and_sends_nobody_anywhere(full, case, token, client):
    type(case).objects.filter(pk=case.pk).update(status="suspended", suspend_reason="ill_health")
    response = client.get(address(token))
    assert response.status_code == 200
    text = text_of(response)
    assert "Your work is paused. Do not go anywhere before you have spoken with us." in text
    assert "Ilkeston Community Garden" not in text


@pytest.mark.parametrize(("who", "status"), [("triager", 403), ("officer", 403), ("facilitator", 403), (None, 302)])
def test_nobody_else_makes_or_revokes_one(who, status, case, token, request, client):
    if who:
        client.force_login(request.getfixturevalue(who))
    for name in ("share", "revoke_share"):
        assert client.post(url(name, case)).status_code == status
    assert ParticipantLink.objects.get().revoked_at is None


def test_of_a_restricted_case_only_those_on_it_make_one_and_say_why(case, placement, coordinator, provider, sign_in):
    type(case).objects.filter(pk=case.pk).update(restricted=True)
    assert sign_in(make_coordinator(provider)).post(url("share", case)).status_code == 404
    assert "Why do you need to open it?" in text_of(sign_in(coordinator).get(url("share", case)))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_make_one_at_once_one_link_lives(case, placement, coordinator, provider):
    gita = make_coordinator(provider)
    outcomes = at_once(*(lambda by=by: operations.make_participant_link(case, by=by) for by in (coordinator, gita)))
    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert ParticipantLink.objects.filter(revoked_at__isnull=True).count() == 1
    assert ParticipantLink.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_revoke_at_once_one_is_told(case, placement, coordinator):
    operations.make_participant_link(case, by=coordinator)
    outcomes = at_once(*[lambda: operations.revoke_participant_link(case, by=coordinator)] * 2)
    assert sum(isinstance(one, IllegalMove) for one in outcomes) == 1


# --- what is tried against it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "guess",
    ["x" * 43, "x", "..%2F..%2Fadmin", "%00", "a" * 2000, "' OR 1=1 --", "<script>alert(1)</script>", "é" * 40],
)
def test_a_guess_finds_the_same_page_as_an_old_link(guess, token, case, coordinator, client):
    from urllib.parse import quote

    operations.revoke_participant_link(case, by=coordinator)
    old = client.get(address(token))
    page = client.get(f"/placements/yours/{guess if '%' in guess else quote(guess, safe='')}/")
    assert page.status_code == 404
    if page.templates and page.templates[0].name == "placements/outside/gone.html":
        assert strip(page) == strip(old)
    assert "alert(1)" not in page.content.decode()
    assert not Event.objects.filter(kind="participant_link.opened").exists()


def strip(page):
    return re.sub(r'nonce="[^"]*"', "", page.content.decode())


def test_neither_the_digest_nor_a_shortened_or_changed_token_opens_it(token, client):
    digest = ParticipantLink.objects.get().digest
    for guess in (digest, token[:-1], f"{token}x", token.swapcase(), f" {token}"):
        assert client.get(address(guess)).status_code == 404


def test_it_is_kept_and_indexed_by_nobody_and_told_to_nobody(token, client):
    page = client.get(address(token))
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert not page.cookies
    assert "csrf" not in page.content.decode()
    for header in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy"):
        assert client.get(address("x" * 43))[header] == page[header]


def test_asking_whether_it_is_there_opens_nothing(token, client):
    answer = client.head(address(token))
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"", "no-store")
    assert ParticipantLink.objects.get().last_opened_at is None
    assert not Event.objects.filter(kind="participant_link.opened").exists()


@pytest.mark.parametrize(("method", "status"), [("post", 405), ("put", 405), ("delete", 405), ("patch", 405)])
def test_nothing_can_be_sent_to_it(method, status, token, client):
    assert getattr(client, method)(address(token), {"x": 1}).status_code == status
    assert ParticipantLink.objects.get().last_opened_at is None


def test_guessing_is_slowed_down(token, client):
    answers = [client.get(address(f"{n:043}")).status_code for n in range(125)]
    assert answers.count(404) == 120
    assert answers[-1] == 429
    assert client.get(address(token)).status_code == 429


def test_one_who_is_signed_in_sees_the_same_and_no_way_into_the_system(full, token, coordinator, client):
    outside = strip(client.get(address(token)))
    client.force_login(coordinator)
    inside = strip(client.get(address(token)))
    assert inside == outside
    assert 'href="/"' not in inside


def test_it_costs_the_same_for_few_sessions_and_many(case, placement, token, client, connection_queries):
    costs = []
    for days in (range(11, 13), range(13, 30)):
        for day in days:
            make_session(placement, f"2026-06-{day} 09:00")
        costs.append(connection_queries(lambda: client.get(address(token))))
    assert costs[1] <= costs[0] <= 8, costs
