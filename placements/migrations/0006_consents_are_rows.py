"""The consent of a parent or carer becomes a row among the consents of the case, and every complete assessment has all
its sections."""

from django.db import migrations

SECTIONS = ["needs", "risks", "medical", "emergency", "lone_working", "activities", "apart", "days", "consents"]


def move_consents(apps, schema_editor):
    alias = schema_editor.connection.alias
    Assessment = apps.get_model("placements", "Assessment")
    Consent = apps.get_model("referrals", "Consent")
    assessments = Assessment.objects.using(alias)
    assessments.filter(completed_at__isnull=False).update(sections_done=SECTIONS)
    signed = assessments.exclude(parent_consent_by="").exclude(parent_consent_on__isnull=True)
    there = set(
        Consent.objects.using(alias).filter(kind="work", withdrawn_at__isnull=True).values_list("case_id", flat=True)
    )
    Consent.objects.using(alias).bulk_create(
        [
            Consent(
                case_id=assessment.case_id,
                kind="work",
                given_by=assessment.parent_consent_by,
                relationship="parent or carer",
                given_on=assessment.parent_consent_on,
                form_version="",  # nobody wrote it down
                recorded_by_id=assessment.completed_by_id,
            )
            for assessment in signed.iterator()
            if assessment.case_id not in there
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("placements", "0005_double_entry"),
        ("referrals", "0012_consents_withdrawn"),
    ]
    operations = [
        migrations.RunPython(move_consents, migrations.RunPython.noop),
        migrations.RemoveField("assessment", "parent_consent_by"),
        migrations.RemoveField("assessment", "parent_consent_on"),
    ]
