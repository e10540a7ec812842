from django.db import migrations, models
from django.utils import timezone


def make(apps, schema_editor):
    """What the rules ask of the cases that are open already: the first contact, and telling each victim about
    restorative justice."""
    from referrals.time_limits import rj_information_due, working_day_after

    def rows(name):
        return apps.get_model("referrals", name).objects.using(schema_editor.connection.alias)

    now, limits = timezone.now(), dict(rows("Deadline").values_list("code", "amount"))
    task = apps.get_model("referrals", "Task")
    made = []
    open_cases = rows("Referral").filter(status__in=["submitted", "queried", "active", "suspended"])
    untold = rows("Victim").filter(case__in=open_cases, told_about_rj_on=None).exclude(kind="community")
    for victim in untold.select_related("case").iterator(chunk_size=1000):
        due_on = rj_information_due(
            reported_on=victim.case.reported_on,
            offence_at=victim.case.offence_at,
            enhanced=victim.enhanced_rights,
            limits=limits,
        )
        what = "Tell the victim about restorative justice"
        made.append(
            task(
                case=victim.case, victim=victim, kind="rj_information", what=what, team="officers", made_at=now,
                due_on=due_on or timezone.localdate(now),
            )
        )  # fmt: skip
    contacted = rows("Milestone").filter(kind="first_contact").values("case")
    for case in open_cases.filter(decided_at__isnull=False).exclude(pk__in=contacted).iterator(chunk_size=1000):
        due_on = working_day_after(timezone.localdate(case.decided_at), limits["first_contact"])
        what = "First contact with the participant"
        made.append(
            task(case=case, kind="first_contact", what=what, team="provider", made_at=now, due_on=due_on)
        )
    rows("Task").bulk_create(made, ignore_conflicts=True, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0007_time_suspended")]

    operations = [
        migrations.AddIndex(
            model_name="task",
            index=models.Index(condition=models.Q(("assigned_to__isnull", True), ("done_at__isnull", True)), fields=["team", "due_on"], name="referrals_task_open_team"),
        ),
        migrations.RunPython(make, migrations.RunPython.noop),
    ]
