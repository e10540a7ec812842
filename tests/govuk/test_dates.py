import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from govuk.forms import DateField, DateTimeField, TimeField


def refusal(field, value):
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return caught.value.messages[0], caught.value.error_list[0].params["parts"]


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", " Mar "])
def test_a_month_may_be_a_number_or_a_name(month):
    assert DateField().clean(["27", month, "2024"]) == dt.date(2024, 3, 27)


def test_nothing_typed_is_no_date_when_the_field_is_optional():
    assert DateField(required=False).clean(["", " ", ""]) is None


def test_nothing_typed_is_refused_when_the_field_is_required():
    with pytest.raises(ValidationError, match="required"):
        DateField().clean(["", "", ""])


@pytest.mark.parametrize(
    ("typed", "message", "parts"),
    [
        (["", "3", "2024"], "The date must include a day", ("day",)),
        (["", "", "2024"], "The date must include a day and month", ("day", "month")),
        (["27", "3", ""], "The date must include a year", ("year",)),
        (["27", "3", "24"], "The year must be four numbers, like 2024", ("year",)),
        (["27", "3", "0204"], "The year must be four numbers, like 2024", ("year",)),
        (["27", "13", "2024"], "The date must be a real date, like 27 3 2024", ("month",)),
        (["27", "x", "2024"], "The date must be a real date, like 27 3 2024", ("month",)),
        (["32", "3", "2024"], "The date must be a real date, like 27 3 2024", ("day",)),
        (["-1", "3", "2024"], "The date must be a real date, like 27 3 2024", ("day",)),
        (["31", "6", "2024"], "The date must be a real date, like 27 3 2024", ("day", "month", "year")),
        (["29", "2", "2023"], "The date must be a real date, like 27 3 2024", ("day", "month", "year")),
    ],
)
def test_a_wrong_date_says_which_part_to_correct(typed, message, parts):
    assert refusal(DateField(), typed) == (message, parts)


@pytest.mark.parametrize("typed", ["14:30", "14.30", "1430", "2:30pm", "2.30 PM"])
def test_a_time_may_be_typed_as_people_type_it(typed):
    assert TimeField().clean(typed) == dt.time(14, 30)


@pytest.mark.parametrize(("typed", "time"), [("9", dt.time(9)), ("14", dt.time(14)), ("930", dt.time(9, 30))])
def test_a_short_time_is_read_as_hours_first(typed, time):
    assert TimeField().clean(typed) == time


@pytest.mark.parametrize("typed", ["25", "1475", "25:00", "half two", "14:60"])
def test_a_wrong_time_says_how_to_type_it(typed):
    with pytest.raises(ValidationError, match="24-hour form, like 14:30"):
        TimeField().clean(typed)


def test_a_date_and_time_is_of_the_local_zone():
    given = DateTimeField().clean(["3", "7", "2024", "14:30"])
    assert given == dt.datetime(2024, 7, 3, 13, 30, tzinfo=dt.UTC)
    assert timezone.is_aware(given)


@pytest.mark.parametrize(
    ("typed", "message", "parts"),
    [
        (["3", "7", "2024", ""], "The date and time must include a time", ("time",)),
        (["", "", "", "14:30"], "The date and time must include a date", ("day", "month", "year")),
        (["3", "7", "2024", "25"], "Enter the time in 24-hour form, like 14:30", ("time",)),
        (["3", "7", "", "14:30"], "The date and time must include a year", ("year",)),
    ],
)
def test_half_a_date_and_time_says_which_half_is_missing(typed, message, parts):
    assert refusal(DateTimeField(), typed) == (message, parts)


def test_a_time_that_the_clocks_skipped_is_refused():
    with pytest.raises(ValidationError):
        DateTimeField().clean(["31", "3", "2024", "01:30"])
