"""Every part of the design system on a few pages, for the tests and for looking at; not part of the site."""

import datetime as dt
from pathlib import Path

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import path

from govuk.forms import DateField, DateTimeField, FilterForm, Form, TimeField
from govuk.layout import Button, Buttons, Component, Field, Fieldset, Link, Row
from govuk.worklists import Action, Worklist
from govuk.worklists import Row as Line

WISHES = [("yes", "Yes, by phone"), ("letter", "Yes, by letter"), ("no", "No")]
NEEDS = [("interpreter", "Interpreter"), ("mobility", "Step-free access"), ("none", "No, none of these")]


class EverythingForm(Form):
    full_name = forms.CharField(label="Full name", max_length=60)
    email = forms.EmailField(label="Email address", help_text="We send the appointment here.")
    phone = forms.CharField(
        label="Phone number", required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )
    hours = forms.IntegerField(label="Hours imposed", min_value=1, max_value=40)
    force = forms.ChoiceField(
        label="Force", choices=[("", "Choose a force"), ("d", "Derbyshire"), ("n", "Nottinghamshire")]
    )
    born_on = DateField(label="Date of birth", help_text="For example, 27 3 2004")
    happened_at = DateTimeField(label="Date and time of the incident")
    starts_at = TimeField(label="Start time", required=False)
    account = forms.CharField(label="What happened", max_length=200, widget=forms.Textarea)
    note = forms.CharField(label="Note for the triager", required=False, widget=forms.Textarea)
    wish = forms.ChoiceField(label="Does the victim want to be contacted?", choices=WISHES, widget=forms.RadioSelect)
    victim_phone = forms.CharField(label="Victim’s phone number", widget=forms.TextInput(attrs={"type": "tel"}))
    call_after = DateField(label="Call after")
    address = forms.CharField(label="Victim’s address", widget=forms.Textarea)
    age_group = forms.ChoiceField(
        label="Age group", choices=[("a", "Adult"), ("y", "Young person")], widget=forms.RadioSelect
    )
    needs = forms.MultipleChoiceField(
        label="Does the person need any of these?", choices=NEEDS, widget=forms.CheckboxSelectMultiple
    )
    consent = forms.BooleanField(
        label="The person agrees to take part", help_text="Without it the referral cannot be sent."
    )
    evidence = forms.FileField(label="Signed agreement", required=False)
    draft_id = forms.CharField(widget=forms.HiddenInput, required=False)

    reveal = {
        "wish": {"yes": [Field("victim_phone", width=20), "call_after"], "letter": [Field("address", rows=3)]},
    }
    layout = [
        "draft_id",
        Fieldset(
            "The person",
            Field("full_name", width=30),
            "born_on",
            Row("email", "phone"),
            "force",
            hint="As on the custody record.",
        ),
        Field("age_group", inline=True),
        "happened_at",
        Row("starts_at", Field("hours", suffix="hours")),
        "account",
        Field("note", rows=3),
        Field("wish", hints={"letter": "Takes about a week"}),
        Field("needs", exclusive="none", hint="Select all that apply"),
        Component("inset-text", text="The person must have admitted the offence."),
        "consent",
        "evidence",
        Buttons(
            Button("Send referral"),
            Button("Save draft", name="action", value="draft", style="secondary"),
            Link("Cancel", "/"),
        ),
    ]

    def clean(self):
        data = super().clean()
        if data.get("full_name") == "nobody":
            self.add_error(None, "A referral needs a person. Enter the name as on the custody record.")
        return data


class OneQuestionForm(Form):
    reason = forms.CharField(label="Why are you declining this referral?", widget=forms.Textarea, max_length=500)
    layout = [
        Field("reason", heading=True),
        Buttons(Button("Decline referral", style="warning"), Link("Cancel", "/components/")),
    ]


class CasesFilter(FilterForm):
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "All"), ("open", "Open")])
    name = forms.CharField(label="Surname", required=False)


class StopForm(Form):
    place = forms.CharField(label="Place", max_length=20)
    starts_on = DateField(label="Start date")


class StopFormSet(forms.BaseFormSet):
    row_name = "Stop"

    @property
    def helper(self):
        helper = FormHelper()
        helper.add_input(Submit("save", "Save stops"))
        return helper


Stops = forms.formset_factory(StopForm, formset=StopFormSet, extra=0, min_num=2)

NAVIGATION = [
    {"text": "Your work", "href": "/components/", "active": True},
    {"text": "Cases", "href": "/everything/", "active": False},
    {"text": "Workshops", "href": "/one-question/", "active": False},
    {"text": "Placements", "href": "/stops/", "active": False},
    {"text": "Reports", "href": "/progress/", "active": False},
]


class Worker:
    is_authenticated = True
    organisation = "Derbyshire Constabulary"

    def get_full_name(self):
        return "Sergeant Amina Okafor-Whitfield"

    def get_username(self):
        return "amina@example.org"


def page(request, name, **context):
    source = (Path(__file__).parent / "templates" / f"{name}.html").read_text()
    context = {"user": Worker(), "navigation": NAVIGATION, **context}
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def everything(request):
    form = EverythingForm(request.POST or None, request.FILES or None, initial={"hours": 8})
    return page(request, "form", form=form, heading="Refer a person")


def one_question(request):
    return page(request, "one_question", form=OneQuestionForm(request.POST or None))


def stops(request):
    return page(request, "formset", stops=Stops(request.POST or None, prefix="stops"))


def components(request):
    at = dt.datetime(2024, 7, 3, 14, 30)  # noqa: DTZ001 - shown only
    return page(
        request,
        "components",
        filter_form=CasesFilter(request.GET or None),
        messages=[
            messages.storage.base.Message(messages.SUCCESS, "Referral sent. The triage team has been told."),
            messages.storage.base.Message(
                messages.ERROR, "Somebody else decided this referral at 14:02, so yours was not saved."
            ),
        ],
        crumbs=[{"text": "Your work", "href": "/"}, {"text": "Referrals to triage"}],
        born_on=dt.date(2004, 3, 27),
        person="Kwame <b>Osei</b>",
        worklists=[
            Worklist(
                title="To triage",
                count=12,
                rows=[
                    Line("IJ-2024-0412 Osei, Kwame", "#", "Sent 3 July 2024 at 14:30", ("Due today", "red")),
                    Line("Note", "", "x"),
                ],
                more=Action("All 12 referrals", "#"),
            ),
            Worklist(
                title="Placement", locked="Starts when the workshop is attended.", tag=("Cannot start yet", "grey")
            ),
            Worklist(
                title="Referrals", empty="You have no open referrals.", actions=[Action("Refer a person", "#", True)]
            ),
        ],
        tabs=[
            {"text": "Awaiting triage", "href": "#a", "count": 12, "current": True},
            {"text": "Queried", "href": "#b", "count": 3},
            {"text": "Decided", "href": "#c", "count": None},
        ],
        tasks={
            "idPrefix": "referral",
            "items": [
                {"title": {"text": "The person"}, "href": "#", "status": {"text": "Completed"}},
                {
                    "title": {"text": "The incident"},
                    "href": "#",
                    "hint": {"text": "Offence, time and place"},
                    "status": {"tag": {"text": "Incomplete", "classes": "govuk-tag--blue"}},
                },
                {
                    "title": {"text": "Send"},
                    "status": {"text": "Cannot start yet", "classes": "govuk-task-list__status--cannot-start-yet"},
                },
            ],
        },
        events=[
            {
                "title": "Accepted for triage",
                "at": at,
                "by": "Priya Nair (triager)",
                "text": "Workshop, 8 hours and a letter of apology.",
            },
            {"title": "Referral submitted", "at": at - dt.timedelta(days=2), "by": "PC 1402 Ward", "href": "#"},
        ],
        cases=[
            (f"IJ-2024-0{n:03}", name, status, colour)
            for n, name, status, colour in [
                (412, "Osei, Kwame", "Awaiting triage", "yellow"),
                (398, "Brennan, Niamh", "On placement", "blue"),
                (371, "Ahmed, Yusuf", "Completed", "green"),
            ]
        ],
    )


def progress(request):
    return page(request, "progress", refresh_seconds=2)


def poll(request):
    count = poll.count = poll.count + 1
    if count > 2:
        poll.count = 0
        return JsonResponse({"state": "done", "url": "/components/"})
    return JsonResponse({"state": "running", "value": 40 * count, "max": 100, "text": f"Drawing page {count} of 2"})


poll.count = 0

# The middleware refuses views that name no permission.
for view in (everything, one_question, stops, components, progress, poll):
    view.permission = "public"

urlpatterns = [
    path("everything/", everything),
    path("one-question/", one_question),
    path("stops/", stops),
    path("components/", components),
    path("progress/", progress),
    path("poll/", poll),
]
