"""Tasks of a case: what is to be done by a day, what was done; and the day on which a victim was told."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from govuk.worklists import Action
from referrals import home, operations
from referrals.facts import limits
from referrals.forms import casework as forms
from referrals.models import Task, Victim
from referrals.time_limits import rj_information_due, rj_information_in_words
from referrals.views.pages import open_case, posted, sent_once, step_page
from referrals.views.tabs import top_of, with_tabs

SHOWN = 100  # of each: open, and done
Kind = Task.Kind


@dataclass(frozen=True)
class Line:
    """One task as the page shows it: the victim where one may be named, who has it, a tag, what may be done."""

    task: Task
    victim: str
    whose: str
    tag: tuple[str, str] | None
    actions: list[Action]


@needs("referrals.note")
def my_tasks(request):
    """Everything that this person has to do in all cases, soonest first."""
    context = {"worklist": home.all_tasks(request.user, timezone.now(), SHOWN), "shown": SHOWN}
    return render(request, "referrals/my_tasks.html", context)


@needs("referrals.note")
def tasks(request, pk):
    """What is to be done in this case, soonest first, and what was done, newest first."""
    user, today = request.user, timezone.localdate()
    case = open_case(request, pk, "referrals.note", with_tabs(user))
    shown = Task.objects.shown_in(case, user).select_related("victim__person", "assigned_to", "made_by", "done_by")
    waiting = list(shown.filter(done_at__isnull=True).order_by("due_on", "id")[: SHOWN + 1])
    ended = list(shown.filter(done_at__isnull=False).order_by("-done_at", "-id")[: SHOWN + 1])
    context = {
        **top_of(case, "tasks"),
        "waiting": [_line(case, task, today) for task in waiting[:SHOWN]],
        "ended": [_line(case, task, today) for task in ended[:SHOWN]],
        "more": len(waiting) > SHOWN or len(ended) > SHOWN,
        "shown": SHOWN,
    }
    return render(request, "referrals/task_list.html", context)


def _line(case, task, today):
    victim = str(task.victim) if task.victim and case.may("referrals.see_victim") else ""
    whose = str(task.assigned_to or task.get_team_display())
    if task.done_at:
        return Line(task, victim, whose, ("Not needed any more", "grey") if task.not_needed else ("Done", "green"), [])
    tag = ("Overdue", "red") if task.due_on < today else ("Due today", "orange") if task.due_on == today else None
    return Line(task, victim, whose, tag, _actions(case, task))


def _actions(case, task) -> list[Action]:
    """The way to do it, and to give it to somebody else."""
    done, here = None, [case.pk, task.pk]
    if task.kind == Kind.RJ_INFORMATION:
        done = Action("Record the day", reverse("referrals:tell_victim", args=[case.pk, task.victim_id]))
    elif task.kind != Kind.FIRST_CONTACT:
        done = Action("Mark as done", reverse("referrals:finish_task", args=here))
    elif case.may("placements.assess"):
        done = Action("Record first contact", reverse("referrals:first_contact", args=[case.pk]))
    give = Action("Give to somebody else", reverse("referrals:reassign_task", args=here))
    return [done, give] if done else [give]


@needs("referrals.note")
def add_task(request, pk):
    case = open_case(request, pk, "referrals.note")
    form = forms.TaskForm(posted(request), takers=operations.takers(case))
    return step_page(
        request,
        case,
        form,
        lambda **given: sent_once(request, form, lambda **given: operations.add_task(case, by=request.user, **given)),
        title="Add a task",
        done="The task is added.",
        then="referrals:tasks",
    )


@needs("referrals.note")
def finish_task(request, pk, task_pk):
    case = open_case(request, pk, "referrals.note")
    task = _task_of(case, request.user, task_pk)
    update = task.kind == Kind.VICTIM_UPDATE
    form = forms.VictimUpdateForm if update else forms.FinishForm
    return step_page(
        request,
        case,
        form(posted(request)),
        lambda **given: operations.finish_task(task, by=request.user, **given),
        title=task.what,
        facts=_facts(case, task),
        done="The task is done.",
        then="referrals:tasks",
    )


@needs("referrals.note")
def reassign_task(request, pk, task_pk):
    case = open_case(request, pk, "referrals.note")
    task = _task_of(case, request.user, task_pk)
    whom = str(task.assigned_to_id or task.team)
    form = forms.ReassignForm(posted(request), takers=operations.takers(case, Kind(task.kind)), initial={"whom": whom})
    return step_page(
        request,
        case,
        form,
        lambda **given: operations.reassign(task, by=request.user, **given),
        title="Give the task to somebody else",
        facts=_facts(case, task),
        done="The task is theirs now.",
        then="referrals:tasks",
    )


@needs("referrals.tell_victim")
def tell_victim(request, pk, victim_pk):
    """The day on which a victim was told about restorative justice: recorded, or corrected."""
    case = open_case(request, pk, "referrals.tell_victim")
    victims = Victim.objects.visible_to(request.user).filter(case=case).select_related("person", "case")
    victim = get_object_or_404(victims, pk=victim_pk)
    return step_page(
        request,
        case,
        forms.ToldForm(posted(request), initial={"on": victim.told_about_rj_on or timezone.localdate()}),
        lambda on: operations.tell_victim(victim, by=request.user, on=on),
        title="Told about restorative justice",
        intro="Every victim has a right to be told what restorative justice is, and how to take part in it.",
        facts=_of_victim(case, victim),
        done="The day is recorded.",
        then="referrals:tasks",
    )


def _of_victim(case, victim) -> dict:
    """Until when this victim is to be told, and how to reach them."""
    due = rj_information_due(
        reported_on=case.reported_on,
        offence_at=case.offence_at,
        enhanced=victim.enhanced_rights,
        limits=limits(),
    )
    told = {
        "Victim": victim,
        "Restorative justice": rj_information_in_words(due, victim.told_about_rj_on, timezone.localdate()),
    }
    return {**told, **_safe_contact(victim)}


def _safe_contact(victim) -> dict:
    return {"Safe to reach": victim.safe_contact} if victim.safe_contact else {}


def _task_of(case, user, pk) -> Task:
    """A task of this case that concerns this person; else 404."""
    shown = Task.objects.shown_in(case, user).select_related("case", "victim__person", "assigned_to")
    return get_object_or_404(shown, pk=pk)


def _facts(case, task) -> dict:
    """What to know of a task before doing it: the victim and how to reach them stand before those who may know."""
    told = {"Task": task.what, "By": task.due_on, "Who": task.assigned_to or task.get_team_display()}
    if task.victim and case.may("referrals.see_victim"):
        told |= {"Victim": task.victim, **_safe_contact(task.victim)}
    return told
