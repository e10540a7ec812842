"""The hours of a case: the account, and the lines that it is the sum of."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from placements.models.reference import AdjustmentReason
from placements.models.sites import Site
from placements.models.work import WorkSession
from referrals.models import Referral

USER = settings.AUTH_USER_MODEL


class HoursAccount(models.Model):
    """The balance of one case, kept beside its lines so that the database itself can refuse an overdraft.

    required = what the plan asks for, plus adjustments; credited = the sum of the credit and reversal lines. Minutes.
    """

    case = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="hours_account")
    minutes_required = models.PositiveIntegerField()
    minutes_credited = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes_credited__lte=F("minutes_required")),
                name="placements_never_credited_above_the_order",
            )
        ]

    def __str__(self):
        return f"{self.minutes_credited} of {self.minutes_required} minutes"

    @property
    def minutes_left(self) -> int:
        return self.minutes_required - self.minutes_credited


class HoursLine(models.Model):
    """One line of the ledger. Lines are added, never changed: a mistake is reversed by a line of its own."""

    class Kind(models.TextChoices):
        CREDIT = "credit", "Work credited"
        REVERSAL = "reversal", "Reversed"
        ADJUSTMENT = "adjustment", "Adjusted"

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="hours_lines")
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    minutes = models.IntegerField()
    work_session = models.ForeignKey(WorkSession, on_delete=models.PROTECT, null=True, blank=True, related_name="lines")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    adjustment_reason = models.ForeignKey(
        AdjustmentReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=250, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="credit", minutes__gt=0, work_session__isnull=False, site__isnull=False)
                | Q(kind="reversal", minutes__lt=0, reverses__isnull=False)
                | Q(kind="adjustment", adjustment_reason__isnull=False),
                name="placements_line_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["on"], name="placements_line_on")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.minutes} minutes"
