"""What leaves the scheme: the participant's own page, and the provider's report at the end."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from referrals.models import Document, Referral

USER = settings.AUTH_USER_MODEL


class ParticipantLink(models.Model):
    """The private address at which a participant reads how many hours are left and when they work next. Only a digest
    of its secret is kept; a case has one that is live."""

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="participant_links")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(revoked_at__isnull=True), name="placements_participant_link_one_live"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")), name="placements_participant_link_lasts"
            ),
        ]

    def __str__(self):
        return f"Page of {self.case}"


class CompletionReport(models.Model):
    """The provider's report to the officer at the end: its figures as they were, and its file among the documents of
    the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="completion_reports")
    number = models.PositiveSmallIntegerField()  # 1, 2, …: a correction is a new one
    facts = models.JSONField(help_text="What it says in figures, frozen.")
    in_words = models.TextField("What the officer should know", max_length=3000)
    changed_because = models.CharField("What differs from the one before", max_length=300, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="placements_completion_report_number"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(changed_because=""), name="placements_completion_report_says_what_changed"
            ),
        ]

    def __str__(self):
        return f"Report {self.number} on {self.case}"
