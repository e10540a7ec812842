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


class SchoolHoliday(Code):
    """Days on which the county's schools are closed, from its first to its last valid day."""


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
    series = models.UUIDField(null=True, blank=True, editable=False)  # sessions that were scheduled together share it
    place = models.CharField("Place, or how to join online", max_length=250)
    joining_link = models.URLField("Link to join online", max_length=300, blank=True)
    access_notes = models.CharField("Getting there and getting in", max_length=500, blank=True)
    step_free = models.BooleanField("Step-free", default=False)
    interpreter = models.CharField("Language that is interpreted", max_length=60, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    audience = models.CharField(max_length=12, choices=Audience)
    capacity = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    places_taken = models.PositiveSmallIntegerField(default=0)
    facilitator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="workshops")
    co_facilitators = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="workshops_helped_in")
    status = models.CharField(max_length=10, choices=SessionStatus, default=SessionStatus.PLANNED)
    version = models.PositiveIntegerField(default=0)  # of what it says: counted up by every change but bookings
    changed_at = models.DateTimeField(auto_now=True)
    moved_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="moved_from")
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
            models.Index(fields=["series"], condition=Q(series__isnull=False), name="workshops_session_series"),
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
    arrangements = models.CharField("How they will manage", max_length=300, blank=True)  # with needs that are not met
    outcome = models.ForeignKey(AttendanceOutcome, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    recorded_late_because = models.CharField("Why it is recorded so late", max_length=300, blank=True)

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
            models.CheckConstraint(
                condition=Q(minutes_late__isnull=True) | Q(status="attended", minutes_late__lte=180),
                name="workshops_booking_late_only_if_attended",
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

    class How(models.TextChoices):
        PAPER = "paper", "Typed in from paper"
        LINK = "link", "On their own phone"
        KIOSK = "kiosk", "On the screen at the session"

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="feedback")
    how = models.CharField("How it came", max_length=6, choices=How, default="paper")
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


class Who(models.TextChoices):
    """Who is asked what they think, without an account."""

    PARTICIPANT = "participant", "The participant"
    PARENT = "parent", "The parent or carer"
    VICTIM = "victim", "The victim"


class FeedbackLink(models.Model):
    """A link that somebody without an account may answer once. Only a digest of its secret is kept."""

    digest = models.CharField(max_length=64, unique=True)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="feedback_links")
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="feedback_links"
    )  # of a participant
    who = models.CharField(max_length=12, choices=Who)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(who="participant") | Q(booking__isnull=False), name="workshops_feedback_link_of_a_booking"
            )
        ]

    def __str__(self):
        return f"{self.get_who_display()} of {self.case}"


class Kiosk(models.Model):
    """The screen at the end of a session on which its people answer one after the other. Only a digest of its secret is
    kept; it closes by itself."""

    digest = models.CharField(max_length=64, unique=True)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="kiosks")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    def __str__(self):
        return f"Screen for {self.session}"


class Comment(models.Model):
    """What a parent or carer, or a victim, said of the scheme."""

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="comments")
    who = models.CharField(max_length=12, choices=Who)
    text = models.TextField(max_length=2000)
    may_be_quoted = models.BooleanField(default=False)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(who="participant"), name="workshops_comment_of_a_parent_or_victim")
        ]

    def __str__(self):
        return f"Comment of {self.given_at:%-d %B %Y}"


class CalendarFeed(models.Model):
    """The private address at which a calendar reads somebody’s workshops. Only a digest of its secret is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f"Calendar of {self.user}"
