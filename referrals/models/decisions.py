"""What was decided about a case, and what was asked on the way."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from referrals.models.reference import DeclineReason
from referrals.models.referral import Referral
from referrals.querysets import OverrideRequestQuerySet

USER = settings.AUTH_USER_MODEL


class Decision(models.Model):
    """A triager's decision to accept or decline. A reopened case may be decided again."""

    class Outcome(models.TextChoices):
        ACCEPT = "accept", "Accepted"
        DECLINE = "decline", "Declined"

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.ForeignKey(DeclineReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    redirected_to = models.CharField(max_length=120, blank=True)
    rationale = models.TextField(max_length=2000)
    checklist = models.JSONField(default=list, help_text="The eligibility findings as they stood at the decision.")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="accept") | Q(reason__isnull=False), name="referrals_decline_has_a_reason"
            )
        ]

    def __str__(self):
        return self.get_outcome_display()


class Query(models.Model):
    """A question from the triage team to the officer. The triage clock stops until it is answered."""

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="queries")
    question = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # when the officer was last reminded of it

    class Meta:
        ordering = ["asked_at"]
        verbose_name_plural = "queries"
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at__isnull=True), name="referrals_query_one_open"
            )
        ]

    def __str__(self):
        return self.question


class Plan(models.Model):
    """What an accepted person will do."""

    case = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="plan")
    workshop_needed = models.BooleanField(default=True)
    minutes_required = models.PositiveIntegerField()
    rj_to_explore = models.BooleanField(default=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    notes = models.TextField(max_length=2000, blank=True)

    def __str__(self):
        return f"{self.minutes_required / 60:g} hours"


class OverrideRequest(models.Model):
    """A rule that only a manager may set aside, for one case. A manager sees the case because they are asked."""

    class Kind(models.TextChoices):
        PLACE_BEFORE_WORKSHOP = "place_before_workshop", "Start community work before the workshop"
        REOPEN = "reopen", "Reopen the case"

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="override_requests")
    kind = models.CharField(max_length=30, choices=Kind)
    reason = models.TextField(max_length=1000)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    decision_reason = models.TextField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = OverrideRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(decided_at__isnull=True), name="referrals_override_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, agreed__isnull=True)
                | Q(decided_at__isnull=False, agreed__isnull=False, decided_by__isnull=False),
                name="referrals_override_decided_by_somebody",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class FurtherOffenceCheck(models.Model):
    """Whether a completed participant was recorded for a new offence within 3, 6 or 12 months of completing."""

    class Result(models.TextChoices):
        NONE = "none", "No further recorded offence"
        OFFENCE = "offence", "Further recorded offence"

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="further_offence_checks")
    months = models.PositiveSmallIntegerField(choices=[(3, "3 months"), (6, "6 months"), (12, "12 months")])
    done_on = models.DateField()
    result = models.CharField(max_length=10, choices=Result)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "months"], name="referrals_further_offence_check_once"),
            models.CheckConstraint(condition=Q(months__in=[3, 6, 12]), name="referrals_further_offence_check_months"),
        ]

    def __str__(self):
        return f"{self.months} months: {self.get_result_display()}"
