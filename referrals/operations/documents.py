"""Documents of a case: kept, removed, their bytes erased.

Bytes and rows cannot be written at once, so their order decides what a crash leaves behind. Adding: the bytes first,
then the row; a process killed in between leaves bytes without a row, which nobody can reach (check_documents finds
them). Removing: the row first, then the bytes; what is left of them is erased by the next erase_removed().
"""

import hashlib
import logging
from itertools import groupby

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.functions import Substr
from django.utils import timezone

from audit.once import once
from audit.trail import IllegalMove, Refusal, record
from referrals import filetypes, lifecycle, scanning
from referrals.lifecycle import CLOSED, Status
from referrals.models import Document, Referral
from referrals.models.casework import random_name

logger = logging.getLogger(__name__)

FOLDER = "documents"
MEGABYTE = 1024 * 1024


class NotYourCase(Refusal):
    status = 403


class NotScanned(Refusal):
    """The scanner did not answer, so nothing is kept."""

    status = 503


class VirusFound(Refusal):
    pass


class BytesLost(Refusal):
    """The storage does not give the bytes that were put into it."""

    status = 503


def add_document(referral, *, by, upload, kind: str, title: str, for_provider: bool = False, key: str = "") -> Document:
    """The file is kept with the case, scanned for viruses where a scanner is configured. What a provider adds, the
    provider sees; what others add, where they say so. Sent again with the same key, it is kept once.

    Refused to whom the case does not open any more, in a closed case, over the limits of size and number, for a kind of
    file that is not kept or whose name and content disagree, where the same file is there already, when a virus is
    found (which goes to the trail), and while the scanner does not answer.
    """
    _refuse_closed(referral)
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
    fields = {
        "kind": kind,
        "title": title,
        "filename": filetypes.safe_name(upload.name, found),
        "media_type": found.media_type,
        "size": size,
        "sha256": digest,
        "for_provider": for_provider,
        "scan": _scanned(upload, referral, by, digest),
    }
    sent = [kind, title, for_provider, digest]
    name = default_storage.save(random_name(None, ""), upload)
    try:
        made, now = once(
            by=by,
            key=key,
            path=f"documents of {referral.pk}",
            sent=sent,
            make=lambda: _keep(referral, by, name, fields),
        )
    except BaseException:
        # The answer to a COMMIT can get lost: the bytes go only if there is no row that has them.
        if not Document.objects.filter(file=name).exists():
            default_storage.delete(name)
        raise
    document = Document.objects.select_related("removed_by").get(pk=made)
    if not now:
        default_storage.delete(name)
        _refuse_removed(document)
    return document


def _scanned(upload, referral, by, digest) -> str:
    if not settings.CLAMD_URL:
        return Document.Scan.NOT_SCANNED
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
        return Document.Scan.CLEAN
    record(lifecycle.VIRUS_FOUND, by=by, case=referral, signature=signature, sha256=digest)
    raise VirusFound(
        f"A virus was found in this file ({signature}), so it was not kept. Do not open it again: leave the computer "
        "or phone that it is on as it is, and tell the service desk now.",
        "file",
    )


def _keep(referral, by, name, fields) -> Document:
    current = _locked(referral, by)
    _refuse_closed(current)
    there = list(current.documents.filter(removed_at=None).values_list("pk", flat=True))
    if len(there) >= settings.MOST_DOCUMENTS:
        raise Refusal(
            f"{current.reference} has {len(there)} documents, which is as many as it can have. Remove one that is not "
            "needed, or put several into one PDF.",
            "file",
        )
    same = Document.objects.shown_in(current).filter(sha256=fields["sha256"]).select_related("added_by").first()
    if same:
        raise IllegalMove(
            f"This file is already among the documents: “{same.title}”, added by {same.added_by} on "
            f"{_on(same.added_at)}.",
            "file",
        )
    fields["for_provider"] = fields["for_provider"] or not current.may("referrals.see_victim")
    document = Document.objects.create(case=current, file=name, added_by=by, added_at=timezone.now(), **fields)
    record(
        lifecycle.DOCUMENT_ADDED, by=by, case=current, ids=[document.pk], document=document.get_kind_display().lower(),
        sha256=document.sha256, scan=document.scan,
    )  # fmt: skip
    return document


def disclose(document, case, *, by):
    """The bytes, as an open file; that they leave the system is in the trail before they do. Refused (BytesLost) when
    the storage does not have them, or not as they were."""
    file = _as_added(document)
    if file is None:
        raise BytesLost(
            "The file cannot be read from where it is kept. Try again in a few minutes; if it still cannot be read, "
            f"tell the service desk: document {document.pk}."
        )
    record(
        lifecycle.DOCUMENT_DISCLOSED, by=by, case=case, ids=[document.pk], document=document.get_kind_display().lower(),
        sha256=document.sha256,
    )  # fmt: skip
    return file


def _as_added(document):
    """The open file, if the storage has the bytes that were added."""
    try:
        file = default_storage.open(str(document.file))
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        logger.error("document %s cannot be read: %s", document.pk, fault)
        return None
    if digest != document.sha256:
        file.close()
        logger.error("document %s: its bytes are not those that were added", document.pk)
        return None
    file.seek(0)
    return file


@transaction.atomic
def remove_document(document, *, by, because: str) -> None:
    """The document is gone from the case; its row stays with who removed it, why, and the checksum, and its bytes are
    erased. The triage team removes any, others those that somebody of their own organisation added. Refused in a closed
    case, to whom it is not shown, and for one that is removed already."""
    current = _locked(document.case, by)
    _refuse_closed(current)
    document = _locked_document(document)
    if not may_remove(document, current, by):
        raise NotYourCase(f"“{document.title}” was added by {document.added_by}: ask the triage team to remove it.")
    document.removed_at, document.removed_by, document.removed_because = timezone.now(), by, because
    document.save(update_fields=["removed_at", "removed_by", "removed_because"])
    record(
        lifecycle.DOCUMENT_REMOVED, by=by, case=current, ids=[document.pk], document=document.get_kind_display().lower()
    )

    def erase():
        _erase(document.pk)

    transaction.on_commit(erase, robust=True)


def may_remove(document, case, user) -> bool:
    """Whether this person, who opened the case, may remove a document that it shows them."""
    shown = document.for_provider or case.may("referrals.see_victim")
    own = document.added_by.organisation_id == user.organisation_id
    return case.status not in CLOSED and shown and (own or case.may("referrals.triage"))


@transaction.atomic
def show_to_provider(document, *, by, shown: bool) -> None:
    """The provider sees the document from now on, or does not any more. Refused in a closed case, to a provider, for
    what a provider added, and where it is so already."""
    current = _locked(document.case, by)
    _refuse_closed(current)
    document = _locked_document(document)
    if not may_hide(document, current):
        raise NotYourCase(f"“{document.title}” is the provider’s own.")
    if document.for_provider == shown:
        raise IllegalMove(f"The provider {'sees' if shown else 'does not see'} “{document.title}” already.")
    document.for_provider = shown
    document.save(update_fields=["for_provider"])
    kind = lifecycle.DOCUMENT_SHOWN if shown else lifecycle.DOCUMENT_HIDDEN
    record(kind, by=by, case=current, ids=[document.pk], document=document.get_kind_display().lower())


def may_hide(document, case) -> bool:
    """Whether this person, who opened the case, says if the provider sees the document."""
    own = document.added_by.organisation_id == case.force_id
    return case.status not in CLOSED and own and case.may("referrals.see_victim")


def erase_removed() -> int:
    """The bytes of every removed document are gone; returns of how many. For what a crash, or a storage that was away,
    has left; one that still cannot be erased does not hold up the others."""
    left = Document.objects.filter(removed_at__isnull=False).exclude(file="").values_list("pk", flat=True)
    erased = 0
    for pk in list(left):
        try:
            _erase(pk)
            erased += 1
        except Exception:  # every kind of storage fails in its own way
            logger.exception("document %s was removed, and its bytes cannot be erased yet", pk)
    return erased


@transaction.atomic
def _erase(pk) -> None:
    """The row says that the bytes are gone only when they are: the storage forgives a second deletion."""
    document = Document.objects.select_for_update(of=("self",)).select_related("removed_by", "case").get(pk=pk)
    if document.removed_at is None or not document.file:
        return
    default_storage.delete(str(document.file))
    document.file = ""
    document.save(update_fields=["file"])
    record(lifecycle.DOCUMENT_ERASED, by=document.removed_by, case=document.case, ids=[pk], sha256=document.sha256)


def compare_storage(*, older_than):
    """(rows without their bytes, bytes without a row), as names in the storage; of the latter those stored before
    `older_than`, so that an upload under way is not taken for one. One folder at a time, however many there are."""
    lost, orphaned = [], []
    try:
        folders = set(default_storage.listdir(FOLDER)[0])
    except FileNotFoundError:
        folders = set()
    rows = Document.objects.filter(removed_at=None).annotate(folder=Substr("file", len(FOLDER) + 2, 2))
    by_folder = groupby(rows.order_by("folder").values_list("folder", "file").iterator(), key=lambda row: row[0])
    expected = ((folder, {name for _, name in names}) for folder, names in by_folder)
    seen = set()
    for folder, names in expected:
        seen.add(folder)
        stored = _stored(folder) if folder in folders else set()
        lost += sorted(names - stored)
        orphaned += _older(stored - names, older_than)
    for folder in sorted(folders - seen):
        orphaned += _older(_stored(folder), older_than)
    return lost, orphaned


def _stored(folder) -> set[str]:
    return {f"{FOLDER}/{folder}/{name}" for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]}


def _older(names, moment) -> list[str]:
    return sorted(name for name in names if default_storage.get_modified_time(name) < moment)


def delete_orphans(names) -> None:
    """The bytes under these names are gone, unless a document has come to have them."""
    for name in names:
        if not Document.objects.filter(file=name, removed_at=None).exists():
            default_storage.delete(name)


def _locked(referral, by) -> Referral:
    """The case, locked until the transaction ends, as it opens to this person now."""
    Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    current = Referral.objects.visible_to(by, "referrals.note").with_permissions_of(by).filter(pk=referral.pk).first()
    if current is None:
        raise NotYourCase(f"{referral.reference} does not open to you any more.")
    return current


def _locked_document(document) -> Document:
    """The row, locked; refuses once it is removed."""
    current = Document.objects.select_for_update(of=("self",)).select_related("added_by").get(pk=document.pk)
    _refuse_removed(current)
    return current


def _refuse_removed(document) -> None:
    if document.removed_at:
        raise IllegalMove(f"{document.removed_by} removed this document already, on {_on(document.removed_at)}.")


def _refuse_closed(referral) -> None:
    if referral.status in CLOSED:
        raise IllegalMove(
            f"{referral.reference} is {Status(referral.status).label.lower()}, so its documents can only be read."
        )


def _on(moment) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y at %H:%M}"
