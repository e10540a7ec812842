"""Requests that are too large are refused before anybody's memory or disk holds them."""

import os
import re
import socket
import threading
import time
from pathlib import Path

import pytest
from django.test import RequestFactory

from immediatejustice.limits import READ_TO_THE_END, RequestSizeMiddleware
from tests.test_deployment import environment, start, wait_for_line  # noqa: F401 – fixtures

MEGABYTE = 1024 * 1024
HEAD = (
    "POST /referrals/check/ HTTP/1.1\r\nHost: service.example\r\nConnection: close\r\n"
    "Content-Type: multipart/form-data; boundary=b\r\n{}\r\n\r\n"
)
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'


class Body:
    """A request's body of any length that takes no room; counts what was read of it."""

    def __init__(self, length):
        self.left, self.largest = length, 0

    def read(self, size=-1):
        size = self.left if size is None or size < 0 else min(size, self.left)
        self.left -= size
        self.largest = max(self.largest, size)
        return bytes(size)


def answer(length, path="/referrals/check/"):
    """What the middleware says to a request of this length; (response, body), or (None, body) if it lets it through."""
    body = Body(length)
    request = RequestFactory().post(path, content_type="multipart/form-data; boundary=b")
    request.META["CONTENT_LENGTH"] = str(length)
    request._stream = body
    return RequestSizeMiddleware(lambda request: None)(request), body


@pytest.mark.parametrize("length", [0, 10 * MEGABYTE, 11 * MEGABYTE])
def test_what_holds_a_file_that_may_be_kept_passes_unread(length):
    passed, body = answer(length)
    assert passed is None
    assert body.left == length


def test_a_little_too_large_is_read_away_in_pieces_and_answered_with_a_page():
    page, body = answer(11 * MEGABYTE + 1)
    assert page.status_code == 413
    assert "This is 11 MB. A file must be 10 MB or smaller." in page.content.decode()
    assert "go back and select the file again" in page.content.decode()
    assert (body.left, body.largest) == (0, 64 * 1024)


def test_far_too_large_is_not_read():
    page, body = answer(READ_TO_THE_END + 1)
    assert page.status_code == 413
    assert body.left == READ_TO_THE_END + 1


def test_the_api_answers_in_its_own_way():
    page, _ = answer(12 * MEGABYTE, "/api/referrals/")
    assert (page.status_code, page["Content-Type"]) == (413, "application/json")


def test_the_limit_follows_the_setting(settings):
    settings.LARGEST_FILE_MB = 20
    assert answer(21 * MEGABYTE)[0] is None
    assert "must be 20 MB or smaller" in answer(22 * MEGABYTE)[0].content.decode()


# --- with the real web server ---------------------------------------------------------------------------------------


@pytest.fixture
def web(start, tmp_path):  # noqa: F811
    """Port and process of a web server, and the folder in which it would put what it cannot keep in memory."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    # DEBUG: the page that says no needs no collected static files, which a checkout need not have.
    process, log = start("web", GUNICORN_CMD_ARGS="--bind 127.0.0.1:0", TMPDIR=str(folder), DEBUG="true")
    port = int(wait_for_line(log, r"Listening at: http://127\.0\.0\.1:(\d+)")[1])
    deadline = time.monotonic() + 120
    while not send(port, b"GET /healthz HTTP/1.1\r\nHost: service.example\r\nConnection: close\r\n\r\n", 0):
        assert time.monotonic() < deadline, log.read_text()
    return port, process, folder


def send(port, head, megabytes):
    """Send so much, for as long as it is taken, and give the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        piece = bytes(MEGABYTE)
        try:
            connection.sendall(head)
            for _ in range(megabytes):
                connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was cut off
        answered = b""
        try:
            while part := connection.recv(65536):
                answered += part
        except ConnectionResetError:
            pass  # what came before it counts
        return answered


class Watch(threading.Thread):
    """The most memory that a process and its children had, and the most that stood in the folder, while it ran."""

    def __init__(self, process, folder):
        super().__init__(daemon=True)
        self.process, self.folder, self.ended = process, folder, threading.Event()
        self.memory = self.disk = 0

    def run(self):
        while not self.ended.wait(0.02):
            self.memory = max(self.memory, sum(map(resident, family(self.process.pid))))
            self.disk = max(self.disk, sum(size(path) for path in self.folder.rglob("*")))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()


def family(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def resident(pid):
    try:
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024
    except (OSError, TypeError):  # it has ended
        return 0


def size(path):
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def test_an_upload_too_large_fills_neither_memory_nor_disk(web):
    port, process, folder = web
    before = sum(map(resident, family(process.pid)))
    with Watch(process, folder) as watch:
        a_little = send(port, HEAD.format(f"Content-Length: {12 * MEGABYTE + len(PART)}").encode() + PART, 12)
        send(port, HEAD.format(f"Content-Length: {1024 * MEGABYTE}").encode() + PART, 1024)
        # Of unknown length: cut off, or answered without a look at it.
        send(port, HEAD.format("Transfer-Encoding: chunked").encode() + b"%x\r\n" % (1024 * MEGABYTE), 1024)
    assert b"413" in a_little.split(b"\r\n")[0]
    assert b"The file is too large" in a_little  # the browser gets to see the page
    assert watch.memory - before < 100 * MEGABYTE
    assert watch.disk < 20 * MEGABYTE
    assert b"200" in send(port, b"GET /healthz HTTP/1.1\r\nHost: service.example\r\nConnection: close\r\n\r\n", 0)
