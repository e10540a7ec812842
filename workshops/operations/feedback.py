"""What people thought of the workshop: typed in from paper, on their own phone, or on the screen at the session."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from workshops import asked, lifecycle, rules
from workshops.lifecycle import BookingStatus
from workshops.models import Booking, FeedbackLink, FeedbackResponse, Who

ANSWERED = "These questions were answered already. Thank you."
TOO_LATE = "This can no longer be answered. Ask for a new link."


@transaction.atomic
def record_feedback(
    booking,
    *,
    by,
    answers: dict[str, bool | None],
    comment: str = "",
    may_be_quoted: bool = False,
    wording: str | None = None,
) -> FeedbackResponse:
    """What somebody wrote on paper of the workshop they attended: for each of the statements True (agree), False
    (disagree) or None (rather not say). Refused unless they attended, and a second time."""
    current = _locked(booking.pk)
    if current.status != BookingStatus.ATTENDED:
        raise Refusal("Feedback is recorded only for somebody who attended.")
    given = {"answers": answers, "comment": comment, "may_be_quoted": may_be_quoted, "wording": wording}
    response = _keep(current, FeedbackResponse.How.PAPER, **given)
    if response is None:
        day = timezone.localtime(current.feedback.given_at)
        raise IllegalMove(f"Feedback was already recorded for this person, on {day:%-d %B %Y}.")
    record(lifecycle.FEEDBACK_GIVEN, by=by, case=current.case)
    return response


@transaction.atomic
def answer_link(token: str, **given) -> FeedbackResponse:
    """The participant has answered on their own phone; the link is spent. Of two at once one is kept. Refused when it
    was answered before, is too old, was replaced, or the person was not there after all."""
    now = timezone.now()
    found = asked.open_link(token, now)
    if found is None or found.who != Who.PARTICIPANT:
        raise IllegalMove(TOO_LATE)
    booking = _there(found.booking_id)  # before the link, as where a new link is made
    link = FeedbackLink.objects.select_for_update().filter(pk=found.pk).first()
    if link is None:
        raise IllegalMove(TOO_LATE)
    response = None if link.used_at else _keep(booking, FeedbackResponse.How.LINK, **given)
    if response is None:
        raise IllegalMove(ANSWERED)
    link.used_at = now
    link.save(update_fields=["used_at"])
    record(lifecycle.FEEDBACK_GIVEN, case=booking.case)
    return response


@transaction.atomic
def answer_on_screen(token: str, booking_pk, **given) -> FeedbackResponse:
    """One person of the session has answered on its screen. Refused when the screen is closed, and a second time."""
    now = timezone.now()
    screen = asked.open_screen(token, now)
    if screen is None:
        raise IllegalMove("This screen is closed.")
    current = _there(booking_pk)
    if current.session_id != screen.session_id or current.case.restricted:
        raise Refusal(TOO_LATE)
    response = _keep(current, FeedbackResponse.How.KIOSK, **given)
    if response is None:
        raise IllegalMove(ANSWERED)
    record(lifecycle.FEEDBACK_GIVEN, case=current.case)
    return response


def _locked(pk) -> Booking:
    return Booking.objects.select_for_update(of=("self",)).select_related("case").get(pk=pk)


def _there(pk) -> Booking:
    """The booking of somebody who was, or may have been, there."""
    booking = _locked(pk)
    if booking.status not in asked.MAY_ANSWER:
        raise IllegalMove(TOO_LATE)
    return booking


def _keep(booking, how, *, answers, comment="", may_be_quoted=False, wording=None) -> FeedbackResponse | None:
    """The response, with the version of the words that it answers; None if this booking has one."""
    wording = wording or settings.SCHEME["FEEDBACK_WORDING"]
    if wording not in rules.WORDINGS:
        raise Refusal("There is no such version of the statements.")
    try:
        with transaction.atomic():
            return FeedbackResponse.objects.create(
                booking=booking,
                how=how,
                wording=wording,
                comment=comment,
                may_be_quoted=may_be_quoted and bool(comment),
                given_at=timezone.now(),
                **{statement: answers[statement] for statement in rules.STATEMENTS},
            )
    except IntegrityError:
        return None
