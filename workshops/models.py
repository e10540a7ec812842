"""The nouns of the workshop."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Organisation
from referrals.models import AttendanceOutcome, District, Referral
from referrals.models.reference import Code
from workshops import lifecycle
from workshops.lifecycle import BookingStatus, SessionStatus
from workshops.querysets import BookingQuerySet, SessionQuerySet


class SessionCancelReason(Code):
    """Why a session did not take place."""


class Programme(Code):
    """A workshop that is taught again and again, such as ASB awareness."""


class Session(models.Model):
    """One workshop on one day, for adults or for young people, never both."""

    class Audience(models.TextChoices):
        ADULTS = "adults", "Adults"
        YOUNG_PEOPLE = "young_people", "Young people"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="sessions")
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField("Place, or how to join online", max_length=250)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    audience = models.CharField(max_length=12, choices=Audience)
    capacity = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    places_taken = models.PositiveSmallIntegerField(default=0)
    facilitator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="workshops")
    status = models.CharField(max_length=10, choices=SessionStatus, default=SessionStatus.PLANNED)
    cancel_reason = models.ForeignKey(
        SessionCancelReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SessionStatus.values), name="workshops_session_status_is_known"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="workshops_session_ends_after_start"),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, places_taken__lte=F("capacity")), name="workshops_session_never_overfull"
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | Q(cancel_reason__isnull=False),
                name="workshops_cancelled_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "starts_at"], name="workshops_session_when"),
            models.Index(fields=["facilitator", "starts_at"], name="workshops_session_mine"),
        ]

    def __str__(self):
        return f"{self.programme}, {timezone.localtime(self.starts_at):%-d %B %Y}"

    @property
    def when(self) -> str:
        start, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        return f"{start:%A %-d %B %Y}, {start:%H:%M} to {end:%H:%M}"

    @property
    def day(self):
        """The date that ages are taken on."""
        return timezone.localdate(self.starts_at)

    @property
    def places_left(self) -> int:
        return self.capacity - self.places_taken

    def refuse(self, transition) -> str:
        return lifecycle.session_refusal(self, transition)


class Booking(models.Model):
    """One case on one session, and whether the person came."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="bookings")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="bookings")
    status = models.CharField(max_length=16, choices=BookingStatus, default=BookingStatus.BOOKED)
    waitlisted_at = models.DateTimeField(null=True, blank=True)
    booked_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.ForeignKey(AttendanceOutcome, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=BookingStatus.values), name="workshops_booking_status_is_known"
            ),
            models.UniqueConstraint(
                fields=["case", "session"], condition=~Q(status="cancelled"), name="workshops_booking_once_a_session"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status__in=["waitlisted", "booked"]), name="workshops_booking_one_ahead"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["attended", "did_not_attend"], outcome__isnull=False, recorded_at__isnull=False)
                | (~Q(status__in=["attended", "did_not_attend"]) & Q(outcome__isnull=True)),
                name="workshops_booking_outcome_when_recorded",
            ),
        ]
        indexes = [models.Index(fields=["session", "status"], name="workshops_booking_register")]

    def __str__(self):
        return f"{self.case} on {self.session}"

    def is_ahead(self, now) -> bool:
        """One of those that BookingQuerySet.ahead() finds."""
        waits = self.status == BookingStatus.WAITLISTED and self.session.starts_at > now
        return self.status == BookingStatus.BOOKED or waits

    def refuse(self, transition) -> str:
        return lifecycle.booking_refusal(self, transition)


class FeedbackResponse(models.Model):
    """What one person said of the workshop: for each statement agree, disagree, or rather not say (null)."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="feedback")
    wording = models.CharField("Version of the statements", max_length=10)
    better_understanding_of_asb = models.BooleanField(null=True)
    would_handle_situations_differently = models.BooleanField(null=True)
    acknowledged_harm_and_took_responsibility = models.BooleanField(null=True)
    workshop_beneficial = models.BooleanField(null=True)
    positive_experience_overall = models.BooleanField(null=True)
    comment = models.TextField(max_length=2000, blank=True)
    may_be_quoted = models.BooleanField(default=False)
    given_at = models.DateTimeField()

    def __str__(self):
        return f"Feedback of {self.given_at:%-d %B %Y}"
