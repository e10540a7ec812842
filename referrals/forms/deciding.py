"""The forms of what is done to a case once it is submitted."""

from django import forms
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.roles import Role
from govuk.forms import DateField, DateTimeField, Form
from govuk.layout import Button, Buttons, Field
from referrals.forms.fields import CodeField, OffersCodes, not_in_the_future, text_area
from referrals.models import DeclineReason, FurtherOffenceCheck, ReturnReason, SuspendReason, WithdrawReason

YES_NO = [("yes", "Yes"), ("no", "No")]


class AcceptForm(Form):
    provider = forms.ModelChoiceField(Organisation.objects.none(), label="Who will work with the person?")
    hours = forms.IntegerField(label="Hours of community work", min_value=1, max_value=300)
    workshop_needed = forms.ChoiceField(
        label="Do they need the ASB awareness workshop?", choices=YES_NO, initial="yes", widget=forms.RadioSelect
    )
    rj_to_explore = forms.ChoiceField(
        label="Should restorative justice be explored?", choices=YES_NO, widget=forms.RadioSelect
    )
    rationale = text_area(label="Why are you accepting it?", max_length=2000)
    notes = text_area(label="Notes for the caseworker", max_length=2000, required=False)

    layout = [
        "provider",
        Field("hours", suffix="hours", width=3),
        Field("workshop_needed", inline=True, small=True),
        Field("rj_to_explore", inline=True, small=True),
        Field("rationale", rows=3),
        Field("notes", rows=2, hint="Remedi reads this. Do not name a victim here."),
        Buttons(Button("Accept the referral")),
    ]

    def __init__(self, *args, case, **kwargs):
        providers = Organisation.objects.filter(kind=Organisation.Kind.PROVIDER, serves=case.force_id)
        kwargs["initial"] = {"hours": case.hours_set, "provider": providers[0] if len(providers) == 1 else None}
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers
        self.fields["hours"].help_text = f"The officer set {case.hours_set}"

    def clean(self):
        for name in ("workshop_needed", "rj_to_explore"):
            if name in self.cleaned_data:
                self.cleaned_data[name] = self.cleaned_data[name] == "yes"


class DeclineForm(OffersCodes, Form):
    reason = CodeField(DeclineReason, label="Why is it declined?", widget=forms.RadioSelect, empty_label=None)
    redirected_to = forms.CharField(
        label="Who was it redirected to?", max_length=120, required=False, help_text="The team or service, by name"
    )
    rationale = text_area(label="What should the officer know?", max_length=2000)

    mark_optional = False
    layout = [
        Field("reason", hints=CodeField.hint, small=True),
        Field("redirected_to", width=30, hint="Only if it was redirected: the team or service, by name"),
        Field("rationale", rows=3, hint="The officer reads this"),
        Buttons(Button("Decline the referral", style="warning")),
    ]


class AskForm(Form):
    question = text_area(label="What do you need to know from the officer?", max_length=2000)

    layout = [
        Field("question", rows=4, hint="The clock of the decision stops until they answer"),
        Button("Send the question"),
    ]


class AnswerForm(Form):
    text = text_area(label="Your answer", max_length=4000)

    layout = [Field("text", rows=6), Button("Send the answer")]


class AssignForm(Form):
    """A colleague on the triage team; nobody puts it back on the common list."""

    to = forms.ModelChoiceField(
        User.objects.none(), label="Who should decide?", required=False, empty_label="Nobody in particular"
    )

    mark_optional = False
    layout = ["to", Buttons(Button("Assign"))]

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.with_role(Role.TRIAGER).filter(organisation=case.force_id)


class CaseworkerForm(Form):
    """A coordinator of the provider; left alone it is the person who asks."""

    caseworker = forms.ModelChoiceField(
        User.objects.none(), label="Who will be the caseworker?", required=False, empty_label="Me"
    )

    mark_optional = False
    layout = ["caseworker", Buttons(Button("Save caseworker"))]

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["caseworker"].queryset = User.objects.with_role(Role.COORDINATOR).filter(
            organisation=case.provider_id
        )


class ReasonForm(OffersCodes, Form):
    """A reason from a code list, and the button that acts."""

    reason: CodeField
    button = Button("Save")

    @property
    def layout(self):
        return [Field("reason", hints=self.hint, small=True), Buttons(self.button)]

    hint = staticmethod(CodeField.hint)


class WithdrawForm(ReasonForm):
    reason = CodeField(WithdrawReason, label="Why is it withdrawn?", widget=forms.RadioSelect, empty_label=None)
    button = Button("Withdraw the referral", style="warning")

    @staticmethod
    def hint(value):
        return value.instance.group


class SuspendForm(ReasonForm):
    reason = CodeField(SuspendReason, label="Why is it suspended?", widget=forms.RadioSelect, empty_label=None)
    button = Button("Suspend the case")


class ReturnForm(ReasonForm):
    reason = CodeField(
        ReturnReason, label="Why does it go back to the officer?", widget=forms.RadioSelect, empty_label=None
    )
    statement = text_area(label="Statement for the officer", max_length=4000, required=False)
    button = Button("Return the case to the officer", style="warning")

    @property
    def layout(self):
        hint = "The officers and the provider read it, and can save it as a PDF. Do not name a victim."
        return [Field("reason", small=True), Field("statement", rows=16, hint=hint), Buttons(self.button)]


class ConfirmForm(Form):
    """Nothing to fill in: the page says what will happen, the button does it."""

    def __init__(self, *args, button: str, **kwargs):
        self.layout = [Buttons(Button(button))]
        super().__init__(*args, **kwargs)


class AskOverrideForm(Form):
    reason = text_area(label="Why should a manager agree?", max_length=1000)

    layout = [
        Field(
            "reason", rows=4, hint="The manager and everybody who works on the case read this. Do not name a victim."
        ),
        Buttons(Button("Ask a manager")),
    ]


class DecideOverrideForm(Form):
    agreed = forms.ChoiceField(
        label="Do you agree?", choices=[("yes", "Yes, I agree"), ("no", "No, I refuse")], widget=forms.RadioSelect
    )
    reason = text_area(label="Your reason", max_length=1000)

    layout = [Field("agreed", small=True), Field("reason", rows=4), Buttons(Button("Save decision"))]

    def clean(self):
        if "agreed" in self.cleaned_data:
            self.cleaned_data["agreed"] = self.cleaned_data["agreed"] == "yes"


class ContactForm(Form):
    at = DateTimeField(label="When did you first speak to them?", help_text="For example, 27 3 2026, 14:30")

    layout = ["at", Buttons(Button("Save first contact"))]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"at": timezone.now()}, **kwargs)


class FurtherOffenceForm(Form):
    months = forms.TypedChoiceField(label="Which window?", coerce=int, widget=forms.RadioSelect)
    done_on = DateField(label="When did you check?")
    result = forms.ChoiceField(
        label="What did the records show?", choices=FurtherOffenceCheck.Result.choices, widget=forms.RadioSelect
    )

    layout = [
        Field("months", inline=True, small=True),
        "done_on",
        Field("result", small=True),
        Buttons(Button("Save check")),
    ]

    def __init__(self, *args, windows, **kwargs):
        super().__init__(*args, initial={"done_on": timezone.localdate()}, **kwargs)
        self.fields["months"].choices = [(months, f"{months} months") for months in windows]

    def clean_done_on(self):
        return not_in_the_future(self.cleaned_data["done_on"])
