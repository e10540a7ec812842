"""The tabs of a case: its pages, each with how much of it this person may see."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from referrals import words
from referrals.models import ComplianceEvent, Document, Note, Referral, Task
from referrals.querysets import TEAMS
from referrals.views.sections import age_of

MOST = 1000  # rows counted


def with_tabs(user, rows=None):
    """The cases of `rows` with what tabs_of() counts, in the same query. Who may see which row is said once, by
    shown_in(); here each row is only labelled with whom it is for."""
    rows = Referral.objects.with_people() if rows is None else rows
    return rows.annotate(
        notes_for=_labels(
            Note.objects, Case(When(Q(sensitive=False) | Q(by=user), then=Value("all")), default=Value("triage"))
        ),
        tasks_for=_labels(
            Task.objects.filter(done_at=None),
            Case(When(Q(assigned_to=user) | Q(made_by=user), then=Value("mine")), default=F("team")),
        ),
        documents_for=_labels(
            Document.objects.filter(removed_at=None),
            Case(When(for_provider=True, then=Value("all")), default=Value("police")),
        ),
        missed_for=_labels(ComplianceEvent.objects.undecided(), Value("all")),
    )


def _labels(rows, label):
    return ArraySubquery(rows.filter(case=OuterRef("pk")).order_by().annotate(whose=label).values("whose")[:MOST])


def tabs_of(case, current: str) -> list[dict]:
    """The tabs that this person sees, for templates/referrals/_tabs.html. The case was fetched by with_tabs() and with
    the permissions of the person; `current` is the name of the page's address."""
    return [
        {"text": text, "href": reverse(f"referrals:{name}", args=[case.pk]), "current": name == current, **count(case)}
        for name, (text, permission, count) in TABS.items()
        if case.may(permission)
    ]


def top_of(case, current: str) -> dict:
    """What stands at the top of each of these pages: whose case it is, and the tabs."""
    day = timezone.localdate(case.submitted_at or timezone.now())
    return {"case": case, "age": age_of(case, day), "tag": words.status_tag(case), "tabs": tabs_of(case, current)}


def _notes(case):
    return {"count": sum(case.may("referrals.triage") or whose == "all" for whose in case.notes_for)}


def _tasks(case):
    mine = {"mine", *(team for team, permission in TEAMS.items() if case.may(permission))}
    return {"count": sum(case.may("referrals.triage") or whose in mine for whose in case.tasks_for)}


def _documents(case):
    return {"count": sum(case.may("referrals.see_victim") or whose == "all" for whose in case.documents_for)}


def _missed(case):
    return {"count": len(case.missed_for)}


def _uncounted(case):
    return {}


# Address → what the tab says, the permission that shows it, and how many there are.
TABS = {
    "detail": ("Case", "referrals.read", _uncounted),
    "notes": ("Notes", "referrals.note", _notes),
    "tasks": ("Tasks", "referrals.note", _tasks),
    "documents": ("Documents", "referrals.note", _documents),
    "messages": ("Messages", "referrals.contact", _uncounted),
    "compliance": ("Compliance", "referrals.note", _missed),
    "happened": ("What happened", "referrals.read", _uncounted),
}
