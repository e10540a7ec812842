"""People, and what they are in a case: a participant, a victim, a parent or carer."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from accounts.models import Organisation
from referrals.likeness import digits_of, sound_of
from referrals.models.reference import CommunityRemedyOption, District, Ethnicity
from referrals.querysets import PersonQuerySet, VictimQuerySet


class Person(models.Model):
    """Somebody the scheme holds a record of. What they are to a case is said by the case."""

    class Sex(models.TextChoices):
        FEMALE = "female", "Female"
        MALE = "male", "Male"
        NOT_STATED = "not_stated", "Not stated"

    class Disability(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        NOT_STATED = "not_stated", "Not stated"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    given_names = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    date_of_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=10, choices=Sex, default=Sex.NOT_STATED)
    gender = models.CharField("Gender, if different", max_length=60, blank=True)
    ethnicity = models.ForeignKey(Ethnicity, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    officer_perceived_ethnicity = models.ForeignKey(
        Ethnicity, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    disability = models.CharField(max_length=10, choices=Disability, default=Disability.NOT_STATED)
    needs = models.TextField("Needs and adjustments", max_length=1000, blank=True)
    language = models.CharField(max_length=60, blank=True)
    interpreter_needed = models.BooleanField(default=False)
    phone = models.CharField(max_length=30, blank=True)
    phone_is_safe = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    email_is_safe = models.BooleanField(default=False)
    address = models.CharField(max_length=250, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    school = models.CharField(max_length=120, blank=True)
    no_messages_since = models.DateTimeField(null=True, blank=True)  # they asked to get no emails and texts
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        indexes = [
            GinIndex(
                OpClass(Upper("family_name"), name="gin_trgm_ops"),
                OpClass(Upper("given_names"), name="gin_trgm_ops"),
                name="referrals_person_names",
            ),
            models.Index(fields=["force", "date_of_birth"], name="referrals_person_born"),
            models.Index("force", sound_of("family_name"), name="referrals_person_sound"),
            models.Index("force", digits_of("phone"), condition=~Q(phone=""), name="referrals_person_phone"),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_name}"


class PersonLink(models.Model):
    """Two records that somebody found to be of the same person. Both stay as they are; the link can be taken back."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("Why they are the same person", max_length=500)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    unlinked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    unlinked_at = models.DateTimeField(null=True, blank=True)
    unlink_reason = models.CharField("Why they are not", max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(person__lt=F("other")), name="referrals_person_link_one_way_round"),
            models.UniqueConstraint(
                fields=["person", "other"], condition=Q(unlinked_at__isnull=True), name="referrals_person_link_once"
            ),
        ]
        indexes = [
            models.Index(fields=["other"], condition=Q(unlinked_at__isnull=True), name="referrals_person_link_back")
        ]

    def __str__(self):
        return f"{self.person_id} is {self.other_id}"


class Victim(models.Model):
    """A person, business or community that was harmed, in one case: their wish, their view, how to reach them."""

    class Kind(models.TextChoices):
        PERSON = "person", "A person"
        BUSINESS = "business", "A business"
        COMMUNITY = "community", "The community"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="victims")
    kind = models.CharField(max_length=10, choices=Kind)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="harmed_in")
    organisation_name = models.CharField("Name of the business or community", max_length=120, blank=True)
    consulted_on = models.DateField(null=True, blank=True)
    view = models.TextField("The victim's view", max_length=2000, blank=True)
    wish = models.ForeignKey(CommunityRemedyOption, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    enhanced_rights = models.BooleanField(default=False)
    told_about_rj_on = models.DateField(null=True, blank=True)
    safe_contact = models.CharField("A safe way to reach them", max_length=200, blank=True)

    objects = VictimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="person", person__isnull=False) | (~Q(kind="person") & ~Q(organisation_name="")),
                name="referrals_victim_is_named",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.organisation_name


class Consent(models.Model):
    """What somebody agreed to, on which version of the form. Withdrawn, never deleted."""

    class Kind(models.TextChoices):
        TAKE_PART = "take_part", "To take part in the scheme"
        SHARE = "share", "To share information with Remedi"
        PHOTO = "photo", "To photographs"
        RJ = "rj", "To explore restorative justice"
        WORK = "work", "To community work"  # of a child: by a parent or carer
        MEDICAL = "medical", "To medical treatment in an emergency"

    class OfReferral(models.TextChoices):
        """What the officer asks; the provider asks the others."""

        TAKE_PART = "take_part", "To take part in the scheme"
        SHARE = "share", "To share information with Remedi"
        PHOTO = "photo", "To photographs"
        RJ = "rj", "To explore restorative justice"

    case = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=10, choices=Kind)
    given_by = models.CharField("Who signed", max_length=120)
    relationship = models.CharField(max_length=40, default="self")
    given_on = models.DateField()
    form_version = models.CharField(max_length=20)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # unknown of older ones
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField("Who withdrew it", max_length=120, blank=True)
    withdrawal_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(withdrawn_at__isnull=True), name="referrals_consent_in_force_once"
            )
        ]

    def __str__(self):
        return self.get_kind_display()
