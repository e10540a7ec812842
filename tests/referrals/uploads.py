"""Files as people have them, and as attackers make them."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"
TEXT = "Statement of the shop’s manager:\r\nI saw him leave by the back.\r\n".encode()
EML = (
    b"From: pc@derbyshire.example\r\nTo: shop@example.org\r\nDate: Mon, 1 Jun 2026 10:00:00 +0100\r\n\r\nAs agreed.\r\n"
)
MSG = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "__properties_version1.0".encode("utf-16-le") + b"\0" * 200
# What every scanner knows as a harmless test; in two parts, so that no scanner stops at this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXE = b"MZ\x90\x00\x03" + b"\0" * 200


def picture(form, size=(8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form)
    return out.getvalue()


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


HEIC = box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", b"\0" * 40) + box(b"mdat", b"\0" * 100)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def docx(*, types=WORD, more=()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), f'<Types><Override ContentType="{types}"/></Types>')
        archive.writestr(zipfile.ZipInfo("word/document.xml"), "<w:document/>")
        for name, content in more:
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def bomb() -> bytes:
    """A Word document of a few hundred KB that would unpack to 300 MB."""
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/media/1.bmp", "w") as part:
        for _ in range(300):
            part.write(bytes(1024 * 1024))
    return out.getvalue()


def huge_picture() -> bytes:
    """A PNG of some bytes that says it has 50,000 by 50,000 dots."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def upload(data=PDF, name="statement.pdf"):
    return SimpleUploadedFile(name, data)
