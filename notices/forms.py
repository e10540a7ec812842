"""What the pages of notices ask."""

from crispy_forms.layout import Layout
from django import forms

from accounts.models import Notices
from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Link


class ChoiceForm(Form):
    choice = forms.ChoiceField(
        label="How often do you want them?",
        choices=Notices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how often you want emails"},
    )
    layout = [Field("choice"), Buttons(Button("Save"), Link("Cancel", "/"))]


class GiveUpForm(Form):
    reason = forms.CharField(
        label="Why is it not sent?",
        max_length=200,
        help_text="For example: told by telephone. Do not name anybody in a case.",
        error_messages={"required": "Enter why the email is not sent"},
    )

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("reason", Buttons(Button("Give up", style="warning"), Link("Cancel", cancel)))
