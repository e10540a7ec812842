"""Pages about sites."""

from django.shortcuts import render

from accounts.access import needs
from placements.models import Site


@needs("placements.read")
def sites(request):
    shown = Site.objects.visible_to(request.user).select_related("district", "activity")
    return render(request, "placements/sites.html", {"sites": shown})
