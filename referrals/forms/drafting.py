"""The officer's forms about the matter itself. A draft may be left unfinished anywhere: the rules say at the end what
is still missing."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from govuk.forms import DateField, DateTimeField, Form, ModelForm
from govuk.layout import Field
from referrals.forms.fields import SAVE, CodeField, OffersCodes, not_in_the_future, text_area
from referrals.models import Disposal, District, Offence, Referral

LOW, HIGH = settings.SCHEME["USUAL_HOURS"]


class IncidentForm(OffersCodes, ModelForm):
    FLAGS = {
        "domestic_abuse": "Domestic abuse between intimate partners",
        "hate": "A hate crime",
        "sexual": "A sexual element",
        "weapon": "A weapon",
        "serious_violence": "Serious violence",
    }

    offence = CodeField(Offence, label="Offence or type of ASB", required=False)
    district = CodeField(District, label="District it happened in", required=False)
    flags = forms.MultipleChoiceField(
        label="Did it involve any of these?",
        choices=[*FLAGS.items(), ("none", "None of these")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what it involved, or ‘None of these’"},
    )

    class Meta:
        model = Referral
        fields = [
            "offence", "asb_qualifier", "incident_number", "crime_number", "offence_at", "reported_on", "place",
            "district", "circumstances",
        ]  # fmt: skip
        field_classes = {"offence_at": DateTimeField, "reported_on": DateField}
        labels = {
            "asb_qualifier": "If it was ASB, what did it affect?",
            "crime_number": "Crime number",
            "offence_at": "When did it happen?",
            "reported_on": "When was it reported to the police?",
            "place": "Where did it happen?",
            "circumstances": "What happened?",
        }

    mark_optional = False
    layout = [
        "offence",
        "asb_qualifier",
        Field("incident_number", width=20, spellcheck="false"),
        Field("crime_number", width=20, spellcheck="false", hint="If a crime was recorded"),
        Field("offence_at", hint="For example, 27 3 2026, 14:30"),
        Field("reported_on", hint="The time for telling a victim about restorative justice runs from this day"),
        Field("place", hint="Street and town"),
        "district",
        Field("circumstances", hint="What the person did. The triage team reads this; Remedi does not.", rows=4),
        Field("flags", small=True, exclusive="none"),
        SAVE,
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["asb_qualifier"].choices = [("", "It was not ASB"), *Referral.Qualifier.choices]
        saved = [flag for flag in self.FLAGS if getattr(self.instance, flag)]
        if saved or self.instance.offence_id:
            self.initial["flags"] = saved or ["none"]

    def clean_offence_at(self):
        return not_in_the_future(self.cleaned_data["offence_at"])

    def clean_reported_on(self):
        return not_in_the_future(self.cleaned_data["reported_on"])

    def clean_flags(self):
        flags = self.cleaned_data["flags"]
        if "none" in flags and len(flags) > 1:
            raise ValidationError("Select what it involved, or ‘None of these’, not both")
        return flags

    def draft_fields(self) -> dict:
        given = dict(self.cleaned_data)
        flags = given.pop("flags")
        return {**given, **{flag: flag in flags for flag in self.FLAGS}}


class DisposalForm(OffersCodes, ModelForm):
    disposal = CodeField(
        Disposal, label="How was it dealt with?", required=False, widget=forms.RadioSelect, empty_label=None
    )
    gravity_score = forms.IntegerField(label="Gravity score", min_value=1, max_value=5, required=False)
    hours_set = forms.IntegerField(
        label="How many hours of community work?",
        min_value=1,
        max_value=300,
        required=False,
        error_messages={"invalid": "Enter the hours as a whole number, like 12"},
    )

    class Meta:
        model = Referral
        fields = [
            "disposal", "disposal_at", "responsibility", "sufficient_evidence", "gravity_score", "rationale",
            "hours_set", "hours_reason", "supervisor",
        ]  # fmt: skip
        field_classes = {"disposal_at": DateTimeField}
        labels = {
            "disposal_at": "When was the disposal given?",
            "responsibility": "Do they accept responsibility?",
            "sufficient_evidence": "There is sufficient evidence to charge",
            "rationale": "Why is this right for this person?",
            "hours_reason": f"Why are the hours outside {LOW} to {HIGH}?",
            "supervisor": "Your supervisor",
        }
        widgets = {"responsibility": forms.RadioSelect}

    mark_optional = False

    def __init__(self, *args, child: bool | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsibility"].choices = Referral.Responsibility.choices  # type: ignore[attr-defined]
        unsuited = {True: "adults_only", False: "children_only", None: ""}[child]
        if unsuited:
            chosen = self.initial.get("disposal")
            disposals: Any = self.fields["disposal"]
            disposals.queryset = disposals.queryset.exclude(**{unsuited: True}) | disposals.queryset.filter(pk=chosen)
        if child is False:
            del self.fields["gravity_score"]

    @property
    def layout(self):
        gravity = [
            Field("gravity_score", width=2, hint="1 to 5, from the child gravity matrix; the scheme is meant for 2")
        ]
        return [
            Field("disposal", hints=CodeField.hint, small=True),
            Field("disposal_at", hint="For example, 27 3 2026, 14:30. Work should start within 48 hours of this."),
            Field("responsibility", small=True),
            Field("sufficient_evidence", small=True),
            *(gravity if "gravity_score" in self.fields else []),
            Field("rationale", rows=3, hint="A community resolution needs this"),
            Field("hours_set", width=3, suffix="hours", hint=f"Usually {LOW} to {HIGH}"),
            Field("hours_reason", rows=2, hint=f"Only if you set fewer than {LOW} or more than {HIGH}"),
            Field("supervisor", width=20, hint="Rank and name, if they should be told of the outcome"),
            SAVE,
        ]

    def clean_disposal_at(self):
        return not_in_the_future(self.cleaned_data["disposal_at"])

    def draft_fields(self) -> dict:
        return dict(self.cleaned_data)


class RisksForm(Form):
    """What those who work with the person need to know: of the matter, and of the person."""

    any_risks = forms.ChoiceField(
        label="Are there any risks to know about?",
        choices=[("yes", "Yes"), ("none", "No known risks")],
        widget=forms.RadioSelect,
        required=False,
    )
    risks = text_area(
        label="What are the risks?", max_length=2000, error_messages={"required": "Enter what the risks are"}
    )
    needs = text_area(label="Needs and adjustments", max_length=1000, required=False)
    language = forms.CharField(label="Language they prefer, if not English", max_length=60, required=False)
    interpreter_needed = forms.BooleanField(label="An interpreter is needed", required=False)

    OF_PERSON = ("needs", "language", "interpreter_needed")

    mark_optional = False
    reveal = {
        "any_risks": {
            "yes": [
                Field(
                    "risks",
                    rows=3,
                    hint="Remedi reads this: risks to the person, to staff or to others. Do not name a victim here.",
                )
            ]
        }
    }
    layout = [
        Field("any_risks", small=True, hint="For example, violence, weapons, animals, drugs or self-harm"),
        Field("needs", rows=2, hint="Health, learning, literacy, anything that makes a session easier or safer"),
        Field("language", width=20),
        Field("interpreter_needed", small=True),
        SAVE,
    ]

    def __init__(self, *args, case, **kwargs):
        kwargs["initial"] = {
            "any_risks": "yes" if case.risks else "none" if case.risks_considered else "",
            "risks": case.risks,
            **{name: getattr(case.participant, name) for name in self.OF_PERSON},
        }
        super().__init__(*args, **kwargs)

    def clean_any_risks(self):
        if not self.cleaned_data["any_risks"] and self.data.get(self.add_prefix("risks"), "").strip():
            raise ValidationError("Select whether there are risks")
        return self.cleaned_data["any_risks"]

    def person(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.OF_PERSON}

    def draft_fields(self) -> dict:
        return {"risks": self.cleaned_data["risks"], "risks_considered": bool(self.cleaned_data["any_risks"])}


class AuthorityForm(ModelForm):
    class Meta:
        model = Referral
        fields = ["inspector", "inspector_reason"]
        labels = {"inspector": "Name of the inspector", "inspector_reason": "Their reason"}

    mark_optional = False
    layout = [Field("inspector", width=20), Field("inspector_reason", rows=3), SAVE]

    def draft_fields(self) -> dict:
        return dict(self.cleaned_data)
