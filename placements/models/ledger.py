"""The hours of a case: the lines, and the account that the database keeps as their sum."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from placements.models.learning import CourseSession
from placements.models.reference import AdjustmentReason
from placements.models.sites import Site
from placements.models.work import WorkSession
from placements.querysets import HoursLineQuerySet
from referrals.models import Referral

USER = settings.AUTH_USER_MODEL


class HoursAccount(models.Model):
    """The balance of one case, in minutes. A trigger of the database keeps it from the lines; the application's role
    can only read it (docs/decisions/0034).

    required = the lines to the order; credited = those to work and to courses; by_courses = those to courses.
    """

    case = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="hours_account")
    minutes_required = models.PositiveIntegerField()
    minutes_credited = models.PositiveIntegerField(default=0)
    minutes_by_courses = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes_credited__lte=F("minutes_required")),
                name="placements_never_credited_above_the_order",
            ),
            models.CheckConstraint(
                condition=Q(minutes_by_courses__lte=F("minutes_credited")),
                name="placements_courses_are_a_part_of_the_credit",
            ),
        ]

    def __str__(self):
        return f"{self.minutes_credited} of {self.minutes_required} minutes"

    @property
    def minutes_left(self) -> int:
        return self.minutes_required - self.minutes_credited

    @property
    def minutes_by_work(self) -> int:
        return self.minutes_credited - self.minutes_by_courses


class HoursLine(models.Model):
    """One line of the ledger: it moves minutes to one account out of another, so that no line can be out of balance.
    Lines are added, never changed: a mistake is reversed by a line of its own."""

    class Kind(models.TextChoices):
        ORDER = "order", "Order set"
        ADJUSTMENT = "adjustment", "Order adjusted"
        CREDIT = "credit", "Work reported"
        COURSE = "course", "Course reported"
        REVERSAL = "reversal", "Reversed"

    class Account(models.TextChoices):
        ORDER = "order", "To do"
        WORK = "work", "Credited for work"
        COURSE = "course", "Credited for courses"
        BREAK = "break", "Break"
        PENALTY = "penalty", "Penalty"
        BEYOND = "beyond", "Beyond what can be credited"

    class Against(models.TextChoices):
        POLICE = "police", "Set by the police"
        ADJUSTED = "adjusted", "Adjusted by hand"
        REPORTED = "reported", "Reported by the provider"

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="hours_lines")
    kind = models.CharField(max_length=10, choices=Kind)
    account = models.CharField(max_length=10, choices=Account)
    against = models.CharField(max_length=10, choices=Against)
    on = models.DateField()
    minutes = models.IntegerField()
    work_session = models.ForeignKey(WorkSession, on_delete=models.PROTECT, null=True, blank=True, related_name="lines")
    course_session = models.ForeignKey(
        CourseSession, on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    adjustment_reason = models.ForeignKey(
        AdjustmentReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.CharField("Who of the police decided", max_length=120, blank=True)
    reason = models.CharField(max_length=250, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = HoursLineQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(minutes=0), name="placements_line_moves_something"),
            models.CheckConstraint(
                condition=(
                    Q(kind="order", account="order", against="police", adjustment_reason__isnull=True)
                    & Q(work_session__isnull=True, course_session__isnull=True, reverses__isnull=True)
                    & ~Q(decided_by="")
                )
                | (
                    Q(kind="adjustment", account="order", against="adjusted", adjustment_reason__isnull=False)
                    & Q(work_session__isnull=True, course_session__isnull=True, reverses__isnull=True)
                    & ~Q(reason="")
                )
                | Q(
                    kind="credit", account__in=["work", "break", "penalty", "beyond"], against="reported",
                    minutes__gt=0, work_session__isnull=False, site__isnull=False, course_session__isnull=True,
                    reverses__isnull=True, adjustment_reason__isnull=True,
                )
                | Q(
                    kind="course", account__in=["course", "beyond"], against="reported", minutes__gt=0,
                    course_session__isnull=False, work_session__isnull=True, reverses__isnull=True,
                    adjustment_reason__isnull=True,
                )
                | (
                    Q(kind="reversal", against="reported", minutes__lt=0, reverses__isnull=False)
                    & Q(adjustment_reason__isnull=True)
                    & ~Q(reason="")
                ),
                name="placements_line_is_whole",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["on"], name="placements_line_on")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.minutes} minutes"
