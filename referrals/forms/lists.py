"""The filters above the list of cases, and what is done with the rows that are ticked."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.functional import cached_property

from govuk.forms import FilterForm, Form
from govuk.layout import Button, Buttons, Field, Link, Row
from referrals.listing import AGES, CLOCKS, FILTERS, ME, NOBODY, SORTS, sorts_of


class CasesFilter(FilterForm):
    """`choices`: what listing.choices() found for this user."""

    tab = forms.CharField(widget=forms.HiddenInput, required=False)
    district = forms.ChoiceField(required=False)
    offence = forms.ChoiceField(label="Offence or ASB", required=False)
    disposal = forms.ChoiceField(required=False)
    age = forms.ChoiceField(label="Age group", choices=[("", "All"), *AGES.items()], required=False)
    clock = forms.ChoiceField(label="Decision", choices=[("", "All"), *CLOCKS.items()], required=False)
    assigned = forms.ChoiceField(label="Assigned to", required=False)
    sort = forms.ChoiceField(label="Order", required=False)

    def __init__(self, *args, tab, choices, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.tab = tab
        for name in ("district", "offence", "disposal"):
            self.fields[name].choices = [("", "All"), *choices[name]]
        colleagues = [(pk, name) for pk, name in choices["assigned"] if pk != str(user.pk)]
        self.fields["assigned"].choices = [("", "Anybody"), (ME, "Me"), (NOBODY, "Nobody"), *colleagues]
        self.fields["sort"].choices = [(name, SORTS[name]) for name in sorts_of(tab)]
        if tab != "waiting":
            del self.fields["clock"]
        if tab == "drafts" or not user.may("referrals.triage"):
            del self.fields["assigned"]

    @cached_property
    def helper(self):
        helper = super().helper
        asked = [Field(name, label_size="s") for name in self.fields if name != "tab"]
        clear = Link("Clear the filters", f"?tab={self.tab}")
        helper.layout = Layout("tab", Row(*asked), Buttons(Button("Apply", style="secondary"), clear))
        return helper

    @cached_property
    def chosen(self) -> dict[str, str]:
        """The filters that are on; one that cannot be read filters nothing and says so on the page."""
        if not (self.is_bound and self.is_valid()):
            return {}
        return {name: self.cleaned_data[name] for name in FILTERS if self.cleaned_data.get(name)}

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort", "") if self.is_bound and self.is_valid() else ""


class FilterNameForm(Form):
    """What a filter is called."""

    name = forms.CharField(
        label="What do you want to call it?",
        max_length=60,
        help_text="For example, Ripley, overdue. Do not use anybody’s name.",
        error_messages={"required": "Enter a name for the filter"},
    )

    def __init__(self, *args, back, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Field("name", width=20), Buttons(Button("Save filter"), Link("Cancel", back)))
