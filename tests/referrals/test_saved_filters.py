"""Filters that somebody saved: named, chosen, renamed, deleted, theirs alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from audit.trail import Refusal
from referrals import operations
from referrals.models import SavedFilter
from tests.factories import NOW, make_referral

pytestmark = pytest.mark.django_db
QUERY = "tab=waiting&district=erewash&clock=overdue"
SAVE = f"/referrals/filters/save/?{QUERY}"


def kept(user):
    return dict(user.saved_filters.values_list("name", "query"))


def test_the_filters_at_hand_are_named_and_stand_above_the_list(sign_in, officer, triager):
    make_referral(officer, status="submitted")
    client = sign_in(triager)
    page = client.get(f"/referrals/?{QUERY}").content.decode()
    assert f'href="{SAVE.replace("&", "&amp;")}">Save these filters' in page
    answer = client.post(SAVE, {"name": "  Ripley,   late "})
    assert answer["Location"] == f"/referrals/?{QUERY}"
    assert kept(triager) == {"Ripley, late": {"tab": "waiting", "district": "erewash", "clock": "overdue"}}
    page = client.get(answer["Location"]).content.decode()
    assert f'href="/referrals/?{QUERY.replace("&", "&amp;")}" aria-current="page">Ripley, late</a>' in page
    assert "Save these filters" not in page  # they are


def test_a_list_with_no_filter_on_has_nothing_to_save(sign_in, triager):
    assert "Save these filters" not in sign_in(triager).get("/referrals/?tab=waiting").content.decode()


def test_what_was_typed_to_find_a_person_is_not_kept(sign_in, triager):
    client = sign_in(triager)
    client.post("/referrals/look-for/", {"looked_for": "Quillfeather", "tab": "waiting"})
    client.post(f"{SAVE}&looked_for=Quillfeather&csrfmiddlewaretoken=x", {"name": "Mine"})
    assert "Quillfeather" not in str(kept(triager))
    refused = client.post("/referrals/filters/save/?tab=waiting&district=Kit%20Lark", {"name": "Other"})
    assert "A filter holds codes only." in refused.content.decode()
    assert list(kept(triager)) == ["Mine"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Enter a name for the filter"),
        ("   ", "Enter a name for the filter"),
        ("x" * 61, "must be 60 characters or fewer"),
        ("OVERDUE", "You have a filter called “OVERDUE” already. Choose another name."),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_stays_as_typed(sign_in, triager, name, said):
    triager.saved_filters.create(name="Overdue", query={"tab": "waiting", "clock": "overdue"}, saved_at=NOW)
    page = sign_in(triager).post(SAVE, {"name": name}).content.decode()
    assert said in page
    assert f'value="{name}"' in page or not name.strip()
    assert list(kept(triager)) == ["Overdue"]


def test_the_twenty_first_is_refused(sign_in, triager):
    for number in range(20):
        triager.saved_filters.create(name=f"No. {number}", query={"tab": "waiting", "age": "young"}, saved_at=NOW)
    page = sign_in(triager).post(SAVE, {"name": "One more"}).content.decode()
    assert "You have 20 saved filters, the most there can be. Delete one first." in page
    assert len(kept(triager)) == 20


def test_a_filter_is_renamed_and_deleted(sign_in, triager):
    saved = triager.saved_filters.create(name="Late", query={"tab": "waiting", "clock": "overdue"}, saved_at=NOW)
    client = sign_in(triager)
    assert "Late" in client.get("/referrals/filters/").content.decode()
    client.post(f"/referrals/filters/{saved.pk}/rename/", {"name": "Overdue"})
    assert list(kept(triager)) == ["Overdue"]
    client.post(f"/referrals/filters/{saved.pk}/rename/", {"name": "overdue"})  # its own name is not in its way
    assert list(kept(triager)) == ["overdue"]
    answer = client.post(f"/referrals/filters/{saved.pk}/delete/", follow=True)
    assert "You have saved no filters" in answer.content.decode()
    assert kept(triager) == {}


def test_another_persons_filter_is_not_there(sign_in, officer, triager):
    saved = triager.saved_filters.create(name="Late", query={"tab": "waiting", "clock": "overdue"}, saved_at=NOW)
    client = sign_in(officer)
    assert "Late" not in client.get("/referrals/").content.decode()
    for verb in ("rename", "delete"):
        assert client.post(f"/referrals/filters/{saved.pk}/{verb}/", {"name": "Mine"}).status_code == 404
    assert list(kept(triager)) == ["Late"]


def test_a_filter_that_was_deleted_meanwhile_is_not_renamed(triager):
    saved = triager.saved_filters.create(name="Late", query={"tab": "waiting", "clock": "overdue"}, saved_at=NOW)
    SavedFilter.objects.filter(pk=saved.pk).delete()
    with pytest.raises(Refusal, match="was deleted meanwhile"):
        operations.rename_filter(saved, by=triager, name="Overdue")


def test_a_saved_filter_whose_code_is_gone_says_so_and_shows_the_list(sign_in, officer, triager):
    make_referral(officer, status="submitted")
    page = sign_in(triager).get("/referrals/?tab=waiting&assigned=2f1c8d7e-0000-4000-8000-000000000000")
    assert "Select one of the choices listed for ‘Assigned to’" in page.content.decode()
    assert len(page.context["rows"]) == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_save_one(triager):
    def press(_):
        try:
            return operations.save_filter(by=triager, name="Late", query={"tab": "waiting", "clock": "overdue"})
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(press, range(2)))
    assert sum(isinstance(result, Refusal) for result in done) == 1
    assert SavedFilter.objects.count() == 1
