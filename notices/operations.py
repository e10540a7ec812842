"""The verbs of notices: how often somebody wants them, and what an administrator makes of those that did not arrive."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Notices, User
from audit.trail import IllegalMove, Refusal, record
from notices import lifecycle
from notices.models import Notice
from notices.outbox import send_soon, when_due

MOST_AT_ONCE = 1000
CHOSE_NONE = "They chose to get no emails about cases."


@transaction.atomic
def choose(*, by, choice: str) -> None:
    """The person is told as they chose from now on, and what waits for them is sent when their choice says: at once,
    with the next digest, or not at all."""
    now, choice = timezone.now(), Notices(choice)
    before = User.objects.select_for_update().get(pk=by.pk).notices
    if choice == before:
        return
    User.objects.filter(pk=by.pk).update(notices=choice)
    record(lifecycle.CHOSEN, by=by, ids=[by.pk], before=before, after=choice)
    waiting = Notice.objects.waiting().filter(user=by)
    if choice == Notices.OFF:
        waiting.update(dropped_at=now, dropped_because=CHOSE_NONE)
    elif waiting.update(due_at=when_due(choice, now)) and choice == Notices.AT_ONCE:
        send_soon()


@transaction.atomic
def send_again(notice, *, by) -> None:
    """The notice is sent at once, whatever became of it before, and has all its tries again. Refused for one that was
    sent or given up, and while a worker has it in its hands."""
    current = _to_be_settled(notice, "sent again")
    current.claimed_at = current.failed_at = current.next_try_at = None
    current.attempts, current.error, current.due_at = 0, "", min(current.due_at, timezone.now())
    current.save(
        update_fields=["claimed_at", "failed_at", "next_try_at", "attempts", "error", "due_at"],
    )
    record(lifecycle.SENT_AGAIN, by=by, ids=[current.pk], to=current.user_id)
    send_soon()


@transaction.atomic
def send_failed_again(*, by) -> int:
    """Everything that failed and is this administrator's to look after, up to 1,000 of it, is sent at once, as after a
    mail server that refused everything; returns how many notices that are. What was interrupted is not among them: it
    may have arrived."""
    failed = Notice.objects.visible_to(by).open().filter(failed_at__isnull=False)
    ids = list(failed.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)[:MOST_AT_ONCE])
    if ids:
        Notice.objects.filter(pk__in=ids).update(failed_at=None, next_try_at=None, attempts=0, error="")
        record(lifecycle.SENT_AGAIN, by=by, ids=ids)
        send_soon()
    return len(ids)


@transaction.atomic
def give_up(notice, *, by, reason: str) -> None:
    """The notice is not sent any more, and its row says who decided that and why. Refused without a reason, for one
    that was sent or given up, and while a worker has it in its hands."""
    if not reason.strip():
        raise Refusal("Enter why the email is not sent.", "reason")
    current = _to_be_settled(notice, "given up")
    current.claimed_at = current.failed_at = None
    current.dropped_at = timezone.now()
    current.dropped_because = f"Given up by {by}: {reason.strip()}"[:400]
    current.save(update_fields=["claimed_at", "failed_at", "dropped_at", "dropped_because"])
    record(lifecycle.GIVEN_UP, by=by, ids=[current.pk], to=current.user_id, reason=reason.strip())


def delete_old() -> int:
    """Notices that were sent or dropped so long ago are gone; what happened stays in the trail. Returns how many."""
    before = timezone.now() - timedelta(days=settings.SCHEME["NOTICES_KEPT_DAYS"])
    return Notice.objects.filter(Q(sent_at__lt=before) | Q(dropped_at__lt=before)).delete()[0]


def _to_be_settled(notice, done: str) -> Notice:
    """The row, locked, if it is still an administrator's to settle."""
    current = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if current.sent_at:
        when = timezone.localtime(current.sent_at)
        raise IllegalMove(f"This email was sent on {when:%-d %B %Y at %H:%M}, so it cannot be {done}.")
    if current.dropped_at:
        raise IllegalMove(f"This email is not sent any more. {current.dropped_because}")
    if current.claimed_at and not current.is_interrupted(timezone.now()):
        raise IllegalMove("This email is being sent at this moment. Look again in 15 minutes.")
    return current
