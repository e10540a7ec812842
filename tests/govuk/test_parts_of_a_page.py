import datetime as dt

import pytest
from django.template import engines
from django.test import RequestFactory
from jinja2 import TemplateNotFound

from govuk.templatetags.govuk import display
from tests.govuk import gallery


def rendered(source, **context):
    return engines["django"].from_string("{% load govuk %}" + source).render(context)


def test_a_component_takes_nested_and_camel_case_parameters():
    html = rendered('{% govuk "pagination" next__href=url landmark_label="Pages" %}', url="?after=a&b")
    assert 'href="?after=a&amp;b"' in html
    assert 'aria-label="Pages"' in html


def test_a_component_escapes_its_text():
    assert "&lt;b&gt;" in rendered('{% govuk "inset-text" text=text %}', text="<b>")


def test_a_component_around_html_keeps_it_and_escapes_variables_in_it():
    html = rendered('{% govukblock "details" summary_text="Why" %}<p>{{ text }}</p>{% endgovuk %}', text="<b>")
    assert "<p>&lt;b&gt;</p>" in html


def test_a_component_that_does_not_exist_is_an_error():
    with pytest.raises(TemplateNotFound):
        rendered('{% govuk "marquee" text="x" %}')


def test_a_tag_and_a_row_escape_what_they_are_given():
    assert "&lt;b&gt;" in rendered("{% tag text 'red' %}", text="<b>")
    html = rendered('{% row "Name" text "/change/" %}', text="<b>")
    assert "&lt;b&gt;" in html
    assert 'Change<span class="govuk-visually-hidden"> name</span>' in html


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (dt.date(2024, 4, 3), "3 April 2024"),
        (dt.datetime(2024, 7, 3, 13, 30, tzinfo=dt.UTC), "3 July 2024, 14:30"),
        (dt.time(9, 5), "09:05"),
        (True, "Yes"),
        (False, "No"),
        (0, 0),
        ("<b>", "<b>"),  # the template escapes it
        (None, '<span class="app-quiet">Not given</span>'),
        ("", '<span class="app-quiet">Not given</span>'),
        (["a", "<b>"], '<ul class="govuk-list app-list"><li>a</li><li>&lt;b&gt;</li></ul>'),
        ("a\n<b>", '<span class="app-typed">a\n&lt;b&gt;</span>'),
    ],
)
def test_values_are_shown_as_people_read_them(value, shown):
    assert display(value) == shown


def test_a_table_has_a_caption_and_can_be_scrolled_with_the_keyboard():
    html = rendered("{% table caption %}<tbody></tbody>{% endtable %}", caption="Cases <1>")
    assert 'role="region" aria-label="Cases &lt;1&gt;" tabindex="0"' in html
    assert "Cases &lt;1&gt;</caption>" in html


def test_pages_that_do_not_exist_have_no_link():
    source = '{% include "govuk/pagination.html" %}'
    assert "<nav" not in rendered(source, previous="", next=None)
    assert rendered(source, previous="", next="?x").count("<a ") == 1


def test_the_page_lists_messages_and_nobody_is_alerted_without_reason():
    html = gallery.components(RequestFactory().get("/")).content.decode()
    assert html.count('role="alert"') == 2
    assert "Somebody else decided this referral at 14:02" in html


def test_signing_out_is_a_post():
    html = gallery.components(RequestFactory().get("/")).content.decode()
    assert '<form method="post" action="/account/logout/">' in html


def test_a_page_bears_its_marking_first_and_last():
    html = gallery.components(RequestFactory().get("/")).content.decode()
    assert html.count("OFFICIAL-SENSITIVE") == 2
    assert html.index("OFFICIAL-SENSITIVE") < html.index("<main")
    assert html.rindex("OFFICIAL-SENSITIVE") > html.index("</main>")


def test_progress_is_shown_without_javascript():
    html = gallery.progress(RequestFactory().get("/")).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in html
    assert 'max="100" value="10"' in html


@pytest.mark.parametrize("page", [gallery.components, gallery.everything, gallery.progress])
def test_no_page_has_inline_styles_or_unmarked_scripts(page):
    request = RequestFactory().get("/")
    request.csp_nonce = "n0nce"
    html = page(request).content.decode()
    assert "style=" not in html
    assert "<style" not in html
    assert html.count("<script") == 3
    assert html.count('nonce="n0nce"') == 2  # the third is a file of our own
