"""The sessions themselves: schedule one, or a series."""

import uuid
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from audit.trail import Refusal, record
from workshops import lifecycle, rules, series
from workshops.models import Session
from workshops.operations.staff import lock_staff, refuse_clashes, tell_staff

ONLINE = "Online"


def lock(session) -> Session:
    return Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)


@transaction.atomic
def schedule(*, by, starts_at, ends_at, **fields) -> Session:
    """A session of the force of `by` is planned, and who runs it is told. Refused in the past, when it ends before it
    starts, for a facilitator who is not of the force or is already busy at that time, without a place or a safe link to
    join, and for a capacity below 1 or above rules.LARGEST_SESSION."""
    [session], event = _make([(starts_at, ends_at)], by=by, **fields)
    tell_staff([session.facilitator, *fields.get("co_facilitators", ())], event, session, "scheduled for you.", by=by)
    return session


@transaction.atomic
def schedule_series(*, by, spans, **fields) -> list[Session]:
    """A session at each of these times (start, end), all alike but for the day, or none. Refused as schedule() refuses
    one, with every clash; without a time, with one twice, and with more than series.MOST."""
    spans = sorted(spans)
    if not spans:
        raise Refusal("Choose at least one date.", "days")
    if len(spans) > series.MOST:
        raise Refusal(f"These are {len(spans)} dates. At most {series.MOST} sessions are made at once.", "days")
    if any(start < end for (_, end), (start, _) in pairwise(spans)):
        raise Refusal("Two of these sessions are at the same time. Choose each date once.", "days")
    made, event = _make(spans, by=by, together=uuid.uuid4() if len(spans) > 1 else None, **fields)
    more = f"scheduled for you, and {len(made) - 1} more until {timezone.localtime(made[-1].starts_at):%-d %B %Y}."
    what = more if len(made) > 1 else "scheduled for you."
    tell_staff([made[0].facilitator, *fields.get("co_facilitators", ())], event, made[0], what, by=by)
    return made


def _make(
    spans,
    *,
    by,
    facilitator,
    audience: str,
    capacity: int,
    co_facilitators=(),
    place: str = "",
    joining_link: str = "",
    together=None,
    **fields,
) -> tuple[list[Session], int]:
    """The sessions, and the event of the first."""
    force = by.organisation
    if force.kind != Organisation.Kind.FORCE:
        raise Refusal("Only the staff of a police force can schedule a session.")
    for start, end in spans:
        check_times(start, end)
    check_capacity(capacity)
    place = checked_place(place, joining_link)
    staff = lock_staff(facilitator, co_facilitators, force)
    refuse_clashes(staff, spans)
    made, events = [], []
    for start, end in spans:
        session = Session.objects.create(
            force=force,
            starts_at=start,
            ends_at=end,
            series=together,
            place=place,
            joining_link=joining_link,
            audience=audience,
            capacity=capacity,
            facilitator=staff[0],
            **fields,
        )
        session.co_facilitators.set(staff[1:])
        told = {"starts_at": start, "audience": audience, "capacity": capacity}
        events.append(record(lifecycle.SCHEDULED, by=by, session=session.pk, **told))
        made.append(session)
    return made, events[0]


def check_times(starts_at, ends_at) -> None:
    now, start = timezone.now(), timezone.localtime(starts_at)
    if starts_at <= now:
        raise Refusal("Enter a start that is in the future.", "starts_at")
    if too_far := rules.too_far_ahead(start.date(), timezone.localdate(now)):
        raise Refusal(too_far, "starts_at")
    if ends_at <= starts_at:
        raise Refusal(f"Enter a time after the start, {start:%H:%M}.", "ends_at")
    if timezone.localdate(ends_at) != start.date():
        raise Refusal(f"Enter an end on the day of the start, {start:%-d %B %Y}.", "ends_at")


def check_capacity(capacity: int) -> None:
    if not 1 <= capacity <= rules.LARGEST_SESSION:
        raise Refusal(f"Enter a number of places from 1 to {rules.LARGEST_SESSION}.", "capacity")


def checked_place(place: str, joining_link: str) -> str:
    """Where it is: what was entered, in one line, or, of a session with a link to join, “Online”."""
    place = " ".join(place.split())
    if joining_link:
        try:
            URLValidator(schemes=["https"])(joining_link)
        except ValidationError:
            raise Refusal(
                "Enter a link that starts with https://, like https://example.com/join", "joining_link"
            ) from None
        return place or ONLINE
    if not place:
        raise Refusal("Enter the place, or a link to join online.", "place")
    return place
