"""Documents of a case: kept, removed, their bytes erased.

Adding: the bytes first, then the row (files.py). Removing: the row first, then the bytes; what is left of them after a
crash is erased by the next erase_removed().
"""

import hashlib
import logging

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from audit.once import once
from audit.trail import IllegalMove, Refusal, record
from referrals import lifecycle
from referrals.lifecycle import CLOSED, Status
from referrals.models import Document, Referral
from referrals.operations import files

logger = logging.getLogger(__name__)


class NotYourCase(Refusal):
    status = 403


def add_document(referral, *, by, upload, kind: str, title: str, for_provider: bool = False, key: str = "") -> Document:
    """The file is kept with the case, scanned for viruses where a scanner is configured. What a provider adds, the
    provider sees; what others add, where they say so. Sent again with the same key, it is kept once.

    Refused to whom the case does not open any more, in a closed case, over the limits of size and number, for a kind of
    file that is not kept or whose name and content disagree, where the same file is there already, when a virus is
    found (which goes to the trail), and while the scanner does not answer.
    """
    _refuse_closed(referral)
    fields = {"kind": kind, "title": title, "for_provider": for_provider, **files.look_at(upload, by=by, case=referral)}
    sent = [kind, title, for_provider, fields["sha256"]]
    with files.stored(upload, Document) as name:
        made, now = once(
            by=by,
            key=key,
            path=f"documents of {referral.pk}",
            sent=sent,
            make=lambda: _keep(referral, by, name, fields),
        )
    document = Document.objects.select_related("removed_by").get(pk=made)
    if not now:
        default_storage.delete(name)
        _refuse_removed(document)
    return document


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


def keep_made(case, *, by, kind: str, title: str, filename: str, data: bytes) -> Document:
    """A PDF that the system made is kept with the case, and its provider sees it: whatever the status, and however many
    documents there are. For the verb that made it, in its transaction and with the case locked."""
    with files.stored(ContentFile(data), Document) as name:
        document = Document.objects.create(
            case=case, file=name, kind=kind, title=title, filename=filename, media_type="application/pdf",
            size=len(data), sha256=hashlib.sha256(data).hexdigest(), for_provider=True, added_by=by,
            added_at=timezone.now(),
        )  # fmt: skip
        record(
            lifecycle.DOCUMENT_ADDED, by=by, case=case, ids=[document.pk],
            document=document.get_kind_display().lower(), sha256=document.sha256, scan=document.scan,
        )  # fmt: skip
    return document


def disclose(document, case, *, by):
    """The bytes, as an open file; that they leave the system is in the trail before they do. Refused (BytesLost) when
    the storage does not have them, or not as they were."""
    file = files.as_added(document)
    record(
        lifecycle.DOCUMENT_DISCLOSED, by=by, case=case, ids=[document.pk], document=document.get_kind_display().lower(),
        sha256=document.sha256,
    )  # fmt: skip
    return file


@transaction.atomic
def remove_document(document, *, by, because: str) -> None:
    """The document is gone from the case; its row stays with who removed it, why, and the checksum, and its bytes are
    erased. The triage team removes any, others those that somebody of their own organisation added, reports excepted.
    Refused in a closed case, to whom it is not shown, and for one that is removed already."""
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
    # The officers were told of a report: what is wrong in it, the next one says.
    own = document.added_by.organisation_id == user.organisation_id and document.kind != Document.Kind.REPORT
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


def _locked(referral, by) -> Referral:
    """The case, locked until the transaction ends, as it opens to this person now."""
    Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)
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
