"""What every page of a case does: fetch what this person may see, show a form, take one step."""

import hashlib
import json

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts import kept
from audit.doors import refusals_shown_on, status_of
from audit.once import made_with, once
from audit.trail import IllegalMove, record
from referrals import lifecycle
from referrals.models import Referral
from referrals.opening import reason_for


def open_case(request, pk, permission="referrals.read", rows=None):
    """The case, if a role of this person that grants the permission opens it; else 404. That it was read goes to the
    trail before anything is shown; of a restricted case with the reason, which is asked first. Where something was
    sent, it is known only later whether the case is shown again: opening.AskWhyMiddleware says so then."""
    rows = Referral.objects.with_people() if rows is None else rows
    case = get_object_or_404(rows.visible_to(request.user, permission).with_permissions_of(request.user), pk=pk)
    why = reason_for(request, case)
    if request.method == "POST":
        request.sent_to = case, why
    else:
        record(lifecycle.READ, by=request.user, case=case, **why)
    return case


def posted(request):
    """What was sent, for a form; None when the page is only asked for."""
    return request.POST if request.method == "POST" else None


def step_page(
    request,
    case,
    form,
    step,
    *,
    title,
    done,
    transition=None,
    template="referrals/referral_step.html",
    then="referrals:detail",
    **context,
):
    """Show the form, or take the step with what it says: step(**cleaned), and go to the page of the case named by
    `then`; until then what is typed is kept. A refusal is shown on the form; a page opened when its transition cannot
    be taken any more says so (409)."""
    if request.method != "POST" and transition and case.status not in transition.sources:
        context = {"case": case, "title": title, "refusal": case.refuse(transition)}
        return render(request, "referrals/referral_refused.html", context, status=IllegalMove.status)
    kept.offer(request, form)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            step(**form.cleaned_data)
            kept.discard(request.user, request.path)
            messages.success(request, done)
            return redirect(then, pk=case.pk)
    return render(
        request, template, {"case": case, "form": form, "title": title, "then": then, **context}, status=status_of(form)
    )


def sent_once(request, form, make, *more) -> str:
    """Call make(**cleaned) unless the same words (and `more`) came from the same page before (SentOnceForm): a form
    sent twice makes one thing, and another one written after going back makes another. The primary key of what was
    made."""
    given = {name: value for name, value in form.cleaned_data.items() if name != "once"}
    key, sent = _key(form, more)
    made, _ = once(by=request.user, key=key, path=request.path, sent=sent, make=lambda: make(**given))
    return made


def made_before(request, form, *more) -> str:
    """The primary key of what sent_once() made of the same words from the same page; nothing if they come for the first
    time."""
    return made_with(by=request.user, key=_key(form, more)[0])


def _key(form, more):
    """The key for SentOnce of this page and these words, and the words."""
    sent = [*more, {name: str(value) for name, value in form.cleaned_data.items()}]
    page = form.cleaned_data["once"]
    return f"{page}-{hashlib.sha256(json.dumps(sent).encode()).hexdigest()[:40]}" if page else "", sent


def neighbours(request, found):
    """The addresses of the pages before and after this one, with the filters as they are."""

    def address(**cursor):
        query = request.GET.copy()
        query.pop("after", None)
        query.pop("before", None)
        query.update(cursor)
        return f"?{query.urlencode()}"

    return {
        "previous": address(before=found.before) if found.before else "",
        "next": address(after=found.after) if found.after else "",
    }
