"""The nouns of restorative justice."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from referrals.models import Referral, Victim
from referrals.models.reference import Code
from restorative import lifecycle
from restorative.lifecycle import Stage
from restorative.querysets import ProcessQuerySet

USER = settings.AUTH_USER_MODEL


class ProcessKind(Code):
    """How the parties meet or speak: directly, or through the practitioner."""

    is_direct = models.BooleanField(default=False)


class NotProceededReason(Code):
    """Why a process was closed without being carried through."""


class Process(models.Model):
    """One restorative justice process between one victim and the participant of one case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="rj_processes")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="rj_processes")
    kind = models.ForeignKey(ProcessKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, choices=Stage, default=Stage.IDENTIFIED)
    practitioner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="rj_processes")
    harm_acknowledged = models.BooleanField(default=False)
    risk_assessment = models.TextField(max_length=4000, blank=True)
    preparation = models.TextField(max_length=4000, blank=True)
    identified_at = models.DateTimeField()
    offered_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    facilitated_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    not_proceeded_reason = models.ForeignKey(
        NotProceededReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    victim_satisfied = models.BooleanField(null=True, blank=True)
    participant_satisfied = models.BooleanField(null=True, blank=True)

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "processes"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Stage.values), name="restorative_process_status_is_known"),
            models.CheckConstraint(
                condition=~Q(status__in=lifecycle.FACILITATED_OR_LATER)
                | Q(facilitated_on__isnull=False, kind__isnull=False, harm_acknowledged=True),
                name="restorative_never_without_acknowledged_harm",
            ),
            models.UniqueConstraint(
                fields=["case", "victim"],
                condition=~Q(status__in=lifecycle.OVER),
                name="restorative_one_open_process_a_victim",
            ),
        ]
        indexes = [
            models.Index(fields=["practitioner", "status"], name="restorative_mine"),
            models.Index(fields=["facilitated_on"], name="restorative_facilitated"),
        ]

    def __str__(self):
        return f"Restorative justice in {self.case}"

    def refuse(self, transition) -> str:
        return lifecycle.refusal(self, transition)


class Contact(models.Model):
    """A conversation with one of the parties."""

    class Party(models.TextChoices):
        VICTIM = "victim", "The victim"
        PARTICIPANT = "participant", "The participant"
        OTHER = "other", "Somebody else"

    class How(models.TextChoices):
        PHONE = "phone", "Telephone"
        VISIT = "visit", "Visit"
        LETTER = "letter", "Letter or email"
        ONLINE = "online", "Online"

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="contacts")
    party = models.CharField(max_length=12, choices=Party)
    how = models.CharField(max_length=8, choices=How)
    at = models.DateTimeField()
    notes = models.TextField(max_length=4000)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at"]

    def __str__(self):
        return f"{self.get_how_display()}, {self.get_party_display().lower()}"


class AgreementItem(models.Model):
    """One thing that was agreed: who does what, by when."""

    class Kind(models.TextChoices):
        APOLOGY = "apology", "Apology"
        REPAIR = "repair", "Repair"
        PAYMENT = "payment", "Payment"
        COMMUNITY_WORK = "community_work", "Community work"
        OTHER = "other", "Other"

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="agreement_items")
    kind = models.CharField(max_length=15, choices=Kind)
    description = models.CharField(max_length=500)
    responsible = models.CharField("Who is responsible", max_length=120)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.description}"
