"""The pages of accounts: who may open them, and a new person's way in."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts import home
from accounts.models import User
from audit.models import Event
from tests.factories import NOW, make_force, make_user

LIST, ADD = reverse("accounts:users"), reverse("accounts:add")
GIVEN = {"full_name": "New Person", "email": "new@derbyshire.example", "roles": ["referrer"]}
VERBS = ("user", "change", "deactivate", "reactivate", "invite")


def page(name, user):
    return reverse(f"accounts:{name}", args=[user.pk])


def text(response):
    return response.content.decode()


@pytest.mark.parametrize(
    "who", ["officer", "triager", "facilitator", "coordinator", "practitioner", "manager", "auditor"]
)
def test_other_roles_may_not_open_them(who, request, sign_in, officer):
    client = sign_in(request.getfixturevalue(who))
    for address in (LIST, ADD, *(page(name, officer) for name in VERBS)):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403


def test_for_an_administrator_of_another_force_they_do_not_exist(sign_in, outsider, officer, coordinator):
    client = sign_in(outsider)
    assert officer.full_name not in text(client.get(LIST, {"account": "all"}))
    for name in VERBS:
        assert client.get(page(name, officer)).status_code == 404
        assert client.post(page(name, coordinator)).status_code == 404
    officer.refresh_from_db()
    assert officer.is_active


def test_a_new_person_sets_a_password_and_signs_in(sign_in, administrator, force, client):
    response = sign_in(administrator).post(ADD, {**GIVEN, "organisation": force.pk}, follow=True)
    user = User.objects.get(email="new@derbyshire.example")
    assert response.redirect_chain == [(page("user", user), 302)]
    assert "An email to new@derbyshire.example says how to set a password" in text(response)
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]

    client.logout()
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    password = {"password1": "three random words", "password2": "three random words"}
    assert client.post(address, password).status_code == 302
    assert client.login(email="new@derbyshire.example", password="three random words")
    assert Event.objects.filter(kind="account.password_set", actor=user.pk).exists()
    client.logout()
    assert "password1" not in text(client.get(link, follow=True))  # the link works once


def test_the_account_stands_when_the_email_cannot_be_sent(sign_in, administrator, force, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    response = sign_in(administrator).post(ADD, {**GIVEN, "organisation": force.pk}, follow=True)
    assert "New Person has an account. The email to new@derbyshire.example could not be sent" in text(response)
    assert User.objects.filter(email="new@derbyshire.example").exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"full_name": ""}, "Enter the person’s full name"),
        ({"email": "nobody"}, "Enter an email address in the form"),
        ({"roles": []}, "Select at least one role"),
        ({"roles": ["emperor"]}, "Select one of the choices"),
        ({"roles": ["practitioner"]}, "Somebody of a police force cannot be restorative justice practitioner"),
        ({"organisation": ""}, "Select the organisation they work for"),
        ({"email": "Iris.Cole@derbyshire-police.example"}, "already has an account"),
    ],
)
def test_bad_input_is_explained_and_adds_nobody(given, says, sign_in, administrator, force):
    before = User.objects.count()
    response = sign_in(administrator).post(ADD, {**GIVEN, "organisation": force.pk, "team": "Buxton", **given})
    assert response.status_code in (200, 422)
    assert says in text(response)
    assert 'value="Buxton"' in text(response)
    assert User.objects.count() == before
    assert mail.outbox == []


def test_another_forces_organisation_cannot_be_chosen(sign_in, administrator, force):
    elsewhere = make_force("Elsewhere Police")
    client = sign_in(administrator)
    assert "Elsewhere Police" not in text(client.get(ADD))
    assert "Select one of the choices" in text(client.post(ADD, {**GIVEN, "organisation": elsewhere.pk}))


def test_an_account_is_deactivated_and_reactivated(sign_in, administrator, officer):
    client = sign_in(administrator)
    response = client.post(page("deactivate", officer), follow=True)
    assert "is inactive, and they are signed out everywhere" in text(response)
    response = client.post(page("reactivate", officer), follow=True)
    assert "is active again. An email to" in text(response)
    assert len(mail.outbox) == 1


def test_ones_own_account_offers_no_deactivation_and_refuses_it(sign_in, administrator):
    client = sign_in(administrator)
    assert "Deactivate" not in text(client.get(page("user", administrator)))
    response = client.post(page("deactivate", administrator))
    assert response.status_code == 422
    assert "You cannot deactivate your own account" in text(response)
    response = client.post(page("change", administrator), {"full_name": "Iris Cole", "roles": ["auditor"]})
    assert response.status_code == 422
    assert "You cannot take the role of administrator from yourself" in text(response)


def test_the_list_is_searched_and_filtered(sign_in, administrator, officer, triager, coordinator):
    User.objects.filter(pk=triager.pk).update(is_active=False)
    client = sign_in(administrator)

    def shown(**asked):
        found = text(client.get(LIST, asked))
        return {user.full_name for user in (officer, triager, coordinator) if page("user", user) in found}

    assert shown() == {"Amir Khan", "Ellen Marsh"}
    assert shown(account="inactive") == {"Carol Finch"}
    assert shown(account="all") == {"Amir Khan", "Carol Finch", "Ellen Marsh"}
    assert shown(words="kHAN") == {"Amir Khan"}
    assert shown(words="remedi.example") == {"Ellen Marsh"}
    assert shown(role="coordinator") == {"Ellen Marsh"}
    assert shown(words="%") == set()
    assert shown(page="no number") == {"Amir Khan", "Ellen Marsh"}


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_as_many_queries_for_one_as_for_many(
    number, sign_in, administrator, force, django_assert_max_num_queries
):
    for place in range(number):
        make_user(f"Officer {place}", force, "referrer")
    client = sign_in(administrator)
    with django_assert_max_num_queries(7):
        assert text(client.get(LIST)).count("Officer ") == number


def test_the_home_page_lists_who_has_not_signed_in_and_who_no_longer_does(administrator, officer, triager, outsider):
    User.objects.update(last_login=NOW)
    User.objects.filter(pk=officer.pk).update(last_login=None)
    User.objects.filter(pk=triager.pk).update(last_login="2026-03-01 12:00Z")
    new, unused = home.worklists(administrator, NOW)
    assert ([row.text for row in new.rows], new.count) == (["Amir Khan"], 1)
    assert [(row.text, row.detail) for row in unused.rows] == [("Carol Finch", "Last signed in on 1 March 2026")]
    assert home.worklists(triager, NOW) == []
