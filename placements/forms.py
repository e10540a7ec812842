"""The forms of community work. They validate and explain; they never save."""

from django import forms
from django.utils import timezone

from audit.trail import Refusal
from govuk.forms import DateField, Form, ModelForm, TimeField
from govuk.layout import Button, Buttons, Field, Fieldset, Link, Row
from placements import rules
from placements.lifecycle import Grade
from placements.models import Activity, AdjustmentReason, Assessment, PlacementEndReason, Site
from referrals.models import AttendanceOutcome, District, Referral

GRADES = [("", "Not given"), *Grade.choices]
DAYS = list(enumerate(rules.DAY_NAMES))
PHONE = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})


def days_field(**options):
    return forms.TypedMultipleChoiceField(choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple, **options)


def minutes_field(**options):
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(min_value=0, max_value=720, required=False, widget=widget, **options)


def codes(model, **options):
    """A choice among the codes of a list that may be chosen today, as radios."""
    return forms.ModelChoiceField(model.objects.none(), empty_label=None, widget=forms.RadioSelect, **options)


def offer_codes(field, model):
    """Fill in the choices, for each request anew; returns the hint of each."""
    field.queryset = model.objects.valid_on(timezone.localdate())
    return {code.pk: code.hint for code in field.queryset}


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
            Buttons(Button("Save the assessment"), Link("Cancel", cancel)),
        ]

    def clean_emergency_contact_phone(self):
        phone = self.cleaned_data["emergency_contact_phone"]
        if sum(character.isdigit() for character in phone) < 6:
            raise forms.ValidationError("Enter a phone number, like 01332 496 0123")
        return phone

    def clean_never_with(self):
        """References become cases that this person may see."""
        references = {line.strip().upper() for line in self.cleaned_data["never_with"].splitlines() if line.strip()}
        cases = Referral.objects.visible_to(self.user, "placements.assess").filter(reference__in=references)
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


class SiteForm(ModelForm):
    """What a site is, where, and whom it takes."""

    activity = codes(Activity, label="What kind of work is it?")
    days_open = days_field(
        label="On which days does it take people?",
        error_messages={"required": "Select at least one day on which the site takes people"},
    )

    class Meta:
        model = Site
        fields = (
            "name", "address", "district", "activity", "description", "capacity", "days_open", "suitable_under_18",
            "hi_vis_needed", "contact_name", "contact_phone",
        )  # fmt: skip
        labels = {
            "name": "Name of the site",
            "description": "What people do there",
            "capacity": "How many people can it take a day?",
            "suitable_under_18": "Suitable for under 18s",
            "hi_vis_needed": "High-visibility clothing is needed",
            "contact_name": "Name of the contact at the site",
            "contact_phone": "Phone number of the contact",
        }
        widgets = {"contact_phone": PHONE, "capacity": forms.TextInput(attrs={"inputmode": "numeric"})}
        error_messages = {
            "name": {"required": "Enter the name of the site"},
            "capacity": {
                "required": "Enter how many people the site can take a day",
                "min_value": "Enter how many people the site can take a day, 1 or more",
            },
        }

    def __init__(self, *args, button, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = District.objects.valid_on(timezone.localdate())
        hints = offer_codes(self.fields["activity"], Activity)
        self.fields["capacity"].max_value = 500
        self.layout = [
            Fieldset("The site", "name", "address", "district", Field("activity", hints=hints, small=True)),
            Fieldset("The work", Field("description", rows=3), "hi_vis_needed", "suitable_under_18"),
            Fieldset("When and how many", Field("days_open", small=True), Field("capacity", width=3)),
            Fieldset("Contact at the site", "contact_name", Field("contact_phone", width=20)),
            Buttons(Button(button), Link("Cancel", cancel)),
        ]

    def _post_clean(self):
        """The operation writes the row; the form does not fill it in."""


class SitePapersForm(Form):
    """The risk assessment and the insurance of a site."""

    risk_assessed_on = DateField(label="When was the site assessed?", help_text="For example, 27 3 2026")
    risk_review_on = DateField(label="By when must the risk assessment be reviewed?")
    insured_until = DateField(
        label="When does the public liability insurance expire?", help_text="The date on the certificate"
    )

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [
            "risk_assessed_on", "risk_review_on", "insured_until",
            Buttons(Button("Save the dates"), Link("Cancel", cancel)),
        ]  # fmt: skip


class ConfirmForm(Form):
    """A question with one button; what cannot be done is said above it."""

    def __init__(self, *args, button, cancel, style="", **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [Buttons(Button(button, style=style), Link("Go back", cancel))]


class PlacementForm(Form):
    """The agreement: how many hours at this site, and who signed."""

    hours_agreed = forms.DecimalField(
        label="How many hours at this site?",
        min_value=0,
        max_value=300,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": "Enter how many hours they will work at this site"},
    )
    signed_by = forms.CharField(
        label="Who signed the agreement?",
        max_length=120,
        error_messages={"required": "Enter the name of the person who signed the agreement"},
    )
    parent_signed_by = forms.CharField(
        label="Which parent or carer signed it?",
        max_length=120,
        help_text="A parent or carer must sign for somebody under 18",
        error_messages={"required": "Enter the name of the parent or carer who signed the agreement"},
    )
    signed_on = DateField(
        label="When was it signed?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day on which it was signed"},
    )

    def __init__(self, *args, child, left, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        if not child:
            del self.fields["parent_signed_by"]
        self.layout = [
            Field("hours_agreed", width=4, suffix="hours", hint=f"{rules.in_words(left)} are left to do"),
            "signed_by",
            *(["parent_signed_by"] if child else []),
            "signed_on",
            Buttons(Button("Plan the placement"), Link("Cancel", cancel)),
        ]

    def clean_hours_agreed(self):
        hours = self.cleaned_data["hours_agreed"]
        if hours * 60 % 1:
            raise forms.ValidationError("Enter hours that make whole minutes, like 7.5 or 7.25")
        return hours

    def agreement(self) -> dict:
        """What plan_placement() takes."""
        answers = dict(self.cleaned_data)
        return {"minutes_agreed": int(answers.pop("hours_agreed") * 60), **answers}


class EndPlacementForm(Form):
    reason = codes(PlacementEndReason, label="Why does the placement end?")

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        hints = offer_codes(self.fields["reason"], PlacementEndReason)
        self.layout = [
            Field("reason", hints=hints),
            Buttons(Button("End the placement", style="warning"), Link("Cancel", cancel)),
        ]


class Timed(Form):
    """A day with a start and an end on the clock. `times` after validation: aware datetimes."""

    on = DateField(label="Day", help_text="For example, 27 3 2026", error_messages={"required": "Enter the day"})
    starts_at = TimeField(label="Start", error_messages={"required": "Enter the time at which it starts, like 09:00"})
    ends_at = TimeField(label="End", error_messages={"required": "Enter the time at which it ends, like 12:00"})

    def on_the_wall(self, weeks=1):
        """(start, end) of each week; the form says it where a time does not exist that day."""
        given = [self.cleaned_data.get(name) for name in ("on", "starts_at", "ends_at")]
        if None in given:
            return []
        try:
            return rules.weekly(*given, weeks)
        except Refusal as refusal:
            self.add_error(refusal.field, refusal.sentence)
            return []


class PlanSessionsForm(Timed):
    """One session, or the same day and time for several weeks."""

    weeks = forms.IntegerField(
        label="For how many weeks?",
        help_text="1 for a single session",
        min_value=1,
        max_value=26,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter for how many weeks, 1 for a single session"},
    )

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [
            "on",
            Row(Field("starts_at", width=5), Field("ends_at", width=5)),
            Field("weeks", width=2),
            Buttons(Button("Plan the work"), Link("Cancel", cancel)),
        ]

    def clean(self):
        weeks = self.cleaned_data.get("weeks")
        self.cleaned_data["times"] = self.on_the_wall(weeks) if weeks else []


class RecordForm(Timed):
    """What Remedi reports of one session."""

    outcome = codes(AttendanceOutcome, label="What happened?", error_messages={"required": "Select what happened"})
    break_minutes = minutes_field(label="Breaks", help_text="Minutes without work, such as lunch")
    penalty_minutes = minutes_field(label="Penalty", help_text="Minutes taken off, for coming late or not working")
    quality = forms.ChoiceField(
        label="Quality of the work", choices=[("", "Not given"), *Grade.choices], required=False
    )
    behaviour = forms.ChoiceField(label="Behaviour", choices=[("", "Not given"), *Grade.choices], required=False)
    notes = forms.CharField(label="Notes", max_length=2000, required=False, widget=forms.Textarea)
    late_reason = forms.CharField(label="Why is it recorded late?", max_length=250, required=False)
    record_beyond = forms.BooleanField(label="Record the work beyond the order", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    button = "Record the session"

    def __init__(self, *args, left: int, late: bool, cancel: str, credited: int = 0, **kwargs):
        super().__init__(*args, **kwargs)
        hints = offer_codes(self.fields["outcome"], AttendanceOutcome)
        self.fields["record_beyond"].label = (
            f"Record the work, and credit only {rules.in_words(left)}"
            if left
            else "Record the work, and credit nothing: all hours are done"
        )
        self.late, self.hints, self.cancel, self.credited = late, hints, cancel, credited

    @property
    def layout(self):
        """Asks for what a rule needs only when it does: the reason for lateness, and work beyond the order."""
        asked = {name for name in ("late_reason", "record_beyond") if self.data.get(name) or name in self.errors}
        return [
            *(["reason"] if "reason" in self.fields else []),
            Field("outcome", hints=self.hints),
            Fieldset(
                "When",
                "on",
                Row(Field("starts_at", width=5), Field("ends_at", width=5)),
                Row(
                    Field("break_minutes", width=3, suffix="minutes"),
                    Field("penalty_minutes", width=3, suffix="minutes"),
                ),
            ),
            Fieldset("How it went", Row("quality", "behaviour"), Field("notes", rows=3)),
            *(["late_reason"] if self.late or "late_reason" in asked else []),
            *([Field("record_beyond", legend="More work than the order has left")] if "record_beyond" in asked else []),
            "version",
            Buttons(Button(self.button), Link("Cancel", self.cancel)),
        ]

    def clean(self):
        times = self.on_the_wall()
        if times:
            self.cleaned_data["times"] = times[0]

    def report(self) -> dict:
        """What the operations take."""
        given = self.cleaned_data
        names = ("outcome", "quality", "behaviour", "notes", "late_reason", "record_beyond")
        return {
            **{name: given[name] for name in names},
            "starts_at": given["times"][0],
            "ends_at": given["times"][1],
            "break_minutes": given["break_minutes"] or 0,
            "penalty_minutes": given["penalty_minutes"] or 0,
        }


class CorrectForm(RecordForm):
    """A recorded session, said again with the reason."""

    reason = forms.CharField(
        label="Why is it corrected?", max_length=250, error_messages={"required": "Enter why the session is corrected"}
    )
    button = "Save the correction"


class AdjustForm(Form):
    """Minutes added to the order, or taken off it, by hand."""

    direction = forms.ChoiceField(
        label="What changes?",
        choices=[("off", "Take minutes off the order"), ("add", "Add minutes to the order")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether minutes are added or taken off"},
    )
    minutes = forms.IntegerField(
        label="How many minutes?",
        min_value=1,
        max_value=18_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter how many minutes"},
    )
    code = codes(AdjustmentReason, label="For what reason?", error_messages={"required": "Select a reason"})
    reason = forms.CharField(
        label="In a few words", max_length=250, error_messages={"required": "Enter the reason in a few words"}
    )

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        offer_codes(self.fields["code"], AdjustmentReason)
        hints = {
            code.pk: f"{code.hint}. At most {code.cap_minutes} minutes a case" if code.cap_minutes else code.hint
            for code in self.fields["code"].queryset
        }
        self.layout = [
            "direction",
            Field("minutes", width=5, suffix="minutes"),
            Field("code", hints=hints),
            "reason",
            Buttons(Button("Adjust the hours"), Link("Cancel", cancel)),
        ]

    def adjustment(self) -> dict:
        """What adjust_hours() takes."""
        given = self.cleaned_data
        sign = -1 if given["direction"] == "off" else 1
        return {"minutes": sign * given["minutes"], "code": given["code"], "reason": given["reason"]}
