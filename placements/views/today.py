"""Today's work on a phone: who is there, and recording what came of it one question a page.

Complete without JavaScript; with it static/js/today.js takes over the page and works without a signal, by a service
worker whose scope is this page (docs/decisions/0035).
"""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.kept import discard, offer
from accounts.roles import PUBLIC
from audit.doors import refusals_shown_on, status_of
from audit.trail import Refusal, record
from placements import operations, rules
from placements.forms import today as forms
from placements.models import WorkSession
from placements.tags import session_tag
from placements.today import MOST, grades, sessions_for
from placements.views import note_reading, recorded_in_words
from referrals.lifecycle import LISTED
from referrals.words import shown_name

SAID = "today"  # in the session of the browser: work session → answers so far
STEPS = ("times", "outcome", "absence", "how", "check", "conflict")
ORDER = {True: ("times", "outcome", "how", "check"), False: ("absence", "how", "check")}
TITLES = {
    "times": "When did they work?",
    "outcome": "How did it go?",
    "absence": "Why did they not attend?",
    "how": "Quality, behaviour and notes",
    "check": "Check your answers",
    "conflict": "Somebody else recorded this",
}
# What the page needs when there is no signal; the import map names the modules.
ASSETS = (
    "govuk/govuk-frontend.min.css", "govuk/govuk-frontend.min.js", "css/app.css", "css/today.css",
    "images/favicon.svg", "js/today.js", "js/today_flow.js", "js/today_send.js", "js/today_store.js", "js/leave.js",
)  # fmt: skip


@needs("placements.log")
def today(request):
    """Today's sessions as cards, and below them those of earlier days that have no outcome yet."""
    now, everybody = timezone.now(), "everybody" in request.GET
    sessions = list(sessions_for(request.user, now, everybody=everybody))
    day = rules.local(now).date()
    for session in sessions:
        session.tag, session.name = session_tag(session, now), shown_name(session.case, session.hidden)
        if session.arrived_at and session.outcome is None and session.ends_at > now and not session.hidden:
            session.tag = ("Here", "purple")
        session.over, session.today = session.ends_at <= now, rules.local(session.starts_at).date() == day
    record(LISTED, by=request.user, ids=sorted({str(session.case_id) for session in sessions if not session.hidden}))
    return render(
        request,
        "placements/today.html",
        {
            "day": day,
            "todays": [session for session in sessions if session.today],
            "earlier": [session for session in sessions if not session.today],
            "more": len(sessions) == MOST,
            "everybody": everybody,
            "tabs": [
                {"text": "My cases", "href": "?", "current": not everybody},
                {"text": "Everybody’s", "href": "?everybody", "current": everybody},
            ],
            **_phone(),
        },
    )


def _phone() -> dict:
    """What the templates of the phone's own pages need; nothing of anybody."""
    late = settings.SCHEME["LATE_RECORDING_DAYS"]
    return {"grades": grades(), "an_id": "00000000-0000-0000-0000-000000000000", "late_days": late}


@needs(PUBLIC)
def offline(request):
    """The page that a phone keeps for when there is no signal. It names nobody, and is the same for everybody."""
    return render(request, "placements/today_offline.html", _phone())


@needs(PUBLIC)
def worker(request):
    """The service worker of today's page. Its text changes with the files it keeps, so that a phone renews them."""
    files = [staticfiles_storage.url(name) for name in ASSETS]
    kept = {"page": reverse("placements:today_offline"), "scope": reverse("placements:today"), "files": files}
    kept["version"] = _version(files)
    text = render_to_string("placements/today_worker.js")
    return HttpResponse(f"const KEPT = {json.dumps(kept)};\n{text}", content_type="text/javascript; charset=utf-8")


def _version(files) -> str:
    """Another one when anything that is kept is. In production the names of files change with what is in them."""
    digest = hashlib.sha256(json.dumps(files).encode())
    digest.update(render_to_string("placements/today_offline.html", _phone()).encode())
    if settings.DEBUG:
        for name in ASSETS:
            digest.update(Path(str(finders.find(name))).read_bytes())
    return digest.hexdigest()[:16]


def _open(request, pk) -> WorkSession:
    rows = WorkSession.objects.visible_to(request.user, "placements.log").select_related(
        "case__hours_account", "case__participant", "placement__site", "outcome", "recorded_by"
    )
    session = get_object_or_404(rows, pk=pk)
    note_reading(request, session.case)
    return session


@needs("placements.log")
@require_POST
def arrived(request, pk):
    """Somebody is there; or not, if that was a slip."""
    session = _open(request, pk)
    version = int(text) if (text := request.POST.get("version", "")).isdecimal() and len(text) < 10 else 0
    try:
        if request.POST.get("arrived") == "no":
            operations.take_back_arrival(session, by=request.user, version=version)
            messages.success(request, f"{session.case.participant.name} is not marked as arrived any more.")
        else:
            now = operations.mark_arrived(session, by=request.user, version=version)
            messages.success(
                request, f"{session.case.participant.name} arrived at {rules.local(now.arrived_at):%H:%M}."
            )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("placements:today")


# --- one question a page ----------------------------------------------------------------------------------------------


def _said(request, session) -> dict:
    """What is answered so far; at the beginning what was planned."""
    start, end = rules.local(session.starts_at), rules.local(session.ends_at)
    planned = {"version": session.version, "starts_at": f"{start:%H:%M}", "ends_at": f"{end:%H:%M}"}
    return request.session.get(SAID, {}).get(str(session.pk), planned)


def _keep(request, session, said):
    """Nothing is kept any more where `said` is empty."""
    answers = {key: value for key, value in request.session.get(SAID, {}).items() if key != str(session.pk)}
    request.session[SAID] = {**answers, str(session.pk): said} if said else answers


def _missing(step, said) -> str | None:
    """The question before this one that has no answer yet."""
    if step in ("times", "absence"):
        return None
    if "attended" not in said:
        return "times"
    if step != "outcome" and "outcome" not in said:
        return "outcome" if said["attended"] else "absence"
    return "how" if step in ("check", "conflict") and "notes" not in said else None


@needs("placements.log")
def step(request, pk, step):
    """One question. Its answer is kept, and the next one asked; the last page saves."""
    session = _open(request, pk)
    said = _said(request, session)
    if session.outcome_id and step != "conflict":
        answered = _missing("check", said) is None
        return redirect(*(("placements:today_conflict", pk) if answered else ("placements:record_work", pk)))
    if missing := _missing(step, said):
        return redirect(f"placements:today_{missing}", pk)
    if step == "conflict" and not session.outcome_id:
        return redirect("placements:today_check", pk)
    form = _form(request, session, step, said)
    if request.method != "POST" or not form.is_valid():
        return _page(request, session, step, said, form)
    if step == "check":
        return _save(request, session, said, form)
    if step == "conflict":
        return _settle(request, session, said, form)
    said = {**said, **form.kept()}
    _keep(request, session, said)
    discard(request.user, request.path)
    order = ORDER[said["attended"]]
    return redirect(f"placements:today_{order[order.index(step) + 1]}", pk)


def _form(request, session, step, said):
    more = {}
    if step in ("check", "conflict"):
        credited = session.lines.by_work().total() if session.outcome_id else 0
        more["left"] = session.case.hours_account.minutes_left + credited
        day = rules.local(session.starts_at).date()
        more["late"] = step == "check" and rules.is_late(day, timezone.localdate())
    form = forms.FORMS[step](request.POST if request.method == "POST" else None, session=session, said=said, **more)
    if step == "how":
        offer(request, form)
    return form


def _page(request, session, step, said, form):
    order = ORDER[said.get("attended", step != "absence")] if step != "absence" else ORDER[False]
    place = order.index(step) if step in order else 0
    context = {
        "session": session,
        "step": step,
        "title": TITLES[step] if step != "how" or said["attended"] else "Notes",
        "form": form,
        "back": reverse(f"placements:today_{order[place - 1]}", args=[session.pk]) if place else None,
        "place": place + 1,
        "places": len(order),
    }
    if step in ("check", "conflict"):
        context["yours"] = _facts(forms.report(session, said) | {"attended": said["attended"]})
        context["steps"] = {name: reverse(f"placements:today_{name}", args=[session.pk]) for name in order}
    if step == "conflict":
        theirs = {name: getattr(session, name) for name in SHOWN} | {"attended": session.outcome.attended}
        context["theirs"] = _facts(theirs)
    return render(request, "placements/today_step.html", context, status=status_of(form))


SHOWN = ("starts_at", "ends_at", "break_minutes", "penalty_minutes", "outcome", "quality", "behaviour", "notes")


def _facts(report) -> list[dict]:
    """A report as rows: what, how it reads, and the question that it answers."""
    start, end = rules.local(report["starts_at"]), rules.local(report["ends_at"])
    graded = dict(forms.GRADES)
    times = [
        ("Time", f"{start:%H:%M} to {end:%H:%M}", "times"),
        ("Breaks", rules.in_words(report["break_minutes"]), "times"),
        ("Penalty", rules.in_words(report["penalty_minutes"]), "times"),
    ]
    grades = [
        ("Quality of the work", graded[report["quality"]], "how"),
        ("Behaviour", graded[report["behaviour"]], "how"),
    ]
    attended = report["attended"]
    rows = [
        ("What happened", str(report["outcome"]), "outcome" if attended else "absence"),
        *(times if attended else []),
        *(grades if attended else []),
        ("Notes", report["notes"], "how"),
    ]
    return [{"what": what, "says": says, "step": step} for what, says, step in rows]


def _save(request, session, said, form):
    with refusals_shown_on(form):
        recorded = operations.log_work_session(
            session, by=request.user, version=said["version"], **_report(session, said, form)
        )
        return _saved(request, session, recorded)
    now = _open(request, session.pk)
    if now.outcome_id:
        return redirect("placements:today_conflict", session.pk)
    if now.version != said["version"]:  # it was moved: what is said of it is shown, and the next press is for that
        _keep(request, session, {**said, "version": now.version})
    return _page(request, now, "check", said, form)


def _settle(request, session, said, form):
    """Theirs stays, or yours is saved as a correction of it."""
    if form.cleaned_data["choice"] == "theirs":
        _keep(request, session, None)
        messages.info(request, f"Nothing was changed: {session.recorded_by} recorded {session.outcome}.")
        return redirect("placements:today")
    with refusals_shown_on(form):
        recorded = operations.correct_work_session(
            session,
            by=request.user,
            version=session.version,
            reason=form.cleaned_data["reason"],
            **_report(session, said, form),
        )
        return _saved(request, session, recorded)
    return _page(request, _open(request, session.pk), "conflict", said, form)


def _report(session, said, form) -> dict:
    given = form.cleaned_data
    more = {"late_reason": given["late_reason"], "record_beyond": given["record_beyond"]}
    return {**forms.report(session, said), **more}


def _saved(request, session, recorded):
    _keep(request, session, None)
    messages.success(request, f"{session.case.participant.name}: {recorded_in_words(recorded)}")
    return redirect("placements:today")
