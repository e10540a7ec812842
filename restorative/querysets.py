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
