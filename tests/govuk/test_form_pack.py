import datetime as dt
import re
from html.parser import HTMLParser

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.test import RequestFactory

from govuk.forms import DateField, Form
from govuk.layout import Field
from tests.govuk import gallery

GOOD = {
    "full_name": "Kwame Osei",
    "email": "kwame@example.org",
    "hours": "8",
    "force": "d",
    "born_on_day": "27",
    "born_on_month": "3",
    "born_on_year": "2004",
    "happened_at_day": "1",
    "happened_at_month": "7",
    "happened_at_year": "2024",
    "happened_at_time": "23:15",
    "account": "Broke a window.",
    "wish": "no",
    "age_group": "a",
    "needs": ["none"],
    "consent": "true",
}


class Ids(HTMLParser):
    """The ids of a page, and of those the focusable ones; what labels and descriptions point to; the error links."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.focusable, self.pointed_at, self.links = [], set(), set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.append(attrs["id"])
            if tag in ("input", "select", "textarea", "button"):
                self.focusable.add(attrs["id"])
        self.pointed_at |= set((attrs.get("aria-describedby") or "").split()) | set((attrs.get("for") or "").split())
        if tag == "a" and attrs.get("href", "").startswith("#") and attrs["href"] != "#main-content":
            self.links.append(attrs["href"][1:])


def post(view, data, path="/"):
    return view(RequestFactory().post(path, {"csrfmiddlewaretoken": "x", **data})).content.decode()


def errors_shown(html):
    return re.findall(r'<a href="#([^"]*)">\s*(.*?)\s*</a>', html)


def render(form):
    return str(render_crispy_form(form))


def test_every_error_leads_to_a_control_that_exists():
    html = post(gallery.everything, {"wish": "yes", "hours": "99", "born_on_day": "1"})
    ids = Ids(html)
    assert len(ids.links) == 12
    assert set(ids.links) <= ids.focusable


@pytest.mark.parametrize("data", [{}, GOOD, {"wish": "yes"}])
def test_ids_are_unique_and_everything_pointed_at_exists(data):
    ids = Ids(post(gallery.everything, data))
    assert sorted(ids.ids) == sorted(set(ids.ids))
    assert ids.pointed_at <= set(ids.ids)


def test_the_title_says_error_only_when_there_is_one():
    assert "<title>Error: Refer a person" in post(gallery.everything, {})
    assert "<title>Refer a person" in post(gallery.everything, GOOD)
    assert "There is a problem" not in post(gallery.everything, GOOD)


def test_an_error_of_the_whole_form_leads_to_its_first_control():
    html = post(gallery.everything, {**GOOD, "full_name": "nobody"})
    assert errors_shown(html) == [
        ("id_full_name", "A referral needs a person. Enter the name as on the custody record.")
    ]


def test_only_the_wrong_part_of_a_date_is_marked_and_reached():
    html = post(gallery.everything, {**GOOD, "born_on_year": "", "happened_at_time": "noon"})
    assert errors_shown(html) == [
        ("id_born_on_year", "Date of birth must include a year"),
        ("id_happened_at_time", "Enter the time in 24-hour form, like 14:30"),
    ]
    marked = re.findall(r'<input\s+class="[^"]*govuk-input--error[^"]*" id="([^"]*)"', html)
    assert marked == ["id_born_on_year", "id_happened_at_time"]


def test_what_was_typed_is_still_there_beside_the_error():
    html = post(
        gallery.everything, {"full_name": "Kwame", "born_on_month": "Smarch", "account": "One\r\nTwo", "wish": "letter"}
    )
    assert 'value="Kwame"' in html
    assert 'value="Smarch"' in html
    assert ">One&#10;Two</textarea>" in html
    assert re.search(r'value="letter"\s+checked', html)


def test_line_breaks_survive_in_a_textarea_under_a_radio():
    html = post(gallery.everything, {"wish": "letter", "address": "1 High Street\r\n  Buxton"})
    assert ">1 High Street&#10;  Buxton</textarea>" in html


def test_labels_hints_choices_and_values_are_escaped():
    class Nasty(Form):
        name = forms.CharField(label="<script>1</script>", help_text="<script>2</script>")
        choice = forms.ChoiceField(choices=[("a", "<script>3</script>")], widget=forms.RadioSelect)
        date = DateField(label="<script>4</script>")
        tick = forms.BooleanField(label="<script>5</script>")
        pick = forms.ChoiceField(choices=[("a", "<script>6</script>")])
        layout = ["name", Field("choice", hints={"a": "<script>7</script>"}), "date", "tick", "pick"]

    attack = '"><script>8</script>'
    html = render(Nasty({"name": attack, "choice": attack, "date_day": attack, "pick": attack}))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 8


def test_a_message_with_what_somebody_typed_is_escaped():
    class Echo(Form):
        name = forms.CharField()

        def clean_name(self):
            raise forms.ValidationError(f"‘{self.cleaned_data['name']}’ is taken")

    assert "‘&lt;b&gt;’ is taken" in render(Echo({"name": "<b>"}))


def test_a_revealed_field_stands_under_its_choice():
    html = render(gallery.EverythingForm({"wish": "yes"}))
    block = re.search(r'id="conditional-id_wish">(.*?)value="letter"', html, re.S)[1]
    assert 'name="victim_phone"' in block
    assert 'name="call_after_day"' in block
    assert html.count('name="victim_phone"') == 1


def test_a_revealed_field_is_required_when_its_choice_is_made():
    form = gallery.EverythingForm({**GOOD, "wish": "yes"})
    assert set(form.errors) == {"victim_phone", "call_after"}


def test_a_field_that_is_not_asked_is_neither_checked_nor_kept():
    form = gallery.EverythingForm(
        {**GOOD, "needs": ["none"], "call_after_day": "99", "victim_phone": "01332 1", "wish": "no"}
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["victim_phone"] == ""
    assert form.cleaned_data["call_after"] is None
    assert form.cleaned_data["wish"] == "no"


def test_a_single_checkbox_reveals_by_true():
    class Guardian(Form):
        has_guardian = forms.BooleanField(required=False)
        guardian = forms.CharField()
        reveal = {"has_guardian": {True: ["guardian"]}}

    assert Guardian({}).is_valid()
    assert set(Guardian({"has_guardian": "true"}).errors) == {"guardian"}
    assert 'id="conditional-id_has_guardian"' in render(Guardian())


def test_a_field_revealed_by_a_field_that_is_not_asked_is_not_asked():
    class Nested(Form):
        first = forms.ChoiceField(choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)
        second = forms.ChoiceField(choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)
        third = forms.CharField()
        reveal = {"first": {"y": ["second"]}, "second": {"y": ["third"]}}

    assert Nested({"first": "n", "second": "y"}).is_valid()
    assert set(Nested({"first": "y", "second": "y"}).errors) == {"third"}
    assert render(Nested()).count('name="third"') == 1


def test_the_exclusive_checkbox_stands_apart():
    html = render(gallery.EverythingForm())
    assert re.search(r'govuk-checkboxes__divider">or</div>.*value="none" data-behaviour="exclusive"', html, re.S)
    assert html.count("data-behaviour") == 1


def test_the_character_count_does_not_cut_off_what_is_pasted():
    html = render(gallery.EverythingForm({**GOOD, "account": "x" * 250}))
    assert 'data-maxlength="200"' in html
    assert not re.search(r"\smaxlength=", html)
    assert "What happened must be 200 characters or fewer; you have entered 250" in html


def test_numbers_are_text_inputs_with_a_number_pad():
    html = render(gallery.EverythingForm())
    hours = re.search(r'<input[^>]*name="hours"[^>]*>', html)[0]
    assert 'type="text"' in hours
    assert 'inputmode="numeric"' in hours
    assert 'value="8"' in render(gallery.EverythingForm(initial={"hours": 8}))


def test_initial_dates_are_shown_in_their_parts():
    html = render(gallery.EverythingForm(initial={"happened_at": dt.datetime(2024, 7, 3, 13, 30, tzinfo=dt.UTC)}))
    for part, value in {"day": "3", "month": "7", "year": "2024", "time": "14:30"}.items():
        assert re.search(rf'name="happened_at_{part}"[^>]* value="{value}"', html)


def test_passwords_are_never_sent_back():
    class SignIn(Form):
        password = forms.CharField(widget=forms.PasswordInput)

    html = render(SignIn({"password": "hunter2"}))
    assert 'data-module="govuk-password-input"' in html
    assert "hunter2" not in html


def test_optional_fields_say_so_unless_told_otherwise():
    class Optional(Form):
        a = forms.CharField(required=False)
        b = forms.CharField(required=False)
        layout = ["a", Field("b", optional=False)]

    html = render(Optional())
    assert "A (optional)" in html
    assert "B (optional)" not in html


def test_prefixes_keep_two_forms_apart():
    one, two = gallery.EverythingForm(prefix="one"), gallery.EverythingForm(prefix="two")
    ids = Ids(render(one) + render(two))
    assert sorted(ids.ids) == sorted(set(ids.ids))
    assert "id_one-born_on_day" in ids.focusable


def test_a_formset_names_the_row_of_each_error():
    html = post(
        gallery.stops,
        {
            "stops-TOTAL_FORMS": "2",
            "stops-INITIAL_FORMS": "0",
            "stops-0-place": "Ilkeston",
            "stops-0-starts_on_day": "1",
            "stops-0-starts_on_month": "7",
            "stops-0-starts_on_year": "2024",
            "stops-1-place": "x" * 30,
        },
    )
    assert errors_shown(html) == [
        ("id_stops-1-place", "Stop 2: Place must be 20 characters or fewer; you have entered 30"),
        ("id_stops-1-starts_on_day", "Stop 2: Enter start date"),
    ]
    assert set(Ids(html).links) <= Ids(html).focusable


def test_messages_are_in_plain_words_unless_the_form_has_its_own():
    class Plain(Form):
        nhs = forms.CharField(label="NHS number", min_length=10)
        share = forms.DecimalField(label="100% share", max_value=1)
        own = forms.CharField(error_messages={"required": "Say something"})
        agreed = forms.BooleanField(label="I agree")
        why = forms.CharField(label="Why now?")

    assert {name: errors[0] for name, errors in Plain({"nhs": "1", "share": "2"}).errors.items()} == {
        "nhs": "NHS number must be 10 characters or more; you have entered 1",
        "share": "100% share must be 1 or less",
        "own": "Say something",
        "agreed": "Tick ‘I agree’ to continue",
        "why": "Answer the question ‘Why now?’",
    }
    assert Plain({"share": "two"}).errors["share"] == ["100% share must be a number, like 2.5"]
    assert Plain({}).errors["nhs"] == ["Enter NHS number"]


def test_djangos_own_date_field_is_refused_with_the_remedy():
    class Wrong(forms.Form):
        born_on = forms.DateField()

    with pytest.raises(TypeError, match=r"born_on.*govuk\.forms"):
        render(Wrong())


def test_what_the_browser_may_fill_in_is_said_by_option_or_attribute():
    class Name(Form):
        a = forms.CharField()
        b = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
        layout = [Field("a", autocomplete="off", spellcheck=False), "b"]

    html = render(Name())
    assert html.count('autocomplete="off"') == 2
    assert html.count('spellcheck="false"') == 2


def test_an_option_that_does_not_exist_is_refused():
    with pytest.raises(TypeError, match="no option widht"):
        Field("name", widht=10)


def test_hidden_fields_have_no_group_and_their_errors_no_link():
    class Tampered(Form):
        version = forms.IntegerField(widget=forms.HiddenInput)
        name = forms.CharField()

    form = Tampered({"version": "x", "name": "y"})
    assert '<input type="hidden" name="version" value="x"' in render(form)
    from govuk.errors import summary

    assert list(summary(form)) == [{"text": "Version: Version must be a whole number, like 12"}]


def test_a_plain_django_form_is_rendered_too():
    class Plain(forms.Form):
        name = forms.CharField()

    html = render(Plain())
    assert 'class="govuk-input" id="id_name"' in html
    assert "novalidate" in html
