"""The forms of a placement and of the sessions planned in it."""

from django import forms

from govuk.forms import DateField, Form
from govuk.layout import Button, Buttons, Field, Link, Row
from placements import rules
from placements.forms.common import Timed, codes, offer_codes
from placements.models import PlacementEndReason


class PlacementForm(Form):
    """The agreement: how many hours at this site, and who signed."""

    hours_agreed = forms.DecimalField(
        label="How many hours at this site?",
        min_value=0,
        max_value=300,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": "Enter how many hours they will work at this site"},
    )
    signed_by = forms.CharField(
        label="Who signed the agreement?",
        max_length=120,
        error_messages={"required": "Enter the name of the person who signed the agreement"},
    )
    parent_signed_by = forms.CharField(
        label="Which parent or carer signed it?",
        max_length=120,
        help_text="A parent or carer must sign for somebody under 18",
        error_messages={"required": "Enter the name of the parent or carer who signed the agreement"},
    )
    signed_on = DateField(
        label="When was it signed?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day on which it was signed"},
    )

    def __init__(self, *args, child, left, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        if not child:
            del self.fields["parent_signed_by"]
        self.layout = [
            Field("hours_agreed", width=4, suffix="hours", hint=f"{rules.in_words(left)} are left to do"),
            "signed_by",
            *(["parent_signed_by"] if child else []),
            "signed_on",
            Buttons(Button("Plan the placement"), Link("Cancel", cancel)),
        ]

    def clean_hours_agreed(self):
        hours = self.cleaned_data["hours_agreed"]
        if hours * 60 % 1:
            raise forms.ValidationError("Enter hours that make whole minutes, like 7.5 or 7.25")
        return hours

    def agreement(self) -> dict:
        """What plan_placement() takes."""
        answers = dict(self.cleaned_data)
        return {"minutes_agreed": int(answers.pop("hours_agreed") * 60), **answers}


class EndPlacementForm(Form):
    reason = codes(PlacementEndReason, label="Why does the placement end?")

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        hints = offer_codes(self.fields["reason"], PlacementEndReason)
        self.layout = [
            Field("reason", hints=hints),
            Buttons(Button("End the placement", style="warning"), Link("Cancel", cancel)),
        ]


class PlanSessionsForm(Timed):
    """One session, or the same day and time for several weeks."""

    weeks = forms.IntegerField(
        label="For how many weeks?",
        help_text="1 for a single session",
        min_value=1,
        max_value=26,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter for how many weeks, 1 for a single session"},
    )

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [
            "on",
            Row(Field("starts_at", width=5), Field("ends_at", width=5)),
            Field("weeks", width=2),
            Buttons(Button("Plan the work"), Link("Cancel", cancel)),
        ]

    def clean(self):
        weeks = self.cleaned_data.get("weeks")
        self.cleaned_data["times"] = self.on_the_wall(weeks) if weeks else []
