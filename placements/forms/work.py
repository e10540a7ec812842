"""The forms of work that was done, and of the hours."""

from django import forms

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Fieldset, Link, Row
from placements import rules
from placements.forms.common import Timed, codes, minutes_field, offer_codes
from placements.lifecycle import Grade
from placements.models import AdjustmentReason
from referrals.models import AttendanceOutcome


class RecordForm(Timed):
    """What Remedi reports of one session."""

    outcome = codes(AttendanceOutcome, label="What happened?", error_messages={"required": "Select what happened"})
    break_minutes = minutes_field(label="Breaks", help_text="Minutes without work, such as lunch")
    penalty_minutes = minutes_field(label="Penalty", help_text="Minutes taken off, for coming late or not working")
    quality = forms.ChoiceField(
        label="Quality of the work", choices=[("", "Not given"), *Grade.choices], required=False
    )
    behaviour = forms.ChoiceField(label="Behaviour", choices=[("", "Not given"), *Grade.choices], required=False)
    notes = forms.CharField(label="Notes", max_length=2000, required=False, widget=forms.Textarea)
    late_reason = forms.CharField(label="Why is it recorded late?", max_length=250, required=False)
    record_beyond = forms.BooleanField(label="Record the work beyond the order", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    button = "Record the session"

    def __init__(self, *args, left: int, late: bool, cancel: str, credited: int = 0, **kwargs):
        super().__init__(*args, **kwargs)
        hints = offer_codes(self.fields["outcome"], AttendanceOutcome)
        self.fields["record_beyond"].label = (
            f"Record the work, and credit only {rules.in_words(left)}"
            if left
            else "Record the work, and credit nothing: all hours are done"
        )
        self.late, self.hints, self.cancel, self.credited = late, hints, cancel, credited

    @property
    def layout(self):
        """Asks for what a rule needs only when it does: the reason for lateness, and work beyond the order."""
        asked = {name for name in ("late_reason", "record_beyond") if self.data.get(name) or name in self.errors}
        return [
            *(["reason"] if "reason" in self.fields else []),
            Field("outcome", hints=self.hints),
            Fieldset(
                "When",
                "on",
                Row(Field("starts_at", width=5), Field("ends_at", width=5)),
                Row(
                    Field("break_minutes", width=3, suffix="minutes"),
                    Field("penalty_minutes", width=3, suffix="minutes"),
                ),
            ),
            Fieldset("How it went", Row("quality", "behaviour"), Field("notes", rows=3)),
            *(["late_reason"] if self.late or "late_reason" in asked else []),
            *([Field("record_beyond", legend="More work than the order has left")] if "record_beyond" in asked else []),
            "version",
            Buttons(Button(self.button), Link("Cancel", self.cancel)),
        ]

    def clean(self):
        times = self.on_the_wall()
        if times:
            self.cleaned_data["times"] = times[0]

    def report(self) -> dict:
        """What the operations take."""
        given = self.cleaned_data
        names = ("outcome", "quality", "behaviour", "notes", "late_reason", "record_beyond")
        return {
            **{name: given[name] for name in names},
            "starts_at": given["times"][0],
            "ends_at": given["times"][1],
            "break_minutes": given["break_minutes"] or 0,
            "penalty_minutes": given["penalty_minutes"] or 0,
        }


class CorrectForm(RecordForm):
    """A recorded session, said again with the reason."""

    reason = forms.CharField(
        label="Why is it corrected?", max_length=250, error_messages={"required": "Enter why the session is corrected"}
    )
    button = "Save the correction"


class SetHoursForm(Form):
    """The order as the police set it from now on."""

    hours = forms.IntegerField(
        label="Hours",
        min_value=0,
        max_value=10_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter how many hours the order is from now on"},
    )
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=0,
        max_value=59,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    decided_by = forms.CharField(
        label="Who of the police decided?",
        help_text="Name and rank",
        max_length=120,
        error_messages={"required": "Enter who of the police decided"},
    )
    reason = forms.CharField(
        label="Why?", max_length=250, error_messages={"required": "Enter the reason in a few words"}
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the order when the page was opened, minutes

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [
            Fieldset(
                "How many hours are there to do altogether?",
                Row(Field("hours", width=4), Field("minutes", width=3)),
            ),
            "decided_by",
            "reason",
            "seen",
            Buttons(Button("Change the hours"), Link("Cancel", cancel)),
        ]

    def order(self) -> dict:
        """What change_order() takes."""
        given = self.cleaned_data
        minutes = given["hours"] * 60 + (given["minutes"] or 0)
        said = {name: given[name] for name in ("decided_by", "reason", "seen")}
        return {"minutes_required": minutes, **said}


class AdjustForm(Form):
    """Minutes added to the order, or taken off it, by hand."""

    direction = forms.ChoiceField(
        label="What changes?",
        choices=[("off", "Take minutes off the order"), ("add", "Add minutes to the order")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether minutes are added or taken off"},
    )
    minutes = forms.IntegerField(
        label="How many minutes?",
        min_value=1,
        max_value=18_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Enter how many minutes",
            "min_value": "Enter how many minutes, 1 or more",
            "max_value": "Enter how many minutes, 18,000 or fewer",
        },
    )
    code = codes(AdjustmentReason, label="For what reason?", error_messages={"required": "Select a reason"})
    reason = forms.CharField(
        label="In a few words", max_length=250, error_messages={"required": "Enter the reason in a few words"}
    )

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        offer_codes(self.fields["code"], AdjustmentReason)
        hints = {
            code.pk: f"{code.hint}. At most {code.cap_minutes} minutes a case" if code.cap_minutes else code.hint
            for code in self.fields["code"].queryset
        }
        self.layout = [
            "direction",
            Field("minutes", width=5, suffix="minutes"),
            Field("code", hints=hints),
            "reason",
            Buttons(Button("Adjust the hours"), Link("Cancel", cancel)),
        ]

    def adjustment(self) -> dict:
        """What adjust_hours() takes."""
        given = self.cleaned_data
        sign = -1 if given["direction"] == "off" else 1
        return {"minutes": sign * given["minutes"], "code": given["code"], "reason": given["reason"]}
