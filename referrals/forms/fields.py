"""Fields that several forms ask."""

from django import forms
from django.db.models import Q
from django.utils import timezone

from govuk.layout import Button, Buttons

# What ends a section of a draft.
SAVE = Buttons(
    Button("Save and continue"), Button("Save and come back later", name="later", value="1", style="secondary")
)


class CodeField(forms.ModelChoiceField):
    """A choice from a code list: the codes that are valid today, and the one that the case already has."""

    def __init__(self, model, **kwargs):
        kwargs.setdefault("empty_label", "Select one")
        super().__init__(model.objects.none(), **kwargs)
        self.code_model = model

    def offer(self, current=None):
        """Read the list; called by the form that asks, so that a day's list is that day's."""
        today = timezone.localdate()
        self.queryset = self.code_model.objects.filter(
            Q(pk=current) | Q(pk__in=self.code_model.objects.valid_on(today).values("pk"))
        )

    @staticmethod
    def hint(value):
        """The hint of a code, for `Field(…, hints=CodeField.hint)`."""
        return value.instance.hint


class OffersCodes:
    """A form whose code lists are read when it is made."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, CodeField):
                field.offer(self.initial.get(name))


def not_in_the_future(day):
    """Refuse a date or a time that has not come yet."""
    now = timezone.now() if hasattr(day, "hour") else timezone.localdate()
    if day and day > now:
        raise forms.ValidationError(
            "Enter a time that is not in the future."
            if hasattr(day, "hour")
            else "Enter a date that is not in the future."
        )
    return day


def text_area(**kwargs):
    """A long answer."""
    return forms.CharField(widget=forms.Textarea, **kwargs)
