"""The figures over the API."""

import pytest

from audit.models import Event
from tests.factories import make_referral

pytestmark = pytest.mark.django_db
JUNE = "/api/figures/?start=2026-06-01&end=2026-06-30"


def test_a_manager_reads_the_figures(api_as, officer, manager):
    make_referral(officer, status="submitted")
    answer = api_as(manager).get(JUNE)
    assert answer.status_code == 200, answer.content
    assert answer.json()["now"]["submitted"] == 1
    assert "participants" in answer.json()["definitions"]
    assert Event.objects.filter(kind="figures.read", actor=manager.pk).count() == 1


def test_the_figures_are_of_ones_own_force(api_as, officer, outsider):
    make_referral(officer, status="submitted")
    assert api_as(outsider).get(JUNE).json()["now"]["submitted"] == 0


def test_a_period_that_ends_before_it_starts_is_refused(api_as, manager):
    answer = api_as(manager).get("/api/figures/?start=2026-06-30&end=2026-06-01")
    assert answer.status_code == 400
    assert "not before the first" in answer.content.decode()


def test_an_officer_has_no_figures(api_as, officer):
    assert api_as(officer).get(JUNE).status_code == 403


@pytest.mark.parametrize("period", ["start=0001-01-01&end=0001-02-01", "start=9999-01-01&end=9999-12-31"])
def test_a_year_that_nobody_means_is_refused(api_as, manager, period):
    assert api_as(manager).get(f"/api/figures/?{period}").status_code == 400
