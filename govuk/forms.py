"""Forms as the design system asks for them: plain-English messages, dates in three fields, revealed questions."""

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone, pretty_name, to_current_timezone
from django.utils.functional import cached_property

from govuk.layout import Button, Field, Link, Row

# A mixin at run time, so that allauth's and model forms can have it too.
if TYPE_CHECKING:
    _Form = forms.BaseForm
else:
    _Form = object

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TIME_FORMATS = ["%H:%M", "%H.%M", "%H%M", "%I:%M%p", "%I.%M%p", "%I%p"]


class DatePartsInput(forms.MultiWidget):
    """Day, month and year as three text inputs, posted as <name>_day, <name>_month and <name>_year."""

    parts: tuple[str, ...] = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(dict.fromkeys(self.parts, forms.TextInput), attrs)

    def decompress(self, value: Any) -> list[str]:
        if value is None:
            return [""] * len(self.parts)
        return [str(value.day), str(value.month), str(value.year)]


class DateTimePartsInput(DatePartsInput):
    """As DatePartsInput, with the time of day as <name>_time, for example 14:30."""

    parts = ("day", "month", "year", "time")

    def decompress(self, value: Any) -> list[str]:
        if value is None:
            return super().decompress(value)
        value = to_current_timezone(value)
        return [*super().decompress(value), value.strftime("%H:%M")]


class DateField(forms.Field):
    """A date asked in three fields; gives a datetime.date. Months may be written as numbers or names.

    Its errors name the parts to correct in `params["parts"]`, so that the page marks and focuses just those.
    """

    widget = DatePartsInput
    default_error_messages = {
        "incomplete": "The date must include a %(missing)s",
        "year": "The year must be four numbers, like 2024",
        "not_real": "The date must be a real date, like 27 3 2024",
    }

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.date) or value is None:
            return value
        day, month, year = (str(part or "").strip() for part in value[:3])
        if not (day or month or year):
            return None
        given = {"day": day, "month": month, "year": year}
        missing = tuple(part for part, text in given.items() if not text)
        if missing:
            raise self._error("incomplete", missing, missing=" and ".join(missing))
        if not re.fullmatch(r"[12]\d{3}", year, re.ASCII):
            raise self._error("year", ("year",))
        number = MONTHS.index(month[:3].lower()) + 1 if month[:3].lower() in MONTHS else month
        try:
            return dt.date(int(year), int(number), int(day))
        except ValueError:
            raise self._error("not_real", _unreal_parts(day, str(number))) from None

    def _error(self, code: str, parts: tuple[str, ...], **params: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"parts": parts, **params})


class TimeField(forms.TimeField):
    """A time of day typed as 14:30 (also 14.30, 1430, 2:30pm); gives a datetime.time."""

    widget = forms.TimeInput(format="%H:%M")
    default_error_messages = {"invalid": "Enter the time in 24-hour form, like 14:30"}

    def __init__(self, **kwargs: Any):
        super().__init__(input_formats=TIME_FORMATS, **kwargs)

    def to_python(self, value: Any) -> dt.time | None:
        if isinstance(value, str):
            value = value.replace(" ", "")
            if re.fullmatch(r"\d{1,4}", value, re.ASCII):  # 9 is 09:00 and 930 is 09:30, never 00:09 or 09:03
                value = (value + "00" if len(value) <= 2 else value).zfill(4)
        return super().to_python(value)


class DateTimeField(DateField):
    """A date and a time of day in one row; gives an aware datetime in the current time zone."""

    widget = DateTimePartsInput
    default_error_messages = {
        "incomplete": "The date and time must include a %(missing)s",
        "time": "Enter the time in 24-hour form, like 14:30",
    }

    def to_python(self, value: Any) -> dt.datetime | None:
        if isinstance(value, dt.datetime) or value is None:
            return value
        time_text = str(value[3] or "").strip()
        date = super().to_python(value)
        if date is None and not time_text:
            return None
        if date is None:
            raise self._error("incomplete", ("day", "month", "year"), missing="date")
        if not time_text:
            raise self._error("incomplete", ("time",), missing="time")
        try:
            time = TimeField().to_python(time_text)
        except ValidationError:
            raise self._error("time", ("time",)) from None
        return from_current_timezone(dt.datetime.combine(date, time))  # type: ignore[arg-type]


def _unreal_parts(day: str, month: str) -> tuple[str, ...]:
    if not (re.fullmatch(r"\d{1,2}", month, re.ASCII) and 1 <= int(month) <= 12):
        return ("month",)
    if not (re.fullmatch(r"\d{1,2}", day, re.ASCII) and 1 <= int(day) <= 31):
        return ("day",)
    return ("day", "month", "year")  # such as 31 June: which part is wrong only the typist knows


class FormBehaviour(_Form):
    """What `Form` and `ModelForm` add to Django's forms.

    layout  field names and layout objects in order, usually ending with a Button; used by `{% crispy form %}`
    reveal  {field: {value: [fields asked only when that value is chosen]}}; those that are not asked are neither
            checked nor kept, whatever was posted for them
    """

    layout: tuple[Any, ...] | list[Any] | None = None
    reveal: dict[str, dict[Any, list[Any]]] = {}
    mark_optional = True
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _speak_plainly(field, str(field.label or pretty_name(name)))

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*(self.layout if self.layout is not None else self.asked_first()))
        return helper

    def asked_first(self) -> list[str]:
        """The names of the fields that no other field reveals."""
        revealed = {
            name for branches in self.reveal.values() for names in branches.values() for name in map(str, names)
        }
        return [name for name in self.fields if name not in revealed]

    def is_asked(self, name: str) -> bool:
        """Whether the answers given so far reveal the field."""
        for controller, branches in self.reveal.items():
            for value, names in branches.items():
                if name in map(str, names):
                    return self.is_asked(controller) and _chosen(self[controller].value(), value)
        return True

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, field in self.fields.items():
            if not self.is_asked(name):
                self.errors.pop(name, None)
                self.cleaned_data[name] = getattr(field, "empty_value", field.to_python(None))


class Form(FormBehaviour, forms.Form):
    """django.forms.Form with FormBehaviour."""


class ModelForm(FormBehaviour, forms.ModelForm):
    """django.forms.ModelForm with FormBehaviour; give dates their fields by `Meta.field_classes`."""


class FilterForm(FormBehaviour, forms.Form):
    """A row of filters above a list, sent by GET."""

    mark_optional = False

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        helper.form_class = "app-filter"
        fields = [Field(name, label_size="s") for name in self.fields]
        helper.layout = Layout(Row(*fields, Button("Apply", style="secondary"), Link("Clear", "?")))
        return helper


def _chosen(given: Any, value: Any) -> bool:
    given = given if isinstance(given, list | tuple | set) else [given]
    return str(value) in map(str, given)


def _speak_plainly(field: forms.Field, label: str) -> None:
    """Replace Django's stock messages, not those that a form sets itself."""
    stock: dict[str, Any] = {}
    for base in reversed(type(field).__mro__):
        stock.update(getattr(base, "default_error_messages", {}))
    for code, message in _messages(field, label).items():
        if field.error_messages.get(code) == stock.get(code):
            field.error_messages[code] = message
    if isinstance(field, forms.ModelChoiceField) and field.empty_label == "---------":  # Django's own
        field.empty_label = "Select one"


def _messages(field: forms.Field, label: str) -> dict[str, str]:
    is_question = label.endswith("?")
    noun = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    subject = "The answer" if is_question else label
    limited = subject.replace("%", "%%")  # where Django puts in %(limit_value)s and the like
    if isinstance(field, forms.BooleanField):
        required = f"Tick ‘{label}’ to continue"
    elif is_question:
        required = f"Answer the question ‘{label}’"
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField):
        required = f"Select {noun}"
    else:
        required = f"Enter {noun}"
    messages = {
        "required": required,
        "max_length": f"{limited} must be %(limit_value)d characters or fewer; you have entered %(show_value)d",
        "min_length": f"{limited} must be %(limit_value)d characters or more; you have entered %(show_value)d",
        "min_value": f"{limited} must be %(limit_value)s or more",
        "max_value": f"{limited} must be %(limit_value)s or less",
        "invalid_choice": "Select one of the choices listed for ‘{}’".format(label.replace("%", "%%")),
    }
    if isinstance(field, forms.EmailField):
        messages["invalid"] = "Enter an email address in the form name@example.org"
    elif isinstance(field, forms.FloatField | forms.DecimalField):
        messages["invalid"] = f"{subject} must be a number, like 2.5"
    elif isinstance(field, forms.IntegerField):
        messages["invalid"] = f"{subject} must be a whole number, like 12"
    elif isinstance(field, DateField) and not is_question:
        messages["incomplete"] = f"{limited} must include a %(missing)s"
        messages["not_real"] = f"{limited} must be a real date, like 27 3 2024"
    return messages
