"""What `migrate` leaves in the database besides tables: the trail's functions, a trigger on every table that holds
case data, and the rights of the application's own role. Run after every migrate; running it again changes nothing."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction

FUNCTIONS = Path(__file__).parent / "sql" / "functions.sql"
TRACKED_APPS = ("accounts", "referrals", "workshops", "placements", "restorative", "reporting")
# The ledger of hours and the decisions are added to, never changed.
APPEND_ONLY = ("placements_hoursline", "referrals_decision", "referrals_note")
DERIVED = ("placements_hoursaccount",)  # kept by a trigger from such lines, and by nothing else
BUT_FOR = {"referrals_note": "sensitive"}  # the one column that may be changed all the same
# Drafts of what people type and keys of their requests: not records, and gone within a day.
NOT_TRACKED = ("accounts_kepttext", "accounts_sentonce", "referrals_referralfile")
CASES = "referrals.Referral"  # what an event's `case` is the key of: by name, because cases lie above the trail
TRAIL_TABLES = ("audit_event", "audit_change", "audit_seal")


def tracked_tables() -> dict[str, str]:
    """Table name → primary key column, for every table whose rows' changes are kept."""
    models = [
        model for label in TRACKED_APPS for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    tables = {model._meta.db_table: str(model._meta.pk.column) for model in models}
    return {table: key for table, key in tables.items() if table not in NOT_TRACKED}


def protect(sender, using, **kwargs):
    """Install functions, triggers and rights, as the owner of the database."""
    web = settings.DATABASES["default"]["USER"]
    connection = connections[using]
    name = connection.ops.quote_name
    with transaction.atomic(using=using), connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if not existing.issuperset(TRAIL_TABLES):
            return  # one app is migrated alone, before the trail is there
        cursor.execute(FUNCTIONS.read_text())
        for table, key in tracked_tables().items():
            if table in existing:
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER audit_track AFTER INSERT OR UPDATE OR DELETE ON {name(table)} "
                    f"FOR EACH ROW EXECUTE FUNCTION audit_track_row('{key}')"
                )
        if web == connection.settings_dict["USER"]:
            return  # one role does everything: no right can be withheld from it
        role = name(web)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in (*TRAIL_TABLES, "django_migrations"):
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
            cursor.execute(f"REVOKE ALL ON SEQUENCE {table}_id_seq FROM {role}")
        for table in existing.intersection(APPEND_ONLY):
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
        for table in existing.intersection(DERIVED):
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
        for table in existing.intersection(BUT_FOR):
            cursor.execute(f"GRANT UPDATE ({name(BUT_FOR[table])}) ON {table} TO {role}")
        cursor.execute(
            "GRANT EXECUTE ON FUNCTION audit_record(text, text, uuid, text, uuid, jsonb, jsonb, text, inet), "
            f"audit_leaves(bigint, bigint), audit_seal_finished() TO {role}"
        )
