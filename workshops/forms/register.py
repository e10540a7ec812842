"""The register of a session."""

from django import forms
from django.utils import timezone

from govuk.forms import Form
from govuk.layout import Button, Field, Partial
from referrals.models import AttendanceOutcome
from referrals.words import shown_name


class RegisterForm(Form):
    """One question for each person: what came of their place. The fields are named by the bookings.

    A page that has been open for a while cannot overwrite what somebody else recorded since: a hidden `was_<booking>`
    says what the page showed. What was left as it was shown is not recorded, and what was changed is compared with the
    row by the operation.
    """

    mark_optional = False

    def __init__(self, data=None, *, bookings, describe):
        self.bookings = {str(booking.pk): booking for booking in bookings}
        self.seen, self.touched = {}, []
        if data is not None:
            data = data.copy()
            for name, booking in self.bookings.items():
                self.seen[name] = data.get(f"was_{name}", "")
                if data.get(name, "") != self.seen[name]:
                    self.touched.append(name)
                else:
                    data[name] = booking.outcome_id or ""
        super().__init__(data)
        self.outcomes = {outcome.pk: outcome for outcome in AttendanceOutcome.objects.valid_on(timezone.localdate())}
        self.outcomes |= {booking.outcome_id: booking.outcome for booking in bookings if booking.outcome_id}
        for name, booking in self.bookings.items():
            whose = shown_name(booking.case, booking.hidden)
            self.fields[name] = forms.ChoiceField(
                label=whose,
                choices=[("", "Not recorded yet"), *((code, outcome.label) for code, outcome in self.outcomes.items())],
                initial=booking.outcome_id or "",
                required=False,
                error_messages={"invalid_choice": f"Select a listed outcome for {whose}"},
            )
        hints = [Field(name, hint=describe(booking), label_size="m") for name, booking in self.bookings.items()]
        self.layout = [Partial("workshops/_register_seen.html"), *hints, Button("Save register")]

    def clean(self):
        for name in self.touched:
            if self.cleaned_data.get(name) == "":
                booking = self.bookings[name]
                self.add_error(
                    name,
                    f"Select an outcome for {self.fields[name].label}: “{booking.outcome}” is recorded, and it cannot "
                    "go back to not recorded",
                )

    def entries(self):
        """(booking, outcome, the code that the page showed) for each person whose outcome was changed on it."""
        return [(self.bookings[name], self.outcomes[self.cleaned_data[name]], self.seen[name]) for name in self.touched]
