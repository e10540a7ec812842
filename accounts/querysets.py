"""Sets of users."""

from django.db import models


class UserQuerySet(models.QuerySet):
    def with_role(self, role):
        """Active users who hold the role."""
        return self.filter(is_active=True, roles__contains=[role])

    def visible_to(self, user):
        """An administrator manages the accounts of their own organisation and of the providers that serve it."""
        if not user.may("accounts.manage"):
            return self.none()
        return self.filter(
            models.Q(organisation=user.organisation) | models.Q(organisation__serves=user.organisation)
        ).distinct()
