"""The school holidays of Derbyshire: from the first to the last day on which county schools are closed.

2025-26 as its schools publish it; 2026-27 follows the same pattern and says that it is provisional.
"""

from datetime import date

from django.db import migrations, models

PROVISIONAL = "Provisional: check the dates that the county council publishes"
HOLIDAYS = [
    ("autumn_2025", "Autumn half term 2025", date(2025, 10, 25), date(2025, 11, 2), ""),
    ("christmas_2025", "Christmas holidays 2025", date(2025, 12, 20), date(2026, 1, 4), ""),
    ("spring_2026", "Spring half term 2026", date(2026, 2, 14), date(2026, 2, 22), ""),
    ("easter_2026", "Easter holidays 2026", date(2026, 3, 28), date(2026, 4, 12), ""),
    ("summer_half_term_2026", "Summer half term 2026", date(2026, 5, 23), date(2026, 5, 31), ""),
    ("summer_2026", "Summer holidays 2026", date(2026, 7, 24), date(2026, 8, 31), ""),
    ("autumn_2026", "Autumn half term 2026", date(2026, 10, 24), date(2026, 11, 1), PROVISIONAL),
    ("christmas_2026", "Christmas holidays 2026", date(2026, 12, 19), date(2027, 1, 3), PROVISIONAL),
    ("spring_2027", "Spring half term 2027", date(2027, 2, 13), date(2027, 2, 21), PROVISIONAL),
    ("easter_2027", "Easter holidays 2027", date(2027, 3, 26), date(2027, 4, 11), PROVISIONAL),
    ("summer_half_term_2027", "Summer half term 2027", date(2027, 5, 29), date(2027, 6, 6), PROVISIONAL),
    ("summer_2027", "Summer holidays 2027", date(2027, 7, 23), date(2027, 8, 31), PROVISIONAL),
]


def load(apps, schema_editor):
    model = apps.get_model("workshops", "SchoolHoliday")
    model.objects.using(schema_editor.connection.alias).bulk_create(
        model(code=code, label=label, hint=hint, position=position, valid_from=first, valid_to=last)
        for position, (code, label, first, last, hint) in enumerate(HOLIDAYS, 1)
    )


class Migration(migrations.Migration):
    dependencies = [("workshops", "0003_in_depth")]
    operations = [
        migrations.CreateModel(
            name="SchoolHoliday",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=120)),
                ("hint", models.CharField(blank=True, max_length=250)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={"ordering": ["position", "label"], "abstract": False},
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
