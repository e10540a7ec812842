"""What has become of a case, in plain words: for the officer who asks, for lists and for the top of its page."""

from django.conf import settings
from django.utils import timezone

from referrals.lifecycle import Status
from referrals.models import Milestone

COLOURS = {
    Status.DRAFT: "grey",
    Status.SUBMITTED: "blue",
    Status.QUERIED: "orange",
    Status.ACTIVE: "green",
    Status.SUSPENDED: "yellow",
    Status.DECLINED: "red",
    Status.WITHDRAWN: "grey",
    Status.COMPLETED: "teal",
    Status.RETURNED: "magenta",
}


def status_tag(case) -> tuple[str, str]:
    """The status as a tag: its words and colour."""
    return Status(case.status).label, COLOURS[case.status]


def shown_name(case, hidden) -> str:
    """Whose case it is, in a list. Of a restricted case that this person may not open (`hidden`): its reference."""
    return f"Restricted, {case.reference}" if hidden else case.participant.name


def on(moment) -> str:
    """A day as people say it: 3 April 2026."""
    return f"{timezone.localtime(moment):%-d %B %Y}"


def progress(case) -> str:
    """One line on where the case has got to. Reads the plan, milestones, decisions and reasons, fetched beforehand."""
    match case.status:
        case Status.DRAFT:
            return f"Not submitted yet. Started on {on(case.created_at)}"
        case Status.SUBMITTED:
            return f"With the triage team since {on(case.submitted_at)}"
        case Status.QUERIED:
            return "The triage team asked the officer a question"
        case Status.DECLINED:
            decision = case.decisions.all()[0]
            where = f" ({decision.redirected_to})" if decision.redirected_to else ""
            return f"Declined on {on(case.closed_at)}: {decision.reason.label.lower()}{where}"
        case Status.SUSPENDED:
            return f"Suspended: {case.suspend_reason.label.lower()}"
        case Status.WITHDRAWN:
            return f"Withdrawn on {on(case.closed_at)}: {case.withdraw_reason.label.lower()}"
        case Status.COMPLETED:
            return f"Completed on {on(case.closed_at)}"
        case Status.RETURNED:
            return f"Returned to the officer on {on(case.closed_at)}: {case.return_reason.label.lower()}"
    return _stage(case)


def gravity(score: int) -> str:
    """A gravity score beside the band that the scheme is meant for."""
    usual = settings.SCHEME["NATURAL_GRAVITY"]
    if score == usual:
        return f"{score} of 5, the scheme’s usual band"
    return f"{score} of 5, {'above' if score > usual else 'below'} the scheme’s usual band, which is {usual}"


def thread(queries) -> list[dict]:
    """What was asked about a referral, when the officer was last reminded, and what they answered, in that order."""
    entries = []
    for query in queries:
        entries.append({"title": "Question", "at": query.asked_at, "by": query.asked_by, "text": query.question})
        if query.reminded_at:
            entries.append({"title": "Officer reminded", "at": query.reminded_at})
        if query.answered_at:
            entries.append({"title": "Answer", "at": query.answered_at, "by": query.answered_by, "text": query.answer})
    return entries


def _stage(case) -> str:
    """Where an active case has got to, and what comes next."""
    reached = {milestone.kind for milestone in case.milestones.all()}
    kind, plan = Milestone.Kind, case.plan
    workshop_next = plan.workshop_needed and kind.WORKSHOP_ATTENDED not in reached
    if kind.HOURS_COMPLETED in reached and not workshop_next:
        return "Hours completed. Ready to be closed"
    if kind.FIRST_WORK_SESSION in reached:
        return "Doing their community work"
    if kind.WORKSHOP_ATTENDED in reached:
        return "Workshop attended. Community work comes next"
    if kind.ASSESSED in reached:
        return f"Assessed. {'The workshop' if workshop_next else 'Community work'} comes next"
    if kind.FIRST_CONTACT in reached:
        return f"{case.provider} has been in touch. The assessment comes next"
    return f"Accepted on {on(case.decided_at)}. {case.provider} will get in touch"


def safely(contact, is_safe) -> str:
    """A phone number or an address, and whether it is known to be safe to use; nothing where there is none."""
    return f"{contact} ({'safe to use' if is_safe else 'not known to be safe'})" if contact else ""
