"""Pages of the audit trail."""

from django.shortcuts import render

from accounts.access import needs
from audit.models import Event


@needs("audit.read")
def list_events(request):
    return render(request, "audit/event_list.html", {"events": Event.objects.visible_to(request.user)[:50]})
