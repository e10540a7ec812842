"""The hours of a case: the account, every line of it, the sessions, and adjustments."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from placements import operations, rules
from placements.forms.work import AdjustForm
from placements.operations.locking import RUNNING
from placements.querysets import OPEN_PLACEMENT
from placements.stages import ending_actions, placement_locked
from placements.tags import placement_tag, session_tag
from placements.views import cancelled_in_words, form_page, open_case, posted
from referrals.lifecycle import Status
from referrals.models import Referral


@needs("placements.read")
def hours(request, pk):
    case, now, user = open_case(request, pk), timezone.now(), request.user
    if not hasattr(case, "plan"):
        raise Http404
    placements = list(case.placements.select_related("site", "end_reason").order_by("-planned_at"))
    for placement in placements:
        placement.tag = placement_tag(placement)
        placement.is_open = placement.status in OPEN_PLACEMENT
    sessions = list(
        case.work_sessions.select_related("placement__site", "outcome", "recorded_by")
        .with_credit()
        .order_by("-starts_at")
    )
    for session in sessions:
        session.tag = session_tag(session, now)
        session.is_ahead = session.starts_at > now
    works = Referral.objects.visible_to(user, "placements.log").filter(pk=pk).exists()
    running = case.status in RUNNING
    account = getattr(case, "hours_account", None)
    return render(
        request,
        "placements/hours.html",
        {
            "case": case,
            "account": account,
            "words": _words(account) if account else "",
            "placements": placements,
            "sessions": sessions,
            "lines": case.hours_lines.select_related("site", "work_session", "adjustment_reason", "by").order_by("-id"),
            "locked": placement_locked(case),
            "endings": ending_actions(case, user, account) if account else [],
            "may_plan": works and case.status == Status.ACTIVE,
            "may_log": works and running,
        },
    )


def _words(account) -> str:
    if not account.minutes_left:
        return "All hours are done."
    return f"{rules.in_words(account.minutes_credited)} done, {rules.in_words(account.minutes_left)} left."


@needs("placements.log")
def adjust(request, pk):
    case = open_case(request, pk, "placements.log")
    page = reverse("placements:hours", args=[pk])
    form = AdjustForm(posted(request), cancel=page)
    return form_page(
        request,
        form,
        lambda: operations.adjust_hours(case, by=request.user, **form.adjustment()),
        title="Adjust the hours",
        to=page,
        done=lambda adjusted: (
            f"Hours adjusted: the order is now {rules.in_words(adjusted.minutes_required)}, "
            f"{rules.in_words(adjusted.minutes_left)} left.{cancelled_in_words(adjusted.cancelled)}"
        ),
    )
