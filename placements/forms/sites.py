"""The forms of a site."""

from django import forms
from django.utils import timezone

from govuk.forms import DateField, Form, ModelForm
from govuk.layout import Button, Buttons, Field, Fieldset, Link
from placements import rules
from placements.forms.common import PHONE, codes, days_field, offer_codes, seen_field
from placements.models import Activity, Site
from referrals.models import District


class SiteForm(ModelForm):
    """What a site is, where, and whom it takes."""

    activity = codes(Activity, label="What kind of work is it?")
    days_open = days_field(
        label="On which days does it take people?",
        error_messages={"required": "Select at least one day on which the site takes people"},
    )
    capacity = forms.IntegerField(
        label="How many people can it take a day?",
        min_value=1,
        max_value=rules.LARGEST_SITE,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Enter how many people the site can take a day",
            "min_value": "Enter how many people the site can take a day, 1 or more",
            "max_value": f"Enter how many people the site can take a day, {rules.LARGEST_SITE} or fewer",
        },
    )
    seen = seen_field()

    class Meta:
        model = Site
        fields = (
            "name", "address", "district", "activity", "description", "capacity", "days_open", "suitable_under_18",
            "hi_vis_needed", "contact_name", "contact_phone",
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
        error_messages = {"name": {"required": "Enter the name of the site"}}

    def __init__(self, *args, button, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = District.objects.valid_on(timezone.localdate())
        hints = offer_codes(self.fields["activity"], Activity)
        adding = self.instance._state.adding
        if adding:
            del self.fields["seen"]
        self.layout = [
            Fieldset("The site", "name", "address", "district", Field("activity", hints=hints, small=True)),
            Fieldset("The work", Field("description", rows=3), "hi_vis_needed", "suitable_under_18"),
            Fieldset("When and how many", Field("days_open", small=True), Field("capacity", width=3)),
            Fieldset("Contact at the site", "contact_name", Field("contact_phone", width=20)),
            *([] if adding else ["seen"]),
            Buttons(Button(button), Link("Cancel", cancel)),
        ]

    def _post_clean(self):
        """The operation writes the row; the form does not fill it in."""


class SitePapersForm(Form):
    """The risk assessment and the insurance of a site."""

    risk_assessed_on = DateField(label="When was the site assessed?", help_text="For example, 27 3 2026")
    risk_review_on = DateField(label="By when must the risk assessment be reviewed?")
    insured_until = DateField(
        label="When does the public liability insurance expire?", help_text="The date on the certificate"
    )

    def __init__(self, *args, cancel, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = [
            "risk_assessed_on", "risk_review_on", "insured_until",
            Buttons(Button("Save the dates"), Link("Cancel", cancel)),
        ]  # fmt: skip
