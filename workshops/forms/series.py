"""A series of sessions: what is asked, and the dates that come of it."""

from django import forms
from django.utils import timezone

from govuk.forms import DateField, Form, TimeField
from govuk.layout import Button, Buttons, Field, Hidden, Link
from workshops import rules, series
from workshops.forms.sessions import WhatForm, WhereForm

UNTIL, COUNT = "until", "count"
ALREADY = ("days", "step", "csrfmiddlewaretoken")  # not to be carried twice


class SeriesForm(WhatForm, WhereForm):
    weekdays = forms.TypedMultipleChoiceField(
        label="On which days of the week?",
        choices=list(enumerate(series.WEEKDAYS)),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one day of the week"},
    )
    starts = TimeField(label="Start", error_messages={"required": "Enter the time at which each session starts"})
    ends = TimeField(label="End", error_messages={"required": "Enter the time at which each session ends"})
    first = DateField(
        label="From", help_text="For example, 27 3 2026", error_messages={"required": "Enter the date from which"}
    )
    how_long = forms.ChoiceField(
        label="How long does the series go on?",
        choices=[(UNTIL, "Until a date"), (COUNT, "For a number of sessions")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select how long the series goes on"},
    )
    last = DateField(
        label="Last possible date",
        help_text="For example, 17 7 2026",
        error_messages={"required": "Enter the last possible date"},
    )
    number = forms.IntegerField(
        label="Number of sessions",
        min_value=1,
        max_value=series.MOST,
        error_messages={"required": f"Enter how many sessions, from 1 to {series.MOST}"},
    )
    school_holidays_out = forms.BooleanField(label="Leave out school holidays", required=False, initial=True)

    reveal = {**WhereForm.reveal, "how_long": {UNTIL: ["last"], COUNT: [Field("number", width=3)]}}
    layout = [
        *WhatForm.what,
        Field("weekdays", small=True),
        Field("starts", width=5, hint="For example 14:00"),
        Field("ends", width=5, hint="On the same day, for example 16:30"),
        "first",
        "how_long",
        Field("school_holidays_out", hint="Bank holidays are always left out."),
        "where",
        *WhatForm.who,
        Buttons(Button("See the dates", name="step", value="dates"), Link("Cancel", "/workshops/")),
    ]

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_staff(by.organisation_id, by)
        self.offer_places()

    def clean(self):
        given = super().clean()
        if "first" in given and (too_far := rules.too_far_ahead(given["first"], timezone.localdate())):
            self.add_error("first", too_far)
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", f"Enter a time after the start, {given['starts']:%H:%M}.")
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", f"Enter a date on or after the first, {given['first']:%-d %B %Y}.")
        return given

    ASKED = {"where", "weekdays", "starts", "ends", "first", "how_long", "last", "number", "school_holidays_out"}

    @property
    def asked(self) -> dict:
        """What is the same of every session, as the operation is given it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.ASKED}


class DatesForm(Form):
    """Which of the dates are to be made; carries what was asked before."""

    days = forms.MultipleChoiceField(
        label="Which dates are to be made?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one date"},
    )

    def offer(self, wanted, clashes, asked):
        self.fields["days"].choices = [(f"{day}", f"{day:%A %-d %B %Y}") for day in wanted]
        carried = [(name, value) for name, values in asked.lists() if name not in ALREADY for value in values]
        self.layout = [
            Field("days", small=True, hints={f"{day}": " ".join(why) for day, why in clashes.items()}),
            *(Hidden(name, value) for name, value in carried),
            Buttons(
                Button("Schedule these sessions", name="step", value="make"),
                Button("Change the series", name="step", value="change", style="secondary"),
                Link("Cancel", "/workshops/"),
            ),
        ]
