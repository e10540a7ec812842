"""What the lists of community work say of a restricted case to who is not named on it: when and where, and no more."""

import csv
import io

import pytest
from rest_framework.test import APIClient

from audit.models import Event
from placements import operations
from referrals.models import Referral
from tests.placements.factories import at, make_coordinator, make_session, outcome
from tests.placements.pages import text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorded(placement, coordinator):
    """This morning's session of a restricted case: they were ill. It is 10:00."""
    session = make_session(placement, "2026-06-10 06:00")
    operations.log_work_session(
        session, by=coordinator, version=1, starts_at=session.starts_at, ends_at=at("2026-06-10 09:00"),
        outcome=outcome("absent_medical"), notes="Rang from the hospital.",
    )  # fmt: skip
    Referral.objects.filter(pk=session.case_id).update(restricted=True, restricted_because="Known to all.")
    return session


@pytest.fixture
def stranger(provider):
    return make_coordinator(provider)


TELLING = ("medical", "Absent", "Ellen Marsh", "hospital", "Jordan")


def test_the_pages_do_not_say_what_came_of_it(recorded, stranger, sign_in):
    client = sign_in(stranger)
    for page in (f"{url('work')}?everybody", f"{url('today')}?everybody"):
        words = text_of(client.get(page))
        assert f"Restricted, {recorded.case.reference}" in words
        assert "Ilkeston Community Garden" in words
        assert "Recorded" in words
        assert not [word for word in TELLING if word in words], page


def test_nor_does_the_file(recorded, stranger, sign_in):
    answer = sign_in(stranger).post(f"{url('download_work')}?everybody", {"reason": "Team meeting"})
    (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert (row["Case"], row["State"]) == (recorded.case.reference, "Recorded")
    assert (row["Outcome"], row["Recorded by"], row["Caseworker"]) == ("", "", "")


def test_nor_does_the_api(recorded, stranger):
    client = APIClient()
    client.force_authenticate(stranger)
    (row,) = client.get("/api/work-sessions/").json()["results"]
    assert row["participant"] == "Restricted"
    told = {name: value for name, value in row.items() if value is not None}
    assert set(told) == {"id", "version", "reference", "participant", "placement", "site", "starts_at", "ends_at"}


def test_nobody_else_is_told_that_they_have_arrived(placement, coordinator, stranger, sign_in):
    session = make_session(placement, "2026-06-10 09:00", arrived_at=at("2026-06-10 09:02"))
    Referral.objects.filter(pk=session.case_id).update(restricted=True, restricted_because="Known to all.")
    for user, told in ((coordinator, True), (stranger, False)):
        words = text_of(sign_in(user).get(f"{url('today')}?everybody"))
        assert ("Here" in words) == told
        client = APIClient()
        client.force_authenticate(user)
        (row,) = client.get("/api/work-sessions/today/?everybody=true").json()["sessions"]
        assert row["arrived"] == ("09:02" if told else "")


def test_whoever_is_named_on_it_reads_it_there_all_the_same(recorded, coordinator, sign_in):
    client = sign_in(coordinator)
    assert "Absent: medical, recorded by Ellen Marsh" in text_of(client.get(url("work")))
    assert "Absent: medical, recorded by Ellen Marsh" in text_of(client.get(url("today")))


def test_a_site_names_neither_who_is_placed_there_nor_for_how_long(recorded, stranger, sign_in):
    words = text_of(sign_in(stranger).get(url("site", recorded.placement.site)))
    assert f"Restricted, {recorded.case.reference}" in words
    assert "10 hours" not in words


def test_the_api_says_in_the_trail_whose_cases_it_listed(session, coordinator):
    client = APIClient()
    client.force_authenticate(coordinator)
    client.get("/api/work-sessions/")
    assert Event.objects.get(kind="referral.listed").ids == [str(session.case_id)]
