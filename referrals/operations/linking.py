"""Two records of one person: linked with a reason, unlinked with a reason. Neither record changes, nothing is lost."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from referrals import lifecycle
from referrals.models import PersonLink


@transaction.atomic
def link(person, other, *, by, reason: str, case=None) -> PersonLink:
    """The two records are of the same person: the rules count the cases of both, and of all that are linked with
    either. Refused for one record, for one of another force, and where the two are linked already."""
    if person.pk == other.pk:
        raise Refusal("This is the same record.")
    if {person.force_id, other.force_id} != {by.organisation_id}:
        raise Refusal(f"Only records of {by.organisation} can be linked.")
    first, second = sorted((person.pk, other.pk))
    try:
        with transaction.atomic():
            made = PersonLink.objects.create(
                person_id=first, other_id=second, reason=reason, linked_by=by, linked_at=timezone.now()
            )
    except IntegrityError:
        there = PersonLink.objects.select_related("linked_by").get(person=first, other=second, unlinked_at__isnull=True)
        raise IllegalMove(
            f"{there.linked_by} already linked these two on {timezone.localtime(there.linked_at):%-d %B %Y}."
        ) from None
    record(lifecycle.LINKED, by=by, case=case, ids=[first, second], link=made.pk)
    return made


@transaction.atomic
def unlink(link, *, by, reason: str, case=None) -> None:
    """The two records are of different people after all; that they were linked, by whom and why, is kept. Refused for
    a link of another force, and once it is taken back."""
    current = PersonLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if current.person.force_id != by.organisation_id:
        raise Refusal(f"Only links of {by.organisation} can be taken back.")
    if current.unlinked_at:
        raise IllegalMove(
            f"{current.unlinked_by} already took this link back on {timezone.localtime(current.unlinked_at):%-d %B %Y}."
        )
    current.unlinked_by, current.unlinked_at, current.unlink_reason = by, timezone.now(), reason
    current.save(update_fields=["unlinked_by", "unlinked_at", "unlink_reason"])
    record(lifecycle.UNLINKED, by=by, case=case, ids=[current.person_id, current.other_id], link=current.pk)
