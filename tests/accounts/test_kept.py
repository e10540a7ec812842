"""What somebody typed and did not save: kept for them, for a day, whatever became of their session."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.urls import reverse

from accounts import kept
from accounts.models import KeptText
from accounts.tasks import forget_old_text
from referrals.models import Query, Referral
from tests.factories import NOW, make_referral
from tests.referrals.pages import row_of, url

pytestmark = pytest.mark.django_db
KEEP, DISCARD = reverse("keep_text"), reverse("discard_text")
TYPED = {
    "offence": "criminal_damage",
    "place": "Outside the library, Ilkeston",
    "circumstances": "Line one\r\nLine two",
    "offence_at_day": "31",  # of June: not a date, and kept all the same
    "offence_at_month": "6",
    "offence_at_year": "2026",
    "offence_at_time": "late",
    "flags": ["hate", "weapon"],
}
BANNER = "You typed this on 10 June 2026, 10:00 and did not save it."


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def token_of(page):
    return re.search(r'name="kept_for" value="([^"]+)"', page.content.decode())[1]


def ticked(shown, value):
    box = re.search(rf'<input[^>]*value="{value}"[^>]*>', shown)[0]
    return " checked" in box


# --- while it is typed ----------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_stands_in_the_form_when_it_is_opened_again(officer, sign_in):
    case = make_referral(officer)
    before, client = row_of(case), sign_in(officer)
    answer = client.post(KEEP, {**TYPED, "kept_path": url("edit_incident", case)})
    assert answer.json() == {"at": "10:00"}
    page = client.get(url("edit_incident", case))
    shown = page.content.decode()
    assert BANNER in shown
    assert "There is a problem" not in shown
    for text in ("Outside the library, Ilkeston", "Line one&#10;Line two", 'value="31"', 'value="late"'):
        assert text in shown
    assert (ticked(shown, "hate"), ticked(shown, "weapon"), ticked(shown, "sexual")) == (True, True, False)
    assert row_of(case) == before


def test_once_it_is_saved_nothing_is_kept(officer, sign_in):
    case, client = make_referral(officer), sign_in(officer)
    client.post(KEEP, {**TYPED, "kept_path": url("edit_authority", case)})
    page = client.post(url("edit_authority", case), {"inspector": "Insp. Gray", "inspector_reason": "A penknife."})
    assert page.status_code == 302
    assert not KeptText.objects.exists()
    assert BANNER not in client.get(url("edit_authority", case)).content.decode()


def test_what_is_kept_stays_while_the_form_is_refused(officer, sign_in):
    case, client = make_referral(officer), sign_in(officer)
    client.post(KEEP, {**TYPED, "kept_path": url("edit_incident", case)})
    assert client.post(url("edit_incident", case), TYPED).status_code == 200
    assert KeptText.objects.exists()


def test_text_that_says_what_is_saved_already_is_no_reason_for_a_banner(officer, sign_in):
    case, client = make_referral(officer, inspector="Insp. Gray", inspector_reason="A penknife."), sign_in(officer)
    same = {"inspector": "Insp. Gray", "inspector_reason": "A penknife.", "version": "1"}
    client.post(KEEP, {**same, "kept_path": url("edit_authority", case)})
    assert BANNER not in client.get(url("edit_authority", case)).content.decode()


def test_it_is_discarded_on_request(officer, sign_in):
    case, client = make_referral(officer), sign_in(officer)
    path = url("edit_incident", case)
    client.post(KEEP, {**TYPED, "kept_path": path})
    assert client.get(DISCARD).status_code == 405
    assert client.post(DISCARD, {"kept_path": path})["Location"] == path
    assert "Outside the library" not in client.get(path).content.decode()
    assert not KeptText.objects.exists()


def test_nobody_else_sees_it_or_discards_it(officer, other_officer, sign_in):
    case = make_referral(officer)
    case.named_officers.add(other_officer)
    path = url("edit_incident", case)
    sign_in(officer).post(KEEP, {**TYPED, "kept_path": path})
    other = Client()
    other.force_login(other_officer)
    assert "Outside the library" not in other.get(path).content.decode()
    other.post(DISCARD, {"kept_path": path})
    assert KeptText.objects.get().owner == officer


@pytest.mark.parametrize(
    "sent",
    [
        {"kept_path": "https://elsewhere.example/"},
        {"kept_path": "//elsewhere.example/"},
        {"kept_path": "/no/such/page/"},
        {"kept_path": ""},
        {"kept_path": "/referrals/new/", "circumstances": "x" * 60_001},
        {"kept_path": "/referrals/new/", **{f"field_{number}": "x" for number in range(201)}},
    ],
)
def test_what_is_too_much_or_of_no_page_here_is_not_kept(sent, officer, sign_in):
    assert sign_in(officer).post(KEEP, sent).status_code == 413
    assert not KeptText.objects.exists()


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example/", "/no/such/page/", ""])
def test_discarding_leads_nowhere_else(path, officer, sign_in):
    assert sign_in(officer).post(DISCARD, {"kept_path": path}).status_code == 400


def test_passwords_and_tokens_are_never_kept(officer, sign_in):
    sent = {"password": "a", "new_password1": "b", "csrfmiddlewaretoken": "c", "kept_for": "d", "place": "Here\x00"}
    sign_in(officer).post(KEEP, {**sent, "kept_path": "/referrals/new/"})
    assert KeptText.objects.get().typed == {"place": ["Here"]}


def test_of_one_person_the_newest_thirty_forms_are_kept(officer):
    for number in range(35):
        case = make_referral(officer)
        with time_machine.travel(NOW + timedelta(minutes=number), tick=False):
            assert kept.keep(officer, url("edit_incident", case), Client().post("/", TYPED).wsgi_request.POST)
    assert KeptText.objects.count() == 30
    assert KeptText.objects.order_by("kept_at").first().kept_at == NOW + timedelta(minutes=5)


def test_after_a_day_it_is_neither_shown_nor_there(officer, sign_in):
    case, client = make_referral(officer), sign_in(officer)
    client.post(KEEP, {**TYPED, "kept_path": url("edit_incident", case)})
    with time_machine.travel(NOW + timedelta(hours=23), tick=False):
        assert forget_old_text() == 0
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        client.force_login(officer)
        assert "Outside the library" not in client.get(url("edit_incident", case)).content.decode()
        assert forget_old_text() == 1
    assert not KeptText.objects.exists()


# --- when the session has ended -------------------------------------------------------------------------------------


@pytest.fixture
def sent_signed_out(officer, sign_in):
    """(case, client, answer): the form was opened, the session ended, the form was sent."""
    case, client = make_referral(officer), sign_in(officer)
    token = token_of(client.get(url("edit_incident", case)))
    client.logout()
    return case, client, client.post(url("edit_incident", case), {**TYPED, "kept_for": token})


def test_a_form_sent_after_the_session_has_ended_is_kept_while_its_sender_signs_in(sent_signed_out, officer):
    case, client, answer = sent_signed_out
    address = urlsplit(answer["Location"])
    assert address.path == reverse("account_login")
    assert parse_qs(address.query)["next"] == [url("edit_incident", case)]
    assert row_of(case)["place"] == "Bath Street, Ilkeston"
    client.force_login(officer)
    shown = client.get(url("edit_incident", case)).content.decode()
    assert BANNER in shown
    assert "Outside the library, Ilkeston" in shown


def test_whoever_else_signs_in_on_that_browser_does_not_see_it(sent_signed_out, other_officer):
    case, client, _ = sent_signed_out
    case.named_officers.add(other_officer)
    client.force_login(other_officer)
    shown = client.get(url("edit_incident", case)).content.decode()
    assert "Bath Street, Ilkeston" in shown
    assert "Outside the library" not in shown


def test_what_is_typed_on_after_the_session_has_ended_is_kept_for_its_page(officer, sign_in):
    case, client = make_referral(officer), sign_in(officer)
    token = token_of(client.get(url("edit_incident", case)))
    client.logout()
    client.post(KEEP, {**TYPED, "kept_for": token, "kept_path": url("edit_incident", case)})
    assert KeptText.objects.get().path == url("edit_incident", case)


def test_without_a_token_of_ours_of_that_day_nothing_is_kept(officer, sign_in):
    case, client = make_referral(officer), sign_in(officer)
    token = token_of(client.get(url("edit_incident", case)))
    client.logout()
    for sent in ("", "x:y:z", signing.dumps(str(officer.pk), salt="another"), token[:-1] + "A"):
        client.post(url("edit_incident", case), {**TYPED, "kept_for": sent})
    officer.is_active = False
    officer.save()
    client.post(url("edit_incident", case), {**TYPED, "kept_for": token})
    officer.is_active = True
    officer.save()
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        client.post(url("edit_incident", case), {**TYPED, "kept_for": token})
    assert not KeptText.objects.exists()
    client.post(url("edit_incident", case), {**TYPED, "kept_for": token})
    assert KeptText.objects.exists()


def test_a_form_opened_before_signing_in_again_elsewhere_is_kept_too(officer):
    case, client = make_referral(officer), Client(enforce_csrf_checks=True)
    client.force_login(officer)
    token = token_of(client.get(url("edit_incident", case)))
    answer = client.post(url("edit_incident", case), {**TYPED, "kept_for": token, "csrfmiddlewaretoken": "stale"})
    assert answer["Location"] == url("edit_incident", case)
    assert "Outside the library, Ilkeston" in client.get(url("edit_incident", case)).content.decode()
    answer = client.post(url("edit_incident", case), {**TYPED, "csrfmiddlewaretoken": "stale"})
    assert answer.status_code == 403


# --- other pages ----------------------------------------------------------------------------------------------------


def test_the_start_of_a_referral_keeps_what_is_typed(officer, sign_in):
    client = sign_in(officer)
    client.post(KEEP, {"given_names": "Sam", "family_name": "Lowe", "kept_path": url("start")})
    shown = client.get(url("start")).content.decode()
    assert BANNER in shown
    assert 'value="Sam"' in shown
    client.post(url("start"), {"given_names": "Sam", "family_name": "Lowe"})
    assert Referral.objects.get().participant.family_name == "Lowe"
    assert not KeptText.objects.exists()


@pytest.mark.parametrize(
    ("page", "field"),
    [("accept", "rationale"), ("decline", "rationale"), ("ask", "question"), ("answer", "text")],
)
def test_the_pages_of_the_decision_keep_what_is_typed(page, field, officer, triager, sign_in):
    case = make_referral(officer, status="queried" if page == "answer" else "submitted")
    if page == "answer":
        Query.objects.create(case=case, question="Colour?", asked_by=triager, asked_at=NOW)
    client = sign_in(officer if page == "answer" else triager)
    client.post(KEEP, {field: "Half a sentence", "kept_path": url(page, case)})
    shown = client.get(url(page, case)).content.decode()
    assert BANNER in shown
    assert "Half a sentence" in shown
    assert 'data-module="app-keep"' in shown


def test_a_path_that_no_database_could_hold_is_no_page_of_ours(officer, sign_in):
    path = "/referrals/stop/a\x00b/"
    client = sign_in(officer)
    assert client.post(KEEP, {"text": "Typed", "kept_path": path}).status_code == 413
    assert client.post(DISCARD, {"kept_path": path}).status_code == 400
    assert not KeptText.objects.exists()
