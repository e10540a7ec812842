"""A database of the release before, with data in it, becomes one of this release and loses nothing."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connections

# What the first release had.
BEFORE = {
    "accounts": "0001", "audit": "0001", "referrals": "0002", "workshops": "0002", "placements": "0002",
    "restorative": "0002", "reporting": "0002",
}  # fmt: skip
ROWS = """
INSERT INTO accounts_organisation (name, kind) VALUES ('Derbyshire Police', 'force');
INSERT INTO accounts_user (id, password, email, full_name, organisation_id, roles, collar_number, team, is_active,
                           created_at)
VALUES ('00000000-0000-4000-8000-000000000001', '!', 'a@derbyshire.example', 'Amir Khan', 1, '{referrer}', '', '', true,
        now());
INSERT INTO referrals_person (id, force_id, given_names, family_name, sex, gender, disability, needs, language,
    interpreter_needed, phone, phone_is_safe, email, email_is_safe, address, school, created_at)
VALUES ('00000000-0000-4000-8000-000000000002', 1, 'Jordan', 'Ashe', 'male', '', 'no', '', '', false, '07700 900 123',
    true, '', false, '', '', now());
"""
CASE = """
INSERT INTO referrals_referral (id, reference, status, force_id, created_at, updated_at, supervisor, referred_by_id,
    participant_id, relationship, appropriate_adult, incident_number, crime_number, offence_id, asb_qualifier, place,
    district_id, circumstances, risks, domestic_abuse, hate, sexual, weapon, serious_violence, inspector,
    inspector_reason, disposal_id, sufficient_evidence, responsibility, rationale, hours_set, hours_reason, restricted,
    submitted_at)
VALUES (%(id)s, %(reference)s, %(status)s, 1, now(), now(), '', '00000000-0000-4000-8000-000000000001',
    '00000000-0000-4000-8000-000000000002', '', '', '26000001', '', 'criminal_damage', '', 'Bath Street', 'erewash',
    'Sprayed paint.', '', false, false, false, false, false, '', '', 'community_resolution', true, 'accepted', 'First.',
    10, '', false, '2026-06-10 09:00Z')
"""
VICTIM = """
INSERT INTO referrals_victim (id, case_id, kind, organisation_name, view, enhanced_rights, safe_contact)
VALUES (%s, %s, 'business', 'Bath Street Stores', '', true, '')
"""
QUESTION = """
INSERT INTO referrals_query (case_id, question, asked_by_id, asked_at, answer, answered_by_id, answered_at)
VALUES (%s, 'Which shop?', '00000000-0000-4000-8000-000000000001', '2026-06-10 10:00Z', 'Bath Street',
    '00000000-0000-4000-8000-000000000001', '2026-06-11 10:00Z')
"""
# What the release before this one had, of an assessed child.
ASSESSED = """
INSERT INTO placements_assessment (case_id, needs, risk_to_self, risk_to_others, medical, emergency_contact_name,
    emergency_contact_phone, may_work_alone, activities_to_avoid, days_available, parent_consent_by, parent_consent_on,
    completed_by_id, completed_at)
VALUES (%s, '', '', '', 'Asthma', 'Pat Stone', '07700 900456', true, '', '{0}', %s, %s,
    '00000000-0000-4000-8000-000000000001', '2026-06-10 09:00Z')
"""


@pytest.fixture
def database(transactional_db):
    """A new database of the owner's, and manage.py run on it: (connect as a role, manage)."""
    name = f"{connections['default'].settings_dict['NAME']}_before"
    urls = {
        role: urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()
        for role, variable in (("web", "DATABASE_URL"), ("owner", "DATABASE_OWNER_URL"))
    }
    server = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path="/postgres").geturl()

    def manage(*args):
        environment = {**os.environ, "DATABASE_URL": urls["web"], "DATABASE_OWNER_URL": urls["owner"]}
        command = [sys.executable, "manage.py", *args]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield lambda role: psycopg.connect(urls[role], autocommit=True), manage
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_database_of_the_release_before_is_migrated_with_its_cases(database):
    connect, manage = database
    for app, migration in BEFORE.items():
        manage("migrate", app, migration)
    with connect("owner") as owner:
        owner.execute(ROWS)
        for number, status in enumerate(("submitted", "submitted", "queried"), 1):
            case = f"00000000-0000-4000-9000-00000000000{number}"
            owner.execute(CASE, {"id": case, "reference": f"IJ/2026/00000{number}", "status": status})
            if number == 2:
                owner.execute(QUESTION, [case])
                owner.execute("UPDATE referrals_referral SET offence_at = '2026-06-08 10:00Z' WHERE id = %s", [case])
                owner.execute(VICTIM, [case, case])
            signed = ("Pat Stone", "2026-06-09") if number == 1 else ("", None)
            owner.execute(ASSESSED, [case, *signed])
    manage("migrate")
    with connect("web") as web:
        consents = web.execute(
            "SELECT case_id::text, kind, given_by, relationship, given_on::text, form_version, recorded_by_id::text, "
            "withdrawn_at FROM referrals_consent"
        ).fetchall()
        assert consents == [
            (
                "00000000-0000-4000-9000-000000000001", "work", "Pat Stone", "parent or carer", "2026-06-09", "",
                "00000000-0000-4000-8000-000000000001", None,
            )
        ]  # fmt: skip
        sections = web.execute("SELECT DISTINCT cardinality(sections_done), medical FROM placements_assessment")
        assert sections.fetchall() == [(9, "Asthma")]
        due = web.execute(
            "SELECT decision_due_at AT TIME ZONE 'Europe/London', version FROM referrals_referral ORDER BY reference"
        ).fetchall()
        assert [str(moment) for moment, _ in due] == ["2026-06-11 10:00:00", "2026-06-12 10:00:00", "None"]
        assert all(version >= 1 for _, version in due)
        tasks = web.execute("SELECT kind, team, victim_id::text, due_on::text FROM referrals_task").fetchall()
        assert tasks == [("rj_information", "officers", "00000000-0000-4000-9000-000000000002", "2026-06-09")]
        event = web.execute("SELECT audit_record('collection', 'x', NULL, '', NULL, '[]', '{}', '', NULL)").fetchone()
        assert event[0] > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("UPDATE referrals_note SET text = ''")
