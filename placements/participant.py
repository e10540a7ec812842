"""What a participant's own page says, in words that a twelve-year-old reads: nothing of why, of a victim or of anybody
else."""

from dataclasses import dataclass

from django.conf import settings

from placements import rules
from referrals import stages
from referrals.lifecycle import Status
from referrals.stages import Ahead

MOST_AHEAD = 5


@dataclass(frozen=True)
class OwnPage:
    """First name; hours in minutes; where they go next; what they gained; whom they ring."""

    name: str
    reference: str
    required: int
    credited: int
    left: str
    paused: bool
    ahead: list[Ahead]
    more_ahead: bool
    gained: list[str]
    rings: str
    phone: str


def own_page(case, now) -> OwnPage:
    """Of a case with its participant, caseworker, plan and account. While it is suspended nobody is told to go
    anywhere: whoever asks is told whom to ring."""
    account = getattr(case, "hours_account", None)
    required = account.minutes_required if account else case.plan.minutes_required
    credited = account.minutes_credited if account else 0
    paused = case.status == Status.SUSPENDED
    ahead = [] if paused else stages.ahead_of(case, now)
    rings, phone = whom_to_ring(case)
    return OwnPage(
        name=first_name(case.participant.given_names),
        reference=case.reference,
        required=required,
        credited=credited,
        left=_left(required, credited),
        paused=paused,
        ahead=ahead[:MOST_AHEAD],
        more_ahead=len(ahead) > MOST_AHEAD,
        gained=[
            f"{one.qualification}{f', {one.awarding_body}' if one.awarding_body else ''}"
            for one in case.enrolments.exclude(qualification="").order_by("result_on", "pk")
        ],
        rings=rings,
        phone=phone,
    )


def whom_to_ring(case) -> tuple[str, str]:
    """The first name of their caseworker and the number; without one whose number is known, the scheme's number."""
    worker = case.caseworker
    if worker and worker.is_active and worker.work_phone:
        return first_name(worker.full_name), worker.work_phone
    return "", settings.CONTACT_PHONE


def _left(required, credited) -> str:
    if not required:
        return "You have no hours of community work to do."
    if credited >= required:
        return "You have done all your hours. Well done."
    left = rules.in_words(required - credited)
    if not credited:
        return f"You have {rules.in_words(required)} of community work to do."
    return f"You have done {rules.in_words(credited)}. You have {left} left to do."


def first_name(names: str) -> str:
    """The first of somebody's names."""
    return names.split()[0] if names.split() else ""


def work_ahead(case, now) -> list[Ahead]:
    """The work sessions that this participant goes to next; not those that wait to be moved from a site that takes
    nobody any more."""
    sessions = case.work_sessions.filter(outcome__isnull=True, ends_at__gt=now).that_can_be(now).order_by("starts_at")
    return [
        Ahead(
            what=session.placement.site.activity.label,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            where=f"{session.placement.site.name}, {session.placement.site.address}",
            bring=["a hi-vis vest: ask us if you have none"] if session.placement.site.hi_vis_needed else [],
        )
        for session in sessions.select_related("placement__site__activity")[: MOST_AHEAD + 1]
    ]
