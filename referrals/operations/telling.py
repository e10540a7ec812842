"""Whom a verb of a case tells by email what happened: docs/scheme.md, “Who is told what”.

A set of people is a condition on accounts, so that one query finds everybody whom an event is told to."""

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import GRANTS
from notices import outbox
from referrals.models import Referral


def tell(case, event: int, what: str, *who: Q, by=None) -> None:
    """Everybody in these sets, but `by`, is told: “IJ/2026/000123” and then `what`, with a link to the case."""
    _tell(case, event, what, User.objects.filter(_any(who), is_active=True), by)


def tell_one(case, event: int, what: str, person, *, by=None) -> None:
    """This person, unless it is `by`, is told."""
    _tell(case, event, what, [person], by)


def _tell(case, event, what, people, by):
    path = reverse("referrals:detail", args=[case.pk])
    outbox.tell(people, event, f"{case.reference} {what}", path, by=by)


def officers(case) -> Q:
    """The officer who referred, and the colleagues named on the case."""
    named = Referral.named_officers.through.objects.filter(referral=case.pk).values("user")
    return Q(pk=case.referred_by_id) | Q(pk__in=named)


def triager(case) -> Q:
    """The triager to whom the case is assigned, if there is one."""
    return Q(pk=case.assigned_to_id) if case.assigned_to_id else Q(pk__in=[])


def triage_team(case) -> Q:
    """The triager to whom the case is assigned; while it is nobody's, the whole team."""
    return triager(case) if case.assigned_to_id else team_of(case, case.force_id, "referrals.triage")


def asker(case, query) -> Q:
    """Who asked the officer; else the triager of the case; else the team, so that no answer is left lying."""
    for pk in filter(None, (query.asked_by_id, case.assigned_to_id)):
        if User.objects.filter(pk=pk, is_active=True).exists():
            return Q(pk=pk)
    return team_of(case, case.force_id, "referrals.triage")


def provider(case) -> Q:
    """The caseworker; while there is none, the coordinators of the provider. Nobody before a provider has the case."""
    if case.caseworker_id:
        return Q(pk=case.caseworker_id)
    return team_of(case, case.provider_id, "placements.assess") if case.provider_id else Q(pk__in=[])


def managers(case) -> Q:
    return Q(organisation=case.force_id, roles__overlap=list(GRANTS["referrals.override"]))


def team_of(case, organisation, permission) -> Q:
    """Those of the organisation who hold the permission; of a restricted case, those who are named on it."""
    team = Q(organisation=organisation, roles__overlap=list(GRANTS[permission]))
    if not case.restricted:
        return team
    admitted = Referral.admitted.through.objects.filter(referral=case.pk).values("user")
    return team & (officers(case) | Q(pk__in=[case.assigned_to_id, case.caseworker_id]) | Q(pk__in=admitted))


def _any(who) -> Q:
    found = Q(pk__in=[])
    for condition in who:
        found |= condition
    return found
