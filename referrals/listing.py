"""The list of cases: its tabs, what orders it and what narrows it. The page, its download and the API read it here."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from referrals.lifecycle import CLOSED, Status
from referrals.models import Disposal, District, Offence, Referral
from referrals.querysets import REFERENCE
from referrals.rules import LONDON


@dataclass(frozen=True)
class Tab:
    """One tab of the list: its words, the statuses in it, the time that orders it, whether the newest come first unless
    another order is asked for, and the permission that shows it."""

    text: str
    statuses: tuple[str, ...]
    key: str
    newest_first: bool
    permission: str


TABS = {
    "waiting": Tab("Waiting for a decision", (Status.SUBMITTED,), "submitted_at", False, "referrals.withdraw"),
    "queried": Tab("Question to the officer", (Status.QUERIED,), "submitted_at", False, "referrals.withdraw"),
    "active": Tab("Active", (Status.ACTIVE,), "submitted_at", True, "referrals.read"),
    "suspended": Tab("Suspended", (Status.SUSPENDED,), "submitted_at", True, "referrals.read"),
    "closed": Tab("Closed", CLOSED, "closed_at", True, "referrals.read"),
    "drafts": Tab("Drafts", (Status.DRAFT,), "created_at", True, "referrals.refer"),
}
SORTS = {"due": "Due first", "oldest": "Oldest first", "newest": "Newest first"}
CLOCKS = {"overdue": "Overdue", "today": "Due today", "later": "Due later"}
AGES = {"adult": "Adults", "young": "Young people"}
ME, NOBODY = "me", "nobody"
CODE_LISTS = {"district": District, "offence": Offence, "disposal": Disposal}
FILTERS = (*CODE_LISTS, "age", "clock", "assigned")
CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")  # what a filter may say: never what was typed to find a person


def tabs_for(user) -> dict[str, Tab]:
    return {name: tab for name, tab in TABS.items() if user.may(tab.permission)}


def sorts_of(name: str) -> list[str]:
    """The orders that a tab can be put in; its own comes first. Only what awaits a decision is due."""
    if name == "waiting":
        return ["due", "oldest", "newest"]
    return ["newest", "oldest"] if TABS[name].newest_first else ["oldest", "newest"]


def order(name: str, sort: str = "") -> tuple[str, bool]:
    """The time that orders a tab, and whether the newest come first."""
    chosen = sort if sort in sorts_of(name) else sorts_of(name)[0]
    return ("decision_due_at", False) if chosen == "due" else (TABS[name].key, chosen == "newest")


def choices(user) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer, in one query: filter → (value, words). Codes that are no longer given out are offered
    too, since old cases keep them. The triagers are those of the user's force."""
    triagers = User.objects.with_role(Role.TRIAGER).filter(organisation=user.organisation_id)
    parts = [
        rows.order_by().values_list(Value(name), "code", "label", "position")
        for name, rows in ((name, model.objects) for name, model in CODE_LISTS.items())
    ]
    if user.may("referrals.triage"):
        parts.append(
            triagers.order_by().values_list(Value("assigned"), Cast("pk", CharField()), F("full_name"), Value(0))
        )
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in (*CODE_LISTS, "assigned")}
    for name, value, words, _ in sorted(parts[0].union(*parts[1:], all=True), key=lambda row: (row[3], row[2])):
        found[name].append((value, words))
    return found


def seen_by(user, *, searched: str, narrowed: bool, now):
    """The cases that a list may choose from. Restricted ones stand in it, so that counts add up, but not where
    something was asked of them (a name, a filter): that they answer to it would say what is in them."""
    asked = narrowed or bool(searched and not REFERENCE.fullmatch(searched.strip()))
    cases = Referral.objects.visible_to(user) if asked else Referral.objects.listed_to(user)
    return cases.looked_for(searched, now.year)


def narrow(cases, chosen: dict, *, user, now):
    """The cases that the filters leave. `chosen`: filter → its value, of which the empty ones narrow nothing."""
    for name in CODE_LISTS:
        if chosen.get(name):
            cases = cases.filter(**{name: chosen[name]})
    if chosen.get("age"):
        cases = cases.of_young_people(chosen["age"] == "young")
    if chosen.get("clock"):
        cases = cases.filter(_due(chosen["clock"], now))
    if assigned := chosen.get("assigned"):
        cases = cases.filter(assigned_to={ME: user.pk, NOBODY: None}.get(assigned, assigned))
    return cases


def _due(state, now):
    """When the decision is due; what is due at midnight is due at the end of the day before."""
    today = timezone.localdate(now, LONDON)
    midnight = datetime.combine(today + timedelta(days=1), time.min, LONDON)
    return {
        "overdue": Q(decision_due_at__lt=now),
        "today": Q(decision_due_at__gte=now, decision_due_at__lte=midnight),
        "later": Q(decision_due_at__gt=max(midnight, now)),
    }[state]
