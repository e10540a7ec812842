"""Sets of notices: what is to be sent now, and what an administrator should look at."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

# A task of Celery is ended after ten minutes: whoever claimed a notice so long ago sends it no more.
CLAIM_LASTS = timedelta(minutes=11)
LATE = timedelta(minutes=15)  # so long after it was due, a notice that waits is somebody's concern


class OutgoingQuerySet(models.QuerySet):
    """Rows that are handed to a transport once: see notices/trying.py. open(): neither sent
    nor dropped, says who uses it."""

    def open(self):
        raise NotImplementedError

    def waiting(self):
        """To be sent, now or later, and in nobody's hands."""
        return self.open().filter(claimed_at__isnull=True, failed_at__isnull=True)

    def due(self, now):
        """To be sent now."""
        return self.waiting().filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now), due_at__lte=now)

    def in_trouble(self, now):
        """Failed, interrupted, or long due."""
        late = Q(claimed_at__isnull=True, due_at__lt=now - LATE)
        interrupted = Q(claimed_at__lt=now - CLAIM_LASTS) | (Q(claimed_at__isnull=False) & ~Q(error=""))
        return self.open().filter(Q(failed_at__isnull=False) | interrupted | late)


class NoticeQuerySet(OutgoingQuerySet):
    def visible_to(self, user):
        """An administrator looks after the notices of those whose accounts they manage."""
        people = self.model.user.field.related_model.objects.visible_to(user)
        return self.filter(user__in=people.values("pk"))

    def open(self):
        """Neither sent nor dropped."""
        return self.filter(sent_at__isnull=True, dropped_at__isnull=True)
