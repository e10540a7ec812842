"""What somebody thought of the workshop."""

from django import forms

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Link
from workshops import rules
from workshops.models import FeedbackResponse


class FeedbackForm(Form):
    comment = forms.CharField(
        label="Anything else they said",
        required=False,
        max_length=FeedbackResponse._meta.get_field("comment").max_length,
        widget=forms.Textarea,
    )
    may_be_quoted = forms.BooleanField(
        label="They agree that the comment may be quoted, without their name", required=False
    )

    ANSWERS = {"agree": True, "disagree": False, "not_said": None}
    CHOICES = [("agree", "Agree"), ("disagree", "Disagree"), ("not_said", "Rather not say")]

    def __init__(self, *args, back_url, **kwargs):
        super().__init__(*args, **kwargs)
        asked = {
            name: forms.TypedChoiceField(
                label=text,
                choices=self.CHOICES,
                coerce=self.ANSWERS.get,
                widget=forms.RadioSelect,
                error_messages={"required": f"Select an answer to ‘{text}’"},
            )
            for name, text in rules.STATEMENTS.items()
        }
        self.fields = {**asked, **self.fields}
        self.layout = [
            *(Field(name, inline=True, small=True) for name in asked),
            Field("comment", hint="In their own words. Leave out names."),
            Field("may_be_quoted", optional=False),
            Buttons(Button("Save feedback"), Link("Cancel", back_url)),
        ]

    def answers(self) -> dict[str, bool | None]:
        return {name: self.cleaned_data[name] for name in rules.STATEMENTS}
