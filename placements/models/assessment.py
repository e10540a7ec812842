"""Remedi's assessment of a participant."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from placements.querysets import AssessmentQuerySet
from referrals.models import Referral

USER = settings.AUTH_USER_MODEL


class Assessment(models.Model):
    """Remedi's assessment of a participant: what they need, what is risky, whom to ring.

    It is answered section by section (rules.SECTIONS), and counts once it is completed. An empty text in a section that
    is done says that nothing is known. Consents are rows of their own (referrals.Consent).
    """

    case = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="assessment")
    needs = models.TextField(max_length=2000, blank=True)
    risk_to_self = models.TextField(max_length=2000, blank=True)
    risk_to_others = models.TextField(max_length=2000, blank=True)
    medical = models.TextField("Medical conditions and medication", max_length=2000, blank=True)
    emergency_contact_name = models.CharField(max_length=120, blank=True)
    emergency_contact_phone = models.CharField(max_length=30, blank=True)
    emergency_contact_relationship = models.CharField("Who they are to the person", max_length=40, blank=True)
    may_work_alone = models.BooleanField("May be alone with one member of staff", default=True)
    activities_to_avoid = models.TextField(max_length=1000, blank=True)
    days_available = ArrayField(models.PositiveSmallIntegerField(), default=list)  # 0 = Monday
    never_with = models.ManyToManyField(
        Referral,
        blank=True,
        related_name="+",
        help_text="Cases of people who must never work at the same place and time.",
    )
    sections_done = ArrayField(
        models.CharField(max_length=20), default=list, help_text="The sections of the task list that were answered."
    )
    started_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    completed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, completed_by__isnull=True)
                | (
                    Q(completed_at__isnull=False, completed_by__isnull=False)
                    & ~Q(emergency_contact_name="")
                    & ~Q(emergency_contact_phone="")
                ),
                name="placements_assessment_completed_with_a_contact",
            )
        ]

    def __str__(self):
        return f"Assessment of {self.case}"
