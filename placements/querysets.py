"""Sets of sites, placements and work sessions."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate

from accounts.roles import GRANTS, Role
from notices.querysets import CLAIM_LASTS, OutgoingQuerySet
from placements.lifecycle import PlacementStatus, SiteStatus
from placements.rules import busiest
from referrals.lifecycle import CONSENTS, OVERRIDES, UNLOCKS, Status
from referrals.querysets import hidden_from
from referrals.time_limits import LONDON

OPEN_PLACEMENT = (PlacementStatus.PLANNED, PlacementStatus.UNDER_WAY)


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first midnight to the one that ends the last day, on Derbyshire's clocks."""
    return (
        datetime.combine(first, time(), LONDON),
        datetime.combine(last + timedelta(days=1), time(), LONDON),
    )


class OfCases(models.QuerySet):
    """Rows of a case: who may see the case by a role that grants the permission may see them."""

    def visible_to(self, user, permission="placements.read"):
        return self.filter(case__in=self.model.case.field.related_model.objects.visible_to(user, permission))

    def listed_to(self, user, permission="placements.read"):
        """Those that stand in this user's lists: of restricted cases too, which a list does not name (with_hidden)."""
        return self.filter(case__in=self.model.case.field.related_model.objects.listed_to(user, permission))

    def with_hidden(self, user):
        """Adds `hidden`: the case is restricted, and this user is not named on it."""
        return self.annotate(hidden=hidden_from(user))


class AssessmentQuerySet(OfCases):
    pass


class OfProviders(models.QuerySet):
    """What belongs to a provider, not to a case."""

    def visible_to(self, user, permission="placements.read"):
        """A coordinator sees what their provider has; a triager what the providers have that serve the force."""
        allowed = Q(pk__in=[])
        if user.may(permission):
            if Role.COORDINATOR in user.roles:
                allowed |= Q(provider=user.organisation_id)
            if Role.TRIAGER in user.roles and Role.TRIAGER in GRANTS[permission]:
                allowed |= Q(provider__in=user.organisation.served_by.all())
        return self.filter(allowed)


class SiteQuerySet(OfProviders):
    def with_details(self):
        return self.select_related("district", "activity", "provider")

    def running_out(self, day):
        """Those of whose papers one ends on that day or before."""
        return self.filter(Q(insured_until__lte=day) | Q(risk_review_on__lte=day))

    def with_sessions_to_move(self, now):
        """Adds `to_move`: the planned sessions ahead that cannot take place any more."""
        sessions = self.model.placements.rel.related_model.work_sessions.rel.related_model.objects
        of_site = sessions.filter(placement__site=OuterRef("pk")).that_cannot_be(now).order_by()
        counted = of_site.values("placement__site").annotate(n=Count("pk")).values("n")
        return self.annotate(to_move=Coalesce(Subquery(counted), 0))


class CourseQuerySet(OfProviders):
    pass


class NominationQuerySet(OutgoingQuerySet):
    def open(self):
        """Decided, with an answer that did not leave yet."""
        return self.filter(decided_at__isnull=False, answered_at__isnull=True).exclude(from_email="").exclude(answer="")

    def due(self, now):
        return self.waiting().filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now))

    def interrupted(self, now):
        """Handed over, perhaps, by a worker that never said what came of it."""
        return self.open().filter(Q(claimed_at__lt=now - CLAIM_LASTS) | Q(claimed_at__isnull=False) & ~Q(error=""))

    def in_trouble(self, now):
        """Failed, or interrupted: somebody says whether the answer is sent again."""
        return self.open().filter(failed_at__isnull=False) | self.interrupted(now)

    def visible_to(self, user, permission="placements.read"):
        """What was suggested to the forces that a coordinator's provider serves; to a triager's own force."""
        allowed = Q(pk__in=[])
        if user.may(permission):
            if Role.COORDINATOR in user.roles:
                allowed |= Q(force__in=user.organisation.serves.all())
            if Role.TRIAGER in user.roles and Role.TRIAGER in GRANTS[permission]:
                allowed |= Q(force=user.organisation_id)
        return self.filter(allowed)


class MentoringQuerySet(OfCases):
    pass


class EnrolmentQuerySet(OfCases):
    pass


class PlacementQuerySet(OfCases):
    def open(self):
        return self.filter(status__in=OPEN_PLACEMENT)


class WorkSessionQuerySet(OfCases):
    def with_details(self):
        return self.select_related("case__participant", "case__caseworker", "placement__site", "outcome", "recorded_by")

    def waiting_for_outcome(self, now):
        """Over, with nothing recorded yet, in a case that still runs."""
        return self.filter(ends_at__lte=now, outcome__isnull=True, case__status__in=[Status.ACTIVE, Status.SUSPENDED])

    def that_cannot_be(self, now):
        """Planned and still to come, at a site that takes nobody then: it is not open for work, or its insurance or
        risk assessment will have run out."""
        site = "placement__site__"
        open_for_work = Q(**{f"{site}status": SiteStatus.ACTIVE})
        papers = ("insured_until", "risk_review_on")
        in_date = Q(**{f"{site}{paper}__gte": F("day") for paper in papers})
        planned = self.filter(starts_at__gt=now, outcome__isnull=True)
        return planned.annotate(day=TruncDate("starts_at", tzinfo=LONDON)).exclude(open_for_work & in_date)

    def that_can_be(self, now):
        """Without those that cannot take place any more: nobody is sent to a site that takes nobody."""
        return self.exclude(pk__in=self.that_cannot_be(now).order_by().values("pk"))

    def on_days(self, first, last):
        start, end = day_bounds(first, last)
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def taking_a_place(self):
        """Planned or worked. An absence with an acceptable reason gives its place free."""
        return self.filter(Q(outcome__isnull=True) | Q(outcome__attended=True) | Q(outcome__enforceable=True))

    def places_taken(self, first, last) -> dict:
        """(site, day) → the most people at once who have a place there, from the first to the last day."""
        rows = (
            self.taking_a_place()
            .on_days(first, last)
            .annotate(day=TruncDate("starts_at", tzinfo=LONDON))
            .values_list("placement__site", "day", "starts_at", "ends_at")
            .order_by()
        )
        spans = defaultdict(list)
        for site, day, start, end in rows:
            spans[site, day].append((start, end))
        return {key: busiest(those)[0] for key, those in spans.items()}

    def overlapping(self, starts_at, ends_at):
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def with_credit(self):
        """Adds `credited`, the minutes that the lines leave credited, and `beyond`, those beyond the order."""
        return self.annotate(
            **{
                name: Coalesce(Sum("lines__minutes", filter=Q(lines__account=account)), 0)
                for name, account in (("credited", "work"), ("beyond", "beyond"))
            }
        )


class HoursLineQuerySet(OfCases):
    def by_work(self):
        """What was credited for work, and taken back again."""
        return self.filter(account="work")

    def by_courses(self):
        """What was credited for courses, and taken back again."""
        return self.filter(account="course")

    def standing(self):
        """Reported, and not reversed."""
        return self.filter(against="reported", reverses__isnull=True, reversed_by__isnull=True)

    def total(self) -> int:
        return self.aggregate(minutes=Coalesce(Sum("minutes"), 0))["minutes"]


def mine(user, case="") -> Q:
    """The cases of this caseworker, and those that nobody has taken on; `case`: the way to the case ("case__")."""
    return Q(**{f"{case}caseworker": user}) | Q(**{f"{case}caseworker__isnull": True})


def to_be_assessed(cases):
    """Active cases without an assessment that is complete."""
    return cases.filter(status=Status.ACTIVE, assessment__completed_at__isnull=True)


def to_be_placed(cases):
    """Active cases that may start a placement (referrals.rules.missing_for finds nothing missing, the consents of
    lifecycle.CONSENTS are in force), have hours to do, and have no open placement."""
    model = cases.model
    signed = model.consents.rel.related_model.objects.filter(case=OuterRef("pk"), withdrawn_at__isnull=True)
    cases = cases.filter(*(Exists(signed.filter(kind=kind)) for kind in CONSENTS["placement"]))
    milestones = model.milestones.rel.related_model.objects
    agreed = model.override_requests.rel.related_model.objects.filter(
        case=OuterRef("pk"), kind=OVERRIDES["placement"], agreed=True
    )
    for kind in UNLOCKS["placement"]:
        unlocked = Exists(milestones.filter(case=OuterRef("pk"), kind=kind))
        if kind == "workshop_attended":
            unlocked = unlocked | Q(plan__workshop_needed=False) | Exists(agreed)
        cases = cases.filter(unlocked)
    placements = model.placements.rel.related_model.objects
    return cases.filter(
        ~Exists(placements.filter(case=OuterRef("pk"), status__in=OPEN_PLACEMENT)),
        ~Exists(milestones.filter(case=OuterRef("pk"), kind="hours_completed")),
        Q(hours_account__minutes_required__gt=0)
        | Q(hours_account__isnull=True, plan__minutes_required__gt=0),  # the account counts once there is one
        status=Status.ACTIVE,
    )


def nearly_done(cases, minutes: int):
    """Active cases with something credited and at most so many minutes left."""
    return cases.filter(
        status=Status.ACTIVE,
        hours_account__minutes_credited__gt=0,
        hours_account__minutes_required__gt=models.F("hours_account__minutes_credited"),
        hours_account__minutes_required__lte=models.F("hours_account__minutes_credited") + minutes,
    )
