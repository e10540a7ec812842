"""The forms of a restricted case: why, and who may open it."""

from django import forms

from accounts.models import User
from govuk.forms import Form
from govuk.layout import Button, Buttons, Field
from referrals.forms.fields import text_area


class RestrictForm(Form):
    reason = text_area(
        label="Why is it restricted?",
        max_length=500,
        error_messages={"required": "Enter why only some people may open this case"},
    )
    mark_optional = False
    layout = [
        Field("reason", rows=3, hint="Triagers on the case read this. For example: a relative of a colleague"),
        Buttons(Button("Restrict the case", name="verb", value="restrict")),
    ]


class LiftForm(Form):
    reason = text_area(
        label="Why is it no longer restricted?",
        max_length=500,
        error_messages={"required": "Enter why everybody whose work it is may open this case again"},
    )
    mark_optional = False
    layout = [
        Field("reason", rows=3),
        Buttons(Button("Lift the restriction", name="verb", value="lift", style="secondary")),
    ]


class Person(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return f"{person.full_name}, {', '.join(person.role_names).lower()}, {person.organisation}"


class AdmitForm(Form):
    """Somebody who is not on the case yet. Anybody of the system is taken, so that the operation can say why not."""

    person = Person(
        User.objects.none(),
        label="Who should be able to open it?",
        empty_label="Select a person",
        error_messages={"required": "Select a person", "invalid_choice": "Select a person of the list"},
    )
    mark_optional = False
    layout = ["person", Buttons(Button("Admit", name="verb", value="admit"))]

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people


class DismissForm(Form):
    """The button beside somebody's name."""

    person = forms.ModelChoiceField(User.objects.none())

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
