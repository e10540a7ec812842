"""The form of the report at the end of community work."""

from django import forms

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Link
from referrals.forms.fields import text_area


class ReportForm(Form):
    """`before`: the number of the last report, where there is one."""

    in_words = text_area(
        label="What should the officer know?",
        max_length=3000,
        error_messages={"required": "Enter what the officer should know"},
    )
    changed_because = forms.CharField(
        max_length=300, error_messages={"required": "Enter what differs from the report before"}
    )

    def __init__(self, *args, before, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.before, self.cancel = before, cancel
        if before:
            self.fields["changed_because"].label = f"What differs from report {before}?"
        else:
            del self.fields["changed_because"]

    @property
    def layout(self):
        hint = (
            "For example, how they worked, what went well and what did not. The figures are added by themselves. The "
            "officers and the triage team read it. Do not name a victim."
        )
        return [
            *(["changed_because"] if self.before else []),
            Field("in_words", rows=8, hint=hint),
            Buttons(Button("Send the report"), Link("Cancel", self.cancel)),
        ]
