"""The forms of mentoring and of courses."""

from django import forms
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from audit.trail import Refusal
from govuk.forms import DateField, Form, TimeField
from govuk.layout import Button, Buttons, Field, Fieldset, Link
from placements import rules
from placements.forms.common import codes, offer_codes
from placements.models import Course, CourseLeaveReason, Enrolment, MentoringContact
from placements.rules.learning import qualification_in_words
from referrals.filetypes import BY_ENDING, WANTED
from referrals.forms.casework import SentOnceForm
from referrals.forms.fields import text_area

DAY = "For example, 27 3 2026"


def _minutes(label, most, missing):
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": missing,
            "min_value": f"{missing}, 1 or more",
            "max_value": f"{missing}, {most} or fewer",
        },
    )


def _version():
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


class MentoringForm(SentOnceForm):
    """One contact between a mentor and the participant, new or changed."""

    mentor = forms.ModelChoiceField(User.objects.none(), label="Who was the mentor?", empty_label=None)
    on = DateField(label="Day", help_text=DAY, error_messages={"required": "Enter the day"})
    starts_at = TimeField(label="Time", error_messages={"required": "Enter the time at which it started, like 14:00"})
    way = forms.ChoiceField(
        label="How?",
        choices=MentoringContact.Way.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how you spoke"},
    )
    outcome = forms.ChoiceField(
        label="Did it take place?",
        choices=MentoringContact.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether it took place"},
    )
    minutes = _minutes(
        "How long did it take?", settings.SCHEME["LONGEST_MENTORING_MINUTES"], "Enter how many minutes it took"
    )
    about = text_area(label="What was it about?", max_length=2000, required=False)
    next_step = forms.CharField(label="What comes next?", max_length=300, required=False)
    version = _version()

    reveal = {"outcome": {"took_place": [Field("minutes", width=3, suffix="minutes")]}}

    def __init__(self, *args, mentors, button, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mentor"].queryset = mentors
        self.layout = [
            "once", "version", "mentor",
            Fieldset("When", "on", Field("starts_at", width=5)),
            Field("way", small=True),
            "outcome",
            Field(
                "about", rows=5,
                hint="The triage team reads it too; the officers of the case see only how often and when. Do not name "
                "the victim.",
            ),
            "next_step",
            Buttons(Button(button), Link("Cancel", cancel)),
        ]  # fmt: skip

    def clean(self):
        """The day and the time become one moment; where the clocks change, the form says so."""
        day, clock = self.cleaned_data.get("on"), self.cleaned_data.get("starts_at")
        if day and clock:
            try:
                self.cleaned_data["moment"] = rules.on_the_wall(day, clock, "starts_at")
            except Refusal as refusal:
                self.add_error(refusal.field, refusal.sentence)
        return self.cleaned_data

    def said(self) -> dict:
        """What the operations take."""
        given = self.cleaned_data
        names = ("mentor", "way", "outcome", "about", "next_step")
        return {
            **{name: given[name] for name in names},
            "starts_at": given["moment"],
            "minutes": given.get("minutes") or 0,
        }


class CourseForm(SentOnceForm):
    """A course of the catalogue, new or changed."""

    title = forms.CharField(
        label="What is the course called?",
        max_length=90,
        error_messages={"required": "Enter what the course is called"},
    )
    awarding_body = forms.CharField(
        label="Who awards the qualification?",
        max_length=120,
        required=False,
        help_text="For example, Highfield Qualifications. Leave this empty where the course leads to none.",
    )
    level = forms.ChoiceField(label="At what level?", choices=Course.Level.choices, widget=forms.RadioSelect)
    online = forms.ChoiceField(
        label="Where is it learnt?",
        choices=[("room", "In a room, with a teacher"), ("online", "Online")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select where it is learnt"},
    )
    sessions = forms.IntegerField(
        label="How many sessions does it have?",
        min_value=1,
        max_value=200,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Enter how many sessions the course has",
            "min_value": "Enter how many sessions the course has, 1 or more",
            "max_value": "Enter how many sessions the course has, 200 or fewer",
        },
    )
    version = _version()

    def __init__(self, *args, button, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [
            "once", "version", "title",
            Fieldset("The qualification", "awarding_body", Field("level", small=True)),
            Field("online", small=True),
            Field("sessions", width=3),
            Buttons(Button(button), Link("Cancel", cancel)),
        ]  # fmt: skip

    def course(self) -> dict:
        """What the operations take."""
        given = self.cleaned_data
        names = ("title", "awarding_body", "level", "sessions")
        return {**{name: given[name] for name in names}, "online": given["online"] == "online"}


class EnrolForm(SentOnceForm):
    course = forms.ModelChoiceField(
        Course.objects.none(),
        label="Which course?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Select a course"},
    )
    on = DateField(label="From which day?", help_text=DAY, error_messages={"required": "Enter the day"})

    def __init__(self, *args, courses, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses
        self.fields["on"].initial = timezone.localdate()
        hints = {course.pk: course_in_words(course) for course in courses}
        self.layout = ["once", Field("course", hints=hints), "on", Buttons(Button("Enrol"), Link("Cancel", cancel))]


def course_in_words(course) -> str:
    """Level, who awards it, where it is learnt and how often."""
    level = course.get_level_display() if course.level != Course.Level.NONE else ""
    awarded = f"awarded by {course.awarding_body}" if course.awarding_body else "no qualification"
    where = "online" if course.online else "in a room"
    said = ", ".join(part for part in (level, awarded, where) if part)
    return f"{said[0].upper()}{said[1:]}, {course.sessions} session{'' if course.sessions == 1 else 's'}"


class LearntForm(SentOnceForm):
    """What somebody learnt on one day."""

    on = DateField(label="Day", help_text=DAY, error_messages={"required": "Enter the day"})
    minutes = _minutes(
        "How long did they learn?", settings.SCHEME["LONGEST_SESSION_MINUTES"], "Enter how many minutes they learnt"
    )
    online = forms.ChoiceField(
        label="Where?",
        choices=[("room", "In a room, with a teacher"), ("online", "Online")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select where they learnt"},
    )

    def __init__(self, *args, course, share: str, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
        self.fields["online"].initial = "online" if course.online else "room"
        self.layout = [
            "once",
            "on",
            Field("minutes", width=3, suffix="minutes", hint=share),
            Field("online", small=True),
            Buttons(Button("Save what they learnt"), Link("Cancel", cancel)),
        ]

    def learnt(self) -> dict:
        given = self.cleaned_data
        return {"on": given["on"], "minutes": given["minutes"], "online": given["online"] == "online"}


class TakeBackForm(Form):
    """Why what was recorded is taken back, in a few words."""

    reason = forms.CharField(
        label="Why is it taken back?", max_length=250, error_messages={"required": "Enter why it is taken back"}
    )
    version = _version()

    def __init__(self, *args, button, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [
            "version", Field("reason", hint="For example, recorded for somebody else. Leave out names."),
            Buttons(Button(button, style="warning"), Link("Go back", cancel)),
        ]  # fmt: skip


class ResultForm(Form):
    result = forms.ChoiceField(
        label="What came of the course?",
        choices=Enrolment.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what came of the course"},
    )
    on = DateField(label="On which day?", help_text=DAY, error_messages={"required": "Enter the day of the result"})
    certificate_number = forms.CharField(label="Number of the certificate", max_length=60, required=False)
    version = _version()

    def __init__(self, *args, course, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        level = course.get_level_display() if course.level != Course.Level.NONE else ""
        gained = qualification_in_words(course.title, course.awarding_body, level)
        hints = {"passed": f"They gain a qualification: {gained}"} if course.awarding_body else {}
        self.layout = [
            "version",
            Field("result", hints=hints),
            "on",
            Field("certificate_number", width=20),
            Buttons(Button("Save the result"), Link("Cancel", cancel)),
        ]


class LeaveCourseForm(Form):
    reason = codes(
        CourseLeaveReason, label="Why do they leave the course?", error_messages={"required": "Select a reason"}
    )
    version = _version()

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        hints = offer_codes(self.fields["reason"], CourseLeaveReason)
        self.fields["reason"].queryset = self.fields["reason"].queryset.exclude(code="case_closed")
        self.layout = [
            "version",
            Field("reason", hints=hints),
            Buttons(Button("They left the course", style="warning"), Link("Cancel", cancel)),
        ]


class OfferForm(Form):
    """A question about a course of the catalogue."""

    version = _version()

    def __init__(self, *args, button, cancel, style="", **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = ["version", Buttons(Button(button, style=style), Link("Go back", cancel))]


class CertificateForm(SentOnceForm):
    # What is in it, an empty one too, is judged by the operation, for both doors.
    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(BY_ENDING)}),
        error_messages={"required": "Select a file"},
    )

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        files = f"{WANTED[:1].upper()}{WANTED[1:]}, of {settings.LARGEST_FILE_MB} MB or less"
        hint = f"{files}. The officers of the case and the triage team can read it too."
        self.layout = ["once", Field("file", hint=hint), Buttons(Button("Add the certificate"), Link("Cancel", cancel))]
