"""Sets of sites, placements and work sessions."""

from django.db import models
from django.db.models import Q

from accounts.roles import Role
from placements.lifecycle import SiteStatus


def _cases(model):
    return model.case.field.related_model.objects


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Assessments of the cases that this user sees, if they may read placements."""
        return self.filter(case__in=_cases(self.model).visible_to(user)) if user.may("placements.read") else self.none()


class SiteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A coordinator sees the sites of their provider; a triager those of the providers that serve the force."""
        allowed = Q(pk__in=[])
        if user.may("placements.read"):
            if Role.COORDINATOR in user.roles:
                allowed |= Q(provider=user.organisation_id)
            if Role.TRIAGER in user.roles:
                allowed |= Q(provider__in=user.organisation.served_by.all())
        return self.filter(allowed)

    def in_date(self, day):
        """Active, insured, and with a risk assessment that is not due for review."""
        return self.filter(status=SiteStatus.ACTIVE, insured_until__gte=day, risk_review_on__gte=day)


class PlacementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(case__in=_cases(self.model).visible_to(user)) if user.may("placements.read") else self.none()


class WorkSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(case__in=_cases(self.model).visible_to(user)) if user.may("placements.read") else self.none()

    def waiting_for_outcome(self, now):
        """Over, with nothing recorded yet."""
        return self.filter(ends_at__lte=now, outcome__isnull=True)
