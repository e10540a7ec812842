"""The forms of a file of referrals."""

from django import forms

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Link
from referrals.importing.reading import MOST_BYTES, MOST_ROWS


class FileForm(Form):
    file = forms.FileField(
        label="Your file",
        max_length=160,
        error_messages={
            "required": "Choose the file to check",
            "empty": "The file is empty. Its first line must name the columns, as the template does",
            "max_length": "Give the file a name of 160 characters or fewer",
        },
    )

    layout = [
        Field("file", hint=f"CSV, up to {MOST_ROWS} referrals and {MOST_BYTES // 1_000_000} MB"),
        Buttons(Button("Check the file")),
    ]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                f"The file has {file.size / 1_000_000:.1f} MB. The most is {MOST_BYTES // 1_000_000} MB: split it up"
            )
        return file


class ImportForm(Form):
    """What to make of a file that was checked: drafts, or referrals that are submitted at once."""

    knowingly = forms.BooleanField(required=False)

    mark_optional = False

    def __init__(self, *args, count: int, again: int, submittable: bool, **kwargs):
        drafts = "Make 1 draft" if count == 1 else f"Make {count} drafts"
        now = "Submit 1 referral now" if count == 1 else f"Submit {count} referrals now"
        buttons = [Button(drafts)]
        if submittable:
            buttons.append(Button(now, name="submit", value="1", style="secondary"))
        self.layout = [*(["knowingly"] if again else []), Buttons(*buttons, Link("Check another file", "../"))]
        super().__init__(*args, **kwargs)
        if again:
            rows = "1 row that may be here already" if again == 1 else f"{again} rows that may be here already"
            self.fields["knowingly"].label = f"I have looked at the {rows}. Import them too"
        else:
            del self.fields["knowingly"]
