"""The officer's forms about the participant, and about who stands by a child."""

from django import forms

from govuk.forms import DateField, Form, ModelForm
from govuk.layout import Button, Buttons, Field, Fieldset
from referrals.forms.casework import SentOnceForm
from referrals.forms.fields import SAVE, CodeField, OffersCodes, not_in_the_future
from referrals.models import District, Ethnicity, Person


class StartForm(SentOnceForm):
    """Who the referral is about; enough to look for an earlier record."""

    given_names = forms.CharField(label="First names", max_length=100)
    family_name = forms.CharField(label="Last name", max_length=100)
    date_of_birth = DateField(label="Date of birth", required=False, help_text="For example, 27 3 2009")
    phone = forms.CharField(
        label="Phone number, if you have it",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    mark_optional = False
    layout = [
        "once",
        Field("given_names", width=20, autocomplete="off"),
        Field("family_name", width=20, autocomplete="off"),
        "date_of_birth",
        "phone",
        Buttons(Button("Continue")),
    ]

    def clean_date_of_birth(self):
        return not_in_the_future(self.cleaned_data["date_of_birth"])


def _told(person) -> str:
    """What tells one person found from another: when they were born, and in what they are like the one looked for."""
    day = person.date_of_birth
    return f"{f'Born {day:%-d %B %Y}' if day else 'Date of birth not known'}. {'. '.join(person.why)}"


class MatchForm(Form):
    """Which of the people found it is, or none of them."""

    NEW = "new"

    participant = forms.ChoiceField(label="Is it one of these people?", widget=forms.RadioSelect)

    def __init__(self, *args, known, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["participant"].choices = [(str(person.pk), person.name) for person in known] + [
            (self.NEW, "None of these: start a new record")
        ]
        self.fields["participant"].error_messages["required"] = "Select the person, or ‘None of these’"
        self.options = {"hints": {str(person.pk): _told(person) for person in known}}


class PersonForm(OffersCodes, ModelForm):
    """The participant's own record."""

    district = CodeField(District, label="District they live in", required=False)
    ethnicity = CodeField(Ethnicity, label="Ethnicity, as they describe it", required=False)
    officer_perceived_ethnicity = CodeField(Ethnicity, label="Ethnicity, as you perceive it", required=False)

    class Meta:
        model = Person
        fields = [
            "given_names", "family_name", "date_of_birth", "sex", "gender", "phone", "phone_is_safe", "email",
            "email_is_safe", "address", "district", "school", "disability", "ethnicity", "officer_perceived_ethnicity",
        ]  # fmt: skip
        field_classes = {"date_of_birth": DateField}
        labels = {
            "given_names": "First names",
            "family_name": "Last name",
            "phone": "Phone number",
            "phone_is_safe": "It is safe to call and text this number",
            "email": "Email address",
            "email_is_safe": "It is safe to write to this address",
            "school": "School or college",
            "disability": "Do they have a disability?",
        }
        widgets = {
            "sex": forms.RadioSelect,
            "disability": forms.RadioSelect,
            "phone": forms.TextInput(attrs={"type": "tel"}),
        }

    mark_optional = False
    layout = [
        Field("given_names", width=20),
        Field("family_name", width=20),
        Field("date_of_birth", hint="For example, 27 3 2009"),
        Field("sex", inline=True, small=True),
        Fieldset(
            "How to reach them",
            "phone",
            Field("phone_is_safe", small=True),
            Field("email", width=30),
            Field("email_is_safe", small=True),
            Field("address", hint="House, street, town and postcode"),
            "district",
            Field("school", width=20, hint="If they are under 18"),
        ),
        Fieldset(
            "For equality monitoring",
            Field("gender", width=20),
            Field("disability", inline=True, small=True),
            "ethnicity",
            "officer_perceived_ethnicity",
        ),
        SAVE,
    ]

    def clean_date_of_birth(self):
        return not_in_the_future(self.cleaned_data["date_of_birth"])


class ParentForm(Form):
    """Who stands by a child. Named in part, the parent or carer is asked for in whole."""

    parent_given_names = forms.CharField(label="First names", max_length=100, required=False)
    parent_family_name = forms.CharField(label="Last name", max_length=100, required=False)
    relationship = forms.CharField(
        label="Relationship to the child", max_length=40, required=False, help_text="For example, mother, foster carer"
    )
    phone = forms.CharField(
        label="Phone number", max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    phone_is_safe = forms.BooleanField(label="It is safe to call and text this number", required=False)
    appropriate_adult = forms.CharField(
        label="Who was the appropriate adult?",
        max_length=120,
        required=False,
        help_text="Their name, and whether they are the parent or carer, a social worker or a volunteer",
    )

    mark_optional = False
    layout = [
        Fieldset(
            "Parent or carer",
            Field("parent_given_names", width=20),
            Field("parent_family_name", width=20),
            Field("relationship", width=20),
            "phone",
            Field("phone_is_safe", small=True),
        ),
        Fieldset("Appropriate adult", "appropriate_adult"),
        SAVE,
    ]

    def __init__(self, *args, case, **kwargs):
        parent = case.parent_or_carer
        kwargs["initial"] = {"relationship": case.relationship, "appropriate_adult": case.appropriate_adult}
        if parent:
            kwargs["initial"] |= {"parent_given_names": parent.given_names, "parent_family_name": parent.family_name}
            kwargs["initial"] |= {"phone": parent.phone, "phone_is_safe": parent.phone_is_safe}
        super().__init__(*args, **kwargs)

    def clean(self):
        given = self.cleaned_data
        if any(given.get(name) for name in ("parent_given_names", "parent_family_name", "relationship", "phone")):
            for name, noun in (
                ("parent_given_names", "the parent or carer’s first names"),
                ("parent_family_name", "the parent or carer’s last name"),
                ("relationship", "their relationship to the child"),
            ):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, f"Enter {noun}")

    def parent(self) -> dict | None:
        """The fields of operations.record_parent_or_carer; None where nobody is named."""
        given = self.cleaned_data
        if not given["parent_family_name"]:
            return None
        return {
            "given_names": given["parent_given_names"],
            "family_name": given["parent_family_name"],
            "relationship": given["relationship"],
            "phone": given["phone"],
            "phone_is_safe": given["phone_is_safe"],
        }
