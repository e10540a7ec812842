"""The forms of suggestions of work: the public one, and those that decide."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Organisation
from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Fieldset, Hidden, Link, Partial
from placements.forms.common import codes, offer_codes
from placements.forms.sites import SiteForm
from placements.models import Activity, Nomination, NominationDeclineReason
from placements.rules import suggesting
from referrals.models import District

LONGEST = {field.name: field.max_length for field in Nomination._meta.fields}


WHAT = "For example, the path behind the village hall is overgrown. Leave out people’s names."


def serving_forces():
    """The forces to which work can be suggested: some provider works for them."""
    return Organisation.objects.filter(kind=Organisation.Kind.FORCE, served_by__isnull=False).distinct()


class SuggestionForm(Form):
    """Work that anybody suggests, without an account."""

    force = forms.ModelChoiceField(
        Organisation.objects.none(), label="Which police force covers the place?", widget=forms.RadioSelect,
        empty_label=None, error_messages={"required": "Select the police force that covers the place"},
    )  # fmt: skip
    what = forms.CharField(
        label="What needs doing?",
        max_length=LONGEST["what"],
        widget=forms.Textarea,
        error_messages={"required": "Enter what needs doing"},
    )
    where = forms.CharField(
        label="Where is it?", max_length=LONGEST["where"], error_messages={"required": "Enter where it is"}
    )
    district = forms.ModelChoiceField(District.objects.none(), required=False, empty_label="Not sure")
    activity = forms.ModelChoiceField(
        Activity.objects.none(), label="Kind of work", required=False, empty_label="Not sure"
    )
    who_benefits = forms.CharField(label="Who would benefit?", max_length=LONGEST["who_benefits"], required=False)
    from_name = forms.CharField(
        label="Your name",
        max_length=LONGEST["from_name"],
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )
    from_email = forms.EmailField(
        label="Your email address",
        max_length=LONGEST["from_email"],
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def __init__(self, *args, began, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["district"].queryset = District.objects.valid_on(today)
        self.fields["activity"].queryset = Activity.objects.valid_on(today)
        forces = list(serving_forces())
        if len(forces) == 1:
            del self.fields["force"]
            self.only_force = forces[0]
        else:
            self.fields["force"].queryset = serving_forces()
        self.helper.disable_csrf = True  # no cookie; what a forged request could do, any request can
        self.helper.layout.fields = [
            Hidden("began", began),
            Partial("placements/outside/_trap.html"),
            *(["force"] if "force" in self.fields else []),
            Field("what", hint=WHAT, rows=5),
            Field("where", hint="A street, a park or a building. Leave out people’s home addresses."),
            "district",
            "activity",
            Field("who_benefits", hint="For example, people who walk to the school."),
            Fieldset("If you want to hear what becomes of it", "from_name", "from_email"),
            Partial("placements/outside/_data.html"),
            Buttons(Button("Send the suggestion")),
        ]

    def _one_line(self, name):
        return suggesting.one_line(self.cleaned_data[name])

    def clean_where(self):
        where = self._one_line("where")
        if not where:
            raise ValidationError("Enter where it is")
        return where

    def clean_who_benefits(self):
        return self._one_line("who_benefits")

    def clean_from_name(self):
        return self._one_line("from_name")

    def clean(self):
        texts = [self.cleaned_data.get(name, "") for name in ("what", "where", "who_benefits", "from_name")]
        found = suggesting.links_in(*texts)
        if found > suggesting.MOST_LINKS:
            self.add_error("what", f"You have entered {found} web addresses. Leave in 1 at most")
        return self.cleaned_data

    def given(self) -> dict:
        given = dict(self.cleaned_data)
        return {"force": given.pop("force", None) or self.only_force, **given}


# --- deciding -------------------------------------------------------------------------------------------------------


def _answer_field():
    return forms.CharField(label="What we answer", max_length=LONGEST["answer"], widget=forms.Textarea, required=False)


def _note_field():
    return forms.CharField(label="For colleagues", max_length=LONGEST["note"], widget=forms.Textarea, required=False)


ANSWER = Field(
    "answer",
    rows=8,
    hint="Sent to who suggested it, after “Hello” and their name. Change what you like. If you leave it empty, nothing "
    "is sent.",
)
NOTE = Field("note", rows=3, hint="Not sent to anybody. Leave out names.")


class AcceptForm(SiteForm):
    """The site that a suggestion becomes, and what is answered."""

    answer = _answer_field()
    note = _note_field()

    def __init__(self, *args, wants_answer, **kwargs):
        self.more = [Fieldset("The answer", ANSWER)] * wants_answer + [NOTE]
        super().__init__(*args, **kwargs)
        if not wants_answer:
            del self.fields["answer"]


class ReasonForm(Form):
    """Why work that somebody suggested is not done; the answer is written from it."""

    reason = codes(
        NominationDeclineReason, label="Why is it declined?", error_messages={"required": "Select why it is declined"}
    )

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        hints = offer_codes(self.fields["reason"], NominationDeclineReason)
        self.helper.form_method = "get"
        self.helper.layout.fields = [
            Field("reason", hints=hints, small=True),
            Buttons(Button("Continue", name="step", value="answer"), Link("Cancel", cancel)),
        ]


class AnswerForm(Form):
    """What is answered, and a note for colleagues."""

    answer = _answer_field()
    note = _note_field()

    def __init__(self, *args, wants_answer, button, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        if not wants_answer:
            del self.fields["answer"]
        self.layout = [*([ANSWER] * wants_answer), NOTE, Buttons(Button(button), Link("Cancel", cancel))]


class NoteForm(Form):
    note = _note_field()

    layout = [NOTE, Buttons(Button("Save the note", style="secondary"))]
