"""The forms of an assessment, one for each section of its task list."""

from django import forms
from django.utils import timezone

from govuk.forms import DateField, Form
from govuk.layout import Field
from placements.forms.common import PHONE, days_field
from placements.models import Assessment
from placements.operations.assessing import FIELDS
from referrals.forms.fields import SAVE, not_in_the_future, text_area
from referrals.models import Referral


def _whether(label):
    return forms.ChoiceField(
        label=label,
        choices=[("yes", "Yes"), ("none", "None known")],
        widget=forms.RadioSelect,
        error_messages={"required": f"{label} Select ‘Yes’, or ‘None known’"},
    )


def _text(name, label, enter):
    longest = Assessment._meta.get_field(name).max_length
    return text_area(label=label, max_length=longest, error_messages={"required": enter})


class SectionForm(Form):
    """`asked`: each question of a section that may be answered with “none known”, and the text that “Yes” asks for."""

    section = ""
    asked: dict[str, str] = {}
    mark_optional = False

    def __init__(self, *args, case, user, assessment, **kwargs):
        self.case, self.user, self.assessment = case, user, assessment
        self.done = bool(assessment and self.section in assessment.sections_done)
        kwargs["initial"] = self.says() if assessment else {}
        super().__init__(*args, **kwargs)

    def says(self) -> dict:
        """What the section says, as the form shows it."""
        says = {name: getattr(self.assessment, name) for name in FIELDS[self.section]}
        whether = {radio: "yes" if says[text] else "none" if self.done else "" for radio, text in self.asked.items()}
        return {**says, **whether}

    def answers(self) -> dict:
        """What operations.answer_section() takes."""
        return {name: self.cleaned_data[name] for name in FIELDS[self.section]}


class NeedsForm(SectionForm):
    section = "needs"
    asked = {"any_needs": "needs"}
    any_needs = _whether("Do they need anything to take part?")
    needs = _text("needs", "What do they need?", "Enter what they need")

    reveal = {"any_needs": {"yes": [Field("needs", rows=4)]}}
    layout = [
        Field(
            "any_needs",
            hint="Reading, language, faith, mental health, adjustments for a disability, how they get there",
        ),
        SAVE,
    ]


class RisksForm(SectionForm):
    section = "risks"
    asked = {"any_risk_to_self": "risk_to_self", "any_risk_to_others": "risk_to_others"}
    any_risk_to_self = _whether("Could anything put them at risk?")
    risk_to_self = _text("risk_to_self", "What could put them at risk?", "Enter what could put them at risk")
    any_risk_to_others = _whether("Could they put others at risk?")
    risk_to_others = _text("risk_to_others", "What could put others at risk?", "Enter what could put others at risk")

    reveal = {
        "any_risk_to_self": {"yes": [Field("risk_to_self", rows=4)]},
        "any_risk_to_others": {"yes": [Field("risk_to_others", rows=4)]},
    }
    layout = ["any_risk_to_self", Field("any_risk_to_others", hint="Staff, others at work, the public"), SAVE]


class MedicalForm(SectionForm):
    section = "medical"
    asked = {"any_medical": "medical"}
    any_medical = _whether("Do they have a medical condition, an allergy or medication?")
    medical = _text("medical", "What, and what is to be done?", "Enter the condition, allergy or medication")

    reveal = {"any_medical": {"yes": [Field("medical", rows=4, hint="For example, where they keep an inhaler")]}}
    layout = ["any_medical", SAVE]


class EmergencyForm(SectionForm):
    section = "emergency"
    emergency_contact_name = forms.CharField(
        label="Whom do we ring?",
        max_length=120,
        error_messages={"required": "Enter the name of an emergency contact"},
    )
    emergency_contact_phone = forms.CharField(
        label="Phone number",
        max_length=30,
        widget=PHONE,
        error_messages={"required": "Enter the phone number of the emergency contact"},
    )
    emergency_contact_relationship = forms.CharField(
        label="Who are they to the person?",
        max_length=40,
        error_messages={"required": "Enter who they are to the person, like mother"},
    )

    layout = [
        Field("emergency_contact_name", autocomplete="off"),
        Field("emergency_contact_phone", width=20),
        Field("emergency_contact_relationship", width=20, hint="For example, mother"),
        SAVE,
    ]

    def clean_emergency_contact_phone(self):
        phone = self.cleaned_data["emergency_contact_phone"]
        if sum(character.isdigit() for character in phone) < 6:
            raise forms.ValidationError("Enter a phone number, like 01332 496 0123")
        return phone


class LoneWorkingForm(SectionForm):
    section = "lone_working"
    may_work_alone = forms.TypedChoiceField(
        label="May they be alone with one member of staff?",
        choices=[("True", "Yes"), ("False", "No, never alone with one member of staff")],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether they may be alone with one member of staff"},
    )

    layout = ["may_work_alone", SAVE]

    def says(self):
        return {"may_work_alone": str(self.assessment.may_work_alone) if self.done else ""}


class ActivitiesForm(SectionForm):
    section = "activities"
    asked = {"any_activities": "activities_to_avoid"}
    any_activities = _whether("Is there work that they must not do?")
    activities_to_avoid = _text("activities_to_avoid", "Which work must they not do?", "Enter the work to avoid")

    reveal = {"any_activities": {"yes": [Field("activities_to_avoid", rows=3)]}}
    layout = [Field("any_activities", hint="For example, on ladders, with strimmers or near children"), SAVE]


class ApartForm(SectionForm):
    section = "apart"
    any_apart = _whether("Is there anybody who must never work beside them?")
    never_with = text_area(
        label="The references of their cases, one on each line",
        error_messages={"required": "Enter the references of their cases"},
    )

    reveal = {"any_apart": {"yes": [Field("never_with", rows=3, spellcheck="false")]}}
    layout = [
        Field(
            "any_apart",
            hint="It holds both ways, at work and at workshops. What is planned already stays until it is changed.",
        ),
        SAVE,
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["never_with"].help_text = f"For example, {self.case.reference}"

    def says(self):
        references = list(self.assessment.never_with.values_list("reference", flat=True).order_by("reference"))
        return {
            "any_apart": "yes" if references else "none" if self.done else "",
            "never_with": "\n".join(references),
        }

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

    def answers(self):
        return {"never_with": self.cleaned_data["never_with"] or []}


class DaysForm(SectionForm):
    section = "days"
    days_available = days_field(
        label="On which days can they work?",
        error_messages={"required": "Select at least one day on which they can work"},
    )

    layout = ["days_available", SAVE]


class ConsentsForm(SectionForm):
    """Asks for the consents that are not in force; `asked_for`: their kinds."""

    section = "consents"
    YES_NO = [("yes", "Yes, it is signed"), ("no", "No")]
    QUESTIONS = {
        "work": "Does a parent or carer consent to community work?",
        "medical": "Do they consent to medical treatment in an emergency?",
        "photo": "Do they consent to photographs?",
    }
    work = forms.ChoiceField(label=QUESTIONS["work"], choices=YES_NO, widget=forms.RadioSelect)
    medical = forms.ChoiceField(label=QUESTIONS["medical"], choices=YES_NO, widget=forms.RadioSelect)
    photo = forms.ChoiceField(label=QUESTIONS["photo"], choices=YES_NO, widget=forms.RadioSelect)
    given_by = forms.CharField(label="Who signed?", max_length=120, required=False)
    relationship = forms.CharField(label="Who are they to the person?", max_length=40, required=False)
    given_on = DateField(label="When did they sign?", required=False)

    def __init__(self, *args, asked_for, child, **kwargs):
        self.asked_for, self.child = asked_for, child
        super().__init__(*args, **kwargs)
        for kind, question in self.QUESTIONS.items():
            if kind in asked_for:
                about = question.rstrip("?").split(" consent ")[1]
                self.fields[kind].error_messages["required"] = f"Select whether there is a consent {about}"
            else:
                del self.fields[kind]
        if not child:
            del self.fields["relationship"]
        if not asked_for:
            del self.fields["given_by"], self.fields["given_on"]
            self.fields.pop("relationship", None)
        signer = self.case.parent_or_carer if child else self.case.participant
        self.initial |= {
            "given_by": signer.name if signer else "",
            "relationship": self.case.relationship or "Parent or carer",
            "given_on": timezone.localdate(),
        }
        if self.done:
            self.initial |= dict.fromkeys(asked_for, "no")

    @property
    def layout(self):
        who = "A parent or carer signs for somebody under 18" if self.child else ""
        signed = [
            Field("given_by", width=20, autocomplete="off", hint=who),
            Field("relationship", width=20, hint="For example, mother"),
            Field("given_on", hint="For example, 27 3 2026"),
        ]
        return [
            *(kind for kind in self.QUESTIONS if kind in self.fields),
            *(field for field in signed if str(field) in self.fields),
            SAVE,
        ]

    def says(self):
        return {}

    def clean_given_on(self):
        return not_in_the_future(self.cleaned_data["given_on"])

    def clean(self):
        given = self.cleaned_data
        if self._signed():
            for name, sentence in (
                ("given_by", "Enter who signed"),
                ("relationship", "Enter who they are to the person, like mother"),
                ("given_on", "Enter when they signed"),
            ):
                if name in self.fields and not given.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return given

    def _signed(self):
        return tuple(kind for kind in self.asked_for if self.cleaned_data.get(kind) == "yes")

    def answers(self):
        given = self.cleaned_data
        return {
            "kinds": self._signed(),
            "given_by": given.get("given_by", ""),
            "relationship": given["relationship"] if self.child and self.asked_for else "self",
            "given_on": given.get("given_on"),
        }


SECTION_FORMS: dict[str, type[SectionForm]] = {
    form.section: form
    for form in (
        NeedsForm, RisksForm, MedicalForm, EmergencyForm, LoneWorkingForm, ActivitiesForm, ApartForm, DaysForm,
        ConsentsForm,
    )
}  # fmt: skip
