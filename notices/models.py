"""What somebody is to be told by email, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


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
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="notices_notice_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at__isnull=True), name="notices_notice_waiting"),
        ]

    def __str__(self):
        return self.sentence
