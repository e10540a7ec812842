"""Bytes and rows: what stands in the storage when something fails in between."""

import os
import signal
import subprocess
import sys
from io import StringIO

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections, transaction

from audit.models import Event
from audit.once import once
from audit.trail import Refusal
from referrals import operations
from referrals.models import Document
from referrals.tasks import erase_removed_documents
from tests.factories import NOW, make_document, make_referral
from tests.referrals.uploads import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(officer):
    return make_referral(officer, status="submitted")


def add(case, by, **fields):
    return operations.add_document(case, by=by, **{"upload": upload(), "kind": "other", "title": "A form", **fields})


def stored(settings):
    return {str(path.relative_to(settings.MEDIA_ROOT)) for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}


def checked(*arguments):
    out = StringIO()
    call_command("check_documents", *arguments, stdout=out)
    return out.getvalue()


def test_a_row_that_cannot_be_written_leaves_no_bytes(officer, case, settings, monkeypatch):
    def fails(**fields):
        raise OperationalError("the disk is full")

    monkeypatch.setattr(Document.objects, "create", fails)
    with pytest.raises(OperationalError):
        add(case, officer)
    assert not stored(settings)


def test_bytes_that_cannot_be_written_leave_no_row(officer, case, settings):
    (settings.MEDIA_ROOT / "documents").write_text("stands where the folder should be")
    with pytest.raises(OSError, match="documents"):
        add(case, officer)
    assert not Document.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_answer_to_commit_that_is_lost_takes_no_bytes_from_a_row_that_is_there(officer, case, settings, monkeypatch):
    """The row was committed, and the connection broke before the application heard of it."""
    real = once

    def loses_the_answer(**given):
        real(**given)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("referrals.operations.documents.once", loses_the_answer)
    with pytest.raises(OperationalError):
        add(case, officer)
    assert stored(settings) == {Document.objects.get().file.name}


KILLED = """
import os, signal, sys, django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from accounts.models import User
from referrals import operations
from referrals.models import Referral
from referrals.operations import documents
documents.once = lambda **given: os.kill(os.getpid(), signal.SIGKILL)
from tests.referrals.uploads import PDF
operations.add_document(
    Referral.objects.get(), by=User.objects.get(full_name="Amir Khan"), upload=SimpleUploadedFile("a.pdf", PDF),
    kind="other", title="A form",
)
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_between_bytes_and_row_leaves_bytes_that_are_found_and_erased(officer, case, settings):
    database = connections["default"].settings_dict
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = os.environ | {
        "DATABASE_URL": address,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "immediatejustice.settings",
        "CLAMD_URL": "",
    }
    done = subprocess.run([sys.executable, "-c", KILLED], cwd=settings.BASE_DIR, env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    (left,) = stored(settings)
    assert not Document.objects.exists()
    assert "0 missing; 0 that belong to no document" in checked()  # it could be an upload under way
    yesterday = os.stat(settings.MEDIA_ROOT / left).st_mtime - 25 * 60 * 60
    os.utime(settings.MEDIA_ROOT / left, (yesterday, yesterday))
    kept = add(case, officer)
    assert f"belongs to no document: {left}" in checked()
    assert left in stored(settings)
    assert "1 that belong to no document, erased" in checked("--delete")
    assert stored(settings) == {kept.file.name}


def test_rows_whose_bytes_are_gone_are_named_and_fail_the_check(officer, case, settings):
    lost, kept = make_document(case, officer), make_document(case, officer)
    default_storage.delete(lost.file.name)
    out = StringIO()
    with pytest.raises(CommandError, match="restore them from the backup"):
        call_command("check_documents", stdout=out)
    assert f"missing: {lost.file.name}" in out.getvalue()
    assert kept.file.name not in out.getvalue()


def test_a_removal_that_is_rolled_back_keeps_the_bytes(officer, case, django_capture_on_commit_callbacks):
    document = make_document(case, officer)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        operations.remove_document(document, by=officer, because="Wrong case")
        transaction.set_rollback(True)
    document.refresh_from_db()
    assert document.removed_at is None
    assert default_storage.exists(document.file.name)


@time_machine.travel(NOW, tick=False)
def test_what_a_killed_process_did_not_erase_is_erased_by_the_next_sweep(officer, case, settings):
    """Removed, and killed before the bytes were gone: on_commit never ran."""
    document, other = make_document(case, officer), make_document(case, officer)
    operations.remove_document(document, by=officer, because="Wrong case")
    assert document.file.name in stored(settings)
    assert erase_removed_documents() == 1
    assert stored(settings) == {other.file.name}
    assert Event.objects.get(kind="document.erased").ids == [str(document.pk)]
    assert erase_removed_documents() == 0


def test_a_storage_that_is_away_does_not_undo_the_removal_and_is_tried_again(
    officer, case, monkeypatch, django_capture_on_commit_callbacks, caplog
):
    stuck, document = make_document(case, officer), make_document(case, officer)
    delete = FileSystemStorage.delete

    def is_away(storage, name):
        raise OSError("no route to the storage")

    def is_half_there(storage, name):
        delete(storage, name) if name == document.file.name else is_away(storage, name)

    monkeypatch.setattr(FileSystemStorage, "delete", is_away)
    with django_capture_on_commit_callbacks(execute=True):
        for each in (stuck, document):
            operations.remove_document(each, by=officer, because="Wrong case")
    assert "no route to the storage" in caplog.text
    monkeypatch.setattr(FileSystemStorage, "delete", is_half_there)
    assert erase_removed_documents() == 1
    assert not default_storage.exists(document.file.name)
    assert default_storage.exists(stuck.file.name)


@time_machine.travel(NOW, tick=False)
def test_nothing_needs_a_folder_on_this_machine(officer, case, settings, django_capture_on_commit_callbacks):
    """The same in a storage that is not a folder, as object stores are not."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    document = add(case, officer)
    assert not stored(settings)
    assert operations.disclose(document, case, by=officer).read() == upload().read()
    default_storage.save("documents/ab/orphan", ContentFile(b"left"))
    with time_machine.travel(NOW.replace(day=NOW.day + 2)):
        assert "belongs to no document: documents/ab/orphan" in checked("--delete")
    with django_capture_on_commit_callbacks(execute=True):
        operations.remove_document(document, by=officer, because="Wrong case")
    assert not default_storage.exists(document.file.name)
    with pytest.raises(Refusal, match="cannot be read"):
        operations.disclose(document, case, by=officer)
