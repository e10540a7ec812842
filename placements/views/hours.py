"""The hours of a case: the account, every line of it, the sessions, and adjustments."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from placements import operations, rules
from placements.entries import entries, lines_of
from placements.forms.work import AdjustForm, SetHoursForm
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
            "too_many": account is not None
            and account.minutes_left == 0
            and sum(session.is_ahead and session.outcome is None for session in sessions),
            "entries": entries(lines_of(case))[::-1],
            "locked": placement_locked(case),
            "endings": ending_actions(case, user, account) if account else [],
            "may_plan": works and case.status == Status.ACTIVE,
            "may_log": works and running,
            "may_set": running and Referral.objects.visible_to(user, "placements.set_hours").filter(pk=pk).exists(),
        },
    )


def _words(account) -> str:
    if not account.minutes_left:
        return "All hours are done."
    return f"{rules.in_words(account.minutes_credited)} done, {rules.in_words(account.minutes_left)} left."


@needs("placements.set_hours")
def set_hours(request, pk):
    """The police change the order. An officer comes from the case, who has no page of its hours."""
    case = open_case(request, pk, "placements.set_hours")
    if not hasattr(case, "plan"):
        raise Http404
    page = reverse("placements:hours" if request.user.may("placements.read") else "referrals:detail", args=[pk])
    initial = {"decided_by": str(request.user), "seen": _order(case)}
    form = SetHoursForm(posted(request), cancel=page, initial=initial)

    def as_it_stands():
        now = open_case(request, pk, "placements.set_hours")
        return str(_order(now)), {"text": _as_it_stands(now)}

    return form_page(
        request,
        form,
        lambda: operations.change_order(case, by=request.user, **form.order()),
        title="Change the hours",
        to=page,
        done=lambda ordered: (
            f"Hours changed: the order is now {rules.in_words(ordered.minutes_required)}, "
            f"{rules.in_words(ordered.minutes_left)} left.{cancelled_in_words(ordered.cancelled)}"
        ),
        case=case,
        text=_as_it_stands(case),
        as_it_stands=as_it_stands,
    )


def _order(case) -> int:
    """What there is to do, in minutes: the account, or what the plan asks for before it begins."""
    account = getattr(case, "hours_account", None)
    return account.minutes_required if account else case.plan.minutes_required


def _as_it_stands(case) -> str:
    account = getattr(case, "hours_account", None)
    if account is None:
        return f"The plan asks for {rules.in_words(case.plan.minutes_required)}. Nothing is credited yet."
    return (
        f"The order is {rules.in_words(account.minutes_required)} now, adjustments included. "
        f"{rules.in_words(account.minutes_credited)} are credited, and stay. The officers and whoever works on "
        "the case are told of the change."
    )


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
        case=case,
    )
