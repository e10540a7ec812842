"""The ledger of hours in double entry: lines that move minutes to an account, kept in balance by the database.

What was there before is put into the new form: an order line for each account and, of each attended session, what was not
credited (its break, its penalty, the work beyond the order). The accounts stay as they are: they were the sums already.
"""

import django.db.models.deletion
from django.db import migrations, models

DATA = """
UPDATE placements_hoursline SET account = 'order', against = 'adjusted' WHERE kind = 'adjustment';

INSERT INTO placements_hoursline (case_id, kind, account, against, "on", minutes, decided_by, reason, by_id, at)
SELECT a.case_id, 'order', 'order', 'police', (coalesce(d.at, p.planned_at) AT TIME ZONE 'Europe/London')::date,
    a.minutes_required - coalesce(adjusted.minutes, 0), coalesce(d.full_name, 'The triage team'),
    'What the plan asks for', coalesce(p.planned_by_id, d.by_id), coalesce(p.planned_at, d.at)
FROM placements_hoursaccount a
LEFT JOIN LATERAL (
    SELECT decision.at, decision.by_id, u.full_name FROM referrals_decision decision
    JOIN accounts_user u ON u.id = decision.by_id
    WHERE decision.case_id = a.case_id AND decision.outcome = 'accept' ORDER BY decision.at DESC LIMIT 1
) d ON true
LEFT JOIN LATERAL (
    SELECT planned_at, planned_by_id FROM placements_placement
    WHERE case_id = a.case_id ORDER BY planned_at LIMIT 1
) p ON true
LEFT JOIN LATERAL (
    SELECT sum(minutes)::integer AS minutes FROM placements_hoursline WHERE case_id = a.case_id AND account = 'order'
) adjusted ON true
WHERE a.minutes_required <> coalesce(adjusted.minutes, 0);

WITH worked AS (
    SELECT w.*, p.site_id, (w.starts_at AT TIME ZONE 'Europe/London')::date AS day,
        floor(extract(epoch FROM w.ends_at - w.starts_at) / 60)::integer - w.break_minutes - w.penalty_minutes
        - coalesce((SELECT sum(minutes) FROM placements_hoursline WHERE work_session_id = w.id), 0)::integer AS beyond
    FROM placements_worksession w
    JOIN placements_placement p ON p.id = w.placement_id
    JOIN referrals_attendanceoutcome o ON o.code = w.outcome_id AND o.attended
)
INSERT INTO placements_hoursline
    (case_id, kind, account, against, "on", minutes, decided_by, reason, by_id, at, work_session_id, site_id)
SELECT case_id, 'credit', part.account, 'reported', day, part.minutes, '', '', recorded_by_id, recorded_at, id, site_id
FROM worked CROSS JOIN LATERAL
    (VALUES ('break', break_minutes::integer), ('penalty', penalty_minutes::integer), ('beyond', beyond))
    AS part (account, minutes)
WHERE beyond >= 0 AND part.minutes > 0
ORDER BY recorded_at;

SET CONSTRAINTS ALL IMMEDIATE; -- a table with checks outstanding cannot be altered
SET CONSTRAINTS ALL DEFERRED;
"""

RULES = """
-- The account is the sum of its lines. The application's role cannot write it: this function runs as the owner of the
-- database. The UPDATE locks the account's row, so that of two who write lines at once the second counts on from the
-- first; the CHECKs of the table refuse a balance below 0 and a credit above the order.
CREATE FUNCTION placements_keep_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moved record;
BEGIN
    FOR moved IN
        SELECT case_id, coalesce(sum(minutes) FILTER (WHERE account = 'order'), 0) AS required,
            coalesce(sum(minutes) FILTER (WHERE account IN ('work', 'course')), 0) AS credited,
            coalesce(sum(minutes) FILTER (WHERE account = 'course'), 0) AS by_courses
        FROM added WHERE account IN ('order', 'work', 'course') GROUP BY case_id ORDER BY case_id
    LOOP
        UPDATE placements_hoursaccount SET minutes_required = minutes_required + moved.required,
            minutes_credited = minutes_credited + moved.credited,
            minutes_by_courses = minutes_by_courses + moved.by_courses
        WHERE case_id = moved.case_id;
        IF NOT FOUND THEN
            INSERT INTO placements_hoursaccount (case_id, minutes_required, minutes_credited, minutes_by_courses)
            VALUES (moved.case_id, moved.required, moved.credited, moved.by_courses);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER placements_keep_account AFTER INSERT ON placements_hoursline
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION placements_keep_account();

-- A reversal is the mirror of the line that it names: the same in everything, with the minutes the other way.
CREATE FUNCTION placements_check_mirror() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM placements_hoursline l WHERE l.id = NEW.reverses_id AND l.kind IN ('credit', 'course')
        AND (l.case_id, l.account, l.against, l."on", l.minutes)
            = (NEW.case_id, NEW.account, NEW.against, NEW."on", -NEW.minutes)
        AND (l.work_session_id, l.course_session_id, l.site_id)
            IS NOT DISTINCT FROM (NEW.work_session_id, NEW.course_session_id, NEW.site_id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A reversal of % minutes is not the mirror of line %.', NEW.minutes, NEW.reverses_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placements_reversal_is_a_mirror';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER placements_check_mirror AFTER INSERT ON placements_hoursline
FOR EACH ROW WHEN (NEW.kind = 'reversal') EXECUTE FUNCTION placements_check_mirror();

-- When a transaction ends, the lines of a work session either cancel out on every account, or they are, on its day, the
-- minutes that went by between its start and its end: worked, broken off, taken off and beyond the order.
CREATE FUNCTION placements_check_work() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    key constant text := CASE TG_TABLE_NAME WHEN 'placements_worksession' THEN 'id' ELSE 'work_session_id' END;
    checked constant uuid := to_jsonb(NEW) ->> key;
    work record;
    entered record;
BEGIN
    SELECT w.case_id, w.break_minutes, w.penalty_minutes, coalesce(o.attended, false) AS attended,
        floor(extract(epoch FROM w.ends_at - w.starts_at) / 60)::integer AS elapsed,
        (w.starts_at AT TIME ZONE 'Europe/London')::date AS day
    INTO work FROM placements_worksession w LEFT JOIN referrals_attendanceoutcome o ON o.code = w.outcome_id
    WHERE w.id = checked;
    SELECT coalesce(sum(minutes) FILTER (WHERE account = 'work'), 0) AS worked,
        coalesce(sum(minutes) FILTER (WHERE account = 'break'), 0) AS breaks,
        coalesce(sum(minutes) FILTER (WHERE account = 'penalty'), 0) AS penalty,
        coalesce(sum(minutes) FILTER (WHERE account = 'beyond'), 0) AS beyond,
        coalesce(sum(minutes) FILTER (WHERE "on" <> work.day), 0) AS elsewhere,
        coalesce(bool_or(case_id <> work.case_id), false) AS of_another_case
    INTO entered FROM placements_hoursline WHERE work_session_id = checked;
    IF entered.of_another_case OR entered.elsewhere <> 0
        OR least(entered.worked, entered.breaks, entered.penalty, entered.beyond) < 0
        OR (entered.worked + entered.breaks + entered.penalty + entered.beyond > 0 AND (
            NOT work.attended
            OR (entered.breaks, entered.penalty) <> (work.break_minutes, work.penalty_minutes)
            OR entered.worked + entered.breaks + entered.penalty + entered.beyond <> work.elapsed))
    THEN
        RAISE EXCEPTION 'Work session %: % worked, % break, % penalty and % beyond are not its % minutes.',
            checked, entered.worked, entered.breaks, entered.penalty, entered.beyond, work.elapsed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placements_work_is_accounted_for';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER placements_check_work AFTER INSERT ON placements_hoursline
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.work_session_id IS NOT NULL)
EXECUTE FUNCTION placements_check_work();
CREATE CONSTRAINT TRIGGER placements_check_work
AFTER UPDATE OF case_id, starts_at, ends_at, break_minutes, penalty_minutes, outcome_id ON placements_worksession
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION placements_check_work();

-- The same for a course: its lines cancel out, or are the minutes that were learnt.
CREATE FUNCTION placements_check_course() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    key constant text := CASE TG_TABLE_NAME WHEN 'placements_coursesession' THEN 'id' ELSE 'course_session_id' END;
    checked constant uuid := to_jsonb(NEW) ->> key;
    course placements_coursesession;
    entered record;
BEGIN
    SELECT * INTO course FROM placements_coursesession WHERE id = checked;
    SELECT coalesce(sum(minutes), 0) AS minutes, coalesce(bool_or(case_id <> course.case_id), false) AS of_another_case,
        coalesce(sum(minutes) FILTER (WHERE account = 'course'), 0) AS learnt,
        coalesce(sum(minutes) FILTER (WHERE "on" <> course."on"), 0) AS elsewhere
    INTO entered FROM placements_hoursline WHERE course_session_id = checked;
    IF entered.of_another_case OR entered.elsewhere <> 0 OR entered.learnt NOT BETWEEN 0 AND entered.minutes
        OR (entered.minutes <> 0 AND (entered.minutes <> course.minutes OR course.taken_back_at IS NOT NULL))
    THEN
        RAISE EXCEPTION 'Course session %: its lines are % minutes, and it lasted %.', checked, entered.minutes,
            course.minutes USING ERRCODE = 'check_violation', CONSTRAINT = 'placements_course_is_accounted_for';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER placements_check_course AFTER INSERT ON placements_hoursline
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.course_session_id IS NOT NULL)
EXECUTE FUNCTION placements_check_course();
CREATE CONSTRAINT TRIGGER placements_check_course AFTER UPDATE ON placements_coursesession
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION placements_check_course();

REVOKE ALL ON FUNCTION placements_keep_account() FROM PUBLIC;
"""
NO_RULES = """
DROP FUNCTION placements_keep_account, placements_check_mirror, placements_check_work, placements_check_course CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("placements", "0004_reference_data")]

    operations = [
        migrations.RemoveConstraint(model_name='hoursline', name='placements_line_is_whole'),
        migrations.AddField(
            model_name='hoursaccount', name='minutes_by_courses', field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name='hoursline',
            name='account',
            field=models.CharField(choices=[('order', 'To do'), ('work', 'Credited for work'), ('course', 'Credited for courses'), ('break', 'Break'), ('penalty', 'Penalty'), ('beyond', 'Beyond what can be credited')], default='work', max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='hoursline',
            name='against',
            field=models.CharField(choices=[('police', 'Set by the police'), ('adjusted', 'Adjusted by hand'), ('reported', 'Reported by the provider')], default='reported', max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='hoursline',
            name='course_session',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='placements.coursesession'),
        ),
        migrations.AddField(
            model_name='hoursline',
            name='decided_by',
            field=models.CharField(blank=True, max_length=120, verbose_name='Who of the police decided'),
        ),
        migrations.AlterField(
            model_name='hoursline',
            name='kind',
            field=models.CharField(choices=[('order', 'Order set'), ('adjustment', 'Order adjusted'), ('credit', 'Work reported'), ('course', 'Course reported'), ('reversal', 'Reversed')], max_length=10),
        ),
        migrations.RunSQL(DATA, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='hoursaccount',
            constraint=models.CheckConstraint(condition=models.Q(('minutes_by_courses__lte', models.F('minutes_credited'))), name='placements_courses_are_a_part_of_the_credit'),
        ),
        migrations.AddConstraint(
            model_name='hoursline',
            constraint=models.CheckConstraint(condition=models.Q(('minutes', 0), _negated=True), name='placements_line_moves_something'),
        ),
        migrations.AddConstraint(
            model_name='hoursline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account', 'order'), ('adjustment_reason__isnull', True), ('against', 'police'), ('kind', 'order'), ('course_session__isnull', True), ('reverses__isnull', True), ('work_session__isnull', True), models.Q(('decided_by', ''), _negated=True)), models.Q(('account', 'order'), ('adjustment_reason__isnull', False), ('against', 'adjusted'), ('kind', 'adjustment'), ('course_session__isnull', True), ('reverses__isnull', True), ('work_session__isnull', True), models.Q(('reason', ''), _negated=True)), models.Q(('account__in', ['work', 'break', 'penalty', 'beyond']), ('adjustment_reason__isnull', True), ('against', 'reported'), ('course_session__isnull', True), ('kind', 'credit'), ('minutes__gt', 0), ('reverses__isnull', True), ('site__isnull', False), ('work_session__isnull', False)), models.Q(('account__in', ['course', 'beyond']), ('adjustment_reason__isnull', True), ('against', 'reported'), ('course_session__isnull', False), ('kind', 'course'), ('minutes__gt', 0), ('reverses__isnull', True), ('work_session__isnull', True)), models.Q(('against', 'reported'), ('kind', 'reversal'), ('minutes__lt', 0), ('reverses__isnull', False), ('adjustment_reason__isnull', True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='placements_line_is_whole'),
        ),
        migrations.RunSQL(RULES, NO_RULES),
    ]
