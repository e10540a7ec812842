"""The assessment, the placement and the hours, as the page of a case shows them."""

from dataclasses import dataclass

from django.urls import reverse

from govuk.worklists import Action, Row, Worklist
from placements import learnt, rules
from placements.operations.assessing import age_today
from placements.querysets import OPEN_PLACEMENT
from placements.tags import enrolment_tag, placement_tag, session_tag
from referrals import facts
from referrals.lifecycle import CLOSED, OVERRIDES, Status
from referrals.rules import NEEDS


@dataclass(frozen=True)
class Locked:
    """Why no placement may start in a case, and whether a manager could allow it all the same."""

    sentence: str
    may_be_overridden: bool = False


def placement_locked(case) -> Locked | None:
    """None when a placement may start (referrals.operations.lock_for_stage has the last word)."""
    if case.status != Status.ACTIVE:
        return Locked(f"The case is {Status(case.status).label.lower()}, so no placement can start.")
    missing = facts.missing_for(case, "placement")
    if not missing:
        return _not_agreed(case)
    sentence = f"Before a placement, {' and '.join(NEEDS[milestone] for milestone in missing)}."
    if missing != ["workshop_attended"]:
        return Locked(sentence)
    asked = [
        request
        for request in case.override_requests.all()
        if request.kind == OVERRIDES["placement"] and request.decided_at is None
    ]
    if asked:
        day = rules.date_in_words(rules.local(asked[0].asked_at).date())
        return Locked(f"{sentence} {asked[0].asked_by} asked a manager on {day} to allow it before.")
    return Locked(sentence, may_be_overridden=True)


def _not_agreed(case) -> Locked | None:
    """The consents without which no work can be planned."""
    agreed = facts.consents_of(case)
    if not_agreed := facts.consents_missing(case, "placement", agreed):
        return Locked(f"There is no consent {' and '.join(not_agreed)} in force, so no work can be planned.")
    if lacking := rules.consents_lacking(rules.is_child(age_today(case)), agreed):
        return Locked(f"A parent or carer must consent {' and '.join(lacking)} first.")
    return None


def assessment(case, user, now):
    if not (user.may("placements.read") and hasattr(case, "plan")):
        return None
    found = getattr(case, "assessment", None)
    may = user.may("placements.assess") and case.status == Status.ACTIVE
    assess = reverse("placements:assess", args=[case.pk])
    if found is None:
        return Worklist(
            "Assessment",
            empty="It was not done before the case was closed."
            if case.status in CLOSED
            else "Not done yet. It comes before everything else: needs, risks and an emergency contact.",
            tag=("To do", "orange"),
            actions=[Action("Start the assessment", assess, True)] if may else [],
        )
    if found.completed_at is None:
        return Worklist(
            "Assessment",
            rows=[
                Row(
                    rules.progress(found.sections_done),
                    reverse("placements:assessment", args=[case.pk]),
                    f"Started by {found.started_by} on {rules.date_in_words(rules.local(found.started_at).date())}",
                )
            ],
            tag=("Started", "blue"),
            actions=[Action("Continue the assessment", assess, True)] if may else [],
        )
    return Worklist(
        "Assessment",
        rows=[
            Row(
                f"Assessed by {found.completed_by}",
                reverse("placements:assessment", args=[case.pk]),
                f"On {rules.date_in_words(rules.local(found.completed_at).date())}. Can work on "
                f"{rules.days_in_words(found.days_available)}",
            )
        ],
        tag=("Completed", "green"),
    )


def placement(case, user, now):
    if not (user.may("placements.read") and hasattr(case, "plan")):
        return None
    placements = list(case.placements.select_related("site").order_by("-planned_at"))
    locked = placement_locked(case)
    actions = []
    if locked and locked.may_be_overridden and user.may("referrals.ask_override"):
        actions.append(Action("Ask a manager to allow it now", reverse("referrals:ask_override", args=[case.pk])))
    elif not locked and user.may("placements.place"):
        address = reverse("placements:match", args=[case.pk])
        actions.append(
            Action("Find another site", address) if placements else Action("Find a site", address, primary=True)
        )
    return Worklist(
        "Placement",
        rows=_stopped(case, placements, locked)
        + [
            Row(
                str(each.site),
                reverse("placements:hours", args=[case.pk]),
                f"{rules.in_words(each.minutes_agreed)} agreed, signed on {rules.date_in_words(each.signed_on)}",
                placement_tag(each),
            )
            for each in placements
        ],
        empty="No site yet. Everything that must come first is done.",
        locked=locked.sentence if locked and not placements else "",
        tag=placement_tag(placements[0]) if placements else (("Not yet", "grey") if locked else ("To place", "orange")),
        actions=actions,
    )


def _stopped(case, placements, locked) -> list[Row]:
    """Why nothing more can be planned, where somebody works already."""
    works = case.status == Status.ACTIVE and any(each.status in OPEN_PLACEMENT for each in placements)
    return [Row(locked.sentence)] if locked and works else []


def hours(case, user, now):
    """Everybody who may see the case sees how many hours are done; who works on it, the sessions too."""
    if not hasattr(case, "plan"):
        return None
    account = getattr(case, "hours_account", None)
    if account is None:
        return Worklist(
            "Hours",
            empty=f"The plan asks for {rules.in_words(case.plan.minutes_required)}. They begin with the placement.",
            tag=("Not yet", "grey"),
            actions=_change_of_hours(case, user),
        )
    done = account.minutes_left == 0
    rows = [
        Row(
            f"{rules.in_words(account.minutes_credited)} of {rules.in_words(account.minutes_required)} done",
            reverse("placements:hours", args=[case.pk]) if user.may("placements.read") else "",
            "" if done else f"{rules.in_words(account.minutes_left)} left",
        )
    ]
    if user.may("placements.log"):
        waiting = case.work_sessions.filter(outcome__isnull=True).select_related("placement__site", "outcome")
        rows += [
            Row(
                f"{rules.day_in_words(rules.local(session.starts_at).date())}, {rules.local(session.starts_at):%H:%M}",
                reverse("placements:record_work", args=[session.pk]) if session.starts_at <= now else "",
                str(session.placement.site),
                session_tag(session, now),
            )
            for session in waiting.order_by("starts_at")[:5]
        ]
    return Worklist(
        "Hours",
        rows=rows,
        tag=("Completed", "green") if done else ("Under way", "blue"),
        actions=[*_change_of_hours(case, user), *ending_actions(case, user, account)],
    )


def _change_of_hours(case, user) -> list[Action]:
    if not user.may("placements.set_hours") or case.status not in (Status.ACTIVE, Status.SUSPENDED):
        return []
    return [Action("Change the hours", reverse("placements:set_hours", args=[case.pk]))]


def ending_actions(case, user, account) -> list[Action]:
    """What the participant and the officer can be given."""
    actions = []
    if user.may("placements.report") and (account.minutes_left == 0 or case.status in CLOSED):
        actions.append(Action("Report to the officer", reverse("placements:report_completion", args=[case.pk])))
    if user.may("placements.share") and case.status not in CLOSED:
        actions.append(Action("The participant’s own page", reverse("placements:share", args=[case.pk])))
    if user.may("placements.certify") and account.minutes_credited:
        actions.append(Action("Certificate (PDF)", reverse("placements:certificate", args=[case.pk])))
    return actions


def learning(case, user, now):
    """Everybody who may see the case sees its courses, what was gained on them, and how often mentoring took place; who
    works on it can read what it was about."""
    if not hasattr(case, "plan"):
        return None
    reads, rows = user.may("placements.read"), []
    for row in learnt.learnt_in(case):
        day = rules.date_in_words(row.on)
        if row.what == "mentoring":
            page = reverse("placements:mentoring", args=[case.pk]) if reads else ""
            rows.append(Row(f"Mentoring, {learnt.times(row.times)}", page, f"The last time on {day}"))
            continue
        page = reverse("placements:courses_of_case", args=[case.pk]) if reads else ""
        came = f"Qualification gained on {day}: {learnt.gained(row)}" if row.qualification else ""
        came = came or f"{'Result of' if row.result else 'Enrolled on'} {day}"
        rows.append(Row(row.title, page, came, enrolment_tag(row)))
    actions = []
    if user.may("placements.mentor") and case.status not in CLOSED:
        actions = [
            Action("Mentoring", reverse("placements:mentoring", args=[case.pk])),
            Action("Courses", reverse("placements:courses_of_case", args=[case.pk])),
        ]
    return Worklist(
        "Mentoring and courses",
        rows=rows,
        empty="No mentoring and no course was recorded."
        if case.status in CLOSED
        else "No mentoring and no course yet.",
        actions=actions,
    )


def done_so_far(case) -> list[str]:
    """For the statement that goes to the officer with a case."""
    account = getattr(case, "hours_account", None)
    if account is None or account.minutes_credited == 0:
        return ["No community work was done."]
    credited, required = rules.in_words(account.minutes_credited), rules.in_words(account.minutes_required)
    return [f"{credited} of {required} of community work were done."]
