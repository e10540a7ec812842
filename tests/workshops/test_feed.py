"""The private address at which a calendar reads somebody’s workshops."""

from datetime import timedelta
from hashlib import sha256

import icalendar
import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import Event
from tests.factories import make_user
from tests.workshops.factories import TOMORROW, make_booking, make_session
from workshops import operations
from workshops.models import CalendarFeed, Session, SessionCancelReason

PAGE = "workshops:own_calendar"


@pytest.fixture
def token(facilitator):
    return operations.make_feed(by=facilitator)


def read(client, token, **headers):
    return client.get(reverse("workshops:feed", args=[token]), headers=headers)


def events(answer):
    assert answer.status_code == 200, answer.content
    return {str(event["uid"]).split("@")[0]: event for event in icalendar.Calendar.from_ical(answer.content).events}


def test_a_calendar_reads_the_workshops_without_signing_in(token, case, session, client):
    make_booking(case, session)
    answer = read(client, token)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    event = events(answer)[str(session.pk)]
    assert event["summary"] == "ASB awareness workshop, adults"
    assert (event.start, event.end) == (session.starts_at, session.ends_at)
    assert event["location"] == "Ilkeston Library"
    assert "1 of 8 places taken." in event["description"]
    assert (event["sequence"], event["status"]) == (0, "CONFIRMED")
    for personal in ("Jordan", "Ashe", case.reference):
        assert personal not in answer.content.decode()


def test_what_changes_keeps_its_uid_and_counts_up(token, session, facilitator, client, clock):
    before = events(read(client, token))[str(session.pk)]
    clock.shift(timedelta(hours=2))
    times = {"starts_at": session.starts_at + timedelta(days=1), "ends_at": session.ends_at + timedelta(days=1)}
    operations.move_session(session, by=facilitator, version=0, place="Town Hall", **times)
    after = events(read(client, token))[str(session.pk)]
    assert after["uid"] == before["uid"]
    assert (after["sequence"], after.start) == (1, times["starts_at"])
    assert after["last-modified"].dt - before["last-modified"].dt == timedelta(hours=2)
    operations.cancel_session(session, by=facilitator, reason=SessionCancelReason.objects.first())
    gone = events(read(client, token))[str(session.pk)]
    assert (gone["sequence"], gone["status"]) == (2, "CANCELLED")
    assert gone["summary"].startswith("Cancelled: ")


def test_commas_semicolons_and_long_lines_come_back_as_they_were(token, facilitator, client):
    place = "Room 2, Old Mill; back\\door, “Gaol Yard” – ring twice " + "and wait " * 12
    notes = "Bus 6.1; stop “Market”,\nthen left"
    session = make_session(facilitator, place=place, access_notes=notes)
    answer = read(client, token)
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    event = events(answer)[str(session.pk)]
    assert event["location"] == place
    assert notes in event["description"]


def test_it_holds_what_its_owner_sees_of_the_last_30_days_and_all_to_come(token, facilitator, force, client):
    days = {
        number: make_session(facilitator, starts_at=TOMORROW + timedelta(days=number)) for number in (-40, -29, 400)
    }
    helped = make_session(make_user("Nina Brook", force, "facilitator"))
    other = make_session(helped.facilitator, starts_at=TOMORROW + timedelta(days=3))
    helped.co_facilitators.add(facilitator)
    assert set(events(read(client, token))) == {str(days[-29].pk), str(days[400].pk), str(helped.pk)}
    assert str(other.pk) not in events(read(client, token))


def test_an_unchanged_calendar_is_not_sent_again(token, session, client):
    tag = read(client, token)["ETag"]
    again = read(client, token, **{"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    Session.objects.filter(pk=session.pk).update(places_taken=1)
    assert read(client, token, **{"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "é" * 20, "a" * 5000])
def test_another_secret_is_no_address(token, facilitator, client, db):
    operations.make_feed(by=facilitator)
    assert client.get(f"/workshops/feed/{token}.ics").status_code == 404


@pytest.mark.parametrize("lost", [{"is_active": False}, {"roles": ["referrer"]}])
def test_without_account_or_role_the_address_is_dead_for_good(lost, token, session, facilitator, client):
    User.objects.filter(pk=facilitator.pk).update(**lost)
    assert read(client, token).status_code == 404
    User.objects.filter(pk=facilitator.pk).update(is_active=True, roles=["facilitator"])
    assert read(client, token).status_code == 404
    assert Event.objects.get(kind="calendar.revoked").data["owner"] == str(facilitator.pk)


def test_too_many_questions_are_refused(token, client, settings):
    answers = [read(client, "x" * 43).status_code for _ in range(61)]
    assert (answers[0], answers[-1]) == (404, 429)


def test_that_it_was_read_is_noted_once_an_hour(token, session, facilitator, client, clock):
    for _ in range(3):
        read(client, token)
    assert Event.objects.get(kind="calendar.read").actor == facilitator.pk
    clock.shift(timedelta(hours=1))
    read(client, token)
    assert Event.objects.filter(kind="calendar.read").count() == 2


def test_the_address_is_shown_once_and_kept_as_a_digest(session, facilitator, sign_in):
    client = sign_in(facilitator)
    page = client.post(reverse(PAGE), {"do": "make"})
    address = page.context["address"]
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert len(token) >= 43
    assert address in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert CalendarFeed.objects.get().digest == sha256(token.encode()).hexdigest()
    assert token not in client.get(reverse(PAGE)).content.decode()
    assert token not in str(list(Event.objects.values_list("data", flat=True)))
    assert str(session.pk) in events(client.get(address))


def test_a_new_address_ends_the_old_one_and_revoking_ends_it(token, facilitator, sign_in):
    client = sign_in(facilitator)
    address = client.post(reverse(PAGE), {"do": "make"}).context["address"]
    assert read(client, token).status_code == 404
    assert client.get(address).status_code == 200
    assert "The address is revoked." in client.post(reverse(PAGE), {"do": "revoke"}, follow=True).content.decode()
    assert client.get(address).status_code == 404
    assert not CalendarFeed.objects.exists()
