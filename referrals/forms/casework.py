"""Forms of the work on a case: notes, tasks, telling a victim."""

import uuid

from django import forms

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field
from referrals.forms.fields import text_area


class SentOnceForm(Form):
    """A form that makes something new: each page shown carries a key, so that sending it twice makes one thing."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"once": uuid.uuid4().hex, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class NoteForm(SentOnceForm):
    text = text_area(label="Write a note", max_length=4000, error_messages={"required": "Enter the note"})
    sensitive = forms.BooleanField(
        label="Sensitive: only the triage team and I read it",
        required=False,
        help_text="This cannot be taken back. Tick it for anything about a victim.",
    )

    mark_optional = False
    layout = [
        "once",
        Field(
            "text",
            rows=4,
            label_size="m",
            hint="Everybody who may open this case reads it, the provider too. Do not name the victim. A note cannot "
            "be changed or deleted.",
        ),
        Field("sensitive", small=True),
        Buttons(Button("Save note")),
    ]
