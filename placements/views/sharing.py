"""The participant's own page: the link to it, made by whoever works with them, and the page, which needs no account."""

from django.contrib import messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from audit.trail import Refusal
from govuk.qr import qr_of
from placements import operations
from placements.operations.locking import RUNNING
from placements.participant import own_page
from placements.views import open_case
from referrals.outside import outside


@needs("placements.share")
def share(request, pk):
    """Whether there is a link and when it was last opened; a new one is shown once, with its QR code."""
    case = open_case(request, pk, "placements.share")
    context = {"case": case, "running": case.status in RUNNING}
    if request.method == "POST":
        try:
            token = operations.make_participant_link(case, by=request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect("placements:share", pk)
        address = request.build_absolute_uri(reverse("placements:own_page", args=[token]))
        context |= {"address": address, "qr": qr_of(address)}
    live = case.participant_links.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())
    context["link"] = live.select_related("made_by").first()
    return render(request, "placements/share.html", context)


@needs("placements.share")
@require_POST
def revoke(request, pk):
    case = open_case(request, pk, "placements.share")
    try:
        operations.revoke_participant_link(case, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "The link is revoked: it opens nothing any more.")
    return redirect("placements:share", pk)


@outside
def show_own_page(request, token):
    """What the participant reads. A link that is unknown, expired or revoked, or of a closed case, says the same."""
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    link = operations.open_participant_link(token, reads=request.method == "GET")
    if link is None:
        return render(request, "placements/outside/gone.html", status=404)
    return render(request, "placements/outside/own_page.html", {"own": own_page(link.case, timezone.now())})
