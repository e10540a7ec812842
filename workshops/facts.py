"""Reads from the database what the pages ask: who is ready for a workshop, which session suits, how a session went."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, Value
from django.utils import timezone

from referrals.facts import milestones_of, missing_for
from referrals.lifecycle import Status
from referrals.models import Consent, Milestone, Referral
from referrals.querysets import named_on
from referrals.rules import NEEDS
from referrals.stages import kept_apart
from workshops import rules
from workshops.lifecycle import BookingStatus, SessionStatus
from workshops.models import Booking, CalendarFeed, Comment, FeedbackResponse, Kiosk, SchoolHoliday, Session, Who
from workshops.series import Closed


def ready(cases, now):
    """Of these cases, those that may go to a workshop, need one, and are not booked; longest waiting first."""
    agreed = Consent.objects.filter(case=OuterRef("pk"), kind=Consent.Kind.TAKE_PART, withdrawn_at__isnull=True)
    return (
        cases.filter(Exists(agreed), status=Status.ACTIVE, plan__workshop_needed=True)
        .reached(Milestone.Kind.ASSESSED)
        .not_reached(Milestone.Kind.WORKSHOP_ATTENDED)
        .exclude(Exists(Booking.objects.ahead(now).filter(case=OuterRef("pk"))))
        .order_by("decided_at", "id")
    )


def obstacle(case, now, bookings=None) -> str:
    """Why this case cannot be booked on a workshop now; empty if it can. The sentences are those of the operations.
    `bookings`: those of the case, where the caller has read them already."""
    if case.status != Status.ACTIVE:
        return f"{case.reference} is {Status(case.status).label.lower()}, so nothing new can start in it."
    if not case.consents.filter(kind=Consent.Kind.TAKE_PART, withdrawn_at__isnull=True).exists():
        return f"{case.reference} has no consent to take part in force."
    if reason := not_needed(case) or already_booked(case, now, bookings):
        return reason
    missing = missing_for(case, "workshop")
    return f"Before a workshop, {' and '.join(NEEDS[milestone] for milestone in missing)}." if missing else ""


def not_needed(case) -> str:
    """Why this case needs no workshop, or none any more; empty if it does."""
    if not case.plan.workshop_needed:
        return f"The plan of {case.reference} does not ask for a workshop."
    attended_at = milestones_of(case).get(Milestone.Kind.WORKSHOP_ATTENDED)
    if attended_at:
        return f"{case.reference} has already attended a workshop, on {timezone.localtime(attended_at):%-d %B %Y}."
    return ""


def already_booked(case, now, bookings=None) -> str:
    """Where this case is booked or waiting; empty if nowhere."""
    if bookings is None:
        bookings = case.bookings.select_related("session__programme")
    booking = next((each for each in bookings if each.is_ahead(now)), None)
    if booking is None:
        return ""
    session = booking.session
    if booking.status == BookingStatus.WAITLISTED:
        return (
            f"{case.reference} is already on the waiting list for {session.programme}, {session.when}. "
            "Take it off that list first."
        )
    if session.ends_at <= now:
        return (
            f"{case.reference} was booked on {session.programme}, {session.when}, and nobody has recorded yet whether "
            "they came."
        )
    return f"{case.reference} is already booked on {session.programme}, {session.when}."


def ready_for(session, cases, now):
    """Of these cases, those ready and of the right force and age for the session, and kept apart from nobody on it."""
    adult = Q(participant__date_of_birth__lte=rules.born_by_to_be_adult(session.day))
    if session.audience == rules.YOUNG_PEOPLE:
        adult = Q(participant__date_of_birth__gt=rules.born_by_to_be_adult(session.day))
    on_it = session.bookings.exclude(status=BookingStatus.CANCELLED).values_list("case__participant", flat=True)
    return ready(cases, now).filter(adult, force=session.force_id).exclude(participant__in=kept_apart(on_it))


def beside_whom_they_must_not_be(session) -> set:
    """Those booked on this session or waiting for it (keys of people) who must be kept apart from another of them:
    somebody said so only since, or linked two records of one person."""
    on_it = set(session.bookings.exclude(status=BookingStatus.CANCELLED).values_list("case__participant", flat=True))
    return on_it & kept_apart(on_it)


def by_reference(reference: str, session, user, now):
    """The case with exactly this reference, for somebody who has no sight of cases and books on this session; None
    unless it is ready for a workshop of this force, and, where it is restricted, they are named on it."""
    cases = Referral.objects.filter(Q(restricted=False) | named_on(user), reference=reference, force=session.force_id)
    return ready(cases, now).select_related("participant").first()


def suitable(case, sessions, now, limit: int) -> list[Session]:
    """The sessions that this person may be booked on, none of them with somebody from whom they are kept apart: those
    with a place first, those in the district where they live or were referred from before others, then by date. At
    most `limit`, looked for among the soonest hundred."""
    born = case.participant.date_of_birth
    if born is None:
        return []
    adult_from = rules.adult_from(born)
    right_age = Q(audience=rules.ADULTS, starts_at__date__gte=adult_from) | Q(
        audience=rules.YOUNG_PEOPLE, starts_at__date__lt=adult_from
    )
    apart = kept_apart([case.participant_id])
    beside = Booking.objects.exclude(status=BookingStatus.CANCELLED).filter(case__participant__in=apart)
    soonest = (
        sessions.bookable(now)
        .filter(right_age, force=case.force_id)
        .exclude(pk__in=beside.values("session"))
        .with_details()
        .with_numbers()
        .order_by("starts_at")
    )[:100]
    near = home_district(case)
    return sorted(soonest, key=lambda session: (session.places_left == 0, session.district_id != near))[:limit]


def home_district(case) -> str | None:
    """The code of the district where the person lives, or else where the incident was."""
    return case.participant.district_id or case.district_id


def feedback_summary(session) -> dict:
    """How people answered: {"responses": n, "shown": n, "statements": [{"text", "agree", "disagree", "not_said",
    "percent"}], "comments": [{"text", "may_be_quoted"}]}. `percent` is agree ÷ (agree + disagree), None if nobody
    answered. Each version of the words has its own statements.

    Nothing here says who said what. Answers are shown three at a time, those on paper by themselves (whoever typed them
    in knows them), so that who looks after each answer does not see what the last one changed. Which three belong
    together never changes, and they are shown while all of them count: who corrects a register, one person after the
    other, sees three answers less, not one. Comments come in the order of the alphabet, not of the bookings.
    """
    given = FeedbackResponse.objects.filter(booking__session=session).select_related("booking").order_by("pk")
    kept: dict = {}
    for response in given:
        kept.setdefault((response.wording, response.how == FeedbackResponse.How.PAPER), []).append(response)
    groups = [
        group[start : start + rules.SMALLEST_GROUP]
        for group in kept.values()
        for start in range(0, len(group), rules.SMALLEST_GROUP)
    ]
    responses = [response for response in given if _counts(response)]
    shown = [
        response
        for group in groups
        if len(group) == rules.SMALLEST_GROUP and all(_counts(response) for response in group)
        for response in group
    ]
    statements = []
    for wording in sorted({response.wording for response in shown}):
        for name, text in rules.WORDINGS[wording].items():
            answers = [getattr(response, name) for response in shown if response.wording == wording]
            agree, disagree = answers.count(True), answers.count(False)
            statements.append(
                {
                    "text": text,
                    "agree": agree,
                    "disagree": disagree,
                    "not_said": answers.count(None),
                    "percent": rules.percent(agree, agree + disagree),
                }
            )
    comments = sorted((response.comment, response.may_be_quoted) for response in shown if response.comment)
    return {
        "responses": len(responses),
        "shown": len(shown),
        "statements": statements,
        "comments": [{"text": text, "may_be_quoted": quoted} for text, quoted in comments],
    }


def _counts(response) -> bool:
    return response.booking.status == BookingStatus.ATTENDED


@dataclass(frozen=True)
class Clash:
    """Somebody who is wanted at a time at which they already run, or help in, another session."""

    starts_at: datetime
    person: object
    sentence: str


def clashes(staff, spans, *, but_for=None) -> list[Clash]:
    """Who of these people is busy at which of these times (start, end), soonest first; `but_for` is the session that is
    being changed."""
    others = (
        Session.objects.run_by(*staff)
        .filter(starts_at__lt=max(end for _, end in spans), ends_at__gt=min(start for start, _ in spans))
        .exclude(status=SessionStatus.CANCELLED)
        .exclude(pk=but_for.pk if but_for else None)
        .select_related("programme")
        .prefetch_related("co_facilitators")
        .order_by("starts_at", "pk")
    )
    busy = [(other, {other.facilitator_id, *(helper.pk for helper in other.co_facilitators.all())}) for other in others]
    return [
        Clash(start, person, f"{person} already runs {other.programme} on {other.when}.")
        for start, end in spans
        for other, running in busy
        for person in staff
        if person.pk in running and other.starts_at < end and other.ends_at > start
    ]


def school_holidays() -> tuple[list[Closed], date | None]:
    """The school holidays, and the last day until which they are known."""
    rows = list(SchoolHoliday.objects.order_by("valid_from"))
    closed = [
        Closed(row.valid_from, row.valid_to, f"{row.label}{f'. {row.hint}' if row.hint else ''}")
        for row in rows
        if row.valid_from and row.valid_to  # as all of them have
    ]
    return closed, max((days.last for days in closed), default=None)


def feed_of(user) -> CalendarFeed | None:
    """The private address at which this person’s calendar reads, if they made one."""
    return CalendarFeed.objects.filter(user=user).first()


def instead_of(session, sessions, now):
    """The sessions to which everybody who is booked on this one may go: of the same force and for the same audience,
    not started and not cancelled; soonest first."""
    return (
        sessions.bookable(now)
        .filter(force=session.force_id, audience=session.audience)
        .exclude(pk=session.pk)
        .with_details()
        .with_numbers()
        .order_by("starts_at", "id")
    )


def screen_is_open(session, now) -> bool:
    return Kiosk.objects.filter(session=session, closes_at__gt=now).exists()


def heard_in(case) -> list[Who]:
    """Whom the person who opened this case (case.may) may ask and hear: victims only where they may know of them."""
    return [Who.PARENT, *([Who.VICTIM] if case.may("referrals.see_victim") else [])]


def comments_of(case, of) -> list[Comment]:
    """What these (Who) said of a case, newest first."""
    return list(Comment.objects.filter(case=case, who__in=of))


def quotes(force):
    """What may be quoted, {"said", "by"}, in the order of the alphabet, which says nothing of who or when; the same
    words stand once."""
    responses = FeedbackResponse.objects.filter(
        booking__in=Booking.objects.attended().filter(session__force=force), may_be_quoted=True
    ).exclude(comment="")
    comments = Comment.objects.filter(case__force=force, may_be_quoted=True)
    said = responses.values(said=F("comment"), by=Value(Who.PARTICIPANT.value))
    return said.union(comments.values(said=F("text"), by=F("who"))).order_by("said", "by")
