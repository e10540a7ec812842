"""A few documents, added as their officers add them: through the operation, which looks at every byte."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.models import User
from referrals.lifecycle import CLOSED, Status
from referrals.models import Document, Referral
from referrals.operations import add_document

OFFICER = "officer@derbyshire.example"
STATEMENT = """Statement of a resident, taken at the door.

I saw four young people by the bus shelter. One of them kicked the glass until it broke. They stopped when I spoke to
them, and one said sorry. I do not want to go to court. I would like them to clear up.
"""


FILES = (  # of the newest case that waits, and of the one before it
    (0, "statement.txt", STATEMENT.encode(), Document.Kind.STATEMENT, "Statement of a resident", False),
    (0, "shelter.png", "Bus shelter", Document.Kind.PHOTOGRAPH, "The bus shelter", True),
    (1, "wall.png", "Garage wall", Document.Kind.PHOTOGRAPH, "The garage wall", True),
)


def add() -> int:
    """Documents on the cases of the officer whose sign-in is printed. Returns how many."""
    officer = User.objects.get(email=OFFICER)
    open_cases = Referral.objects.visible_to(officer, "referrals.refer").exclude(status__in=[Status.DRAFT, *CLOSED])
    cases = list(open_cases.with_permissions_of(officer).order_by("-submitted_at")[:2])
    added = [file for file in FILES if file[0] < len(cases)]
    for number, name, content, kind, title, for_provider in added:
        upload = SimpleUploadedFile(name, content if isinstance(content, bytes) else _picture(content))
        add_document(cases[number], by=officer, upload=upload, kind=kind, title=title, for_provider=for_provider)
    return len(added)


def _picture(words: str) -> bytes:
    """A grey picture that says what a photograph would show."""
    picture, held = Image.new("RGB", (640, 360), "#b1b4b6"), BytesIO()
    ImageDraw.Draw(picture).text((40, 160), f"{words} (demonstration)", fill="#0b0c0c")
    picture.save(held, "PNG")
    return held.getvalue()
