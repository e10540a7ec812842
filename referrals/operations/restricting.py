"""Restricted cases: of a known person, of a colleague's relative. They open only to those who are named on them."""

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from audit.trail import IllegalMove, Refusal, record
from referrals import lifecycle
from referrals.models import Referral
from referrals.operations.telling import tell_one

# Who can be admitted: those in whose work a case is opened or named. Officers are named on it as colleagues.
OF_FORCE = (Role.TRIAGER, Role.FACILITATOR)
OF_PROVIDER = (Role.COORDINATOR, Role.FACILITATOR, Role.PRACTITIONER)


class NotOnTheCase(Refusal):
    status = 403


@transaction.atomic
def restrict(referral, *, by, reason: str) -> None:
    """The case opens only to those named on it (querysets.named_on), among them `by`. Refused where it is restricted
    already."""
    current = _locked(referral)
    if current.restricted:
        raise IllegalMove(f"{current.reference} is already restricted.")
    _save(current, restricted=True, restricted_because=reason)
    current.admitted.add(by)
    record(lifecycle.RESTRICTED, by=by, case=current)


@transaction.atomic
def lift(referral, *, by, reason: str) -> None:
    """The case opens again to everybody whose work it is, and nobody is admitted in particular. Refused where it is not
    restricted, and to somebody who is not on it as a triager."""
    current = _locked_and_restricted(referral)
    _must_be_on_it(current, by)
    _save(current, restricted=False, restricted_because="")
    current.admitted.clear()
    record(lifecycle.UNRESTRICTED, by=by, case=current, reason=reason)


@transaction.atomic
def admit(referral, *, by, person) -> None:
    """The person is named on the restricted case. Whoever is on it as a triager admits, or a manager of the force, who
    need not open it. Refused for oneself, for somebody of another organisation or without a role in such work, and for
    one who is admitted already."""
    current = _locked_and_restricted(referral)
    if not (by.may("referrals.admit") and by.organisation_id == current.force_id):
        _must_be_on_it(current, by)
    if person.pk == by.pk:
        raise Refusal("You cannot admit yourself: ask a manager.", "person")
    if not admissible(current).filter(pk=person.pk).exists():
        raise Refusal(
            f"{person} cannot be admitted to {current.reference}: choose somebody of {current.force}"
            f"{f' or {current.provider}' if current.provider_id else ''} who works on cases.",
            "person",
        )
    if current.admitted.filter(pk=person.pk).exists():
        raise IllegalMove(f"{person} is already admitted to {current.reference}.", "person")
    current.admitted.add(person)
    event = record(lifecycle.ADMITTED, by=by, case=current, ids=[person.pk], person=str(person))
    tell_one(current, event, "is a case that you may now open.", person, by=by)


@transaction.atomic
def dismiss(referral, *, by, person) -> None:
    """The person is no longer admitted to the restricted case; who has it as their task keeps it. Refused for oneself,
    so that a triager is always left, for somebody who is not admitted, and to one who is not on it as a triager."""
    current = _locked_and_restricted(referral)
    _must_be_on_it(current, by)
    if person.pk == by.pk:
        raise Refusal(f"You cannot take yourself off {current.reference}: ask somebody else who is on it.", "person")
    if not current.admitted.filter(pk=person.pk).exists():
        raise IllegalMove(f"{person} is not admitted to {current.reference}.", "person")
    current.admitted.remove(person)
    record(lifecycle.DISMISSED, by=by, case=current, ids=[person.pk], person=str(person))


def admissible(case):
    """The people who can be admitted to a case: active, of its force or its provider, with a role in such work."""
    force = User.objects.filter(organisation=case.force_id, roles__overlap=list(OF_FORCE))
    provider = User.objects.filter(organisation=case.provider_id, roles__overlap=list(OF_PROVIDER))
    return (force | provider).filter(is_active=True)


def keep_who_hands_on(current, by) -> None:
    """Whoever gives a restricted case to somebody else stays on it until dismissed: it is never out of reach."""
    if current.restricted:
        current.admitted.add(by)


def _must_be_on_it(current, by):
    if not Referral.objects.visible_to(by, "referrals.restrict").filter(pk=current.pk).exists():
        raise NotOnTheCase(f"You are no longer named on {current.reference}.")


def _save(current, **fields):
    for name, value in fields.items():
        setattr(current, name, value)
    current.save(update_fields=[*fields, "updated_at"])


def _locked(referral) -> Referral:
    return Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)


def _locked_and_restricted(referral) -> Referral:
    current = _locked(referral)
    if not current.restricted:
        raise IllegalMove(f"{current.reference} is not restricted.")
    return current
