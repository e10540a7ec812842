"""A session: find, schedule, cancel."""

from datetime import datetime

from django import forms
from django.forms.utils import from_current_timezone
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from govuk.forms import DateTimeField, FilterForm, Form, TimeField
from govuk.layout import Button, Buttons, Field, Link
from referrals.models import District
from workshops.models import Programme, Session, SessionCancelReason


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
