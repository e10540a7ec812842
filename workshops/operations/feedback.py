"""What people thought of it."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from workshops import lifecycle, rules
from workshops.lifecycle import BookingStatus
from workshops.models import Booking, FeedbackResponse


@transaction.atomic
def record_feedback(
    booking, *, by, answers: dict[str, bool | None], comment: str = "", may_be_quoted: bool = False
) -> FeedbackResponse:
    """What somebody said of the workshop they attended: for each of rules.STATEMENTS True (agree), False (disagree) or
    None (rather not say). Refused unless they attended, and a second time."""
    now = timezone.now()
    current = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    if current.status != BookingStatus.ATTENDED:
        raise Refusal("Feedback is recorded only for somebody who attended.")
    try:
        with transaction.atomic():
            response = FeedbackResponse.objects.create(
                booking=current,
                wording=settings.SCHEME["FEEDBACK_WORDING"],
                comment=comment,
                may_be_quoted=may_be_quoted and bool(comment),
                given_at=now,
                **{statement: answers[statement] for statement in rules.STATEMENTS},
            )
    except IntegrityError:
        given = timezone.localtime(current.feedback.given_at)
        raise IllegalMove(f"Feedback was already recorded for this person, on {given:%-d %B %Y at %H:%M}.") from None
    record(lifecycle.FEEDBACK_GIVEN, by=by, case=current.case)
    return response
