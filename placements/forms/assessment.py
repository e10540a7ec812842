"""The form of an assessment."""

from django import forms

from govuk.forms import DateField, ModelForm
from govuk.layout import Button, Buttons, Field, Fieldset, Link
from placements.forms.common import PHONE, days_field, seen_field
from placements.models import Assessment
from referrals.models import Referral


class AssessmentForm(ModelForm):
    """The assessment. For a child it also asks for the consent of a parent or carer."""

    days_available = days_field(
        label="On which days can they work?",
        error_messages={"required": "Select at least one day on which they can work"},
    )
    may_work_alone = forms.TypedChoiceField(
        label="May they be alone with one member of staff?",
        choices=[("True", "Yes"), ("False", "No, never alone with one member of staff")],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
    )
    never_with = forms.CharField(
        label="Who must never work beside them?",
        help_text="The references of their cases, one on each line. For example, IJ/2026/000123",
        required=False,
        widget=forms.Textarea,
    )
    photos_allowed = forms.BooleanField(label="Photographs of them at work are allowed", required=False)
    parent_consent_by = forms.CharField(
        label="Name of the parent or carer who consents",
        max_length=120,
        error_messages={"required": "Enter the name of the parent or carer who consents"},
    )
    parent_consent_on = DateField(
        label="When did they consent?",
        error_messages={"required": "Enter the day on which the parent or carer consented"},
    )
    seen = seen_field()

    class Meta:
        model = Assessment
        fields = (
            "needs", "risk_to_self", "risk_to_others", "medical", "emergency_contact_name", "emergency_contact_phone",
            "may_work_alone", "activities_to_avoid", "days_available", "parent_consent_by", "parent_consent_on",
        )  # fmt: skip
        labels = {
            "needs": "What do they need to take part?",
            "risk_to_self": "What could put them at risk?",
            "risk_to_others": "What could put others at risk?",
            "medical": "Medical conditions and medication",
            "emergency_contact_name": "Name of an emergency contact",
            "emergency_contact_phone": "Phone number of the emergency contact",
            "activities_to_avoid": "Activities to avoid",
        }
        help_texts = {
            "needs": "Reading, language, faith, mental health, adjustments for a disability",
            "activities_to_avoid": "For example, work on ladders or near children",
        }
        widgets = {"emergency_contact_phone": PHONE}
        error_messages = {
            "emergency_contact_name": {"required": "Enter the name of an emergency contact"},
            "emergency_contact_phone": {"required": "Enter the phone number of the emergency contact"},
        }

    def __init__(self, *args, user, case, child, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.case = user, case
        if self.instance.pk is None:
            del self.fields["seen"]
        self.fields["may_work_alone"].initial = "True"
        if not child:
            del self.fields["parent_consent_by"], self.fields["parent_consent_on"]
        parent = [Fieldset("Consent of a parent or carer", "parent_consent_by", "parent_consent_on")] if child else []
        self.layout = [
            Fieldset("What they need", Field("needs", rows=3), Field("medical", rows=3)),
            Fieldset(
                "Risks",
                Field("risk_to_self", rows=3),
                Field("risk_to_others", rows=3),
                "may_work_alone",
                Field("activities_to_avoid", rows=2),
                Field("never_with", rows=2),
            ),
            Fieldset("When they can work", Field("days_available", small=True)),
            Fieldset("In an emergency", "emergency_contact_name", Field("emergency_contact_phone", width=20)),
            *parent,
            Field("photos_allowed", legend="Photographs"),
            *(["seen"] if self.instance.pk else []),
            Buttons(Button("Save the assessment"), Link("Cancel", cancel)),
        ]

    def clean_emergency_contact_phone(self):
        phone = self.cleaned_data["emergency_contact_phone"]
        if sum(character.isdigit() for character in phone) < 6:
            raise forms.ValidationError("Enter a phone number, like 01332 496 0123")
        return phone

    def clean_never_with(self):
        """References become cases that stand in this person's lists; a restricted one is known by its reference."""
        references = {line.strip().upper() for line in self.cleaned_data["never_with"].splitlines() if line.strip()}
        cases = Referral.objects.listed_to(self.user, "placements.assess").filter(reference__in=references)
        unknown = references - {case.reference for case in cases}
        if unknown:
            raise forms.ValidationError(
                f"You have no case {', '.join(sorted(unknown))}. Enter references like {self.case.reference}"
            )
        if self.case.reference in references:
            raise forms.ValidationError(f"{self.case.reference} is this case. Enter the references of other people")
        return list(cases)

    def _post_clean(self):
        """The operation writes the row; the form does not fill it in."""
