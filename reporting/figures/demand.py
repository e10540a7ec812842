"""What came in and to whom: referrals and decisions, by who and what they were of, and how whole the records are."""

from django.db.models import Count, Q

from placements.models import WorkSession
from referrals.lifecycle import Status
from referrals.models import Decision, Person, Referral
from reporting.figures.asking import (
    age_band,
    age_group,
    counted_by,
    counted_reasons,
    ethnic_group,
    label_of,
    of_moment,
    side_by_side,
    text_of,
)
from reporting.figures.shapes import Breakdown, Referrals, Row
from reporting.periods import Period
from workshops.lifecycle import BookingStatus, SessionStatus
from workshops.models import Booking

REFERRAL_BREAKDOWNS = {
    "Age group": age_group,
    "Offence": text_of("offence__label"),
    "Disposal": text_of("disposal__label"),
    "District": text_of("district__label"),
    "Referring team": text_of("referred_by__team"),
}
EQUALITY_BREAKDOWNS = {
    "Ethnic group": ethnic_group,
    "Sex": label_of("participant__sex", Person.Sex.choices),
    "Age at referral": age_band,
    "Disability": label_of("participant__disability", Person.Disability.choices),
}


def _submitted(force, period):
    return Referral.objects.filter(of_moment("submitted_at", period), force=force)


def _decisions(force, period):
    return Decision.objects.filter(of_moment("at", period), case__force=force)


ACCEPTED = Count("pk", filter=Q(outcome=Decision.Outcome.ACCEPT))
DECLINED = Count("pk", filter=Q(outcome=Decision.Outcome.DECLINE))


def referrals(force, period: Period) -> Referrals:
    """Referrals that an officer submitted in the period, and decisions of the triage team to accept or to decline made
    in the period. A decision is counted by its own date, so a referral may be submitted in one period and decided in
    the next; a referral that was reopened and decided again counts as a decision each time."""
    decisions = _decisions(force, period)
    declined = decisions.filter(outcome=Decision.Outcome.DECLINE)
    return Referrals(
        submitted=_submitted(force, period).count(),
        **decisions.aggregate(accepted=ACCEPTED, declined=DECLINED),
        declined_because=counted_reasons(declined, "reason__label"),
    )


def referral_breakdowns(force, period: Period) -> tuple[Breakdown, ...]:
    """The same referrals and decisions by age group, offence, disposal, district and team. Young people were under 18
    on the day they were referred."""
    return tuple(
        side_by_side(
            by,
            counted_by(_submitted(force, period), expression, n=Count("pk")),
            counted_by(_decisions(force, period), expression, "case__", accepted=ACCEPTED, declined=DECLINED),
        )
        for by, expression in REFERRAL_BREAKDOWNS.items()
    )


def equality(force, period: Period) -> tuple[Breakdown, ...]:
    """Cases referred in the period, decisions to accept made in the period, and cases completed in the period, by what
    is recorded of the person: self-defined ethnicity in broad groups, sex, age on the day of the referral, disability.
    Counted in cases, each by its own date, so the columns are not the same people. “Not stated” is shown, never spread
    over the others."""
    completed = Referral.objects.filter(of_moment("closed_at", period), force=force, status=Status.COMPLETED)
    accepted = _decisions(force, period).filter(outcome=Decision.Outcome.ACCEPT)
    return tuple(
        side_by_side(
            by,
            counted_by(_submitted(force, period), expression, n=Count("pk")),
            counted_by(accepted, expression, "case__", n=Count("pk")),
            counted_by(completed, expression, n=Count("pk")),
        )
        for by, expression in EQUALITY_BREAKDOWNS.items()
    )


def data_quality(force, period: Period, at) -> tuple[Row, ...]:
    """What is missing from the records of the period, and makes the other figures less sure: sessions that are over
    with no outcome recorded, and referrals submitted in the period without a time or a characteristic."""
    bookings = Booking.objects.filter(
        of_moment("session__ends_at", period), case__force=force, status=BookingStatus.BOOKED, session__ends_at__lte=at
    ).exclude(session__status=SessionStatus.CANCELLED)
    work = WorkSession.objects.filter(of_moment("ends_at", period), case__force=force, outcome=None, ends_at__lte=at)
    missing = {
        "Referrals without the time of the disposal": Q(disposal_at=None),
        "Referrals without the time of the offence": Q(offence_at=None),
        "Referrals without a date of birth": Q(participant__date_of_birth=None),
        "Referrals without self-defined ethnicity": Q(participant__ethnicity=None) | Q(participant__ethnicity="NS"),
    }
    counts = _submitted(force, period).aggregate(
        **{f"n{i}": Count("pk", filter=absent) for i, absent in enumerate(missing.values())}
    )
    return (
        Row("Workshop bookings without an outcome", (bookings.count(),)),
        Row("Work sessions without an outcome", (work.count(),)),
        *(Row(label, (counts[f"n{i}"],)) for i, label in enumerate(missing)),
    )
