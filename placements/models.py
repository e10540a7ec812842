"""The nouns of community work."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from placements import lifecycle
from placements.lifecycle import PlacementStatus, SiteStatus
from placements.querysets import AssessmentQuerySet, PlacementQuerySet, SiteQuerySet, WorkSessionQuerySet
from referrals.models import AttendanceOutcome, District, Referral
from referrals.models.reference import Code

USER = settings.AUTH_USER_MODEL


class Activity(Code):
    """The kind of work that a site offers."""


class PlacementEndReason(Code):
    """Why a placement ended before its hours were done."""


class AdjustmentReason(Code):
    """Why minutes were added to, or taken from, the account by hand."""

    cap_minutes = models.PositiveSmallIntegerField(null=True, blank=True, help_text="At most this many minutes a case.")


class Assessment(models.Model):
    """Remedi's assessment of a participant: what they need, what is risky, whom to ring."""

    case = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="assessment")
    needs = models.TextField(max_length=2000, blank=True)
    risk_to_self = models.TextField(max_length=2000, blank=True)
    risk_to_others = models.TextField(max_length=2000, blank=True)
    medical = models.TextField("Medical conditions and medication", max_length=2000, blank=True)
    emergency_contact_name = models.CharField(max_length=120)
    emergency_contact_phone = models.CharField(max_length=30)
    may_work_alone = models.BooleanField("May be alone with one member of staff", default=True)
    activities_to_avoid = models.TextField(max_length=1000, blank=True)
    days_available = ArrayField(models.PositiveSmallIntegerField(), default=list)  # 0 = Monday
    never_with = models.ManyToManyField(
        Referral,
        blank=True,
        related_name="+",
        help_text="Cases of people who must never work at the same place and time.",
    )
    parent_consent_by = models.CharField("Parent or carer who consents", max_length=120, blank=True)
    parent_consent_on = models.DateField(null=True, blank=True)
    completed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField()

    objects = AssessmentQuerySet.as_manager()

    def __str__(self):
        return f"Assessment of {self.case}"


class Site(models.Model):
    """A place that hosts community work."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField("Beneficiary", max_length=120)
    address = models.CharField(max_length=250)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    description = models.TextField(max_length=1000, blank=True)
    capacity = models.PositiveSmallIntegerField("Places a day", validators=[MinValueValidator(1)])
    days_open = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]), default=list
    )  # 0 = Monday
    suitable_under_18 = models.BooleanField(default=False)
    hi_vis_needed = models.BooleanField(default=False)
    insured_until = models.DateField("Public liability insurance expires on", null=True, blank=True)
    risk_assessed_on = models.DateField(null=True, blank=True)
    risk_review_on = models.DateField("Risk assessment to be reviewed by", null=True, blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)
    status = models.CharField(max_length=10, choices=SiteStatus, default=SiteStatus.PROPOSED)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SiteStatus.values), name="placements_site_status_is_known"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="placements_site_has_places"),
            models.CheckConstraint(
                condition=~Q(status__in=[SiteStatus.ASSESSED, SiteStatus.ACTIVE])
                | Q(risk_assessed_on__isnull=False, risk_review_on__isnull=False, insured_until__isnull=False),
                name="placements_site_assessed_before_use",
            ),
            models.UniqueConstraint(fields=["provider", "name", "address"], name="placements_site_once"),
        ]

    def __str__(self):
        return self.name

    def refuse(self, transition) -> str:
        return lifecycle.site_refusal(self, transition)


class Placement(models.Model):
    """One case at one site, for an agreed number of minutes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="placements")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="placements")
    minutes_agreed = models.PositiveIntegerField()
    signed_by = models.CharField("Agreement signed by", max_length=120)
    parent_signed_by = models.CharField("Parent or carer who signed", max_length=120, blank=True)
    signed_on = models.DateField()
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
