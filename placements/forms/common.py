"""What several forms of community work ask with."""

from django import forms
from django.utils import timezone

from audit.trail import Refusal
from govuk.forms import DateField, Form, TimeField
from govuk.layout import Button, Buttons, Link
from placements import rules

DAYS = list(enumerate(rules.DAY_NAMES))
PHONE = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})


def days_field(**options):
    return forms.TypedMultipleChoiceField(choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple, **options)


def minutes_field(**options):
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(min_value=0, max_value=720, required=False, widget=widget, **options)


def seen_field():
    """What the row said when the page was opened; goes back to the operation, which compares it."""
    return forms.CharField(widget=forms.HiddenInput, required=False, empty_value=None)


def codes(model, **options):
    """A choice among the codes of a list that may be chosen today, as radios."""
    return forms.ModelChoiceField(model.objects.none(), empty_label=None, widget=forms.RadioSelect, **options)


def offer_codes(field, model):
    """Fill in the choices, for each request anew; returns the hint of each."""
    field.queryset = model.objects.valid_on(timezone.localdate())
    return {code.pk: code.hint for code in field.queryset}


class ConfirmForm(Form):
    """A question with one button; what cannot be done is said above it."""

    def __init__(self, *args, button, cancel, style="", **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [Buttons(Button(button, style=style), Link("Go back", cancel))]


class Timed(Form):
    """A day with a start and an end on the clock. `times` after validation: aware datetimes."""

    on = DateField(label="Day", help_text="For example, 27 3 2026", error_messages={"required": "Enter the day"})
    starts_at = TimeField(label="Start", error_messages={"required": "Enter the time at which it starts, like 09:00"})
    ends_at = TimeField(label="End", error_messages={"required": "Enter the time at which it ends, like 12:00"})

    def on_the_wall(self):
        """[(start, end)]; the form says it where a time does not exist that day, or is two."""
        given = [self.cleaned_data.get(name) for name in ("on", "starts_at", "ends_at")]
        if None in given:
            return []
        try:
            return [rules.times_on(*given)]
        except Refusal as refusal:
            self.add_error(refusal.field, refusal.sentence)
            return []
