"""What follows when somebody does not do what they agreed to."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from referrals.models.reference import AttendanceOutcome
from referrals.models.referral import Referral
from referrals.querysets import ComplianceQuerySet

USER = settings.AUTH_USER_MODEL


class ComplianceEvent(models.Model):
    """An outcome that may be enforced. The participant has some days to give evidence; then somebody decides whether it
    stands. It lapses when the outcome it follows from is corrected."""

    class Decision(models.TextChoices):
        UPHELD = "upheld", "Not acceptable"
        EXCUSED = "excused", "Acceptable"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="compliance_events")
    stage = models.CharField(max_length=20, help_text="The stage it happened in, such as workshop.")
    about = models.UUIDField(help_text="The booking or work session whose outcome it follows from.")
    outcome = models.ForeignKey(AttendanceOutcome, on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField()
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    evidence_by = models.DateField("Last day for evidence")
    evidence = models.TextField("What the participant said or showed", max_length=2000, blank=True)
    evidence_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decision_reason = models.TextField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)

    objects = ComplianceQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["about"], condition=Q(lapsed_at__isnull=True), name="referrals_compliance_once"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="referrals_compliance_decided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-happened_on"], name="referrals_compliance_case"),
            models.Index(
                fields=["evidence_by"],
                condition=Q(decision="", lapsed_at__isnull=True),
                name="referrals_compliance_undecided",
            ),
            models.Index(
                fields=["case"],
                condition=Q(decision="upheld", lapsed_at__isnull=True),
                name="referrals_compliance_upheld",
            ),
        ]

    def __str__(self):
        return f"{self.outcome} on {self.happened_on:%-d %B %Y}"


class KeptOpen(models.Model):
    """A triager, or the manager who reopened the case, decided that it goes on all the same: what was upheld until then
    no longer proposes that it goes back to the officer."""

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="kept_open")
    reason = models.TextField(max_length=1000)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"Kept open on {self.at:%Y-%m-%d}"
