"""What a participant is told of the work that is planned: called in the transaction of whatever changes it.

A message says the whole of what is planned, so that the last one holds whatever came before. It waits a few minutes,
since a plan is seldom made in one step, and what nobody has yet is replaced by the next. A reminder is about a day."""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone

from placements import rules
from placements.models import WorkSession
from placements.participant import whom_to_ring
from referrals import contacting
from referrals.lifecycle import Status
from referrals.models import Message, Referral
from referrals.operations import drop_unsent, was_told, write_message

ABOUT = "work"  # the first word of `about`: placements.truth answers for it
SETTLES = timedelta(minutes=10)
MOST: dict[str, int] = {Message.Channel.SMS: 2}  # days that a message names; the others say how many more there are
MOST_DAYS = 12
SUBJECTS = {
    "invitation": "What is planned",
    "moved": "What is planned has changed",
    "cancelled": "What was planned is cancelled",
    "reminder": "Please remember: tomorrow",
}
Purpose = Message.Purpose
logger = logging.getLogger(__name__)


def of_case(case) -> str:
    return f"{ABOUT}:{case.pk}:"


def tell_of_plan(case, *, by, new: int = 0) -> None:
    """They are told what is planned from now on, where it can take place; that it has changed, unless they never heard
    of a plan or what they heard of is over. `new`: so many sessions were added, and none changed. Who never heard of
    what is gone is told nothing."""
    now = timezone.now()
    dropped = drop_unsent(case, of_case(case), "The plan changed before this was sent.")
    first = (new or dropped) and not was_told(case, of_case(case))
    ahead = case.work_sessions.filter(outcome__isnull=True, starts_at__gt=now)
    if new and not dropped and ahead.count() == new:
        first = True
    sessions = list(_whole(ahead.that_can_be(now)))
    purpose = Purpose.INVITATION if first else Purpose.MOVED
    if not sessions:
        if first:
            return
        purpose = Purpose.CANCELLED
    _write(case, purpose, sessions, uuid.uuid4().hex, by=by, due_at=now + SETTLES)


def who_is_told(case) -> str:
    """How whoever is told of the plan hears of it, as a sentence for whoever changed it; nothing if nobody is."""
    waiting = Message.objects.open().filter(case=case, about__startswith=of_case(case))
    message = waiting.select_related("person").order_by("-made_at").first()
    if message is None:
        return ""
    name = message.person.name
    if message.channel == Message.Channel.LETTER:
        return f"There is a letter to {name} to print, among the messages of the case."
    way = message.get_channel_display().lower()
    return f"{name} is told by {way} in {SETTLES.seconds // 60} minutes."


def remind_of_work(now: datetime) -> int:
    """Everybody who works tomorrow is reminded, once, from 10 in the morning; not who was told of it later than that,
    and not by letter, which would come too late. Returns how many messages were made. Somebody who cannot be written to
    does not hold up the others."""
    since = contacting.reminds_since(now)
    if since is None:
        return 0
    tomorrow, after = contacting.tomorrow(now)
    told = Message.objects.filter(
        case=OuterRef("pk"),
        about__startswith=f"{ABOUT}:",
        purpose__in=[Purpose.INVITATION, Purpose.MOVED, Purpose.REMINDER],
        made_at__gte=since,
    )
    waiting = WorkSession.objects.filter(outcome__isnull=True, starts_at__gte=tomorrow, starts_at__lt=after)
    waiting = waiting.that_can_be(now)
    cases = Referral.objects.filter(status=Status.ACTIVE, pk__in=waiting.values("case")).exclude(Exists(told))
    made = 0
    for pk in list(cases.order_by("pk").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                # Looked at again under the lock of the case: the work may be moved at this moment, and they told of it.
                Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
                case = cases.select_related("participant", "parent_or_carer", "caseworker").filter(pk=pk).first()
                if case is None:
                    continue
                sessions = list(_whole(waiting.filter(case=case)))
                which = f"{timezone.localtime(tomorrow):%Y%m%d}"
                made += _write(case, Purpose.REMINDER, sessions, which, by=None, due_at=now) is not None
        except Exception:  # whatever it is, it is this case’s; the next run tries again
            logger.exception("whoever works in case %s tomorrow cannot be reminded yet", pk)
    return made


def _whole(sessions):
    return sessions.select_related("placement__site").order_by("starts_at", "pk")


def _write(case, purpose, sessions, which, *, by, due_at):
    return write_message(
        case,
        purpose=purpose,
        about=f"{of_case(case)}{which}",
        day=rules.local(sessions[0].starts_at).date() if sessions else timezone.localdate(),
        subject=SUBJECTS[purpose],
        words=lambda to, channel: text_of(case, purpose, sessions, to, channel),
        by=by,
        due_at=due_at,
        letters=purpose != Purpose.REMINDER,
    )


def text_of(case, purpose, sessions, to: contacting.Addressee, channel: str) -> str:
    """What a message says of these sessions, soonest first."""
    hello, child = contacting.greeting(to, case.participant)
    rings, phone = whom_to_ring(case)
    most = MOST.get(channel, MOST_DAYS)
    context = {
        "purpose": purpose.value,
        "hello": hello,
        "child": child,
        "days": [_in_words(session) for session in sessions[:most]],
        "more": len(sessions) - most,
        "hi_vis": any(session.placement.site.hi_vis_needed for session in sessions),
        "rings": rings,
        "phone": phone,
        "reference": case.reference,
    }
    name = "sms" if channel == Message.Channel.SMS else "email"
    return contacting.tidy(render_to_string(f"placements/messages/{name}.txt", context))


def _in_words(session) -> str:
    """When and where, in one line."""
    day = rules.day_in_words(rules.local(session.starts_at).date())
    site = session.placement.site
    where = f"{site.name}, {' '.join(site.address.split())}"
    return f"{day}, {rules.clock(session.starts_at)} to {rules.clock(session.ends_at)}: {where}"
