"""The forms of who is named on a case."""

from django import forms
from django.db.models import Q

from accounts.models import User
from accounts.roles import Role
from govuk.forms import Form
from govuk.layout import Button, Buttons, Field


def officers_of(force):
    """Those who refer people in the force."""
    return User.objects.with_role(Role.REFERRER).filter(organisation=force)


class FindOfficerForm(Form):
    """Looks among the officers of one force."""

    looked_for = forms.CharField(
        label="Find an officer",
        min_length=2,
        max_length=80,
        error_messages={
            "required": "Enter a name, collar number or email address",
            "min_length": "Enter at least 2 characters of the name, collar number or email address",
        },
    )

    layout = [
        Field("looked_for", width=20, hint="By name, collar number or email address", autocomplete="off"),
        Buttons(Button("Find", style="secondary")),
    ]

    def found(self, force):
        """Officers to whom every word answers."""
        officers = officers_of(force)
        for word in self.cleaned_data["looked_for"].split():
            officers = officers.filter(
                Q(full_name__icontains=word) | Q(email__icontains=word) | Q(collar_number__iexact=word)
            )
        return officers


class ColleagueForm(Form):
    """Which officer a button stands for."""

    colleague = forms.ModelChoiceField(
        User.objects.none(), error_messages={"invalid_choice": "Find the officer again and choose one of those found."}
    )

    def __init__(self, *args, officers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = officers
