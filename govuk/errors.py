"""The error summary: which messages a page's forms have, and which control each one leads to."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet


def forms_with_errors(values: Iterable[Any]) -> list[BaseForm | BaseFormSet]:
    """The forms and formsets among `values` that were sent and have something wrong, each once."""
    found: dict[int, BaseForm | BaseFormSet] = {}
    for value in values:
        # Of its type, not isinstance: that would wake lazy objects such as the user.
        if issubclass(type(value), BaseForm | BaseFormSet) and value.is_bound and not value.is_valid():
            found[id(value)] = value
    return list(found.values())


def summary(form: BaseForm | BaseFormSet) -> Iterator[dict[str, str]]:
    """One {"text", "href"} for each message, in the order of the fields; no href where there is nothing to focus."""
    if isinstance(form, BaseFormSet):
        for message in form.non_form_errors():
            yield _entry(message, _first_control(form.forms[0]) if form.forms else "")
        for number, row in enumerate(form.forms, start=1):
            for entry in summary(row):
                yield {**entry, "text": f"{getattr(form, 'row_name', 'Row')} {number}: {entry['text']}"}
        return
    for message in form.non_field_errors():
        yield _entry(message, _first_control(form))
    for bound in form:
        for error, message in zip(form.errors.as_data().get(bound.name, []), bound.errors, strict=False):
            if bound.is_hidden:
                yield _entry(f"{bound.label}: {message}", "")
            else:
                yield _entry(message, control_id(bound, _parts(bound, error)))


def field_id(bound: BoundField) -> str:
    """The id of the control; for radios and checkboxes that of the first one, for dates the stem of the parts' ids."""
    return bound.field.widget.attrs.get("id") or bound.auto_id or bound.html_name


def control_id(bound: BoundField, parts: tuple[str, ...] = ()) -> str:
    """The id of the control to focus for an error."""
    stem = field_id(bound)
    return f"{stem}_{parts[0]}" if parts else stem


def parts_in_error(bound: BoundField) -> set[str]:
    """The parts of a date to mark: those that its errors name, or all of them."""
    errors = bound.form.errors.as_data().get(bound.name, [])
    return {part for error in errors for part in _parts(bound, error)}


def _parts(bound: BoundField, error: Any) -> tuple[str, ...]:
    widget_parts = getattr(bound.field.widget, "parts", ())
    return (getattr(error, "params", None) or {}).get("parts", widget_parts)


def _first_control(form: BaseForm) -> str:
    for bound in form.visible_fields():
        return control_id(bound, getattr(bound.field.widget, "parts", ()))
    return ""


def _entry(message: Any, target: str) -> dict[str, str]:
    return {"text": str(message), "href": f"#{target}"} if target else {"text": str(message)}
