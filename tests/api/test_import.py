"""A file of referrals over the API: the same check and the same import as on the pages."""

from datetime import timedelta

import pytest
import time_machine

from referrals.importing.operations import forget_old_files
from referrals.models import Referral, ReferralFile
from tests.factories import NOW
from tests.referrals.files import file_of, row

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "first"}


@pytest.fixture(autouse=True)
def fixed_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(api_as, officer):
    return api_as(officer)


def check(client, *rows, **headers):
    return client.post("/api/referral-files/", {"file": file_of(*rows)}, format="multipart", headers=headers)


def test_a_file_is_checked_then_imported(client):
    checked = check(client, row(1), row(2, hours_set="40"), row(1))
    assert checked.status_code == 201, checked.content
    shown = checked.json()
    assert shown["count"] == 3
    assert [(finding["line"], finding["column"]) for finding in shown["findings"]] == [(3, "hours_reason")]
    assert [(match["line"], match["again"]) for match in shown["matches"]] == [(4, True)]
    assert not Referral.objects.exists()
    address = f"/api/referral-files/{shown['id']}/"
    assert client.get(address).json() == shown
    assert client.post(f"{address}import/").status_code == 422
    done = client.post(f"{address}import/", {"knowingly": True}, format="json")
    assert done.status_code == 200, done.content
    assert [made["status"] for made in done.json()["made"]] == ["draft"] * 3
    assert Referral.objects.count() == 3


def test_every_mistake_comes_with_its_line_and_column_and_nothing_is_kept(client):
    answer = check(client, row(1, hours_set="many"), row(2, offence="x", sex="y"))
    assert answer.status_code == 422
    assert [(fault["line"], fault["column"]) for fault in answer.json()["details"]] == [
        (2, "hours_set"), (3, "offence"), (3, "sex"),
    ]  # fmt: skip
    assert not ReferralFile.objects.exists()


def test_a_file_sent_twice_waits_once_and_is_imported_once(client):
    first, second = check(client, row(1), **KEY), check(client, row(1), **KEY)
    assert first.json() == second.json()
    assert check(client, row(2), **KEY).status_code == 422
    address = f"/api/referral-files/{first.json()['id']}/import/"
    body = {"submit": True}
    answers = [client.post(address, body, format="json", headers={"Idempotency-Key": "then"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["made"] == answers[1].json()["made"]
    assert Referral.objects.get().status == "submitted"
    again = client.post(address, body, format="json")
    assert again.status_code == 409
    assert "already imported" in again.json()["detail"]


def test_a_file_is_its_owners_alone(client, api_as, other_officer, triager):
    address = f"/api/referral-files/{check(client, row(1)).json()['id']}/"
    assert api_as(other_officer).get(address).status_code == 404
    assert api_as(other_officer).post(f"{address}import/").status_code == 404
    assert api_as(triager).get(address).status_code == 403
    assert not Referral.objects.exists()


def test_a_request_without_a_file_is_refused(client):
    assert client.post("/api/referral-files/", {}, format="multipart").status_code == 400
    assert client.post("/api/referral-files/", {"file": "x"}, format="json").status_code == 400


def test_a_file_that_was_forgotten_since_is_not_there_when_it_is_sent_again(client):
    assert check(client, row(1), **KEY).status_code == 201
    forget_old_files(NOW + timedelta(days=2))
    assert check(client, row(1), **KEY).status_code == 404
