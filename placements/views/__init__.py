"""The pages of community work."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from audit.doors import refusals_shown_on, status_of
from audit.trail import record
from placements import rules
from referrals import lifecycle
from referrals.models import Referral
from referrals.opening import reason_for


def open_case(request, pk, permission="placements.read") -> Referral:
    """The case, if a role of this person that grants the permission opens it; else 404. That it was read goes to the
    trail before anything is shown; of a restricted case with the reason, which is asked first."""
    rows = Referral.objects.with_people().select_related("plan", "participant__district", "assessment", "hours_account")
    case = get_object_or_404(rows.visible_to(request.user, permission), pk=pk)
    note_reading(request, case)
    return case


def note_reading(request, case):
    """That this case is read goes to the trail; of a restricted one with the reason, which is asked first."""
    why = reason_for(request, case)
    if request.method == "GET":
        record(lifecycle.READ, by=request.user, case=case, **why)
    else:  # whether it is shown again is known only later: opening.AskWhyMiddleware says so then
        request.sent_to = case, why


def posted(request):
    """What was sent, for a form; None when the page is only asked for."""
    return request.POST.copy() if request.method == "POST" else None


def cancelled_in_words(sessions: int) -> str:
    """What a message says of the sessions ahead that nobody needs any more."""
    if not sessions:
        return ""
    return f" {sessions} planned session{' is' if sessions == 1 else 's are'} cancelled."


def recorded_in_words(recorded) -> str:
    """What a message says of a session that was recorded."""
    said = f"{rules.in_words(recorded.credited)} credited, {rules.in_words(recorded.left)} left."
    if beyond := recorded.worth - recorded.credited:
        said += f" Recorded beyond the order, and not credited: {rules.in_words(beyond)}."
    return said if recorded.left else f"{said} All hours are done.{cancelled_in_words(recorded.cancelled)}"


def form_page(request, form, step, *, title, to, done, template="placements/form.html", as_it_stands=None, **context):
    """Show the form, or take the step; `step` calls the operation, `done` makes the message of what it returns. What is
    refused is shown on the form, with all that was typed.

    as_it_stands() → (what is seen now, context of the page): for a form with the field `seen`. Where a colleague
    changed the row, the page shows what stands there, and the next save is compared with that."""
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            result = step()
            messages.success(request, done(result))
            return redirect(to)
        if as_it_stands:
            seen, standing = as_it_stands()
            if form.data.get("seen", seen) != seen:
                form.data["seen"] = seen
                context |= standing
    return render(request, template, {"form": form, "title": title, "back": to, **context}, status=status_of(form))
