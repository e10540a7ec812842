"""What the people at the desks keep for themselves: filters they named, and a file of referrals on its way in."""

import uuid

from django.conf import settings
from django.db import models


class SavedFilter(models.Model):
    """A way of looking at the list of cases that its owner gave a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField("Name of the filter", max_length=60)
    query = models.JSONField(help_text="What the filter form was sent: field → value, codes only.")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="referrals_saved_filter_name")]

    def __str__(self):
        return self.name


class ReferralFile(models.Model):
    """A file of referrals that was checked and waits for its owner's word. Its rows are deleted when it is imported,
    and with it when it is a day old."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=160)
    rows = models.JSONField(help_text="Of each: its line, its texts by column, and what the check found.")
    checked_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.name
