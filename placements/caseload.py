"""The caseload of coordinators: its groups, whose it is, and what a row is shown with. The page, its download and the
API read it here."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from placements import rules
from placements.models import CompletionReport, Placement, WorkSession
from placements.operations.assessing import age_today
from placements.querysets import OPEN_PLACEMENT, nearly_done, to_be_assessed, to_be_placed
from placements.rules.caseload import Standing, days_overdue, next_step
from referrals import facts
from referrals.lifecycle import CLOSED, OVERRIDES, Status
from referrals.models import Consent, Deadline, Milestone, OverrideRequest, Referral
from referrals.survey import CappedCount

PERMISSION = "placements.assess"
RUNNING = (Status.ACTIVE, Status.SUSPENDED)
ME, NOBODY, EVERYBODY = "me", "nobody", "everybody"


@dataclass(frozen=True)
class Group:
    """One group of the caseload: its words, its cases among all of a provider's, the time that orders it, whether the
    newest come first, and what is said when it is empty."""

    text: str
    of: Callable
    empty: str
    key: str = "decided_at"
    newest_first: bool = False


def _open_placements():
    return Placement.objects.filter(case=OuterRef("pk"), status__in=OPEN_PLACEMENT)


def _waiting(now):
    return WorkSession.objects.filter(case=OuterRef("pk")).waiting_for_outcome(now)


GROUPS = {
    "running": Group("All that run", lambda cases, now: cases.filter(status__in=RUNNING), "No case runs here."),
    "contact": Group(
        "First contact",
        lambda cases, now: cases.filter(status=Status.ACTIVE).not_reached("first_contact"),
        "Everybody has been spoken to.",
    ),
    "assess": Group("Assessment due", lambda cases, now: to_be_assessed(cases), "Everybody is assessed."),
    "workshop": Group(
        "Waiting for the workshop",
        lambda cases, now: (
            cases.filter(status=Status.ACTIVE, plan__workshop_needed=True)
            .reached("assessed")
            .not_reached("workshop_attended")
        ),
        "Nobody waits for a workshop.",
    ),
    "match": Group("To be matched", lambda cases, now: to_be_placed(cases), "Nobody waits for a site."),
    "under_way": Group(
        "Under way",
        lambda cases, now: cases.filter(Exists(_open_placements()), status=Status.ACTIVE).not_reached(
            "hours_completed"
        ),
        "Nobody is at work.",
    ),
    "missing": Group(
        "Missing outcomes",
        lambda cases, now: cases.filter(Exists(_waiting(now)), status__in=RUNNING),
        "Every session has its outcome.",
    ),
    "nearly": Group(
        "Hours nearly done",
        lambda cases, now: nearly_done(cases, settings.SCHEME["NEARLY_DONE_MINUTES"]),
        "Nobody is near the end of their hours.",
    ),
    "done": Group(
        "Hours done",
        lambda cases, now: cases.filter(status__in=RUNNING).reached("hours_completed"),
        "No case with all its hours done is still open.",
    ),
    "suspended": Group("Suspended", lambda cases, now: cases.filter(status=Status.SUSPENDED), "No case is suspended."),
    "finished": Group(
        "Finished",
        lambda cases, now: cases.filter(status__in=CLOSED, decided_at__isnull=False),
        "No case is finished yet.",
        "closed_at",
        True,
    ),
}


def of_provider(user):
    """All cases that stand in this coordinator's lists; restricted ones too, of which a list says no more than that."""
    return Referral.objects.listed_to(user, PERMISSION)


def of_whom(cases, user, whose: str):
    """Those of them that this person has, or nobody, or a colleague (by key), or everybody."""
    if whose == EVERYBODY:
        return cases
    if whose == NOBODY:
        return cases.filter(caseworker__isnull=True)
    return cases.filter(caseworker=user.pk if whose == ME else UUID(whose))


def colleagues(user):
    """Who has or can have cases of this coordinator's provider, each with how many that run; one who left too, while
    they have some."""
    theirs = Referral.objects.filter(caseworker=OuterRef("pk"), provider=user.organisation_id, status__in=RUNNING)
    coordinates = Q(is_active=True, roles__contains=[Role.COORDINATOR])
    people = User.objects.filter(organisation=user.organisation_id).filter(coordinates | Exists(theirs))
    return people.annotate(running=CappedCount(theirs)).order_by("full_name", "pk")


def dressed(cases, user, now):
    """Adds to cases what their rows are shown with, all in one query."""
    sessions = WorkSession.objects.filter(case=OuterRef("pk"), outcome__isnull=True)
    ahead = sessions.filter(starts_at__gt=now).order_by("starts_at")
    agreed = OverrideRequest.objects.filter(case=OuterRef("pk"), kind=OVERRIDES["placement"], agreed=True)
    in_force = Consent.objects.filter(case=OuterRef("pk"), withdrawn_at__isnull=True).order_by("pk")
    limit = Deadline.objects.filter(code="first_contact").values("amount")
    return (
        cases.select_related("participant", "caseworker", "plan", "hours_account")
        .with_permissions_of(user)
        .annotate(
            reached_kinds=ArraySubquery(Milestone.objects.filter(case=OuterRef("pk")).values("kind")),
            placed=Exists(_open_placements()),
            reported=Exists(CompletionReport.objects.filter(case=OuterRef("pk"))),
            early=Exists(agreed),
            agreed_to=ArraySubquery(in_force.values("kind")),
            overdue_since=Subquery(_waiting(now).order_by("ends_at").values("ends_at")[:1]),
            overdue=Subquery(_waiting(now).order_by("ends_at").values("pk")[:1]),
            next_at=Subquery(ahead.values("starts_at")[:1]),
            next_site=Subquery(ahead.values(name=F("placement__site__name"))[:1]),
            contact_limit=Subquery(limit),
        )
    )


@dataclass(frozen=True)
class Line:
    """What a row says of a case that its reader may open; hours in minutes."""

    age_group: str
    step: str
    first_contact: facts.rules.Clock | None
    required: int
    credited: int
    overdue: int | None  # days; None: no outcome is missing


def line(case, now) -> Line:
    """Of a case that is dressed()."""
    plan, account = getattr(case, "plan", None), getattr(case, "hours_account", None)
    required = account.minutes_required if account else plan.minutes_required if plan else 0
    standing = Standing(
        status=case.status,
        reached=frozenset(case.reached_kinds),
        workshop_needed=bool(plan and plan.workshop_needed),
        minutes_required=required,
        minutes_left=account.minutes_left if account else None,
        placed=case.placed,
        early=case.early,
        reported=case.reported,
        overdue_since=case.overdue_since,
        next_at=case.next_at,
        may_work=_may_work(case),
    )
    waits = case.status == Status.ACTIVE and "first_contact" not in standing.reached
    young = case.participant_was_under_18
    return Line(
        age_group="Age not known" if young is None else "Young person" if young else "Adult",
        step=next_step(standing),
        first_contact=facts.first_contact_clock(case, now, {"first_contact": case.contact_limit}) if waits else None,
        required=required,
        credited=account.minutes_credited if account else 0,
        overdue=days_overdue(case.overdue_since, now) if case.overdue_since else None,
    )


def _may_work(case) -> bool:
    child = rules.is_child(age_today(case))
    return not (facts.consents_missing(case, "placement") or rules.consents_lacking(child, case.agreed_to))


# What comes next → the page on which it is done.
PAGES = {
    "Make the first contact": "referrals:first_contact",
    "Do the assessment": "placements:assess",
    "Find a site": "placements:match",
    "Ask for the consent that is missing": "referrals:consents",
    "Plan the next session": "placements:hours",
    "Report to the officer": "placements:report_completion",
}


def where_next(case, line: Line) -> str:
    """The address where what comes next is done; empty where it is to wait."""
    if line.overdue is not None:
        return reverse("placements:record_work", args=[case.overdue])
    return reverse(PAGES[line.step], args=[case.pk]) if line.step in PAGES else ""


def hours_in_words(line: Line) -> str:
    """ "6 hours of 10 hours"."""
    return f"{rules.in_words(line.credited)} of {rules.in_words(line.required)}" if line.required else "None set"
