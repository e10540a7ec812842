"""The code lists of workshops, as the scheme starts with them."""

from django.db import migrations

LISTS = {
    "Programme": (
        ("code", "label", "hint"),
        [("asb_awareness", "ASB awareness workshop", "What ASB is, whom it harms, and what to do differently")],
    ),
    "SessionCancelReason": (
        ("code", "label"),
        [
            ("facilitator", "Facilitator not available"),
            ("place", "Place not available"),
            ("too_few", "Too few people booked"),
            ("weather", "Weather"),
            ("entered_in_error", "Entered in error"),
        ],
    ),
}


def load(apps, schema_editor):
    for model, (fields, rows) in LISTS.items():
        manager = apps.get_model("workshops", model).objects.using(schema_editor.connection.alias)
        manager.bulk_create(
            apps.get_model("workshops", model)(position=position, **dict(zip(fields, row, strict=True)))
            for position, row in enumerate(rows, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("workshops", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
