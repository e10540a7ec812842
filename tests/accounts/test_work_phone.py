"""The number that participants are told to ring: set by the person, or by their administrator."""

import pytest
from django.urls import reverse

from audit.models import Event

pytestmark = pytest.mark.django_db


def test_a_person_says_at_which_number_they_are_rung(coordinator, sign_in):
    client = sign_in(coordinator)
    page = client.post(reverse("own_phone"), {"work_phone": "01629 580000"}, follow=True)
    assert "Your work phone number is saved." in page.content.decode()
    coordinator.refresh_from_db()
    assert coordinator.work_phone == "01629 580000"
    event = Event.objects.get(kind="account.phone_chosen")
    assert event.ids == [str(coordinator.pk)]
    assert "01629" not in str(event.data)
    client.post(reverse("own_phone"), {"work_phone": ""})
    coordinator.refresh_from_db()
    assert coordinator.work_phone == ""


@pytest.mark.parametrize("typed", ["ring me", "123", "01629 580000 ext", "javascript:alert(1)", "0" * 31])
def test_what_is_no_number_is_refused_and_stays_typed(typed, coordinator, sign_in):
    page = sign_in(coordinator).post(reverse("own_phone"), {"work_phone": typed})
    assert "There is a problem" in page.content.decode()
    coordinator.refresh_from_db()
    assert coordinator.work_phone == ""


def test_an_administrator_sets_it_and_it_stands_on_the_account(administrator, officer, sign_in):
    client = sign_in(administrator)
    sent = {"full_name": "Amir Khan", "roles": ["referrer"], "work_phone": "+44 1629 580000"}
    page = client.post(reverse("accounts:change", args=[officer.pk]), sent, follow=True)
    assert "+44 1629 580000" in page.content.decode()
    officer.refresh_from_db()
    assert officer.work_phone == "+44 1629 580000"
