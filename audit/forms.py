"""The filters above the lists of the trail."""

from django import forms

from audit import trail
from audit.models import Act
from govuk.forms import DateField, FilterForm


class _Dates(FilterForm):
    since = DateField(label="From", required=False)
    until = DateField(label="To, and including", required=False)

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", f"Enter a last day that is not before the first, {since:%-d %B %Y}")
        return self.cleaned_data


class EventFilter(_Dates):
    person = forms.CharField(label="Name or email of the person", required=False, max_length=254)
    case = forms.CharField(label="Case reference", required=False, max_length=20)
    act = forms.ChoiceField(label="What kind of act", required=False)
    kind = forms.ChoiceField(label="What was done", required=False)
    field_order = ["person", "case", "act", "kind", "since", "until"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [("", "All"), *Act.choices]
        self.fields["kind"].choices = [("", "All"), *((name, trail.in_words(name)) for name in sorted(trail.KINDS))]


class UnattributedFilter(_Dates):
    pass
