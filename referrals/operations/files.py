"""What every kind of kept file needs: bytes that are recognised and scanned before they are kept, that leave as they
came, and a storage that has what the rows name.

Bytes and rows cannot be written at once, so their order decides what a crash leaves behind: the bytes are stored first,
then the row. A process killed in between leaves bytes without a row, which nobody can reach (check_documents finds
them)."""

import hashlib
import logging
from contextlib import contextmanager
from itertools import groupby

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models.functions import Substr

from audit.trail import Refusal, record
from referrals import filetypes, lifecycle, scanning
from referrals.models.files import KeptFile

logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024


class NotScanned(Refusal):
    """The scanner did not answer, so nothing is kept."""

    status = 503


class VirusFound(Refusal):
    pass


class BytesLost(Refusal):
    """The storage does not give the bytes that were put into it."""

    status = 503


def look_at(upload, *, by, case=None, ids=()) -> dict:
    """What a row of the file says: its name made safe, what the bytes are, their size, checksum and scan.

    Refused over the limit of size, for a kind of file that is not kept or whose name and content disagree, when a virus
    is found (which goes to the trail, of `case` or `ids`), and while the scanner does not answer."""
    size = upload.size
    if size > settings.LARGEST_FILE_MB * MEGABYTE:
        raise Refusal(
            f"The file is {size / MEGABYTE:.1f} MB. It must be {settings.LARGEST_FILE_MB} MB or smaller: make the "
            "picture smaller, or split the document.",
            "file",
        )
    found = filetypes.recognise(upload, upload.name, size)
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    return {
        "filename": filetypes.safe_name(upload.name, found),
        "media_type": found.media_type,
        "size": size,
        "sha256": digest,
        "scan": _scanned(upload, by, case, ids, digest),
    }


def _scanned(upload, by, case, ids, digest) -> str:
    if not settings.CLAMD_URL:
        return KeptFile.Scan.NOT_SCANNED
    try:
        signature = scanning.signature_in(upload, settings.CLAMD_URL)
    except scanning.NoAnswer as fault:
        logger.error("a document was refused, since clamd did not scan it: %s", fault)
        raise NotScanned(
            "The file cannot be scanned for viruses right now, so it was not kept. Try again in a few minutes; if it "
            "still cannot be scanned, tell the service desk.",
            "file",
        ) from None
    if not signature:
        return KeptFile.Scan.CLEAN
    record(lifecycle.VIRUS_FOUND, by=by, case=case, ids=ids, signature=signature, sha256=digest)
    raise VirusFound(
        f"A virus was found in this file ({signature}), so it was not kept. Do not open it again: leave the computer "
        "or phone that it is on as it is, and tell the service desk now.",
        "file",
    )


@contextmanager
def stored(upload, model):
    """The bytes lie in the storage, under the name that is given, for a row of this model. Where what follows fails,
    they are gone again."""
    name = default_storage.save(model._meta.get_field("file").upload_to(None, ""), upload)
    try:
        yield name
    except BaseException:
        # The answer to a COMMIT can get lost: the bytes go only if there is no row that has them.
        if not model.objects.filter(file=name).exists():
            default_storage.delete(name)
        raise


def as_added(row):
    """The open file, if the storage has the bytes that were added; else refused (BytesLost)."""
    what = row._meta.verbose_name
    try:
        file = default_storage.open(str(row.file))
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        logger.error("%s %s cannot be read: %s", what, row.pk, fault)
        raise _lost(row) from None
    if digest != row.sha256:
        file.close()
        logger.error("%s %s: its bytes are not those that were added", what, row.pk)
        raise _lost(row)
    file.seek(0)
    return file


def _lost(row) -> BytesLost:
    return BytesLost(
        "The file cannot be read from where it is kept. Try again in a few minutes; if it still cannot be read, tell "
        f"the service desk: {row._meta.verbose_name} {row.pk}."
    )


def kinds() -> list[type[KeptFile]]:
    """Every model of a kept file, each with a folder of its own."""
    return [model for model in apps.get_models() if issubclass(model, KeptFile)]


def compare_storage(*, older_than):
    """(rows without their bytes, bytes without a row), as names in the storage; of the latter those stored before
    `older_than`, so that an upload under way is not taken for one. One folder at a time, however many there are."""
    lost: list[str] = []
    orphaned: list[str] = []
    for model in kinds():
        _compare(model, lost, orphaned, older_than)
    return lost, orphaned


def _compare(model, lost, orphaned, older_than):
    try:
        folders = set(default_storage.listdir(model.FOLDER)[0])
    except FileNotFoundError:
        folders = set()
    rows = model.kept().annotate(folder=Substr("file", len(model.FOLDER) + 2, 2))
    by_folder = groupby(rows.order_by("folder").values_list("folder", "file").iterator(), key=lambda row: row[0])
    expected = ((folder, {name for _, name in names}) for folder, names in by_folder)
    seen = set()
    for folder, names in expected:
        seen.add(folder)
        there = _stored_in(f"{model.FOLDER}/{folder}") if folder in folders else set()
        lost += sorted(names - there)
        orphaned += _older(there - names, older_than)
    for folder in sorted(folders - seen):
        orphaned += _older(_stored_in(f"{model.FOLDER}/{folder}"), older_than)


def _stored_in(folder) -> set[str]:
    return {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}


def _older(names, moment) -> list[str]:
    return sorted(name for name in names if default_storage.get_modified_time(name) < moment)


def delete_orphans(names) -> None:
    """The bytes under these names are gone, unless a row has come to have them."""
    for name in names:
        if not any(model.kept().filter(file=name).exists() for model in kinds()):
            default_storage.delete(name)
