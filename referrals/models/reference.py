"""Reference data: code lists that change without a release. A retired code gets a valid_to; old cases keep it."""

from django.db import models
from django.db.models import Q


class CodeQuerySet(models.QuerySet):
    def valid_on(self, day):
        """The codes that may be chosen on a day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class Code(models.Model):
    """A row of a code list. The code itself is the key, so that exports and foreign keys read as words."""

    code = models.CharField(max_length=40, primary_key=True)
    label = models.CharField(max_length=120)
    hint = models.CharField(max_length=250, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "label"]

    def __str__(self):
        return self.label


class District(Code):
    """A district of Derbyshire, or Derby city."""


class Offence(Code):
    """A crime or a type of anti-social behaviour."""

    is_crime = models.BooleanField(default=True)


class Disposal(Code):
    """How the police dealt with the matter."""

    needs_admission = models.BooleanField(default=True)
    children_only = models.BooleanField(default=False)
    adults_only = models.BooleanField(default=False)


class CommunityRemedyOption(Code):
    """What a victim may wish for: the options of the county's Community Remedy document."""


class Ethnicity(Code):
    """Self-defined ethnicity, 18+1."""


class DeclineReason(Code):
    """Why the triage team did not accept a referral."""

    redirects = models.BooleanField(default=False, help_text="The referral went to somebody else, who is named.")


class WithdrawReason(Code):
    group = models.CharField(max_length=40)


class SuspendReason(Code):
    pass


class ReturnReason(Code):
    """Why a case went back to the officer."""


class AttendanceOutcome(Code):
    """What came of a booked session: whether it counts as attended, and whether it may be enforced."""

    attended = models.BooleanField(default=False)
    enforceable = models.BooleanField(default=False)


class Deadline(Code):
    """A time limit of the scheme: an amount of working days, hours or months."""

    class Unit(models.TextChoices):
        WORKING_DAYS = "working_days", "working days"
        HOURS = "hours", "hours"
        MONTHS = "months", "months"

    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12, choices=Unit)
