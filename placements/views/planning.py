"""Work sessions that are planned, moved and cancelled."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import IllegalMove, Refusal
from placements import facts, operations, rules
from placements.forms.planning import CancelWorkForm, MoveWorkForm, PlanWorkForm, PreviewForm
from placements.models import WorkSession
from placements.operations.telling import who_is_told
from placements.stages import placement_locked
from placements.views import form_page, note_reading, posted
from placements.views.placing import open_placement
from referrals.opening import is_ours
from referrals.stages import school_holidays


@needs("placements.place")
def plan_work(request, pk):
    """One session is planned at once; of several, every day is shown first with what stops it."""
    placement = open_placement(request, pk, "placements.place")
    page = reverse("placements:hours", args=[placement.case_id])
    step = request.POST.get("step", "see")
    form = PlanWorkForm(posted(request), cancel=page)
    if request.method == "POST" and step != "change" and form.is_valid():
        with refusals_shown_on(form):
            pattern = form.pattern
            if pattern:
                if locked := placement_locked(placement.case):
                    raise Refusal(locked.sentence)
                return _preview(request, placement, pattern, facts.days_of(placement.case, pattern), step == "make")
            planned = operations.plan_work_sessions(placement, by=request.user, times=form.cleaned_data["times"])
            messages.success(request, _and_who_is_told(_planned(planned), placement.case))
            return redirect(page)
    elif step == "change":
        form = PlanWorkForm(initial=_typed(request.POST), cancel=page)
    return render(
        request,
        "placements/plan_work.html",
        {
            "form": form,
            "title": f"Plan work at {placement.site}",
            "back": page,
            "case": placement.case,
            "placement": placement,
            "days": facts.places_ahead(placement.site),
        },
        status=status_of(form),
    )


def _typed(data) -> dict:
    """What was asked before, for a form that asks it again."""
    form = PlanWorkForm(data, cancel="")
    form.is_valid()
    return form.cleaned_data


def _preview(request, placement, pattern, days, making):
    """Every day of the pattern as it would be planned, and what stops it; or, where they were seen, the sessions."""
    case, page = placement.case, reverse("placements:hours", args=[placement.case_id])
    proposed = facts.proposed(placement, days.wanted, pattern.starts, pattern.ends)
    possible = facts.possible(proposed)
    shown = ",".join(f"{day}" for day in days.wanted)
    form = PreviewForm(
        request.POST.copy() if making else None,
        asked=request.POST,
        stopped=len(proposed) - len(possible),
        possible=len(possible),
        shown=shown,
        cancel=page,
    )
    if making and form.is_valid():
        with refusals_shown_on(form):
            planned = _make(request, placement, proposed, form, shown)
            left_out = len(proposed) - len(planned)
            messages.success(request, _and_who_is_told(f"{_planned(planned)}{_left_out(left_out)}", case))
            return redirect(page)
        form.data["shown"] = shown
    planned_already = facts.minutes_planned(case)
    return render(
        request,
        "placements/plan_preview.html",
        {
            "form": form,
            "back": page,
            "placement": placement,
            "pattern": pattern,
            "proposed": proposed,
            "possible": len(possible),
            "stopped": len(proposed) - len(possible),
            "minutes": sum(rules.elapsed_minutes(start, end) for start, end in possible),
            "left": case.hours_account.minutes_left,
            "planned_already": planned_already,
            "beyond": rules.beyond_the_order(possible, case.hours_account.minutes_left, planned_already),
            "left_out": days.left_out,
            "cut_short": days.cut_short,
            "unknown": _unknown(pattern, days),
        },
        status=status_of(form),
    )


def _make(request, placement, proposed, form, shown):
    if form.cleaned_data["shown"] != shown:
        raise IllegalMove("The plan of this case was changed meanwhile. These are the days now: look at them again.")
    leave_out = form.cleaned_data.get("leave_out", False)
    times = facts.times_to_plan(proposed, leave_out)
    return operations.plan_work_sessions(placement, by=request.user, times=times, leave_out=leave_out)


def _unknown(pattern, days) -> str:
    """What is said where the school holidays are not known as far as the pattern goes."""
    if not pattern.school_holidays_out:
        return ""
    known = max((closed.last for closed in school_holidays()), default=None)
    if known and days.wanted[-1] <= known:
        return ""
    since = f" after {rules.date_in_words(known)}" if known else ""
    return f"The school holidays{since} are not known here yet. Check the later days yourself."


def _planned(sessions) -> str:
    first = rules.day_in_words(rules.local(sessions[0].starts_at).date())
    if len(sessions) == 1:
        return f"Session planned for {first}."
    last = rules.day_in_words(rules.local(sessions[-1].starts_at).date())
    return f"{len(sessions)} sessions planned, from {first} to {last}."


def _and_who_is_told(sentence, case) -> str:
    return f"{sentence} {who_is_told(case)}".strip()


def _left_out(days) -> str:
    if not days:
        return ""
    return f" {days} day{' was' if days == 1 else 's were'} left out."


def _open_session(request, pk) -> WorkSession:
    sessions = WorkSession.objects.visible_to(request.user, "placements.place").with_details()
    session = get_object_or_404(sessions, pk=pk)
    note_reading(request, session.case)
    return session


def _back(request, session) -> str:
    """Where this page was opened from, such as a site's list of sessions to be moved; else the hours of the case."""
    to = request.GET.get("to", "")
    return to if is_ours(to) else reverse("placements:hours", args=[session.case_id])


def _named(session) -> str:
    start, end = rules.local(session.starts_at), rules.local(session.ends_at)
    return f"{rules.day_in_words(start.date())}, {start:%H:%M} to {end:%H:%M}"


@needs("placements.place")
def move_work(request, pk):
    """Another day, time or site. Where a colleague moved it meanwhile, the page says so and shows where it is now."""
    session = _open_session(request, pk)
    page, start, end = _back(request, session), rules.local(session.starts_at), rules.local(session.ends_at)
    form = MoveWorkForm(
        posted(request),
        initial={
            "on": start.date(),
            "starts_at": start.time(),
            "ends_at": end.time(),
            "placement": session.placement_id,
            "seen": session.version,
        },
        placements=session.case.placements.open().select_related("site").order_by("site__name"),
        cancel=page,
    )

    def as_it_stands():
        now = WorkSession.objects.with_details().filter(pk=pk).first() or session
        return f"{now.version}", {"stands": "placements/_session_facts.html", "session": now}

    return form_page(
        request,
        form,
        lambda: operations.move_work_session(session, by=request.user, **form.moved()),
        title=f"Move the session of {session.case.participant.name}",
        text=f"Planned for {_named(session)} at {session.placement.site}.",
        to=page,
        done=lambda moved: _and_who_is_told(
            f"The session is now on {_named(moved)}, at {moved.placement.site}.", session.case
        ),
        template="placements/move_work.html",
        as_it_stands=as_it_stands,
        case=session.case,
        session=session,
    )


@needs("placements.place")
def cancel_work(request, pk):
    """One session, or with it those after it that were planned with it."""
    session = _open_session(request, pk)
    page, later = _back(request, session), 0
    if session.series:
        ahead = session.case.work_sessions.filter(series=session.series, outcome__isnull=True)
        later = ahead.filter(starts_at__gt=session.starts_at).count()
    form = CancelWorkForm(posted(request), initial={"seen": session.version}, later=later, cancel=page)

    def as_it_stands():
        now = WorkSession.objects.with_details().filter(pk=pk).first() or session
        return f"{now.version}", {"stands": "placements/_session_facts.html", "session": now}

    return form_page(
        request,
        form,
        lambda: operations.cancel_work_session(session, by=request.user, **form.cancelled()),
        title=f"Cancel the session of {rules.day_in_words(rules.local(session.starts_at).date())}?",
        text=f"{session.case.participant.name} no longer has a place at {session.placement.site} then.",
        to=page,
        done=lambda cancelled: _and_who_is_told(
            "Session cancelled." if cancelled == 1 else f"{cancelled} sessions cancelled.", session.case
        ),
        as_it_stands=as_it_stands,
        case=session.case,
    )
