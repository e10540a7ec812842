"""The database keeps a line of the ledger at the site and in the sense in which it was written."""

from django.db import migrations

RULES = """
-- A placement is of one case at one site for good: whoever goes elsewhere has another.
CREATE FUNCTION placements_keep_place() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'A placement stays of its case and at its site: %.', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'placements_placement_stays';
END
$$;
CREATE TRIGGER placements_keep_place BEFORE UPDATE OF case_id, site_id ON placements_placement FOR EACH ROW
WHEN (NEW.case_id <> OLD.case_id OR NEW.site_id <> OLD.site_id) EXECUTE FUNCTION placements_keep_place();

-- Only work of which the ledger says nothing moves to another placement.
CREATE FUNCTION placements_keep_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM placements_hoursline WHERE work_session_id = OLD.id) THEN
        RAISE EXCEPTION 'Work session % has lines in the ledger, so it stays at its site.', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placements_work_stays';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER placements_keep_session BEFORE UPDATE OF placement_id ON placements_worksession FOR EACH ROW
WHEN (NEW.placement_id <> OLD.placement_id) EXECUTE FUNCTION placements_keep_session();

-- A line of work names the site at which the work was done.
CREATE FUNCTION placements_check_site() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM placements_worksession w JOIN placements_placement p ON p.id = w.placement_id
    WHERE w.id = NEW.work_session_id AND p.site_id = NEW.site_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A line of work session % names another site than its own.', NEW.work_session_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placements_line_is_at_its_site';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER placements_check_site AFTER INSERT ON placements_hoursline
FOR EACH ROW WHEN (NEW.work_session_id IS NOT NULL) EXECUTE FUNCTION placements_check_site();

-- What an outcome means does not change once work has it: a new meaning is a new code.
CREATE FUNCTION placements_keep_outcome() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM placements_worksession WHERE outcome_id = OLD.code) THEN
        RAISE EXCEPTION 'Work is recorded as “%”, so whether that counts as attended stays.', OLD.label
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placements_outcome_stays';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER placements_keep_outcome BEFORE UPDATE OF attended ON referrals_attendanceoutcome FOR EACH ROW
WHEN (NEW.attended <> OLD.attended) EXECUTE FUNCTION placements_keep_outcome();
"""
NO_RULES = """
DROP FUNCTION placements_keep_place, placements_keep_session, placements_check_site, placements_keep_outcome CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("placements", "0007_places_at_a_time")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
