"""Sets of cases, people and requests: who may see which, and the queues."""

from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import Case, DateField, Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import Greatest, Upper

from accounts.roles import Role
from referrals.lifecycle import CLOSED, Status


class ReferralQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The cases this user may open: an officer's own and those they are named on; a triager's force, once
        submitted; a coordinator's provider, once allocated; a manager's only where their decision is or was asked."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        roles, organisation = set(user.roles), user.organisation_id
        allowed = Q(pk__in=[])
        if Role.REFERRER in roles:
            named = self.model.named_officers.through.objects.filter(referral=OuterRef("pk"), user=user)
            allowed |= Q(force=organisation) & (Q(referred_by=user) | Exists(named))
        if Role.TRIAGER in roles:
            allowed |= Q(force=organisation) & ~Q(status=Status.DRAFT)
        if Role.COORDINATOR in roles:
            allowed |= Q(provider=organisation)
        if Role.MANAGER in roles:
            asked = self.model.override_requests.rel.related_model.objects.filter(case=OuterRef("pk"))
            allowed |= Q(force=organisation) & Exists(asked)
        return self.filter(allowed)

    def of_force(self, force):
        return self.filter(force=force)

    def awaiting_triage(self):
        """Submitted and not yet decided, oldest first."""
        return self.filter(status=Status.SUBMITTED).order_by("submitted_at", "id")

    def queried(self):
        return self.filter(status=Status.QUERIED).order_by("submitted_at", "id")

    def active(self):
        return self.filter(status__in=[Status.ACTIVE, Status.SUSPENDED])

    def closed(self):
        return self.filter(status__in=CLOSED)

    def with_people(self):
        """With the rows that a list or a case page names, in the same query."""
        return self.select_related(
            "participant", "offence", "disposal", "district", "referred_by", "caseworker", "force", "provider"
        )

    def with_age_group(self):
        """Adds `young_person`: under 18 on the day the referral was submitted (figure 2 of the report)."""
        eighteenth = Func(
            F("participant__date_of_birth"),
            template="(%(expressions)s + interval '18 years')::date",
            output_field=DateField(),
        )
        submitted = Func(
            F("submitted_at"), template="(%(expressions)s AT TIME ZONE 'Europe/London')::date", output_field=DateField()
        )
        return self.alias(eighteenth=eighteenth, submitted_on=submitted).annotate(
            young_person=Case(When(eighteenth__gt=F("submitted_on"), then=Value(True)), default=Value(False))
        )

    def reached(self, kind):
        """Cases that have reached the milestone."""
        return self.filter(Exists(self._milestone(kind)))

    def not_reached(self, kind):
        return self.filter(~Exists(self._milestone(kind)))

    def _milestone(self, kind):
        return self.model.milestones.rel.related_model.objects.filter(case=OuterRef("pk"), kind=kind)


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People whom this user knows from a case they may see, as a participant or a parent or carer."""
        cases = self.model.referrals.rel.related_model.objects.visible_to(user)
        return self.filter(Q(referrals__in=cases) | Q(cares_in__in=cases)).distinct()

    def like(self, given_names, family_name, date_of_birth=None):
        """People of nearly this name (trigram), or of the same date of birth and a similar family name; best first."""
        alike = Greatest(
            TrigramSimilarity(Upper("family_name"), family_name.upper()),
            TrigramSimilarity(Upper("given_names"), family_name.upper()),
        )
        given = TrigramSimilarity(Upper("given_names"), given_names.upper())
        found = self.annotate(alike=alike, given_alike=given)
        near = Q(alike__gte=0.4, given_alike__gte=0.3)
        if date_of_birth:
            near |= Q(date_of_birth=date_of_birth, alike__gte=0.3)
        return found.filter(near).order_by("-alike", "-given_alike")


class VictimQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Victims stand before the referring officer and triagers; a practitioner sees them on their own processes."""
        if not (Role.REFERRER in user.roles or Role.TRIAGER in user.roles):
            return self.none()
        officer_or_triager = self.model.case.field.related_model.objects.visible_to(user).filter(
            force=user.organisation_id
        )
        return self.filter(case__in=officer_or_triager)


class OverrideRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A manager sees what is asked of their force; others see the requests of the cases that they see."""
        if user.may("referrals.override"):
            return self.filter(case__force=user.organisation_id)
        return self.filter(case__in=self.model.case.field.related_model.objects.visible_to(user))

    def open(self):
        return self.filter(decided_at__isnull=True).order_by("asked_at")
