"""Sets of sessions and bookings."""

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.roles import Role
from referrals.querysets import hidden_from
from workshops.lifecycle import HELD, BookingStatus, SessionStatus


def _served_by(user, organisations):
    return organisations.filter(served_by=user.organisation_id).values("pk")


def _run_by(sessions, people, path=""):
    """The condition on a session (at `path`) that one of these people runs or helps in it."""
    helping = sessions.co_facilitators.through.objects.filter(user__in=people).values("session")
    return Q(**{f"{path}facilitator__in": people}) | Q(**{f"{path}pk__in": helping})


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A facilitator sees the sessions they run or help in; a triager those of the force; a coordinator those of the
        forces that their provider serves."""
        if not user.may("workshops.read"):
            return self.none()
        allowed = Q(pk__in=[])
        if Role.FACILITATOR in user.roles:
            allowed |= _run_by(self.model, [user])
        if Role.TRIAGER in user.roles:
            allowed |= Q(force=user.organisation_id)
        if Role.COORDINATOR in user.roles:
            allowed |= Q(force__in=_served_by(user, self.model.force.field.related_model.objects))
        return self.filter(allowed)

    def run_by(self, *people):
        """That one of these people runs or helps in."""
        return self.filter(_run_by(self.model, people))

    def planned(self):
        return self.filter(status=SessionStatus.PLANNED)

    def delivered(self):
        return self.filter(status=SessionStatus.DELIVERED)

    def upcoming(self, now):
        """Not over yet and not cancelled, soonest first."""
        return self.filter(ends_at__gt=now).exclude(status=SessionStatus.CANCELLED).order_by("starts_at", "id")

    def bookable(self, now):
        """Planned and not started: somebody may still be booked on it."""
        return self.planned().filter(starts_at__gt=now)

    def later_in_series(self, session):
        """Planned, of the series of this session, and after it."""
        return self.planned().filter(series=session.series, starts_at__gt=session.starts_at)

    def waiting_for_register(self, now):
        """Over, with somebody whose attendance is not recorded yet; longest overdue first."""
        return (
            self.filter(Exists(self._bookings(BookingStatus.BOOKED)), ends_at__lte=now)
            .exclude(status=SessionStatus.CANCELLED)
            .order_by("ends_at", "id")
        )

    def past(self, now):
        """Over with every attendance recorded, or cancelled; newest first."""
        over = Q(ends_at__lte=now) & ~Exists(self._bookings(BookingStatus.BOOKED))
        return self.filter(over | Q(status=SessionStatus.CANCELLED)).order_by("-starts_at", "-id")

    def with_numbers(self):
        """Adds how many bookings are `waiting`, `attended` and `unrecorded` (booked, nothing recorded)."""
        return self.annotate(
            waiting=Count("bookings", filter=Q(bookings__status=BookingStatus.WAITLISTED)),
            attended=Count("bookings", filter=Q(bookings__status=BookingStatus.ATTENDED)),
            unrecorded=Count("bookings", filter=Q(bookings__status=BookingStatus.BOOKED)),
        )

    def with_details(self):
        """With the rows that a list or page names, in the same query."""
        return self.select_related("programme", "district", "facilitator", "force", "cancel_reason")

    def _bookings(self, status):
        return self.model.bookings.rel.related_model.objects.filter(session=OuterRef("pk"), status=status)


class BookingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every booking of a session that this user runs or whose force they triage for; a coordinator sees those of
        their own provider's cases."""
        if not user.may("workshops.read"):
            return self.none()
        allowed = Q(pk__in=[])
        if Role.FACILITATOR in user.roles:
            allowed |= _run_by(self.model.session.field.related_model, [user], "session__")
        if Role.TRIAGER in user.roles:
            allowed |= Q(session__force=user.organisation_id)
        if Role.COORDINATOR in user.roles:
            forces = self.model.session.field.related_model.force.field.related_model.objects
            allowed |= Q(case__provider=user.organisation_id, session__force__in=_served_by(user, forces))
        return self.filter(allowed)

    def certified_to(self, user):
        """Of whom this user may have a certificate: those whose bookings or cases they see. Of a restricted case only
        those who are named on it."""
        cases = self.model.case.field.related_model.objects.visible_to(user)
        seen = Q(pk__in=self.model.objects.visible_to(user).values("pk")) | Q(case__in=cases)
        rows = self.annotate(hidden=hidden_from(user)).filter(seen, hidden=False)
        return rows.select_related("session__programme", "session__force", "case__participant")

    def ahead(self, now):
        """What keeps a case from being booked again: a place whose outcome is not recorded, or a waiting list for a
        session that has not started. A waiting list lapses when its session starts."""
        return self.filter(
            Q(status=BookingStatus.BOOKED) | Q(status=BookingStatus.WAITLISTED, session__starts_at__gt=now)
        )

    def holding_a_place(self):
        return self.filter(status__in=HELD)

    def waiting(self):
        """On the waiting list, first come first."""
        return self.filter(status=BookingStatus.WAITLISTED).order_by("waitlisted_at", "id")

    def attended(self):
        return self.filter(status=BookingStatus.ATTENDED)

    def waiting_for_outcome(self, now):
        """Booked on a session that is over, with nothing recorded yet."""
        return self.filter(status=BookingStatus.BOOKED, session__ends_at__lte=now).exclude(
            session__status=SessionStatus.CANCELLED
        )

    def by_name(self):
        return self.order_by("case__participant__family_name", "case__participant__given_names", "id")

    def with_people(self, user):
        """With the rows that a register names, in the same query, and `hidden`: the case is restricted, and this user
        not named on it."""
        return self.select_related("case__participant", "session", "outcome", "recorded_by", "feedback").annotate(
            provider=F("case__provider__name"), hidden=hidden_from(user)
        )
