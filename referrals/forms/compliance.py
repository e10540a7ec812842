"""Forms of what follows from something missed: the evidence, the decision, keeping the case open."""

from django import forms

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field
from referrals.forms.casework import SentOnceForm
from referrals.forms.fields import text_area
from referrals.models import ComplianceEvent

Decision = ComplianceEvent.Decision


class EvidenceForm(SentOnceForm):
    text = text_area(
        label="What did they say or show?",
        max_length=2000,
        error_messages={"required": "Enter what they said or showed"},
    )

    layout = [
        "once",
        Field(
            "text",
            rows=5,
            hint="For example: rang on Monday, the bus did not come, showed a screenshot. The officer reads this too.",
        ),
        Buttons(Button("Save what they said")),
    ]


class DecideComplianceForm(Form):
    decision = forms.ChoiceField(
        label="Was there a good reason?",
        choices=[
            (Decision.EXCUSED.value, "Yes, it is acceptable"),
            (Decision.UPHELD.value, "No, it is not acceptable"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether there was a good reason"},
    )
    reason = text_area(label="Why?", max_length=1000, required=False)

    mark_optional = False

    def __init__(self, *args, waited: bool, **kwargs):
        hint = "You can leave this empty." if waited else "Evidence may still come, so say why you decide now."
        self.layout = [
            Field("decision", small=True),
            Field("reason", rows=3, hint=f"{hint} The officer reads this too."),
            Buttons(Button("Save decision")),
        ]
        super().__init__(*args, **kwargs)


class KeepOpenForm(Form):
    reason = text_area(
        label="Why does the case go on?", max_length=1000, error_messages={"required": "Enter why the case goes on"}
    )

    layout = [Field("reason", rows=4), Buttons(Button("Keep the case open"))]
