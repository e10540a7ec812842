"""The trail's three tables. The application's database role may only read them: rows are written by functions that
belong to the owner (audit/sql/), so they can be neither forged nor changed by the application."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from audit.querysets import ChangeQuerySet, EventQuerySet


class Act(models.TextChoices):
    """What kind of processing an event was: the list of the Data Protection Act 2018, section 62, and sign-in."""

    COLLECTION = "collection", "Collected"
    ALTERATION = "alteration", "Changed"
    CONSULTATION = "consultation", "Read"
    DISCLOSURE = "disclosure", "Disclosed"
    COMBINATION = "combination", "Combined"
    ERASURE = "erasure", "Erased"
    SIGN_IN = "sign_in", "Signed in or out"


class Event(models.Model):
    """One thing somebody did or read. Written by audit.trail.record() only."""

    txid = models.BigIntegerField()
    at = models.DateTimeField()
    act = models.CharField(max_length=12, choices=Act)
    kind = models.CharField(max_length=60)
    actor = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=120, blank=True)
    case = models.UUIDField(null=True)  # no foreign key: the trail lies below the case and outlives its erasure
    ids = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)
    ip = models.GenericIPAddressField(null=True)
    organisation = models.BigIntegerField(null=True)  # whose it is: audit/sql/functions.sql looks it up

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-at"], name="audit_event_case_at"),
            models.Index(fields=["-at", "-id"], name="audit_event_at"),
            models.Index(fields=["actor", "-at"], name="audit_event_actor_at"),
            models.Index(fields=["txid", "id"], name="audit_event_txid"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"


class Change(models.Model):
    """What one row was and became. Written by the trigger on every table that holds case data.

    The event of the same txid says who did it; a change with no such event was made outside the application's verbs.
    """

    txid = models.BigIntegerField()
    at = models.DateTimeField()
    table = models.CharField(max_length=63)
    row = models.CharField(max_length=64)
    case = models.UUIDField(null=True)
    op = models.CharField(max_length=6)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    db_role = models.CharField(max_length=63)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["table", "row", "id"], name="audit_change_row"),
            models.Index(fields=["case", "id"], name="audit_change_case"),
            models.Index(fields=["txid", "id"], name="audit_change_txid"),
            BrinIndex(fields=["at"], name="audit_change_at"),
        ]

    def __str__(self):
        return f"{self.op} {self.table} {self.row}"


class Seal(models.Model):
    """A hash over every entry of the transactions from_txid <= txid < to_txid, chained to the seal before."""

    at = models.DateTimeField()
    from_txid = models.BigIntegerField(unique=True)  # no two seals follow the same one
    to_txid = models.BigIntegerField()
    entries = models.IntegerField()
    leaves = models.BinaryField()  # 32 bytes an entry, in the order of audit_leaves()
    digest = models.BinaryField()  # sha256(digest of the seal before || leaves)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"Seal {self.pk}: {self.entries} entries"
