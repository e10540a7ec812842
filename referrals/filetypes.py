"""Which files may be kept with a case, and how each is known: by its name, by its first bytes and by its build. All
three must agree, so that nothing is kept that calls itself something else."""

import email
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
from PIL import Image

from audit.trail import Refusal

LONGEST_NAME = 100
MOST_UNPACKED = 200 * 1024 * 1024  # what a Word document may hold once unpacked; real ones hold a tenth of it
MOST_PARTS = 5000
HEADS = 4096
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A page of the web in a text file is not text: opened from a folder, some programs would run it.
MARKUP = re.compile(r"<\s*(!doctype|\?xml|html|head|body|svg|script|iframe|object|embed)\b|<\?xml", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
RUNS_IN_WORD = re.compile(r"vbaproject|/activex/|/embeddings/.*\.bin$|\.(exe|dll|js|vbs|hta|bat|cmd|ps1)$")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE | re.ASCII)  # names that Windows cannot store


class Programs(Exception):
    """The file holds macros or programs."""


def _pdf(file: BinaryIO, size: int) -> bool:
    head = file.read(8)
    file.seek(max(0, size - 2048))
    return re.match(rb"%PDF-[12]\.\d", head) is not None and b"%%EOF" in file.read()


def _image(file: BinaryIO, form: str) -> bool:
    try:
        with Image.open(file, formats=[form]) as image:
            image.verify()
    except Exception:  # what a reader of images stumbles over in a broken one is of every kind
        return False
    return True


def _jpeg(file: BinaryIO, size: int) -> bool:
    return _image(file, "JPEG")


def _png(file: BinaryIO, size: int) -> bool:
    return _image(file, "PNG")


def _heic(file: BinaryIO, size: int) -> bool:
    """Boxes from the first byte to the last: the first names the format, one describes the picture."""
    found: list[bytes] = []
    position = 0
    while position < size and len(found) < 100:
        file.seek(position)
        length, kind = struct.unpack(">I4s", file.read(8).ljust(8, b"\0"))
        if not found and file.read(4) not in HEIC_BRANDS:
            return False
        if length == 1:
            file.seek(position + 8)
            length = struct.unpack(">Q", file.read(8).ljust(8, b"\0"))[0]
        length = length or size - position  # 0: to the end
        if length < 8:
            return False
        found.append(kind)
        position += length
    return position == size and found[0] == b"ftyp" and b"meta" in found


def _docx(file: BinaryIO, size: int) -> bool:
    if file.read().count(b"PK\x01\x02") > MOST_PARTS:  # before a list of them is made
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                return False
            if any(part.flag_bits & 1 for part in parts):  # under a password: nobody could say what is in it
                return False
            with archive.open("[Content_Types].xml") as types:
                said = types.read(1024 * 1024).lower()
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, EOFError, zlib.error):
        return False
    names = [part.filename.lower() for part in parts]
    if b"macroenabled" in said or any(RUNS_IN_WORD.search(name) for name in names):
        raise Programs
    return b"wordprocessingml.document.main+xml" in said and "word/document.xml" in names


def _text(file: BinaryIO, size: int) -> bool:
    data = file.read()
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not CONTROL.search(text) and not MARKUP.search(text)
    return False


def _eml(file: BinaryIO, size: int) -> bool:
    head = file.read(64 * 1024)
    if b"\x00" in head or not re.match(rb"[!-9;-~]+:", head):
        return False
    headers = email.message_from_bytes(head)
    return bool(headers["From"] and headers["Date"])


def _msg(file: BinaryIO, size: int) -> bool:
    data = file.read()
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise Programs
    return data.startswith(OLE) and "__properties_version1.0".encode("utf-16-le") in data


@dataclass(frozen=True)
class FileType:
    words: str
    media_type: str
    endings: tuple[str, ...]  # of names; the first is the one that a name gets
    sniffed: frozenset[str]  # what puremagic calls its first bytes; empty: it has no first bytes of its own
    is_built_so: Callable[[BinaryIO, int], bool]


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = (
    FileType("a PDF", "application/pdf", (".pdf",), frozenset({".pdf"}), _pdf),
    FileType("a JPG photograph", "image/jpeg", (".jpg", ".jpeg"), frozenset({".jpg", ".jpeg", ".jfif"}), _jpeg),
    FileType("a PNG picture", "image/png", (".png",), frozenset({".png"}), _png),
    FileType("a HEIC photograph", "image/heic", (".heic", ".heif"), frozenset({".heic", ".heif"}), _heic),
    FileType("a Word document (DOCX)", WORD, (".docx",), frozenset({".docx"}), _docx),
    FileType("plain text", "text/plain", (".txt",), frozenset(), _text),
    FileType("an email (EML)", "message/rfc822", (".eml",), frozenset(), _eml),
    FileType("an Outlook message (MSG)", "application/vnd.ms-outlook", (".msg",), frozenset(), _msg),
)
BY_ENDING = {ending: kind for kind in TYPES for ending in kind.endings}
RUNS = {".exe": "a program", ".html": "a web page", ".svg": "a drawing that can hold programs"}
# What else a file may turn out to be, in words that help whoever chose it.
OTHERS = {
    ".mp4": "a film",
    ".gif": "a GIF picture",
    **{ending: kind.words for ending, kind in BY_ENDING.items()},
    ".doc": "a document of an older Office",
    ".zip": "an archive of several files",
}
WANTED = "a PDF, a photograph (JPG, PNG or HEIC), a Word document (DOCX), an email (EML or MSG) or plain text (TXT)"


def recognise(file: BinaryIO, name: str, size: int) -> FileType:
    """What the file is. Refused, with what to do instead, when it is of no kind that is kept, when its name says
    something else than its content, when it is broken or empty, and when it holds macros or programs."""
    shown = safe_name(name)
    if size == 0:
        raise Refusal(f"“{shown}” is empty. Select another file, or save this one again first.", "file")
    kind = BY_ENDING.get(_ending(name))
    if kind is None:
        raise Refusal(f"“{shown}” is not of a kind that is kept. Select {WANTED}.", "file")
    looks_like = _sniffed(file)
    try:
        file.seek(0)
        built_so = kind.is_built_so(file, size)
    except Programs:
        raise Refusal(
            f"“{shown}” holds macros or programs, which are not kept. Save it as a PDF and select that.", "file"
        ) from None
    finally:
        file.seek(0)
    if kind.sniffed and kind.sniffed.isdisjoint(looks_like):
        if looks_like & RUNS.keys():
            raise Refusal(
                f"“{shown}” is named like {kind.words}, but looks like {RUNS[min(looks_like & RUNS.keys())]}. Do not "
                "open it. If somebody sent it to you, tell the service desk.",
                "file",
            )
        seems = next((f" It looks like {words}." for ending, words in OTHERS.items() if ending in looks_like), "")
        raise Refusal(
            f"“{shown}” is named like {kind.words}, but that is not what is in it.{seems} Open it on your computer, "
            "save it again, as a PDF if you can, and select that.",
            "file",
        )
    if not built_so:
        raise Refusal(
            f"“{shown}” cannot be read as {kind.words}: it is broken, or something else. Open it on your computer, "
            "save it again, as a PDF if you can, and select that.",
            "file",
        )
    return kind


def _ending(name: str) -> str:
    base = _printable(name).rstrip(". ")
    return f".{base.rpartition('.')[2].lower()}" if "." in base else ""


def _sniffed(file: BinaryIO) -> set[str]:
    """The endings of all that the first bytes may be."""
    file.seek(0)
    try:
        return {match.extension.lower() for match in puremagic.magic_string(file.read(HEADS))}
    except puremagic.PureError:
        return set()


def _printable(name: str) -> str:
    """The last part of a path, without characters that cannot be seen: line ends, NUL, marks that turn the direction
    of writing round and so hide an ending."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    return "".join(char for char in base if unicodedata.category(char)[0] not in "C" and char not in "\u2028\u2029")


def safe_name(name: str, kind: FileType | None = None) -> str:
    """The name under which the file is offered again: no path, no hidden characters, none that a file system refuses,
    at most 100 characters; with the ending of its kind."""
    base = re.sub(r'[<>:"|?*]', "_", _printable(name))
    base = re.sub(r"\s+", " ", base).rstrip(". ")
    stem, ending = (base[: -len(found)], found) if (found := _ending(base)) and len(found) < 20 else (base, "")
    if kind is not None and ending not in kind.endings:
        stem, ending = base, kind.endings[0]
    stem = stem.strip(". ")[: LONGEST_NAME - len(ending)].strip(". ")
    if not stem or RESERVED.fullmatch(stem.split(".")[0]):
        stem = f"document_{stem}" if stem else "document"
    return f"{stem}{ending}"
