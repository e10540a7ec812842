"""make_*: sessions and bookings, one valid row each. Dates are fixed; NOW is that of tests/factories.py."""

from datetime import UTC, datetime, timedelta

from referrals.models import Milestone
from tests.factories import NOW, make_active_case, make_child, make_person
from workshops.models import Booking, Session

TOMORROW = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)  # Thursday, 10:00 in Derbyshire


def make_session(facilitator, *, starts_at=TOMORROW, capacity=8, **fields):
    """A session for adults, two hours long, with nobody on it."""
    return Session.objects.create(
        **{
            "programme_id": "asb_awareness",
            "force": facilitator.organisation,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "place": "Ilkeston Library",
            "district_id": "erewash",
            "audience": "adults",
            "capacity": capacity,
            "facilitator": facilitator,
            **fields,
        }
    )


def make_ready_case(officer, provider, **fields):
    """An adult's case that may go to a workshop: active, assessed, not booked."""
    return make_active_case(officer, provider, milestones=["assessed"], **fields)


def make_ready_child(officer, provider, **fields):
    return make_ready_case(officer, provider, participant=make_child(officer.organisation), **fields)


def make_booking(case, session, status="booked", outcome=None, by=None, **fields):
    """A booking as it stands after the steps to its status: places and milestone agree with it."""
    by = by or session.facilitator
    waiting = status == "waitlisted"
    if status in ("booked", "attended", "did_not_attend"):
        session.places_taken += 1
        session.save()
    if status in ("attended", "did_not_attend"):
        fields = {"recorded_at": session.ends_at, "recorded_by": by, **fields}
        outcome = outcome or ("complied" if status == "attended" else "unacceptable_absence")
    if status == "attended":
        session.status = "delivered"
        session.save()
        Milestone.objects.get_or_create(case=case, kind="workshop_attended", defaults={"at": session.starts_at})
    return Booking.objects.create(
        **{
            "case": case,
            "session": session,
            "status": status,
            "booked_by": by,
            "booked_at": None if waiting else NOW,
            "waitlisted_at": NOW if waiting else None,
            "outcome_id": outcome,
            **fields,
        }
    )


def make_group(officer, provider, session, size, **fields):
    """So many adults booked on the session, each with a case and a name of their own."""
    return [
        make_booking(
            make_ready_case(
                officer, provider, participant=make_person(officer.organisation, f"Person {number}", "Ashe")
            ),
            session,
            **fields,
        )
        for number in range(1, size + 1)
    ]
