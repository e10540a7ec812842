"""Organisations and the people who sign in."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from accounts import roles
from accounts.querysets import OrganisationQuerySet, UserQuerySet
from accounts.roles import Role


class Organisation(models.Model):
    """A police force, a provider such as Remedi, or a Youth Justice Service."""

    class Kind(models.TextChoices):
        FORCE = "force", "Police force"
        PROVIDER = "provider", "Provider"
        YJS = "yjs", "Youth Justice Service"

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    serves = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="served_by",
        help_text="The forces that a provider works for.",
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Notices(models.TextChoices):
    """When a person is told by email what happens in their cases."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day, at 7 in the morning"
    WEEKLY = "weekly", "Once a week, on Monday at 7 in the morning"
    OFF = "off", "Never"


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account. The work email address is the name they sign in with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("Email address", max_length=254, unique=True)  # in lower case
    full_name = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="users")
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list)
    collar_number = models.CharField(max_length=20, blank=True)
    team = models.CharField(max_length=80, blank=True)
    work_phone = models.CharField("Work phone number", max_length=30, blank=True)  # told to participants
    notices = models.CharField("Emails about cases", max_length=10, choices=Notices, default="at_once")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = UserManager()

    class Meta:
        ordering = ["full_name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="accounts_user_email_in_lower_case"),
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=Role.values), name="accounts_user_roles_are_known"
            ),
        ]

    def __str__(self):
        return self.full_name

    def get_full_name(self):
        return self.full_name

    def may(self, permission: str) -> bool:
        """Whether a role of this user grants the permission (accounts/roles.py)."""
        return roles.may(self, permission)

    @property
    def role_names(self) -> list[str]:
        return [Role(role).label for role in self.roles]


class KeptText(models.Model):
    """What somebody typed into a form and did not save: kept for them alone, until they save it, discard it, or a day
    has gone by."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    typed = models.JSONField(help_text="Field → the texts sent for it.")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "path"], name="accounts_kept_text_once")]

    def __str__(self):
        return self.path


class SentOnce(models.Model):
    """A key that came with a request to make something, and what it made: the same request again makes nothing more."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    path = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="Of what was sent: another request with the same key is a slip.")
    made = models.CharField(max_length=40, help_text="The key of what was made.")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="accounts_sent_once")]
        indexes = [models.Index(fields=["at"], name="accounts_sent_once_at")]

    def __str__(self):
        return self.key
