"""Sets of cases, people and requests: who may see which, and the queues."""

import re

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import TruncDate

from accounts.roles import GRANTS, Role
from referrals import likeness
from referrals.lifecycle import CLOSED, Status
from referrals.rules import ADULT, LONDON

REFERENCE = re.compile(r"(?:IJ/)?(?:(?P<year>\d{4})/)?(?P<number>\d{1,6})", re.IGNORECASE | re.ASCII)

# Team of a task → the permission by which somebody belongs to it.
TEAMS = {"officers": "referrals.refer", "triage": "referrals.triage", "provider": "placements.assess"}
MOST_TASKS = 1000  # of one team that wait for one person: lists and counts go no further


class Array(Func):
    """The values as one array of text."""

    template = "ARRAY[%(expressions)s]"
    output_field = ArrayField(models.TextField())


class IsIn(Func):
    """Whether a value is in an array. Unlike IN and EXISTS it lets an OR of conditions use their indexes, and a list of
    a few rows among a million start from those few."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


def named_on(user, case: str = "") -> Q:
    """The cases on which this user is named, which is what a restricted one opens to: as the officer who referred or
    one named, as its triager (also after the decision), as its caseworker, or admitted. `case`: the way to the case
    from the row at hand ("case__")."""
    admitted = user.admitted_to.through.objects.filter(user=user).values("referral")
    officer = user.named_on.through.objects.filter(user=user).values("referral")
    return (
        Q(**{f"{case}referred_by": user})
        | Q(**{f"{case}assigned_to": user})
        | Q(**{f"{case}caseworker": user})
        | Q(IsIn(f"{case}pk", ArraySubquery(admitted)))
        | Q(IsIn(f"{case}pk", ArraySubquery(officer)))
    )


def hidden_from(user, case: str = "case__") -> Case:
    """Whether a row's case is restricted and this user not named on it: a list says “Restricted” and its reference
    (words.shown_name). What is not known counts as not named."""
    return Case(
        When(named_on(user, case), then=Value(False)),
        When(**{f"{case}restricted": True}, then=Value(True)),
        default=Value(False),
        output_field=models.BooleanField(),
    )


class YearsBetween(Func):
    """Whole years from a date to a later one; somebody born on 29 February has their birthday on 1 March."""

    template = "EXTRACT(year FROM age(%(expressions)s))"
    output_field = models.IntegerField()

    def __init__(self, born, day):
        super().__init__(day, born)


def age_at_referral(case: str = ""):
    """The participant's age in whole years on the day the referral was submitted, as days go by in London."""
    return YearsBetween(F(f"{case}participant__date_of_birth"), TruncDate(f"{case}submitted_at", tzinfo=LONDON))


class ReferralQuerySet(models.QuerySet):
    def visible_to(self, user, permission="referrals.read"):
        """The cases this user may open: an officer's own and those they are named on; a triager's force, once
        submitted; a coordinator's provider, once allocated; a manager's only where their decision is or was asked.

        With another permission: those that a role which grants it opens, so that the verb of one role does not reach
        the cases of another. A restricted case opens to those who are named on it only.
        """
        return self.filter(self._any(self._opened_by_role(user), permission))

    def listed_to(self, user, permission="referrals.read"):
        """The cases that stand in this user's lists, so that counts add up: those they may open, and the restricted
        ones among theirs, of which a list says no more than that (Referral.hidden, with_permissions_of)."""
        return self.filter(self._any(self._opened_by_role(user, restricted_too=True), permission))

    @staticmethod
    def _any(by_role, permission):
        allowed = Q(pk__in=[])
        for role, cases in by_role.items():
            if role in GRANTS[permission]:
                allowed |= cases
        return allowed

    def with_permissions_of(self, user):
        """Adds `opened_as`: the roles in which this user may open each case. Referral.may() reads it."""
        opened = [
            Case(When(cases, then=Value(role.value)), default=Value(""))
            for role, cases in self._opened_by_role(user).items()
        ]
        return self.annotate(opened_as=Array(*opened) if opened else Value([], ArrayField(models.TextField())))

    def _opened_by_role(self, user, *, restricted_too=False) -> dict:
        if not user.is_authenticated or not user.is_active:
            return {}
        force = Q(force=user.organisation_id)
        open_to = Q() if restricted_too else Q(restricted=False) | named_on(user)
        own = self.model._base_manager.filter(referred_by=user).values("pk")
        named = self.model.named_officers.through.objects.filter(user=user).values("referral")  # type: ignore[attr-defined]
        asked = self.model.override_requests.rel.related_model.objects.filter(case=OuterRef("pk"))  # type: ignore[attr-defined]
        by_role = {
            Role.REFERRER: force & (Q(IsIn("pk", ArraySubquery(own))) | Q(IsIn("pk", ArraySubquery(named)))),
            Role.TRIAGER: force & Q(submitted_at__isnull=False) & open_to,
            Role.COORDINATOR: Q(provider=user.organisation_id) & open_to,
            Role.MANAGER: force & Exists(asked),
        }
        return {role: cases for role, cases in by_role.items() if role in user.roles}

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

    def with_progress(self, statuses):
        """With what words.progress() and facts.triage_clock() read of cases in these statuses."""
        decisions = self.model.decisions.rel.related_model.objects.select_related("reason")
        needed = {
            Status.SUBMITTED: "queries",
            Status.QUERIED: "queries",
            Status.ACTIVE: "milestones",
            Status.DECLINED: Prefetch("decisions", decisions),
        }
        return self.select_related("plan", "suspend_reason", "withdraw_reason", "return_reason").prefetch_related(
            *{str(getattr(needed[s], "prefetch_to", needed[s])): needed[s] for s in statuses if s in needed}.values()
        )

    def looked_for(self, text, year: int):
        """Cases with this reference, whole or only its number (of this year or the nine before), or else whose
        participant's names answer to every word of the text. All of them if the text is empty."""
        if reference := REFERENCE.fullmatch(text.strip()):
            years = [reference["year"]] if reference["year"] else range(year, year - 10, -1)
            return self.filter(reference__in=[f"IJ/{year}/{int(reference['number']):06}" for year in years])
        found = self
        for word in text.split():
            found = found.filter(
                Q(participant__family_name__icontains=word) | Q(participant__given_names__icontains=word)
            )
        return found

    def of_young_people(self, young: bool):
        """Cases of people who were under 18 when referred (figure 2 of the report), or the others' of a known age."""
        return self.alias(age=age_at_referral()).filter(**{f"age__{'lt' if young else 'gte'}": ADULT})

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
        return self.filter(
            Exists(cases.filter(participant=OuterRef("pk"))) | Exists(cases.filter(parent_or_carer=OuterRef("pk")))
        )

    def of_force(self, force):
        return self.filter(force=force)

    def like(self, given_names="", family_name="", date_of_birth=None, phone=""):
        """People who may be this one; the most alike first (referrals/likeness.py)."""
        return likeness.like(self, given_names, family_name, date_of_birth, phone)

    def on_record(self):
        """People who were referred, not those who stand in drafts only."""
        referred = self.model.referrals.rel.related_model.objects.filter(
            participant=OuterRef("pk"), submitted_at__isnull=False
        )
        return self.filter(Exists(referred))


class VictimQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Victims stand before the referring officer and triagers; a practitioner sees them on their own processes."""
        cases = self.model.case.field.related_model.objects.visible_to(user, "referrals.see_victim")
        return self.filter(case__in=cases)


class DocumentQuerySet(models.QuerySet):
    def shown_in(self, case):
        """The documents of a case that the person who opened it may see (case.may): officers and the triage team all
        of them; a provider those that are marked for it. Removed ones are gone from view."""
        kept = self.filter(case=case, removed_at__isnull=True)
        return kept if case.may("referrals.see_victim") else kept.filter(for_provider=True)


class NoteQuerySet(models.QuerySet):
    def shown_in(self, case, user):
        """The notes of a case that the person who opened it may read: the triage team all of them; others those that
        are not sensitive, and their own."""
        notes = self.filter(case=case)
        return notes if case.may("referrals.triage") else notes.filter(Q(sensitive=False) | Q(by=user))


class TaskQuerySet(models.QuerySet):
    def shown_in(self, case, user):
        """The tasks of a case that concern the person who opened it: the triage team all of them; others those of
        their side, those they have and those they made."""
        tasks = self.filter(case=case)
        if case.may("referrals.triage"):
            return tasks
        teams = [team for team, permission in TEAMS.items() if case.may(permission)]
        return tasks.filter(Q(team__in=teams) | Q(assigned_to=user) | Q(made_by=user))

    def waiting_for(self, user):
        """What this user has to do, soonest first: open tasks that they have, and those of their teams that nobody in
        particular has. Each set of keys is found by an index of its own."""
        cases = self.model.case.field.related_model.objects
        undone = self.filter(done_at__isnull=True)
        sets = [undone.filter(assigned_to=user, case__in=cases.visible_to(user, "referrals.note"))]
        for team, permission in TEAMS.items():
            if user.may(permission):
                theirs = cases.visible_to(user, permission)
                # An officer's cases are few among the tasks of all officers; a team's are most of its own.
                among = (
                    Q(IsIn("case", ArraySubquery(theirs.values("pk")))) if team == "officers" else Q(case__in=theirs)
                )
                sets.append(undone.filter(among, assigned_to=None, team=team))
        waiting = Q(pk__in=[])
        for tasks in sets:
            waiting |= Q(IsIn("pk", ArraySubquery(tasks.order_by("due_on", "id").values("pk")[:MOST_TASKS])))
        return self.filter(waiting).order_by("due_on", "id")


class AYearAfter(Func):
    """The same day twelve months later, as time_limits.add_months() finds it."""

    template = "((%(expressions)s) + interval '12 months')::date"
    output_field = models.DateField()


class ComplianceQuerySet(models.QuerySet):
    def standing(self):
        """Those that did not lapse, by the day on which they happened."""
        return self.filter(lapsed_at__isnull=True).order_by("happened_on", "raised_at")

    def undecided(self):
        return self.filter(lapsed_at__isnull=True, decision="")

    def ready(self, today):
        """Those to decide: evidence came, or the time for it is up (compliance.may_be_decided)."""
        return self.undecided().filter(Q(evidence_at__isnull=False) | Q(evidence_by__lt=today))

    def proposing(self):
        """Those upheld that, with another one within 12 months, propose that the case goes back to the officer
        (compliance.return_is_proposed)."""
        kept = self.model.case.field.related_model.kept_open.rel.related_model.objects
        last = kept.filter(case=OuterRef("case")).order_by("-at").values("at")[:1]
        others = self.model.objects.filter(case=OuterRef("case"), decision="upheld", lapsed_at__isnull=True)
        near = (
            others.alias(year_after=AYearAfter(F("happened_on")))
            .exclude(pk=OuterRef("pk"))
            .filter(happened_on__lt=AYearAfter(OuterRef("happened_on")), year_after__gt=OuterRef("happened_on"))
        )
        return (
            self.filter(decision="upheld", lapsed_at__isnull=True)
            .alias(settled_at=Subquery(last))
            .filter(Q(settled_at__isnull=True) | Q(decided_at__gt=F("settled_at")))
            .filter(Exists(near))
        )


class OverrideRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A manager sees what is asked of their force; others see the requests of the cases that they see."""
        if user.may("referrals.override"):
            return self.filter(case__force=user.organisation_id)
        return self.filter(case__in=self.model.case.field.related_model.objects.visible_to(user))

    def open(self):
        return self.filter(decided_at__isnull=True).order_by("asked_at")
