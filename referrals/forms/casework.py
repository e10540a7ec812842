"""Forms of the work on a case: notes, tasks, telling a victim."""

import uuid

from django import forms
from django.utils import timezone

from govuk.forms import DateField, DateTimeField, Form
from govuk.layout import Button, Buttons, Field
from referrals.forms.fields import not_in_the_future, text_area


class SentOnceForm(Form):
    """A form that makes something new: each page shown carries a key, so that sending it twice makes one thing."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"once": uuid.uuid4().hex, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class NoteForm(SentOnceForm):
    text = text_area(label="Write a note", max_length=4000, error_messages={"required": "Enter the note"})
    sensitive = forms.BooleanField(
        label="Sensitive: only the triage team and I read it",
        required=False,
        help_text="This cannot be taken back. Tick it for anything about a victim.",
    )

    mark_optional = False
    layout = [
        "once",
        Field(
            "text",
            rows=4,
            label_size="m",
            hint="Everybody who may open this case reads it, the provider too. Do not name the victim. A note cannot "
            "be changed or deleted.",
        ),
        Field("sensitive", small=True),
        Buttons(Button("Save note")),
    ]


class WhomForm(Form):
    """Who has a task: a team, or somebody of it. `takers`: operations.takers()."""

    whom = forms.ChoiceField(label="Who should do it?", error_messages={"required": "Choose who should do it"})

    def __init__(self, *args, takers, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for people in takers.values() for person in people}
        teams = [(team.value, team.label) for team in takers]
        named = [(pk, f"{person}{f', {person.team}' if person.team else ''}") for pk, person in self.people.items()]
        self.fields["whom"].choices = [("", "Choose a team or a person"), ("Teams", teams), ("People", named)]

    def clean(self):
        """`whom` becomes what the operation takes: the team, or the person."""
        whom = self.cleaned_data.pop("whom", None)
        if whom:
            person = self.people.get(whom)
            self.cleaned_data |= {"assigned_to": person} if person else {"team": whom}
        return self.cleaned_data


class TaskForm(WhomForm, SentOnceForm):
    what = forms.CharField(
        label="What is to be done?", max_length=200, error_messages={"required": "Enter what is to be done"}
    )
    due_on = DateField(
        label="By which day?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day by which it is to be done"},
    )

    field_order = ["once", "what", "due_on", "whom"]
    layout = [
        "once",
        Field("what", hint="Do not name the victim."),
        "due_on",
        "whom",
        Buttons(Button("Add task")),
    ]


class ReassignForm(WhomForm):
    layout = ["whom", Buttons(Button("Save"))]


class FinishForm(Form):
    outcome = text_area(label="What was done?", max_length=500, error_messages={"required": "Enter what was done"})

    layout = [Field("outcome", rows=3, hint="Do not name the victim."), Buttons(Button("Mark as done"))]


class VictimUpdateForm(Form):
    outcome = text_area(
        label="What did you tell the victim, and what did they say?",
        max_length=500,
        error_messages={"required": "Enter what you told the victim"},
    )
    at = DateTimeField(
        label="When did you tell them?",
        help_text="For example, 27 3 2026, 14:30",
        error_messages={"required": "Enter when you told them"},
    )

    layout = [Field("outcome", rows=4), "at", Buttons(Button("Save"))]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"at": timezone.now()}, **kwargs)


class ToldForm(Form):
    on = DateField(
        label="On which day were they told?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day on which they were told"},
    )

    layout = ["on", Buttons(Button("Save the day"))]

    def clean_on(self):
        return not_in_the_future(self.cleaned_data["on"])


class GiveUpMessageForm(Form):
    reason = forms.CharField(
        label="Why is it not sent?",
        max_length=120,
        help_text="For example: told by telephone",
        error_messages={"required": "Enter why it is not sent"},
    )
    layout = ["reason", Buttons(Button("Do not send it", style="warning"))]
