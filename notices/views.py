"""Pages of notices: everybody's own choice, and for administrators what did not arrive."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.roles import SIGNED_IN
from audit.doors import refusals_shown_on, status_of
from audit.trail import Refusal
from notices import operations
from notices.forms import ChoiceForm, GiveUpForm
from notices.models import Notice

PAGE = 25


@needs(SIGNED_IN)
def choose(request):
    form = ChoiceForm(_posted(request), initial={"choice": request.user.notices})
    if request.method == "POST" and form.is_valid():
        operations.choose(by=request.user, choice=form.cleaned_data["choice"])
        messages.success(request, "Your choice is saved.")
        return redirect("notices:choose")
    return render(request, "notices/choose.html", {"form": form})


@needs("accounts.manage")
def in_trouble(request):
    """Oldest first; a page begins after the notice that the address names."""
    now = timezone.now()
    found = Notice.objects.visible_to(request.user).in_trouble(now).select_related("user").order_by("pk")
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(pk__gt=int(after[:18]))
    notices = list(found[: PAGE + 1])
    return render(
        request,
        "notices/in_trouble.html",
        {
            "rows": [{"notice": notice, "interrupted": notice.is_interrupted(now)} for notice in notices[:PAGE]],
            "failed": any(notice.failed_at for notice in notices[:PAGE]),
            "previous": request.path if after else "",
            "next": f"?after={notices[PAGE - 1].pk}" if len(notices) > PAGE else "",
        },
    )


@needs("accounts.manage")
@require_POST
def send_again(request, pk):
    notice = _found(request, pk)
    try:
        operations.send_again(notice, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"The email to {notice.user} is sent now. If it fails again, it comes back here.")
    return redirect("notices:in_trouble")


@needs("accounts.manage")
@require_POST
def send_failed_again(request):
    count = operations.send_failed_again(by=request.user)
    if count:
        messages.success(request, f"Sent again: {count} email{'' if count == 1 else 's'} that had failed.")
    else:
        messages.warning(request, "No email has failed: there is nothing to send again.")
    return redirect("notices:in_trouble")


@needs("accounts.manage")
def give_up(request, pk):
    notice = _found(request, pk)
    form = GiveUpForm(_posted(request), cancel=reverse("notices:in_trouble"))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            operations.give_up(notice, by=request.user, **form.cleaned_data)
            messages.success(request, f"The email to {notice.user} is not sent any more.")
            return redirect("notices:in_trouble")
    return render(request, "notices/give_up.html", {"form": form, "notice": notice}, status=status_of(form))


def _found(request, pk):
    return get_object_or_404(Notice.objects.visible_to(request.user).select_related("user"), pk=pk)


def _posted(request):
    return request.POST if request.method == "POST" else None
