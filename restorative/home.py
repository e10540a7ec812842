"""What restorative justice shows on the home page and on the page of a case. No names: whoever opens a process reads
them there, and the trail says so."""

from collections import defaultdict

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from govuk.worklists import Action, Row, Worklist
from referrals.lifecycle import Status
from referrals.models import Deadline, Referral, Victim
from referrals.survey import first_of
from referrals.time_limits import ClockState, working_days_clock
from referrals.words import shown_name
from restorative import lifecycle, progress
from restorative.lifecycle import Stage
from restorative.models import AgreementItem, Process

SHOWN = 10
PREPARATION = (Stage.ACCEPTED, Stage.PARTICIPANT_WILLING, Stage.RISK_ASSESSED, Stage.PREPARING)


def worklists(user, now):
    lists = []
    if user.may("restorative.record"):
        lists += _practitioner(user, now)
    if user.may("restorative.start"):
        lists.append(_to_explore(user))
    return lists


def stage(case, user, now):
    """Restorative justice on the page of a case: for those who may read it, and only the processes they may see."""
    if not user.may("restorative.read"):
        return None
    processes = list(
        Process.objects.visible_to(user).filter(case=case).select_related("practitioner").order_by("identified_at")
    )
    rows = [
        Row(f"With {process.practitioner}", _page(process), progress.ending(process), progress.tag(process))
        for process in processes
    ]
    open_ones = {process.victim_id for process in processes if process.status not in lifecycle.OVER}
    victims = {victim.pk for victim in case.victims.all()}
    actions = []
    if user.may("restorative.start") and not lifecycle.start_refusal(case) and victims - open_ones:
        actions.append(Action("Start restorative justice", reverse("restorative:start", args=[case.pk])))
    return Worklist(
        "Restorative justice",
        rows=rows,
        empty=_not_started(case) if victims else "No victim is recorded, so there is nobody to offer it to.",
        actions=actions,
        anchor="restorative-justice",
        people=[("Restorative justice", process.practitioner) for process in processes],
    )


def _not_started(case):
    return lifecycle.start_refusal(case) or "Not started yet. The triage team starts it when a victim may want it."


def _practitioner(user, now):
    mine = Process.objects.visible_to(user).open().filter(practitioner=user)
    by_stage = defaultdict(list)
    for process in mine.select_related("case", "victim").order_by("identified_at", "id"):
        by_stage[process.status].append(process)
    due = AgreementItem.objects.filter(
        process__in=mine.filter(status__in=lifecycle.FACILITATED_OR_LATER), done_on__isnull=True
    ).select_related("case")
    today = timezone.localdate(now)
    return [
        _list("To offer to a victim", _to_offer(by_stage[Stage.IDENTIFIED], now), "Nothing to offer."),
        _list(
            "Waiting for the victim’s answer",
            [_row(process, f"Offered on {_day(process.offered_on)}") for process in by_stage[Stage.OFFERED]],
            "No offer is waiting for an answer.",
        ),
        _list(
            "In preparation",
            [
                _row(process, f"Next: {progress.TO_DO[progress.NEXT[process.status]]}")
                for status in PREPARATION
                for process in by_stage[status]
            ],
            "Nothing is being prepared.",
        ),
        _list(
            "After the meeting",
            [
                _row(process, f"Next: {progress.TO_DO[progress.NEXT[process.status]]}")
                for status in lifecycle.FACILITATED_OR_LATER
                for process in by_stage[status]
            ],
            "Nothing is being followed up.",
        ),
        _list(
            "Agreed and not done yet", [_item(item, today) for item in due.order_by("due_on", "id")], "Nothing is due."
        ),
    ]


def _to_offer(processes, now):
    """Most urgent first, by the time limit for telling the victim, which runs from the submission of the referral."""
    limits = dict(Deadline.objects.filter(code__startswith="rj_information").values_list("code", "amount"))
    clocks = []
    for process in processes:
        limit = limits["rj_information_enhanced" if process.victim.enhanced_rights else "rj_information"]
        clocks.append((working_days_clock(process.case.submitted_at, limit, now), process))
    clocks.sort(key=lambda pair: pair[0].due_at)
    return [
        Row(
            process.case.reference,
            _page(process),
            clock.words,
            ("Overdue", "red") if clock.state == ClockState.OVERDUE else None,
        )
        for clock, process in clocks
    ]


def _to_explore(user):
    waiting = Referral.objects.listed_to(user).filter(
        Exists(Victim.objects.filter(case=OuterRef("pk"))),
        ~Exists(Process.objects.filter(case=OuterRef("pk"))),
        status=Status.ACTIVE,
        plan__rj_to_explore=True,
    )
    cases, count = first_of(waiting.with_permissions_of(user).order_by("decided_at", "id"), SHOWN)
    rows = [
        Row(shown_name(case, True))
        if case.hidden
        else Row(
            case.reference,
            reverse("restorative:start", args=[case.pk]),
            f"Accepted on {_day(timezone.localdate(case.decided_at))}",
        )
        for case in cases
    ]
    return Worklist(
        "Restorative justice to start",
        rows=rows,
        count=count,
        empty="Every active case with a victim whose plan says to explore it has a process.",
    )


def _list(title, rows, empty):
    more = Action("All processes", reverse("restorative:list")) if len(rows) > SHOWN else None
    return Worklist(title, rows=rows[:SHOWN], count=len(rows), empty=empty, more=more)


def _row(process, detail):
    return Row(process.case.reference, _page(process), detail)


def _item(item, today):
    overdue = ("Overdue", "red") if item.due_on < today else None
    text = f"{item.case.reference}: {item.get_kind_display().lower()}"
    return Row(text, reverse("restorative:detail", args=[item.process_id]), f"Due {_day(item.due_on)}", overdue)


def _page(process):
    return reverse("restorative:detail", args=[process.pk])


def _day(day):
    return date_format(day, "j F Y")
