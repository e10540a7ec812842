"""The code lists of placements, as the scheme starts with them."""

from django.db import migrations

LISTS = {
    "Activity": (
        ("code", "label"),
        [
            ("clean_up", "Clean-up"),
            ("repair", "Graffiti or direct repair"),
            ("community_garden", "Community garden"),
            ("charity_shop", "Charity shop"),
            ("foodbank", "Foodbank"),
            ("other", "Other"),
        ],
    ),
    "PlacementEndReason": (
        ("code", "label"),
        [
            ("person_left", "The person stopped coming"),
            ("unsuitable", "The site does not suit the person"),
            ("site_closed", "The site closed or stopped hosting"),
            ("moved_site", "Moved to another site"),
            ("returned", "The case went back to the officer"),
            ("case_closed", "The case was closed"),
        ],
    ),
    "AdjustmentReason": (
        ("code", "label", "hint", "cap_minutes"),
        [
            ("travel", "Travel time", "Long journeys to the site", 180),
            ("hours_varied", "Hours varied by the police", "The officer changed the hours", None),
            ("recording_error", "Recording error", "Say what was wrong", None),
        ],
    ),
}


def load(apps, schema_editor):
    for model, (fields, rows) in LISTS.items():
        manager = apps.get_model("placements", model).objects.using(schema_editor.connection.alias)
        manager.bulk_create(
            apps.get_model("placements", model)(position=position, **dict(zip(fields, row, strict=True)))
            for position, row in enumerate(rows, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("placements", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
