"""The new code lists of placements, and assessments as the task list has them."""

from django.db import migrations
from django.db.models import F

LISTS = {
    "NominationDeclineReason": [
        ("not_suitable", "Our people cannot do this kind of work"),
        ("not_safe", "It cannot be done safely"),
        ("private", "It would mainly help one household or business"),
        ("no_permission", "The owner of the place has not agreed"),
        ("elsewhere", "It is outside the area that we cover"),
        ("no_room", "We have no room for it at the moment"),
        ("not_work", "It is not a suggestion of work"),
    ],
    "CourseLeaveReason": [
        ("stopped", "They stopped coming"),
        ("unsuitable", "The course did not suit them"),
        ("cancelled", "The course did not take place"),
        ("case_closed", "The case was closed"),
    ],
}
SECTIONS = ["needs", "risks", "medical", "emergency", "lone_working", "activities", "apart", "days", "consents"]


def load(apps, schema_editor):
    alias = schema_editor.connection.alias
    for model, rows in LISTS.items():
        table = apps.get_model("placements", model)
        table.objects.using(alias).bulk_create(
            table(code=code, label=label, position=position) for position, (code, label) in enumerate(rows, 1)
        )
    apps.get_model("placements", "Assessment").objects.using(alias).update(
        sections_done=SECTIONS, started_by=F("completed_by"), started_at=F("completed_at")
    )


class Migration(migrations.Migration):
    dependencies = [("placements", "0003_in_depth")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
