from django.db import migrations, models
from django.utils import timezone

# Counts up the version of a case at every change of its row, and clears when its decision is due while none is awaited.
TRIGGER = """
CREATE FUNCTION referrals_keep_referral() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW.version := OLD.version + 1;
    END IF;
    IF NEW.status <> 'submitted' THEN
        NEW.decision_due_at := NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER referrals_keep_referral BEFORE INSERT OR UPDATE ON referrals_referral
    FOR EACH ROW EXECUTE FUNCTION referrals_keep_referral();
"""
UNDO = """
DROP TRIGGER referrals_keep_referral ON referrals_referral;
DROP FUNCTION referrals_keep_referral();
"""

DEADLINES = [
    # (code, label, amount, unit)
    ("query_reminder", "Reminder of a question that the officer has not answered", 2, "working_days"),
    ("victim_update", "Victim told what has happened", 5, "working_days"),
]


def fill(apps, schema_editor):
    from referrals.rules import working_days_clock

    deadlines = apps.get_model("referrals", "Deadline").objects.using(schema_editor.connection.alias)
    for position, (code, label, amount, unit) in enumerate(DEADLINES, 8):
        deadlines.create(code=code, label=label, amount=amount, unit=unit, position=position)
    limit, now = deadlines.get(code="triage").amount, timezone.now()
    cases = apps.get_model("referrals", "Referral").objects.using(schema_editor.connection.alias)
    for case in cases.filter(status="submitted").prefetch_related("queries"):
        pauses = [(query.asked_at, query.answered_at) for query in case.queries.all()]
        clock = working_days_clock(case.submitted_at, limit, now, pauses=pauses)
        cases.filter(pk=case.pk).update(decision_due_at=clock.due_at)


def empty(apps, schema_editor):
    deadlines = apps.get_model("referrals", "Deadline").objects.using(schema_editor.connection.alias)
    deadlines.filter(code__in=[code for code, *_ in DEADLINES]).delete()


class Migration(migrations.Migration):
    dependencies = [("referrals", "0003_case_work")]

    operations = [
        migrations.RunSQL(TRIGGER, UNDO),
        migrations.RunPython(fill, empty),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("decision_due_at__isnull", False), ("status", "submitted")), models.Q(models.Q(("status", "submitted"), _negated=True), ("decision_due_at__isnull", True)), _connector="OR"), name="referrals_referral_due_while_awaited"),
        ),
    ]
