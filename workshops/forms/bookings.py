"""A booking: choose a person or a session, confirm."""

from django import forms

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Link
from referrals.models import Referral
from workshops.models import Session


class ConfirmForm(Form):
    """Nothing is asked: the button is the answer."""

    def __init__(self, *args, text, keep_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [Buttons(Button(text, style="warning"), Link("Keep it", keep_url))]


class _Choose(Form):
    """One choice of a few that are offered. Another row that the user may see is taken too, so that the operation can
    say why it will not do: somebody may have booked it a moment ago."""

    def offer(self, name, visible, rows, label, hint):
        field = self.fields[name]
        field.queryset = visible
        field.widget.choices = [(str(row.pk), label(row)) for row in rows]
        hints = {str(row.pk): hint(row) for row in rows}
        self.layout = [Field(name, hints=hints), Buttons(Button(self.button), Link("Cancel", self.back_url))]


class ChoosePersonForm(_Choose):
    case = forms.ModelChoiceField(
        Referral.objects.none(),
        label="Who is to be booked?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select who is to be booked"},
    )
    button = "Book this person"

    def __init__(self, *args, visible, rows, label, hint, back_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.back_url = back_url
        self.offer("case", visible, rows, label, hint)


class ChooseSessionForm(_Choose):
    session = forms.ModelChoiceField(
        Session.objects.none(),
        label="Which session?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select a session"},
    )
    button = "Book this session"

    def __init__(self, *args, visible, rows, label, hint, back_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.back_url = back_url
        self.offer("session", visible, rows, label, hint)
