"""A booking: choose a person or a session, confirm."""

from django import forms

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Hidden, Link
from referrals.models import Referral
from workshops.models import Session


class ConfirmForm(Form):
    """Nothing is asked: the button is the answer."""

    def __init__(self, *args, text, keep_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [Buttons(Button(text, style="warning"), Link("Keep it", keep_url))]


class ArrangementsForm(Form):
    """Asks, where somebody needs what a session does not offer, how they will manage."""

    arrangements = forms.CharField(
        label="How will they manage?", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    mark_optional = False
    ask = Field(
        "arrangements",
        hint="Needed where the session does not offer what the person needs. For example: “Her sister interprets; "
        "agreed with the facilitator.”",
    )


class ReferenceForm(Form):
    """Which case is booked, by somebody who sees no cases."""

    reference = forms.CharField(
        label="Case reference",
        max_length=20,
        error_messages={"required": "Enter the case reference, like IJ/2026/00042"},
    )

    def __init__(self, *args, back_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [
            Field("reference", width=20, hint="All of it, for example IJ/2026/00042.", spellcheck=False),
            Buttons(Button("Continue"), Link("Cancel", back_url)),
        ]

    def clean_reference(self):
        return self.cleaned_data["reference"].strip().upper()


class ConfirmPersonForm(ArrangementsForm):
    """The person who was found is booked."""

    def __init__(self, *args, reference, unmet, back_url, **kwargs):
        super().__init__(*args, **kwargs)
        asked = [self.ask] if unmet else []
        self.layout = [
            *asked,
            Hidden("reference", reference),
            Buttons(Button("Book this person", name="confirmed", value="yes"), Link("Another reference", back_url)),
        ]


class _Choose(ArrangementsForm):
    """One choice of a few that are offered. Another row that the user may see is taken too, so that the operation can
    say why it will not do: somebody may have booked it a moment ago."""

    def offer(self, name, visible, rows, label, hint, unmet):
        field = self.fields[name]
        field.queryset = visible
        field.widget.choices = [(str(row.pk), label(row)) for row in rows]
        hints = {str(row.pk): hint(row) for row in rows}
        asked = [self.ask] if any(unmet(row) for row in rows) else []
        self.layout = [Field(name, hints=hints), *asked, Buttons(Button(self.button), Link("Cancel", self.back_url))]


class ChoosePersonForm(_Choose):
    case = forms.ModelChoiceField(
        Referral.objects.none(),
        label="Who is to be booked?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select who is to be booked"},
    )
    button = "Book this person"

    def __init__(self, *args, back_url, **offered):
        super().__init__(*args)
        self.back_url = back_url
        self.offer("case", **offered)


class ChooseSessionForm(_Choose):
    session = forms.ModelChoiceField(
        Session.objects.none(),
        label="Which session?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select a session"},
    )
    button = "Book this session"

    def __init__(self, *args, back_url, **offered):
        super().__init__(*args)
        self.back_url = back_url
        self.offer("session", **offered)
