"""A report's content: one object, the same bytes for the same figures, read at one moment."""

import json

import psycopg
import pytest
from django.db import connection, transaction

from reporting import figures, reports
from reporting.reports import Content
from tests.factories import make_referral
from tests.reporting.conftest import NOW, worker_environment
from tests.reporting.factories import FIRST_HALF, at, make_booking, make_case, make_credit, make_session, make_site


@pytest.fixture
def content(officer, provider, facilitator, coordinator):
    case = make_case(officer, provider)
    make_booking(case, make_session(facilitator, "2024-06-03 18:00"))
    make_credit(case, make_site(provider), coordinator, "2024-06-10")
    return reports.read(officer.organisation, FIRST_HALF, NOW)


def test_it_comes_back_from_json_as_it_was(content):
    again = Content.from_json(content.to_json())
    assert again == content
    assert again.to_json() == content.to_json()
    assert again.checksum == content.checksum


def test_the_same_figures_are_the_same_bytes_and_others_are_not(content, officer):
    assert reports.read(officer.organisation, FIRST_HALF, NOW).to_json() == content.to_json()
    make_referral(officer, status="submitted", at=at("2024-05-01 09:00"))
    assert reports.read(officer.organisation, FIRST_HALF, NOW).checksum != content.checksum


def test_its_bytes_survive_the_database(content):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [content.to_json().decode()])
        assert Content.from_json(cursor.fetchone()[0]).to_json() == content.to_json()


def test_its_json_is_canonical(content):
    plain = json.loads(content.to_json())
    assert list(plain) == sorted(plain)
    assert plain["period"] == {"end_on": "2024-09-30", "start_on": "2024-04-01"}
    assert plain["now"]["work_minutes"] == 300


def test_every_figure_brings_its_definition(content):
    assert content.definitions["participants"].startswith("People who attended at least one workshop in the period.")
    assert "\n" not in "".join(content.definitions.values())
    assert {figure.__name__ for figure in reports.DEFINED} == {
        name for name in figures.__all__ if name[0].islower()
    }  # fmt: skip


def test_quarters_and_months_lead_up_to_the_period(content):
    assert [quarter.period.name for quarter in content.quarters][-1] == "Quarter 2 2024-25"
    assert [quarter.participants.all for quarter in content.quarters] == [0, 0, 0, 0, 1, 0]
    assert [month.minutes for month in content.months] == [0, 0, 300, 0, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_all_figures_are_of_one_moment(officer, monkeypatch, tmp_path):
    """Somebody submits a referral between two figures of the same report."""
    make_referral(officer, status="submitted", at=at("2024-05-01 09:00"))
    late = make_referral(officer, at=at("2024-05-01 09:00"))
    counted = figures.participants

    def meanwhile(force, period):
        with psycopg.connect(worker_environment(tmp_path)["DATABASE_URL"]) as other:
            other.execute(
                "UPDATE referrals_referral SET status = 'submitted', submitted_at = '2024-05-02Z',"
                " decision_due_at = '2024-05-03Z' WHERE id = %s",
                [late.pk],
            )
        return counted(force, period)

    monkeypatch.setattr(figures, "participants", meanwhile)
    content = reports.read(officer.organisation, FIRST_HALF, NOW)
    assert content.now.submitted == content.referrals.submitted == content.data_quality[-1].counts[0] == 1
    late.refresh_from_db()
    assert late.status == "submitted"


@pytest.mark.django_db(transaction=True)
def test_nothing_can_be_written_while_figures_are_read(officer):
    from django.db.utils import InternalError

    with pytest.raises(InternalError, match="read-only"), reports.snapshot():
        officer.save()
    assert transaction.get_autocommit()
