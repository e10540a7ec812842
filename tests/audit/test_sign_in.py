"""Signing in and out stands in the trail, by whichever door, and no password does."""

import json

import pytest

from audit.models import Change, Event
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def kinds():
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


def test_signing_in_and_out_by_the_page(client, officer):
    client.post("/account/login/", {"login": officer.email, "password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
    client.post("/account/logout/")
    assert kinds() == ["account.signed_in", "account.signed_out"]
    event = Event.objects.earliest("id")
    assert (event.act, event.actor, event.actor_name, event.ip) == ("sign_in", officer.pk, "Amir Khan", "203.0.113.9")
    assert event.organisation == officer.organisation_id


def test_signing_in_and_out_by_the_api(client, officer):
    given = {"email": officer.email, "password": PASSWORD}
    token = client.post("/api/sign-in/", given, content_type="application/json").json()["token"]
    client.post("/api/sign-out/", headers={"Authorization": f"Token {token}"})
    assert kinds() == ["account.signed_in", "account.signed_out"]


@pytest.mark.parametrize("address", ["/account/login/", "/api/sign-in/"])
def test_a_failed_sign_in_is_recorded_with_the_address_and_without_the_password(address, client, officer):
    given = {"login": officer.email, "email": officer.email, "password": "guess number one"}
    if "api" in address:
        client.post(address, given, content_type="application/json")
    else:
        client.post(address, given)
    event = Event.objects.get()
    assert (event.kind, event.actor, event.data) == ("account.sign_in_failed", None, {"email": officer.email})


def test_an_inactive_person_cannot_sign_in(client, officer):
    officer.is_active = False
    officer.save()
    client.post("/account/login/", {"login": officer.email, "password": PASSWORD})
    assert client.get("/").status_code == 302
    assert "account.signed_in" not in kinds()


def test_no_password_stands_in_the_trail(client, officer):
    client.post("/account/login/", {"login": officer.email, "password": "guess number one"})
    client.post("/account/login/", {"login": officer.email, "password": PASSWORD})
    new = {"oldpassword": PASSWORD, "password1": "three random words", "password2": "three random words"}
    assert client.post("/account/password/change/", new).status_code == 302
    assert "account.password_set" in kinds()
    everything = json.dumps(
        [*Event.objects.values_list("data", flat=True), *Change.objects.values_list("old", "new")], default=str
    )
    for secret in (PASSWORD, "guess number one", "three random words", "md5$", "argon2"):
        assert secret not in everything
