"""The referral, which is the case from its first draft to its closing."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from accounts.roles import GRANTS
from referrals import lifecycle
from referrals.lifecycle import Status
from referrals.models.people import Person
from referrals.models.reference import (
    Disposal,
    District,
    Offence,
    ReturnReason,
    SuspendReason,
    WithdrawReason,
)
from referrals.querysets import ReferralQuerySet


class ReferenceNumber(models.Model):
    """The last number given to a case in each year, so that references have no gaps and none is given twice."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.year}: {self.last}"


class Referral(models.Model):
    """One person referred for one incident. Where an active case has got to is read from its milestones."""

    class Qualifier(models.TextChoices):
        PERSONAL = "personal", "Personal"
        NUISANCE = "nuisance", "Nuisance"
        ENVIRONMENTAL = "environmental", "Environmental"

    class Responsibility(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        NOT_REQUIRED = "not_required", "Not required for this disposal"
        NOT_ACCEPTED = "not_accepted", "Not accepted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    # Counted up by a trigger at every change of the row; what was read at an older version is out of date.
    version = models.PositiveIntegerField(default=1, editable=False)

    # who refers
    referred_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="referrals")
    named_officers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="named_on")
    supervisor = models.CharField(max_length=120, blank=True)

    # the person
    participant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="referrals")
    parent_or_carer = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="cares_in"
    )
    relationship = models.CharField("Relationship to the child", max_length=40, blank=True)
    appropriate_adult = models.CharField("Appropriate adult present", max_length=120, blank=True)

    # the incident
    incident_number = models.CharField(max_length=30, blank=True)
    crime_number = models.CharField(max_length=30, blank=True)
    offence = models.ForeignKey(Offence, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asb_qualifier = models.CharField(max_length=15, choices=Qualifier, blank=True)
    offence_at = models.DateTimeField(null=True, blank=True)
    reported_on = models.DateField("When it was reported to the police", null=True, blank=True)
    place = models.CharField(max_length=250, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    circumstances = models.TextField(max_length=4000, blank=True)
    risks = models.TextField("Risks to know about", max_length=2000, blank=True)
    risks_considered = models.BooleanField(default=False)  # tells "none known" from "not asked yet"

    # flags that the eligibility rules ask about
    domestic_abuse = models.BooleanField(default=False)
    hate = models.BooleanField(default=False)
    sexual = models.BooleanField(default=False)
    weapon = models.BooleanField(default=False)
    serious_violence = models.BooleanField(default=False)
    inspector = models.CharField("Inspector who authorised", max_length=120, blank=True)
    inspector_reason = models.TextField(max_length=1000, blank=True)

    # the disposal
    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    disposal_at = models.DateTimeField(null=True, blank=True)
    sufficient_evidence = models.BooleanField(default=False)
    responsibility = models.CharField(max_length=15, choices=Responsibility, blank=True)
    gravity_score = models.PositiveSmallIntegerField(null=True, blank=True)
    rationale = models.TextField(max_length=2000, blank=True)
    hours_set = models.PositiveSmallIntegerField("Hours of community work", null=True, blank=True)
    hours_reason = models.TextField("Why the hours are outside 5 to 20", max_length=500, blank=True)

    # what became of it
    submitted_at = models.DateTimeField(null=True, blank=True)
    # When the decision is due (facts.triage_clock), kept because the queue is filtered and ordered by it. A trigger
    # clears it while no decision is awaited: in a draft, while the officer owes an answer, once decided.
    decision_due_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_cases"
    )
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    caseworker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="caseload"
    )
    restricted = models.BooleanField(default=False)
    restricted_because = models.CharField(max_length=500, blank=True)
    admitted = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="admitted_to")
    suspended_at = models.DateTimeField(null=True, blank=True)  # while it is
    time_suspended = models.DurationField(default=timedelta)  # since it was accepted: working time that stood still
    suspend_reason = models.ForeignKey(SuspendReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdraw_reason = models.ForeignKey(
        WithdrawReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    return_reason = models.ForeignKey(ReturnReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    return_statement = models.TextField("What the officer is told", max_length=4000, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="referrals_referral_status_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.WITHDRAWN])
                | Q(
                    submitted_at__isnull=False,
                    offence__isnull=False,
                    disposal__isnull=False,
                    district__isnull=False,
                    hours_set__isnull=False,
                ),
                name="referrals_referral_submitted_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.ACTIVE, Status.SUSPENDED, Status.COMPLETED, Status.RETURNED])
                | Q(decided_at__isnull=False, provider__isnull=False),
                name="referrals_referral_accepted_has_a_provider",
            ),
            models.CheckConstraint(
                condition=Q(status__in=lifecycle.CLOSED, closed_at__isnull=False)
                | (~Q(status__in=lifecycle.CLOSED) & Q(closed_at__isnull=True)),
                name="referrals_referral_closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SUBMITTED, decision_due_at__isnull=False)
                | (~Q(status=Status.SUBMITTED) & Q(decision_due_at__isnull=True)),
                name="referrals_referral_due_while_awaited",
            ),
            models.CheckConstraint(
                condition=Q(gravity_score__isnull=True) | Q(gravity_score__range=(1, 5)),
                name="referrals_referral_gravity_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(hours_set__isnull=True) | Q(hours_set__range=(1, 300)),
                name="referrals_referral_hours_1_to_300",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "status", "submitted_at", "id"], name="referrals_queue"),
            models.Index(fields=["force", "decision_due_at", "id"], name="referrals_due"),
            models.Index(fields=["force", "submitted_at"], name="referrals_submitted"),
            models.Index(fields=["force", "closed_at"], name="referrals_closed"),
            models.Index(fields=["provider", "status", "decided_at", "id"], name="referrals_caseload"),
            models.Index(fields=["provider", "closed_at"], name="referrals_caseload_closed"),
            models.Index(fields=["referred_by", "-created_at"], name="referrals_mine"),
        ]

    def __str__(self):
        return self.reference

    def refuse(self, transition) -> str:
        """Why this step cannot be taken now, for the person who tried."""
        return lifecycle.refusal(self, transition)

    def may(self, permission: str) -> bool:
        """Whether a role in which the user opened this case grants the permission; the case was fetched by
        with_permissions_of(user)."""
        return not GRANTS[permission].isdisjoint(self.opened_as)  # type: ignore[attr-defined]

    @property
    def hidden(self) -> bool:
        """Whether this person sees the case in a list and may not open it; fetched by with_permissions_of()."""
        return not any(self.opened_as)  # type: ignore[attr-defined]

    @property
    def participant_was_under_18(self) -> bool | None:
        """Whether the participant is a young person: under 18 when referred (or now, for a draft). None if unknown."""
        from referrals import rules

        day = timezone.localdate(self.submitted_at or self.updated_at)
        return rules.age_on(self.participant.date_of_birth, day) < 18 if self.participant.date_of_birth else None


class Milestone(models.Model):
    """A fact that a stage told the case. What unlocks the next stage, and what timeliness is measured between."""

    class Kind(models.TextChoices):
        FIRST_CONTACT = "first_contact", "First contact"
        ASSESSED = "assessed", "Assessment completed"
        WORKSHOP_ATTENDED = "workshop_attended", "Workshop attended"
        FIRST_WORK_SESSION = "first_work_session", "First work session"
        HOURS_COMPLETED = "hours_completed", "Hours completed"
        RJ_FACILITATED = "rj_facilitated", "Restorative justice facilitated"

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="milestones")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind"], name="referrals_milestone_once")]
        indexes = [models.Index(fields=["kind", "at"], name="referrals_milestone_kind_at")]

    def __str__(self):
        return self.get_kind_display()
