"""Which files are kept: name, first bytes and build must agree, and a name is made safe."""

import pytest

from audit.trail import Refusal
from referrals.filetypes import BY_ENDING, recognise, safe_name
from tests.referrals import files
from tests.referrals.files import docx, picture, upload

PDF = BY_ENDING[".pdf"]


def kind_of(data, name):
    return recognise(upload(data, name), name, len(data))


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("statement.pdf", files.PDF, "application/pdf"),
        ("STATEMENT.PDF", files.PDF, "application/pdf"),
        ("shelter.jpg", picture("JPEG"), "image/jpeg"),
        ("shelter.jpeg", picture("JPEG"), "image/jpeg"),
        ("screen.png", picture("PNG"), "image/png"),
        ("IMG_2041.HEIC", files.HEIC, "image/heic"),
        ("form.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("note.txt", files.TEXT, "text/plain"),
        ("note.txt", "caf\u00e9 \u2013 5 \u00a3".encode("cp1252"), "text/plain"),
        ("note.txt", "Two words".encode("utf-16"), "text/plain"),
        ("agreed.eml", files.EML, "message/rfc822"),
        ("agreed.msg", files.MSG, "application/vnd.ms-outlook"),
    ],
)
def test_it_knows_what_people_have(name, data, media_type):
    assert kind_of(data, name).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("statement.pdf", b"", "is empty"),
        ("statement.exe", files.EXE, "not of a kind that is kept. Select a PDF, a photograph"),
        ("statement", files.PDF, "not of a kind that is kept"),
        ("statement.pdf.", files.EXE, "not what is in it"),
        ("page.html", files.HTML, "not of a kind that is kept"),
        ("drawing.svg", files.SVG, "not of a kind that is kept"),
        ("macros.docm", docx(), "not of a kind that is kept"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "not of a kind that is kept"),
        ("statement.pdf", files.EXE, "named like a PDF, but that is not what is in it. It looks like a program."),
        ("statement.pdf", files.HTML, "named like a PDF"),
        ("statement.pdf", files.HTML + files.PDF, "named like a PDF"),
        ("statement.pdf", b"\n" + files.PDF, "a PDF"),
        ("statement.pdf", files.PDF[:40], "cannot be read as a PDF"),
        ("photo.jpg", files.SVG, "named like a JPG"),
        ("photo.jpg", picture("PNG"), "named like a JPG"),
        ("photo.jpg", picture("GIF"), "named like a JPG"),
        ("photo.jpg", picture("JPEG")[:3] + b"junk", "JPG"),
        ("screen.png", picture("PNG")[:40], "cannot be read as a PNG"),
        ("screen.png", picture("PNG").replace(b"IDAT", b"IDAX"), "cannot be read as a PNG"),
        ("screen.png", files.huge_picture(), "cannot be read as a PNG"),
        ("photo.heic", files.HEIC[:-10], "cannot be read as a HEIC"),
        ("photo.heic", files.HEIC.replace(b"meta", b"free"), "cannot be read as a HEIC"),
        ("film.heic", files.box(b"ftyp", b"mp42\0\0\0\0") + files.box(b"meta"), "HEIC"),
        ("form.docx", docx(types="application/vnd.ms-word.document.macroEnabled.main+xml"), "holds macros"),
        ("form.docx", docx(more=[("word/vbaProject.bin", b"x")]), "holds macros"),
        ("form.docx", docx(more=[("word/embeddings/oleObject1.bin", b"x")]), "holds macros"),
        ("form.docx", docx(types="application/vnd.ms-excel"), "cannot be read as a Word document"),
        ("form.docx", docx()[:80], "cannot be read as a Word document"),
        ("form.docx", files.EXE, "named like a Word document"),
        ("form.docx", files.bomb(), "cannot be read as a Word document"),
        ("note.txt", files.EXE, "cannot be read as plain text"),
        ("note.txt", files.HTML, "cannot be read as plain text"),
        ("note.txt", b"Words\n" + files.SVG, "cannot be read as plain text"),
        ("note.txt", b"Words\x00more", "cannot be read as plain text"),
        ("mail.eml", files.HTML, "cannot be read as an email"),
        ("mail.eml", files.TEXT, "cannot be read as an email"),
        ("mail.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "cannot be read as an Outlook message"),
        ("mail.msg", files.MSG + "_VBA_PROJECT".encode("utf-16-le"), "holds macros"),
    ],
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
        ("a.pdf", files.PDF), ("a.jpg", picture("JPEG")), ("a.png", picture("PNG")), ("a.heic", files.HEIC),
        ("a.docx", docx()), ("a.msg", files.MSG), ("a.eml", files.EML),
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
        kind_of(files.EXE, "annex\u202efdp.exe")
