"""What the scheme did: workshops, community work, restorative justice, and what people said of it."""

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from placements.models import HoursLine
from referrals.rules import ADULT
from reporting.figures.asking import age_at_referral, of_day, of_moment
from reporting.figures.shapes import Agreement, Feedback, Participants, Placements, RestorativeJustice, Share
from reporting.periods import Period
from restorative.lifecycle import Stage
from restorative.models import Process
from workshops.lifecycle import BookingStatus, SessionStatus
from workshops.models import Booking, FeedbackResponse, Session

STATEMENTS = {
    "better_understanding_of_asb": "I understand anti-social behaviour better",
    "would_handle_situations_differently": "I would handle similar situations differently",
    "acknowledged_harm_and_took_responsibility": "I acknowledged the harm and took responsibility",
    "workshop_beneficial": "The workshop was beneficial",
    "positive_experience_overall": "A positive experience overall",
}


def _attended(force, period):
    return Booking.objects.filter(
        of_moment("session__starts_at", period), status=BookingStatus.ATTENDED, case__force=force
    )


def participants(force, period: Period) -> Participants:
    """People who attended at least one workshop in the period. Each person is counted once, however many workshops or
    cases they had. Young people were under 18 on the day they were referred; all others are adults."""
    people = Count("case__participant", distinct=True)
    counts = (
        _attended(force, period)
        .annotate(age=age_at_referral("case__"))
        .aggregate(
            all=people,
            young=Count("case__participant", distinct=True, filter=Q(age__lt=ADULT)),
            not_known=Count("case__participant", distinct=True, filter=Q(case__participant__date_of_birth=None)),
        )
    )
    return Participants(
        adults=counts["all"] - counts["young"] - counts["not_known"],
        young_people=counts["young"],
        age_not_known=counts["not_known"],
    )


def programmes(force, period: Period) -> int:
    """Workshop sessions delivered in the period, by the day they started, that at least one person attended."""
    attended = Booking.objects.filter(session=OuterRef("pk"), status=BookingStatus.ATTENDED)
    delivered = Session.objects.filter(of_moment("starts_at", period), force=force, status=SessionStatus.DELIVERED)
    return delivered.filter(Exists(attended)).count()


def _credited(force, period):
    return HoursLine.objects.by_work().filter(of_day("on", period), case__force=force)


def placements(force, period: Period) -> Placements:
    """Sites at which time was credited for community work in the period, each counted once; beside them the people who
    did that work, each counted once. Time that was credited and reversed again does not count."""
    worked = _credited(force, period)
    at_least_a_minute = {"minutes__sum__gt": 0}
    return Placements(
        sites=worked.values("site").annotate(Sum("minutes")).filter(**at_least_a_minute).count(),
        people=worked.values("case__participant").annotate(Sum("minutes")).filter(**at_least_a_minute).count(),
    )


def work_minutes(force, period: Period) -> int:
    """Hours of community work credited for work done in the period, by the day of the work: its time on site less
    breaks and penalties, less what was reversed later. Adjustments such as travel time, courses, and work beyond the
    order are left out. Minutes are added up and shown in hours."""
    return _credited(force, period).aggregate(total=Coalesce(Sum("minutes"), 0))["total"]


def restorative_justice(force, period: Period) -> RestorativeJustice:
    """Restorative justice processes facilitated in the period, by the day the parties met or their messages were
    passed on; direct where they met. Offers to victims, and victims’ answers, are counted by their own dates, so an
    answer may be to an offer of an earlier period. Satisfaction is of the victims in processes facilitated in the
    period who said whether they were satisfied."""
    unanswered = (Stage.IDENTIFIED, Stage.OFFERED, Stage.DECLINED, Stage.NO_RESPONSE)
    silent = Q(status=Stage.NO_RESPONSE)
    facilitated, answered = of_day("facilitated_on", period), of_day("answered_on", period)
    counts = (
        Process.objects.filter(case__force=force)
        .annotate(gave_up_on=Coalesce("answered_on", "closed_on", "offered_on"))
        .filter(of_day("offered_on", period) | answered | facilitated | (silent & of_day("gave_up_on", period)))
        .aggregate(
            offered=Count("pk", filter=of_day("offered_on", period)),
            accepted=Count("pk", filter=answered & ~Q(status__in=unanswered)),
            declined=Count("pk", filter=answered & Q(status=Stage.DECLINED)),
            no_answer=Count("pk", filter=silent & of_day("gave_up_on", period)),
            facilitated=Count("pk", filter=facilitated),
            direct=Count("pk", filter=facilitated & Q(kind__is_direct=True)),
            satisfied=Count("pk", filter=facilitated & Q(victim_satisfied=True)),
            asked=Count("pk", filter=facilitated & Q(victim_satisfied__isnull=False)),
        )
    )
    return RestorativeJustice(satisfied_victims=Share(counts.pop("satisfied"), counts.pop("asked")), **counts)


def feedback(force, period: Period) -> Feedback:
    """What people said of the workshops of the period, by the day of the workshop. For each statement: those who
    agreed, of those who answered that statement; “rather not say” counts for neither. The response rate is responses
    of all attendances."""
    attended = _attended(force, period)
    counts = FeedbackResponse.objects.filter(booking__in=attended).aggregate(
        responses=Count("pk"),
        **{f"{name}_agree": Count("pk", filter=Q(**{name: True})) for name in STATEMENTS},
        **{f"{name}_answered": Count(name) for name in STATEMENTS},
    )
    return Feedback(
        responses=Share(counts["responses"], attended.count()),
        statements=tuple(
            Agreement(words, Share(counts[f"{name}_agree"], counts[f"{name}_answered"]))
            for name, words in STATEMENTS.items()
        ),
    )
