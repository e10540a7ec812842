"""Signing in to the API."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.signals import password_changed
from rest_framework.test import APIClient

from tests.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db


def test_a_token_opens_what_the_role_opens(api_as, triager):
    assert api_as(triager).get("/api/referrals/").status_code == 200


def test_without_a_token_nothing_opens():
    assert APIClient().get("/api/referrals/").status_code == 401


def test_it_refuses_a_wrong_password(officer):
    answer = APIClient().post("/api/sign-in/", {"email": officer.email, "password": "wrong"}, format="json")
    assert answer.status_code == 400
    assert "not right" in answer.content.decode()


def test_it_refuses_a_deactivated_account(officer):
    officer.is_active = False
    officer.save()
    answer = APIClient().post("/api/sign-in/", {"email": officer.email, "password": PASSWORD}, format="json")
    assert answer.status_code == 400


def test_a_token_ends_after_twelve_hours(api_as, triager):
    with time_machine.travel(NOW, tick=False):
        client = api_as(triager)
        assert client.get("/api/referrals/").status_code == 200
    with time_machine.travel(NOW + timedelta(hours=12, seconds=1), tick=False):
        assert client.get("/api/referrals/").status_code == 401


def test_signing_out_ends_the_token(api_as, triager):
    client = api_as(triager)
    assert client.post("/api/sign-out/").status_code == 204
    assert client.get("/api/referrals/").status_code == 401


def test_guessing_passwords_is_slowed_down(officer):
    client = APIClient()
    for _ in range(10):
        client.post("/api/sign-in/", {"email": officer.email, "password": "guess"}, format="json")
    assert (
        client.post("/api/sign-in/", {"email": officer.email, "password": PASSWORD}, format="json").status_code == 429
    )


def test_guessing_one_password_from_many_places_is_slowed_down(officer):
    for number in range(20):
        APIClient(REMOTE_ADDR=f"203.0.113.{number}").post(
            "/api/sign-in/", {"email": officer.email, "password": "guess"}, format="json"
        )
    last = APIClient(REMOTE_ADDR="203.0.113.99").post(
        "/api/sign-in/", {"email": officer.email.upper(), "password": PASSWORD}, format="json"
    )
    assert last.status_code == 429


def test_a_new_password_ends_the_tokens(api_as, triager):
    client = api_as(triager)
    password_changed.send(sender=type(triager), request=None, user=triager)
    assert client.get("/api/referrals/").status_code == 401
