"""Sets of events."""

from django.db import models

from audit import trail


class EventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The whole trail, for those who may read it."""
        return self.all() if user.may("audit.read") else self.none()

    def timeline(self, case, user):
        """What was done in one case, newest first: the kinds that this user may see, without the reads.

        The caller has checked that the user may see the case.
        """
        return self.filter(case=case.pk, kind__in=trail.timeline_kinds(user)).order_by("-at", "-id")
