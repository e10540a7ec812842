"""The officer's forms. A draft may be left unfinished anywhere: the rules say at the end what is still missing."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from govuk.forms import DateField, DateTimeField, Form, ModelForm
from govuk.layout import Button, Buttons, Field, Fieldset
from referrals.forms.fields import CodeField, OffersCodes, not_in_the_future, text_area
from referrals.models import (
    CommunityRemedyOption,
    Consent,
    Disposal,
    District,
    Ethnicity,
    Offence,
    Person,
    Referral,
    Victim,
)

SAVE = Buttons(
    Button("Save and continue"), Button("Save and come back later", name="later", value="1", style="secondary")
)
LOW, HIGH = settings.SCHEME["USUAL_HOURS"]


class StartForm(Form):
    """Who the referral is about; enough to look for an earlier record."""

    given_names = forms.CharField(label="First names", max_length=100)
    family_name = forms.CharField(label="Last name", max_length=100)
    date_of_birth = DateField(label="Date of birth", required=False, help_text="For example, 27 3 2009")

    mark_optional = False
    layout = [
        Field("given_names", width=20, autocomplete="off"),
        Field("family_name", width=20, autocomplete="off"),
        "date_of_birth",
        Buttons(Button("Continue")),
    ]

    def clean_date_of_birth(self):
        return not_in_the_future(self.cleaned_data["date_of_birth"])


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
        born = {str(person.pk): person.date_of_birth for person in known}
        self.options = {
            "hints": {pk: f"Born {day:%-d %B %Y}" if day else "Date of birth not known" for pk, day in born.items()}
        }


class PersonForm(OffersCodes, ModelForm):
    """The participant's own record."""

    district = CodeField(District, label="District they live in", required=False)
    ethnicity = CodeField(Ethnicity, label="Ethnicity, as they describe it", required=False)
    officer_perceived_ethnicity = CodeField(Ethnicity, label="Ethnicity, as you perceive it", required=False)

    class Meta:
        model = Person
        fields = [
            "given_names", "family_name", "date_of_birth", "sex", "gender", "phone", "phone_is_safe", "email",
            "email_is_safe", "address", "district", "school", "needs", "language", "interpreter_needed", "disability",
            "ethnicity", "officer_perceived_ethnicity",
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
            "language": "Language they prefer, if not English",
            "interpreter_needed": "An interpreter is needed",
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
        ),
        Fieldset(
            "What the people who work with them need to know",
            Field("needs", rows=2, hint="Health, learning, literacy, anything that makes a session easier or safer"),
            Field("language", width=20),
            Field("interpreter_needed", small=True),
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
            "offence", "asb_qualifier", "incident_number", "crime_number", "offence_at", "place", "district",
            "circumstances", "risks",
        ]  # fmt: skip
        field_classes = {"offence_at": DateTimeField}
        labels = {
            "asb_qualifier": "If it was ASB, what did it affect?",
            "crime_number": "Crime number",
            "offence_at": "When did it happen?",
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
        Field("place", hint="Street and town"),
        "district",
        Field("circumstances", hint="What the person did. The triage team reads this; Remedi does not.", rows=4),
        Field("flags", small=True, exclusive="none"),
        Field("risks", hint="Remedi reads this: risks to the person or to staff. Do not name a victim here.", rows=3),
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
        self.fields["responsibility"].choices = Referral.Responsibility.choices
        unsuited = {True: "adults_only", False: "children_only"}.get(child)
        if unsuited:
            chosen = self.initial.get("disposal")
            offered = self.fields["disposal"].queryset
            self.fields["disposal"].queryset = offered.exclude(**{unsuited: True}) | offered.filter(pk=chosen)
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


class AuthorityForm(ModelForm):
    class Meta:
        model = Referral
        fields = ["inspector", "inspector_reason"]
        labels = {"inspector": "Name of the inspector", "inspector_reason": "Their reason"}

    mark_optional = False
    layout = [Field("inspector", width=20), Field("inspector_reason", rows=3), SAVE]

    def draft_fields(self) -> dict:
        return dict(self.cleaned_data)


class VictimForm(OffersCodes, Form):
    """One victim: who, what they wish for, what they said."""

    kind = forms.ChoiceField(
        label="Who was harmed?",
        choices=Victim.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select who was harmed"},
    )
    given_names = forms.CharField(label="First names", max_length=100)
    family_name = forms.CharField(label="Last name", max_length=100)
    business_name = forms.CharField(label="Name of the business", max_length=120)
    community_name = forms.CharField(
        label="Name of the community", max_length=120, help_text="For example, residents of Bath Street"
    )
    safe_contact = forms.CharField(
        label="A safe way to reach them",
        max_length=200,
        required=False,
        help_text="A number or address, and when. Only the triage team and a restorative justice practitioner see it.",
    )
    consulted_on = DateField(label="When were they asked for their view?", required=False)
    view = text_area(label="What did they say?", max_length=2000, required=False)
    wish = CodeField(CommunityRemedyOption, label="What would they like to happen?", required=False)
    told_about_rj_on = DateField(label="When were they told about restorative justice?", required=False)
    enhanced_rights = forms.BooleanField(
        label="They have enhanced rights under the Victims’ Code",
        required=False,
        help_text="A victim of serious crime, persistently targeted, or vulnerable or intimidated",
    )

    mark_optional = False
    reveal = {
        "kind": {
            "person": [Field("given_names", width=20), Field("family_name", width=20)],
            "business": [Field("business_name", width=30)],
            "community": [Field("community_name", width=30)],
        }
    }
    layout = [
        Field("kind", small=True),
        "consulted_on",
        Field("view", rows=3, hint="It is recorded and read, and does not bind the decision"),
        "wish",
        "told_about_rj_on",
        Field("safe_contact", autocomplete="off"),
        Field("enhanced_rights", small=True),
        SAVE,
    ]

    def __init__(self, *args, victim=None, **kwargs):
        if victim:
            kwargs["initial"] = {
                **{name: getattr(victim, name) for name in self.ROW},
                "wish": victim.wish_id,
                f"{victim.kind}_name": victim.organisation_name,
            }
            if victim.person:
                kwargs["initial"]["given_names"] = victim.person.given_names
                kwargs["initial"]["family_name"] = victim.person.family_name
        super().__init__(*args, **kwargs)
        if victim:  # who it is stays; a victim entered by mistake is removed
            self.fields["kind"].choices = [(victim.kind, victim.get_kind_display())]

    ROW = ("kind", "safe_contact", "consulted_on", "view", "told_about_rj_on", "enhanced_rights")

    def clean_consulted_on(self):
        return not_in_the_future(self.cleaned_data["consulted_on"])

    def clean_told_about_rj_on(self):
        return not_in_the_future(self.cleaned_data["told_about_rj_on"])

    def victim_fields(self) -> dict:
        """The fields of operations.record_victim."""
        given = self.cleaned_data
        fields = {name: given[name] for name in (*self.ROW, "wish")}
        if given["kind"] == Victim.Kind.PERSON:
            return {**fields, "person": {"given_names": given["given_names"], "family_name": given["family_name"]}}
        return {**fields, "organisation_name": given["business_name"] or given["community_name"]}


class ConsentForm(Form):
    kinds = forms.MultipleChoiceField(
        label="What was agreed to?",
        choices=Consent.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    given_by = forms.CharField(label="Who signed?", max_length=120, required=False)
    relationship = forms.ChoiceField(
        label="Who are they?",
        choices=[
            ("self", "The person themselves"),
            ("parent or carer", "Their parent or carer"),
            ("other", "Somebody else"),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    given_on = DateField(label="When did they sign?", required=False)

    mark_optional = False
    layout = [
        Field("kinds", small=True, hint="Only what is signed for. Nobody can take part without the first."),
        Field("given_by", width=20),
        Field("relationship", small=True, inline=True),
        "given_on",
        SAVE,
    ]

    def __init__(self, *args, consents, participant, **kwargs):
        last = consents[-1] if consents else None
        kwargs["initial"] = {
            "kinds": [consent.kind for consent in consents],
            "given_by": last.given_by if last else participant.name,
            "relationship": last.relationship if last else "self",
            "given_on": last.given_on if last else timezone.localdate(),
        }
        super().__init__(*args, **kwargs)

    def clean_given_on(self):
        return not_in_the_future(self.cleaned_data["given_on"])

    def clean(self):
        given = self.cleaned_data
        if given.get("kinds"):
            for name, sentence in (
                ("given_by", "Enter who signed"),
                ("relationship", "Select who signed"),
                ("given_on", "Enter when they signed"),
            ):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
