"""What is to be done in a case by a day. Rules make some tasks and end them by themselves; people add others by hand.

The rules are called by the steps of a case, within their transaction, and have no event of their own: the step is one.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import GRANTS
from audit.trail import IllegalMove, Refusal, record
from referrals import facts, lifecycle
from referrals.lifecycle import Status
from referrals.models import Milestone, Task, Victim
from referrals.operations import telling
from referrals.querysets import TEAMS
from referrals.time_limits import rj_information_due, working_day_after

Kind, Team = Task.Kind, Task.Team
# Kind of task → the teams whose work it can be. What concerns a victim stays with those who know of the victim.
FOR = {
    Kind.FIRST_CONTACT: (Team.PROVIDER,),
    Kind.RJ_INFORMATION: (Team.OFFICERS, Team.TRIAGE),
    Kind.VICTIM_UPDATE: (Team.OFFICERS, Team.TRIAGE),
    Kind.BY_HAND: tuple(Team),
}
DONE_BY_ITSELF = {
    Kind.FIRST_CONTACT: "This task is done when the first contact is recorded.",
    Kind.RJ_INFORMATION: "This task is done when the day on which the victim was told is recorded.",
}
NEWS = {
    Status.ACTIVE: "the referral was accepted",
    Status.DECLINED: "the referral was declined",
    Status.WITHDRAWN: "the referral was withdrawn",
    Status.COMPLETED: "the case was completed",
    Status.RETURNED: "the case went back to the officer",
}


# --- made and ended by rules ----------------------------------------------------------------------------------------


def after_submission(case, now, limits) -> None:
    """Each person or business that was harmed and not told about restorative justice yet is to be told in time.
    `limits`: facts.limits()."""
    _make(
        _task(
            case,
            Kind.RJ_INFORMATION,
            now,
            victim=victim,
            due_on=rj_information_due(
                reported_on=case.reported_on,
                offence_at=case.offence_at,
                enhanced=victim.enhanced_rights,
                limits=limits,
            ),
        )
        for victim in case.victims.all()
        if victim.kind != Victim.Kind.COMMUNITY and victim.told_about_rj_on is None
    )


def after_acceptance(case, now) -> None:
    """The provider is to make first contact, and each victim to be told of the decision."""
    limits = facts.limits()
    due_on = working_day_after(timezone.localdate(now), limits["first_contact"])
    _make([_task(case, Kind.FIRST_CONTACT, now, due_on=due_on), *_news(case, now, limits, NEWS[case.status])])


def after_resuming(case, now) -> None:
    """The first contact is due as much later as the case stood still."""
    due_at = facts.first_contact_clock(case, now, facts.limits()).due_at
    _open(case, [Kind.FIRST_CONTACT]).update(due_on=timezone.localdate(due_at))


def after_closing(case, now) -> None:
    """What the case no longer asks for ends, without being called done; each victim is to be told. That a victim is
    told about restorative justice stays to be done, unless the scheme never took the case on."""
    ended = [Kind.FIRST_CONTACT]
    if case.status in (Status.DECLINED, Status.WITHDRAWN):
        ended.append(Kind.RJ_INFORMATION)
    _open(case, ended).update(done_at=now, not_needed=True)
    if case.submitted_at:
        _make(_news(case, now, facts.limits(), NEWS[case.status]))


def after_reopening(case, now) -> None:
    """The case asks again for what was not done before it was closed, and each victim is to be told."""
    limits = facts.limits()
    after_submission(case, now, limits)
    made = _news(case, now, limits, "the case was reopened")
    contacted = case.milestones.filter(kind=Milestone.Kind.FIRST_CONTACT).exists()
    if case.status == Status.ACTIVE and not contacted:
        due_on = working_day_after(timezone.localdate(now), limits["first_contact"])
        made.append(_task(case, Kind.FIRST_CONTACT, now, due_on=due_on))
    _make(made)


def after_contact(case, *, by, at) -> None:
    """The task of the first contact is done by its being recorded."""
    _open(case, [Kind.FIRST_CONTACT]).update(done_at=at, done_by=by, outcome="First contact recorded")


def _news(case, now, limits, news) -> list[Task]:
    """What each victim is to be told; one who was not told the last news yet is told this instead, by the same day."""
    what = f"Tell the victim that {news}"
    _open(case, [Kind.VICTIM_UPDATE]).update(what=what)
    due_on = working_day_after(timezone.localdate(now), limits["victim_update"])
    return [
        _task(case, Kind.VICTIM_UPDATE, now, victim=victim, due_on=due_on, what=what) for victim in case.victims.all()
    ]


def _task(case, kind, now, **fields) -> Task:
    return Task(**{"case": case, "kind": kind, "what": kind.label, "team": FOR[kind][0], "made_at": now, **fields})


def _make(tasks) -> None:
    """One of a kind for one victim is open at a time: one more changes nothing."""
    Task.objects.bulk_create(tasks, ignore_conflicts=True)


def _open(case, kinds):
    return Task.objects.filter(case=case, kind__in=kinds, done_at__isnull=True)


# --- by hand --------------------------------------------------------------------------------------------------------


def takers(case, kind=Kind.BY_HAND) -> dict:
    """Team → the people of it who may be given such a task: each of them may open the case."""
    teams = {
        Team.OFFICERS: telling.officers(case),
        Team.TRIAGE: telling.team_of(case, case.force_id, TEAMS["triage"]) if case.submitted_at else None,
        Team.PROVIDER: telling.team_of(case, case.provider_id, TEAMS["provider"]) if case.provider_id else None,
    }
    active = User.objects.filter(is_active=True).order_by("full_name", "pk")
    return {
        team: active.filter(people, roles__overlap=list(GRANTS[TEAMS[team]]))
        for team, people in teams.items()
        if people is not None and team in FOR[kind]
    }


@transaction.atomic
def add_task(case, *, by, what: str, due_on, team: str = "", assigned_to=None) -> Task:
    """Somebody has something to do in the case by a day, whatever its status. Refused for a day that has gone by, for a
    team that has nothing to do with the case, and for somebody who may not open it."""
    now = timezone.now()
    if due_on < timezone.localdate(now):
        raise Refusal("The day must be today or later.", "due_on")
    team = _whose(case, Kind.BY_HAND, team, assigned_to)
    task = _task(case, Kind.BY_HAND, now, what=what, due_on=due_on, team=team, assigned_to=assigned_to, made_by=by)
    task.save()
    due = f"{due_on:%-d %B %Y}"
    event = record(lifecycle.TASK_ADDED, by=by, case=case, ids=[task.pk], whom=_whom(task), due=due)
    telling.tell_one(case, event, "has a task for you.", assigned_to, by=by)
    return task


@transaction.atomic
def reassign(task, *, by, team: str = "", assigned_to=None) -> None:
    """The task is this person's, or anybody's of the team. Refused once it is done, and as add_task() refuses."""
    task = _locked(task)
    team = _whose(task.case, Kind(task.kind), team, assigned_to)
    task.team, task.assigned_to = team, assigned_to
    task.save(update_fields=["team", "assigned_to"])
    event = record(lifecycle.TASK_REASSIGNED, by=by, case=task.case, ids=[task.pk], whom=_whom(task))
    telling.tell_one(task.case, event, "has a task for you.", assigned_to, by=by)


def _whom(task) -> str:
    return str(task.assigned_to or Team(task.team).label)


@transaction.atomic
def finish_task(task, *, by, outcome: str, at=None) -> None:
    """The task is done, with what came of it. Refused a second time, without an outcome, for a time to come or before
    the task was made, and for a task that another record ends."""
    task, now = _locked(task), timezone.now()
    if task.kind in DONE_BY_ITSELF:
        raise Refusal(DONE_BY_ITSELF[Kind(task.kind)])
    if not outcome.strip():
        raise Refusal("Enter what was done.", "outcome")
    at = at or now
    if at > now:
        raise Refusal("Enter a time that is not in the future.", "at")
    if at < task.made_at:
        raise Refusal(
            f"Enter a time after the task was made ({timezone.localtime(task.made_at):%-d %B %Y, %H:%M}).", "at"
        )
    task.done_at, task.done_by, task.outcome = at, by, outcome.strip()
    task.save(update_fields=["done_at", "done_by", "outcome"])
    kind = lifecycle.VICTIM_UPDATED if task.kind == Kind.VICTIM_UPDATE else lifecycle.TASK_DONE
    record(kind, by=by, case=task.case, ids=[task.pk])


@transaction.atomic
def tell_victim(victim, *, by, on) -> None:
    """The day on which a victim was told about restorative justice is on record, and the task to tell them is done. A
    day recorded before is corrected. Refused for a day to come, and in a draft, where the referral itself says it."""
    if on > timezone.localdate():
        raise Refusal("Enter a date that is not in the future.", "on")
    case = victim.case
    if case.status == Status.DRAFT:
        raise IllegalMove(f"{case.reference} is a draft: say it in the section “Victims”.")
    Victim.objects.filter(pk=victim.pk).update(told_about_rj_on=on)
    said = f"{on:%-d %B %Y}"
    _open(case, [Kind.RJ_INFORMATION]).filter(victim=victim).update(
        done_at=timezone.now(), done_by=by, outcome=f"Told on {said}"
    )
    record(lifecycle.VICTIM_TOLD, by=by, case=case, ids=[victim.pk], on=said)


def _locked(task) -> Task:
    """The task as it stands now, locked; refuses once it is done."""
    current = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if current.done_at:
        when = f"{timezone.localtime(current.done_at):%-d %B %Y at %H:%M}"
        raise IllegalMove(
            f"This task was ended on {when}: the case no longer asks for it."
            if current.not_needed
            else f"{current.done_by} already did this on {when}."
        )
    return current


def _whose(case, kind, team, person) -> str:
    """The team whose task it is; for one person, the team through which they have to do with the case."""
    offered = takers(case, kind)
    if person is not None:
        team = next((name for name, people in offered.items() if people.filter(pk=person.pk).exists()), None)
        if team is None:
            raise Refusal(f"{person} cannot do this: choose somebody who may open {case.reference}.", "whom")
    elif team not in offered:
        raise Refusal("Choose who should do it.", "whom")
    return team
