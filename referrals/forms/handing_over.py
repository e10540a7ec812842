"""The forms of handing cases over to a colleague."""

from django import forms

from accounts.models import User
from accounts.roles import Role
from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Link
from referrals.forms.fields import text_area


def coordinators(provider):
    """Who can be given cases of this provider."""
    return User.objects.with_role(Role.COORDINATOR).filter(organisation=provider).order_by("full_name", "pk")


class HandOverForm(Form):
    """Of one case: what the next caseworker must know is asked for."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        label="Who will be the caseworker?",
        empty_label="Choose a colleague",
        error_messages={"required": "Choose who will be the caseworker"},
    )
    note = text_area(
        label="What must they know?",
        max_length=2000,
        error_messages={"required": "Enter what the next caseworker must know"},
    )
    hint = (
        "For example, what was agreed and what comes next. It is kept as a note on the case, which everybody who may "
        "open the case reads. Do not name a victim."
    )

    def __init__(self, *args, of, provider, back, **kwargs):
        super().__init__(*args, **kwargs)
        self.back = back
        self.fields["to"].queryset = coordinators(provider).exclude(pk=of.pk)

    @property
    def layout(self):
        return ["to", Field("note", rows=5, hint=self.hint), Buttons(Button("Hand over"), Link("Cancel", self.back))]


class HandOverSeveralForm(HandOverForm):
    """Of several cases of one colleague, all of them at first."""

    cases: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        None,
        label="Which cases?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one case"},
    )
    note = text_area(label="What must they know of every one of them?", max_length=2000, required=False)
    hint = "It is kept as a note on each case, which everybody who may open the case reads. Do not name a victim."

    def __init__(self, *args, cases, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["cases"]
        field.queryset = cases
        field.label_from_instance = lambda case: f"{case.participant.name}, {case.reference}"
        field.initial = [case.pk for case in cases]

    @property
    def layout(self):
        return [Field("cases", small=True), *super().layout]
