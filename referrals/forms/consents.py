"""Forms of consents after the referral."""

from django import forms
from django.utils import timezone

from govuk.forms import DateField, Form
from govuk.layout import Button, Buttons, Field
from referrals.forms.fields import not_in_the_future
from referrals.models import Consent


class GiveConsentForm(Form):
    kinds = forms.MultipleChoiceField(
        label="What was agreed to?",
        choices=Consent.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what was agreed to"},
    )
    given_by = forms.CharField(label="Who signed?", max_length=120, error_messages={"required": "Enter who signed"})
    relationship = forms.ChoiceField(
        label="Who are they?",
        choices=[
            ("self", "The person themselves"),
            ("parent or carer", "Their parent or carer"),
            ("other", "Somebody else"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select who signed"},
    )
    given_on = DateField(
        label="When did they sign?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter when they signed"},
    )

    layout = [
        Field("kinds", small=True, hint="One that is in force already ends with the new one."),
        Field("given_by", width=20, autocomplete="off"),
        Field("relationship", small=True),
        "given_on",
        Buttons(Button("Record the consent")),
    ]

    def __init__(self, *args, case, child, **kwargs):
        signer = case.parent_or_carer if child else case.participant
        kwargs["initial"] = {
            "given_by": signer.name if signer else "",
            "relationship": "parent or carer" if child else "self",
            "given_on": timezone.localdate(),
        }
        super().__init__(*args, **kwargs)
        if not child:  # an adult’s is the agreement that they sign for a site
            kinds = [choice for choice in Consent.Kind.choices if choice[0] != Consent.Kind.WORK]
            self.fields["kinds"].choices = kinds

    def clean_given_on(self):
        return not_in_the_future(self.cleaned_data["given_on"])


class WithdrawConsentForm(Form):
    withdrawn_by = forms.CharField(
        label="Who withdraws it?",
        max_length=120,
        error_messages={"required": "Enter who withdraws the consent"},
    )
    on = DateField(
        label="On which day?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day on which it was withdrawn"},
    )

    layout = [
        Field("withdrawn_by", width=20, autocomplete="off"),
        "on",
        Buttons(Button("Withdraw the consent", style="warning")),
    ]

    def clean_on(self):
        return not_in_the_future(self.cleaned_data["on"])
