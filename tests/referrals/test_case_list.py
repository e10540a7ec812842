"""The list of cases: what is looked for, filtered and paged."""

from datetime import UTC, date, datetime

import pytest

from referrals.models import Referral
from tests.factories import make_person, make_referral

pytestmark = pytest.mark.django_db


def test_a_search_with_a_character_that_no_database_keeps_finds_what_the_rest_says(sign_in, officer):
    make_referral(officer, participant=make_person(officer.organisation, "Kit", "Quillfeather"))
    client = sign_in(officer)
    client.post("/referrals/look-for/", {"looked_for": "Quill\x00feather"})
    assert "Quillfeather" in client.get("/referrals/?tab=drafts").content.decode()


@pytest.mark.parametrize(
    "cursor", ["abc", "2026-01-01T00:00:00+20:00,6ad87fcf-9363-4e82-a84f-7c072ed5e190", "2026-01-01T00:00:00,x"]
)
def test_a_page_that_cannot_be_is_not_found(sign_in, triager, cursor):
    assert sign_in(triager).get("/referrals/", {"after": cursor}).status_code == 404


@pytest.mark.parametrize(("day", "young"), [("2026-02-28", True), ("2026-03-01", False)])
def test_somebody_born_on_29_february_comes_of_age_on_1_march(officer, day, young):
    at = datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=UTC)
    born = make_person(officer.organisation, date_of_birth=date(2008, 2, 29))
    case = make_referral(officer, participant=born, status="submitted", at=at)
    assert list(Referral.objects.of_young_people(True)) == ([case] if young else [])
    assert list(Referral.objects.of_young_people(False)) == ([] if young else [case])
