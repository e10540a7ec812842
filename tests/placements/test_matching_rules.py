"""The rules of sites and matching, example by example. No database."""

from datetime import date, time
from types import SimpleNamespace

import pytest

from audit.trail import Refusal
from placements import rules

DAY = date(2026, 6, 10)


class GardenSite(SimpleNamespace):
    def __str__(self):
        return "The garden"


def garden(**changes):
    return GardenSite(
        **{
            "status": "active", "insured_until": date(2026, 6, 10), "risk_review_on": date(2026, 6, 10),
            "suitable_under_18": False, "days_open": [0, 2], "capacity": 2, "activity": "Community garden",
            "opens_at": None, "closes_at": None, **changes,
        }
    )  # fmt: skip


def needs(**changes):
    return SimpleNamespace(**{"days_available": [2, 4], "may_work_alone": True, "activities_to_avoid": "", **changes})


def blocked_by(site, assessment=None, age=30, places=1):
    return [f.rule for f in rules.matching(site, assessment or needs(), age, DAY, places) if f.blocks]


@pytest.mark.parametrize(
    ("changes", "age", "places", "blocking"),
    [
        ({}, 30, 1, []),
        ({"status": "suspended"}, 30, 1, ["status"]),
        ({"status": "assessed"}, 30, 1, ["status"]),
        ({"insured_until": date(2026, 6, 9)}, 30, 1, ["insured"]),
        ({"insured_until": None}, 30, 1, ["insured"]),
        ({"risk_review_on": date(2026, 6, 9)}, 30, 1, ["risk_assessed"]),
        ({}, 18, 1, []),
        ({}, 17, 1, ["under_18"]),
        ({}, None, 1, ["under_18"]),
        ({"suitable_under_18": True}, 12, 1, []),
        ({}, 30, 0, []),
        ({"days_open": [0, 1]}, 30, 0, []),
        ({"status": "closed", "insured_until": None, "risk_review_on": None}, 9, 0,
         ["status", "insured", "risk_assessed", "under_18"]),
    ],
)  # fmt: skip
def test_a_site_takes_only_whom_it_may(changes, age, places, blocking):
    assert blocked_by(garden(**changes), age=age, places=places) == blocking


@pytest.mark.parametrize(
    ("changes", "person", "places", "to_justify"),
    [
        ({}, {}, 1, []),
        ({}, {}, 0, ["places"]),
        ({"days_open": [0, 1]}, {}, 0, ["days"]),
        ({}, {"may_work_alone": False}, 1, ["alone"]),
        ({}, {"activities_to_avoid": "Ladders"}, 0, ["places", "activities"]),
        ({"insured_until": None}, {"may_work_alone": False}, 1, ["alone"]),
    ],
)
def test_what_days_places_and_people_must_judge_needs_a_reason(changes, person, places, to_justify):
    findings = rules.matching(garden(**changes), needs(**person), 30, DAY, places)
    assert [f.rule for f in findings if f.needs_a_reason] == to_justify


def test_a_reason_overrides_what_may_be_overridden_and_nothing_else():
    full = rules.matching(garden(), needs(), 30, DAY, 0)
    assert rules.check_override(full, " Free from July. ") == "Free from July."
    with pytest.raises(Refusal, match=r"no free place within 14 days.*Enter why this site is right all the same"):
        rules.check_override(full, "  ")
    assert rules.check_override(rules.matching(garden(), needs(), 30, DAY, 1), "Just so") == ""
    with pytest.raises(Refusal, match="not suitable for under 18s"):
        rules.check_override(rules.matching(garden(), needs(), 15, DAY, 0), "Free from July.")


def test_the_hours_of_a_site_stand_beside_its_days():
    days = rules.matching(garden(opens_at=time(9), closes_at=time(16, 30)), needs(), 30, DAY, 1)[4]
    assert (days.rule, days.site) == ("days", "Monday, Wednesday, 09:00 to 16:30")


def test_the_sentence_quotes_the_day_on_which_the_insurance_ran_out():
    insured = rules.matching(garden(insured_until=date(2026, 5, 3)), needs(), 30, DAY, 1)[1]
    assert insured.refusal.startswith(
        "The garden’s public liability insurance ran out on 3 May 2026, before 10 June 2026."
    )


def test_what_only_a_person_can_judge_is_neither_met_nor_unmet():
    findings = rules.matching(garden(), needs(may_work_alone=False, activities_to_avoid="Ladders"), 30, DAY, 1)
    assert [(f.rule, f.met) for f in findings[-2:]] == [("alone", None), ("activities", None)]


def test_places_are_counted_on_the_days_that_both_can_do():
    # 11 to 24 June 2026 has two Wednesdays: the 17th, with one place taken, and the 24th, which is full
    taken = {date(2026, 6, 17): 1, date(2026, 6, 24): 2, date(2026, 6, 15): 2}
    assert rules.places_left(garden(), [2, 4], taken, DAY) == 1
    assert rules.places_left(garden(), [4], {}, DAY) == 0
    assert rules.places_left(garden(capacity=1), [2], {date(2026, 6, 17): 4}, DAY) == 1


@pytest.mark.parametrize(
    ("insured_until", "sentence", "expired"),
    [
        (date(2026, 6, 9), "Insurance expired 1 day ago, on 9 June 2026", True),
        (date(2026, 6, 10), "Insurance expires today", False),
        (date(2026, 6, 11), "Insurance expires in 1 day, on 11 June 2026", False),
        (date(2026, 7, 10), "Insurance expires in 30 days, on 10 July 2026", False),
    ],
)
def test_it_warns_in_words_before_a_paper_expires(insured_until, sentence, expired):
    site = garden(insured_until=insured_until, risk_review_on=date(2027, 1, 1))
    assert rules.expiry_warnings(site, DAY) == [(sentence, expired)]


def test_it_does_not_warn_while_there_is_time():
    assert rules.expiry_warnings(garden(insured_until=date(2026, 7, 11), risk_review_on=None), DAY) == []


def test_the_borders_are_the_same_from_both_sides():
    assert all(here in rules.BORDERS[there] for here, others in rules.BORDERS.items() for there in others)


def test_districts_are_as_far_away_as_there_are_borders_between():
    away = rules.borders_from("high_peak")
    assert (away["high_peak"], away["derbyshire_dales"], away["ne_derbyshire"], away["chesterfield"]) == (0, 1, 2, 3)
    assert rules.borders_from(None) == {}
