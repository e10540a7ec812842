"""Sets of organisations and users."""

from django.db import models


class OrganisationQuerySet(models.QuerySet):
    def around(self, user):
        """The user's own organisation and the providers that serve it."""
        return self.filter(models.Q(pk=user.organisation_id) | models.Q(serves=user.organisation_id)).distinct()


class UserQuerySet(models.QuerySet):
    def with_role(self, role):
        """Active users who hold the role."""
        return self.filter(is_active=True, roles__contains=[role])

    def visible_to(self, user):
        """An administrator manages the accounts of their own organisation and of the providers that serve it."""
        if not user.may("accounts.manage"):
            return self.none()
        around = self.model.organisation.field.related_model.objects.around(user)
        return self.filter(organisation__in=around.values("pk"))

    def search(self, words):
        """Those whose name or email address holds the words."""
        return self.filter(models.Q(full_name__icontains=words) | models.Q(email__icontains=words))
