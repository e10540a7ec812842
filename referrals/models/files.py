"""What the database keeps of a file whose bytes lie in the storage."""

from django.conf import settings
from django.db import models


class KeptFile(models.Model):
    """A file that somebody added: its bytes are served only through a permission check, as an attachment. Whoever
    inherits says in `file` where they lie: below FOLDER, in one of 256 folders."""

    FOLDER: str

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", "Not scanned for viruses"
        CLEAN = "clean", "Scanned: no virus found"

    filename = models.CharField(max_length=160, help_text="The name that the uploader's file had, made safe.")
    media_type = models.CharField(max_length=100, help_text="What the bytes are, not what the name says.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=12, choices=Scan, default=Scan.NOT_SCANNED)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        abstract = True

    @classmethod
    def kept(cls):
        """The rows whose bytes the storage must have."""
        return cls._default_manager.all()
