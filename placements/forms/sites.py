"""The forms of a site."""

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from govuk.forms import DateField, FilterForm, Form, ModelForm, TimeField
from govuk.layout import Button, Buttons, Field, Fieldset, Hidden, Link, Row
from placements import rules
from placements.forms.common import PHONE, codes, days_field, offer_codes, seen_field
from placements.models import Activity, Site, SitePaper
from placements.rules import papers
from referrals.filetypes import BY_ENDING, WANTED
from referrals.models import District


class SiteForm(ModelForm):
    """What a site is, where, and whom it takes."""

    activity = codes(Activity, label="What kind of work is it?", error_messages={"required": "Select the kind of work"})
    days_open = days_field(
        label="On which days does it take people?",
        error_messages={"required": "Select at least one day on which the site takes people"},
    )
    opens_at = TimeField(label="From", required=False)
    closes_at = TimeField(label="Until", required=False)
    capacity = forms.IntegerField(
        label="How many people can work there at the same time?",
        min_value=1,
        max_value=rules.LARGEST_SITE,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Enter how many people can work there at the same time",
            "min_value": "Enter how many people can work there at the same time, 1 or more",
            "max_value": f"Enter how many people can work there at the same time, {rules.LARGEST_SITE} or fewer",
        },
    )
    seen = seen_field()

    class Meta:
        model = Site
        fields = (
            "name", "address", "district", "activity", "description", "capacity", "days_open", "opens_at", "closes_at",
            "suitable_under_18", "hi_vis_needed", "contact_name", "contact_phone",
        )  # fmt: skip
        labels = {
            "name": "Name of the site",
            "description": "What people do there",
            "suitable_under_18": "Suitable for under 18s",
            "hi_vis_needed": "High-visibility clothing is needed",
            "contact_name": "Name of the contact at the site",
            "contact_phone": "Phone number of the contact",
        }
        widgets = {"contact_phone": PHONE}
        error_messages = {
            "name": {"required": "Enter the name of the site"},
            "address": {"required": "Enter the address"},
            "district": {"required": "Select the district"},
        }

    def __init__(self, *args, button, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = District.objects.valid_on(timezone.localdate())
        hints = offer_codes(self.fields["activity"], Activity)
        adding = self.instance._state.adding
        if adding:
            del self.fields["seen"]
        hours = "For example, 09:30. Leave both empty where people can come at any hour."
        self.layout = [
            Fieldset("The site", "name", "address", "district", Field("activity", hints=hints, small=True)),
            Fieldset("The work", Field("description", rows=3), "hi_vis_needed", "suitable_under_18"),
            Fieldset(
                "When and how many",
                Field("days_open", small=True),
                Row(Field("opens_at", width=5, hint=hours), Field("closes_at", width=5)),
                Field("capacity", width=3),
            ),
            Fieldset("Contact at the site", "contact_name", Field("contact_phone", width=20)),
            *([] if adding else ["seen"]),
            *self.more,
            Buttons(Button(button), Link("Cancel", cancel)),
        ]

    more: list = []

    def _post_clean(self):
        """The operation writes the row; the form does not fill it in."""


class _PaperForm(Form):
    # What is in it, an empty one too, is judged by the operation, for both doors.
    file = forms.FileField(
        label="File",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(BY_ENDING)}),
    )

    dates: tuple[str, ...] = ()
    button = ""

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        kept = f"{WANTED[:1].upper()}{WANTED[1:]}, of {settings.LARGEST_FILE_MB} MB or less."
        self.layout = [*self.dates, Field("file", hint=kept), Buttons(Button(self.button), Link("Cancel", cancel))]

    def clean(self):
        """A browser does not keep the file when the page is shown again, so whoever mends a field is told."""
        if self.errors and self.cleaned_data.get("file"):
            self.add_error(
                "file", "Select the file again: your browser does not keep it when there is something to mend"
            )
        return self.cleaned_data

    def given(self) -> dict:
        given = dict(self.cleaned_data)
        upload = given.pop("file")
        return {**given, "upload": upload}


class RiskAssessmentForm(_PaperForm):
    """A risk assessment, with its file."""

    risk_assessed_on = DateField(
        label="When was the site assessed?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day on which the site was assessed"},
    )
    risk_review_on = DateField(
        label="By when must the risk assessment be reviewed?",
        error_messages={"required": "Enter the day by which the risk assessment must be reviewed"},
    )

    field_order = ("risk_assessed_on", "risk_review_on", "file")
    dates = ("risk_assessed_on", "risk_review_on")
    button = "Save the risk assessment"


class InsuranceForm(_PaperForm):
    """Public liability insurance, with its certificate."""

    insured_until = DateField(
        label="When does the public liability insurance expire?",
        help_text="The date on the certificate",
        error_messages={"required": "Enter the date on which the insurance expires"},
    )

    field_order = ("insured_until", "file")
    dates = ("insured_until",)
    button = "Save the insurance"


class BecauseForm(Form):
    """A question with a reason."""

    because = forms.CharField(label="Why?", max_length=200, error_messages={"required": "Enter why"})

    def __init__(self, *args, button, cancel, hint="", **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [
            Field("because", hint=hint),
            Buttons(Button(button, style="warning"), Link("Go back", cancel)),
        ]


PAPERS = (
    ("", "All"),
    ("expired", "Expired"),
    ("soon", f"Expire within {settings.SCHEME['EXPIRY_WARNING_DAYS']} days"),
    ("no_file", "Without a file"),
)


class SiteFilter(FilterForm):
    """Which sites of a tab are listed."""

    district = forms.ChoiceField(required=False)
    activity = forms.ChoiceField(label="Work", required=False)
    age = forms.ChoiceField(
        label="Under 18s", required=False, choices=[("", "All"), ("yes", "Suitable"), ("no", "Adults only")]
    )
    papers = forms.ChoiceField(required=False, choices=PAPERS)

    def __init__(self, *args, tab, **kwargs):
        super().__init__(*args, **kwargs)
        for name, model in (("district", District), ("activity", Activity)):
            listed = model.objects.order_by("position", "label").values_list("pk", "label")
            self.fields[name].choices = [("", "All"), *listed]
        if tab:
            self.helper.layout.append(Hidden("show", tab))

    def narrow(self, sites, today):
        """Those of the sites that were asked for; all of them where what was asked for cannot be."""
        asked = self.cleaned_data if self.is_valid() else {}
        for name in ("district", "activity"):
            if asked.get(name):
                sites = sites.filter(**{name: asked[name]})
        if asked.get("age"):
            sites = sites.filter(suitable_under_18=asked["age"] == "yes")
        if asked.get("papers"):
            sites = sites.filter(_papers(asked["papers"], today))
        return sites


def _papers(which, today) -> Q:
    expired = Q(insured_until__lt=today) | Q(risk_review_on__lt=today)
    if which == "expired":
        return expired
    if which == "soon":
        last = papers.warned_from(today)
        return (Q(insured_until__lte=last) | Q(risk_review_on__lte=last)) & ~expired
    return ~Q(*(Q(pk__in=SitePaper.objects.filter(kind=kind).values("site")) for kind in SitePaper.Kind.values))
