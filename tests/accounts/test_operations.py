"""The verbs of accounts, below the door."""

import threading

import pytest
from django.core import mail
from django.db import connections
from knox.models import AuthToken

from accounts import operations, rules
from accounts.models import User
from accounts.roles import Role
from audit.models import Change, Event
from audit.trail import IllegalMove, Refusal
from tests.factories import PASSWORD, make_force, make_provider, make_user

PERSON = {"email": "New.Person@Derbyshire.example", "full_name": "New Person"}


def add(by, organisation, roles, **given):
    return operations.add_person(by=by, organisation=organisation, roles=roles, **{**PERSON, **given})


# --- which roles fit -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "roles", "says"),
    [
        ("force", list(rules.ROLES["force"]), ""),
        ("provider", list(rules.ROLES["provider"]), ""),
        ("force", ["coordinator"], "Somebody of a police force cannot be placement coordinator."),
        ("provider", ["triager", "auditor"], "Somebody of a provider cannot be triager or auditor."),
        ("provider", ["administrator"], "cannot be administrator"),
        ("force", [], "Select at least one role."),
        ("yjs", ["referrer"], "Nobody of a Youth Justice Service has an account yet."),
    ],
)
def test_roles_must_fit_the_organisation(kind, roles, says):
    refusal = rules.unfit_roles(kind, roles)
    assert says in refusal if says else refusal == ""


def test_every_role_fits_some_organisation():
    assert {role for fitting in rules.ROLES.values() for role in fitting} == set(Role)


# --- adding and changing ---------------------------------------------------------------------------------------------


def test_an_administrator_adds_people_of_the_force_and_of_its_providers(administrator, force, provider):
    officer = add(administrator, force, ["referrer"], collar_number="99", team="Buxton SNT")
    assert (officer.email, officer.roles, officer.is_active) == ("new.person@derbyshire.example", ["referrer"], True)
    assert not officer.has_usable_password()
    coordinator = add(administrator, provider, ["coordinator"], email="c@remedi.example")
    event = Event.objects.get(kind="account.added", ids__contains=[str(coordinator.pk)])
    assert (event.actor, event.data) == (
        administrator.pk,
        {"organisation": provider.pk, "roles": ["coordinator"]},
    )


@pytest.mark.parametrize("other", [lambda: make_force("Elsewhere Police"), lambda: make_provider("Other charity")])
def test_it_refuses_an_organisation_that_is_not_theirs(other, administrator):
    with pytest.raises(Refusal, match="is not yours to manage") as refused:
        add(administrator, other(), ["facilitator"])
    assert refused.value.field == "organisation"
    assert not User.objects.filter(full_name="New Person").exists()


def test_it_refuses_an_address_that_has_an_account_however_it_is_written(administrator, force, officer):
    with pytest.raises(Refusal, match="already has an account") as refused:
        add(administrator, force, ["referrer"], email=officer.email.upper())
    assert refused.value.field == "email"


def test_it_refuses_roles_that_do_not_fit(administrator, provider, coordinator):
    with pytest.raises(Refusal, match="cannot be triager"):
        add(administrator, provider, ["triager"])
    with pytest.raises(Refusal, match="cannot be triager"):
        operations.change(coordinator, by=administrator, full_name="Ellen Marsh", roles=["coordinator", "triager"])
    coordinator.refresh_from_db()
    assert coordinator.roles == ["coordinator"]


def test_changed_roles_count_at_once_and_leave_a_trace(administrator, officer):
    operations.change(officer, by=administrator, full_name="Amir Khan-Lowe", roles=["referrer", "triager"])
    officer.refresh_from_db()
    assert officer.full_name == "Amir Khan-Lowe"
    assert officer.may("referrals.triage")
    data = Event.objects.get(kind="account.changed").data
    assert data == {"roles_before": ["referrer"], "roles": ["referrer", "triager"]}


def test_administrators_cannot_take_that_role_from_themselves(administrator):
    with pytest.raises(Refusal, match="role of administrator from yourself") as refused:
        operations.change(administrator, by=administrator, full_name="Iris Cole", roles=["auditor"])
    assert refused.value.field == "roles"
    operations.change(administrator, by=administrator, full_name="Iris Cole", roles=["auditor", "administrator"])


# --- deactivating ----------------------------------------------------------------------------------------------------


def test_deactivating_ends_sessions_and_tokens_for_good(administrator, officer, client):
    assert client.login(email=officer.email, password=PASSWORD)
    _, token = AuthToken.objects.create(officer)
    operations.deactivate(officer, by=administrator)
    assert client.get("/").status_code == 302
    assert not AuthToken.objects.exists()
    assert client.get("/api/referrals/", headers={"Authorization": f"Token {token}"}).status_code == 401
    operations.reactivate(officer, by=administrator)
    assert client.get("/").status_code == 302  # the session of before does not come back
    officer.refresh_from_db()
    assert not officer.has_usable_password()
    assert [event.kind for event in Event.objects.filter(actor=administrator.pk).order_by("id")] == [
        "account.deactivated",
        "account.reactivated",
    ]


def test_administrators_cannot_deactivate_themselves(administrator):
    with pytest.raises(Refusal, match="your own account"):
        operations.deactivate(administrator, by=administrator)
    administrator.refresh_from_db()
    assert administrator.is_active


def test_it_refuses_what_is_already_so(administrator, officer):
    with pytest.raises(IllegalMove, match="already active"):
        operations.reactivate(officer, by=administrator)
    operations.deactivate(officer, by=administrator)
    with pytest.raises(IllegalMove, match="already inactive"):
        operations.deactivate(officer, by=administrator)


def test_somebody_who_was_an_administrator_a_moment_ago_is_refused(administrator, officer):
    User.objects.filter(pk=administrator.pk).update(roles=["auditor"])  # the view read the account before this
    with pytest.raises(IllegalMove, match="you can no longer manage accounts"):
        operations.deactivate(officer, by=administrator)


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_deactivate_each_other_one_stays():
    force = make_force()
    first, second = make_user("Ada One", force, "administrator"), make_user("Bea Two", force, "administrator")
    ready, came_of = threading.Barrier(2), []

    def deactivate(user, by):
        try:
            ready.wait(timeout=10)
            operations.deactivate(user, by=by)
            came_of.append("done")
        except Refusal as refusal:
            came_of.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deactivate, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(came_of) == ["IllegalMove", "done"]
    assert User.objects.filter(is_active=True).count() == 1


# --- the email -------------------------------------------------------------------------------------------------------


def test_the_email_holds_the_link_and_nothing_of_the_person(administrator, officer):
    operations.invite(officer, by=administrator, link="https://ij.example/account/set/abc", days=3)
    (message,) = mail.outbox
    assert message.to == [officer.email]
    assert "https://ij.example/account/set/abc" in message.body
    assert "for 3 days" in message.body
    assert officer.full_name not in message.body
    assert Event.objects.get(kind="account.invited").ids == [str(officer.pk)]


def test_a_mail_server_that_does_not_answer_is_a_refusal_without_a_trace(administrator, officer, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nothing listens there
    with pytest.raises(Refusal, match="could not be sent"):
        operations.invite(officer, by=administrator, link="https://ij.example", days=3)
    assert not Event.objects.filter(kind="account.invited").exists()


def test_no_email_goes_to_an_inactive_account(administrator, officer):
    operations.deactivate(officer, by=administrator)
    officer.refresh_from_db()
    with pytest.raises(Refusal, match="is inactive"):
        operations.invite(officer, by=administrator, link="https://ij.example", days=3)
    assert mail.outbox == []


def test_no_password_reaches_the_trail(administrator, officer):
    operations.deactivate(officer, by=administrator)
    kept = Change.objects.filter(table="accounts_user", row=str(officer.pk), op="update").get()
    assert (kept.old, kept.new) == ({"is_active": True}, {"is_active": False})
