"""Pages of restorative justice."""

from django.shortcuts import render

from accounts.access import needs
from restorative.models import Process


@needs("restorative.read")
def list_processes(request):
    return render(request, "restorative/process_list.html", {"processes": Process.objects.visible_to(request.user)[:50]})
