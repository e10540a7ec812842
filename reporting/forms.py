"""Forms of reporting: which period, and what a new version corrects."""

from datetime import date
from typing import cast

from crispy_forms.layout import Layout
from django import forms

from govuk.forms import DateField, Form
from govuk.layout import Button, Buttons, Field, Link
from reporting.periods import Period

KINDS = (
    ("month", "A month"),
    ("quarter", "A quarter"),
    ("half", "Half a year"),
    ("year", "A year"),
    ("dates", "Other dates"),
)
PERIOD_OF = {
    "month": Period.month_of,
    "quarter": Period.quarter_of,
    "half": Period.half_year_of,
    "year": Period.year_of,
}
OFFERED = {"month": 24, "quarter": 12, "half": 6, "year": 5}


class PeriodForm(Form):
    """A period of the financial year, or any two dates; `period` once valid.

    With over=True only periods that are over at `today` are offered.
    """

    kind = forms.ChoiceField(
        label="Which period?",
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Select a month, a quarter, half a year, a year, or other dates"},
    )
    month = forms.ChoiceField()
    quarter = forms.ChoiceField()
    half = forms.ChoiceField(label="Half-year")
    year = forms.ChoiceField(label="Financial year")
    start_on = DateField(
        label="First day",
        help_text="For example, 1 4 2024",
        error_messages={
            "required": "Enter the first day",
            "incomplete": "The first day must include a %(missing)s",
            "not_real": "The first day must be a real date, like 1 4 2024",
        },
    )
    end_on = DateField(
        label="Last day",
        help_text="This day is counted. For example, 30 9 2024",
        error_messages={
            "required": "Enter the last day",
            "incomplete": "The last day must include a %(missing)s",
            "not_real": "The last day must be a real date, like 30 9 2024",
        },
    )

    reveal = {
        "kind": {
            "month": ["month"],
            "quarter": ["quarter"],
            "half": ["half"],
            "year": ["year"],
            "dates": ["start_on", "end_on"],
        }
    }

    def __init__(self, data=None, *, today: date, over: bool, button: str, cancel: str = ""):
        super().__init__(data, initial={"kind": "quarter"})
        self.today = today
        for name, period_of in PERIOD_OF.items():
            period: Period = period_of(today)
            periods: list[Period] = []
            while len(periods) < OFFERED[name]:
                if not over or period.end_on < today:
                    periods.append(period)
                period = period.previous()
            cast(forms.ChoiceField, self.fields[name]).choices = [(str(one.start_on), _text(one)) for one in periods]
        buttons = Buttons(Button(button), *([Link("Cancel", cancel)] if cancel else []))
        self.helper.layout = Layout(Field("kind"), buttons)

    def clean(self):
        given = super().clean()
        start, end = given.get("start_on"), given.get("end_on")
        if start and start > self.today:
            self.add_error("start_on", "The first day must be today or in the past")
        elif start and end and end < start:
            self.add_error("end_on", f"The last day must be {start:%-d %B %Y} or later")
        return given

    @property
    def period(self) -> Period:
        """The period that was chosen."""
        kind = self.cleaned_data["kind"]
        if kind == "dates":
            return Period(self.cleaned_data["start_on"], self.cleaned_data["end_on"])
        return PERIOD_OF[kind](date.fromisoformat(self.cleaned_data[kind]))


def _text(period: Period) -> str:
    return period.name if period.whole_months == 1 else f"{period.name} ({period.dates})"


class CorrectionForm(Form):
    corrects = forms.CharField(
        label="What does the new version correct?",
        help_text="This stands on the new version. Do not name anybody.",
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": "Enter what the new version corrects"},
    )

    def __init__(self, data=None, *, cancel: str):
        super().__init__(data)
        self.helper.layout = Layout("corrects", Buttons(Button("Make the new version"), Link("Cancel", cancel)))
