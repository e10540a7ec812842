"""Sets of restorative justice processes."""

from django.db import models
from django.db.models import Case, Q, Value, When

from accounts.roles import Role
from referrals.querysets import hidden_from, named_on
from restorative.lifecycle import OVER


class ProcessQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The processes this user may open: a practitioner those given to them, a triager those of the force; of a
        restricted case, those who are named on it besides the practitioner."""
        return self.filter(self._allowed(user, Q(case__restricted=False) | named_on(user, "case__")))

    def listed_to(self, user):
        """Those that stand in this user's list, where `hidden` ones are known by their reference only."""
        given = When(self._given_to(user), then=Value(False))
        hidden = Case(given, When(hidden_from(user), then=Value(True)), default=Value(False))
        return self.filter(self._allowed(user, Q())).annotate(hidden=hidden)

    def _allowed(self, user, open_to):
        allowed = Q(pk__in=[])
        if user.may("restorative.read"):
            if Role.PRACTITIONER in user.roles:
                allowed |= self._given_to(user)
            if Role.TRIAGER in user.roles:
                allowed |= Q(case__force=user.organisation_id) & open_to
        return allowed

    @staticmethod
    def _given_to(user):
        return Q(practitioner=user, case__provider=user.organisation_id)

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
