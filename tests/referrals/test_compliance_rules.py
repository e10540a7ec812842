"""The rules of compliance as pure functions, for any dates; and the database finds what they find."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals import compliance
from referrals.compliance import Upheld, return_is_proposed
from referrals.models import ComplianceEvent
from tests.factories import make_active_case
from tests.referrals.factories import make_missed

DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))
MOMENTS = st.builds(
    lambda day, hour: datetime(day.year, day.month, day.day, hour, tzinfo=UTC), DAYS, st.integers(0, 23)
)
UPHELD = st.lists(st.builds(Upheld, DAYS, MOMENTS), max_size=5)


@given(UPHELD, st.none() | MOMENTS)
def test_the_order_of_what_was_missed_does_not_matter(upheld, settled_at):
    assert return_is_proposed(upheld, settled_at) == return_is_proposed(upheld[::-1], settled_at)


@given(UPHELD, MOMENTS)
def test_one_more_never_takes_a_proposal_back_and_keeping_it_open_never_makes_one(upheld, settled_at):
    assert return_is_proposed(upheld, None) >= return_is_proposed(upheld[:-1], None)
    assert return_is_proposed(upheld, None) >= return_is_proposed(upheld, settled_at)


@given(UPHELD)
def test_fewer_than_two_propose_nothing_and_what_was_settled_after_all_decisions_neither(upheld):
    assert not return_is_proposed(upheld[:1], None)
    assert not return_is_proposed(upheld, datetime(2030, 1, 1, tzinfo=UTC))


@given(DAYS, DAYS)
def test_within_twelve_months_is_the_same_both_ways_and_never_longer_than_a_leap_year(one, other):
    assert compliance.within_months(one, other) == compliance.within_months(other, one)
    assert compliance.within_months(one, other) <= (abs(one - other) < timedelta(days=366))
    assert compliance.within_months(one, other) >= (abs(one - other) < timedelta(days=365))


@pytest.mark.parametrize(
    ("first", "second", "within"),
    [
        (date(2025, 6, 10), date(2026, 6, 9), True),
        (date(2025, 6, 10), date(2026, 6, 10), False),
        (date(2024, 2, 29), date(2025, 2, 27), True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
    ],
)
def test_twelve_months_have_gone_by_on_the_same_day_of_the_next_year(first, second, within):
    assert compliance.within_months(first, second) is within


@given(DAYS, st.booleans(), DAYS)
def test_it_may_be_decided_when_evidence_came_or_the_last_day_has_gone_by(last, came, today):
    assert compliance.may_be_decided(evidence_came=came, evidence_by=last, today=today) == (came or today > last)


SAID = st.text(max_size=2000)
EVENTS = st.lists(st.tuples(DAYS, st.just("Absent"), SAID, st.just("acceptable"), SAID), max_size=8)


@given(EVENTS)
def test_a_statement_always_fits_and_names_every_day(events):
    text = compliance.statement(reference="IJ/2026/1", events=events, done=["x."], conditional=True, longest=4000)
    assert len(text) <= 4000
    assert text.endswith(compliance.PROSECUTION)
    assert all(compliance.day_in_words(event[0]) in text for event in events)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(upheld=UPHELD, settled_at=st.none() | MOMENTS)
def test_the_database_finds_the_cases_that_the_rule_proposes(
    upheld, settled_at, officer, provider, coordinator, triager
):
    case = make_active_case(officer, provider, triager=triager)
    for each in upheld:
        event = make_missed(case, coordinator, on=each.happened_on, decision="upheld")
        ComplianceEvent.objects.filter(pk=event.pk).update(decided_at=each.decided_at)
    if settled_at:
        case.kept_open.create(reason="x", by=triager, at=settled_at)
    found = ComplianceEvent.objects.proposing().filter(case=case).exists()
    assert found == return_is_proposed(upheld, settled_at)
