"""Pages about work sessions."""

from django.shortcuts import render
from django.utils import timezone

from accounts.access import needs
from placements.models import WorkSession


@needs("placements.read")
def work(request):
    missing = WorkSession.objects.visible_to(request.user).waiting_for_outcome(timezone.now())
    return render(request, "placements/work.html", {"missing": missing})
