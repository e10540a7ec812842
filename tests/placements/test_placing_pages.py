"""Matching and placing: what the pages do and what they refuse."""

from datetime import date

import pytest

from audit.models import Event
from audit.trail import Refusal
from placements import operations
from placements.models import HoursAccount, Placement, Site, WorkSession
from tests.factories import make_child
from tests.placements.factories import (
    at,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
)
from tests.placements.pages import day, text_of, url

pytestmark = pytest.mark.django_db


# --- matching and placing -------------------------------------------------------------------------------------------

AGREEMENT = {"hours_agreed": "10", "signed_by": "Jordan Ashe", **day("signed_on", date(2026, 6, 10))}


def test_the_nearest_site_that_suits_stands_first_and_each_says_why(case, provider, coordinator, sign_in):
    make_site(provider, "Far", district_id="high_peak")
    make_site(provider, "Near", district_id="erewash")
    make_site(provider, "Uninsured", insured_until=date(2026, 5, 3))
    response = sign_in(coordinator).get(url("match", case))
    assert [site.name for site in response.context["sites"]] == ["Near", "Far", "Uninsured"]
    assert "public liability insurance ran out on 3 May 2026" in text_of(response)
    assert response.content.count(b"Choose<span") == 2


def test_a_placement_opens_the_account_with_the_hours_of_the_plan(case, site, coordinator, sign_in):
    response = sign_in(coordinator).post(url("plan_placement", case, site), AGREEMENT, follow=True)
    assert "Placement at Ilkeston Community Garden planned: 10 hours." in text_of(response)
    assert HoursAccount.objects.get(case=case).minutes_required == 600
    assert Placement.objects.get().planned_by == coordinator


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"insured_until": date(2026, 6, 9)}, "ran out on 9 June 2026"),
        ({"risk_review_on": date(2026, 6, 9)}, "risk assessment ran out on 9 June 2026"),
        ({"status": "suspended"}, "is “suspended”, so nobody can work there"),
    ],
)
def test_a_site_that_may_take_nobody_is_refused_quoting_the_facts(case, site, coordinator, sign_in, change, sentence):
    Site.objects.update(**change)
    response = sign_in(coordinator).post(url("plan_placement", case, site), {**AGREEMENT, "signed_by": "J. Ashe"})
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert b"J. Ashe" in response.content
    assert not Placement.objects.exists()
    assert not HoursAccount.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hours_agreed": "10.25"}, "10 hours are left to do"),
        ({"hours_agreed": "0"}, "agree between 1 minute and 10 hours"),
        ({"hours_agreed": "ten"}, "must be a number"),
        (day("signed_on", date(2026, 6, 11)), "must not be in the future"),
        (day("signed_on", date(2026, 6, 9)), "it was accepted on 10 June 2026"),
    ],
)
def test_an_agreement_that_cannot_be_is_refused(case, site, coordinator, sign_in, change, sentence):
    response = sign_in(coordinator).post(url("plan_placement", case, site), {**AGREEMENT, **change})
    assert sentence in text_of(response)
    assert not Placement.objects.exists()


def test_a_childs_agreement_needs_the_signature_of_a_parent_or_carer(officer, coordinator, site, sign_in):
    case = make_ready_case(officer, coordinator, participant=make_child(officer.organisation))
    client = sign_in(coordinator)
    response = client.post(url("plan_placement", case, site), AGREEMENT)
    assert "Enter the name of the parent or carer who signed the agreement" in text_of(response)
    assert not Placement.objects.exists()
    with pytest.raises(Refusal, match="parent or carer who signed the agreement: the person is 15"):
        operations.plan_placement(
            case, by=coordinator, site=site, minutes_agreed=60, signed_by="Riley", signed_on=date(2026, 6, 10)
        )
    told = {**AGREEMENT, "parent_signed_by": "Pat Stone", **day("risks_told_on", date(2026, 6, 9))}
    client.post(url("plan_placement", case, site), told)
    placement = Placement.objects.get()
    assert (placement.parent_signed_by, placement.risks_told_on) == ("Pat Stone", date(2026, 6, 9))
    assert "was told the key risks on 9 June 2026" in text_of(client.get(url("hours", case)))


def test_the_parent_or_carer_of_a_child_is_told_the_key_risks_before(officer, coordinator, site, sign_in):
    case = make_ready_case(officer, coordinator, participant=make_child(officer.organisation))
    signed = {**AGREEMENT, "parent_signed_by": "Pat Stone"}
    address, client = url("plan_placement", case, site), sign_in(coordinator)
    assert "Enter the day on which the parent or carer was told the key risks" in text_of(client.post(address, signed))
    tomorrow = client.post(address, {**signed, **day("risks_told_on", date(2026, 6, 11))})
    assert tomorrow.status_code == 422
    assert "told the key risks must not be in the future. Tell them first." in text_of(tomorrow)
    assert b"Pat Stone" in tomorrow.content
    with pytest.raises(Refusal, match="was told the key risks: the person is 15"):
        operations.plan_placement(
            case, by=coordinator, site=site, minutes_agreed=60, signed_by="Riley", parent_signed_by="Pat",
            signed_on=date(2026, 6, 10),
        )  # fmt: skip
    assert not Placement.objects.exists()


@pytest.mark.parametrize(
    ("site_change", "assessment", "sentence", "asked"),
    [
        (
            {"days_open": [5]},
            {},
            "is open on Saturday, and the person cannot come then",
            "Enter why this site is right",
        ),
        ({}, {"may_work_alone": False}, "is there always a second member of staff?", "Enter what you checked"),
        ({}, {"activities_to_avoid": "Ladders"}, "To avoid: Ladders", "Enter what you checked with the site"),
    ],
)
def test_what_may_be_overridden_needs_a_reason_that_is_kept(
    officer, coordinator, site, sign_in, site_change, assessment, sentence, asked
):
    case = make_ready_case(officer, coordinator, assessment=assessment)
    Site.objects.update(**(site_change or {"capacity": 3}))
    client, address = sign_in(coordinator), url("plan_placement", case, site)
    matching = client.get(url("match", case))
    assert sentence in text_of(matching)
    assert (b"Choose all the same" in matching.content) == bool(site_change)
    refused = client.post(address, {**AGREEMENT, "signed_by": "J. Ashe"})
    assert asked in text_of(refused)
    assert b"J. Ashe" in refused.content
    with pytest.raises(Refusal, match="Enter why this site is right all the same") as refusal:
        operations.plan_placement(
            case, by=coordinator, site=site, minutes_agreed=60, signed_by="J", signed_on=date(2026, 6, 10),
            override_reason=" ",
        )  # fmt: skip
    assert (refusal.value.field, Placement.objects.count()) == ("override_reason", 0)
    why = "The site lead says so, on the phone."
    assert client.post(address, {**AGREEMENT, "override_reason": why}).status_code == 302
    assert Placement.objects.get().override_reason == why
    assert why in text_of(client.get(url("hours", case)))
    event = Event.objects.get(kind="placement.overridden")
    assert (event.data["reason"], event.actor_name) == (why, str(coordinator))


def test_a_site_with_no_place_left_may_be_chosen_with_a_reason(case, site, officer, coordinator, sign_in):
    Site.objects.update(capacity=1, days_open=[4])
    other = make_placement(make_ready_case(officer, coordinator), site, coordinator)
    for friday in ("2026-06-12 09:00", "2026-06-19 09:00"):
        make_session(other, friday)
    client = sign_in(coordinator)
    assert "has no free place within 14 days on a day that both can do" in text_of(client.get(url("match", case)))
    client.post(url("plan_placement", case, site), {**AGREEMENT, "override_reason": "Free from July."})
    assert Placement.objects.get(case=case).override_reason == "Free from July."


def test_a_reason_lets_nobody_past_what_may_not_be_overridden(case, site, coordinator):
    Site.objects.update(insured_until=date(2026, 6, 9), days_open=[5])
    with pytest.raises(Refusal, match="ran out on 9 June 2026"):
        operations.plan_placement(
            case, by=coordinator, site=site, minutes_agreed=60, signed_by="J", signed_on=date(2026, 6, 10),
            override_reason="All the same",
        )  # fmt: skip


def test_a_reason_that_nothing_asks_for_is_not_kept(case, site, coordinator):
    placement = operations.plan_placement(
        case, by=coordinator, site=site, minutes_agreed=60, signed_by="J", signed_on=date(2026, 6, 10),
        override_reason="Just so",
    )  # fmt: skip
    assert placement.override_reason == ""


def test_a_child_is_not_placed_where_only_adults_work(officer, coordinator, provider, sign_in):
    case = make_ready_case(officer, coordinator, participant=make_child(officer.organisation))
    site = make_site(provider, suitable_under_18=False)
    signed = {**AGREEMENT, "parent_signed_by": "Pat", **day("risks_told_on", date(2026, 6, 9))}
    response = sign_in(coordinator).post(url("plan_placement", case, site), signed)
    assert "is not suitable for under 18s (aged 15)" in text_of(response)


def test_before_the_workshop_nobody_is_placed_unless_a_manager_allowed_it(officer, coordinator, manager, site, sign_in):
    case = make_ready_case(officer, coordinator, milestones=["assessed"])
    with pytest.raises(Refusal, match="the workshop must be attended"):
        operations.plan_placement(
            case, by=coordinator, site=site, minutes_agreed=60, signed_by="J", signed_on=date(2026, 6, 10)
        )
    case.override_requests.create(
        kind="place_before_workshop", reason="Job", asked_by=coordinator, asked_at=at("2026-06-09 09:00"),
        agreed=True, decided_by=manager, decided_at=at("2026-06-09 10:00"),
    )  # fmt: skip
    sign_in(coordinator).post(url("plan_placement", case, site), AGREEMENT)
    assert Placement.objects.filter(case=case).exists()


def test_a_placement_that_ends_early_cancels_what_is_planned(placement, coordinator, sign_in):
    make_session(placement, "2026-06-12 09:00")
    sign_in(coordinator).post(url("end_placement", placement), {"reason": "unsuitable"})
    placement.refresh_from_db()
    assert (placement.status, placement.end_reason_id, WorkSession.objects.count()) == ("ended", "unsuitable", 0)


def test_a_placement_does_not_end_before_past_sessions_have_their_outcome(placement, session, coordinator, sign_in):
    response = sign_in(coordinator).post(url("end_placement", placement), {"reason": "unsuitable"})
    assert "Record the outcome of the session of 9 June 2026 first." in text_of(response)
