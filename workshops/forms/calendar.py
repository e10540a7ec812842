"""What of the calendar is shown."""

from django import forms

from govuk.forms import FilterForm
from govuk.layout import Hidden
from referrals.models import District
from workshops.models import Session


class CalendarFilter(FilterForm):
    audience = forms.ChoiceField(choices=[("", "Everybody"), *Session.Audience.choices], required=False)
    facilitator = forms.ChoiceField(required=False)
    district = forms.ChoiceField(required=False)

    def __init__(self, *args, facilitators, day, **kwargs):
        super().__init__(*args, **kwargs)
        people = [(str(person.pk), str(person)) for person in facilitators]
        self.fields["facilitator"].choices = [("", "All facilitators"), *people]
        districts = [(district.pk, str(district)) for district in District.objects.order_by("position", "label")]
        self.fields["district"].choices = [("", "All districts"), *districts]
        self.helper.layout.append(Hidden("day", day))

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen, if it can be."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}
