"""Mentoring, and courses that lead to qualifications."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from placements import lifecycle
from placements.lifecycle import EnrolmentStatus
from placements.models.reference import CourseLeaveReason
from placements.querysets import CourseQuerySet, EnrolmentQuerySet, MentoringQuerySet
from referrals.models import Document, Referral

USER = settings.AUTH_USER_MODEL


class MentoringContact(models.Model):
    """One time that somebody of the provider spoke with the participant as their mentor."""

    class Way(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        PHONE = "phone", "By phone"
        VIDEO = "video", "By video call"

    class Outcome(models.TextChoices):
        TOOK_PLACE = "took_place", "It took place"
        DID_NOT_COME = "did_not_come", "They did not come, or did not answer"
        CANCELLED = "cancelled", "It was cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="mentoring_contacts")
    mentor = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(validators=[MaxValueValidator(600)])  # 0 unless it took place
    way = models.CharField("How", max_length=10, choices=Way)
    outcome = models.CharField(max_length=12, choices=Outcome)
    about = models.TextField("What it was about", max_length=2000, blank=True)
    next_step = models.CharField("What comes next", max_length=300, blank=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = MentoringQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="took_place", minutes__gt=0) | (~Q(outcome="took_place") & Q(minutes=0)),
                name="placements_mentoring_minutes_if_it_took_place",
            ),
            models.UniqueConstraint(fields=["case", "starts_at"], name="placements_mentoring_once_a_time"),
        ]
        indexes = [models.Index(fields=["starts_at"], name="placements_mentoring_when")]

    def __str__(self):
        return f"Mentoring on {self.starts_at:%-d %B %Y}"


class Course(models.Model):
    """A course that the provider offers."""

    class Level(models.TextChoices):
        NONE = "none", "No level"
        ENTRY = "entry", "Entry level"
        ONE = "1", "Level 1"
        TWO = "2", "Level 2"
        THREE = "3", "Level 3"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="courses")
    title = models.CharField(max_length=120)
    awarding_body = models.CharField(max_length=120, blank=True)  # blank: it leads to no qualification
    level = models.CharField(max_length=6, choices=Level, default=Level.NONE)
    online = models.BooleanField("Learnt online", default=False)
    sessions = models.PositiveSmallIntegerField("Number of sessions", validators=[MinValueValidator(1)])
    offered = models.BooleanField("People can be enrolled", default=True)
    version = models.PositiveIntegerField(default=1)

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "title", "awarding_body", "level"], name="placements_course_once"
            ),
            models.CheckConstraint(condition=Q(sessions__gte=1), name="placements_course_has_sessions"),
        ]

    def __str__(self):
        return self.title


class Enrolment(models.Model):
    """One case on one course, and what came of it. What the course was called, who awarded it and at what level stand
    here as they were when the result was recorded."""

    class Result(models.TextChoices):
        PASSED = "passed", "Passed"
        ATTENDED = "attended", "Attended: there is no test"
        NOT_PASSED = "not_passed", "Not passed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    status = models.CharField(max_length=10, choices=EnrolmentStatus, default=EnrolmentStatus.ENROLLED)
    enrolled_on = models.DateField()
    enrolled_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=10, choices=Result, blank=True)
    result_on = models.DateField(null=True, blank=True)
    qualification = models.CharField("Qualification gained", max_length=120, blank=True)
    awarding_body = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=6, choices=Course.Level, blank=True)
    certificate_number = models.CharField(max_length=60, blank=True)
    certificate = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    leave_reason = models.ForeignKey(
        CourseLeaveReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=EnrolmentStatus.values), name="placements_enrolment_status_is_known"
            ),
            models.CheckConstraint(
                condition=(Q(status="finished", result_on__isnull=False) & ~Q(result=""))
                | (~Q(status="finished") & Q(result="", result_on__isnull=True, qualification="")),
                name="placements_enrolment_result_when_finished",
            ),
            models.CheckConstraint(
                condition=Q(qualification="") | Q(result="passed"), name="placements_enrolment_qualified_if_passed"
            ),
            models.CheckConstraint(
                condition=~Q(status="left") | Q(leave_reason__isnull=False),
                name="placements_enrolment_left_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["case", "course"], condition=Q(status="enrolled"), name="placements_enrolled_once"
            ),
        ]
        indexes = [
            models.Index(fields=["result_on"], condition=~Q(qualification=""), name="placements_qualified_on"),
        ]

    def __str__(self):
        return f"{self.case} on {self.course}"

    def refuse(self, transition) -> str:
        return lifecycle.enrolment_refusal(self, transition)


class CourseSession(models.Model):
    """One time that somebody learnt on a course: in a room, or online. What of it counts towards the order, the ledger
    says."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="course_sessions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="learnt")
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(720)])
    online = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    # Taken back, with the reason: it was recorded by mistake. Its lines are reversed.
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_because = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["on", "recorded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="placements_course_session_has_minutes"),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True, taken_back_because="")
                | (Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(taken_back_because="")),
                name="placements_course_session_taken_back_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "on"],
                condition=Q(taken_back_at__isnull=True),
                name="placements_course_session_once_a_day",
            ),
        ]

    def __str__(self):
        return f"{self.enrolment} on {self.on:%-d %B %Y}"
