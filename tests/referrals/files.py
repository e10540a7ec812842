"""Files of referrals, as a spreadsheet saves them."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile

ROW = {
    "given_names": "Sam",
    "family_name": "Lowe",
    "date_of_birth": "01/02/1999",
    "incident_number": "26000111222",
    "offence": "criminal_damage",
    "offence_at": "01/06/2026 16:00",
    "place": "Bath Street, Ilkeston",
    "district": "erewash",
    "circumstances": "Sprayed paint on the bus shelter.",
    "risks_considered": "yes",
    "disposal": "community_resolution",
    "disposal_at": "01/06/2026 18:00",
    "sufficient_evidence": "yes",
    "responsibility": "accepted",
    "rationale": "First time.",
    "hours_set": "12",
    "consent_kinds": "take_part share",
    "consent_given_by": "Sam Lowe",
    "consent_given_on": "01/06/2026",
}


def row(number=1, **fields):
    """A row that could be submitted, of a person and an incident of its own."""
    return {**ROW, "family_name": f"Lowe{number}", "incident_number": f"2600011{number:04}", **fields}


def text_of(*rows, delimiter=","):
    """The file as text: its first line names the columns of the rows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def file_of(*rows, **kwargs):
    return sent(text_of(*rows, **kwargs))


def sent(text, name="referrals.csv", encoding="utf-8"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return SimpleUploadedFile(name, content, "text/csv")
