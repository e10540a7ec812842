"""The places that host community work, their papers, and what people suggest."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from placements import lifecycle
from placements.lifecycle import NominationStatus, SiteStatus
from placements.models.reference import Activity, NominationDeclineReason
from placements.querysets import NominationQuerySet, SiteQuerySet
from referrals.models import District
from referrals.models.files import KeptFile

USER = settings.AUTH_USER_MODEL


class Site(models.Model):
    """A place that hosts community work."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField("Beneficiary", max_length=120)
    address = models.CharField(max_length=250)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    description = models.TextField(max_length=1000, blank=True)
    capacity = models.PositiveSmallIntegerField("Places at a time", validators=[MinValueValidator(1)])
    days_open = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]), default=list
    )  # 0 = Monday
    # On each of these days; where they are not given, at any hour.
    opens_at = models.TimeField("Takes people from", null=True, blank=True)
    closes_at = models.TimeField("Takes people until", null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True)
                | Q(opens_at__isnull=False, closes_at__isnull=False, closes_at__gt=F("opens_at")),
                name="placements_site_closes_after_it_opens",
            ),
        ]

    def __str__(self):
        return self.name

    def refuse(self, transition) -> str:
        return lifecycle.site_refusal(self, transition)


def paper_name(paper, filename) -> str:
    """Where a paper's bytes are kept: a name that tells nothing and that nobody can guess."""
    key = uuid.uuid4().hex
    return f"papers/{key[:2]}/{key}"


class SitePaper(KeptFile):
    """The file of a site's risk assessment or of its insurance. The dates stand on the site; a newer paper of the same
    kind takes the place of this one, which is kept."""

    FOLDER = "papers"

    class Kind(models.TextChoices):
        RISK_ASSESSMENT = "risk_assessment", "Risk assessment"
        INSURANCE = "insurance", "Public liability insurance"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=15, choices=Kind)
    file = models.FileField(upload_to=paper_name, max_length=120)
    valid_until = models.DateField(help_text="Until when it holds: the review of the assessment, the insurance's end.")

    class Meta:
        ordering = ["-added_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="placements_paper_is_not_empty")]

    def __str__(self):
        return f"{self.get_kind_display()} of {self.site}"


class Nomination(models.Model):
    """Work for the community that somebody suggested, without an account. Who suggested it is known only where they
    wish to hear what became of it, and is erased some time after they were told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="nominations")
    what = models.TextField("What needs doing?", max_length=1000)
    where = models.CharField("Where?", max_length=250)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    who_benefits = models.CharField("Who would benefit?", max_length=250, blank=True)
    from_name = models.CharField("Your name", max_length=120, blank=True)
    from_email = models.EmailField("Your email address", max_length=254, blank=True)
    sent_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=NominationStatus, default=NominationStatus.NEW)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.ForeignKey(
        NominationDeclineReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField("For colleagues", max_length=500, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="nominations")
    # The answer to the nominator, as for every message: claimed before it is handed over.
    answer = models.TextField(max_length=2000, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    contact_erased_at = models.DateTimeField(null=True, blank=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=NominationStatus.values), name="placements_nomination_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="new", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(status="new") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="placements_nomination_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | Q(decline_reason__isnull=False),
                name="placements_nomination_declined_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(site__isnull=False), name="placements_nomination_became_a_site"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(claimed_at__isnull=False),
                name="placements_nomination_claimed_first",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "-sent_at"], name="placements_nomination_list"),
            models.Index(
                fields=["decided_at"],
                condition=Q(decided_at__isnull=False, answered_at__isnull=True) & ~Q(from_email=""),
                name="placements_nomination_answers",
            ),
        ]

    def __str__(self):
        return f"Suggestion of {self.sent_at:%-d %B %Y}"

    def refuse(self, transition) -> str:
        return lifecycle.nomination_refusal(self, transition)
