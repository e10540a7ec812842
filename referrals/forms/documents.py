"""The forms of a case's documents."""

from django import forms
from django.conf import settings
from django.urls import reverse

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Link
from referrals.filetypes import BY_ENDING, WANTED
from referrals.forms.casework import SentOnceForm
from referrals.models import Document


class DocumentForm(SentOnceForm):
    kind = forms.ChoiceField(label="What kind of document is it?", choices=Document.ADDED, widget=forms.RadioSelect)
    title = forms.CharField(
        label="What it is",
        max_length=120,
        error_messages={"required": "Enter a few words that say what the document is"},
    )
    # What is in it, an empty one too, is judged by the operation, for both doors.
    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(BY_ENDING)}),
        error_messages={"required": "Select a file"},
    )
    for_provider = forms.BooleanField(label="The provider may see it", required=False)

    mark_optional = False

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case
        if not case.may("referrals.see_victim"):
            del self.fields["for_provider"]

    @property
    def layout(self):
        files = f"{WANTED[:1].upper()}{WANTED[1:]}, of {settings.LARGEST_FILE_MB} MB or less"
        sharing = [
            Field(
                "for_provider",
                legend="Who may see it?",
                hint="You, the officers on this case and the triage team see it. "
                f"{self.case.provider or 'The provider'} sees it only if you tick this. A statement or a photograph "
                "may name or show the victim.",
            )
        ]
        return [
            "once",
            Field("kind", small=True),
            Field("title", hint="For example, statement of the shop’s manager. Leave out names.", width=30),
            Field("file", hint=f"{files}."),
            *(sharing if "for_provider" in self.fields else []),
            Buttons(Button("Add the document"), Link("Cancel", reverse("referrals:documents", args=[self.case.pk]))),
        ]

    def clean(self):
        """A browser does not keep the file when the page is shown again, so whoever mends a field is told."""
        if self.errors and "file" not in self.errors and self.cleaned_data.get("file"):
            self.add_error(
                "file", "Select the file again: your browser does not keep it when there is something to mend"
            )
        return self.cleaned_data


class RemoveDocumentForm(Form):
    because = forms.CharField(
        label="Why are you removing it?",
        max_length=200,
        error_messages={"required": "Enter why you are removing it"},
    )

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case

    @property
    def layout(self):
        return [
            Field("because", hint="For example, added to the wrong case. Leave out names."),
            Buttons(
                Button("Remove the document", style="warning"),
                Link("Keep it", reverse("referrals:documents", args=[self.case.pk])),
            ),
        ]
