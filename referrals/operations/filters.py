"""Ways of looking at the list of cases that somebody gave a name, for themselves alone."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.trail import IllegalMove, Refusal
from referrals.listing import CODE, FILTERS, TABS, sorts_of
from referrals.models import SavedFilter

AT_MOST = 20


@transaction.atomic
def save_filter(*, by, name: str, query: dict[str, str]) -> SavedFilter:
    """The filter stands above this person's list of cases. Refused without a name or with one they have used, where it
    filters nothing, for anything that is not a code (what was typed to find a person is not kept), and for a 21st."""
    kept = _codes(query)
    name = _name(name)
    User.objects.select_for_update().get(pk=by.pk)  # of two presses at once the second sees what the first has saved
    if by.saved_filters.count() >= AT_MOST:
        raise Refusal(f"You have {AT_MOST} saved filters, the most there can be. Delete one first.")
    _refuse_used(by, name)
    return SavedFilter.objects.create(owner=by, name=name, query=kept, saved_at=timezone.now())


@transaction.atomic
def rename_filter(saved: SavedFilter, *, by, name: str) -> None:
    """Refused without a name, or with one that this person's other filters have."""
    name = _name(name)
    User.objects.select_for_update().get(pk=by.pk)
    _refuse_used(by, name, other_than=saved.pk)
    if not by.saved_filters.filter(pk=saved.pk).update(name=name):
        raise IllegalMove(f"The filter “{saved.name}” was deleted meanwhile.")


def forget_filter(saved: SavedFilter, *, by) -> None:
    """It is gone; the cases are as they were."""
    by.saved_filters.filter(pk=saved.pk).delete()


def _name(name):
    name = " ".join(name.split())
    if not name:
        raise Refusal("Enter a name for the filter.", "name")
    return name


def _refuse_used(by, name, other_than=None):
    if by.saved_filters.filter(name__iexact=name).exclude(pk=other_than).exists():
        raise Refusal(f"You have a filter called “{name}” already. Choose another name.", "name")


def _codes(query) -> dict[str, str]:
    tab = query.get("tab", "")
    unknown = set(query) - {*FILTERS, "tab", "sort"}
    if unknown or tab not in TABS:
        raise Refusal("A filter says which tab it is for, and holds nothing but the list’s own filters.", "query")
    kept = {name: str(value) for name, value in query.items() if value}
    if not all(CODE.fullmatch(value) for value in kept.values()):
        raise Refusal("A filter holds codes only.", "query")
    if kept.get("sort", sorts_of(tab)[0]) not in sorts_of(tab):
        raise Refusal(f"The tab “{TABS[tab].text}” cannot be put in that order.", "query")
    if not set(kept) & {*FILTERS, "sort"}:
        raise Refusal("Choose a filter or an order first, then save it.", "query")
    return kept
