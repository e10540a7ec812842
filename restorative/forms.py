"""What the pages of restorative justice ask. Each form's fields are what its operation takes."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from govuk.forms import DateField, DateTimeField, Form
from govuk.layout import Button, Buttons, Component, Field, Link, Row
from restorative.models import AgreementItem, Contact, NotProceededReason, ProcessKind

LONG = forms.Textarea
SAID = {"yes": True, "no": False, "unknown": None}
SAID_CHOICES = [("yes", "Yes"), ("no", "No"), ("unknown", "Not asked, or did not say")]


class ProcessForm(Form):
    """A form about one process, with one button. `action`: where it is sent, if not to the page it stands on; `cancel`:
    where the way back leads, if there is one."""

    button = "Save"
    style = ""

    def __init__(self, *args, process, action="", cancel="", **kwargs):
        self.process = process
        super().__init__(*args, **kwargs)
        self.helper.form_action = action
        cancelling = [Link("Cancel", cancel)] if cancel else []
        layout = self.layout or self.asked_first()
        self.helper.layout = Layout(*layout, Buttons(Button(self.button, style=self.style), *cancelling))


class OfferForm(ProcessForm):
    button = "Record the offer"
    on = DateField(
        label="When did you offer restorative justice to the victim?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day of the offer"},
    )


class AnswerForm(ProcessForm):
    button = "Record the answer"
    answer = forms.ChoiceField(
        label="What did the victim say?",
        choices=[
            ("accept", "Wants to go ahead"),
            ("decline", "Does not want to"),
            ("no_response", "Gave no answer"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what the victim said"},
    )
    on = DateField(
        label="When was that?",
        help_text="If there was no answer, the day you last tried. For example, 27 3 2026",
        error_messages={"required": "Enter the day of the answer, or the day you last tried"},
    )
    layout = [
        Field("answer", hints={"decline": "The process ends here.", "no_response": "The process ends here."}),
        "on",
    ]


class ParticipantForm(ProcessForm):
    button = "Record the answer"
    answer = forms.ChoiceField(
        label="Is the participant willing to take part?",
        choices=[("willing", "Yes"), ("not_willing", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the participant is willing"},
    )
    harm_acknowledged = forms.BooleanField(label="The participant acknowledges the harm they caused", required=False)
    layout = [
        Component("inset-text", text="Restorative justice must not proceed without acknowledgement of harm."),
        Field("answer", hints={"not_willing": "The process ends here."}),
    ]
    reveal = {"answer": {"willing": [Field("harm_acknowledged", optional=False)]}}


class RiskForm(ProcessForm):
    button = "Save the risk assessment"
    risk_assessment = forms.CharField(
        label="What are the risks to either party, and what makes contact safe?",
        help_text="Power between them, repeat harm, health, who else is there, where, and when you would stop.",
        max_length=4000,
        widget=LONG,
        error_messages={"required": "Enter the risks and what makes contact safe"},
    )
    layout = [Field("risk_assessment", rows=7)]


class PreparationForm(ProcessForm):
    button = "Save the preparation"
    preparation = forms.CharField(
        label="How are the parties prepared?",
        help_text="Who was told what, what each hopes for, who supports them, and what was arranged.",
        max_length=4000,
        widget=LONG,
        error_messages={"required": "Enter how the parties were prepared"},
    )
    layout = [Field("preparation", rows=7)]


class FacilitateForm(ProcessForm):
    button = "Record the meeting or exchange"
    kind = forms.ModelChoiceField(
        label="How did the parties meet or speak?",
        queryset=ProcessKind.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Select how the parties met or spoke"},
    )
    on = DateField(
        label="When?", help_text="For example, 27 3 2026", error_messages={"required": "Enter the day it took place"}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = ProcessKind.objects.valid_on(timezone.localdate())
        self.fields["kind"].queryset = kinds


class ItemForm(Form):
    mark_optional = False
    kind = forms.ChoiceField(label="What", choices=[("", "Select"), *AgreementItem.Kind.choices])
    description = forms.CharField(label="In words", max_length=500)
    responsible = forms.CharField(label="Who is responsible", max_length=120)
    due_on = DateField(label="Due", error_messages={"required": "Enter the day it is due"})


class BaseItemFormSet(forms.BaseFormSet):
    row_name = "Agreed"
    fields: dict = {}  # what audit.doors asks of a form

    def __init__(self, *args, process, action="", cancel="", **kwargs):
        super().__init__(*args, **kwargs)
        self.action = action

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_action = self.action
        helper.layout = Layout(Row("kind", Field("responsible", width=20)), "description", "due_on")
        helper.add_input(Submit("save", "Save what was agreed"))
        return helper

    def add_error(self, field, message):
        self.non_form_errors().append(message)

    @property
    def cleaned_data(self):
        """The rows that were filled in, as operations.agree() takes them."""
        return {"items": [form.cleaned_data for form in self.forms if form.cleaned_data]}


AgreementFormSet = forms.formset_factory(ItemForm, formset=BaseItemFormSet, extra=3, max_num=10)
LongAgreementFormSet = forms.formset_factory(ItemForm, formset=BaseItemFormSet, extra=10, max_num=10)


class FollowUpForm(ProcessForm):
    button = "Start following up"


class FinishForm(ProcessForm):
    button = "Close the process"
    victim_satisfied = forms.ChoiceField(
        label="Is the victim satisfied with it?",
        choices=SAID_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the victim is satisfied"},
    )
    participant_satisfied = forms.ChoiceField(
        label="Is the participant satisfied with it?",
        choices=SAID_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the participant is satisfied"},
    )

    def clean(self):
        return {name: SAID[value] for name, value in self.cleaned_data.items()}


class StopForm(ProcessForm):
    button = "Stop the process"
    style = "warning"
    reason = forms.ModelChoiceField(
        label="Why does it stop?",
        queryset=NotProceededReason.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Select why the process stops"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = NotProceededReason.objects.valid_on(timezone.localdate())


class ContactForm(ProcessForm):
    button = "Save the contact"
    party = forms.ChoiceField(
        label="Who did you speak to?",
        choices=Contact.Party,
        widget=forms.RadioSelect,
        error_messages={"required": "Select who you spoke to"},
    )
    how = forms.ChoiceField(
        label="How?",
        choices=Contact.How,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how you spoke to them"},
    )
    at = DateTimeField(
        label="When?",
        help_text="For example, 27 3 2026 at 14:30",
        error_messages={"required": "Enter the day and time of the contact"},
    )
    notes = forms.CharField(label="What was said", max_length=4000, widget=LONG)
    layout = ["party", "how", "at", Field("notes", rows=6)]


class DoneForm(ProcessForm):
    button = "Mark as done"
    on = DateField(
        label="When was it done?", help_text="For example, 27 3 2026", error_messages={"required": "Enter the day"}
    )


class _PractitionerField(forms.ModelChoiceField):
    def __init__(self):
        super().__init__(
            label="Practitioner",
            queryset=User.objects.none(),
            empty_label="Select a practitioner",
            error_messages={"required": "Select the practitioner who will take it"},
        )


class StartForm(Form):
    victim = forms.ModelChoiceField(
        label="Which victim?",
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Select the victim"},
    )
    practitioner = _PractitionerField()
    mark_optional = False

    def __init__(self, *args, case, victims, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["victim"].queryset = victims
        self.fields["practitioner"].queryset = _practitioners_of(case)
        self.helper.layout = Layout("victim", "practitioner", Buttons(Button("Start"), Link("Cancel", cancel)))


class HandOverForm(ProcessForm):
    button = "Hand over"
    practitioner = _PractitionerField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["practitioner"].queryset = _practitioners_of(self.process.case).exclude(
            pk=self.process.practitioner_id
        )


def _practitioners_of(case):
    return User.objects.with_role(Role.PRACTITIONER).filter(organisation=case.provider_id)
