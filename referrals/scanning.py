"""The scan for viruses: clamd, asked over its socket. Where CLAMD_URL is empty nothing is scanned, and says so."""

import contextlib
import re
import socket
import struct
import time
from typing import BinaryIO
from urllib.parse import urlsplit

LONGEST = 20.0  # seconds that one file may take, from connecting to the answer
CONNECTING = 5.0  # of these
CHUNK = 64 * 1024
ANSWER = 4096  # bytes; clamd's are shorter


class NoAnswer(Exception):
    """clamd could not be reached, took too long, or did not scan the file. For the log, not for people."""


def signature_in(file: BinaryIO, url: str, *, longest: float = LONGEST) -> str:
    """The name of the virus that clamd finds in the file; empty when it finds none. Raises NoAnswer when it does not
    say, so that nothing counts as scanned that was not.

    url: unix:///run/clamav/clamd.ctl or tcp://127.0.0.1:3310. The bytes go as they are, in clamd's command INSTREAM:
    lengths and chunks, ended by a length of 0 (man clamd).
    """
    until = time.monotonic() + longest
    file.seek(0)
    try:
        with _connected(url, min(longest, CONNECTING)) as clamd:
            # Over its StreamMaxLength clamd stops reading, and its answer says why.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                _send(clamd, b"zINSTREAM\0", until)
                while chunk := file.read(CHUNK):
                    _send(clamd, struct.pack(">I", len(chunk)) + chunk, until)
                _send(clamd, struct.pack(">I", 0), until)
            answer = _answer(clamd, until)
    except OSError as fault:
        raise NoAnswer(f"{url}: {fault}") from fault
    finally:
        file.seek(0)
    if answer == "stream: OK":
        return ""
    if found := re.fullmatch(r"stream: (.+) FOUND", answer):
        return found[1]
    raise NoAnswer(f"{url}: {answer or 'closed without an answer'}")


def _connected(url: str, within: float) -> socket.socket:
    address = urlsplit(url)
    if address.scheme == "tcp":
        return socket.create_connection((address.hostname or "", address.port or 3310), timeout=within)
    clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        clamd.settimeout(within)
        clamd.connect(address.path)
    except OSError:
        clamd.close()
        raise
    return clamd


def _send(clamd: socket.socket, data: bytes, until: float) -> None:
    clamd.settimeout(_left(until))
    clamd.sendall(data)


def _answer(clamd: socket.socket, until: float) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER:
        clamd.settimeout(_left(until))
        part = clamd.recv(ANSWER)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode(errors="replace").strip()


def _left(until: float) -> float:
    """Seconds until the end of the time for this file: the whole is limited, not only each step."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left
