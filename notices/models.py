"""What somebody is to be told by email, and what became of it."""

import re

from django.conf import settings
from django.db import models
from django.db.models import Q

from notices.querysets import CLAIM_LASTS, NoticeQuerySet

REFERENCE = re.compile(r"IJ/\d{4}/\d+")


class Notice(models.Model):
    """One event of the trail, told to one person: a sentence with a reference and a link, and nothing about anybody.

    Claimed before it is handed to the mail server, so that a worker killed in between never sends it twice: a notice
    that was claimed and not sent is interrupted, and waits for an administrator's word."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    event = models.BigIntegerField(help_text="The event of the trail. No foreign key: the trail takes no orders.")
    sentence = models.CharField(max_length=200)
    path = models.CharField(max_length=200, help_text="Where the link leads.")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When it is sent: at once, or with the next digest.")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True, help_text="What the mail server said last.")
    claimed_at = models.DateTimeField(null=True, blank=True)
    # How it ended. Only what failed may be sent again; what was dropped is not sent at all.
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.CharField(max_length=400, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "event"], name="notices_notice_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, failed_at__isnull=True)
                | Q(sent_at__isnull=True, dropped_at__isnull=True)
                | Q(failed_at__isnull=True, dropped_at__isnull=True),
                name="notices_notice_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(claimed_at__isnull=False), name="notices_notice_claimed_first"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True),
                name="notices_notice_open",
            ),
        ]

    def __str__(self):
        return self.sentence

    @property
    def reference(self) -> str:
        """The case it is about, and no word on what happened there."""
        found = REFERENCE.search(self.sentence)
        return found[0] if found else ""

    def is_interrupted(self, now) -> bool:
        """Handed to the mail server, perhaps, by a worker that never said what came of it."""
        if self.claimed_at is None or self.sent_at is not None:
            return False
        return bool(self.error) or self.claimed_at < now - CLAIM_LASTS
