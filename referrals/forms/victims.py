"""The officer's forms about who was harmed, and about what was agreed to."""

from django import forms
from django.utils import timezone

from govuk.forms import DateField, Form
from govuk.layout import Field
from referrals.forms.casework import SentOnceForm
from referrals.forms.fields import SAVE, CodeField, OffersCodes, not_in_the_future, text_area
from referrals.models import CommunityRemedyOption, Consent, Victim


class VictimForm(OffersCodes, SentOnceForm):
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
        "once",
        Field("kind", small=True),
        "consulted_on",
        Field("view", rows=3, hint="It is recorded and read, and does not bind the decision"),
        "wish",
        "told_about_rj_on",
        Field("safe_contact", autocomplete="off"),
        Field("enhanced_rights", small=True),
        SAVE,
    ]

    def __init__(self, *args, victim=None, to_tell="", **kwargs):
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
        self.fields["told_about_rj_on"].help_text = to_tell  # the limit, in words
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
        choices=Consent.OfReferral.choices,
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
