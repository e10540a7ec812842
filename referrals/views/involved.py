"""Who has to do with a case, in which role, and how to reach them at work; also after it is closed."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from referrals.lifecycle import Status
from referrals.models import Referral


@dataclass(frozen=True)
class Involved:
    """One person: the role, the name, how to reach them, or what to say where there is nobody."""

    role: str
    name: str
    reach: str = ""


def colleagues_named():
    """For annotate(colleagues=…): the officers named on a case, as involved() shows them."""
    named = Referral.named_officers.through.objects.filter(referral=OuterRef("pk")).order_by("user__full_name")
    columns = ("full_name", "collar_number", "team", "email", "is_active")
    return ArraySubquery(named.values(told=JSONObject(**{name: f"user__{name}" for name in columns})).values("told"))


def involved(case, stages) -> list[Involved]:
    """Everybody, the officer first. `stages`: the worklists of stages.of_case(), which name those who do their work."""
    officer = {name: getattr(case.referred_by, name) for name in REACH} | {"full_name": str(case.referred_by)}
    people = [_told("Officer", officer), *(_told("Also named", each) for each in case.colleagues)]
    if case.may("referrals.see_victim"):
        if case.supervisor:
            people.append(Involved("Supervisor", case.supervisor))
        people += _deciders(case)
    if case.provider_id:
        people.append(
            _user("Caseworker", case.caseworker, str(case.provider))
            if case.caseworker
            else Involved("Caseworker", "Nobody yet", str(case.provider))
        )
    seen = set()
    for worklist in stages:
        for role, user in worklist.people:
            if (role, user.pk) not in seen:
                seen.add((role, user.pk))
                people.append(_user(role, user))
    return people


def _deciders(case):
    if case.assigned_to:
        yield _user("Triage", case.assigned_to)
    elif case.status in (Status.SUBMITTED, Status.QUERIED):
        yield Involved("Triage", "Nobody in particular")
    for decision in case.decisions.all():
        yield _user(f"{decision.get_outcome_display()} by", decision.by)


REACH = ("collar_number", "team", "email", "is_active")


def _user(role, user, *more):
    return _told(role, {"full_name": user.full_name, **{name: getattr(user, name) for name in REACH}}, *more)


def _told(role, user, *more):
    reach = [*more, user["collar_number"], user["team"], user["email"] if user["is_active"] else "no longer here"]
    return Involved(role, user["full_name"], ", ".join(filter(None, reach)))
