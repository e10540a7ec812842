"""No secret of an address stands in a log."""

import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.roles import PUBLIC
from immediatejustice.logs import WithoutRows
from placements.operations import make_participant_link
from referrals.operations.messages import stop_link
from tests.addresses import ADDRESSES
from tests.factories import make_person
from tests.messages.factories import make_message
from tests.workshops.factories import TOMORROW, make_booking, make_ready_case, make_session
from workshops import operations


@pytest.fixture
def secrets(officer, provider, facilitator, time_machine, settings):
    """The address of each kind of page that opens by a secret, and the secret."""
    session = make_session(facilitator)
    booking = make_booking(make_ready_case(officer, provider, participant=make_person(officer.organisation)), session)
    time_machine.move_to(TOMORROW, tick=False)
    stop = stop_link(make_message(booking.case, booking)).removeprefix(settings.SITE_URL)
    tokens = {
        "workshops:say": operations.make_link(booking, by=facilitator),
        "workshops:screen": operations.open_screen(session, by=facilitator),
        "workshops:feed": operations.make_feed(by=facilitator),
        "placements:own_page": make_participant_link(booking.case, by=facilitator),
    }
    return [(stop, stop.split("/")[-2]), *((reverse(name, args=[token]), token) for name, token in tokens.items())]


def test_whatever_goes_wrong_at_a_secret_address_is_logged_without_the_secret(secrets, monkeypatch, caplog):
    browser = Client(raise_request_exception=False)
    for address, _ in secrets:
        assert browser.put(address).status_code == 405
        browser.generic("POST", address, b"x", content_type="multipart/form-data; boundary=")
        browser.post(address, {f"field{number}": "x" for number in range(1001)})
    for module in ("workshops.asked", "workshops.operations", "referrals.operations", "placements.operations"):
        for name in ("open_link", "open_screen", "open_feed", "message_of", "open_participant_link"):
            monkeypatch.setattr(f"{module}.{name}", lambda *given: 1 / 0, raising=False)
    for address, _ in secrets:
        assert browser.get(address).status_code == 500
    assert caplog.text.count("Internal Server Error") == len(secrets)
    for address, token in secrets:
        assert token not in caplog.text, address
        assert address.replace(token, "…") in caplog.text


def test_nor_where_the_address_is_followed_by_more_or_too_much_is_sent_to_it(secrets, caplog):
    browser = Client()
    for address, token in secrets:
        for more in (".", "./", ")", "x/", "%20x/"):
            browser.get(f"{address}{more}")
        browser.get(address.replace("/", "//", 3)[1:])
        answer = browser.generic("POST", address, b"x", CONTENT_LENGTH="60000000")
        assert answer.status_code == 413
        assert token not in caplog.text, address
    assert caplog.text.count("Not Found") >= len(secrets)
    assert caplog.text.count("Request Entity Too Large") == len(secrets)


def test_every_address_that_opens_by_a_secret_calls_it_a_token():
    """By that word it is taken out of the log."""
    found = 0
    for name, (permission, *_) in ADDRESSES.items():
        if permission != PUBLIC or name.startswith("api-"):
            continue
        namespace, _, plain = name.rpartition(":")
        resolver = get_resolver() if not namespace else get_resolver().namespace_dict[namespace][1]
        for possible in resolver.reverse_dict.getlist(plain):
            keys = possible[0][0][1]
            assert not keys or "token" in keys, name
            found += bool(keys)
    assert found >= 4


def test_an_error_of_the_database_is_logged_without_the_row(force, caplog):
    """(Of a worker as of a page: the formatter is that of every handler.)"""
    person = make_person(force, "Zebedee\nof two lines", "Quill")
    try:
        with transaction.atomic():
            type(person).objects.filter(pk=person.pk).update(family_name=None)
    except IntegrityError:
        logging.getLogger("tests").exception("it could not be saved")
    (record,) = caplog.records
    text = WithoutRows(settings.LOGGING["formatters"]["plain"]["format"]).format(record)
    assert "of two lines" in logging.Formatter().format(record)  # as it would stand there
    assert "Zebedee" not in text
    assert "of two lines" not in text
    assert 'null value in column "family_name"' in text
    assert text.count("DETAIL:  …") == 2  # of psycopg's error, and of Django's
