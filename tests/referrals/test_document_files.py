"""Which files are kept: name, first bytes and build must agree, and a name is made safe."""

import pytest

from audit.trail import Refusal
from referrals.filetypes import BY_ENDING, recognise, safe_name
from tests.referrals import uploads
from tests.referrals.uploads import docx, picture, upload

PDF = BY_ENDING[".pdf"]


def kind_of(data, name):
    return recognise(upload(data, name), name, len(data))


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("statement.pdf", uploads.PDF, "application/pdf"),
        ("STATEMENT.PDF", uploads.PDF, "application/pdf"),
        ("shelter.jpg", picture("JPEG"), "image/jpeg"),
        ("shelter.jpeg", picture("JPEG"), "image/jpeg"),
        ("screen.png", picture("PNG"), "image/png"),
        ("IMG_2041.HEIC", uploads.HEIC, "image/heic"),
        ("form.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("note.txt", uploads.TEXT, "text/plain"),
        ("note.txt", "caf\u00e9 \u2013 5 \u00a3".encode("cp1252"), "text/plain"),
        ("note.txt", "Two words".encode("utf-16"), "text/plain"),
        ("agreed.eml", uploads.EML, "message/rfc822"),
        ("agreed.msg", uploads.MSG, "application/vnd.ms-outlook"),
    ],
)
def test_it_knows_what_people_have(name, data, media_type):
    assert kind_of(data, name).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("statement.pdf", b"", "is empty"),
        ("statement.exe", uploads.EXE, "not of a kind that is kept. Select a PDF, a photograph"),
        ("statement", uploads.PDF, "not of a kind that is kept"),
        ("statement.pdf.", uploads.EXE, "Do not open it"),
        ("page.html", uploads.HTML, "not of a kind that is kept"),
        ("drawing.svg", uploads.SVG, "not of a kind that is kept"),
        ("macros.docm", docx(), "not of a kind that is kept"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "not of a kind that is kept"),
        ("statement.pdf", uploads.EXE, "named like a PDF, but looks like a program. Do not open it"),
        ("statement.pdf", uploads.HTML, "named like a PDF"),
        ("statement.pdf", uploads.HTML + uploads.PDF, "named like a PDF"),
        ("statement.pdf", b"\n" + uploads.PDF, "a PDF"),
        ("statement.pdf", uploads.PDF[:40], "cannot be read as a PDF"),
        ("photo.jpg", uploads.SVG, "named like a JPG"),
        ("photo.jpg", picture("PNG"), "not what is in it. It looks like a PNG picture. Open it on your computer"),
        ("photo.jpg", picture("GIF"), "named like a JPG"),
        ("photo.jpg", picture("JPEG")[:3] + b"junk", "JPG"),
        ("screen.png", picture("PNG")[:40], "cannot be read as a PNG"),
        ("screen.png", picture("PNG").replace(b"IDAT", b"IDAX"), "cannot be read as a PNG"),
        ("screen.png", uploads.huge_picture(), "cannot be read as a PNG"),
        ("photo.heic", uploads.HEIC[:-10], "cannot be read as a HEIC"),
        ("photo.heic", uploads.HEIC.replace(b"meta", b"free"), "cannot be read as a HEIC"),
        ("film.heic", uploads.box(b"ftyp", b"mp42\0\0\0\0") + uploads.box(b"meta"), "HEIC"),
        ("form.docx", docx(types="application/vnd.ms-word.document.macroEnabled.main+xml"), "holds macros"),
        ("form.docx", docx(more=[("word/vbaProject.bin", b"x")]), "holds macros"),
        ("form.docx", docx(more=[("word/embeddings/oleObject1.bin", b"x")]), "holds macros"),
        ("form.docx", docx(types="application/vnd.ms-excel"), "cannot be read as a Word document"),
        ("form.docx", docx()[:80], "cannot be read as a Word document"),
        ("form.docx", uploads.EXE, "named like a Word document"),
        ("form.docx", docx(more=[(f"word/{number}", b"") for number in range(5000)]), "cannot be read as a Word"),
        ("form.docx", uploads.bomb(), "cannot be read as a Word document"),
        ("note.txt", uploads.EXE, "cannot be read as plain text"),
        ("note.txt", uploads.HTML, "cannot be read as plain text"),
        ("note.txt", b"Words\n" + uploads.SVG, "cannot be read as plain text"),
        ("note.txt", b"Words\x00more", "cannot be read as plain text"),
        ("mail.eml", uploads.HTML, "cannot be read as an email"),
        ("mail.eml", uploads.TEXT, "cannot be read as an email"),
        ("mail.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "cannot be read as an Outlook message"),
        ("mail.msg", uploads.MSG + "_VBA_PROJECT".encode("utf-16-le"), "holds macros"),
    ],
    ids=lambda value: f"{len(value)} bytes" if isinstance(value, bytes) else None,
)
def test_it_refuses_what_calls_itself_something_else(name, data, sentence):
    with pytest.raises(Refusal, match="“") as refused:
        kind_of(data, name)
    assert sentence in refused.value.sentence
    assert refused.value.field == "file"


@pytest.mark.parametrize("length", [0, 1, 3, 7, 11, 12, 30])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", uploads.PDF), ("a.jpg", picture("JPEG")), ("a.png", picture("PNG")), ("a.heic", uploads.HEIC),
        ("a.docx", docx()), ("a.msg", uploads.MSG), ("a.eml", uploads.EML),
    ],
)  # fmt: skip
def test_a_file_cut_short_is_refused_in_a_sentence(name, data, length):
    with pytest.raises(Refusal):
        kind_of(data[:length], name)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("statement.pdf", "statement.pdf"),
        ("Müller’s  statement.PDF", "Müller’s statement.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\amir\\statement.pdf", "statement.pdf"),
        ("/etc/cron.d/x.pdf", "x.pdf"),
        ("state\x00ment\r\nX-Evil: 1.pdf", "statementX-Evil_ 1.pdf"),
        ("annex\u202efdp.pdf", "annexfdp.pdf"),
        ("a\u2028b\u2066c.pdf", "abc.pdf"),
        ('a"b<c>|?*.pdf', "a_b_c____.pdf"),
        ("CON.pdf", "document_CON.pdf"),
        ("nul.tar.pdf", "document_nul.tar.pdf"),
        (".pdf", "document.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        ("   .pdf", "document.pdf"),
        ("no ending", "no ending.pdf"),
        ("report.pdf.exe", "report.pdf.exe.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("e\u0301" * 100 + ".pdf", "\u00e9" * 96 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(name, safe):
    assert safe_name(name, PDF) == safe


def test_an_ending_hidden_by_turned_writing_does_not_count():
    """“annexfdp.exe” that shows as “annexexe.pdf”."""
    with pytest.raises(Refusal, match="not of a kind"):
        kind_of(uploads.EXE, "annex\u202efdp.exe")
