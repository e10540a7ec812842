"""The filter above the list of cases."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.functional import cached_property

from govuk.forms import FilterForm
from govuk.layout import Button, Field, Link, Row
from referrals.forms.fields import CodeField, OffersCodes
from referrals.models import District, Offence


class CasesFilter(OffersCodes, FilterForm):
    tab = forms.CharField(widget=forms.HiddenInput, required=False)
    district = CodeField(District, required=False, empty_label="All districts")
    offence = CodeField(Offence, label="Offence or ASB", required=False, empty_label="All")
    age = forms.ChoiceField(
        label="Age group",
        choices=[("", "All"), ("adult", "Adults"), ("young", "Young people")],
        required=False,
    )

    @cached_property
    def helper(self):
        helper = super().helper
        asked = [Field(name, label_size="s") for name in self.fields if name != "tab"]
        clear = f"?tab={self.initial.get('tab', '')}"
        helper.layout = Layout("tab", Row(*asked, Button("Apply", style="secondary"), Link("Clear", clear)))
        return helper

    def narrow(self, cases):
        """The cases that the answers leave; a filter that cannot be read filters nothing and says so on the page."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("district"):
            cases = cases.filter(district=chosen["district"])
        if chosen.get("offence"):
            cases = cases.filter(offence=chosen["offence"])
        if chosen.get("age"):
            cases = cases.of_young_people(chosen["age"] == "young")
        return cases
