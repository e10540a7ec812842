"""Who runs a session: they are free at that time, and are told."""

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audit.trail import Refusal
from notices import outbox
from workshops import facts

CLASHES_NAMED = 5


def lock_staff(facilitator, co_facilitators, force) -> list[User]:
    """The facilitator and those who help, locked, so that two sessions sent at once do not both find them free. Refused
    for somebody who is not a facilitator of the force, or is named twice."""
    wanted = [facilitator, *co_facilitators]
    if len({person.pk for person in wanted}) < len(wanted):
        raise Refusal(f"{facilitator} is already the facilitator. Choose others to help.", "co_facilitators")
    found = {
        person.pk: person
        for person in User.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[person.pk for person in wanted])
        .order_by("pk")
    }
    for person in wanted:
        current = found[person.pk]
        if not (current.is_active and Role.FACILITATOR in current.roles and current.organisation_id == force.pk):
            raise Refusal(f"{current} is not a workshop facilitator of {force}.", _field(current, facilitator))
    return [found[person.pk] for person in wanted]


def refuse_clashes(staff, spans, *, but_for=None) -> None:
    """Refused while one of these people already runs, or helps in, another session at one of these times."""
    clashes = facts.clashes(staff, spans, but_for=but_for)
    if not clashes:
        return
    if len(spans) == 1:
        raise Refusal(clashes[0].sentence, _field(clashes[0].person, staff[0]))
    days = len({clash.starts_at for clash in clashes})
    named = " ".join(clash.sentence for clash in clashes[:CLASHES_NAMED])
    raise Refusal(
        f"No session was made: {days} of the {len(spans)} dates clash with others. {named}",
        details=[{"starts_at": clash.starts_at.isoformat(), "clash": clash.sentence} for clash in clashes],
    )


def _field(person, facilitator) -> str:
    return "facilitator" if person.pk == facilitator.pk else "co_facilitators"


def staff_of(session) -> list[User]:
    return [session.facilitator, *session.co_facilitators.all()]


def tell_staff(people, event: int, session, what: str, *, by) -> None:
    """These people are told what became of a session; no word about who is booked on it."""
    path = reverse("workshops:session", args=[session.pk])
    outbox.tell(people, event, f"{session.programme}, {session.when}, {session.place}: {what}", path, by=by)
