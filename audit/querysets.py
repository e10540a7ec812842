"""Sets of events and changes."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Organisation
from audit import trail


class EventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The trail of the auditor's own force and of the providers that serve it; and failed sign-ins, which are
        nobody's."""
        if not user.may("audit.read"):
            return self.none()
        whose = Organisation.objects.around(user).values("pk")
        return self.filter(Q(organisation__in=whose) | Q(organisation__isnull=True))

    def timeline(self, case):
        """What was done in one case, newest first, without the reads: the kinds that the roles in which it was opened
        may see. The case was fetched with the permissions of the person who opened it."""
        return self.filter(case=case.pk, kind__in=trail.timeline_kinds(case)).order_by("-at", "-id")

    def before(self, at, pk):
        """The page that follows the event (at, pk) in a list, newest first."""
        return self.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)

    def after(self, at, pk):
        return self.filter(Q(at__gt=at) | Q(at=at, pk__gt=pk), at__gte=at)


class ChangeQuerySet(models.QuerySet):
    def of_event(self, event):
        """What the transaction of an event did to rows, in the order it did it."""
        return self.filter(txid=event.txid).order_by("id")

    def visible_to(self, user):
        """Those in cases that this user may audit, and outside any case."""
        from audit.models import Event

        mine = Event.objects.visible_to(user).filter(case=OuterRef("case"))
        return self.filter(Q(case__isnull=True) | Exists(mine))

    def without_event(self, user):
        """Changes made outside the application's verbs."""
        from audit.models import Event

        return self.visible_to(user).filter(~Exists(Event.objects.filter(txid=OuterRef("txid"))))
