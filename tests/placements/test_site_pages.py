"""The pages of sites: what they show, what they do, what they refuse without losing what was typed."""

import re
from datetime import date

import pytest

from audit.trail import Refusal
from placements import operations
from placements.models import Site
from tests.placements.factories import (
    make_coordinator,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
)
from tests.placements.pages import day, text_of, url

pytestmark = pytest.mark.django_db


SITE = {
    "name": "Heanor Foodbank",
    "address": "1 High Street, Heanor",
    "district": "amber_valley",
    "activity": "foodbank",
    "description": "Sorting and packing",
    "capacity": "2",
    "days_open": ["1", "3"],
    "suitable_under_18": "true",
}

RISK = {**day("risk_assessed_on", date(2026, 6, 1)), **day("risk_review_on", date(2027, 6, 1))}


def test_a_site_goes_from_proposed_to_open(coordinator, sign_in):
    client = sign_in(coordinator)
    client.post(url("add_site"), SITE)
    site = Site.objects.get()
    assert (site.status, site.provider, site.days_open) == ("proposed", coordinator.organisation, [1, 3])

    refused = client.post(url("open_site", site))
    assert refused.status_code == 409
    assert "cannot be opened for work while it is “proposed”" in text_of(refused)

    client.post(url("assess_site", site), RISK)
    site.refresh_from_db()
    assert site.status == "proposed"  # not insured yet
    client.post(url("insure_site", site), day("insured_until", date(2026, 12, 31)))
    assert "Heanor Foodbank opened." in text_of(client.post(url("open_site", site), follow=True))
    site.refresh_from_db()
    assert site.status == "active"


def test_a_site_whose_insurance_ran_out_is_not_opened_and_the_page_quotes_the_day(provider, coordinator, sign_in):
    site = make_site(provider, status="suspended", insured_until=date(2026, 5, 3))
    response = sign_in(coordinator).post(url("open_site", site))
    assert "ran out on 3 May 2026" in text_of(response)
    site.refresh_from_db()
    assert site.status == "suspended"


@pytest.mark.parametrize(
    ("page", "said", "sentence"),
    [
        ("assess_site", {"risk_assessed_on": date(2026, 6, 11)}, "must not be in the future"),
        ("assess_site", {"risk_review_on": date(2026, 6, 10)}, "you entered 10 June 2026"),
        ("assess_site", {"risk_review_on": date(2206, 6, 10)}, "within 5 years: you entered 10 June 2206"),
        ("insure_site", {"insured_until": date(2026, 6, 9)}, "ran out on 9 June 2026"),
        ("insure_site", {"insured_until": date(2037, 6, 9)}, "within 5 years: you entered 9 June 2037"),
    ],
)
def test_papers_with_impossible_dates_are_refused(site, coordinator, sign_in, page, said, sentence):
    data = dict(RISK) if page == "assess_site" else {}
    for name, value in said.items():
        data |= day(name, value)
    response = sign_in(coordinator).post(url(page, site), data)
    assert response.status_code == 422
    assert sentence in text_of(response)
    site.refresh_from_db()
    assert (site.insured_until, site.risk_review_on) == (date(2027, 3, 31), date(2027, 1, 12))


def test_the_same_site_is_not_added_twice(provider, coordinator, sign_in):
    make_site(provider, SITE["name"], address=SITE["address"])
    response = sign_in(coordinator).post(url("add_site"), SITE)
    assert "Heanor Foodbank at 1 High Street, Heanor is already on the list of sites." in text_of(response)
    assert "Sorting and packing" in text_of(response)


def test_a_site_is_not_closed_while_somebody_is_placed_there(site, placement, coordinator, sign_in):
    response = sign_in(coordinator).post(url("close_site", site), {"because": "They moved."})
    assert "1 person has an open placement at Ilkeston Community Garden. End it first." in text_of(response)


def test_places_are_not_cut_below_what_is_planned(site, placement, officer, coordinator, sign_in):
    for number in range(2):
        other = placement if not number else make_placement(make_ready_case(officer, coordinator), site, coordinator)
        make_session(other, "2026-06-12 09:00")
    data = {**SITE, "name": site.name, "capacity": "1"}
    response = sign_in(coordinator).post(url("edit_site", site), data)
    assert "2 people are already planned on Friday 12 June 2026" in text_of(response)


def test_the_list_warns_in_words_before_papers_expire(provider, coordinator, sign_in):
    make_site(provider, insured_until=date(2026, 6, 19))
    make_site(provider, "Old Mill", risk_review_on=date(2026, 6, 1))
    page = text_of(sign_in(coordinator).get(url("sites")))
    assert "Insurance expires in 9 days, on 19 June 2026" in page
    assert "Risk assessment expired 9 days ago, on 1 June 2026" in page


@pytest.mark.parametrize(("capacity", "sentence"), [("99999", "500 or fewer"), ("0", "1 or more"), ("x", "number")])
def test_a_capacity_that_cannot_be_is_refused_and_the_rest_is_kept(coordinator, sign_in, capacity, sentence):
    response = sign_in(coordinator).post(url("add_site"), {**SITE, "capacity": capacity})
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert "Sorting and packing" in text_of(response)
    assert not Site.objects.exists()


def test_below_the_form_too_a_site_has_a_capacity_that_can_be(site, coordinator):
    with pytest.raises(Refusal, match="from 1 to 500"):
        operations.edit_site(site, by=coordinator, capacity=99_999, days_open=[1])


def test_the_second_of_two_who_change_a_site_sees_what_the_first_wrote_and_keeps_their_words(
    site, provider, coordinator, sign_in
):
    client = sign_in(coordinator)
    seen = client.get(url("edit_site", site)).context["form"]["seen"].value()
    operations.edit_site(
        site, by=make_coordinator(provider), capacity=7, days_open=[4], description="Weeding", name="Old Mill"
    )
    mine = {**SITE, "description": "Digging", "seen": seen}

    response = client.post(url("edit_site", site), mine)

    page = text_of(response)
    assert response.status_code == 409
    assert "Gita Rao changed this site on" in page
    assert re.search(
        r"What stands there now .*Old Mill .*Weeding .*Friday .* 7 .*What you typed is below.*Digging", page
    )
    site.refresh_from_db()
    assert (site.description, site.capacity) == ("Weeding", 7)

    again = {**mine, "seen": response.context["form"]["seen"].value()}
    assert "Site changed." in text_of(client.post(url("edit_site", site), again, follow=True))
    site.refresh_from_db()
    assert site.description == "Digging"


def test_new_papers_of_a_site_do_not_stand_in_the_way_of_a_change(site, provider, coordinator, sign_in):
    client = sign_in(coordinator)
    seen = client.get(url("edit_site", site)).context["form"]["seen"].value()
    Site.objects.update(insured_until=date(2028, 1, 1))
    assert client.post(url("edit_site", site), {**SITE, "seen": seen}).status_code == 302
