"""From a Django BoundField to the parameters of the matching component."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from govuk.components import render
from govuk.errors import field_id, parts_in_error
from govuk.forms import DateField, DatePartsInput

Params = dict[str, Any]

# What we place elsewhere, or what would cut off what somebody pastes before they can read the message about it.
_NOT_ATTRIBUTES = {
    "id", "class", "rows", "cols", "type", "maxlength", "minlength", "required",
    "autocomplete", "inputmode", "pattern", "spellcheck", "placeholder",
}  # fmt: skip
_PART_WIDTHS = {"day": "2", "month": "2", "year": "4", "time": "5"}


def render_bound_field(bound: BoundField, options: Params | None = None) -> SafeString:
    """The whole form group of a field: label, hint, error, control and what it reveals. Options: layout.Field."""
    if bound.is_hidden:
        return mark_safe(str(bound))  # noqa: S308 - rendered by Django
    component, build = _kind(bound)
    params = _common(bound, options or {})
    build(bound, options or {}, params)
    return render(component, params)


def _kind(bound: BoundField) -> tuple[str, Callable[[BoundField, Params, Params], None]]:
    widget, field = bound.field.widget, bound.field
    if isinstance(widget, DatePartsInput):
        return "date-input", _date
    if isinstance(field, forms.DateField | forms.DateTimeField) and not isinstance(field, DateField):
        raise TypeError(f"‘{bound.name}’ must be a govuk.forms field: dates are asked in three fields.")
    if isinstance(widget, forms.CheckboxInput):
        return "checkboxes", _single_checkbox
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.SelectMultiple):
        return "checkboxes", _choices
    if isinstance(widget, forms.RadioSelect):
        return "radios", _choices
    if isinstance(widget, forms.Select):
        return "select", _select
    if isinstance(widget, forms.Textarea):
        return ("character-count" if getattr(field, "max_length", None) else "textarea"), _textarea
    if isinstance(widget, forms.FileInput):
        return "file-upload", _file
    if isinstance(widget, forms.PasswordInput):
        return "password-input", _password
    return "input", _input


def _common(bound: BoundField, options: Params) -> Params:
    attrs = bound.field.widget.attrs
    classes = [attrs.get("class", "")]
    params: Params = {
        "id": field_id(bound),
        "name": bound.html_name,
        "label": _label(bound, options, "govuk-label"),
        "disabled": bound.field.disabled,
        "attributes": {
            name: {"value": value, "optional": True} if isinstance(value, bool) else value
            for name, value in attrs.items()
            if name not in _NOT_ATTRIBUTES and value is not None
        },
    }
    for name in ("autocomplete", "inputmode", "pattern", "spellcheck"):
        if name in options or name in attrs:
            params[name] = options.get(name, attrs.get(name))
    if "spellcheck" in params:
        params["spellcheck"] = str(params["spellcheck"]).lower() == "true"  # the macros know booleans only
    if width := options.get("width"):
        classes.append(f"govuk-input--width-{width}" if str(width).isdigit() else f"govuk-!-width-{width}")
    params["classes"] = " ".join(filter(None, classes))
    if hint := options.get("hint", bound.help_text):
        params["hint"] = {"text": hint}
    if bound.errors:
        params["errorMessage"] = {"html": format_html_join(mark_safe("<br>"), "{}", ((e,) for e in bound.errors))}
    return params


def _label(bound: BoundField, options: Params, css_class: str) -> Params:
    text = bound.label
    optional = not bound.field.required and not bound.field.disabled and getattr(bound.form, "mark_optional", True)
    if options.get("optional", optional):
        text = conditional_escape(text) + " (optional)"
    size = options.get("label_size", "l" if options.get("heading") else "s")
    classes = f"{css_class}--{size}"
    if options.get("hide_label"):
        classes += " govuk-visually-hidden"
    return {"text": text, "classes": classes, "isPageHeading": options.get("heading", False)}


def _value(bound: BoundField) -> str:
    value = bound.field.widget.format_value(bound.value())
    return "" if value is None else value


def _input(bound: BoundField, options: Params, params: Params) -> None:
    widget = bound.field.widget
    params["value"] = _value(bound)
    kind = widget.attrs.get("type") or getattr(widget, "input_type", "text")
    if isinstance(widget, forms.NumberInput):
        # A text input: browsers' number inputs change figures on scrolling and drop what they cannot read.
        kind = "text"
        has_fraction = isinstance(bound.field, forms.DecimalField | forms.FloatField)
        params.setdefault("inputmode", "decimal" if has_fraction else "numeric")
        params["attributes"] = {k: v for k, v in params["attributes"].items() if k not in ("min", "max", "step")}
        _default_width(params, 5)
    elif isinstance(widget, forms.TimeInput):
        kind = "text"
        _default_width(params, 5)
    elif kind in ("email", "url"):
        params["spellcheck"] = False
    elif kind == "tel":
        _default_width(params, 20)
    params["type"] = kind
    for affix in ("prefix", "suffix"):
        if affix in options:
            params[affix] = {"text": options[affix]}


def _default_width(params: Params, width: int) -> None:
    if "width" not in params["classes"]:
        params["classes"] = f"{params['classes']} govuk-input--width-{width}".strip()


def _password(bound: BoundField, options: Params, params: Params) -> None:
    params.setdefault("autocomplete", "current-password")


def _textarea(bound: BoundField, options: Params, params: Params) -> None:
    # Line breaks as character references: the macros indent their output, which would indent the typed text too.
    # A first line break is dropped by browsers, so it is sent twice.
    text = str(_value(bound)).replace("\r\n", "\n")
    text = "\n" + text if text.startswith("\n") else text
    params["value"] = mark_safe(conditional_escape(text).replace("\n", "&#10;"))  # noqa: S308 - escaped here
    params["rows"] = options.get("rows", 5)
    params["maxlength"] = getattr(bound.field, "max_length", None)


def _file(bound: BoundField, options: Params, params: Params) -> None:
    # Without the component's drop zone: its button's name differs from what it shows (WCAG 2.5.3).
    params["multiple"] = bound.field.widget.allow_multiple_selected


def _select(bound: BoundField, options: Params, params: Params) -> None:
    params["items"] = [
        {"value": choice.data["value"], "text": choice.data["label"], "selected": choice.data["selected"]}
        for choice in bound.subwidgets
    ]


def _date(bound: BoundField, options: Params, params: Params) -> None:
    widget = bound.field.widget
    values = bound.value()
    if not isinstance(values, list | tuple):
        values = widget.decompress(values)
    bad = parts_in_error(bound)
    autocomplete = {"bday": {part: f"bday-{part}" for part in widget.parts}}.get(params.pop("autocomplete", ""), {})
    params["fieldset"] = {"legend": _label(bound, options, "govuk-fieldset__legend")}
    params["items"] = [
        {
            "id": f"{params['id']}_{part}",
            "name": f"{bound.html_name}_{part}",
            "label": part.capitalize(),
            "value": value or "",
            "classes": f"govuk-input--width-{_PART_WIDTHS[part]}" + (" govuk-input--error" if part in bad else ""),
            "inputmode": "text" if part == "time" else "numeric",
            "autocomplete": autocomplete.get(part),
            "attributes": {"disabled": {"value": bound.field.disabled, "optional": True}},
        }
        for part, value in zip(widget.parts, values, strict=True)
    ]


def _single_checkbox(bound: BoundField, options: Params, params: Params) -> None:
    item = {
        "value": "true",
        "text": bound.label,
        "checked": bool(bound.value()),
        "disabled": bound.field.disabled,
        "attributes": params.pop("attributes"),
        "conditional": _revealed(bound, True),
    }
    if "legend" in options:
        params["fieldset"] = {"legend": {"text": options["legend"], "classes": "govuk-fieldset__legend--s"}}
    elif "hint" in params:
        item["hint"] = params.pop("hint")
    params["idPrefix"] = params["id"]
    params["items"] = [item]
    params["classes"] = _classes(params["classes"], "checkboxes", options, ("small",))


def _choices(bound: BoundField, options: Params, params: Params) -> None:
    hints, exclusive = options.get("hints", {}), options.get("exclusive")
    stem = "radios" if bound.field.widget.input_type == "radio" else "checkboxes"
    items: list[Params] = []
    for choice in bound.subwidgets:
        value = choice.data["value"]
        if value in ("", None):
            continue  # the empty choice of a select: radios are simply left alone
        hint = hints(value) if callable(hints) else hints.get(value)
        is_exclusive = exclusive is not None and str(value) == str(exclusive)
        if is_exclusive:
            items.append({"divider": "or"})
        items.append(
            {
                "value": value,
                "text": choice.data["label"],
                "checked": choice.data["selected"],
                "disabled": bound.field.disabled or choice.data["attrs"].get("disabled", False),
                "hint": {"text": hint} if hint else None,
                "behaviour": "exclusive" if is_exclusive else None,
                "conditional": _revealed(bound, value),
            }
        )
    params["idPrefix"] = params["id"]
    params["items"] = items
    params["fieldset"] = {"legend": _label(bound, options, "govuk-fieldset__legend")}
    params["classes"] = _classes(params["classes"], stem, options, ("inline", "small"))
    params["attributes"] = {}


def _classes(classes: str, stem: str, options: Params, flags: Iterable[str]) -> str:
    return " ".join(filter(None, [classes, *(f"govuk-{stem}--{flag}" for flag in flags if options.get(flag))]))


def _revealed(bound: BoundField, value: Any) -> Params | None:
    for key, fields in getattr(bound.form, "reveal", {}).get(bound.name, {}).items():
        if str(key) == str(value):
            html = [render_bound_field(bound.form[str(f)], getattr(f, "options", {})) for f in fields]
            return {"html": mark_safe("".join(html))}  # noqa: S308 - rendered by the macros
    return None
