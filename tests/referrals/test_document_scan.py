"""The scan for viruses: what a real clamd says, and what becomes of a file when it says nothing."""

import io
import socket
import struct
import threading
import zipfile
from contextlib import contextmanager

import pytest
import time_machine

from audit.models import Event
from audit.trail import Refusal
from referrals import operations, scanning
from referrals.models import Document
from tests import clam
from tests.factories import NOW, make_referral
from tests.referrals import uploads
from tests.referrals.pages import shown, url
from tests.referrals.uploads import PDF, picture, upload

pytestmark = pytest.mark.django_db


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def clamd(tmp_path_factory, port):
    with clam.clamd(tmp_path_factory.mktemp("clamd"), port=port) as address:
        yield address


@pytest.fixture
def case(officer):
    return make_referral(officer, status="submitted")


def stored(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def zipped(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", data)
    return out.getvalue()


# --- what clamd says ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"Nothing to find.", PDF, bytes(10 * 1024 * 1024)])
def test_a_clean_file_is_clean(clamd, data):
    assert scanning.signature_in(io.BytesIO(data), clamd) == ""


@pytest.mark.parametrize(
    "data", [uploads.EICAR, zipped(uploads.EICAR), PDF + uploads.EICAR, bytes(scanning.CHUNK - 30) + uploads.EICAR]
)
def test_a_virus_is_named_also_packed_and_across_two_chunks(clamd, data):
    assert scanning.signature_in(io.BytesIO(data), clamd) == clam.SIGNATURE


def test_it_is_asked_by_tcp_too(clamd, port):
    assert scanning.signature_in(io.BytesIO(uploads.EICAR), f"tcp://127.0.0.1:{port}") == clam.SIGNATURE


def test_a_file_over_clamds_own_limit_does_not_count_as_clean(clamd):
    with pytest.raises(scanning.NoAnswer, match=r"INSTREAM size limit exceeded|reset|Broken pipe"):
        scanning.signature_in(io.BytesIO(bytes(clam.LONGEST_STREAM + 4 * 1024 * 1024)), clamd)


def test_the_whole_file_is_scanned_wherever_it_was_read_to(clamd):
    file = io.BytesIO(uploads.EICAR)
    file.read()
    assert scanning.signature_in(file, clamd) == clam.SIGNATURE
    assert file.tell() == 0


# --- what becomes of the file ---------------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_a_scanned_file_says_so(sign_in, officer, case, clamd, settings):
    settings.CLAMD_URL = clamd
    document = operations.add_document(case, by=officer, upload=upload(), kind="statement", title="Statement")
    assert document.scan == Document.Scan.CLEAN
    page = shown(sign_in(officer), url("documents", case))
    assert "Scanned: no virus found" in page
    assert "Not scanned for viruses" not in page


def test_a_file_with_a_virus_is_refused_recorded_and_not_kept(sign_in, officer, case, clamd, settings):
    settings.CLAMD_URL = clamd
    sent = {"kind": "statement", "title": "Statement", "file": upload(PDF + uploads.EICAR + b"\n%%EOF\n")}
    page = sign_in(officer).post(url("add_document", case), sent)
    assert page.status_code == 422
    assert f"A virus was found in this file ({clam.SIGNATURE})" in page.content.decode()
    assert "tell the service desk now" in page.content.decode()
    assert not Document.objects.exists()
    assert not stored(settings)
    event = Event.objects.get(kind="document.virus_found")
    assert (event.case, event.actor, event.data["signature"]) == (case.pk, officer.pk, clam.SIGNATURE)


def test_without_a_scanner_a_file_is_kept_and_marked(sign_in, officer, case, settings):
    settings.CLAMD_URL = ""
    client = sign_in(officer)
    assert "Files are not scanned for viruses here" in shown(client, url("add_document", case))
    client.post(url("add_document", case), {"kind": "statement", "title": "Statement", "file": upload()})
    assert Document.objects.get().scan == Document.Scan.NOT_SCANNED
    page = shown(client, url("documents", case))
    assert "Not scanned for viruses" in page
    assert "Open it only if you expect it" in page


@contextmanager
def listening(talk):
    """A server on a port of its own that talks to the first who connects, as `talk` says."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


def read_all(connection):
    """One INSTREAM, whole."""
    stream = connection.makefile("rb")
    assert stream.read(10) == b"zINSTREAM\0"
    while length := struct.unpack(">I", stream.read(4))[0]:
        stream.read(length)


def test_a_scanner_that_is_not_there_is_no_clean_file(officer, case, settings, tmp_path, caplog):
    for address in (f"unix://{tmp_path}/nobody.sock", f"tcp://127.0.0.1:{free_port()}"):
        settings.CLAMD_URL = address
        with pytest.raises(Refusal, match="cannot be scanned for viruses right now") as refused:
            operations.add_document(case, by=officer, upload=upload(), kind="statement", title="Statement")
        assert refused.value.status == 503
    assert "clamd did not scan it" in caplog.text
    assert not Document.objects.exists()
    assert not stored(settings)


def test_the_page_of_a_file_that_cannot_be_scanned_says_what_to_do(sign_in, officer, case, settings, tmp_path):
    settings.CLAMD_URL = f"unix://{tmp_path}/nobody.sock"
    page = sign_in(officer).post(
        url("add_document", case), {"kind": "statement", "title": "Statement", "file": upload()}
    )
    assert page.status_code == 503
    assert "Try again in a few minutes" in page.content.decode()


@pytest.mark.parametrize(
    "answer", [b"", b"stream: O", b"UNKNOWN COMMAND\0", b"stream: Can't allocate memory ERROR\0", b"\xff\xfe\0"]
)
def test_an_answer_that_does_not_say_clean_is_not_clean(answer):
    def talk(connection):
        read_all(connection)
        connection.sendall(answer)

    with listening(talk) as address, pytest.raises(scanning.NoAnswer):
        scanning.signature_in(io.BytesIO(PDF), address)


def test_a_scanner_that_says_nothing_is_waited_for_only_so_long():
    with listening(read_rest) as address, pytest.raises(scanning.NoAnswer, match="timed out"):
        scanning.signature_in(io.BytesIO(picture("PNG")), address, longest=0.3)


def read_rest(connection):
    """Reads until the other side gives up; says nothing."""
    while connection.recv(65536):
        pass


def test_a_scanner_that_answers_drop_by_drop_is_not_waited_for_longer():
    def talk(connection):
        read_all(connection)
        stop = threading.Event()
        for _ in range(40):
            try:
                connection.sendall(b".")
            except OSError:
                return
            stop.wait(0.1)

    with listening(talk) as address, pytest.raises(scanning.NoAnswer, match=r"too long|timed out"):
        scanning.signature_in(io.BytesIO(PDF), address, longest=0.5)
