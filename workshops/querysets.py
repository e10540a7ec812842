"""Sets of sessions and bookings."""

from django.db import models
from django.db.models import Q

from accounts.roles import Role
from workshops.lifecycle import BookingStatus, SessionStatus


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A facilitator sees the sessions they run; a triager those of the force; a coordinator those of the forces
        that their provider serves."""
        if not user.may("workshops.read"):
            return self.none()
        allowed = Q(pk__in=[])
        if Role.FACILITATOR in user.roles:
            allowed |= Q(facilitator=user)
        if Role.TRIAGER in user.roles:
            allowed |= Q(force=user.organisation_id)
        if Role.COORDINATOR in user.roles:
            allowed |= Q(force__served_by=user.organisation_id)
        return self.filter(allowed).distinct()

    def planned(self):
        return self.filter(status=SessionStatus.PLANNED)

    def delivered(self):
        return self.filter(status=SessionStatus.DELIVERED)


class BookingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The bookings of the sessions that this user sees, of cases of their own provider if they are a provider's."""
        sessions = self.model.session.field.related_model.objects.visible_to(user)
        bookings = self.filter(session__in=sessions)
        if Role.COORDINATOR in user.roles and not {Role.FACILITATOR, Role.TRIAGER} & set(user.roles):
            bookings = bookings.filter(case__provider=user.organisation_id)
        return bookings

    def waiting_for_outcome(self, now):
        """Booked on a session that is over, with nothing recorded yet."""
        return self.filter(status=BookingStatus.BOOKED, session__ends_at__lte=now).exclude(
            session__status=SessionStatus.CANCELLED
        )
