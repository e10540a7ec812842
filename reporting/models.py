"""A request for a report, and what was issued. The issued data are frozen: a correction is a new version."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from reporting import lifecycle
from reporting.lifecycle import Status
from reporting.periods import Period
from reporting.querysets import ReportQuerySet


class Report(models.Model):
    """One report for one force and period: asked for by a manager, made by a worker, then frozen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    start_on = models.DateField()
    end_on = models.DateField()
    version = models.PositiveSmallIntegerField()
    corrects = models.TextField("What this version corrects", max_length=1000, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()

    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent
    step = models.CharField(max_length=80, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)

    issued_at = models.DateTimeField(null=True, blank=True)
    figures = models.JSONField(null=True, blank=True)
    checksum = models.CharField("SHA-256 of the figures", max_length=64, blank=True)
    pdf = models.FileField(upload_to="reports/", blank=True)
    pdf_checksum = models.CharField("SHA-256 of the PDF", max_length=64, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(fields=["force", "start_on", "end_on", "version"], name="reporting_version_once"),
            models.CheckConstraint(condition=Q(end_on__gte=F("start_on")), name="reporting_ends_after_start"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="reporting_progress_to_100"),
            models.CheckConstraint(
                condition=~Q(status="ready") | (Q(figures__isnull=False, issued_at__isnull=False) & ~Q(checksum="")),
                name="reporting_ready_is_issued",
            ),
        ]

    def __str__(self):
        return f"{self.period.dates}, version {self.version}"

    def refuse(self, transition) -> str:
        return lifecycle.refusal(self, transition)

    @property
    def period(self) -> Period:
        return Period(self.start_on, self.end_on)

    @property
    def file_name(self) -> str:
        """The name of its files, without the ending: what they are is told in words, not in personal details."""
        return f"immediate-justice-{self.start_on}-to-{self.end_on}-version-{self.version}"
