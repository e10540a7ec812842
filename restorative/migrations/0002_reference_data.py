"""The code lists of restorative, as the scheme starts with them."""

from django.db import migrations

LISTS = {
    "ProcessKind": (
        ("code", "label", "hint", "is_direct"),
        [
            ("direct_conference", "Direct conference", "The parties meet", True),
            ("community_conference", "Community conference", "The community that was harmed meets the participant", True),
            ("shuttle", "Shuttle mediation", "The practitioner carries messages", False),
            ("letter", "Letter of apology", "", False),
            ("other_indirect", "Another indirect way", "", False),
        ],
    ),
    "NotProceededReason": (
        ("code", "label"),
        [
            ("victim_stopped", "The victim stopped"),
            ("participant_stopped", "The participant stopped"),
            ("harm_not_acknowledged", "The harm is not acknowledged"),
            ("unsafe", "Not safe to go ahead"),
            ("no_contact", "A party could no longer be reached"),
        ],
    ),
}


def load(apps, schema_editor):
    for model, (fields, rows) in LISTS.items():
        manager = apps.get_model("restorative", model).objects.using(schema_editor.connection.alias)
        manager.bulk_create(
            apps.get_model("restorative", model)(position=position, **dict(zip(fields, row, strict=True)))
            for position, row in enumerate(rows, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("restorative", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
