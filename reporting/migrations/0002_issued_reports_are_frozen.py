"""An issued report cannot be changed or deleted, by whichever role or statement: its figures, checksum and period are
what was told to others."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION reporting_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'report % is issued: a correction is a new version', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER reporting_issued_is_frozen BEFORE UPDATE OR DELETE ON reporting_report
FOR EACH ROW WHEN (OLD.status = 'ready') EXECUTE FUNCTION reporting_refuse_change();
"""
THAW = "DROP TRIGGER reporting_issued_is_frozen ON reporting_report; DROP FUNCTION reporting_refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
