"""Recording a session on a phone, one question a page. What is answered stays in the session until it is saved."""

from datetime import time

from django import forms

from audit.trail import Refusal
from govuk.forms import Form, TimeField
from govuk.layout import Button, Buttons, Field, Row
from placements import rules
from placements.forms.common import codes, minutes_field, offer_codes
from placements.lifecycle import Grade
from referrals.models import AttendanceOutcome

GRADES = [("", "Not given"), *Grade.choices]
WHY = "Why is it corrected?"


class StepForm(Form):
    """One page of the answers. `day`: of the session; `said`: what is answered so far; `kept()`: what to add to it."""

    def __init__(self, data, *, session, said, **kwargs):
        self.session, self.said = session, said
        super().__init__(data, initial=said, **kwargs)

    def kept(self) -> dict:
        return self.cleaned_data


class TimesForm(StepForm):
    starts_at = TimeField(label="Start", error_messages={"required": "Enter the time at which it started, like 09:00"})
    ends_at = TimeField(label="End", error_messages={"required": "Enter the time at which it ended, like 12:00"})
    break_minutes = minutes_field(label="Breaks", help_text="Minutes without work, such as lunch")
    penalty_minutes = minutes_field(label="Penalty", help_text="Minutes taken off, for coming late or not working")
    mark_optional = False
    layout = [
        Row(Field("starts_at", width=5), Field("ends_at", width=5)),
        Field("break_minutes", width=3, suffix="minutes"),
        Field("penalty_minutes", width=3, suffix="minutes"),
        Buttons(Button("Continue")),
    ]

    def clean(self):
        """Said at once, beside the field, what would be refused at the end."""
        given = self.cleaned_data
        if given.get("starts_at") and given.get("ends_at") and not self.errors:
            try:
                rules.credited_minutes(*times(self.session, given), *amounts(given))
            except Refusal as refusal:
                self.add_error(refusal.field, refusal.sentence)
        return given

    def kept(self):
        given = self.cleaned_data
        clocks = {name: f"{given[name]:%H:%M}" for name in ("starts_at", "ends_at")}
        return {**given, **clocks, "attended": True}


class OutcomeForm(StepForm):
    attended = True
    outcome = codes(AttendanceOutcome, label="What happened?", error_messages={"required": "Select what happened"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        hints = offer_codes(field, AttendanceOutcome)
        field.queryset = field.queryset.filter(attended=self.attended)
        field.label = "How did it go?" if self.attended else "Why did they not attend?"
        self.layout = [Field("outcome", hints=hints, hide_label=True), Buttons(Button("Continue"))]

    def kept(self):
        return {"outcome": self.cleaned_data["outcome"].pk, "attended": self.attended}


class AbsenceForm(OutcomeForm):
    attended = False


class HowForm(StepForm):
    quality = forms.ChoiceField(label="Quality of the work", choices=GRADES, required=False)
    behaviour = forms.ChoiceField(label="Behaviour", choices=GRADES, required=False)
    notes = forms.CharField(label="Notes", max_length=2000, required=False, widget=forms.Textarea)
    mark_optional = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.said["attended"]:
            del self.fields["quality"], self.fields["behaviour"]
        grades = ["quality", "behaviour"] if self.said["attended"] else []
        self.layout = [*grades, Field("notes", rows=4), Buttons(Button("Continue"))]


class CheckForm(StepForm):
    """Saves what is answered. Asks for what a rule needs only when it does."""

    late_reason = forms.CharField(label="Why is it recorded late?", max_length=250, required=False)
    record_beyond = forms.BooleanField(required=False)
    button = "Save"
    mark_optional = False

    def __init__(self, *args, left: int, late: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.late = late
        self.fields["record_beyond"].label = (
            f"Record the work, and credit only {rules.in_words(left)}"
            if left
            else "Record the work, and credit nothing: all hours are done"
        )

    @property
    def layout(self):
        asked = {name for name in ("late_reason", "record_beyond") if self.data.get(name) or name in self.errors}
        return [
            *self.first(),
            *(["late_reason"] if self.late or "late_reason" in asked else []),
            *([Field("record_beyond", legend="More work than the order has left")] if "record_beyond" in asked else []),
            Buttons(Button(self.button)),
        ]

    def first(self):
        return []


class ConflictForm(CheckForm):
    """Somebody else recorded it first: theirs stays, or what was entered here becomes a correction of it."""

    choice = forms.ChoiceField(
        label="Which is right?",
        choices=[("theirs", "What is recorded. Discard what I entered"), ("mine", "What I entered")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select which is right"},
    )
    reason = forms.CharField(label=WHY, max_length=250, error_messages={"required": "Enter why it is corrected"})
    reveal = {"choice": {"mine": ["reason"]}}
    button = "Continue"

    def first(self):
        return ["choice"]


FORMS = {
    "times": TimesForm,
    "outcome": OutcomeForm,
    "absence": AbsenceForm,
    "how": HowForm,
    "check": CheckForm,
    "conflict": ConflictForm,
}


def times(session, said):
    """(start, end) of the answers, on the day of the session. Refused where the clocks change at such a time."""
    day = rules.local(session.starts_at).date()
    return tuple(rules.on_the_wall(day, _clock(said[field]), field) for field in ("starts_at", "ends_at"))


def _clock(said) -> time:
    return said if isinstance(said, time) else time.fromisoformat(said)


def amounts(said) -> tuple[int, int]:
    return said.get("break_minutes") or 0, said.get("penalty_minutes") or 0


def report(session, said) -> dict:
    """What the operations take of these answers. Somebody who was not there missed what was planned."""
    start, end = times(session, said) if said["attended"] else (session.starts_at, session.ends_at)
    breaks, penalty = amounts(said) if said["attended"] else (0, 0)
    return {
        "starts_at": start,
        "ends_at": end,
        "outcome": AttendanceOutcome.objects.get(pk=said["outcome"]),
        "break_minutes": breaks,
        "penalty_minutes": penalty,
        "quality": said.get("quality", "") if said["attended"] else "",
        "behaviour": said.get("behaviour", "") if said["attended"] else "",
        "notes": said.get("notes", ""),
    }
