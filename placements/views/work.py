"""Work sessions: the list of a coordinator's day, and recording what came of each."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import record
from placements import operations, rules
from placements.forms.work import CorrectForm, RecordForm
from placements.models import WorkSession
from placements.querysets import mine
from placements.tags import session_tag
from placements.views import form_page, note_reading, posted, recorded_in_words
from placements.views.placing import open_placement
from referrals import lifecycle as case_lifecycle
from referrals.words import shown_name

MOST = 50


def _everybodys(request) -> bool:
    return "everybody" in request.GET or not request.user.may("placements.log")


def listed_work(request, now):
    """The groups of the list, each with its key, its title, its sessions and what is said when there are none."""
    today = rules.local(now).date()
    sessions = WorkSession.objects.listed_to(request.user).with_hidden(request.user)
    if not _everybodys(request):
        sessions = sessions.filter(mine(request.user, "case__"))
    waiting = sessions.waiting_for_outcome(now).order_by("starts_at", "pk")
    todays = sessions.on_days(today, today).exclude(pk__in=waiting.values("pk")).order_by("starts_at", "pk")
    ahead = rules.days_ahead(today)
    coming = sessions.filter(outcome__isnull=True).on_days(ahead[0], ahead[-1]).order_by("starts_at", "pk")
    return (
        ("missing", "Waiting for an outcome", waiting, "Every session that is over has its outcome."),
        ("today", "Today", todays, "No work is planned today."),
        ("coming", f"In the next {len(ahead)} days", coming, "No work is planned yet."),
    )


@needs("placements.read")
def work(request):
    """Missing outcomes, today, and what is coming: of the coordinator's own cases, or of everybody's."""
    now, everybody, groups = timezone.now(), _everybodys(request), []
    for key, title, rows, empty in listed_work(request, now):
        shown = list(rows.with_details()[: MOST + 1])
        for session in shown:
            session.tag, session.name = session_tag(session, now), shown_name(session.case, session.hidden)
        groups.append({"key": key, "title": title, "sessions": shown[:MOST], "more": len(shown) > MOST, "empty": empty})
    record(
        case_lifecycle.LISTED,
        by=request.user,
        ids=sorted({str(s.case_id) for group in groups for s in group["sessions"] if not s.hidden}),
    )
    return render(
        request,
        "placements/work.html",
        {
            "groups": groups,
            "everybody": everybody,
            "most": MOST,
            "tabs": [
                {"text": "My cases", "href": "?", "current": not everybody},
                {"text": "Everybody’s", "href": "?everybody", "current": everybody},
            ],
            "may_log": request.user.may("placements.log"),
            "here": request.get_full_path(),
        },
    )


def _open_session(request, pk) -> WorkSession:
    session = get_object_or_404(
        WorkSession.objects.visible_to(request.user, "placements.log").select_related(
            "case__hours_account", "case__participant", "placement__site", "outcome", "recorded_by"
        ),
        pk=pk,
    )
    note_reading(request, session.case)
    return session


def _said(session) -> dict:
    """What a session says, as a form shows it."""
    start, end = rules.local(session.starts_at), rules.local(session.ends_at)
    return {
        "on": start.date(),
        "starts_at": start.time(),
        "ends_at": end.time(),
        "break_minutes": session.break_minutes,
        "penalty_minutes": session.penalty_minutes,
        "outcome": session.outcome_id,
        "quality": session.quality,
        "behaviour": session.behaviour,
        "notes": session.notes,
        "late_reason": session.late_reason,
        "version": session.version,
    }


def _form(session, data):
    """The form to record a session, or to correct one that is recorded."""
    left = session.case.hours_account.minutes_left
    credited = session.lines.by_work().total() if session.outcome_id else 0
    return (CorrectForm if session.outcome_id else RecordForm)(
        data,
        initial=_said(session),
        left=left + credited,
        credited=credited,
        late=not session.outcome_id and rules.is_late(rules.local(session.starts_at).date(), timezone.localdate()),
        cancel=reverse("placements:hours", args=[session.case_id]),
    )


def _step(session, user, form):
    """Record or correct, as the session stands."""
    version = form.cleaned_data["version"] or 0
    if session.outcome_id:
        reason = form.cleaned_data["reason"]
        return operations.correct_work_session(session, by=user, version=version, reason=reason, **form.report())
    return operations.log_work_session(session, by=user, version=version, **form.report())


def _what_was_recorded(recorded) -> str:
    return f"Session recorded: {recorded_in_words(recorded)}"


@needs("placements.log")
def record_work(request, pk):
    """Record a planned session, or correct a recorded one. Where somebody else recorded it first, the page says what
    they wrote, keeps what was typed, and offers to save it over theirs as a correction."""
    session, theirs = _open_session(request, pk), None
    data = request.POST.copy() if request.method == "POST" else None
    form = _form(session, data)
    if request.method == "POST":
        valid = form.is_valid()
        with refusals_shown_on(form):
            operations.unchanged_since(session, form.cleaned_data.get("version") or 0)
            if valid:
                recorded = _step(session, request.user, form)
                messages.success(request, _what_was_recorded(recorded))
                return redirect("placements:hours", pk=session.case_id)
        now = _open_session(request, pk)
        if str(now.version) != data.get("version"):
            data["version"], theirs = str(now.version), now
    return render(
        request,
        "placements/record_work.html",
        {"form": form, "session": session, "theirs": theirs},
        status=status_of(form),
    )


@needs("placements.log")
def log_unplanned(request, pk):
    """Record work that nobody had planned."""
    placement = open_placement(request, pk, "placements.log")
    page = reverse("placements:hours", args=[placement.case_id])
    form = RecordForm(
        posted(request),
        initial={"on": timezone.localdate()},
        left=placement.case.hours_account.minutes_left,
        late=False,
        cancel=page,
    )
    return form_page(
        request,
        form,
        lambda: operations.log_unplanned_work(placement, by=request.user, **form.report()),
        title=f"Record work at {placement.site}",
        to=page,
        case=placement.case,
        done=_what_was_recorded,
    )
