import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0009_what_a_file_holds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("message", "failed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "message",
            "printed_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True, not_sent_because=""),
                name="referrals_message_ends_once",
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(claimed_at__isnull=False) | Q(printed_by__isnull=False),
                name="referrals_message_claimed_first",
            ),
        ),
    ]
