"""What the application's own database role cannot do to the trail."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.db.utils import InternalError

from accounts.models import User
from audit.database import APPEND_ONLY, NOT_TRACKED, TRACKED_APPS, TRAIL_TABLES, tracked_tables
from audit.models import Change, Event
from audit.trail import Kind, record

TESTED = Kind("test.tested")
FUNCTIONS = ("audit_record", "audit_track_row", "audit_leaves", "audit_seal_finished")


def run(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@pytest.fixture(autouse=True)
def trail(officer):
    record(TESTED, by=officer)
    before = (Event.objects.count(), Change.objects.count())
    yield
    assert (Event.objects.count(), Change.objects.count()) == before


def test_the_tests_run_as_a_role_that_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("table", TRAIL_TABLES)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {} SET at = now()",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "INSERT INTO {} DEFAULT VALUES",
        "DROP TABLE {}",
        "ALTER TABLE {} ADD COLUMN note text",
        "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
        "CREATE RULE quiet AS ON INSERT TO {} DO INSTEAD NOTHING",
        "SELECT setval('{}_id_seq', 1)",
        "SELECT nextval('{}_id_seq')",
    ],
)
def test_it_cannot_write_the_trail(table, sql):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        run(sql.format(table))


@pytest.mark.parametrize("table", TRAIL_TABLES)
def test_it_cannot_grant_a_right(table):
    run(f"GRANT ALL ON {table} TO PUBLIC")  # answered with a warning: nothing was granted
    with connection.cursor() as cursor:
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"):
            cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
            assert cursor.fetchone() == (False,), right


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE referrals_referral DISABLE TRIGGER audit_track",
        "ALTER TABLE referrals_referral DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_track ON referrals_referral",
        "CREATE OR REPLACE TRIGGER audit_track AFTER INSERT ON referrals_referral FOR EACH ROW"
        " EXECUTE FUNCTION audit_track_row('id')",
        "CREATE TRIGGER before_it BEFORE INSERT ON referrals_referral FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "SET session_replication_role = replica",
        "SET LOCAL session_replication_role = replica",
        "TRUNCATE referrals_referral CASCADE",
        "CREATE FUNCTION public.audit_hook() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
    ],
)
def test_it_cannot_pass_the_trigger_by(sql):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        run(sql)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    "sql", ["DROP FUNCTION {}", "ALTER FUNCTION {} SECURITY INVOKER", "ALTER FUNCTION {} RENAME TO x"]
)
def test_it_cannot_change_the_functions(function, sql):
    with pytest.raises(ProgrammingError, match="must be owner"):
        run(sql.format(function))


def test_it_cannot_replace_a_function():
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        run("CREATE OR REPLACE FUNCTION audit_seal_finished() RETURNS integer LANGUAGE sql AS 'SELECT 0'")


def test_it_cannot_forge_changes_with_the_trigger_on_a_table_of_its_own():
    run("CREATE TEMP TABLE forged (id int, case_id uuid)")
    with pytest.raises(ProgrammingError, match="permission denied for function audit_track_row"):
        run("CREATE TRIGGER t AFTER INSERT ON forged FOR EACH ROW EXECUTE FUNCTION audit_track_row('id')")
    run("DROP TABLE forged")


def test_a_table_of_its_own_does_not_stand_in_for_the_trail(officer):
    """A temporary table of the same name does not catch what the functions write: pg_temp comes last in their path."""
    run("CREATE TEMP TABLE audit_event (LIKE public.audit_event)")
    with transaction.atomic():
        record(TESTED, by=officer)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_temp.audit_event")
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT count(*) FROM public.audit_event WHERE kind = 'test.tested'")
            assert cursor.fetchone() == (2,)
        transaction.set_rollback(True)
    run("DROP TABLE pg_temp.audit_event")


def test_it_cannot_become_the_owner():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relowner::regrole::text FROM pg_class WHERE relname = 'audit_event'")
        owner = cursor.fetchone()[0]
    for sql in (f"SET ROLE {owner}", f"SET SESSION AUTHORIZATION {owner}", f"ALTER ROLE {owner} PASSWORD 'x'"):
        with pytest.raises((ProgrammingError, InternalError), match=r"permission denied|must be|cannot set"):
            run(sql)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_it_cannot_change_what_is_only_added_to(table):
    for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            run(sql)


def test_every_table_of_case_data_has_the_trigger():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE proname = 'audit_track_row' AND tgenabled = 'O' AND tgtype = 29"  # row, after, insert/update/delete
        )
        with_trigger = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        every = {name for (name,) in cursor.fetchall()}
    ours = {table for table in every if table.split("_")[0] in TRACKED_APPS} - set(NOT_TRACKED)
    assert set(NOT_TRACKED) < every
    assert ours == with_trigger == set(tracked_tables())
    assert "referrals_referral_named_officers" in ours  # the tables between two others, too
    assert "accounts_organisation_serves" in ours


def test_no_tracked_table_keeps_a_secret_that_is_not_left_out():
    """Passwords are left out by the name of their column; no other column of ours holds one."""
    named = {
        field.column
        for label in TRACKED_APPS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.concrete_fields
        if any(word in field.column for word in ("password", "secret", "token", "hash"))
    }
    assert named == {"password"}
    assert User._meta.get_field("password").column == "password"
