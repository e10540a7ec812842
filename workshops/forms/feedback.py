"""What somebody thought of the workshop."""

from django import forms
from django.conf import settings

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Hidden, Link
from workshops import rules
from workshops.models import Comment, FeedbackResponse


class StatementsForm(Form):
    """The statements in the words of one version, which the form carries: an answer stays with the words that were
    read."""

    comment = forms.CharField(
        required=False, max_length=FeedbackResponse._meta.get_field("comment").max_length, widget=forms.Textarea
    )
    may_be_quoted = forms.BooleanField(required=False)

    ANSWERS = {"agree": True, "disagree": False, "not_said": None}
    CHOICES = [("agree", "Agree"), ("disagree", "Disagree"), ("not_said", "Rather not say")]

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        sent = data.get("wording") if data else None
        self.wording = sent if sent in rules.WORDINGS else settings.SCHEME["FEEDBACK_WORDING"]
        asked = {
            name: forms.TypedChoiceField(
                label=text,
                choices=self.CHOICES,
                coerce=self.ANSWERS.get,
                widget=forms.RadioSelect,
                error_messages={"required": f"Select an answer to ‘{text}’"},
            )
            for name, text in rules.WORDINGS[self.wording].items()
        }
        self.fields = {**asked, **self.fields}

    def given(self) -> dict:
        """What the operations are told."""
        return {
            "answers": {name: self.cleaned_data[name] for name in rules.STATEMENTS},
            "comment": self.cleaned_data["comment"],
            "may_be_quoted": self.cleaned_data["may_be_quoted"],
            "wording": self.wording,
        }


class FeedbackForm(StatementsForm):
    """Typed in from paper."""

    def __init__(self, *args, back_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].label = "Anything else they said"
        self.fields["may_be_quoted"].label = "They agree that the comment may be quoted, without their name"
        self.layout = [
            *(Field(name, inline=True, small=True) for name in rules.WORDINGS[self.wording]),
            Field("comment", hint="In their own words. Leave out names."),
            Field("may_be_quoted", optional=False),
            Hidden("wording", self.wording),
            Buttons(Button("Save feedback"), Link("Cancel", back_url)),
        ]


class SayForm(StatementsForm):
    """Answered by the person themselves, on a phone or on the screen at the session. It needs no cookie: the secret in
    its address is all there is to steal."""

    mark_optional = False

    def __init__(self, *args, back_url="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].label = "Is there anything else you want to say?"
        self.fields["may_be_quoted"].label = "Yes, you can show my words to other people. You will not say my name."
        simply = rules.IN_SIMPLE_WORDS.get(self.wording, {})
        self.layout = [
            *(Field(name, hint=simply.get(name, "")) for name in rules.WORDINGS[self.wording]),
            Field("comment", hint="You can leave this empty. Do not write anybody’s name.", rows=4, autocomplete="off"),
            Field("may_be_quoted"),
            Hidden("wording", self.wording),
            Buttons(
                Button("Send my answers"), *([Link("Stop, and go back to the names", back_url)] if back_url else [])
            ),
        ]
        self.helper.disable_csrf = True


class CommentForm(Form):
    """A parent or carer, or a victim, says what they think."""

    text = forms.CharField(
        label="What do you want to tell us?",
        max_length=Comment._meta.get_field("text").max_length,
        widget=forms.Textarea,
        error_messages={"required": "Write what you want to tell us"},
    )
    may_be_quoted = forms.BooleanField(
        label="Yes, you can show my words to other people. You will not say my name.", required=False
    )
    mark_optional = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [
            Field(
                "text",
                hint="What went well, and what could be better. Do not write anybody’s name.",
                autocomplete="off",
            ),
            Field("may_be_quoted"),
            Buttons(Button("Send")),
        ]
        self.helper.disable_csrf = True
