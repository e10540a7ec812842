"""Work that somebody suggested: taken in, decided on, answered, and who suggested it forgotten."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Organisation
from audit.trail import IllegalMove, Refusal, move, record, request_context
from notices.outbox import queue_soon
from placements import lifecycle
from placements.models import Nomination, Site
from placements.operations.sites import propose_site

SAME_WITHIN = timedelta(days=1)


class TooManyToday(Refusal):
    status = 429


@transaction.atomic
def suggest(*, force, **said) -> Nomination | None:
    """The suggestion waits for a coordinator. The same words once more within a day are kept once (None). Neither the
    trail nor the row says from which address it came.

    Refused where so many came for the force today that somebody must be at play (SCHEME NOMINATIONS_A_DAY)."""
    now = timezone.now()
    # Those of one force come in one after another, so that each is held against those before it.
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=force.pk)
    today = Nomination.objects.filter(force=force, sent_at__gt=now - SAME_WITHIN)
    if today.filter(**{f"{name}__iexact": said[name] for name in ("what", "where", "from_email")}).exists():
        return None
    if today.count() >= settings.SCHEME["NOMINATIONS_A_DAY"]:
        raise TooManyToday(
            "More suggestions have come in today than anybody can read, so no more are taken until tomorrow. What you "
            "wrote is still here: send it again then."
        )
    nomination = Nomination.objects.create(force=force, sent_at=now, **said)
    with _without_address():
        record(lifecycle.SUGGESTED, ids=[nomination.pk])
    return nomination


@contextmanager
def _without_address():
    token = request_context.set({**request_context.get(), "ip": None})
    try:
        yield
    finally:
        request_context.reset(token)


def _locked(nomination) -> Nomination:
    return Nomination.objects.select_for_update(of=("self",), no_key=True).get(pk=nomination.pk)


@transaction.atomic
def accept_nomination(nomination, *, by, answer: str = "", note: str = "", **site) -> Site:
    """The suggestion is a proposed site of the user's provider, and who made it is told, where they left an address and
    an answer is given. Refused once it is decided, and as propose_site() refuses."""
    current = _locked(nomination)
    if current.status not in lifecycle.ACCEPT_NOMINATION.sources:
        raise IllegalMove(current.refuse(lifecycle.ACCEPT_NOMINATION))
    made = propose_site(by=by, **site)
    _decide(current, lifecycle.ACCEPT_NOMINATION, by, answer, note, site=made)
    return made


@transaction.atomic
def decline_nomination(nomination, *, by, reason, answer: str = "", note: str = "") -> None:
    """The work is not done, for this reason; who suggested it is told as in accept_nomination(). Refused once it is
    decided."""
    _decide(_locked(nomination), lifecycle.DECLINE_NOMINATION, by, answer, note, decline_reason=reason)


@transaction.atomic
def mark_nomination(nomination, *, by, answer: str = "", note: str = "") -> None:
    """Somebody suggested the same before; who suggested it now is told as in accept_nomination(). Refused once it is
    decided."""
    _decide(_locked(nomination), lifecycle.DUPLICATE_NOMINATION, by, answer, note)


def _decide(current, transition, by, answer, note, **fields):
    fields |= {"decided_by": by, "decided_at": timezone.now(), "note": note.strip() or current.note}
    if current.from_email:
        fields["answer"] = answer.strip()
    event = {"nomination": str(current.pk)}
    if "decline_reason" in fields:
        event["reason"] = fields["decline_reason"].code
    move(current, transition, by=by, case=None, event=event, **fields)
    if current.from_email and current.answer:
        _send_soon()


@transaction.atomic
def note_on_nomination(nomination, *, by, note: str) -> None:
    """Colleagues read this beside the suggestion."""
    current = _locked(nomination)
    Nomination.objects.filter(pk=current.pk).update(note=note.strip())
    record(lifecycle.NOTED, by=by, ids=[current.pk])


@transaction.atomic
def send_answer_again(nomination, *, by) -> None:
    """The answer is handed over once more: after it failed, or when nobody knows whether it was sent. Refused in any
    other state, and once the address is erased."""
    current = _locked(nomination)
    if not (current.from_email and current.answer and not current.answered_at):
        raise IllegalMove("There is no answer that could be sent again.")
    if not (current.failed_at or Nomination.objects.interrupted(timezone.now()).filter(pk=current.pk).exists()):
        raise IllegalMove("The answer is on its way.")
    Nomination.objects.filter(pk=current.pk).update(
        claimed_at=None, failed_at=None, next_try_at=None, attempts=0, error=""
    )
    record(lifecycle.ANSWER_RELEASED, by=by, ids=[current.pk])
    _send_soon()


def _send_soon():
    from placements.tasks import send_answers

    queue_soon(send_answers)


@transaction.atomic
def erase_contacts(now: datetime) -> int:
    """Who suggested work is not known any more, nor what was answered to them: so many days after the answer, else
    after the decision (SCHEME NOMINATION_CONTACT_DAYS), and a year after a suggestion on which nobody decided. Of how
    many. The trail never held it."""
    told = now - timedelta(days=settings.SCHEME["NOMINATION_CONTACT_DAYS"])
    forgotten = now - timedelta(days=settings.SCHEME["NOMINATION_UNDECIDED_DAYS"])
    known = Nomination.objects.exclude(from_name="", from_email="", answer="")
    due = known.annotate(done_at=Coalesce("answered_at", "decided_at")).filter(
        Q(done_at__lte=told) | Q(done_at__isnull=True, sent_at__lte=forgotten)
    )
    # In one statement: what somebody decides at this moment is not due any more.
    locked = sorted(due.select_for_update(skip_locked=True).values_list("force", "pk"))
    Nomination.objects.filter(pk__in=[pk for _, pk in locked]).update(
        from_name="", from_email="", answer="", error="", contact_erased_at=now
    )
    for _, those in groupby(locked, key=itemgetter(0)):  # the auditor of each force reads of its own
        record(lifecycle.CONTACT_ERASED, ids=[pk for _, pk in those])
    return len(locked)
