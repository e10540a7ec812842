"""The register of a session."""

from django import forms
from django.utils import timezone
from django.utils.html import format_html

from govuk.forms import Form
from govuk.layout import Button, Buttons, Field, Link, Partial, Row
from referrals.models import AttendanceOutcome
from referrals.words import shown_name


class HappenedForm(Form):
    """Asked before anybody’s attendance is."""

    happened = forms.ChoiceField(
        label="Did the session happen?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the session happened"},
    )
    layout = [
        Field(
            "happened",
            hints={"no": "You say why on the next page. Everybody goes to another session, or back to be booked."},
        ),
        Button("Continue", name="asked", value="happened"),
    ]


class RegisterForm(Form):
    """One question for each person: what came of their place; and of those who came, how late. The fields are named by
    the bookings.

    A page that has been open for a while cannot overwrite what somebody else recorded since: hidden fields (`was_` and
    the name of a field) say what the page showed. What was left as it was shown is not recorded, and what was changed
    is compared with the row by the operation.
    """

    late_because = forms.CharField(
        label="Why is it recorded so late?", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    mark_optional = False

    def __init__(self, data=None, *, bookings, describe, days_late=0):
        self.bookings = {str(booking.pk): booking for booking in bookings}
        self.seen, touched = {}, set()
        if data is not None:
            data = data.copy()
            for name, shown in self.recorded().items():
                self.seen[name] = data.get(f"was_{name}", "")
                if data.get(name, "") != self.seen[name]:
                    touched.add(name)
                else:
                    data[name] = shown
        super().__init__(data)
        self.touched = [name for name in self.bookings if touched & {name, f"late_{name}"}]
        self.late_changed = touched
        self.outcomes = {outcome.pk: outcome for outcome in AttendanceOutcome.objects.valid_on(timezone.localdate())}
        self.outcomes |= {booking.outcome_id: booking.outcome for booking in bookings if booking.outcome_id}
        people = [self._ask(name, booking, describe(booking)) for name, booking in self.bookings.items()]
        why = Field("late_because", hint=f"The session was {days_late} days ago.")
        buttons = Buttons(Button("Save register"), Link("Cancel", ".."))
        self.layout = [Partial("workshops/_register_seen.html"), *people, *([why] if days_late else []), buttons]

    def recorded(self) -> dict[str, str]:
        """What is recorded, by the name of its field."""
        found = {}
        for name, booking in self.bookings.items():
            found[name] = booking.outcome_id or ""
            found[f"late_{name}"] = "" if booking.minutes_late is None else str(booking.minutes_late)
        return found

    def _ask(self, name, booking, hint):
        whose = shown_name(booking.case, booking.hidden)
        self.fields[name] = forms.ChoiceField(
            label=whose,
            choices=[("", "Not recorded yet"), *((code, outcome.label) for code, outcome in self.outcomes.items())],
            initial=booking.outcome_id or "",
            required=False,
            error_messages={"invalid_choice": f"Select a listed outcome for {whose}"},
        )
        self.fields[f"late_{name}"] = forms.IntegerField(
            label=format_html('Late<span class="govuk-visually-hidden">: {}</span>', whose),
            initial=booking.minutes_late,
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages={"invalid": f"Enter how many minutes late {whose} was, in numbers"},
        )
        late = Field(f"late_{name}", width=3, suffix="minutes", label_size="s")
        return Row(Field(name, hint=self._with_meaning(name, booking, hint), label_size="m"), late)

    def _with_meaning(self, name, booking, hint) -> str:
        """And what the outcome stands for that is chosen, or recorded; named, for the choice may change under it."""
        chosen = self.outcomes.get(self.data.get(name) if self.is_bound else booking.outcome_id)
        meaning = f"“{chosen.label}” means: {chosen.hint}" if chosen and chosen.hint else ""
        return ". ".join(filter(None, [hint, meaning]))

    def clean(self):
        for name in self.touched:
            if self.cleaned_data.get(name) == "":
                booking, whose = self.bookings[name], self.fields[name].label
                if booking.outcome_id:
                    sentence = (
                        f"Select an outcome for {whose}: “{booking.outcome}” is recorded, and it cannot go back to not "
                        "recorded"
                    )
                else:
                    sentence = f"Select an outcome for {whose}, who was late"
                self.add_error(name, sentence)

    def lines(self) -> list[tuple]:
        """(booking, outcome, the code that the page showed, minutes late) of each person who was changed."""
        found = []
        for name in self.touched:
            outcome, late = self.outcomes[self.cleaned_data[name]], self.cleaned_data[f"late_{name}"]
            if not outcome.attended and f"late_{name}" not in self.late_changed:
                late = None  # it was theirs while they counted as attended
            found.append((self.bookings[name], outcome, self.seen[name], late))
        return found
