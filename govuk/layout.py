"""What a form's `layout` is made of, beside the names of its fields."""

from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from govuk.components import render

OPTIONS = {
    "heading", "label_size", "hide_label", "width", "prefix", "suffix", "rows", "inline", "small", "hint", "hints",
    "exclusive", "legend", "optional", "autocomplete", "spellcheck",
}  # fmt: skip


class Field:
    """A field with options for its looks.

    heading=True       the label is the page's h1 (pages with one question)
    label_size         "s", "m", "l" or "xl"; hide_label=True keeps it for screen readers only
    width              characters of a short answer: 2, 3, 4, 5, 10, 20 or 30; or a word such as "two-thirds"
    prefix, suffix     text beside an input: "£", "hours"
    rows               lines of a textarea
    inline, small      for radios and checkboxes
    hints              {value: text} or a function of the value, under each radio or checkbox
    exclusive          the value of the checkbox ("none") that unticks all others
    legend             gives a single checkbox a heading of its own
    optional=False     leaves out the words "(optional)"
    autocomplete       what the browser may fill in, such as "tel"; "off" where it is somebody else's
    spellcheck=False   for names and numbers that no dictionary knows
    """

    def __init__(self, name: str, **options: Any):
        if unknown := options.keys() - OPTIONS:
            raise TypeError(
                f"Field({name!r}) has no option {', '.join(sorted(unknown))}; it has {', '.join(sorted(OPTIONS))}"
            )
        self.name = name
        self.options = options

    def __str__(self) -> str:
        return self.name

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        return render_field(
            self.name, form, context, template_pack=template_pack, extra_context={"field_options": self.options}
        )


class Fieldset(LayoutObject):
    """Several fields under one legend."""

    def __init__(self, legend: str, *fields: Any, hint: str = "", size: str = "m", heading: bool = False):
        self.legend, self.fields, self.hint, self.size, self.heading = legend, list(fields), hint, size, heading

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        html = self.get_rendered_fields(form, context, template_pack, **kwargs)
        if self.hint:
            html = format_html('<div class="govuk-hint">{}</div>{}', self.hint, html)
        legend = {
            "text": self.legend,
            "classes": f"govuk-fieldset__legend--{self.size}",
            "isPageHeading": self.heading,
        }
        return render("fieldset", {"legend": legend, "html": html})


class Row(LayoutObject):
    """Fields side by side where the screen is wide enough."""

    css_class = "app-row"

    def __init__(self, *fields: Any):
        self.fields = list(fields)

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        html = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return format_html('<div class="{}">{}</div>', self.css_class, html)


class Buttons(Row):
    """Buttons and links side by side."""

    css_class = "govuk-button-group"


class Button:
    """A button that sends the form. `style` may be "secondary" or "warning"; `name` and `value` tell buttons apart."""

    def __init__(self, text: str, *, name: str = "", value: str = "", style: str = ""):
        self.params = {
            "text": text,
            "name": name or None,
            "value": value or None,
            "classes": f"govuk-button--{style}" if style else "",
        }

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        return render("button", self.params)


class Hidden:
    """Something that the form carries and nobody is asked."""

    def __init__(self, name: str, value: Any):
        self.name, self.value = name, value

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        return format_html('<input type="hidden" name="{}" value="{}">', self.name, self.value)


class Link:
    """A link among the buttons, such as Cancel."""

    def __init__(self, text: str, href: str):
        self.text, self.href = text, href

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        return format_html('<a class="govuk-link" href="{}">{}</a>', self.href, self.text)


class Component:
    """Any component between the fields: Component("inset-text", text="…"), Component("warning-text", text="…")."""

    def __init__(self, component: str, **params: Any):
        self.component, self.params = component, params

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        return render(self.component, self.params)


class Partial:
    """One of our own templates between the fields; it sees the page's context and `form`."""

    def __init__(self, template: str):
        self.template = template

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        return render_to_string(self.template, {**context.flatten(), "form": form})
