"""The pages of community work."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from audit.doors import refusals_shown_on, status_of
from audit.trail import record
from referrals import lifecycle
from referrals.models import Referral


def open_case(request, pk, permission="placements.read") -> Referral:
    """The case, if a role of this person that grants the permission opens it; else 404. That it was read goes to the
    trail before anything is shown."""
    rows = Referral.objects.with_people().select_related("plan", "participant__district", "assessment", "hours_account")
    case = get_object_or_404(rows.visible_to(request.user, permission), pk=pk)
    if request.method == "GET":
        record(lifecycle.READ, by=request.user, case=case)
    return case


def posted(request):
    """What was sent, for a form; None when the page is only asked for."""
    return request.POST if request.method == "POST" else None


def form_page(request, form, step, *, title, to, done, template="placements/form.html", **context):
    """Show the form, or take the step; `step` calls the operation, `done` makes the message of what it returns. What is
    refused is shown on the form, with all that was typed."""
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            result = step()
            messages.success(request, done(result))
            return redirect(to)
    return render(request, template, {"form": form, "title": title, "back": to, **context}, status=status_of(form))
