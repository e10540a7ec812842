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

# Hours of the second case: ten set, one taken off; a session corrected; one of eight hours, of which the order had less
# left; an absence.
HOURS = """
INSERT INTO referrals_plan (case_id, workshop_needed, minutes_required, rj_to_explore, notes, provider_id)
VALUES ('00000000-0000-4000-9000-000000000002', true, 600, false, '', 1);
INSERT INTO referrals_decision (case_id, outcome, redirected_to, rationale, checklist, at, by_id)
VALUES ('00000000-0000-4000-9000-000000000002', 'accept', '', 'Suitable.', '[]', '2026-06-11 23:30Z',
    '00000000-0000-4000-8000-000000000001');
INSERT INTO placements_site (id, provider_id, name, address, district_id, activity_id, description, capacity, days_open,
    suitable_under_18, hi_vis_needed, contact_name, contact_phone, status, risk_assessed_on, risk_review_on,
    insured_until)
VALUES ('00000000-0000-4000-8000-000000000003', 1, 'Garden', 'Bath Street', 'erewash', 'community_garden', '', 3, '{0}',
    true, false, '', '', 'active', '2026-01-12', '2027-01-12', '2027-03-31');
INSERT INTO placements_placement (id, case_id, site_id, minutes_agreed, signed_by, parent_signed_by, signed_on, status,
    planned_by_id, planned_at)
VALUES ('00000000-0000-4000-8000-000000000004', '00000000-0000-4000-9000-000000000002',
    '00000000-0000-4000-8000-000000000003', 600, 'Jordan Ashe', '', '2026-06-12', 'completed',
    '00000000-0000-4000-8000-000000000001', '2026-06-12 09:00Z');
INSERT INTO placements_worksession (id, case_id, placement_id, starts_at, ends_at, break_minutes, penalty_minutes,
    outcome_id, quality, behaviour, notes, late_reason, recorded_by_id, recorded_at, version)
SELECT id::uuid, '00000000-0000-4000-9000-000000000002', '00000000-0000-4000-8000-000000000004', starts_at::timestamptz,
    ends_at::timestamptz, pause, penalty, outcome, '', '', '', '', '00000000-0000-4000-8000-000000000001',
    '2026-06-16 17:00Z', 2
FROM (VALUES
    ('00000000-0000-4000-8000-000000000005', '2026-06-15 08:00Z', '2026-06-15 11:00Z', 15, 5, 'complied'),
    ('00000000-0000-4000-8000-000000000006', '2026-06-15 23:15Z', '2026-06-16 07:15Z', 0, 0, 'complied'),
    ('00000000-0000-4000-8000-000000000007', '2026-06-17 08:00Z', '2026-06-17 11:00Z', 0, 0, 'absent_medical')
) given (id, starts_at, ends_at, pause, penalty, outcome);
INSERT INTO placements_hoursline (id, case_id, kind, "on", minutes, work_session_id, site_id, reverses_id,
    adjustment_reason_id, reason, by_id, at)
SELECT id, '00000000-0000-4000-9000-000000000002', kind, day::date, minutes, session::uuid,
    CASE WHEN session IS NOT NULL THEN '00000000-0000-4000-8000-000000000003'::uuid END, reverses, adjusted, reason,
    '00000000-0000-4000-8000-000000000001', '2026-06-16 17:00Z'
FROM (VALUES
    (1, 'adjustment', '2026-06-16', -60, NULL, NULL::integer, 'travel', 'Two buses.'),
    (2, 'credit', '2026-06-15', 165, '00000000-0000-4000-8000-000000000005', NULL, NULL, ''),
    (3, 'reversal', '2026-06-15', -165, '00000000-0000-4000-8000-000000000005', 2, NULL, 'Came late.'),
    (4, 'credit', '2026-06-15', 160, '00000000-0000-4000-8000-000000000005', NULL, NULL, 'Came late.'),
    (5, 'credit', '2026-06-16', 380, '00000000-0000-4000-8000-000000000006', NULL, NULL, '')
) given (id, kind, day, minutes, session, reverses, adjusted, reason);
SELECT setval('placements_hoursline_id_seq', 5);
INSERT INTO placements_hoursaccount (case_id, minutes_required, minutes_credited)
VALUES ('00000000-0000-4000-9000-000000000002', 540, 540);
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
        owner.execute(HOURS)
    manage("migrate")
    with connect("web") as web:
        check_hours(web)
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


def check_hours(web):
    """The ledger is in double entry, with the same account as before, which only its lines can change."""
    lines = web.execute(
        'SELECT kind, account, against, minutes, "on"::text, decided_by FROM placements_hoursline '
        "ORDER BY at, work_session_id NULLS FIRST, id"
    ).fetchall()
    assert lines == [
        ("order", "order", "police", 600, "2026-06-12", "Amir Khan"),
        ("adjustment", "order", "adjusted", -60, "2026-06-16", ""),
        ("credit", "work", "reported", 165, "2026-06-15", ""),
        ("reversal", "work", "reported", -165, "2026-06-15", ""),
        ("credit", "work", "reported", 160, "2026-06-15", ""),
        ("credit", "break", "reported", 15, "2026-06-15", ""),
        ("credit", "penalty", "reported", 5, "2026-06-15", ""),
        ("credit", "work", "reported", 380, "2026-06-16", ""),
        ("credit", "beyond", "reported", 100, "2026-06-16", ""),
    ]
    account = "SELECT minutes_required, minutes_credited, minutes_by_courses FROM placements_hoursaccount"
    assert web.execute(account).fetchall() == [(540, 540, 0)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("UPDATE placements_hoursaccount SET minutes_credited = 0")
    more = (
        'INSERT INTO placements_hoursline (case_id, kind, account, against, "on", minutes, decided_by, reason, by_id, '
        "at) "
        "SELECT case_id, 'order', 'order', 'police', '2026-06-18', %s, 'Sgt Moss', 'Agreed.', by_id, now() "
        "FROM placements_hoursline WHERE kind = 'order'"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="never_credited_above_the_order"):
        web.execute(more, [-1])
    web.execute(more, [60])
    assert web.execute(account).fetchall() == [(600, 540, 0)]
