"""The check before a referral: what an officer can answer on the spot."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from govuk.forms import DateField, Form
from govuk.layout import Button, Buttons, Field
from referrals.forms.drafting import HIGH, LOW, IncidentForm
from referrals.forms.fields import CodeField, OffersCodes, not_in_the_future
from referrals.models import Disposal, Offence, Referral
from referrals.rules import age_on


class EligibilityForm(OffersCodes, Form):
    """Asks nothing that tells who it is about, but a date of birth where the age is not known."""

    age = forms.IntegerField(
        label="How old are they?",
        min_value=0,
        max_value=120,
        required=False,
        error_messages={"invalid": "Enter the age in whole years, like 15"},
    )
    date_of_birth = DateField(label="Or their date of birth", required=False)
    offence = CodeField(
        Offence, label="Offence or type of ASB", error_messages={"required": "Select the offence or type of ASB"}
    )
    disposal = CodeField(
        Disposal, label="How is it being dealt with?", error_messages={"required": "Select how it is being dealt with"}
    )
    responsibility = forms.ChoiceField(
        label="Do they accept responsibility?",
        choices=Referral.Responsibility.choices,  # type: ignore[attr-defined]
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether they accept responsibility"},
    )
    flags = forms.MultipleChoiceField(
        label="Did it involve any of these?",
        choices=[*IncidentForm.FLAGS.items(), ("none", "None of these")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what it involved, or ‘None of these’"},
    )
    hours = forms.IntegerField(
        label="How many hours of community work?",
        min_value=1,
        max_value=300,
        required=False,
        error_messages={"invalid": "Enter the hours as a whole number, like 12"},
    )

    mark_optional = False
    layout = [
        Field("age", width=2, suffix="years"),
        Field("date_of_birth", hint="For example, 27 3 2009. It is filled in for you when you start the referral."),
        "offence",
        "disposal",
        Field("responsibility", small=True),
        Field("flags", small=True, exclusive="none"),
        Field("hours", width=3, suffix="hours", hint=f"If you know already. Usually {LOW} to {HIGH}"),
        Buttons(Button("Check")),
    ]

    def clean_date_of_birth(self):
        return not_in_the_future(self.cleaned_data["date_of_birth"])

    def clean_flags(self):
        flags = self.cleaned_data["flags"]
        if "none" in flags and len(flags) > 1:
            raise ValidationError("Select what it involved, or ‘None of these’, not both")
        return [flag for flag in flags if flag != "none"]

    def clean(self):
        given = self.cleaned_data
        if {"age", "date_of_birth"} & set(self.errors):
            return
        if given["date_of_birth"]:
            age = age_on(given["date_of_birth"], timezone.localdate())
            if given["age"] not in (None, age):
                self.add_error("age", f"Somebody born on that day is {age}: correct the age or the date of birth")
            given["age"] = age
        elif given["age"] is None:
            self.add_error("age", "Enter their age or their date of birth")

    def answers(self) -> dict:
        """What facts.facts_of_answers takes."""
        return {name: self.cleaned_data[name] for name in ("age", "disposal", "responsibility", "flags", "hours")}

    def carried(self) -> dict:
        """What goes into a referral, as JSON can hold it: the date of birth, the draft’s fields, and these in words."""
        given = self.cleaned_data
        words = [given["offence"].label, given["disposal"].label]
        words.append(f"responsibility {Referral.Responsibility(given['responsibility']).label.lower()}")
        words += [IncidentForm.FLAGS[flag].lower() for flag in given["flags"]]
        if given["hours"]:
            words.append("1 hour" if given["hours"] == 1 else f"{given['hours']} hours")
        return {
            "date_of_birth": given["date_of_birth"].isoformat() if given["date_of_birth"] else None,
            "words": words,
            "fields": {
                "offence_id": given["offence"].pk,
                "disposal_id": given["disposal"].pk,
                "responsibility": given["responsibility"],
                "hours_set": given["hours"],
                **dict.fromkeys(given["flags"], True),
            },
        }
