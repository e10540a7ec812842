"""Asking people without an account what they think: links, and the screen at the end of a session."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from referrals.models import Referral
from referrals.tokens import digest_of, new_token
from workshops import asked, lifecycle
from workshops.lifecycle import SessionStatus
from workshops.models import Booking, Comment, FeedbackLink, Kiosk, Who
from workshops.operations.feedback import ANSWERED, TOO_LATE
from workshops.operations.sessions import lock


@transaction.atomic
def make_link(booking, *, by, secret: Callable[[], str] = new_token) -> str:
    """The secret of a link that this participant answers once, which nobody can be told again; a link they had is
    dead. Refused before the session, for somebody who was not there, and once they have answered."""
    lock(booking.session)
    booking = Booking.objects.select_for_update(of=("self",)).select_related("session", "case").get(pk=booking.pk)
    if booking.session.starts_at > timezone.now():
        raise Refusal("Feedback can be asked for from the start of the session.")
    if booking.status not in asked.MAY_ANSWER:
        raise Refusal("Only somebody who was at the session can be asked what they thought of it.")
    if hasattr(booking, "feedback"):
        raise IllegalMove("This person has already given feedback.")
    return make_links([booking], by=by, secret=secret)[0][1]


@transaction.atomic
def make_links(bookings, *, by, secret: Callable[[], str] = new_token) -> list[tuple[Booking, str]]:
    """A secret for each of these people of one session who can still answer; links they had are dead. The session is
    locked first, as where its register is saved."""
    now = timezone.now()
    keys = [booking.pk for booking in bookings]
    if bookings:
        lock(bookings[0].session)
    locked = list(Booking.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))
    still = set(
        asked.unanswered(Booking.objects.filter(pk__in=[pk for (pk,) in locked]), now).values_list("pk", flat=True)
    )
    made = [(booking, secret()) for booking in bookings if booking.pk in still]
    FeedbackLink.objects.filter(booking__in=still, used_at__isnull=True).delete()
    FeedbackLink.objects.bulk_create(
        _link(token, booking.case_id, Who.PARTICIPANT, by, now, booking=booking) for booking, token in made
    )
    record(lifecycle.FEEDBACK_LINK_MADE, by=by, ids=[booking.case_id for booking, _ in made])
    return made


def _link(token, case_id, who, by, now, **more) -> FeedbackLink:
    expires = now + timedelta(days=settings.SCHEME["FEEDBACK_LINK_DAYS"])
    return FeedbackLink(
        digest=digest_of(token), case_id=case_id, who=who, made_by=by, made_at=now, expires_at=expires, **more
    )


# --- the screen at the end of a session ----------------------------------------------------------------------------


@transaction.atomic
def open_screen(session, *, by, secret: Callable[[], str] = new_token) -> str:
    """The secret of the screen on which the people of this session answer, one after the other; another screen of the
    session is closed. Refused before the session has started, when it is cancelled, and when nobody is left to ask."""
    session, now = lock(session), timezone.now()
    if session.status == SessionStatus.CANCELLED:
        raise Refusal("This session is cancelled.")
    if session.starts_at > now:
        raise Refusal("Feedback can be asked for from the start of the session.")
    token = secret()
    Kiosk.objects.filter(session=session, closes_at__gt=now).update(closes_at=now)
    screen = Kiosk.objects.create(
        digest=digest_of(token),
        session=session,
        opened_by=by,
        opened_at=now,
        closes_at=now + timedelta(hours=settings.SCHEME["SCREEN_HOURS"]),
    )
    people = asked.people_on(screen, now)
    if not people:
        raise Refusal("Nobody of this session is left to ask.")
    record(lifecycle.SCREEN_OPENED, by=by, ids=[booking.case_id for booking in people], session=session.pk)
    return token


@transaction.atomic
def close_screen(session, *, by=None) -> None:
    """No screen of this session is open."""
    now = timezone.now()
    if Kiosk.objects.filter(session=session, closes_at__gt=now).update(closes_at=now):
        record(lifecycle.SCREEN_CLOSED, by=by, session=session.pk)


# --- parents, carers and victims -----------------------------------------------------------------------------------


@transaction.atomic
def make_comment_link(case, who, *, by, secret: Callable[[], str] = new_token) -> str:
    """The secret of a link at which the parent or carer, or a victim, of this case says once what they think. The link
    that a parent or an only victim had is dead. Refused where the case names nobody to ask."""
    case = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    victims = case.victims.count()
    if who == Who.PARENT and case.parent_or_carer_id is None:
        raise Refusal("This case names no parent or carer.")
    if who == Who.VICTIM and not victims:
        raise Refusal("This case names no victim.")
    if who == Who.PARENT or victims == 1:
        FeedbackLink.objects.filter(case=case, who=who, used_at__isnull=True).delete()
    token, now = secret(), timezone.now()
    link = _link(token, case.pk, who, by, now)
    link.save()
    record(lifecycle.COMMENT_LINK_MADE, by=by, case=case, who=who)
    return token


@transaction.atomic
def leave_comment(token: str, *, text: str, may_be_quoted: bool = False) -> Comment:
    """What a parent or carer, or a victim, said is kept; the link is spent. Of two at once one is kept."""
    now = timezone.now()
    found = asked.open_link(token, now)
    link = FeedbackLink.objects.select_for_update().filter(pk=found.pk).first() if found else None
    if link is None or link.who == Who.PARTICIPANT:
        raise IllegalMove(TOO_LATE)
    if link.used_at:
        raise IllegalMove(ANSWERED)
    comment = Comment.objects.create(
        case_id=link.case_id, who=link.who, text=text, may_be_quoted=may_be_quoted, given_at=now
    )
    link.used_at = now
    link.save(update_fields=["used_at"])
    record(lifecycle.COMMENT_GIVEN, case=link.case, who=link.who)
    return comment
