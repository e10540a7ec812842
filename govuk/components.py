"""Render a GOV.UK component: the macros of govuk-frontend-jinja, called from Python and Django templates."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader

# ChainableUndefined: the macros read optional parameters such as params.label.classes without asking first.
_environment = Environment(
    loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    autoescape=True,
    undefined=ChainableUndefined,
    auto_reload=False,
)


def render(component: str, params: dict[str, Any]) -> SafeString:
    """The HTML of `component` ("summary-list", "tag" …) with the parameters of the design system's documentation.

    Text is escaped; a value marked safe by Django is not. Unknown components raise jinja2.TemplateNotFound.
    """
    return mark_safe(_macro(component)(params).strip())  # noqa: S308 - Jinja escaped it


@lru_cache
def _macro(component: str) -> Callable[[dict[str, Any]], str]:
    template = _environment.get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    name = "govuk" + "".join(word.capitalize() for word in component.split("-"))
    return getattr(template.module, name)
