"""The forms by which records of one person are found, linked and unlinked."""

from django import forms

from govuk.forms import DateField, Form
from govuk.layout import Button, Buttons, Field
from referrals.forms.fields import not_in_the_future, text_area
from referrals.likeness import SHORTEST_PHONE, LookedFor, numbers_like


class FindPersonForm(Form):
    """Somebody's last name with one more thing, or their phone number: a last name alone answers to too many."""

    family_name = forms.CharField(label="Last name", max_length=100, required=False)
    given_names = forms.CharField(label="First names", max_length=100, required=False)
    date_of_birth = DateField(label="Date of birth", required=False, help_text="For example, 27 3 2009")
    phone = forms.CharField(
        label="Phone number", max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )

    mark_optional = False
    layout = [
        Field("family_name", width=20, autocomplete="off"),
        Field("given_names", width=20, autocomplete="off"),
        "date_of_birth",
        Field("phone", autocomplete="off"),
        Buttons(Button("Find")),
    ]

    def clean_date_of_birth(self):
        return not_in_the_future(self.cleaned_data["date_of_birth"])

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if phone and not numbers_like(phone):
            raise forms.ValidationError(f"Enter the whole phone number: at least {SHORTEST_PHONE} digits")
        return phone

    def clean(self):
        given = self.cleaned_data
        if self.errors or given.get("phone"):
            return
        if not given.get("family_name"):
            self.add_error("family_name", "Enter a last name, or a phone number")
        elif not given.get("given_names") and not given.get("date_of_birth"):
            self.add_error("given_names", "Enter first names or a date of birth besides the last name")

    def wanted(self) -> LookedFor:
        return LookedFor(**{name: self.cleaned_data[name] for name in LookedFor.__dataclass_fields__})


class LinkForm(Form):
    reason = text_area(
        label="Why are they the same person?",
        max_length=500,
        error_messages={"required": "Enter why you think that they are the same person"},
    )
    mark_optional = False
    layout = [
        Field("reason", rows=3, hint="For example: same date of birth and address, spelt differently by the officer"),
        Buttons(Button("Link the records")),
    ]


class UnlinkForm(Form):
    reason = text_area(
        label="Why are they not the same person?",
        max_length=500,
        error_messages={"required": "Enter why you think that they are different people"},
    )
    mark_optional = False
    layout = [Field("reason", rows=3), Buttons(Button("Take the link back", style="warning"))]
