"""Sets of restorative justice processes."""

from django.db import models
from django.db.models import Q

from accounts.roles import Role
from restorative.lifecycle import OVER


class ProcessQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A practitioner sees the processes given to them; a triager those of the force."""
        allowed = Q(pk__in=[])
        if user.may("restorative.read"):
            if Role.PRACTITIONER in user.roles:
                allowed |= Q(practitioner=user, case__provider=user.organisation_id)
            if Role.TRIAGER in user.roles:
                allowed |= Q(case__force=user.organisation_id)
        return self.filter(allowed)

    def open(self):
        return self.exclude(status__in=OVER)

    def over(self):
        """Those that are over, the latest first."""
        return self.filter(status__in=OVER).order_by("-closed_on", "id")

    def with_people(self):
        """With the rows that a list or a page names, in the same query."""
        return self.select_related(
            "case__participant", "case__provider", "case__parent_or_carer", "victim__person", "victim__wish",
            "practitioner", "kind", "not_proceeded_reason",
        )  # fmt: skip
