"""A session that does not take place: why, which, and where everybody goes."""

from django import forms
from django.utils import timezone

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Hidden, Link
from workshops.models import Session, SessionCancelReason

TO_SESSION, TO_BOOK, THIS, LATER = "session", "to_book", "this", "later"
OFFERED = 50


class CancelSessionForm(Form):
    reason = forms.ModelChoiceField(
        SessionCancelReason.objects.none(),
        label="Why does the session not take place?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Select why the session does not take place"},
    )
    which = forms.ChoiceField(
        label="Which sessions?", widget=forms.RadioSelect, error_messages={"required": "Select which sessions"}
    )
    people_go = forms.ChoiceField(
        label="Where do the people go?",
        choices=[
            (TO_SESSION, "To another session"),
            (TO_BOOK, "Back to “People to book”"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select where the people go"},
    )
    to = forms.ModelChoiceField(
        Session.objects.none(),
        label="Which session?",
        empty_label="Choose a session",
        error_messages={"required": "Select the session that they go to"},
    )

    reveal = {
        "people_go": {
            TO_SESSION: [
                Field(
                    "to",
                    hint="They get the places that are free, and then join its waiting list, in their order. Who may "
                    "not go to it stays to be booked.",
                )
            ]
        }
    }

    def __init__(self, *args, session, people, later, sessions, over, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = SessionCancelReason.objects.valid_on(timezone.localdate())
        asked = ["reason"]
        if later:
            self.fields["which"].choices = [
                (THIS, "Only this one"),
                (LATER, f"This one and the {later} later {'one' if later == 1 else 'ones'} of its series"),
            ]
            asked.append("which")
        else:
            del self.fields["which"]
        if people:
            self.fields["to"].queryset = sessions
            self.fields["to"].choices = [("", "Choose a session")] + [
                (str(row.pk), f"{row.when}, {row.place}: {_places(row)}") for row in sessions[:OFFERED]
            ]
            asked.append("people_go")
        else:
            del self.fields["people_go"], self.fields["to"]
        self.layout = [
            *asked,
            Hidden("version", session.version),
            Buttons(
                Button("Record that it did not take place" if over else "Cancel this session", style="warning"),
                Link("Keep it", f"/workshops/sessions/{session.pk}/"),
            ),
        ]

    @property
    def asked(self) -> dict:
        """What the operation is given."""
        given = self.cleaned_data
        return {"reason": given["reason"], "later": given.get("which") == LATER, "to": given.get("to")}


def _places(session) -> str:
    if session.places_left:
        return f"{session.places_left} of {session.capacity} places left"
    return f"full, {session.waiting} waiting" if session.waiting else "full"
