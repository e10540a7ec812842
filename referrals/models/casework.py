"""What gathers round a case while people work on it: documents, notes, tasks."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from referrals.models.files import KeptFile
from referrals.models.people import Victim
from referrals.models.referral import Referral
from referrals.querysets import DocumentQuerySet, NoteQuerySet, TaskQuerySet

USER = settings.AUTH_USER_MODEL


def random_name(document, filename) -> str:
    """Where a document's bytes are kept: a name that tells nothing and that nobody can guess."""
    key = uuid.uuid4().hex
    return f"documents/{key[:2]}/{key}"


class Document(KeptFile):
    """A file of a case."""

    FOLDER = "documents"

    class Kind(models.TextChoices):
        STATEMENT = "statement", "Statement"
        PHOTOGRAPH = "photograph", "Photograph"
        DISPOSAL = "disposal", "Disposal form"
        CONSENT = "consent", "Signed consent"
        CERTIFICATE = "certificate", "Certificate of a course"
        REPORT = "report", "Report at the end of a placement"  # made by the system, never added
        OTHER = "other", "Something else"

    ADDED = [choice for choice in Kind.choices if choice[0] != "report"]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField("What it is", max_length=120)
    file = models.FileField(upload_to=random_name, max_length=120)
    # A statement may name the victim, so the provider sees a document only where somebody said that it may.
    for_provider = models.BooleanField("The provider may see it", default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_because = models.CharField(max_length=200, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_because="")),
                name="referrals_document_removed_by_somebody",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="referrals_document_is_not_empty"),
        ]
        indexes = [
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False) & ~Q(file=""),
                name="referrals_document_to_erase",
            )
        ]

    def __str__(self):
        return self.title

    @classmethod
    def kept(cls):
        return cls.objects.filter(removed_at=None)


class Note(models.Model):
    """What somebody wrote about a case. It stays as it was written; once marked sensitive it stays so."""

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(max_length=4000)
    sensitive = models.BooleanField(default=False)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"Note of {self.at:%Y-%m-%d %H:%M}"


class Task(models.Model):
    """Something to do in a case by a day: made by a rule when its time comes, or by hand."""

    class Kind(models.TextChoices):
        FIRST_CONTACT = "first_contact", "First contact with the participant"
        RJ_INFORMATION = "rj_information", "Tell the victim about restorative justice"
        VICTIM_UPDATE = "victim_update", "Tell the victim what has happened"
        BY_HAND = "by_hand", "By hand"

    class Team(models.TextChoices):
        """Whose task it is while nobody in particular has it."""

        OFFICERS = "officers", "The officers on the case"
        TRIAGE = "triage", "The triage team"
        PROVIDER = "provider", "The provider"

    case = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=20, choices=Kind)
    what = models.CharField("What is to be done", max_length=200)
    victim = models.ForeignKey(Victim, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    due_on = models.DateField()
    team = models.CharField(max_length=10, choices=Team)
    assigned_to = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")  # None: a rule
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField("What was done", max_length=500, blank=True)
    not_needed = models.BooleanField(default=False)  # ended without being done, because the case no longer asks for it

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "victim"],
                condition=Q(done_at__isnull=True) & ~Q(kind="by_hand"),
                nulls_distinct=False,
                name="referrals_task_of_a_rule_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="by_hand", made_by__isnull=False) | ~Q(kind="by_hand"),
                name="referrals_task_made_by_somebody_or_a_rule",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "due_on"], name="referrals_task_case"),
            models.Index(
                fields=["assigned_to", "due_on"], condition=Q(done_at__isnull=True), name="referrals_task_open_mine"
            ),
            models.Index(
                fields=["team", "due_on"],
                condition=Q(done_at__isnull=True, assigned_to__isnull=True),
                name="referrals_task_open_team",
            ),
        ]

    def __str__(self):
        return self.what
