from django.db import migrations

# What somebody marked sensitive may have been written about a victim: no connection takes the mark off again.
TRIGGER = """
CREATE FUNCTION referrals_keep_note() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.sensitive AND NOT NEW.sensitive THEN
        RAISE EXCEPTION 'a note marked as sensitive stays sensitive' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER referrals_keep_note BEFORE UPDATE ON referrals_note
    FOR EACH ROW EXECUTE FUNCTION referrals_keep_note();
"""
UNDO = """
DROP TRIGGER referrals_keep_note ON referrals_note;
DROP FUNCTION referrals_keep_note();
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0004_kept_by_the_database")]

    operations = [migrations.RunSQL(TRIGGER, UNDO)]
