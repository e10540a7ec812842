"""The forms of a placement."""

from django import forms

from govuk.forms import DateField, Form
from govuk.layout import Button, Buttons, Field, Link
from placements import rules
from placements.forms.common import codes, offer_codes
from placements.models import PlacementEndReason


class PlacementForm(Form):
    """The agreement: how many hours at this site, who signed, and why this site where it does not meet everything."""

    override_reason = forms.CharField(
        label="Why is this site right all the same?",
        help_text="For example, what you checked with the site, or which day the person can come after all",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why this site is right all the same"},
    )

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
    risks_told_on = DateField(
        label="When was the parent or carer told the key risks of the work?",
        help_text="They must know them before the start. For example, 27 3 2026",
        error_messages={"required": "Enter the day on which the parent or carer was told the key risks"},
    )
    signed_on = DateField(
        label="When was it signed?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day on which it was signed"},
    )

    def __init__(self, *args, child, to_justify: bool, unmet: bool, left, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        if not unmet:  # there is only something to check
            reason = self.fields["override_reason"]
            reason.label, reason.help_text = "What did you check with the site?", "And with whom"
            reason.error_messages["required"] = "Enter what you checked with the site"
        asked = ["override_reason"] if to_justify else []
        of_parent = ["parent_signed_by", "risks_told_on"] if child else []
        for name in {"override_reason", "parent_signed_by", "risks_told_on"} - {*asked, *of_parent}:
            del self.fields[name]
        self.layout = [
            *asked,
            Field("hours_agreed", width=4, suffix="hours", hint=f"{rules.in_words(left)} are left to do"),
            "signed_by",
            *of_parent[:1],
            "signed_on",
            *of_parent[1:],
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
    reason = codes(
        PlacementEndReason,
        label="Why does the placement end?",
        error_messages={"required": "Select why the placement ends"},
    )

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        hints = offer_codes(self.fields["reason"], PlacementEndReason)
        self.layout = [
            Field("reason", hints=hints),
            Buttons(Button("End the placement", style="warning"), Link("Cancel", cancel)),
        ]
