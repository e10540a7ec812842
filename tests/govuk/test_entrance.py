"""The account pages: sign-in, sign-out and passwords."""

import re

import pytest
from django.core import mail
from django.urls import reverse

pytestmark = pytest.mark.django_db


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_sign_in_page_has_no_navigation_and_no_placeholders(client):
    html = text(client.get(reverse("account_login")))
    assert "govuk-service-navigation" not in html
    assert "placeholder=" not in html
    assert 'autocomplete="username"' in html
    assert 'autocomplete="current-password"' in html
    assert 'data-module="govuk-password-input"' in html


def test_signing_in_without_anything_says_what_to_enter(client):
    html = text(client.post(reverse("account_login"), {"login": "", "password": ""}))
    assert "<title>Error: Sign in" in html
    assert '<a href="#id_login">Enter your work email address</a>' in html
    assert '<a href="#id_password">Enter your password</a>' in html


def test_a_wrong_password_does_not_tell_whether_the_address_is_known(client, officer):
    answers = [
        text(client.post(reverse("account_login"), {"login": address, "password": "wrong"}))
        for address in (officer.email, "nobody@example.org")
    ]
    for answer in answers:
        assert (
            '<a href="#id_login">The email address or the password is not right. Check both and try again.</a>'
            in answer
        )
    assert "wrong" not in answers[0]


def test_signing_out_asks_by_get_and_is_done_by_post(client, officer):
    client.force_login(officer)
    assert "Do you want to sign out?" in text(client.get(reverse("account_logout")))
    html = text(client.post(reverse("account_logout"), follow=True))
    assert "You have signed out." in html


def test_a_forgotten_password_is_replaced_by_the_link_in_the_email(client, officer):
    html = text(client.post(reverse("account_reset_password"), {"email": officer.email}, follow=True))
    assert "Check your email" in html
    [message] = mail.outbox
    assert message.subject.strip().endswith("Choose a new password")
    link = re.search(r"https?://[^/]+(/\S+)", message.body)[1]
    page = client.get(link, follow=True)
    assert "Choose a new password" in text(page)
    here = page.redirect_chain[-1][0]
    html = text(client.post(here, {"password1": "three random words", "password2": "three random word"}))
    assert '<a href="#id_password2">You must type the same password each time.</a>' in html
    html = text(client.post(here, {"password1": "three random words", "password2": "three random words"}, follow=True))
    assert "Your password is changed" in html
    officer.refresh_from_db()
    assert officer.check_password("three random words")
    assert "This link no longer works" in text(client.get(link, follow=True))


def test_an_unknown_address_gets_the_same_page(client):
    html = text(client.post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True))
    assert "Check your email" in html
    assert "no account for this address" in mail.outbox[0].body


def test_changing_a_password_needs_the_current_one(client, officer):
    officer.set_password("the old pass phrase")
    officer.save()
    client.force_login(officer)
    new = {"password1": "three random words", "password2": "three random words"}
    url = reverse("account_change_password")
    html = text(client.post(url, {"oldpassword": "guess", **new}))
    assert '<a href="#id_oldpassword">The current password is not right. Try again.</a>' in html
    client.post(url, {"oldpassword": "the old pass phrase", **new})
    officer.refresh_from_db()
    assert officer.check_password("three random words")


def test_a_page_that_does_not_exist_says_so_in_our_own_style(client):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "Page not found" in text(response)


def test_nobody_changes_their_own_address_or_signs_up(client, officer):
    client.force_login(officer)
    assert client.get("/account/email/").status_code == 404
    client.logout()
    assert "Accounts are made by your organisation’s administrator" in text(client.get(reverse("account_signup")))


def test_an_account_without_a_password_can_be_given_one(client, officer):
    officer.set_unusable_password()
    officer.save()
    client.force_login(officer)
    response = client.get(reverse("account_change_password"), follow=True)
    assert "Choose a password" in text(response)
    client.post(reverse("account_set_password"), {"password1": "three random words", "password2": "three random words"})
    officer.refresh_from_db()
    assert officer.check_password("three random words")
