"""What workshops shows on the home page."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from govuk.worklists import Action, Row, Worklist
from referrals.models import Referral
from referrals.survey import first_of
from referrals.words import shown_name
from workshops import facts
from workshops.lifecycle import BookingStatus
from workshops.models import Session
from workshops.tags import overdue_tag

SHOWN = 5


def worklists(user, now):
    lists = []
    if user.may("workshops.record"):
        mine = Session.objects.run_by(user).select_related("programme").with_numbers()
        lists += [_next_sessions(mine, now), _registers(mine, now), _feedback(mine, now)]
    if user.may("workshops.book"):
        lists.append(_to_book(user, now))
    return lists


def _next_sessions(mine, now):
    upcoming, count = first_of(mine.upcoming(now), SHOWN)
    today = timezone.localdate(now)
    return Worklist(
        title="Your next workshops",
        count=count,
        rows=[
            Row(
                session.when,
                _address(session),
                f"{session.programme}, {session.place}. {session.get_audience_display()}, {session.places_taken} of "
                f"{session.capacity} places taken",
                ("Today", "blue") if session.day == today else None,
            )
            for session in upcoming
        ],
        empty="No session is planned for you.",
        more=Action("All workshops", reverse("workshops:list")),
    )


def _registers(mine, now):
    due, count = first_of(mine.waiting_for_register(now), SHOWN)
    rows = []
    for session in due:
        people = f"{session.unrecorded} {'person' if session.unrecorded == 1 else 'people'} not recorded yet"
        address = reverse("workshops:record_register", args=[session.pk])
        rows.append(
            Row(
                session.when,
                address,
                f"{session.programme}, {session.place}. {people}",
                overdue_tag(session.ends_at, now),
            )
        )
    return Worklist(
        title="Registers to fill in",
        count=count,
        rows=rows,
        empty="Every register is filled in.",
        more=Action("All sessions that wait for a register", reverse("workshops:register_due")) if rows else None,
    )


def _feedback(mine, now):
    since = now - timedelta(days=settings.SCHEME["FEEDBACK_WITHIN_DAYS"])
    owed, count = first_of(
        mine.filter(starts_at__gte=since)
        .annotate(
            without_feedback=Count(
                "bookings", filter=Q(bookings__status=BookingStatus.ATTENDED, bookings__feedback__isnull=True)
            )
        )
        .filter(without_feedback__gt=0)
        .order_by("starts_at", "id"),
        SHOWN,
    )
    return Worklist(
        title="Feedback to collect",
        count=count,
        rows=[
            Row(
                session.when,
                _address(session),
                f"{session.programme}. {session.without_feedback} of {session.attended} who attended gave none yet",
            )
            for session in owed
        ],
        empty=f"Nobody of the last {settings.SCHEME['FEEDBACK_WITHIN_DAYS']} days owes feedback.",
    )


def _to_book(user, now):
    ready = facts.ready(Referral.objects.listed_to(user), now).with_permissions_of(user)
    cases, count = first_of(ready.select_related("participant__district", "district"), SHOWN)
    rows = [
        Row(shown_name(case, True))
        if case.hidden
        else Row(
            case.reference,
            reverse("workshops:book_case", args=[case.pk]),
            f"{case.participant.district or case.district}, accepted {timezone.localtime(case.decided_at):%-d %B %Y}",
        )
        for case in cases
    ]
    return Worklist(
        title="To book on a workshop",
        count=count,
        rows=rows,
        empty="Everybody who is ready for a workshop is booked.",
        more=Action("Everybody to book", reverse("workshops:to_book")) if rows else None,
    )


def _address(session):
    return reverse("workshops:session", args=[session.pk])
