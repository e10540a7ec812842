"""A session: find, schedule, change, move."""

from datetime import datetime
from typing import Any

from django import forms
from django.forms.utils import from_current_timezone
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from govuk.forms import DateTimeField, FilterForm, Form, TimeField
from govuk.layout import Button, Buttons, Field, Fieldset, Hidden, Link
from referrals.models import District
from workshops.models import Programme, Session

PLACE, ONLINE = "place", "online"


class SessionFilter(FilterForm):
    audience = forms.ChoiceField(choices=[("", "Everybody"), *Session.Audience.choices], required=False)


class WhatForm(Form):
    """What is taught, to whom, and by whom."""

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
    capacity = forms.IntegerField(
        label="Number of places", error_messages={"required": "Enter the number of places, like 10"}
    )
    facilitator = forms.ModelChoiceField(
        User.objects.none(), empty_label="Choose a facilitator", error_messages={"required": "Select a facilitator"}
    )
    co_facilitators = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Who helps?", widget=forms.CheckboxSelectMultiple, required=False
    )
    interpreter = forms.CharField(label="Language that is interpreted", max_length=60, required=False)

    what: list[Any] = [
        "programme",
        Field("audience", hint="Adults and young people never share a session."),
        Field("capacity", width=3, suffix="people"),
    ]
    who: list[Any] = [
        "facilitator",
        Field("co_facilitators", small=True, hint="They see the session and can take its register, too."),
        Field("interpreter", width=20, hint="Only if an interpreter comes, for example Polish."),
    ]

    def offer_staff(self, force_id, me=None):
        self.fields["programme"].queryset = Programme.objects.valid_on(timezone.localdate())
        staff = User.objects.with_role(Role.FACILITATOR).filter(organisation=force_id)
        self.fields["facilitator"].queryset = staff
        self.fields["co_facilitators"].queryset = staff
        if me and Role.FACILITATOR in me.roles:
            self.fields["facilitator"].initial = me.pk


class WhereForm(Form):
    """At a place, or online."""

    where = forms.ChoiceField(
        label="Where is it?",
        choices=[(PLACE, "At a place"), (ONLINE, "Online")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select where it is, at a place or online"},
    )
    place = forms.CharField(
        label="Address", max_length=250, error_messages={"required": "Enter the address of the place"}
    )
    district = forms.ModelChoiceField(District.objects.none(), required=False, empty_label="Not in a district")
    access_notes = forms.CharField(
        label="Getting there and getting in",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    step_free = forms.BooleanField(label="The way in and the room have no steps", required=False)
    joining_link = forms.URLField(
        label="Link to join",
        max_length=300,
        assume_scheme="https",
        error_messages={
            "required": "Enter the link to join, which starts with https://",
            "invalid": "Enter a link that starts with https://, like https://example.com/join",
        },
    )

    reveal = {
        "where": {
            PLACE: [
                Field("place", hint="Room, building, street and town."),
                Field("district", hint="People who live there are offered this session first."),
                Field("access_notes", hint="For example the bus that stops there, parking, which door to use."),
                "step_free",
            ],
            ONLINE: [Field("joining_link", hint="Starts with https://")],
        }
    }

    def offer_places(self):
        self.fields["district"].queryset = District.objects.valid_on(timezone.localdate())

    @staticmethod
    def initial_of(session) -> dict:
        names = ("place", "district", "access_notes", "step_free", "joining_link")
        return {"where": ONLINE if session.joining_link else PLACE, **{n: getattr(session, n) for n in names}}


class WhenForm(Form):
    """On one day."""

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

    def clean_ends_at(self):
        """The end as a moment, on the day of the start."""
        starts_at = self.cleaned_data.get("starts_at")
        if starts_at is None:
            return None
        return from_current_timezone(datetime.combine(timezone.localdate(starts_at), self.cleaned_data["ends_at"]))


class ScheduleForm(WhenForm, WhatForm, WhereForm):
    layout = [
        *WhatForm.what,
        "starts_at",
        Field("ends_at", width=5),
        "where",
        *WhatForm.who,
        Buttons(Button("Schedule session"), Link("Cancel", "/workshops/")),
    ]

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_staff(by.organisation_id, by)
        self.offer_places()

    @property
    def asked(self) -> dict:
        """What the operation is given."""
        return {name: value for name, value in self.cleaned_data.items() if name != "where"}


class EditForm(WhatForm):
    access_notes = WhereForm.base_fields["access_notes"]
    step_free = WhereForm.base_fields["step_free"]

    def __init__(self, *args, session, version, back_url, **kwargs):
        names = ("programme", "audience", "capacity", "facilitator", "interpreter", "access_notes", "step_free")
        initial = {name: getattr(session, name) for name in names}
        super().__init__(
            *args, initial={**initial, "co_facilitators": [p.pk for p in session.co_facilitators.all()]}, **kwargs
        )
        self.offer_staff(session.force_id)
        self.layout = [
            *self.what,
            *self.who,
            Fieldset("The place", "access_notes", "step_free"),
            Hidden("version", version),
            Buttons(Button("Save"), Link("Cancel", back_url)),
        ]


class MoveForm(WhenForm, WhereForm):
    def __init__(self, *args, session, version, back_url, **kwargs):
        times = {"starts_at": session.starts_at, "ends_at": timezone.localtime(session.ends_at).time()}
        super().__init__(*args, initial={**times, **self.initial_of(session)}, **kwargs)
        self.offer_places()
        self.layout = [
            "starts_at",
            Field("ends_at", width=5),
            "where",
            Hidden("version", version),
            Buttons(Button("Move session"), Link("Cancel", back_url)),
        ]

    asked = ScheduleForm.asked
