"""Who is written to, and by which way."""

from datetime import date
from types import SimpleNamespace

import pytest

from referrals.contacting import addressee, is_mobile, reach, way

DAY = date(2026, 6, 11)


def person(**fields):
    defaults = {
        "date_of_birth": date(1998, 3, 4),
        "email": "a@example.com",
        "email_is_safe": False,
        "phone": "07700 900123",
        "phone_is_safe": False,
    }
    return SimpleNamespace(**{**defaults, **fields})


def test_an_adult_is_written_to_and_not_their_parent():
    adult, parent = person(), person()
    assert addressee(adult, parent, DAY).person is adult


def test_of_a_child_the_parent_or_carer_is_written_to():
    child, parent = person(date_of_birth=date(2010, 1, 1)), person()
    to = addressee(child, parent, DAY)
    assert (to.person, to.for_child, to.unnamed) == (parent, True, False)


@pytest.mark.parametrize(("born", "is_child"), [(date(2008, 6, 11), False), (date(2008, 6, 12), True)])
def test_the_age_is_that_of_the_day_it_is_about(born, is_child):
    assert addressee(person(date_of_birth=born), person(), DAY).for_child is is_child


def test_somebody_of_unknown_age_is_taken_for_a_child():
    assert addressee(person(date_of_birth=None), person(), DAY).for_child


def test_without_a_parent_on_record_only_a_letter_is_written_however_safe_the_childs_own_contacts():
    child = person(date_of_birth=date(2012, 1, 1), email_is_safe=True, phone_is_safe=True)
    to = addressee(child, None, DAY)
    assert to.unnamed
    assert way(to, texts=True, stopped=False) == "letter"


@pytest.mark.parametrize(
    ("fields", "texts", "short", "expected"),
    [
        ({"email_is_safe": True, "phone_is_safe": True}, True, False, "email"),
        ({"email_is_safe": True, "phone_is_safe": True}, True, True, "sms"),
        ({"email_is_safe": True, "phone_is_safe": True}, False, True, "email"),
        ({"phone_is_safe": True}, True, False, "sms"),
        ({"phone_is_safe": True}, False, False, "letter"),
        ({"phone_is_safe": True, "phone": "01629 580000"}, True, False, "letter"),
        ({"email_is_safe": True, "email": ""}, True, False, "letter"),
        ({}, True, False, "letter"),
    ],
)
def test_only_safe_contacts_are_used(fields, texts, short, expected):
    to = addressee(person(**fields), None, DAY)
    assert way(to, texts=texts, stopped=False, short=short) == expected
    assert way(to, texts=texts, stopped=True, short=short) == "letter"


def test_an_unsafe_contact_is_never_reached():
    for channel in ("email", "sms", "letter"):
        assert reach(person(), channel, texts=True, stopped=False) == ""


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("07700 900123", True),
        ("+44 7700 900123", True),
        ("0044 7700-900123", True),
        ("01629 580000", False),
        ("07700 9001", False),
        ("", False),
        ("mother", False),
    ],
)
def test_a_text_goes_to_a_mobile_number(phone, expected):
    assert is_mobile(phone) is expected
