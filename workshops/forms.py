"""Forms of workshops: they check what was typed and explain; operations decide."""

from datetime import datetime

from django import forms
from django.forms.utils import from_current_timezone
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from govuk.forms import DateTimeField, FilterForm, Form, TimeField
from govuk.layout import Button, Buttons, Field, Link, Partial
from referrals.models import AttendanceOutcome, District, Referral
from referrals.words import shown_name
from workshops import rules
from workshops.models import FeedbackResponse, Programme, Session, SessionCancelReason


class SessionFilter(FilterForm):
    audience = forms.ChoiceField(choices=[("", "Everybody"), *Session.Audience.choices], required=False)


class ScheduleForm(Form):
    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        label="Workshop",
        empty_label="Choose a workshop",
        error_messages={"required": "Select a workshop"},
    )
    audience = forms.ChoiceField(
        label="Who is it for?",
        choices=Session.Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select who it is for, adults or young people"},
    )
    starts_at = DateTimeField(
        label="Start",
        help_text="For example, 27 3 2026 at 14:00",
        error_messages={"required": "Enter the date and time at which it starts"},
    )
    ends_at = TimeField(
        label="End",
        help_text="On the same day, for example 16:30",
        error_messages={"required": "Enter the time at which it ends"},
    )
    place = forms.CharField(
        label="Place, or how to join online",
        max_length=250,
        error_messages={"required": "Enter the place, or how to join online"},
    )
    district = forms.ModelChoiceField(
        District.objects.none(), required=False, empty_label="Online, or not in a district"
    )
    capacity = forms.IntegerField(
        label="Number of places", error_messages={"required": "Enter the number of places, like 10"}
    )
    facilitator = forms.ModelChoiceField(
        User.objects.none(), empty_label="Choose a facilitator", error_messages={"required": "Select a facilitator"}
    )

    layout = [
        "programme",
        Field("audience", hint="Adults and young people never share a session."),
        "starts_at",
        Field("ends_at", width=5),
        "place",
        Field("district", hint="People who live there are offered this session first."),
        Field("capacity", width=3, suffix="people"),
        "facilitator",
        Buttons(Button("Schedule session"), Link("Cancel", "/workshops/")),
    ]

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.valid_on(timezone.localdate())
        self.fields["district"].queryset = District.objects.valid_on(timezone.localdate())
        staff = User.objects.with_role(Role.FACILITATOR).filter(organisation=by.organisation_id)
        self.fields["facilitator"].queryset = staff
        if Role.FACILITATOR in by.roles:
            self.fields["facilitator"].initial = by.pk

    def clean_ends_at(self):
        """The end as a moment, on the day of the start."""
        starts_at = self.cleaned_data.get("starts_at")
        if starts_at is None:
            return None
        return from_current_timezone(datetime.combine(timezone.localdate(starts_at), self.cleaned_data["ends_at"]))


class CancelSessionForm(Form):
    reason = forms.ModelChoiceField(
        SessionCancelReason.objects.none(),
        label="Why does the session not take place?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Select why the session does not take place"},
    )

    def __init__(self, *args, keep_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = SessionCancelReason.objects.valid_on(timezone.localdate())
        self.layout = ["reason", Buttons(Button("Cancel this session", style="warning"), Link("Keep it", keep_url))]


class ConfirmForm(Form):
    """Nothing is asked: the button is the answer."""

    def __init__(self, *args, text, keep_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [Buttons(Button(text, style="warning"), Link("Keep it", keep_url))]


class _Choose(Form):
    """One choice of a few that are offered. Another row that the user may see is taken too, so that the operation can
    say why it will not do: somebody may have booked it a moment ago."""

    def offer(self, name, visible, rows, label, hint):
        field = self.fields[name]
        field.queryset = visible
        field.widget.choices = [(str(row.pk), label(row)) for row in rows]
        hints = {str(row.pk): hint(row) for row in rows}
        self.layout = [Field(name, hints=hints), Buttons(Button(self.button), Link("Cancel", self.back_url))]


class ChoosePersonForm(_Choose):
    case = forms.ModelChoiceField(
        Referral.objects.none(),
        label="Who is to be booked?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select who is to be booked"},
    )
    button = "Book this person"

    def __init__(self, *args, visible, rows, label, hint, back_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.back_url = back_url
        self.offer("case", visible, rows, label, hint)


class ChooseSessionForm(_Choose):
    session = forms.ModelChoiceField(
        Session.objects.none(),
        label="Which session?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select a session"},
    )
    button = "Book this session"

    def __init__(self, *args, visible, rows, label, hint, back_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.back_url = back_url
        self.offer("session", visible, rows, label, hint)


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


class FeedbackForm(Form):
    comment = forms.CharField(
        label="Anything else they said",
        required=False,
        max_length=FeedbackResponse._meta.get_field("comment").max_length,
        widget=forms.Textarea,
    )
    may_be_quoted = forms.BooleanField(
        label="They agree that the comment may be quoted, without their name", required=False
    )

    ANSWERS = {"agree": True, "disagree": False, "not_said": None}
    CHOICES = [("agree", "Agree"), ("disagree", "Disagree"), ("not_said", "Rather not say")]

    def __init__(self, *args, back_url, **kwargs):
        super().__init__(*args, **kwargs)
        asked = {
            name: forms.TypedChoiceField(
                label=text,
                choices=self.CHOICES,
                coerce=self.ANSWERS.get,
                widget=forms.RadioSelect,
                error_messages={"required": f"Select an answer to ‘{text}’"},
            )
            for name, text in rules.STATEMENTS.items()
        }
        self.fields = {**asked, **self.fields}
        self.layout = [
            *(Field(name, inline=True, small=True) for name in asked),
            Field("comment", hint="In their own words. Leave out names."),
            Field("may_be_quoted", optional=False),
            Buttons(Button("Save feedback"), Link("Cancel", back_url)),
        ]

    def answers(self) -> dict[str, bool | None]:
        return {name: self.cleaned_data[name] for name in rules.STATEMENTS}
