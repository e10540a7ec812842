"""{% load govuk %}: components, the error summary and facts on pages. Guide: docs/how-to/build-a-page.md."""

import datetime as dt
import re
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from govuk.components import render
from govuk.errors import forms_with_errors, summary
from govuk.fields import render_bound_field

register = template.Library()


@register.simple_tag
def govuk(component: str, params: dict[str, Any] | None = None, **kwargs: Any) -> SafeString:
    """A component, such as {% govuk "warning-text" text="…" %} or {% govuk "task-list" params %}.

    Parameters are those of the design system; snake_case becomes camelCase and `a__b` becomes {a: {b: …}}.
    """
    return render(component, {**(params or {}), **_nested(kwargs)})


@register.simple_block_tag(end_name="endgovuk")
def govukblock(content: str, component: str, **kwargs: Any) -> SafeString:
    """A component around some HTML: {% govukblock "details" summary_text="…" %}<p>…</p>{% endgovuk %}."""
    return render(component, {**_nested(kwargs), "html": content})


@register.simple_tag
def tag(text: str, colour: str = "") -> SafeString:
    """A status tag. Colours: grey, green, teal, blue, purple, magenta, red, orange, yellow; none is blue."""
    return format_html('<strong class="govuk-tag{}">{}</strong>', f" govuk-tag--{colour}" if colour else "", text)


@register.simple_tag
def row(key: str, value: Any, href: str = "", action: str = "Change") -> SafeString:
    """A line of `<dl class="govuk-summary-list">`: {% row "Born" person.born_on change_url %}."""
    link = format_html(
        '<dd class="govuk-summary-list__actions"><a class="govuk-link" href="{}">{}'
        '<span class="govuk-visually-hidden"> {}</span></a></dd>',
        href, action, key[:1].lower() + key[1:],
    ) if href else ""  # fmt: skip
    return format_html(
        '<div class="govuk-summary-list__row{}"><dt class="govuk-summary-list__key">{}</dt>'
        '<dd class="govuk-summary-list__value">{}</dd>{}</div>',
        "" if href else " govuk-summary-list__row--no-actions", key, display(value), link,
    )  # fmt: skip


@register.filter
def display(value: Any) -> Any:
    """A value as people read it: 3 April 2024, 14:30, Yes, one line per item; "Not given" where there is none."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value is None or value == "" or value == []:
        return format_html('<span class="app-quiet">{}</span>', "Not given")
    if isinstance(value, dt.datetime):
        return formats.date_format(timezone.localtime(value) if timezone.is_aware(value) else value, "j F Y, H:i")
    if isinstance(value, dt.date):
        return formats.date_format(value, "j F Y")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, SafeString):
        return value
    if isinstance(value, list | tuple | set):
        lines = format_html_join("", "<li>{}</li>", ((display(item),) for item in value))
        return format_html('<ul class="govuk-list app-list">{}</ul>', lines)
    if isinstance(value, str) and "\n" in value:
        return format_html('<span class="app-typed">{}</span>', value)
    return value


@register.filter
def iso(value: dt.date | dt.datetime) -> str:
    """A date or time as machines read it, for `<time datetime>`."""
    return value.isoformat()


@register.simple_block_tag(end_name="endtable")
def table(content: str, caption: str, hide_caption: bool = False, compact: bool = False) -> SafeString:
    """A table that scrolls sideways on a phone: {% table "Open referrals" %}<thead>…<tbody>…{% endtable %}."""
    return format_html(
        '<div class="app-scroll" role="region" aria-label="{}" tabindex="0"><table class="app-table{}">'
        '<caption class="{}">{}</caption>{}</table></div>',
        caption, " app-table--compact" if compact else "",
        "govuk-visually-hidden" if hide_caption else "govuk-table__caption govuk-table__caption--m",
        caption, SafeString(content),
    )  # fmt: skip


@register.simple_tag
def back(href: str, text: str = "Back") -> SafeString:
    """The way back, for `{% block before_content %}`: {% back case_url "Back to the case" %}."""
    return format_html('<nav aria-label="Back"><a class="govuk-back-link" href="{}">{}</a></nav>', href, text)


@register.simple_tag
def govuk_field(field: BoundField, options: dict[str, Any] | None = None) -> SafeString:
    """One field of a form with its label, hint and error."""
    return render_bound_field(field, options or {})


@register.simple_tag(takes_context=True)
def error_summary(context: template.Context) -> SafeString:
    """What is wrong in any form of this page's context, each message leading to its field."""
    errors = [entry for form in forms_with_errors(context.flatten().values()) for entry in summary(form)]
    if not errors:
        return SafeString("")
    return render("error-summary", {"titleText": "There is a problem", "errorList": errors})


@register.simple_tag(takes_context=True)
def error_prefix(context: template.Context) -> str:
    """ "Error: " for the page's title where a form of the page has errors."""
    return "Error: " if forms_with_errors(context.flatten().values()) else ""


def _nested(kwargs: dict[str, Any]) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for name, value in kwargs.items():
        *path, last = [re.sub(r"_(\w)", lambda m: m[1].upper(), part) for part in name.split("__")]
        inner = params
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return params
