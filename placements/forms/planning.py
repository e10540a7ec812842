"""The forms of work sessions that are planned, moved and cancelled."""

from django import forms
from django.http import QueryDict

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Hidden, Link, Row
from placements import rules
from placements.facts import Pattern
from placements.forms.common import Timed, days_field
from placements.models import Placement

NOT_CARRIED = ("step", "leave_out", "shown", "csrfmiddlewaretoken")
ONE, SEVERAL = "one", "several"


class PlanWorkForm(Timed):
    """One session, or several in a pattern."""

    repeat = forms.ChoiceField(
        label="How often?",
        choices=[(ONE, "Once"), (SEVERAL, "Several times")],
        widget=forms.RadioSelect,
        initial=ONE,
        error_messages={"required": "Select how often"},
    )
    weekdays = days_field(
        label="On which days of the week?", error_messages={"required": "Select at least one day of the week"}
    )
    number = forms.IntegerField(
        label="How many sessions?",
        min_value=1,
        max_value=rules.MOST,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "min_value": "Enter how many sessions, 1 or more",
            "max_value": f"Enter how many sessions, {rules.MOST} or fewer: plan the rest later",
        },
    )
    bank_holidays_out = forms.BooleanField(label="Leave out bank holidays", required=False, initial=True)
    school_holidays_out = forms.BooleanField(label="Leave out school holidays", required=False)

    reveal = {
        "repeat": {
            SEVERAL: [
                Field("weekdays", small=True),
                Field("number", width=2, hint="Leave it empty to plan until the hours left are planned"),
                Field("bank_holidays_out", legend="Holidays", small=True),
                Field("school_holidays_out", small=True),
            ]
        }
    }

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = "Day, or the first of several"
        self.layout = [
            "on",
            Row(Field("starts_at", width=5), Field("ends_at", width=5)),
            "repeat",
            Buttons(Button("Continue", name="step", value="see"), Link("Cancel", cancel)),
        ]

    def clean(self):
        given = super().clean()
        if given.get("repeat") == ONE:
            given["times"] = self.on_the_wall()
        elif given.get("starts_at") and given.get("ends_at") and given["ends_at"] <= given["starts_at"]:
            self.add_error(
                "ends_at", f"The end, {given['ends_at']:%H:%M}, must be after the start, {given['starts_at']:%H:%M}."
            )
        return given

    @property
    def pattern(self) -> Pattern | None:
        """What is asked, if it is more than one session."""
        given = self.cleaned_data
        if given["repeat"] == ONE:
            return None
        return Pattern(
            weekdays=given["weekdays"],
            first=given["on"],
            starts=given["starts_at"],
            ends=given["ends_at"],
            number=given["number"],
            bank_holidays_out=given["bank_holidays_out"],
            school_holidays_out=given["school_holidays_out"],
        )


class PreviewForm(Form):
    """Whether the days that were shown are planned; carries what was asked before."""

    leave_out = forms.BooleanField(
        label="Leave out the days that cannot be planned",
        required=False,
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, asked: QueryDict, stopped: int, possible: int, shown: str, cancel: str, **kwargs):
        super().__init__(*args, initial={"shown": shown}, **kwargs)
        carried = [(name, value) for name, values in asked.lists() if name not in NOT_CARRIED for value in values]
        make = Button(f"Plan {'this session' if possible == 1 else 'these sessions'}", name="step", value="make")
        self.layout = [
            *(["leave_out"] if stopped and possible else []),
            *(Hidden(name, value) for name, value in carried),
            "shown",
            Buttons(
                *([make] if possible else []),
                Button("Change the plan", name="step", value="change", style="secondary"),
                Link("Cancel", cancel),
            ),
        ]


class MoveWorkForm(Timed):
    """Another day, time or site for a planned session."""

    placement = forms.ModelChoiceField(
        Placement.objects.none(), label="At which site?", empty_label=None, widget=forms.RadioSelect
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, placements, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["placement"]
        field.queryset, field.label_from_instance = placements, lambda placement: str(placement.site)
        if [placement.pk for placement in placements] == [self.initial["placement"]]:
            field.widget = forms.HiddenInput()  # there is no other
        self.layout = [
            "on",
            Row(Field("starts_at", width=5), Field("ends_at", width=5)),
            "placement",
            "seen",
            Buttons(Button("Move the session"), Link("Go back", cancel)),
        ]

    def clean(self):
        given = super().clean()
        given["times"] = self.on_the_wall()
        return given

    def moved(self) -> dict:
        """What move_work_session() takes."""
        given = self.cleaned_data
        [(start, end)] = given["times"]
        return {"starts_at": start, "ends_at": end, "placement": given["placement"], "version": given["seen"]}


class CancelWorkForm(Form):
    """One session, or with it those that were planned with it and come after it."""

    reason = forms.CharField(label="Why is it cancelled?", max_length=250, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, later: int, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        if later:
            rest = f"This one and the {later} after it that {'was' if later == 1 else 'were'} planned with it"
            self.fields["which"] = forms.ChoiceField(
                label="Which sessions?",
                choices=[("this", "Only this one"), ("rest", rest)],
                widget=forms.RadioSelect,
                error_messages={"required": "Select which sessions"},
            )
        self.layout = [
            *(["which"] if later else []),
            "reason",
            "seen",
            Buttons(Button("Cancel the session", style="warning"), Link("Go back", cancel)),
        ]

    def cancelled(self) -> dict:
        """What cancel_work_session() takes."""
        given = self.cleaned_data
        return {"version": given["seen"], "rest": given.get("which") == "rest", "reason": given["reason"]}
