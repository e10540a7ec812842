"""The verbs of accounts. They stand above the trail, which they write to; the nouns of accounts stand below it."""

from smtplib import SMTPException

from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from knox.models import AuthToken

from accounts import rules
from accounts.models import Organisation, User
from accounts.roles import Role
from audit.trail import IllegalMove, Kind, Refusal, record

ADDED = Kind("account.added", act="collection")
CHANGED = Kind("account.changed")
PHONE_CHOSEN = Kind("account.phone_chosen")
INVITED = Kind("account.invited")
DEACTIVATED = Kind("account.deactivated")
REACTIVATED = Kind("account.reactivated")

MAIL_SECONDS = 10  # how long the mail server may take


@transaction.atomic
def add_person(
    *,
    by,
    email: str,
    full_name: str,
    organisation,
    roles,
    collar_number: str = "",
    team: str = "",
    work_phone: str = "",
) -> User:
    """There is an account without a password. Refused for an address that has one, for an organisation that is not the
    administrator's to manage, and for roles that do not fit the organisation."""
    if not Organisation.objects.around(by).filter(pk=organisation.pk).exists():
        raise Refusal(f"{organisation} is not yours to manage.", "organisation")
    _check_roles(organisation, roles)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email,
                full_name=full_name,
                organisation=organisation,
                roles=list(roles),
                collar_number=collar_number,
                team=team,
                work_phone=work_phone,
            )
    except IntegrityError:
        raise Refusal(f"{email.lower()} already has an account.", "email") from None
    record(ADDED, by=by, ids=[user.pk], organisation=organisation.pk, roles=user.roles)
    return user


@transaction.atomic
def change(user, *, by, full_name: str, roles, collar_number: str = "", team: str = "", work_phone: str = "") -> None:
    """The account has this name, these roles and this work phone number. Refused for roles that do not fit, and where
    administrators would take that role from themselves."""
    current = _locked(user, by)
    _check_roles(current.organisation, roles)
    if current == by and Role.ADMINISTRATOR not in roles:
        raise Refusal("You cannot take the role of administrator from yourself. Ask another administrator.", "roles")
    before = current.roles
    current.full_name, current.roles, current.collar_number, current.team = full_name, list(roles), collar_number, team
    current.work_phone = work_phone
    current.save(update_fields=["full_name", "roles", "collar_number", "team", "work_phone"])
    record(CHANGED, by=by, ids=[current.pk], roles_before=before, roles=current.roles)


@transaction.atomic
def choose_phone(*, by, work_phone: str) -> None:
    """This is the number that participants are told to ring whom they work with; none: the scheme's."""
    User.objects.filter(pk=by.pk).update(work_phone=work_phone)
    record(PHONE_CHOSEN, by=by, ids=[by.pk])


@transaction.atomic
def deactivate(user, *, by) -> None:
    """The person can no longer sign in, and is signed out everywhere: their password is dropped, which ends their
    sessions for good, and their API tokens are deleted. Refused for oneself and for an account already inactive."""
    current = _locked(user, by)
    if current == by:
        raise Refusal("You cannot deactivate your own account. Ask another administrator.")
    if not current.is_active:
        raise IllegalMove(f"The account of {current} is already inactive.")
    current.is_active = False
    current.set_unusable_password()
    current.save(update_fields=["is_active", "password"])
    AuthToken.objects.filter(user=current).delete()
    record(DEACTIVATED, by=by, ids=[current.pk])


@transaction.atomic
def reactivate(user, *, by) -> None:
    """The person may sign in again, once they have set a new password. Refused for an account that is active."""
    current = _locked(user, by)
    if current.is_active:
        raise IllegalMove(f"The account of {current} is already active.")
    current.is_active = True
    current.save(update_fields=["is_active"])
    record(REACTIVATED, by=by, ids=[current.pk])


def invite(user, *, by, link: str, days: int) -> None:
    """The person was sent an email with the link on which to set a password, good for so many days. Refused for an
    inactive account, and when the mail server does not take the email."""
    if not user.is_active:
        raise Refusal(f"The account of {user} is inactive. Reactivate it first.")
    message = EmailMessage(
        "Set your password for Immediate Justice",
        render_to_string("accounts/email/invitation.txt", {"link": link, "days": days}),
        to=[user.email],
        connection=get_connection(timeout=MAIL_SECONDS),
    )
    try:
        message.send()
    except (OSError, SMTPException):
        raise Refusal(f"The email to {user.email} could not be sent. Try again later.") from None
    record(INVITED, by=by, ids=[user.pk])


def _locked(user, by) -> User:
    """The account as it stands, locked together with the administrator's own, so that of two administrators who
    deactivate each other one comes first."""
    people = {
        person.pk: person
        for person in User.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(pk__in=[user.pk, by.pk])
        .order_by("pk")
    }
    if not people[by.pk].may("accounts.manage"):
        raise IllegalMove("Your own account was changed meanwhile: you can no longer manage accounts.")
    return people[user.pk]


def _check_roles(organisation, roles):
    if refusal := rules.unfit_roles(organisation.kind, roles):
        raise Refusal(refusal, "roles")
