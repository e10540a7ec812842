"""Invitations, reminders and letters to the people of a case: rows until they are sent."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from notices.querysets import CLAIM_LASTS
from referrals.models.people import Person
from referrals.models.referral import Referral
from referrals.outgoing import MessageQuerySet


class Message(models.Model):
    """One message to one person by one way. Claimed before it is handed over, so that a worker killed in between never
    sends it twice: a message that was claimed and not sent waits for somebody's word."""

    class Channel(models.TextChoices):
        EMAIL = "email", "Email"
        SMS = "sms", "Text message"
        LETTER = "letter", "Letter"  # a PDF that somebody prints and hands over or posts

    class Purpose(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        REMINDER = "reminder", "Reminder"
        MOVED = "moved", "Another day or place"
        CANCELLED = "cancelled", "Cancelled"
        NON_COMPLIANCE = "non_compliance", "Missed without a good reason"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="messages")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")  # or their parent or carer
    channel = models.CharField(max_length=6, choices=Channel)
    purpose = models.CharField(max_length=15, choices=Purpose)
    about = models.CharField(max_length=80, help_text="What it is about, such as a booking and its session's version.")
    subject = models.CharField(max_length=120, help_text="No personal detail.")
    text = models.TextField(max_length=4000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_as = models.CharField(max_length=100, blank=True, help_text="The number that the transport gave it.")
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # of a letter: who handed it over or posted it, at sent_at
    not_sent_because = models.CharField(max_length=200, blank=True)  # given up, or no longer true

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True, not_sent_because=""),
                name="referrals_message_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(claimed_at__isnull=False) | Q(printed_by__isnull=False),
                name="referrals_message_claimed_first",
            ),
            models.UniqueConstraint(fields=["about", "purpose", "person", "channel"], name="referrals_message_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, not_sent_because=""),
                name="referrals_message_waiting",
            ),
            models.Index(fields=["case", "-made_at"], name="referrals_message_case"),
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} by {self.get_channel_display().lower()}"

    def is_interrupted(self, now) -> bool:
        """Handed over, perhaps, by a worker that never said what came of it."""
        if self.claimed_at is None or self.sent_at is not None:
            return False
        return bool(self.error) or self.claimed_at < now - CLAIM_LASTS

    @property
    def is_a_letter_to_print(self) -> bool:
        return self.channel == self.Channel.LETTER and self.sent_at is None and not self.not_sent_because
