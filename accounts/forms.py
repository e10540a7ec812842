"""What the pages of accounts ask."""

from crispy_forms.layout import Layout
from django import forms
from django.core.validators import RegexValidator

from accounts.models import Organisation
from accounts.roles import Role
from govuk.forms import FilterForm, Form
from govuk.layout import Button, Buttons, Field, Link

DOES = {
    Role.REFERRER: "Police: refers people and follows their own referrals",
    Role.TRIAGER: "Police: decides about referrals and starts restorative justice",
    Role.FACILITATOR: "Police or provider: runs workshops",
    Role.COORDINATOR: "Provider: assesses people and arranges community work",
    Role.PRACTITIONER: "Provider: restorative justice, with victims’ details",
    Role.MANAGER: "Police: figures, reports and exceptions",
    Role.AUDITOR: "Police: reads the audit trail",
    Role.ADMINISTRATOR: "Police: manages accounts; sees no cases",
}


PHONE = RegexValidator(r"^\+?[0-9][0-9 ()-]{4,28}$", "Enter a phone number, such as 01629 580000")


def phone_field():
    """The number that participants are told to ring."""
    return forms.CharField(
        label="Work phone number",
        max_length=30,
        required=False,
        validators=[PHONE],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text="Participants are told to ring it. Never a private number.",
    )


class OwnPhoneForm(Form):
    work_phone = phone_field()
    layout = [Field("work_phone", width=20), Buttons(Button("Save the number"))]


class PersonForm(Form):
    full_name = forms.CharField(max_length=120, error_messages={"required": "Enter the person’s full name"})
    roles = forms.MultipleChoiceField(
        label="What may they do?",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one role"},
    )
    collar_number = forms.CharField(label="Collar number", max_length=20, required=False)
    team = forms.CharField(label="Team", max_length=80, required=False)
    work_phone = phone_field()
    button = "Save"
    first: tuple = ("full_name",)

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            *self.first,
            Field("roles", hints=lambda value: DOES[value]),
            Field("collar_number", width=10),
            Field("team", width=20),
            Field("work_phone", width=20),
            Buttons(Button(self.button), Link("Cancel", cancel)),
        )


class AddForm(PersonForm):
    email = forms.EmailField(
        label="Work email address",
        help_text="They sign in with it, and the link to set a password goes there.",
        max_length=254,
        error_messages={"required": "Enter the person’s work email address"},
    )
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        empty_label="Select an organisation",
        error_messages={"required": "Select the organisation they work for"},
    )
    field_order = ["full_name", "email", "organisation", "roles", "collar_number", "team", "work_phone"]
    button = "Add the person and send the email"
    first = ("full_name", Field("email", spellcheck=False), "organisation")

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.around(by)


class ConfirmForm(Form):
    """Nothing to fill in: one button that says what it does."""

    def __init__(self, *args, button, style="", cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Buttons(Button(button, style=style), Link("Cancel", cancel)))


class UserFilter(FilterForm):
    words = forms.CharField(label="Name or email", max_length=120, required=False)
    role = forms.ChoiceField(choices=[("", "All"), *Role.choices], required=False)
    account = forms.ChoiceField(
        choices=[("", "Active"), ("inactive", "Inactive"), ("all", "All")], label="Account", required=False
    )
