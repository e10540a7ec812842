"""What referrals shows on the home page: each role's own work, the most urgent first."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone

from audit.trail import record
from govuk.worklists import Action, Row, Worklist
from referrals import facts, lifecycle, rules, words
from referrals.facts import first_contact_clock
from referrals.lifecycle import Status
from referrals.models import ComplianceEvent, FurtherOffenceCheck, Message, Milestone, OverrideRequest, Referral, Task
from referrals.survey import CappedCount, survey

FIRST = 6
TOLD_OF_TASK = JSONObject(
    case="case_id",
    what="what",
    due_on="due_on",
    given_names="case__participant__given_names",
    family_name="case__participant__family_name",
)
LATE_FOR = timedelta(days=365)  # how long after its window a further-offence check is still asked for


def worklists(user, now) -> list[Worklist]:
    """The lists that this user's roles call for. However many roles and rows, a handful of queries."""
    wanted = {name: built for name, built in LISTS.items() if user.may(built[0])}
    sets = {name: rows(user, now) for name, (_, rows, _) in wanted.items()}
    if user.may("referrals.note"):
        sets["tasks"] = Task.objects.waiting_for(user).exclude(kind=Task.Kind.FIRST_CONTACT)  # which has its own lists
    found = survey(sets, FIRST, told={"tasks": TOLD_OF_TASK})
    task_count, tasks = found.pop("tasks", (0, []))
    shown = {pk for count, first in found.values() for pk in first}
    rows = Referral.objects.filter(pk__in=shown).with_people().with_progress(_told_of(user)).annotate(upheld=_upheld())
    cases = rows.with_permissions_of(user).in_bulk() if shown else {}
    named = {pk for pk, case in cases.items() if not case.hidden} | {UUID(task["case"]) for task in tasks}
    if named:
        record(lifecycle.LISTED, by=user, ids=sorted(named))
    limits = facts.limits() if shown else {}
    lists = []
    if "tasks" in sets:
        lists.append(_tasks(tasks, task_count, now))
    for name, (_, _, show) in wanted.items():
        count, first = found[name]
        lists.append(show([cases[pk] for pk in first if pk in cases], count, now, limits))
    return [*_override_requests(user), *lists]


def _tasks(tasks, count, now, more=FIRST):
    """What this user has to do by a day; each leads to the tasks of its case."""
    today = timezone.localdate(now)
    return Worklist(
        "Tasks",
        [_task(task, today) for task in tasks],
        count,
        empty="You have no tasks.",
        more=Action("All your tasks", reverse("referrals:my_tasks")) if count > more else None,
    )


def all_tasks(user, now, most) -> Worklist:
    """Everything that this user has to do by a day, soonest first, up to `most`."""
    found = survey({"tasks": Task.objects.waiting_for(user)}, most, told={"tasks": TOLD_OF_TASK})
    count, tasks = found["tasks"]
    record(lifecycle.LISTED, by=user, ids=sorted({UUID(task["case"]) for task in tasks}))
    return _tasks(tasks, count, now, more=count)


def _task(task, today):
    due = date.fromisoformat(task["due_on"])
    tag = ("Overdue", "red") if due < today else ("Due today", "orange") if due == today else None
    detail = f"{task['what']}. {'Was due on' if due < today else 'Due on'} {due:%-d %B %Y}"
    name = f"{task['given_names']} {task['family_name']}"
    return Row(name, reverse("referrals:tasks", args=[task["case"]]), detail, tag)


def _told_of(user):
    """The statuses whose story this user's lists tell: an officer's all, a triager's questions, no others."""
    if user.may("referrals.refer"):
        return list(Status)
    return [Status.SUBMITTED] if user.may("referrals.triage") else []


# --- officers -------------------------------------------------------------------------------------------------------


def _mine(user):
    return Referral.objects.visible_to(user, "referrals.refer")


def _questions(cases, count, now, limits):
    return Worklist(
        "Questions to answer",
        [_row(c, "answer", _question(c), ("Clock stopped", "orange")) for c in cases],
        count,
        empty="Nobody has asked you anything.",
    )


def _question(case):
    return next((query.question for query in case.queries.all() if query.answered_at is None), "")


def _drafts(cases, count, now, limits):
    return Worklist(
        "Drafts to finish",
        [_row(c, "draft", f"{c.reference}, started on {words.on(c.created_at)}") for c in cases],
        count,
        empty="No drafts. What you start and do not submit waits here.",
        actions=[
            Action("Start a referral", reverse("referrals:start"), primary=True),
            Action("Check if somebody can be referred", reverse("referrals:check_eligibility")),
        ],
        more=_more(count, "drafts", "All drafts"),
    )


def _referrals(cases, count, now, limits):
    return Worklist(
        "What became of your referrals",
        [_row(c, "detail", words.progress(c), words.status_tag(c)) for c in cases],
        count,
        empty="You have not submitted a referral yet.",
        more=_more(count, "active", "All your referrals"),
    )


# --- the triage team ------------------------------------------------------------------------------------------------


def _force(user):
    return Referral.objects.listed_to(user, "referrals.triage")


def _deciding(title, empty, tab, verb, *actions):
    def show(cases, count, now, limits):
        rows = [_on_the_clock(c, now, limits, verb) for c in cases]
        led_to = [Action(text, reverse(name)) for text, name in actions]
        return Worklist(title, rows, count, empty, more=_more(count, tab), actions=led_to)

    return show


def _on_the_clock(case, now, limits, verb):
    clock = facts.triage_clock(case, now, limits["triage"])
    tag = ("Overdue", "red") if clock.state == rules.ClockState.OVERDUE else None
    return _row(case, verb, f"{case.offence}. {clock.words}", tag)


def _waiting_for_an_officer(cases, count, now, limits):
    return Worklist(
        "Waiting for an officer’s answer",
        [_row(c, "detail", f"{c.referred_by}: {_question(c)}") for c in cases],
        count,
        empty="No officer owes an answer.",
        more=_more(count, "queried"),
    )


def _ready_to_close(user, now):
    kind = Milestone.Kind
    workshop, hours = (Q(Exists(_milestone(which))) for which in (kind.WORKSHOP_ATTENDED, kind.HOURS_COMPLETED))
    return (
        _force(user)
        .filter(status=Status.ACTIVE)
        .filter(workshop | Q(plan__workshop_needed=False), hours | Q(plan__minutes_required=0))
        .order_by("submitted_at", "pk")
    )


def _milestone(kind):
    return Milestone.objects.filter(case=OuterRef("pk"), kind=kind)


def _closing(cases, count, now, limits):
    return Worklist(
        "Ready to close",
        [_row(c, "complete", f"{c.reference}: the plan is done") for c in cases],
        count,
        empty="Cases come here when the workshop is attended and the hours are completed.",
    )


def _unchecked(user, now):
    """Completed cases with a window that has gone by, within the last year, and no check of it."""
    today, due = timezone.localdate(now), Q(pk__in=[])
    for months in rules.CHECKED_AFTER_MONTHS:
        by = _start_of(rules.add_months(today, -months) + timedelta(days=1))
        checked = FurtherOffenceCheck.objects.filter(case=OuterRef("pk"), months=months)
        due |= Q(closed_at__lt=by, closed_at__gte=by - LATE_FOR) & ~Exists(checked)
    oldest = _start_of(rules.add_months(today, -max(rules.CHECKED_AFTER_MONTHS))) - LATE_FOR
    completed = _force(user).filter(status=Status.COMPLETED, closed_at__gte=oldest)
    return completed.filter(due).order_by("closed_at", "pk")


def _start_of(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _checks(cases, count, now, limits):
    return Worklist(
        "Further-offence checks due",
        [_row(c, "check_further_offence", f"Completed on {words.on(c.closed_at)}") for c in cases],
        count,
        empty="None due. Cases come here 3, 6 and 12 months after they are completed.",
    )


# --- what was missed ------------------------------------------------------------------------------------------------


def _missed_to_decide(permission):
    """Open cases with something missed that waits for no more evidence: a coordinator's own and those that nobody took
    on, a triager's force."""

    def rows(user, now):
        ready = ComplianceEvent.objects.ready(timezone.localdate(now)).filter(case=OuterRef("pk"))
        cases = Referral.objects.listed_to(user, permission).active().filter(Exists(ready))
        if permission == "placements.assess":
            cases = cases.filter(Q(caseworker=user) | Q(caseworker=None))
        return cases.order_by(Subquery(ready.order_by("evidence_by").values("evidence_by")[:1]), "pk")

    return rows


def _to_decide(cases, count, now, limits):
    return Worklist(
        "Evidence in or time up: to decide",
        [_row(c, "compliance", f"{c.reference}: decide on what was missed") for c in cases],
        count,
        empty="Nothing that was missed waits for a decision.",
    )


def _proposed(user, now):
    proposing = ComplianceEvent.objects.proposing().filter(case=OuterRef("pk"))
    return _force(user).active().filter(Exists(proposing)).order_by("submitted_at", "pk")


def _to_return(cases, count, now, limits):
    return Worklist(
        "Proposed to return to the officer",
        [_row(c, "compliance", f"{c.reference}: {c.upheld} missed without a good reason") for c in cases],
        count,
        empty="None. A case comes here when something is missed twice within 12 months without a good reason.",
    )


def _upheld():
    """For annotate(upheld=…): how many things were missed without a good reason."""
    upheld = ComplianceEvent.objects.filter(case=OuterRef("pk"), decision="upheld", lapsed_at__isnull=True)
    return CappedCount(upheld)


# --- coordinators ---------------------------------------------------------------------------------------------------


def _caseload(user):
    return Referral.objects.listed_to(user, "placements.assess").filter(status=Status.ACTIVE)


def _new_cases(cases, count, now, limits):
    return Worklist(
        "New cases waiting for a caseworker",
        [
            _row(c, "detail", f"First contact. {first_contact_clock(c, now, limits).words}", _late(c, now, limits))
            for c in cases
        ],
        count,
        empty="Every case has a caseworker.",
        more=_more(count, "active"),
    )


def _first_contacts(cases, count, now, limits):
    return Worklist(
        "First contact to make",
        [_row(c, "first_contact", first_contact_clock(c, now, limits).words, _late(c, now, limits)) for c in cases],
        count,
        empty="You have been in touch with everybody on your caseload.",
    )


def _late(case, now, limits):
    return ("Overdue", "red") if first_contact_clock(case, now, limits).state == rules.ClockState.OVERDUE else None


# --- whoever writes to the people of cases --------------------------------------------------------------------------


def _written_to(user, messages):
    """The cases with such messages, found from the messages: they are few."""
    return (
        Referral.objects.listed_to(user, "referrals.contact")
        .filter(pk__in=messages.order_by().values("case"))
        .order_by("submitted_at", "pk")
    )


def _messages(title, what, empty, *actions):
    def show(cases, count, now, limits):
        led_to = [Action(text, reverse(name)) for text, name in actions] if count else []
        return Worklist(title, [_row(c, "messages", what) for c in cases], count, empty, actions=led_to)

    return show


# --- managers -------------------------------------------------------------------------------------------------------


def _override_requests(user):
    """The rules that this manager is asked to set aside; these rows are requests, not cases."""
    if not user.may("referrals.override"):
        return []
    waiting = list(
        OverrideRequest.objects.visible_to(user).open().select_related("case__participant", "asked_by")[: FIRST * 2]
    )
    rows = [
        Row(
            f"{wanted.get_kind_display()}: {wanted.case.participant.name}",
            reverse("referrals:decide_override", args=[wanted.pk]),
            f"Asked by {wanted.asked_by} on {words.on(wanted.asked_at)}",
        )
        for wanted in waiting
    ]
    if rows:
        record(lifecycle.LISTED, by=user, ids=[wanted.case_id for wanted in waiting])
    return [
        Worklist(
            "Decisions waiting for you",
            rows,
            len(rows),
            empty="Nobody has asked for your decision.",
            actions=_restricted(user),
        )
    ]


def _restricted(user):
    return [Action("Restricted cases", reverse("referrals:restricted"))] if user.may("referrals.admit") else []


def _row(case, page, detail, tag=None):
    """A line of a list, which leads to a page of the case; of a restricted one that is not this person's, no more than
    that it stands there."""
    if case.hidden:
        return Row(words.shown_name(case, True), tag=tag)
    return Row(words.shown_name(case, False), reverse(f"referrals:{page}", args=[case.pk]), detail, tag)


def _more(count, tab, text="All of them"):
    return Action(text, f"{reverse('referrals:list')}?tab={tab}") if count > FIRST else None


# List → the permission that calls for it, the cases in it, and how it is shown.
LISTS = {
    "questions": ("referrals.refer", lambda user, now: _mine(user).queried(), _questions),
    "drafts": (
        "referrals.refer",
        lambda user, now: _mine(user).filter(status=Status.DRAFT).order_by("-created_at", "pk"),
        _drafts,
    ),
    "referrals": (
        "referrals.refer",
        lambda user, now: _mine(user).exclude(submitted_at=None).order_by(F("submitted_at").desc(), "pk"),
        _referrals,
    ),
    "assigned": (
        "referrals.triage",
        lambda user, now: _force(user).awaiting_triage().filter(assigned_to=user),
        _deciding("Assigned to you", "Nothing is assigned to you.", "waiting", "accept"),
    ),
    "waiting": (
        "referrals.triage",
        lambda user, now: _force(user).awaiting_triage(),
        _deciding(
            "Waiting for a decision",
            "No referral waits for a decision.",
            "waiting",
            "accept",
            ("Find a person", "referrals:find_person"),
        ),
    ),
    "queried": ("referrals.triage", lambda user, now: _force(user).queried(), _waiting_for_an_officer),
    "proposed": ("referrals.triage", _proposed, _to_return),
    "missed": ("referrals.triage", _missed_to_decide("referrals.triage"), _to_decide),
    "closing": ("referrals.triage", _ready_to_close, _closing),
    "checks": ("referrals.triage", _unchecked, _checks),
    "missed_here": ("placements.assess", _missed_to_decide("placements.assess"), _to_decide),
    "letters": (
        "referrals.contact",
        lambda user, now: _written_to(user, Message.objects.letters_to_print()),
        _messages(
            "Letters to print",
            "Print it, and hand it over or post it",
            "No letter waits to be printed.",
            ("All letters to print", "referrals:letters"),
        ),
    ),
    "unsent": (
        "referrals.contact",
        lambda user, now: _written_to(user, Message.objects.in_trouble(now)),
        _messages(
            "Messages that did not arrive",
            "Ring them, send it again, or print a letter",
            "Every message arrived, as far as we know.",
        ),
    ),
    "new": (
        "placements.assess",
        lambda user, now: _caseload(user).filter(caseworker=None).order_by("decided_at", "pk"),
        _new_cases,
    ),
    "first_contact": (
        "placements.assess",
        lambda user, now: (
            _caseload(user)
            .filter(caseworker=user)
            .not_reached(Milestone.Kind.FIRST_CONTACT)
            .order_by("decided_at", "pk")
        ),
        _first_contacts,
    ),
}
