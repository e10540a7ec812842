"""Two people in one draft: what somebody saves does not silently undo what another saved meanwhile."""

from collections.abc import Collection

from django.utils import timezone

from audit.models import Event
from audit.trail import Refusal
from referrals import lifecycle
from referrals.models import Referral


class Stale(Refusal):
    """What somebody read before they wrote is out of date."""

    status = 412


def unchanged_since(referral, version: int) -> Referral:
    """The row, locked until the transaction ends, if it still has the version that was read. Refused (Stale), with who
    changed it and when, if not."""
    current = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)
    if current.version != version:
        last = Event.objects.filter(case=current.pk).exclude(act="consultation").order_by("-at", "-id").first()
        by, at = (last.actor_name, timezone.localtime(last.at)) if last else ("Somebody", current.updated_at)
        raise Stale(
            f"{by} changed {current.reference} on {at:%-d %B %Y at %H:%M}, after you opened it. Nothing of yours was "
            "saved: look at it as it is now, and make your change again if it is still needed.",
            details=[{"version": current.version, "by": by, "at": at.isoformat()}],
        )
    return current


def not_overwriting(current, *, by, version: int | None, names: Collection[str], row=None) -> None:
    """Refuses where somebody else changed one of these fields (of `row`, where the draft has several such rows) since
    the draft had this version. None: whoever asks did not say what they had read."""
    if version is None or not names:
        return
    changes = Event.objects.filter(case=current.pk, kind=lifecycle.EDITED.name, data__version__gte=version)
    for change in changes.exclude(actor=by.pk).order_by("-id"):
        changed = set(names) & set(change.data["fields"])
        if changed and (row is None or str(row.pk) in change.ids):
            raise Stale(
                f"{change.actor_name} changed this on {timezone.localtime(change.at):%-d %B %Y at %H:%M}, after you "
                "opened the page. Nothing that you entered is saved yet: compare, then save again.",
                details=[{"version": current.version, "by": change.actor_name, "fields": sorted(changed)}],
            )


def differing(row, given: dict) -> list[str]:
    """The names of what is given that is not what the row says already."""
    return [
        name
        for name, value in given.items()
        if getattr(row, row._meta.get_field(name).attname) != getattr(value, "pk", value)
    ]
