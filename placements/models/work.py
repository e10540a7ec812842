"""Placements, and the work sessions in them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from placements import lifecycle
from placements.lifecycle import PlacementStatus
from placements.models.reference import PlacementEndReason
from placements.models.sites import Site
from placements.querysets import PlacementQuerySet, WorkSessionQuerySet
from referrals.models import AttendanceOutcome, Referral

USER = settings.AUTH_USER_MODEL


class Placement(models.Model):
    """One case at one site, for an agreed number of minutes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="placements")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="placements")
    minutes_agreed = models.PositiveIntegerField()
    signed_by = models.CharField("Agreement signed by", max_length=120)
    parent_signed_by = models.CharField("Parent or carer who signed", max_length=120, blank=True)
    signed_on = models.DateField()
    risks_told_on = models.DateField("When the parent or carer was told the key risks", null=True, blank=True)
    override_reason = models.CharField(
        "Why the site was chosen though it does not meet everything", max_length=300, blank=True
    )
    status = models.CharField(max_length=10, choices=PlacementStatus, default=PlacementStatus.PLANNED)
    end_reason = models.ForeignKey(
        PlacementEndReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    planned_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=PlacementStatus.values), name="placements_placement_status_is_known"
            ),
            models.CheckConstraint(condition=Q(minutes_agreed__gt=0), name="placements_placement_has_minutes"),
            models.CheckConstraint(
                condition=~Q(status="ended") | Q(end_reason__isnull=False), name="placements_ended_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["case", "site"], condition=Q(status__in=["planned", "under_way"]), name="placements_once_a_site"
            ),
        ]

    def __str__(self):
        return f"{self.case} at {self.site}"

    def refuse(self, transition) -> str:
        return lifecycle.placement_refusal(self, transition)


class WorkSession(models.Model):
    """One day's work: planned first, then reported by Remedi with an outcome. The credit follows from the rules."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="work_sessions")
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="work_sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    break_minutes = models.PositiveSmallIntegerField(default=0)
    penalty_minutes = models.PositiveSmallIntegerField(default=0)
    outcome = models.ForeignKey(AttendanceOutcome, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    quality = models.CharField(max_length=15, choices=lifecycle.Grade, blank=True)
    behaviour = models.CharField(max_length=15, choices=lifecycle.Grade, blank=True)
    notes = models.TextField(max_length=2000, blank=True)
    late_reason = models.CharField("Why it is recorded late", max_length=250, blank=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)  # somebody pressed “Arrived”
    series = models.UUIDField(null=True, blank=True)  # planned together, as a pattern
    version = models.PositiveIntegerField(default=1)

    objects = WorkSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="placements_work_ends_after_start"),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True, recorded_at__isnull=True)
                | Q(outcome__isnull=False, recorded_at__isnull=False, recorded_by__isnull=False),
                name="placements_work_recorded_by_somebody",
            ),
            models.UniqueConstraint(fields=["placement", "starts_at"], name="placements_work_once_a_time"),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="placements_work_when"),
            models.Index(fields=["case", "starts_at"], name="placements_work_of_case"),
        ]

    def __str__(self):
        return f"{self.placement} on {self.starts_at:%-d %B %Y}"
