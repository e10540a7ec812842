"""Sets of reports."""

from django.db import models


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A manager sees the reports of their force."""
        return self.filter(force=user.organisation_id) if user.may("reporting.read") else self.none()
