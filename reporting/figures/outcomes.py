"""What came of it: further offences, completion, and how long things took."""

from datetime import timedelta
from typing import Any

from django.db.models import (
    Count,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import TruncDate

from referrals.lifecycle import Status
from referrals.models import Deadline, FurtherOffenceCheck, Milestone, Referral
from referrals.time_limits import LONDON
from reporting.figures.asking import MedianOf, counted_reasons, of_moment
from reporting.figures.shapes import Completion, FurtherOffences, Median, Share, Timeliness, Window
from reporting.periods import Period

FOLLOW_UP = (3, 6, 12)  # months, as the checks of referrals.FurtherOffenceCheck


def further_offences(force, period: Period, at) -> FurtherOffences:
    """People who completed the scheme in the period, each counted once from their first completion in it, and whether
    a new offence was recorded within 3, 6 and 12 months of completing. Only people whose months have wholly passed,
    and who were checked after that, count towards the share; those not yet due and those not checked are shown beside
    it. The range says where the share would lie, 95 times in 100, if chance alone were at work (Wilson interval). This
    is a local measure from police records in this county; it is not the national measure of reoffending."""
    completed = Referral.objects.filter(of_moment("closed_at", period), force=force, status=Status.COMPLETED)
    first = completed.order_by("participant_id", "closed_at", "pk").distinct("participant_id").values("pk")
    today = at.astimezone(LONDON).date()
    people = Referral.objects.filter(pk__in=first)
    counts = {"people": Count("pk")}
    for n in FOLLOW_UP:
        ends = Func(
            TruncDate("closed_at", tzinfo=LONDON),
            template=f"(%(expressions)s + interval '{n:d} months')::date",
            output_field=DateField(),
        )
        checks = FurtherOffenceCheck.objects.filter(case=OuterRef("pk"), months=n, done_on__gte=OuterRef(f"ends_{n}"))
        people = people.annotate(**{f"ends_{n}": ends}).annotate(
            **{f"checked_{n}": Exists(checks), f"clear_{n}": Exists(checks.filter(result="none"))}
        )
        due = Q(**{f"ends_{n}__lte": today})
        counts[f"due_{n}_n"] = Count("pk", filter=due)
        counts[f"checked_{n}_n"] = Count("pk", filter=due & Q(**{f"checked_{n}": True}))
        counts[f"clear_{n}_n"] = Count("pk", filter=due & Q(**{f"clear_{n}": True}))
    found = people.aggregate(**counts)
    return FurtherOffences(
        people=found["people"],
        windows=tuple(
            Window(
                months=n,
                not_yet_due=found["people"] - found[f"due_{n}_n"],
                unchecked=found[f"due_{n}_n"] - found[f"checked_{n}_n"],
                no_further_offence=Share(found[f"clear_{n}_n"], found[f"checked_{n}_n"]),
            )
            for n in FOLLOW_UP
        ),
    )


def completion(force, period: Period) -> Completion:
    """Of the accepted cases that closed in the period, those closed as completed. The others were returned to the
    officer or withdrawn, and are shown by the reason given."""
    closed = Referral.objects.filter(
        of_moment("closed_at", period),
        force=force,
        plan__isnull=False,
        status__in=[Status.COMPLETED, Status.RETURNED, Status.WITHDRAWN],
    )
    counts = closed.aggregate(n=Count("pk"), completed=Count("pk", filter=Q(status=Status.COMPLETED)))
    return Completion(
        completed=Share(counts["completed"], counts["n"]),
        not_completed_because=counted_reasons(
            closed.exclude(status=Status.COMPLETED), "return_reason__label", "withdraw_reason__label"
        ),
    )


def timeliness(force, period: Period, at) -> Timeliness:
    """In time: of accepted cases with community work to do and a disposal dated in the period, those whose first work
    session was within the scheme’s limit of hours after the disposal, whatever the day of the week. Cases whose time
    has not yet passed are left out and shown beside it. Medians: of the cases that reached the step in the period,
    half took fewer days than this from the disposal, or from the referral, and half took more."""
    hours = Deadline.objects.get(code="first_session").amount
    first = Milestone.objects.filter(case=OuterRef("pk"), kind=Milestone.Kind.FIRST_WORK_SESSION).values("at")
    counts = (
        Referral.objects.filter(of_moment("disposal_at", period), force=force, plan__minutes_required__gt=0)
        .annotate(first=Subquery(first), limit=F("disposal_at") + timedelta(hours=hours))
        .aggregate(
            n=Count("pk"),
            met=Count("pk", filter=Q(first__lte=F("limit"))),
            missed=Count("pk", filter=Q(first__gt=F("limit")) | Q(first=None, limit__lt=at)),
        )
    )
    return Timeliness(
        limit_hours=hours,
        in_time=Share(counts["met"], counts["met"] + counts["missed"]),
        not_yet_due=counts["n"] - counts["met"] - counts["missed"],
        medians=_medians(force, period),
    )


def _medians(force, period) -> tuple[Median, ...]:
    K = Milestone.Kind

    def days_from(moment):
        taken = ExpressionWrapper(F("at") - F(f"case__{moment}"), output_field=DurationField())
        return MedianOf(
            Func(taken, template="(EXTRACT(epoch FROM %(expressions)s) / 86400)", output_field=FloatField())
        )

    steps = (K.FIRST_CONTACT, K.WORKSHOP_ATTENDED, K.FIRST_WORK_SESSION)
    rows = (
        Milestone.objects.filter(of_moment("at", period), case__force=force, kind__in=steps)
        .values("kind")
        .annotate(n=Count("pk"), disposal=days_from("disposal_at"), referral=days_from("submitted_at"))
    )
    found = {row["kind"]: row for row in rows}
    none: dict[str, Any] = {"n": 0, "disposal": None, "referral": None}
    return tuple(
        Median(K(step).label, row["n"], _rounded(row["disposal"]), _rounded(row["referral"]))
        for step in steps
        for row in [found.get(step, none)]
    )


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(days, 1)
